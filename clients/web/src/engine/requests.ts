/** The HTTP requests that the engine makes, in one place (docs/reference/openapi.json). */

import type { ConversationId, UserId } from "../ids.ts";
import type { Bytes } from "../mls/bytes.ts";
import type { ReportAlarm } from "../wire/alarms.ts";
import type { CreateConversation } from "../wire/bodies.ts";
import type { AskRemoval } from "../wire/devices.ts";
import { Query } from "./commands.ts";

/** Take one key package of every device of these people. */
export function claim(users: readonly UserId[]): Query {
  const body = { type: "ClaimKeyPackages", users } as const;
  return Query("POST", "/key-packages/claim", "ClaimedKeyPackages", body);
}

/** Ask how many key packages are left. */
export function countKeyPackages(): Query {
  return Query("GET", "/key-packages", "KeyPackageCount");
}

/** Publish key packages. */
export function addKeyPackages(keyPackages: readonly Bytes[], lastResort: Bytes | null): Query {
  const body = {
    type: "AddKeyPackages",
    key_packages: keyPackages,
    last_resort: lastResort,
  } as const;
  return Query("POST", "/key-packages", "KeyPackageCount", body);
}

/** Ask who somebody is. */
export function person(user: UserId): Query {
  return Query("GET", `/users/${user}`, "UserWithDevices");
}

/** Ask which conversations there are. */
export function conversations(): Query {
  return Query("GET", "/conversations", "Conversations");
}

/** Ask who is in a conversation and may do what. */
export function conversation(which: ConversationId): Query {
  return Query("GET", `/conversations/${which}`, "Conversation");
}

/** Remove a member who has no device in the group. */
export function removeAbsent(which: ConversationId, user: UserId): Query {
  return Query("DELETE", `/conversations/${which}/members/${user}`, null);
}

/** Register a conversation. */
export function create(body: CreateConversation): Query {
  return Query("POST", "/conversations", "Conversation", { type: "CreateConversation", ...body });
}

/** Ask for what an external commit needs. */
export function group(which: ConversationId): Query {
  return Query("GET", `/conversations/${which}/group`, "Group");
}

/** Ask for the ratchet tree that a Welcome needs. */
export function ratchetTree(which: ConversationId, epoch: number): Query {
  return Query("GET", `/conversations/${which}/tree/${epoch}`, null);
}

/** Tell of an alarm about the key directory. */
export function reportAlarm(body: ReportAlarm): Query {
  return Query("POST", "/me/alarms", null, { type: "ReportAlarm", ...body });
}

/** Ask whether another identity was asked for in this person's name. */
export function ownReset(): Query {
  return Query("GET", "/me/identity/reset", "PendingReset");
}

/** Ask how far the key directory is. */
export function keyLog(): Query {
  return Query("GET", "/keys", "KeyLog");
}

/** Ask what this person has entrusted to custodians, and whether somebody asks for it. */
export function custody(): Query {
  return Query("GET", "/me/custody", "Custody");
}

/** Ask which requests this person can answer as a custodian. */
export function custodyRequests(): Query {
  return Query("GET", "/custody/requests", "CustodyRequests");
}

/** Ask for the proof that this device was removed. */
export function removalProof(asked: AskRemoval): Query {
  return Query("POST", "/devices/removal-proof", "RemovalProof", { type: "AskRemoval", ...asked });
}

/** Ask for a tile or a bundle of entries of the key directory, without its first bytes. */
export function ofKeyLog(begun: number, path: string, start = 0): Query {
  return Query("GET", `/keys/${begun}/${path}`, null, null, start);
}
