"""What is done to a message after it was said: another text, an emoji, its end.

It is a message like any other, and travels as one: queued, stored, sent in its turn. What it is
done to is named by its MessageId; the store finds the line, and `fold` decides what may be done to
it. Until the log shows it, what this device has done is marked as waiting.
"""

from teamchat.content.envelope import pack, unpack
from teamchat.content.errors import ContentError
from teamchat.content.model import MessageId
from teamchat.content.profile import Deletion, Edit, Reaction
from teamchat.engine import fold, outbox
from teamchat.engine.amendments import (
    Amendment,
    Edited,
    Reacted,
    ReactionWithdrawn,
    Withdrawn,
)
from teamchat.engine.events import EditAsked, HideAsked, ReactionAsked, WithdrawAsked
from teamchat.engine.records import Errand, Line, LineState
from teamchat.engine.state import ConversationState
from teamchat.engine.step import Step

EDIT_MS = 24 * 60 * 60 * 1000
"""So long after it was said, its author may edit a message; whoever reads it takes any edit."""

Wish = EditAsked | ReactionAsked | WithdrawAsked | HideAsked


# --- what others do --------------------------------------------------------------------------


def hear(
    step: Step,
    conversation: ConversationState,
    done: Edit | Reaction | Deletion,
    message: MessageId,
    said: Line,
) -> None:
    """Somebody has done something to a message.

    Args:
        step: The event's work.
        conversation: Where.
        done: What.
        message: The id of the message that says so.
        said: Who says it, and when.
    """
    name, by, at, time_ms = said.id, said.sender, said.position, said.time_ms
    match done:
        case Edit(first, text):
            step.amend_line(conversation, first, Edited(name, by, at, time_ms, text))
        case Reaction(to, reaction):
            reacted = Reacted(name, by, at, time_ms, reaction, message)
            step.amend_line(conversation, to, reacted)
        case Deletion(first, to) if to is not None:
            taken = Reacted("", by, at, time_ms, "", first)
            step.amend_line(conversation, to, ReactionWithdrawn(name, by, taken))
        case Deletion(first):
            step.amend_line(conversation, first, Withdrawn(name, by, at, time_ms))


# --- what the person does --------------------------------------------------------------------


def wish(step: Step, event: Wish) -> None:
    """Do to a message what the person wants."""
    call, line = event.call, event.line
    found = step.conversation(line.conversation)
    if found is None or line.state in {LineState.QUEUED, LineState.FAILED}:
        step.decline(call, "error-message-not-here")
        return
    if isinstance(event, HideAsked):
        _hide(step, found, call, line)
        return
    why = outbox.barred(step, found) or _why_not(step, event)
    if why is not None:
        outbox.decline(step, call, why)
        return
    match event:
        case EditAsked(_, _, text):
            _edit(step, found, event, text)
        case ReactionAsked(_, _, reaction, True):
            _take_back(step, found, event, reaction)
        case ReactionAsked(_, _, reaction):
            _react(step, found, event, reaction)
        case WithdrawAsked():
            _withdraw(step, found, event)


def _why_not(step: Step, event: EditAsked | ReactionAsked | WithdrawAsked) -> outbox.Why | None:
    """Return why this is not to be done to a message."""
    line = event.line
    if not line.message or line.withdrawn is not None or line.hidden:
        return "error-message-not-here", ()
    if isinstance(event, ReactionAsked):
        return None
    if line.sender != step.account.user:
        return "error-not-your-message", ()
    if isinstance(event, EditAsked) and step.now_ms - line.time_ms > EDIT_MS:
        return "error-too-late-to-edit", ()
    return None


def _hide(step: Step, found: ConversationState, call: int, line: Line) -> None:
    step.hide_line(found, line)
    step.reply(call)


def _edit(step: Step, found: ConversationState, event: EditAsked, text: str) -> None:
    line = event.line
    if text == fold.text_of(line):
        step.reply(event.call)
        return
    first, answers = MessageId(line.message), MessageId(line.answers) if line.answers else None
    salt = step.crypto.random(outbox.SALT_BYTES)
    author = outbox.author(step, found)
    try:
        content = pack(author.edit(first, text, salt=salt, in_reply_to=answers))
    except ContentError:
        step.decline(event.call, "error-text-not-sendable")
        return
    edit = Edited("", step.account.user, 0, 0, text)
    _queue(step, found, event, content, edit)


def _react(step: Step, found: ConversationState, event: ReactionAsked, reaction: str) -> None:
    user, line = step.account.user, event.line
    own = [each for each in line.reactions if each.by == user]
    if any(each.reaction == reaction for each in own):
        step.reply(event.call)
        return
    if len(own) >= fold.OWN_REACTIONS or len(line.reactions) >= fold.REACTIONS:
        step.decline(event.call, "error-too-many-reactions")
        return
    salt = step.crypto.random(outbox.SALT_BYTES)
    try:
        author = outbox.author(step, found)
        content = pack(author.reaction(MessageId(line.message), reaction, salt=salt))
    except ContentError:
        step.decline(event.call, "error-no-reaction")
        return
    reacted = Reacted("", user, 0, 0, reaction, unpack(content).id)
    _queue(step, found, event, content, reacted)


def _take_back(step: Step, found: ConversationState, event: ReactionAsked, reaction: str) -> None:
    user, line = step.account.user, event.line
    own = (each for each in line.reactions if (each.by, each.reaction) == (user, reaction))
    held = next(own, None)
    if held is None:
        step.reply(event.call)
        return
    first, to = MessageId(held.message), MessageId(line.message)
    salt = step.crypto.random(outbox.SALT_BYTES)
    content = pack(outbox.author(step, found).deletion(first, salt=salt, reaction_to=to))
    _queue(step, found, event, content, ReactionWithdrawn("", user, held))


def _withdraw(step: Step, found: ConversationState, event: WithdrawAsked) -> None:
    salt = step.crypto.random(outbox.SALT_BYTES)
    first = MessageId(event.line.message)
    content = pack(outbox.author(step, found).deletion(first, salt=salt))
    _queue(step, found, event, content, Withdrawn("", step.account.user, 0, 0))


def _queue(
    step: Step, found: ConversationState, event: Wish, content: bytes, amendment: Amendment
) -> None:
    written = outbox.Written(Errand.AMENDMENT, content, "", b"", event.line.message, amendment)
    outbox.queue(step, found, written)
    step.reply(event.call)
