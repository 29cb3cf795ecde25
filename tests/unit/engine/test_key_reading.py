"""Reading a log bundle by bundle: whole and as signed, or not believed."""

from dataclasses import replace

import pytest

from teamchat.engine.key_log import KeyLogState, Promise, begin, offered
from teamchat.engine.key_reading import (
    AT_ONCE,
    OtherLogError,
    Reading,
    UnmetRootError,
    begun,
)
from teamchat.ids import UserId
from teamchat.transparency import (
    CompactRange,
    EntryBundle,
    FormatError,
    LogKey,
    TreeHead,
    encode_bundle,
    leaf_hash,
)
from tests.support.simulated_keys import BEGUN, KEY, KeyLog
from tests.support.tlog import entries

OWN = UserId("a" * 26)


def log_of(count: int) -> KeyLog:
    log = KeyLog()
    log.append(*entries(count))
    return log


def reading_of(log: KeyLog, state: KeyLogState | None = None) -> Reading:
    state = state or KeyLogState()
    return begin(state, offered(log.answer([]), state))  # type: ignore[arg-type]  # it is one


def ask(reading: Reading) -> tuple[Reading, dict[int, EntryBundle]]:
    asked = {}
    for bundle in reading.due():
        number = bundle.index + 1
        reading, asked[number] = reading.asking(number, bundle), bundle
    return reading, asked


def data(log: KeyLog, bundle: EntryBundle) -> bytes:
    return encode_bundle(log.stored.entries[bundle.index * 256 :][: bundle.width])


def read_all(log: KeyLog, reading: Reading, *, backwards: bool = False) -> Reading:
    while not reading.complete:
        reading, _ = ask(reading)
        for number in sorted(reading.asked, reverse=backwards):
            reading = reading.take(number, data(log, reading.asked[number]), OWN)
    return reading


@pytest.mark.parametrize("count", [1, 255, 256, 257, 1500])
@pytest.mark.parametrize("backwards", [False, True])
def test_in_whatever_order_bundles_come_the_root_is_the_signed_one(
    count: int, *, backwards: bool
) -> None:
    log = log_of(count)
    reading = read_all(log, reading_of(log), backwards=backwards)
    reading.check()
    assert reading.range.head == log.stored.tree.head
    assert reading.directory.size == count


def test_a_few_bundles_are_asked_for_at_once_and_each_once() -> None:
    log = log_of(256 * 9)
    reading, asked = ask(reading_of(log))
    assert len(asked) == AT_ONCE
    assert reading.due() == ()
    last = max(asked)
    reading = reading.take(last, data(log, asked[last]), OWN)
    assert reading.due() == ()  # what came out of turn is not asked for again
    first = min(asked)
    reading = reading.take(first, data(log, asked[first]), OWN)
    assert [each.index for each in reading.due()] == [AT_ONCE]


def test_what_is_known_is_not_read_twice() -> None:
    log = log_of(300)
    first = read_all(log, reading_of(log))
    log.append(*entries(10, 300))
    later = replace(reading_of(log), range=first.range, directory=first.directory)
    assert [(each.index, each.width) for each in later.due()] == [(1, 310 - 256)]
    later = read_all(log, later)
    later.check()
    assert later.directory.size == 310


def test_another_entry_does_not_make_the_signed_root() -> None:
    log, other = log_of(300), log_of(300)
    other.stored.entries[299] = b"{}"
    reading = read_all(other, reading_of(log))
    with pytest.raises(UnmetRootError):
        reading.check()


@pytest.mark.parametrize("cut", [-1, 1])
def test_a_bundle_of_another_size_is_none(cut: int) -> None:
    log = log_of(3)
    reading, asked = ask(reading_of(log))
    ((number, bundle),) = asked.items()
    damaged = data(log, bundle)[:cut] if cut < 0 else data(log, bundle) + b"x"
    with pytest.raises(FormatError):
        reading.take(number, damaged, OWN)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 300])
def test_a_promise_is_kept_on_the_way(size: int) -> None:
    log = log_of(300)
    head = CompactRange().append(map(leaf_hash, log.stored.entries[:size])).head
    read_all(log, reading_of(log, KeyLogState(promise=Promise(KEY.verifier, head)))).check()


@pytest.mark.parametrize("size", [1, 256, 300])
def test_a_promise_that_is_not_kept_spoils_the_log(size: int) -> None:
    log = log_of(300)
    promise = Promise(KEY.verifier, TreeHead(size, bytes(32)))
    reading = read_all(log, reading_of(log, KeyLogState(promise=promise)))
    with pytest.raises(OtherLogError):
        reading.check()


def test_an_origin_says_when_its_log_was_begun() -> None:
    assert begun(KEY.verifier) == BEGUN
    for name in ("chat.example/audit/1", "chat.example/v1/keys/", "chat.example/v1/keys/1x"):
        with pytest.raises(FormatError):
            begun(LogKey(name, bytes(32)).verifier)
