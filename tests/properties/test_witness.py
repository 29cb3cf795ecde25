"""Laws of a witness: one history for ever, and nothing changes by what it refuses."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from teamchat.transparency import CompactRange, Signature, leaf_hash
from teamchat.witness import box
from teamchat.witness.box import Box
from teamchat.witness.decision import Verdict, decide
from teamchat.witness.request import AddCheckpoint
from teamchat.witness.witness import Witness
from tests.support.clock import FakeClock
from tests.support.strategies.mutations import hostile
from tests.support.tlog import LOG_KEY, NOW, StoredLog, checkpoint, entries
from tests.support.witnessing import NEW, WITNESS, asked, body, request, two_stories

COMMON = 6
LARGEST = 40
STORIES = two_stories(COMMON, LARGEST)
SIZES = st.integers(0, LARGEST)
REFUSED = {each for each in Verdict if each.status >= 400} - {
    Verdict.NOT_STORED,
    Verdict.CLOCK_IS_BEHIND,
}
HASHES = st.lists(st.binary(min_size=32, max_size=32), max_size=8).map(tuple)


@functools.cache
def told(story: int, size: int) -> StoredLog:
    """One of the stories, as far as a size."""
    return StoredLog().append(STORIES[story].entries[:size]) if size else StoredLog()


FIVE, _ = decide(NEW, request(told(0, 5), 0), WITNESS, NOW)
GOOD = st.sampled_from([asked(told(0, size), old) for size, old in [(5, 5), (9, 5), (40, 5)]])


@contextmanager
def opened() -> Iterator[Box]:
    with TemporaryDirectory() as folder:
        box.make(Path(folder) / "box", "witness.example/council")
        with box.opened(Path(folder) / "box") as made:
            made.ledger.follow(LOG_KEY.verifier)
            yield made


@given(data=hostile(GOOD))
def test_a_hostile_body_is_answered_and_changes_nothing(data: bytes) -> None:
    """It may still be good, as when a bit of a stranger's signature is changed."""
    with opened() as made:
        witness = Witness(made, FakeClock(NOW))
        assert witness.add_checkpoint(asked(told(0, 5), 0)).verdict is Verdict.COSIGNED
        before = made.ledger.followed()
        answer = witness.add_checkpoint(data)
        if answer.verdict is not Verdict.COSIGNED:
            assert answer.verdict in REFUSED
            assert made.ledger.followed() == before
        else:
            assert AddCheckpoint.decode(data).old == 5


@given(old=st.integers(0, 50), proof=HASHES, size=SIZES, story=st.integers(0, 1))
def test_an_invented_proof_never_moves_the_witness(
    old: int, proof: tuple[bytes, ...], size: int, story: int
) -> None:
    note = checkpoint(told(story, size).tree.head)
    after, answer = decide(FIVE, AddCheckpoint(old, proof, note), WITNESS, NOW)
    if answer.verdict is Verdict.COSIGNED:
        assert (old, size, proof) == (5, 5, ())
    assert after.head == FIVE.head


class OneHistory(RuleBasedStateMachine):
    """A log that tells two stories, in any order and of any size, to a witness that restarts."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock(NOW)
        self.stack = opened()
        self.box = self.stack.__enter__()
        self.witness = Witness(self.box, self.clock)
        self.signed: list[tuple[int, bytes, int]] = []

    def teardown(self) -> None:
        self.stack.__exit__(None, None, None)

    def ask(self, log: StoredLog, old: int) -> None:
        answer = self.witness.add_checkpoint(asked(log, old))
        if answer.verdict is Verdict.COSIGNED:
            signature = Signature.parse(answer.body.decode().removesuffix("\n"))
            text = checkpoint(log.tree.head).text
            time = self.box.key.verifier.verify(text, signature)
            assert time is not None
            self.signed.append((log.tree.size, log.tree.head.root, time))

    @rule(story=st.integers(0, 1), size=SIZES, old=SIZES)
    def any_old_size(self, story: int, size: int, old: int) -> None:
        self.ask(told(story, size), old)

    @rule(story=st.integers(0, 1), size=SIZES)
    def the_right_old_size(self, story: int, size: int) -> None:
        self.ask(told(story, size), self.signed[-1][0] if self.signed else 0)

    @rule(story=st.integers(0, 1), size=SIZES, data=st.binary(max_size=100))
    def rubbish(self, story: int, size: int, data: bytes) -> None:
        self.witness.add_checkpoint(body(size, (), checkpoint(told(story, size).tree.head)) + data)

    @rule(seconds=st.integers(-400, 400))
    def time_passes_or_goes_back(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @rule()
    def restart(self) -> None:
        self.witness = Witness(self.box, self.clock)

    @invariant()
    def sizes_and_times_never_go_back(self) -> None:
        for one, next_one in zip(self.signed, self.signed[1:], strict=False):
            assert one[0] <= next_one[0]
            assert one[2] <= next_one[2]

    @invariant()
    def there_is_one_history(self) -> None:
        """The roots of all that was signed are those of one list of entries."""
        stories = [
            all(root == told(story, size).tree.head.root for size, root, _ in self.signed)
            for story in (0, 1)
        ]
        assert any(stories)

    @invariant()
    def what_is_remembered_is_what_was_signed_last(self) -> None:
        (followed,) = self.box.ledger.followed()
        last = self.signed[-1][:2] if self.signed else (0, CompactRange().head.root)
        assert (followed.head.size, followed.head.root) == last


OneHistory.TestCase.settings = settings(stateful_step_count=20)
TestOneHistory = OneHistory.TestCase


def test_the_stories_differ_where_they_should() -> None:
    assert told(0, COMMON).tree == told(1, COMMON).tree
    assert told(0, COMMON + 1).tree != told(1, COMMON + 1).tree
    assert leaf_hash(entries(1)[0]) == told(0, 1).tree.hashes[0]
