/** The names of the drawings. */

export type IconName =
  | "alert"
  | "arrow-down"
  | "arrow-left"
  | "at"
  | "check"
  | "check-check"
  | "clock"
  | "close"
  | "eye"
  | "eye-off"
  | "lock"
  | "message"
  | "offline"
  | "pin"
  | "send"
  | "settings"
  | "shield"
  | "users";
