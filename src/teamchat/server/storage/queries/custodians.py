"""The SQL about who the custodians are, and their keys."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from teamchat.ids import DeviceId, UserId
from teamchat.server.storage.tables.custody import (
    custodian,
    custodian_set,
    custody_answer,
    custody_deposit,
    custody_request,
    custody_share,
)
from teamchat.wire.custody import CustodianKey


@dataclass(frozen=True, slots=True)
class StoredSet:
    """The set in force.

    Attributes:
        id: What it is called.
        threshold: How many it takes.
        keys: The custodians by identifier, with the key of each who has accepted.
    """

    id: str
    threshold: int
    keys: dict[UserId, CustodianKey | None]

    @property
    def accepted(self) -> bool:
        """Whether all have accepted."""
        return all(self.keys.values())


def set_in_force(connection: Connection) -> StoredSet | None:
    """Return the custodians, if there are any."""
    row = connection.execute(select(custodian_set)).one_or_none()
    if row is None:
        return None
    columns = custodian.c
    found = connection.execute(
        select(custodian).where(columns.custodian_set == row.id).order_by(columns.person)
    )
    keys = {
        UserId(each.person): None
        if each.public_key is None
        else CustodianKey(each.public_key, DeviceId(each.by), each.signature)
        for each in found
    }
    return StoredSet(row.id, row.threshold, keys)


def replace_set(
    connection: Connection, which: str, *, threshold: int, people: Iterable[UserId], now: int
) -> None:
    """Put other custodians in the place of those there were, and forget what those had."""
    drop_set(connection)
    connection.execute(insert(custodian_set).values(id=which, threshold=threshold, appointed=now))
    rows = [{"custodian_set": which, "person": person} for person in people]
    connection.execute(insert(custodian), rows)


def drop_set(connection: Connection) -> None:
    """Forget the custodians, and everything that was entrusted to them."""
    for table in (
        custody_answer, custody_request, custody_share, custody_deposit, custodian, custodian_set,
    ):  # fmt: skip
        connection.execute(delete(table))


def set_key(connection: Connection, which: str, person: UserId, key: CustodianKey) -> None:
    """Note that a custodian has accepted, with a key."""
    connection.execute(
        update(custodian)
        .where(custodian.c.custodian_set == which, custodian.c.person == person)
        .values(public_key=key.public_key, by=key.by, signature=key.signature)
    )
