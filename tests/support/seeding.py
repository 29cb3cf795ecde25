"""A long history at once: lines put into the store of an account that is closed."""

from pathlib import Path

import msgspec

from teamchat.client.sqlite_store import SqliteStore
from teamchat.client.vault_file import KeySource
from teamchat.engine.model import MessageKind
from teamchat.engine.records import AccountRecord, Line, LineState
from teamchat.engine.store import PutLine, Table
from teamchat.ids import ConversationId, DeviceId, UserId

AT_ONCE = 2_000
LONG_AGO_MS = 1_700_000_000_000
TEXT = " Die Lieferung kommt am Donnerstag um 9 Uhr an Tor 2." * 3


def seed(profile: Path, key: KeySource, talk: ConversationId, count: int) -> None:
    """Put that many lines before everything that a conversation holds."""
    with SqliteStore(profile, key.unlock(profile)) as store:
        account = msgspec.msgpack.decode(store.table(Table.ACCOUNT)["profile"], type=AccountRecord)
        for begin in range(0, count, AT_ONCE):
            numbers = range(begin, min(count, begin + AT_ONCE))
            lines = [_line(account.device, account.user, talk, n, count) for n in numbers]
            store.commit([PutLine(line) for line in lines])


def _line(device: DeviceId, user: UserId, talk: ConversationId, number: int, count: int) -> Line:
    return Line(
        id=f"{device}.{number:032x}",
        conversation=talk,
        position=number - count,
        kind=MessageKind.TEXT,
        sender=user,
        time_ms=LONG_AGO_MS + number,
        text=f"{number}{TEXT}",
        state=LineState.SENT,
    )
