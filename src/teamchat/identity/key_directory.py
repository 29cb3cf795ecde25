"""Which devices are whose: what follows from the entries of the key directory, read in order.

A directory is a value; `after` gives the next one, and what the entries changed or why they were
refused (docs/spec/key-directory.md). A refused entry changes nothing. Nothing here decides what
a client does about it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Self

from teamchat.identity import certificate, statements
from teamchat.identity.certificate import AnyCertificate, DeviceCertificate, VouchedCertificate
from teamchat.identity.errors import IdentityError
from teamchat.identity.statements import (
    Added,
    Begun,
    Custodians,
    Removed,
    Reset,
    Rotated,
    Statement,
    WebBuilt,
)
from teamchat.ids import DeviceId, UserId


@dataclass(frozen=True, slots=True)
class Listed:
    """A device of the directory.

    Attributes:
        device_key: Its public key.
        digest: The SHA-256 of its certificate.
        index: Where the log says so.
        ended: Whether it is none any more.
        by: Which device of the person vouched for it; None if the identity key signed.
        kept_out: Whether the log lists it although it had ended before the log began anew; it
            has ended all the same, and may be removed once more.
        ended_by: Which device of the person signed that it ended; empty if none did, so that it
            was the company; None if no such entry was read.
    """

    device_key: bytes
    digest: bytes
    index: int
    ended: bool = False
    by: DeviceId | None = None
    kept_out: bool = False
    ended_by: DeviceId | None = None


@dataclass(frozen=True, slots=True)
class Keys:
    """What the directory says of a person.

    Attributes:
        identity_key: The identity key that counts now.
        former: Identity keys that counted before.
        devices: Every device they have or had.
        renewed: Those of the former keys from which signatures lead to the one of now.
    """

    identity_key: bytes
    former: frozenset[bytes] = frozenset()
    devices: Mapping[DeviceId, Listed] = field(default_factory=dict)
    renewed: frozenset[bytes] = frozenset()

    def vouched_for(self, device: DeviceId) -> frozenset[DeviceId]:
        """Return the devices of now that a device vouched for, or that one of those did, and so on.

        Whoever had a device that is lost may have made these: the person is to look at them.
        """
        found, before = {device}, 0
        while len(found) > before:
            before = len(found)
            found |= {which for which, each in self.devices.items() if each.by in found}
        return frozenset(each for each in found - {device} if not self.devices[each].ended)


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of an entry.

    Attributes:
        index: Its place in the log.
        statement: What it says; None if it could not be read.
        refused: Why it changed nothing; empty if it counts.
    """

    index: int
    statement: Statement | None
    refused: str = ""


class _RefusedError(IdentityError):
    """The entry breaks a rule of the replay."""


@dataclass(frozen=True, slots=True)
class KeyDirectory:
    """Everything the log has said up to `size`.

    Attributes:
        size: How many entries were read.
        people: By person.
        custodians: Those of now, if there are any.
        sets: What sets of custodians were ever called.
    """

    size: int = 0
    people: Mapping[UserId, Keys] = field(default_factory=dict)
    custodians: Custodians | None = None
    sets: frozenset[str] = frozenset()
    _spent: AbstractSet[bytes | DeviceId] = field(default=frozenset(), repr=False)
    """The devices that were ever listed, and their keys."""
    _places: Mapping[bytes, tuple[UserId, DeviceId]] = field(default_factory=dict, repr=False)
    """Whose which device is, by the digest of its certificate."""

    @classmethod
    def of(
        cls,
        size: int,
        people: Mapping[UserId, Keys],
        custodians: Custodians | None = None,
        sets: frozenset[str] = frozenset(),
    ) -> Self:
        """Return a directory that was stored.

        Args:
            size: How many entries it comes from.
            people: Everybody in it.
            custodians: Those of now.
            sets: What sets of them were ever called.
        """
        spent = {
            spent
            for keys in people.values()
            for device, each in keys.devices.items()
            for spent in (device, each.device_key)
        }
        places = {
            each.digest: (user, device)
            for user, keys in people.items()
            for device, each in keys.devices.items()
        }
        return cls(size, MappingProxyType({**people}), custodians, sets, spent, places)

    def lists(self, identity: bytes) -> bool:
        """Say whether a certificate, as it stands in a leaf, is one of a device of now."""
        found = self._listed(identity)
        return found is not None and not found.ended

    def has_listed(self, identity: bytes) -> bool:
        """Say whether a certificate is one of a device of now or of before."""
        return self._listed(identity) is not None

    def keeps_out(self, identity: bytes) -> bool:
        """Say whether a certificate is one of a device that the log lists and nobody lets in."""
        found = self._listed(identity)
        return found is not None and found.kept_out

    def certificate_of(self, identity: bytes) -> DeviceCertificate | None:
        """Return what a listed certificate proves, of a device of now or of before.

        This is how a certificate of version 2 in a leaf becomes a proven one: the replay has
        checked who vouched. None if no entry that counts brought it.
        """
        place = self._places.get(hashlib.sha256(identity).digest())
        if place is None:
            return None
        read, keys = _read(identity), self.people[place[0]]
        if isinstance(read, DeviceCertificate):
            return read
        voucher, claimed = keys.devices.get(read.by), _named_identity(identity)
        if voucher is None or not (claimed == keys.identity_key or claimed in keys.former):
            return None
        with suppress(IdentityError):
            return _vouched(identity, voucher.device_key, claimed)
        return None

    def after(self, entries: Iterable[bytes]) -> tuple[Self, tuple[Entry, ...]]:
        """Return the directory with these entries read too, and what became of each."""
        reading = _Reading(self)
        told = tuple(reading.take(entry) for entry in entries)
        people = MappingProxyType(reading.result())
        after = replace(
            self, size=reading.size, people=people, custodians=reading.custodians,
            sets=frozenset(reading.sets), _spent=reading.spent, _places=reading.places,
        )  # fmt: skip
        return after, told

    def _listed(self, identity: bytes) -> Listed | None:
        """Find what was read, by its digest: the same bytes need no second check."""
        place = self._places.get(hashlib.sha256(identity).digest())
        return None if place is None else self.people[place[0]].devices[place[1]]


class _Person:
    """What an entry changes of a person, so that none copies what all before it have made."""

    __slots__ = ("active", "devices", "former", "identity_key", "renewed")

    def __init__(self, keys: Keys) -> None:
        self.identity_key = keys.identity_key
        self.former = {*keys.former}
        self.renewed = {*keys.renewed}
        self.devices = {**keys.devices}
        self.active = {which for which, each in keys.devices.items() if not each.ended}

    def had(self, identity_key: bytes) -> bool:
        return identity_key == self.identity_key or identity_key in self.former

    def lists(self, device: DeviceId) -> bool:
        """Say whether the log lists a device as one of now, whether or not it is let in."""
        found = self.devices.get(device)
        return found is not None and (not found.ended or found.kept_out)

    def end(self, device: DeviceId, by: DeviceId | None = None) -> None:
        listed = self.devices[device]
        self.devices[device] = replace(listed, ended=True, kept_out=False, ended_by=by)
        self.active.discard(device)

    def keys(self) -> Keys:
        return Keys(
            self.identity_key, frozenset(self.former), self.devices, frozenset(self.renewed)
        )


class _Reading:
    """The work of `after`: copies once, then changes its copies."""

    def __init__(self, directory: KeyDirectory) -> None:
        self.size = directory.size
        self.before = directory.people
        self.people: dict[UserId, _Person] = {}
        self.changed: set[UserId] = set()
        self.custodians = directory.custodians
        self.sets = {*directory.sets}
        self.spent = {*directory._spent}  # noqa: SLF001 - one module
        self.places = {**directory._places}  # noqa: SLF001

    def result(self) -> dict[UserId, Keys]:
        changed = {user: self.people[user].keys() for user in self.changed}
        return {**self.before, **changed}

    def take(self, data: bytes) -> Entry:
        index, self.size = self.size, self.size + 1
        statement: Statement | None = None
        try:
            statement = statements.decode(data)
            match statement:
                case Added():
                    self._add(index, statement)
                case Reset():
                    self._reset(index, statement)
                case Removed():
                    self._remove(statement)
                case Rotated():
                    self._rotate(statement)
                case Begun():
                    if index:
                        raise _RefusedError("a log begins at its beginning")
                case Custodians():
                    self._appoint(statement)
                case WebBuilt():
                    pass  # it is about nobody's devices; who wants to compare asks for its proof
        except IdentityError as error:
            return Entry(index, statement, str(error))
        return Entry(index, statement)

    def _add(self, index: int, said: Added) -> None:
        person = self._person(said.user)
        read = self._certified(said, person)
        person = person or _Person(Keys(read.identity_key))
        if person.identity_key != read.identity_key:
            raise _RefusedError("certified with another identity key than the person's")
        self._list(index, person, said, read)

    def _reset(self, index: int, said: Reset) -> None:
        read, person = self._certified(said, None), self._person(said.user)
        if person is None:
            raise _RefusedError("somebody without an identity key has lost none")
        if person.had(read.identity_key):
            raise _RefusedError("a reset brings a new identity key")
        for device in filter(person.lists, [*person.devices]):
            person.end(device)
        person.former.add(person.identity_key)
        person.identity_key, person.renewed = read.identity_key, set()
        self._list(index, person, said, read)

    def _remove(self, said: Removed) -> None:
        person = self._person(said.user)
        if person is None or not person.lists(said.device):
            raise _RefusedError("not a device of this person")
        if said.by:
            by = _active(person, said.by)
            if by is None:
                raise _RefusedError("asked for by a device that is none of this person's")
            statements.verify_removal(by.device_key, said)
        person.end(said.device, said.by)
        self.changed.add(said.user)

    def _appoint(self, said: Custodians) -> None:
        if said.which in self.sets:
            raise _RefusedError("a set of custodians that was there before")
        if not said.people and self.custodians is None:
            raise _RefusedError("there were no custodians to end")
        self.sets.add(said.which)
        self.custodians = said if said.people else None

    def _rotate(self, said: Rotated) -> None:
        person = self._person(said.user)
        by = _active(person, said.by)
        if person is None or by is None:
            raise _RefusedError("asked for by a device that is none of this person's")
        if person.had(said.identity_key):
            raise _RefusedError("a rotation brings a new identity key")
        statements.verify_rotation(person.identity_key, by.device_key, said)
        person.former.add(person.identity_key)
        person.renewed.add(person.identity_key)
        person.identity_key = said.identity_key
        self.changed.add(said.user)

    def _person(self, user: UserId) -> _Person | None:
        found = self.people.get(user)
        if found is None and user in self.before:
            found = self.people[user] = _Person(self.before[user])
        return found

    def _certified(self, said: Added | Reset, person: _Person | None) -> DeviceCertificate:
        """Read a certificate; one of version 2 counts only by a device of the person."""
        read = certificate.read_any(said.certificate)
        if isinstance(read, VouchedCertificate):
            by = _active(person, read.by)
            if person is None or by is None:
                raise _RefusedError("vouched for by a device that is none of this person's")
            read = read.vouched_by(by.device_key, identity_key=person.identity_key)
        if (read.user_id, read.device_id) != (said.user, said.device):
            raise _RefusedError("the certificate is for another device")
        if not self.spent.isdisjoint((said.device, read.device_key)):
            raise _RefusedError("a device or key that was used before")
        return read

    def _list(
        self, index: int, person: _Person, said: Added | Reset, read: DeviceCertificate
    ) -> None:
        digest = hashlib.sha256(said.certificate).digest()
        listed = Listed(read.device_key, digest, index, by=read.by)
        person.devices[said.device] = listed
        person.active.add(said.device)
        self.people[said.user] = person
        self.changed.add(said.user)
        self.spent.update((said.device, read.device_key))
        self.places[listed.digest] = said.user, said.device


@lru_cache(maxsize=8192)
def _read(identity: bytes) -> AnyCertificate:
    return certificate.read_any(identity)


@lru_cache(maxsize=8192)
def _named_identity(identity: bytes) -> bytes:
    """Return the identity key that a certificate claims, which proves nothing."""
    return certificate.named_identity(identity)


@lru_cache(maxsize=8192)
def _vouched(identity: bytes, device_key: bytes, identity_key: bytes) -> DeviceCertificate:
    """Check who vouched, once for each certificate: groups ask for every leaf again and again."""
    read = _read(identity)
    if isinstance(read, DeviceCertificate):
        return read
    return read.vouched_by(device_key, identity_key=identity_key)


def _active(person: _Person | None, device: DeviceId) -> Listed | None:
    return person.devices[device] if person is not None and device in person.active else None
