"""The SQL about what is entrusted to custodians, and about requests to open it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from teamchat.ids import DeviceId, UserId
from teamchat.server.storage.tables.custody import (
    custody_answer,
    custody_deposit,
    custody_request,
    custody_share,
)
from teamchat.server.storage.tables.people import device
from teamchat.wire.custody import CustodyShare, Verdict


@dataclass(frozen=True, slots=True)
class StoredDeposit:
    """What somebody has entrusted: its name, to which set, when in seconds since 1970."""

    id: str
    which: str
    made: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRequest:
    """A request; times are in seconds since 1970, `used` is None before shares were given out."""

    id: str
    person: UserId
    claim_hash: bytes = field(repr=False)
    slot: bytes = field(repr=False)
    made: int
    opens: int
    expires: int
    used: int | None = None


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a custodian has said, on which device; `box` is empty unless they approved."""

    custodian: UserId
    verdict: Verdict
    device: DeviceId
    box: bytes = field(repr=False)


def insert_deposit(
    connection: Connection, person: UserId, new: StoredDeposit, shares: Sequence[CustodyShare]
) -> None:
    """Keep what somebody entrusts; there is nothing of theirs yet."""
    connection.execute(
        insert(custody_deposit).values(
            person=person, id=new.id, custodian_set=new.which, made=new.made
        )
    )
    rows = [
        {
            "person": person, "custodian": each.custodian, "n": each.number,
            "sealed": each.sealed, "hash": each.check,
        }
        for each in shares
    ]  # fmt: skip
    connection.execute(insert(custody_share), rows)


def deposit_of(connection: Connection, person: UserId) -> StoredDeposit | None:
    """Return what somebody has entrusted, if anything."""
    columns = custody_deposit.c
    row = connection.execute(select(custody_deposit).where(columns.person == person)).one_or_none()
    return None if row is None else StoredDeposit(row.id, row.custodian_set, row.made)


def shares_of(connection: Connection, person: UserId) -> dict[UserId, CustodyShare]:
    """Return what was entrusted, by custodian."""
    found = connection.execute(select(custody_share).where(custody_share.c.person == person))
    return {
        UserId(row.custodian): CustodyShare(UserId(row.custodian), row.n, row.sealed, row.hash)
        for row in found
    }


def drop_deposit(connection: Connection, person: UserId) -> bool:
    """Forget what somebody has entrusted, and their request; return whether there was anything."""
    request = request_of(connection, person)
    if request is not None:
        drop_request(connection, request.id)
    connection.execute(delete(custody_share).where(custody_share.c.person == person))
    gone = connection.execute(delete(custody_deposit).where(custody_deposit.c.person == person))
    return gone.rowcount == 1


def insert_request(connection: Connection, new: StoredRequest) -> None:
    """Keep a request; its person has none yet."""
    connection.execute(
        insert(custody_request).values(
            id=new.id, person=new.person, claim_hash=new.claim_hash, slot=new.slot, made=new.made,
            opens=new.opens, expires=new.expires,
        )
    )  # fmt: skip


def request_of(connection: Connection, person: UserId) -> StoredRequest | None:
    """Return the request of a person, if there is one."""
    return _one(connection, select(custody_request).where(custody_request.c.person == person))


def request_by_id(connection: Connection, which: str) -> StoredRequest | None:
    """Return a request, if there is one."""
    return _one(connection, select(custody_request).where(custody_request.c.id == which))


def requests_for(connection: Connection, custodian: UserId) -> list[StoredRequest]:
    """Return the requests of those who have entrusted something to a custodian, oldest first."""
    found = connection.execute(
        select(custody_request)
        .join(custody_share, custody_share.c.person == custody_request.c.person)
        .where(custody_share.c.custodian == custodian)
        .order_by(custody_request.c.made, custody_request.c.id)
    )
    return [_request(row) for row in found]


def expired_requests(connection: Connection, *, now: int) -> list[StoredRequest]:
    """Return the requests whose time is over."""
    found = connection.execute(select(custody_request).where(custody_request.c.expires <= now))
    return [_request(row) for row in found]


def all_requests(connection: Connection) -> list[StoredRequest]:
    """Return every request."""
    return [_request(row) for row in connection.execute(select(custody_request))]


def drop_request(connection: Connection, which: str) -> None:
    """Forget a request and the answers to it."""
    connection.execute(delete(custody_answer).where(custody_answer.c.request == which))
    connection.execute(delete(custody_request).where(custody_request.c.id == which))


def mark_used(connection: Connection, which: str, *, now: int) -> None:
    """Note that the shares were given out."""
    connection.execute(
        update(custody_request).where(custody_request.c.id == which).values(used=now)
    )


def set_answer(connection: Connection, which: str, answer: StoredAnswer) -> None:
    """Keep what a custodian says; it takes the place of what they said before."""
    drop_answer(connection, which, answer.custodian)
    connection.execute(
        insert(custody_answer).values(
            request=which, custodian=answer.custodian, verdict=answer.verdict,
            device=answer.device, box=answer.box or None,
        )
    )  # fmt: skip


def drop_answer(connection: Connection, which: str, custodian: UserId) -> None:
    """Forget what a custodian has said."""
    connection.execute(
        delete(custody_answer).where(
            custody_answer.c.request == which, custody_answer.c.custodian == custodian
        )
    )


def answers_to(connection: Connection, which: str) -> dict[UserId, StoredAnswer]:
    """Return what was said to a request, by custodian."""
    found = connection.execute(select(custody_answer).where(custody_answer.c.request == which))
    return {
        UserId(row.custodian): StoredAnswer(
            UserId(row.custodian), Verdict(row.verdict), DeviceId(row.device), row.box or b""
        )
        for row in found
    }


def device_key(connection: Connection, which: DeviceId) -> bytes:
    """Return the key of a device that there is or was."""
    found: bytes | None = connection.scalar(select(device.c.device_key).where(device.c.id == which))
    return found or b""


def _one(connection: Connection, query: Select[tuple[object, ...]]) -> StoredRequest | None:
    row = connection.execute(query).one_or_none()
    return None if row is None else _request(row)


def _request(row: Row[tuple[object, ...]]) -> StoredRequest:
    return StoredRequest(
        id=row.id, person=UserId(row.person), claim_hash=row.claim_hash, slot=row.slot,
        made=row.made, opens=row.opens, expires=row.expires, used=row.used,
    )  # fmt: skip
