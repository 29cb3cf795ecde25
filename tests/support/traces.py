"""What an engine was told and what it answered, event by event: a tape for its twin.

The engine in TypeScript is played the same tape: the same store at the start, for each event the
same time and the same chance. It has to give the same commands. So every test of the engine here
is one of the engine there. `pytest -p tests.support.traces` with a folder in TEAMCHAT_TRACES tapes
every engine of every test that it runs.

A tape is the life of one engine: lines of JSON, the store first. What is one of several kinds has
its class's name under `type`, and so has a body of HTTP; bytes are `{"$bytes": hexadecimal}`, an
enumeration is its value, the code of a problem `{"$code": its name}`.

A tape ends where a test changes what the engine holds by hand, and goes on with the next store. Of
tests that put something else in the engine's place there is none.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, Final, get_args
from unittest import mock

import msgspec
import pytest

from teamchat.clock import Clock
from teamchat.engine.amendments import Amendment
from teamchat.engine.commands import Command, Query
from teamchat.engine.engine import Engine
from teamchat.engine.events import Answered, Event
from teamchat.engine.history.entries import Entry
from teamchat.engine.model import Change
from teamchat.engine.records import Intent
from teamchat.engine.step import Surroundings
from teamchat.engine.store import Store, Table, Write
from teamchat.mls.crypto import CryptoProvider, Secret
from teamchat.mls.crypto.provider import KeyPair
from teamchat.mls.crypto.suites import CipherSuite
from teamchat.wire.frames import ClientFrame, ServerFrame
from teamchat.wire.problems import Code

FOLDER: Final = "TEAMCHAT_TRACES"
"""The folder that the tapes of a test run go into."""

_KINDS: Final = frozenset(
    kind.__name__
    for union in (
        Amendment,
        Command,
        Event,
        Change,
        Intent,
        Write,
        Entry,
        ClientFrame,
        ServerFrame,
    )
    for kind in get_args(union)
)


@pytest.fixture(autouse=True)
def tape(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tape the engines of this test."""
    if "monkeypatch" in request.fixturenames:
        yield
        return
    name = re.sub(r"[^\w.-]+", "_", f"{request.path.stem}.{request.node.name}")
    with recorded(Path(os.environ[FOLDER]) / name):
        yield


@contextmanager
def recorded(folder: Path) -> Iterator[None]:
    """Tape every engine that begins in this block, each in a file of its own."""
    begin, set_back, handle = Engine.__init__, Engine.set_back, Engine.handle
    tapes = dict[int, _Tape]()
    engines: list[Engine] = []  # they stay, so that no number of a tape is given twice
    folder.mkdir(parents=True, exist_ok=True)

    def begun(engine: Engine, store: Store, surroundings: Surroundings) -> None:
        chance, clock = _Chance(surroundings.crypto), _Clock(surroundings.clock)
        begin(engine, store, replace(surroundings, crypto=chance, clock=clock))
        tapes[id(engine)] = _Tape(folder / f"{len(engines):04}.jsonl", chance)
        engines.append(engine)
        tapes[id(engine)].begin(engine, store)

    def gone_back(engine: Engine, store: Store) -> None:
        set_back(engine, store)
        tapes[id(engine)].begin(engine, store)

    def handled(engine: Engine, event: Event) -> list[Command]:
        clock, tape = engine.surroundings.clock, tapes[id(engine)]
        if not tape.follows(engine):
            return handle(engine, event)
        assert isinstance(clock, _Clock)
        clock.stop()
        tape.chance.given()  # what others drew meanwhile
        said: dict[str, object] = {"now": clock.now(), "now_ms": clock.now_ms()}
        said["event"] = plain(event)
        try:
            commands = handle(engine, event)
            said["commands"] = plain(commands)
        except Exception as error:
            said["raised"] = type(error).__name__
            raise
        finally:
            clock.go_on()
            tape.add(engine, said | {"chance": tape.chance.given()})
        return commands

    with (
        mock.patch.object(Engine, "__init__", begun),
        mock.patch.object(Engine, "set_back", gone_back),
        mock.patch.object(Engine, "handle", handled),
    ):
        yield


class _Tape:
    def __init__(self, path: Path, chance: "_Chance") -> None:
        self._path = path
        self.chance = chance
        self._held = list[object]()

    def begin(self, engine: Engine, store: Store) -> None:
        """Begin with what a store holds."""
        self.chance.given()
        self.add(engine, {"store": _stored(store)})

    def follows(self, engine: Engine) -> bool:
        """Whether the engine holds what it came to by itself, all the time until now."""
        held = _held(engine)
        alike = len(held) == len(self._held)
        whole = alike and all(x is y for x, y in zip(held, self._held, strict=True))
        if not whole:
            self._held = []
        return whole

    def add(self, engine: Engine, line: object) -> None:
        """Write down what happened, and what the engine holds from now on."""
        with self._path.open("a", encoding="utf-8") as tape:
            tape.write(json.dumps(line, separators=(",", ":")) + "\n")
        self._held = _held(engine)


def _held(engine: Engine) -> list[object]:
    """Return all that an engine holds: values, so that any other is another object."""
    held = engine._held
    values = (held.conversations.values(), held.key_packages.values(), held.alarms.values())
    return [held.desk, held.people, *(each for several in values for each in several)]


class _Clock:
    """A clock that stands still while an event is handled: a tape has one time for each."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._still: tuple[int, int] | None = None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the clock has
        return getattr(self._clock, name)

    def stop(self) -> None:
        """Say from now on what time it is now."""
        now_ms = self._clock.now_ms()
        self._still = now_ms // 1000, now_ms

    def go_on(self) -> None:
        """Say what time it is."""
        self._still = None

    def now(self) -> int:
        """Return seconds since 1970."""
        return self._clock.now() if self._still is None else self._still[0]

    def now_ms(self) -> int:
        """Return milliseconds since 1970."""
        return self._clock.now_ms() if self._still is None else self._still[1]

    def monotonic(self) -> float:
        """Return seconds on a clock that never jumps."""
        return self._clock.monotonic()


class _Chance:
    """A provider that writes down whatever comes out differently each time."""

    def __init__(self, crypto: CryptoProvider) -> None:
        self._crypto = crypto
        self._given = list[dict[str, object]]()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the provider has
        return getattr(self._crypto, name)

    def given(self) -> list[dict[str, object]]:
        """Return what was given since the last time."""
        given, self._given = self._given, []
        return given

    def random(self, length: int) -> bytes:
        """Return that many unpredictable bytes."""
        return self._keep("random", [length], [self._crypto.random(length)])[0]

    def hpke_key_pair(self, suite: CipherSuite) -> KeyPair:
        """Make a fresh HPKE key pair."""
        made = self._crypto.hpke_key_pair(suite)
        self._keep("hpkeKeyPair", [suite.id], [made.private_key.reveal(), made.public_key])
        return made

    def hpke_seal(
        self, suite: CipherSuite, public_key: bytes, info: bytes, plaintext: bytes
    ) -> tuple[bytes, bytes]:
        """Seal; whoever plays the tape has to seal the same for the same key."""
        asked: list[int | bytes] = [suite.id, public_key, info, plaintext]
        sealed = self._crypto.hpke_seal(suite, public_key, info, plaintext)
        self._keep("hpkeSeal", asked, sealed)
        return sealed

    def hpke_export_to(
        self, suite: CipherSuite, public_key: bytes, info: bytes, context: bytes, length: int
    ) -> tuple[bytes, Secret]:
        """Send an exported secret; likewise."""
        asked: list[int | bytes] = [suite.id, public_key, info, context, length]
        made = self._crypto.hpke_export_to(suite, public_key, info, context, length)
        self._keep("hpkeExportTo", asked, [made[0], made[1].reveal()])
        return made

    def _keep(
        self, do: str, asked: Sequence[int | bytes], given: Sequence[bytes]
    ) -> Sequence[bytes]:
        digests = [hashlib.sha256(each).hexdigest()[:16] if isinstance(each, bytes) else each
                   for each in asked]  # fmt: skip
        self._given.append({"do": do, "asked": digests, "given": [each.hex() for each in given]})
        return given


def plain(value: object) -> object:  # noqa: PLR0911  # one for each kind
    """Return a value as JSON can hold it.

    Raises:
        TypeError: It is of a kind that is on no tape yet.
    """
    match value:
        case None | bool() | float():
            return value
        case Enum():
            return {"$code": value.name} if isinstance(value, Code) else value.value
        case int():
            return int(value) if abs(value) < 2**53 else {"$large": str(value)}
        case str():
            return str(value)
        case bytes() | bytearray() | memoryview():
            return {"$bytes": bytes(value).hex()}
        case type():
            return value.__name__
        case Answered() | Query():
            return _named(value) | {"body": _body(value.body)}
        case Mapping():
            return {"$map": [[plain(key), plain(each)] for key, each in value.items()]}
        case AbstractSet():
            return {"$set": sorted(map(plain, value), key=json.dumps)}
        case _:
            return _plain_of_class(value)


def _plain_of_class(value: object) -> object:
    if isinstance(value, Sequence) and not hasattr(value, "_fields"):
        return [plain(each) for each in value]
    return _named(value)


def _named(value: object) -> dict[str, object]:
    names: Sequence[str]
    if isinstance(value, msgspec.Struct):
        names = value.__struct_fields__
    elif is_dataclass(value):
        names = [each.name for each in fields(value)]
    elif isinstance(value, tuple):
        names = value._fields  # type: ignore[attr-defined]  # a NamedTuple
    else:
        raise TypeError(type(value).__name__)
    kind = type(value).__name__
    tag = {"type": kind} if kind in _KINDS else {}
    return tag | {name: plain(getattr(value, name)) for name in names}


def _body(body: object) -> object:
    if not isinstance(body, msgspec.Struct):
        return plain(body)
    return {"type": type(body).__name__} | _named(body)


def _stored(store: Store) -> object:
    tables = {table.value: store.table(table) for table in Table}
    return {
        "tables": {
            name: [[key, value.hex()] for key, value in held.items()]
            for name, held in tables.items()
        },
        "last_lines": plain(store.last_lines()),
    }
