/**
 * An arriving message: read strictly in the order of the log, stored with its cursor.
 *
 * What happens to one message is one transaction: the group's state, the line, the cursor. A
 * message that cannot be read becomes a line that says so, and never blocks the log. A commit
 * that cannot be followed leaves the group behind: it is joined again, but not twice in a short
 * time, and that is said.
 */

import { type Opened, unpack } from "../content/envelope.ts";
import { ContentError, NewerContentError } from "../content/errors.ts";
import { plainText } from "../content/fallback.ts";
import { givenIn } from "../content/given.ts";
import * as profile from "../content/profile.ts";
import type { ConversationId, UserId } from "../ids.ts";
import { type Bytes, EMPTY, equalBytes, toHex } from "../mls/bytes.ts";
import { MlsError } from "../mls/errors.ts";
import { type Item, Kind } from "../wire/frames.ts";
import * as amending from "./amending.ts";
import * as commits from "./commits.ts";
import * as departure from "./departure.ts";
import * as gifts from "./gifts.ts";
import * as gossip from "./gossip.ts";
import * as groups from "./groups.ts";
import * as joining from "./joining.ts";
import * as leaving from "./leaving.ts";
import * as listing from "./listing.ts";
import { ConversationsChanged, MessageKind, TimelineChanged } from "./model.ts";
import * as outbox from "./outbox.ts";
import { Line, LineState, position } from "./records.ts";
import * as resending from "./resending.ts";
import { leafOf, UnlistedError } from "./roster.ts";
import { type ConversationState, heldGroup } from "./state.ts";
import type { Step } from "./step.ts";
import { system } from "./timeline.ts";
import * as titles from "./titles.ts";
import * as unforeseen from "./unforeseen.ts";

/**
 * Read the next item of a log; whoever calls moves the cursor.
 *
 * An error that nobody foresaw is a bug. It costs this one item, and not the account: an item
 * that ended the step would be read again at every start.
 */
export async function take(
  step: Step,
  conversation: ConversationState,
  seq: number,
  item: Item,
): Promise<void> {
  try {
    await step.attempt(() => takeItem(step, conversation, seq, item));
  } catch (error) {
    unforeseen.log(error);
    passOver(step, step.known(conversation.record.id), seq, item);
  }
}

async function takeItem(
  step: Step,
  arrived: ConversationState,
  seq: number,
  item: Item,
): Promise<void> {
  const conversation = joining.date(step, arrived, item.time_ms);
  const { pending } = conversation;
  const isOwn = item.sender === step.account.device;
  if (isOwn && pending !== null && equalBytes(item.body, pending.body)) {
    await commits.adopt(step, conversation, seq, item.time_ms);
    return;
  }
  const ours = isOwn ? outbox.find(conversation, item) : null;
  if (ours !== null) {
    outbox.confirm(step, conversation, ours, seq, item.time_ms);
    return;
  }
  if (isOwn && resending.stillThere(step, conversation, seq, item)) {
    return; // the log in place of ours holds it too
  }
  if (conversation.group !== null) await open(step, conversation, seq, item);
}

/** The person has seen everything up to here. */
export function readUpTo(
  step: Step,
  call: number,
  conversation: ConversationId,
  seen: number,
): void {
  const found = step.conversation(conversation);
  if (found === null) {
    step.decline(call, "error-no-such-conversation");
    return;
  }
  const { record, last } = found;
  const end = position(record, record.seq);
  // what comes behind the last line shows nothing
  const all = last !== null && last.position <= seen ? Math.max(seen, end) : seen;
  const read = Math.max(record.read, Math.min(all, end));
  const unread = read >= end ? 0 : record.unread;
  if (read !== record.read || unread !== record.unread) {
    step.amend(found, { ...record, read, unread });
    step.show(ConversationsChanged());
  }
  step.reply(call);
}

/** The log is another one; if it lacks commits, the group must be joined again. */
export function tellReset(
  step: Step,
  conversation: ConversationState,
  { lostCommits }: { readonly lostCommits: boolean },
): void {
  const { record } = conversation;
  step.putLine(conversation, system(record, record.seq, step.nowMs, "system-reset"));
  if (lostCommits) departure.lose(step, step.known(record.id), record.seq);
}

/** Lines changed how they look. */
export function tellTimeline(step: Step, conversation: ConversationId): void {
  step.show(TimelineChanged(conversation));
}

async function open(
  step: Step,
  conversation: ConversationState,
  seq: number,
  item: Item,
): Promise<void> {
  const heard = await hear(step, conversation, item);
  switch (heard.type) {
    case "unlisted":
      unlisted(step, conversation, seq, item, heard.certificate);
      return;
    case "unreadable":
      notReadable(step, conversation, seq, item);
      return;
    case "application":
      await read(step, conversation, seq, item, heard);
      return;
    case "proposal":
      await leaving.hear(step, conversation, seq, item.time_ms, heard);
      return;
    case "commit":
      await commits.follow(step, conversation, seq, item.time_ms, heard);
      return;
    case "removed":
      departure.leaveBehind(step, conversation, seq, item.time_ms, heard);
  }
}

/** What an item turned out to be, or why it is not read. */
type Heard =
  | groups.Received
  | { readonly type: "unlisted"; readonly certificate: Bytes }
  | { readonly type: "unreadable" };

async function hear(step: Step, conversation: ConversationState, item: Item): Promise<Heard> {
  const held = heldGroup(conversation);
  try {
    return await groups.hear(
      step.crypto,
      held,
      item.body,
      step.now,
      conversation.refused,
      step.authentication,
    );
  } catch (error) {
    if (error instanceof UnlistedError) {
      return { type: "unlisted", certificate: error.certificate };
    }
    if (!(error instanceof MlsError)) throw error;
    return { type: "unreadable" };
  }
}

/** Look once more whether the directory lists who comes in; what is only proposed is refused. */
function unlisted(
  step: Step,
  conversation: ConversationState,
  seq: number,
  item: Item,
  certificate: Bytes,
): void {
  if (item.kind !== Kind.COMMIT) {
    notReadable(step, conversation, seq, item);
  } else if (listing.judgeStranger(step, conversation, certificate) === listing.Verdict.REFUSE) {
    departure.giveUp(step, step.known(conversation.record.id), seq, "");
  }
}

/** Say so, if it was something said; if the group has gone on without us, join again. */
function notReadable(step: Step, conversation: ConversationState, seq: number, item: Item): void {
  const held = groups.epochIn(heldGroup(conversation));
  const epoch = groups.epochOf(item.body);
  const isSaid = item.kind === Kind.APPLICATION;
  const isForUs = epoch === null || epoch >= conversation.record.since;
  const isKnown = seq <= conversation.record.reread;
  let put = conversation;
  if (isSaid && isForUs && !isKnown) {
    const sender = conversation.roster.find((leaf) => leaf.device === item.sender)?.user;
    put = undecryptable(step, put, seq, item, sender ?? ("" as UserId));
  }
  if (isSaid && !isKnown) put = titles.miss(step, put);
  const isPast = isKnown && epoch !== null && epoch < held;
  if ((item.kind === Kind.COMMIT && !isPast) || (epoch !== null && epoch > held)) {
    departure.lose(step, put, seq);
  }
}

/** Go on behind an item that this program cannot read; what was our own is in the log. */
function passOver(step: Step, conversation: ConversationState, seq: number, item: Item): void {
  const isOwn = item.sender === step.account.device;
  const ours = isOwn ? outbox.find(conversation, item) : null;
  if (ours !== null) {
    outbox.place(step, conversation, ours, seq, item.time_ms);
  } else if (conversation.group !== null) {
    notReadable(step, conversation, seq, item);
  }
}

/** Something was said. */
async function read(
  step: Step,
  before: ConversationState,
  seq: number,
  item: Item,
  heard: groups.ApplicationReceived,
): Promise<void> {
  const conversation = await step.putGroup(before, heard.state);
  const { record } = conversation;
  const sender = await leafOf(heard.sender, step.authentication);
  if (!equalBytes(heard.authenticated_data, item.client_id)) {
    undecryptable(step, conversation, seq, item, sender.user); // the server moved it to another id
    return;
  }
  const line = Line.of({
    id: `${sender.device}.${toHex(item.client_id)}`,
    conversation: record.id,
    position: position(record, seq),
    kind: MessageKind.TEXT,
    sender: sender.user,
    time_ms: item.time_ms,
    text: "",
    state: sender.user === step.account.user ? LineState.SENT : LineState.RECEIVED,
  });
  const opened = openedIn(heard.data, sender.user, record.id);
  if (opened === "newer") {
    say(step, conversation, { ...line, kind: MessageKind.UNSUPPORTED });
    return;
  }
  if (opened === null) {
    undecryptable(step, conversation, seq, item, sender.user);
    return;
  }
  const { message } = opened;
  gossip.hear(step, sender, profile.seen(message));
  const known = step.known(record.id);
  const gift = givenIn(message);
  if (gift !== null) {
    const said = { by: sender.user, seq, time_ms: item.time_ms };
    gifts.hear(step, known, gift, sender, said);
    return;
  }
  const meaning = profile.meaning(message);
  switch (meaning.type) {
    case "Text":
      say(step, known, {
        ...line,
        text: meaning.text,
        answers: meaning.in_reply_to ?? EMPTY,
        message: opened.id,
      });
      return;
    case "Edit":
    case "Reaction":
    case "Deletion":
      amending.hear(step, known, meaning, opened.id, line);
      return;
    case "RoomTitle": {
      const { title, since } = meaning;
      const epoch = groups.epochOf(item.body) ?? 0;
      titles.hear(step, known, { title, since, seq, epoch }, line);
      return;
    }
    case "Unsupported": {
      const [kind, text] = [MessageKind.UNSUPPORTED, plainText(message)];
      say(step, known, { ...line, kind, text, message: opened.id });
    }
  }
}

/** Return what was said; null if it is malformed or not theirs to say. */
function openedIn(
  data: Bytes,
  sender: UserId,
  conversation: ConversationId,
): Opened | "newer" | null {
  try {
    const opened = unpack(data);
    profile.checkOrigin(opened.message, sender, conversation);
    return opened;
  } catch (error) {
    if (error instanceof NewerContentError) return "newer";
    if (!(error instanceof ContentError)) throw error;
    return null;
  }
}

function say(step: Step, conversation: ConversationState, line: Line): void {
  const { record } = conversation;
  const news = !conversation.recalled.has(line.id);
  const isForeign = news && line.sender !== step.account.user;
  const unread = isForeign && line.position > record.read ? record.unread + 1 : record.unread;
  step.putLine(step.amend(conversation, { ...record, unread }), line, { news });
}

function undecryptable(
  step: Step,
  conversation: ConversationState,
  seq: number,
  item: Item,
  sender: UserId,
): ConversationState {
  const line = system(conversation.record, seq, item.time_ms, "system-undecryptable");
  return step.putLine(conversation, { ...line, sender });
}
