"""Whatever a log of devices says, both languages take the same of it, and refuse the rest alike.

Each seed is one company: people get devices, vouch for further ones, remove, rotate, lose
everything, and somebody tampers with all of it. Both say the same of every entry.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final

import pytest

from teamchat.identity import certificate, statements
from teamchat.identity.key_directory import KeyDirectory, Keys
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.identity.statements import Added, Begun, Custodians, Removed, Reset, Statement
from teamchat.ids import DeviceId, UserId, identifier
from tests.cross.node import Peer, bundled

SEEDS: Final = range(20)
ENTRIES: Final = 60
DAY: Final = "2026-11-21"


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    with Peer(bundled("directory", tmp_path_factory.mktemp("directory"))) as running:
        yield running


@dataclass
class Person:
    """Somebody with keys; `lost` are identity keys of before."""

    user: UserId
    identity: IdentityKey
    devices: dict[DeviceId, DeviceKey] = field(default_factory=dict)
    lost: list[IdentityKey] = field(default_factory=list)


class Company:
    """Makes entries, most of which could be true."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.people = [Person(UserId(self._id()), self._identity()) for _ in range(4)]
        self.certificates: list[bytes] = []
        self._said: list[bytes] = []
        self._sets = [self._id() for _ in range(3)]

    def entry(self) -> bytes:
        """Return the next entry: honest, of the wrong person, repeated, or changed in one byte."""
        way = self._random.random()
        if self._said and way < 0.08:
            return self._random.choice(self._said)
        data = statements.encode(self._statement())
        self._said.append(data)
        if way < 0.2:
            at = self._random.randrange(len(data))
            return data[:at] + bytes([data[at] ^ 1 << self._random.randrange(8)]) + data[at + 1 :]
        return data

    def _statement(self) -> Statement:
        person = self._random.choice(self.people)
        kinds = [self._added] * 6 + [self._removed, self._rotated, self._reset] * 2
        return self._random.choice([*kinds, self._begun, self._custodians])(person)

    def _added(self, person: Person) -> Statement:
        device, key = self._device(person)
        by = self._random.choice([None, *person.devices.items()])
        identity = self._random.choice([person.identity] * 6 + [*person.lost, self._identity()])
        if by is None or by[0] == device or by[1] == key:
            made = certificate.issue(
                identity, user=person.user, device=device, device_key=key.public, created=1
            )
        else:
            made = certificate.vouch(
                by[1], by=by[0], user=person.user, identity_key=identity.public,
                device=device, device_key=key.public, created=1,
            )  # fmt: skip
        return self._listed(person, device, key, made)

    def _listed(self, person: Person, device: DeviceId, key: DeviceKey, made: bytes) -> Statement:
        self.certificates.append(made)
        if self._random.random() < 0.1:
            return Added(self._random.choice(self.people).user, device, made, DAY)
        person.devices[device] = key
        return Added(person.user, device, made, DAY)

    def _reset(self, person: Person) -> Statement:
        device, key = self._device(person)
        person.lost.append(person.identity)
        person.identity = self._random.choice([*person.lost, *[self._identity()] * 4])
        made = certificate.issue(
            person.identity, user=person.user, device=device, device_key=key.public, created=2
        )
        self._listed(person, device, key, made)
        return Reset(person.user, device, made, DAY)

    def _removed(self, person: Person) -> Statement:
        device, by = (self._random.choice([*person.devices, self._new()]) for _ in range(2))
        if self._random.random() < 0.4:
            return Removed(person.user, device, DAY)
        key = self._random.choice([person.devices.get(by), *person.devices.values()]) or self._key()
        signed = statements.sign_removal(key, user=person.user, device=device, by=by)
        return Removed(person.user, device, DAY, by, signed)

    def _rotated(self, person: Person) -> Statement:
        by = self._random.choice([*person.devices, self._new()])
        key = person.devices.get(by) or self._key()
        former = self._random.choice([person.identity] * 5 + [self._identity()])
        lost = [each for each in person.lost if each.public != former.public]
        anew = self._random.choice([*lost, *[self._identity()] * 4])
        said = statements.rotate(former, anew, key, user=person.user, by=by, day=DAY)
        if self._random.random() < 0.2:
            return replace(said, former=said.new)
        person.lost.append(person.identity)
        person.identity = anew
        return said

    def _begun(self, _: Person) -> Statement:
        return Begun("a checkpoint —\n", DAY)

    def _custodians(self, _: Person) -> Statement:
        people = sorted({each.user for each in self.people if self._random.random() < 0.7})
        if len(people) < 2:
            return Custodians(self._random.choice(self._sets), (), 0, DAY)
        return Custodians(self._random.choice(self._sets), tuple(people), 2, DAY)

    def _device(self, person: Person) -> tuple[DeviceId, DeviceKey]:
        """Return a device, most of the time a new one with a new key."""
        everybody = [*self._random.choice(self.people).devices.items(), *person.devices.items()]
        if everybody and self._random.random() < 0.15:
            device, key = self._random.choice(everybody)
            return self._random.choice([(device, self._key()), (self._new(), key)])
        return self._new(), self._key()

    def _new(self) -> DeviceId:
        return DeviceId(self._id())

    def _id(self) -> str:
        return identifier(self._random.randbytes(16))

    def _key(self) -> DeviceKey:
        return DeviceKey(self._random.randbytes(32))

    def _identity(self) -> IdentityKey:
        return IdentityKey(self._random.randbytes(32))


def shown(directory: KeyDirectory) -> dict[str, object]:
    """Return what a directory knows, as the process over there shows it."""
    return {
        "size": directory.size, "sets": sorted(directory.sets),
        "people": {user: shown_keys(keys) for user, keys in directory.people.items()},
        "custodians": None if directory.custodians is None else directory.custodians.which,
    }  # fmt: skip


def shown_keys(keys: Keys) -> dict[str, object]:
    return {
        "identity_key": keys.identity_key.hex(),
        "former": sorted(each.hex() for each in keys.former),
        "renewed": sorted(each.hex() for each in keys.renewed),
        "devices": [
            [device, each.device_key.hex(), each.digest.hex(), each.index, each.ended, each.by,
             each.kept_out, each.ended_by, sorted(keys.vouched_for(device))]
            for device, each in keys.devices.items()
        ],
    }  # fmt: skip


def proven(directory: KeyDirectory, identity: bytes) -> list[object]:
    """Return what a directory says of a certificate."""
    found = directory.certificate_of(identity)
    names = None if found is None else [found.user_id, found.device_id, found.by]
    keys = None if found is None else [found.identity_key.hex(), found.device_key.hex()]
    listed = [directory.lists(identity), directory.has_listed(identity)]
    return [*listed, directory.keeps_out(identity), names, keys]


def kept_out(directory: KeyDirectory, device: DeviceId) -> KeyDirectory:
    """Return the directory of a log that began anew and lists a device that had ended."""
    people: Mapping[UserId, Keys] = {
        user: replace(
            keys,
            devices={
                which: replace(each, ended=True, kept_out=True) if which == device else each
                for which, each in keys.devices.items()
            },
        )
        for user, keys in directory.people.items()
    }
    return KeyDirectory.of(directory.size, people, directory.custodians, directory.sets)


def read_on(
    peer: Peer, directory: KeyDirectory, entries: list[bytes]
) -> tuple[KeyDirectory, list[str]]:
    """Read entries here and there; return what is so now, and why entries were refused."""
    after, told = directory.after(entries)
    theirs = peer.ask("after", entries=[{"entry": each} for each in entries])
    for entry, ours, there in zip(entries, told, theirs, strict=True):
        op = None if ours.statement is None else _op(ours.statement)
        assert there == [ours.index, op, ours.refused], entry
    return after, [each.refused for each in told]


def _op(said: Statement) -> str:
    names = {"Added": "add", "Removed": "remove", "Rotated": "rotate", "Begun": "begin"}
    return names.get(type(said).__name__, type(said).__name__.lower())


def test_both_languages_follow_a_log_alike(peer: Peer) -> None:
    found: Counter[str] = Counter()
    for seed in SEEDS:
        random = Random(f"directory {seed}")
        company, directory = Company(random), KeyDirectory()
        peer.ask("begin")
        for _ in range(3):
            entries = [company.entry() for _ in range(ENTRIES // 3)]
            directory, told = read_on(peer, directory, entries)
            found.update(told)
            assert peer.ask("show") == shown(directory)
            devices = [each for keys in directory.people.values() for each in keys.devices]
            if devices:
                device = random.choice(devices)
                directory = kept_out(directory, device)
                peer.ask("keepOut", device=device)
                assert peer.ask("show") == shown(directory)
        for each in company.certificates:
            assert peer.ask("proven", certificate=each) == proven(directory, each)
    # A log without tampering, or nothing but that, would show little.
    assert found[""] > len(SEEDS) * ENTRIES / 6, found
    assert len(found) > 20, found


def test_the_log_of_a_company_is_read_the_same_at_once_and_in_pieces(peer: Peer) -> None:
    company = Company(Random(7))
    entries = [company.entry() for _ in range(40)]
    whole = KeyDirectory().after(entries)[0]
    peer.ask("begin")
    directory = KeyDirectory()
    for entry in entries:
        directory, _ = read_on(peer, directory, [entry])
    assert shown(directory) == shown(whole) == peer.ask("show")
    assert directory.size == len(entries)
    digests = [hashlib.sha256(each).hexdigest() for each in company.certificates]
    assert len({*digests}) == len(digests)
