/** What a person can do about what holds a conversation up. */

import type { Opened, Person } from "../core.ts";

export type Remedy =
  | { readonly type: "rejoin"; readonly key: "tui-action-rejoin" }
  | { readonly type: "newcomers"; readonly key: "tui-action-resolve" }
  | { readonly type: "compare"; readonly key: "tui-action-verify"; readonly person: Person };

/** What comes first, as the core names it in `notice`; null if there is nothing to do. */
export function remedyOf(opened: Opened): Remedy | null {
  const { standing, changed, newcomers, members, conversation } = opened;
  if (standing === "broken") return { type: "rejoin", key: "tui-action-rejoin" };
  if (standing !== "member") return null;
  const [first] = changed;
  if (first) return { type: "compare", key: "tui-action-verify", person: first };
  if (newcomers.length > 0) return { type: "newcomers", key: "tui-action-resolve" };
  const other = members.find((each) => !each.own && each.trust === "changed");
  return conversation.kind === "direct" && other
    ? { type: "compare", key: "tui-action-verify", person: other }
    : null;
}
