"""`python -m benchmarks.key_log.client`: what following the key directory costs a client.

CPU time of one process. A directory of 10,000 people with three devices each is read entry by
entry, as a new device does; then ten entries more, as a connected one does a few times a day. A
checkpoint check is what is left when nothing is new: key, signature and three cosignatures.
"""

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from teamchat.engine.key_log import KeyLogState, begin, offered, pinned
from teamchat.engine.key_reading import Reading
from teamchat.identity import certificate, statements
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.ids import DeviceId, UserId, identifier
from teamchat.transparency import (
    Checkpoint,
    CompactRange,
    LogKey,
    Policy,
    SignedNote,
    WitnessKey,
    encode_bundle,
    leaf_hash,
)
from teamchat.wire.bodies import KeyLog

PEOPLE: Final = 10_000
DEVICES: Final = 3
REPLAY_SECONDS: Final = 10.0
"""How long reading all of it may take, in CPU seconds."""
CHECK_SECONDS: Final = 0.005
"""How long a checkpoint check may take, in CPU seconds."""
CHECKS: Final = 200
KEY: Final = LogKey("chat.example/v1/keys/1790000000", b"k" * 32)
WITNESSES: Final = tuple(WitnessKey(f"witness.example/{n}", bytes([n]) * 32) for n in (1, 2, 3))
NOW: Final = 1_790_000_000
OWN: Final = UserId("a" * 26)


@dataclass(frozen=True, slots=True)
class Costs:
    """What was measured, in CPU seconds and bytes."""

    entries: int
    entry_bytes: int
    replay: float
    ten_more: float
    check: float
    check_with_three_witnesses: float


def main() -> int:
    """Measure, print, compare; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--json", metavar="FILE")
    asked = parser.parse_args()
    costs = measure(asked.people)
    print(f"{costs.entries} entries of about {costs.entry_bytes} bytes")
    print(f"replay               {costs.replay:8.2f} s   (target {REPLAY_SECONDS:.0f} s)")
    print(f"ten entries more     {costs.ten_more * 1000:8.2f} ms")
    print(
        f"checkpoint           {costs.check * 1000:8.2f} ms  (target {CHECK_SECONDS * 1000:.0f} ms)"
    )
    print(f"... three witnesses  {costs.check_with_three_witnesses * 1000:8.2f} ms")
    if asked.json:
        Path(asked.json).write_text(json.dumps(asdict(costs)), encoding="utf-8")
    slow = costs.replay > REPLAY_SECONDS or costs.check_with_three_witnesses > CHECK_SECONDS
    return int(slow and asked.people == PEOPLE)


def measure(people: int) -> Costs:
    """Measure with a directory of so many people."""
    entries = [entry for number in range(people) for entry in _person(number)]
    more = [entry for number in range(people, people + 4) for entry in _person(number)][:10]
    state, replay = _follow(KeyLogState(), entries, entries)
    _, ten_more = _follow(state, [*entries, *more], more)
    note = _note(entries)
    signed = note.with_signatures(*(key.sign(note.text, NOW) for key in WITNESSES))
    policy = Policy(KEY.verifier, tuple(key.verifier for key in WITNESSES), quorum=3)
    return Costs(
        entries=len(entries),
        entry_bytes=sum(map(len, entries)) // len(entries),
        replay=replay,
        ten_more=ten_more,
        check=_check(state, note),
        check_with_three_witnesses=_check(state, signed, policy),
    )


def _person(number: int) -> list[bytes]:
    user = UserId(identifier(sha256(b"user %d" % number).digest()[:16]))
    identity = IdentityKey(sha256(b"identity %d" % number).digest())
    found = []
    for which in range(DEVICES):
        device = DeviceId(identifier(sha256(b"device %d %d" % (number, which)).digest()[:16]))
        key = DeviceKey(sha256(b"key %d %d" % (number, which)).digest())
        signed = certificate.issue(
            identity, user=user, device=device, device_key=key.public, created=NOW
        )
        said = statements.Added(user, device, signed, statements.day_of(NOW))
        found.append(statements.encode(said))
    return found


def _follow(state: KeyLogState, every: list[bytes], new: list[bytes]) -> tuple[KeyLogState, float]:
    """Let a client read what is new, bundle by bundle; return what it costs."""
    body = _body(_note(every))
    first = (len(every) - len(new)) // 256
    bundles = {
        index: encode_bundle(every[index * 256 :][:256])
        for index in range(first, (len(every) + 255) // 256)
    }
    start = time.process_time()
    offer = offered(body, state)
    reading = begin(state, offer)
    while not reading.complete:
        reading = _read_next(reading, bundles)
    reading.check()
    pin = pinned(state, reading)
    return KeyLogState(pin=pin, directory=reading.directory), time.process_time() - start


def _read_next(reading: Reading, bundles: dict[int, bytes]) -> Reading:
    for number, bundle in enumerate(reading.due()):
        reading = reading.asking(number, bundle)
    for number, bundle in reading.asked.items():
        reading = reading.take(number, bundles[bundle.index][reading.start(bundle) :], OWN)
    return reading


def _check(state: KeyLogState, note: SignedNote, policy: Policy | None = None) -> float:
    body, encoded = _body(note), note.encode()
    start = time.process_time()
    for _ in range(CHECKS):
        offer = offered(body, state)
        if state.pin is None or offer.head != state.pin.head:
            raise AssertionError("the checkpoint of what was read")
        if policy is not None:
            policy.check_fresh(SignedNote.decode(encoded), now=NOW, maximum_age=60)
    return (time.process_time() - start) / CHECKS


def _note(entries: list[bytes]) -> SignedNote:
    head = CompactRange().append(map(leaf_hash, entries)).head
    text = Checkpoint(KEY.verifier.name, head.size, head.root).encode()
    return SignedNote(text, (KEY.sign(text),))


def _body(note: SignedNote) -> KeyLog:
    return KeyLog(KEY.verifier.name, KEY.verifier.vkey, note.encode().decode())


if __name__ == "__main__":
    sys.exit(main())
