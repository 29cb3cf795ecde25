"""What was said is said again, when another log has taken the place of the one it was in.

A server that was restored from a backup may lack what this device has sent. It is sent again under
its old client id, so that whoever holds it already knows it.
"""

from collections.abc import Iterator, Sequence

import msgspec

from teamchat.content.envelope import pack, unpack
from teamchat.content.model import MessageId
from teamchat.content.profile import Author, Seen
from teamchat.engine import outbox
from teamchat.engine.amendments import Edited, Reacted, Withdrawn
from teamchat.engine.model import MessageKind
from teamchat.engine.records import Errand, Line, LineState, Outgoing
from teamchat.engine.state import ConversationState
from teamchat.engine.step import Step
from teamchat.wire.frames import Item

_ARRIVALS = frozenset({"system-added", "system-device-added", "system-joined", "system-rejoined"})


def send_again(step: Step, conversation: ConversationState, lines: Sequence[Line]) -> None:
    """Queue what this device has said and another log may lack; under its old client id.

    It goes to who is in the group then, so nothing goes back beyond the last time somebody came
    or a device was added: who was not there is not to read it, whatever the server says it lost.
    """
    for item in conversation.outgoing:
        if item.seq:  # it was in the old log
            conversation = step.put_outgoing(conversation, msgspec.structs.replace(item, seq=0))
    held = {item.client_id for item in conversation.outgoing}
    for line in _since_the_last_arrival(lines):
        for item in _said(step, conversation, line):
            if item.client_id not in held:
                conversation = step.put_outgoing(conversation, item)


def still_there(step: Step, conversation: ConversationState, seq: int, item: Item) -> bool:
    """Say whether an item of a log that is read again was to be sent again; it need not be."""
    if seq > conversation.record.reread:
        return False
    for each in conversation.outgoing:
        if each.client_id == item.client_id and not each.body and not each.order:
            step.drop_outgoing(conversation, each)
            return True
    return False


def _since_the_last_arrival(lines: Sequence[Line]) -> list[Line]:
    arrivals = [place for place, line in enumerate(lines) if line.text in _ARRIVALS
                and line.kind is MessageKind.SYSTEM]  # fmt: skip
    return list(lines[arrivals[-1] :] if arrivals else lines)


def _said(step: Step, conversation: ConversationState, line: Line) -> Iterator[Outgoing]:
    """Go through what this device has said with a line, or done to it."""
    device = f"{step.account.device}."
    ours = line.kind is MessageKind.TEXT and line.state is LineState.SENT
    if ours and line.id.startswith(device) and not line.withdrawn and not line.hidden:
        yield _again(step, conversation, line)
    for done in (*line.edits, *line.reactions, *((line.withdrawn,) if line.withdrawn else ())):
        if done.id.startswith(device) and not done.waiting:
            yield _done_again(step, conversation, line, done)


def _again(step: Step, conversation: ConversationState, line: Line) -> Outgoing:
    salt = line.salt or step.crypto.random(outbox.SALT_BYTES)
    seen = Seen(*line.seen) if line.seen else None
    author = Author(step.account.user, conversation.id, seen)
    answers = MessageId(line.answers) if line.answers else None
    return Outgoing(
        client_id=_client_id(line.id),
        order=0,
        errand=Errand.TEXT,
        content=pack(author.text(line.text, salt=salt, in_reply_to=answers)),
        text=line.text,
        time_ms=line.time_ms,
        line=line.id,
        salt=salt,
        seen=line.seen,
    )


def _done_again(
    step: Step, conversation: ConversationState, line: Line, done: Edited | Reacted | Withdrawn
) -> Outgoing:
    author, salt = outbox.author(step, conversation), step.crypto.random(outbox.SALT_BYTES)
    first = MessageId(line.message)
    match done:
        case Edited():
            content = pack(author.edit(first, done.text, salt=salt))
        case Reacted():
            content = pack(author.reaction(first, done.reaction, salt=salt))
            done = msgspec.structs.replace(done, message=unpack(content).id)
        case _:
            content = pack(author.deletion(first, salt=salt))
    return Outgoing(
        client_id=_client_id(done.id),
        order=0,
        errand=Errand.AMENDMENT,
        content=content,
        text="",
        time_ms=done.time_ms,
        line=done.id if isinstance(done, Edited) else "",
        target=line.message,
        amendment=done,
    )


def _client_id(line: str) -> bytes:
    return bytes.fromhex(line.partition(".")[2])
