"""What can be answered about a message without looking into it, and the two answers there are."""

from dataclasses import dataclass

from sqlalchemy import Connection

from teamchat.ids import DeviceId, identifier_bytes
from teamchat.server.services.group_changes import GroupError, Header
from teamchat.server.storage.queries import conversations, logs
from teamchat.server.storage.queries.conversations import GroupRow
from teamchat.server.storage.queries.logs import Standing
from teamchat.wire.frames import Kind, NackCode, Send
from teamchat.wire.limits import KIB, PAST_EPOCHS
from teamchat.wire.problems import Code, ProblemError


@dataclass(frozen=True, slots=True)
class Accepted:
    """The message is durable at `seq`."""

    seq: int
    time_ms: int
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """The message was not taken and nothing has changed."""

    code: NackCode
    detail: str = ""
    epoch: int = 0
    head: int = 0
    retry_ms: int = 0


def cost(send: Send) -> float:
    """What is large costs as much as many that are small."""
    return 1 + (len(send.body) + len(send.group_info) + len(send.welcome)) // (64 * KIB)


def check_form(send: Send, header: Header) -> None:
    """Check that a message is for the group it is sent to, and brings what belongs to it.

    Raises:
        GroupError: It is not, or brings more or less.
    """
    if header.group_id != identifier_bytes(send.conversation):
        raise GroupError("the message is for another group")
    if header.kind is Kind.COMMIT:
        if not send.group_info:
            raise GroupError("a commit brings the GroupInfo of the epoch it makes")
    elif send.group_info or send.welcome:
        raise GroupError("only a commit brings a GroupInfo or a Welcome")


def at_once(
    connection: Connection, send: Send, standing: Standing | None, header: Header
) -> Accepted | Refused | None:
    """Answer what can be answered without looking into the message."""
    if standing is None:
        return Refused(NackCode.UNKNOWN_CONVERSATION)
    if not standing.active:
        return Refused(NackCode.FORBIDDEN, "this device was ended")
    if standing.earlier_seq is not None and standing.earlier_ms is not None:
        return Accepted(standing.earlier_seq, standing.earlier_ms, duplicate=True)
    if standing.from_seq is None:
        if conversations.role_of(connection, send.conversation, standing.person) is None:
            return Refused(NackCode.UNKNOWN_CONVERSATION)  # and nothing else is to be learned
        if header.kind is not Kind.COMMIT:
            return Refused(NackCode.FORBIDDEN, "this device is not in the group")
    past = PAST_EPOCHS if header.kind is Kind.APPLICATION else 0
    if not standing.epoch - past <= header.epoch <= standing.epoch:
        return Refused(NackCode.STALE_EPOCH, epoch=standing.epoch, head=standing.head)
    if header.kind is Kind.APPLICATION and header.epoch < standing.clear_from:
        # Whoever has the keys of a device that has ended could open it.
        code = NackCode.DEVICE_ENDED if standing.holds_ended else NackCode.STALE_EPOCH
        return Refused(code, epoch=standing.epoch, head=standing.head)
    return None


def look(
    connection: Connection, device: DeviceId, send: Send, header: Header
) -> tuple[Accepted | Refused | None, GroupRow | None]:
    """Read what a handshake is checked against; answer at once if that is possible."""
    standing = logs.standing(connection, send.conversation, device, send.client_id)
    answer = at_once(connection, send, standing, header)
    if answer is not None:
        return answer, None
    return None, conversations.find_group(connection, send.conversation)


def overloaded(detail: str, seconds: float) -> Refused:
    """Refuse what may be sent again later."""
    return Refused(NackCode.OVERLOADED, detail, retry_ms=int(seconds * 1_000) + 1)


def busy(error: ProblemError) -> Refused:
    """Refuse what the database or the disk has no room for now.

    Raises:
        ProblemError: It is another problem.
    """
    if error.code not in {Code.OVERLOADED, Code.STORAGE_FULL}:
        raise error
    return Refused(NackCode.OVERLOADED, error.detail, retry_ms=error.retry_after * 1_000)
