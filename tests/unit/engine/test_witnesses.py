"""Witnesses that are required: told when they are late, and an end to sending after a day."""

from dataclasses import replace
from functools import partial

import pytest

from teamchat.engine import witnesses
from teamchat.engine.events import DirectAsked, TextWritten, TimerFired, WitnessesRequired
from teamchat.engine.following import AGAIN
from teamchat.engine.witnesses import GRACE_SECONDS, MAX_AGE_SECONDS
from teamchat.identity.linking.messages import Witnesses
from teamchat.ids import ConversationId
from teamchat.transparency import LogKey, SignedNote, TransparencyError, VerifierKey
from tests.support.simulated_keys import KEY
from tests.support.simulator import Peer, World
from tests.support.tlog import WITNESSES

AGE = 3600
KEYS = tuple(key.verifier.vkey for key in WITNESSES)


class Cosigners:
    """The witnesses of the log, as many as are there."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.there = 3
        world.server.keys.honest.shown = self.cosign

    def cosign(self, note: SignedNote) -> SignedNote:
        now = self.world.clock.now()
        return note.with_signatures(*(k.sign(note.text, now) for k in WITNESSES[: self.there]))


@pytest.fixture
def cosigners(world: World, anna: Peer) -> Cosigners:
    return Cosigners(world)


@pytest.fixture
def talk(world: World, anna: Peer, cosigners: Cosigners) -> ConversationId:
    bo = world.person("bo")
    return ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))


def require(peer: Peer, quorum: int = 2) -> None:
    peer.ask(lambda call: WitnessesRequired(call, KEYS, quorum, AGE))


def look(peer: Peer, seconds: float = 0) -> None:
    peer.world.sleep(seconds)
    peer.events.append(TimerFired(AGAIN))
    peer.world.run()


def told(peer: Peer) -> list[str]:
    return [each.key for each in peer.engine.alarms]


def test_enough_of_them_lately_is_nothing_to_tell(anna: Peer, talk: ConversationId) -> None:
    require(anna)
    for _ in range(30):
        look(anna, AGE)
    assert told(anna) == []
    anna.ask(lambda call: TextWritten(call, talk, "fine"))


def test_too_few_is_told_and_after_a_day_nothing_is_sent(
    anna: Peer, cosigners: Cosigners, talk: ConversationId
) -> None:
    require(anna)
    cosigners.there = 1
    look(anna, AGE)
    assert told(anna) == []
    look(anna, 1)
    assert told(anna) == ["notice-witnesses-late"]
    anna.ask(lambda call: TextWritten(call, talk, "for a day"))
    look(anna, GRACE_SECONDS - 1)
    anna.ask(lambda call: TextWritten(call, talk, "the last"))
    look(anna, 1)
    assert told(anna) == ["notice-witnesses-late", "alarm-witnesses-missing"]
    refused = anna.refused(lambda call: TextWritten(call, talk, "no more"))
    assert refused == "error-witnesses-missing"
    anna.restart()
    anna.world.run()
    refused = anna.refused(lambda call: TextWritten(call, talk, "no more"))
    assert refused == "error-witnesses-missing"
    cosigners.there = 2
    look(anna)
    anna.ask(lambda call: TextWritten(call, talk, "again"))
    cosigners.there = 0
    look(anna, AGE + 1)
    assert told(anna)[2:] == ["notice-witnesses-late"]


def test_a_checkpoint_that_nobody_has_cosigned_yet_is_followed(
    anna: Peer, cosigners: Cosigners, world: World, talk: ConversationId
) -> None:
    require(anna)
    look(anna, AGE + GRACE_SECONDS)
    cosigners.there = 0
    world.person("cem")
    assert anna.engine.desk.keys.directory.size == 3
    assert told(anna) == []
    cosigners.there = 3
    world.server.tell_keys()  # of the same size, with one signature more
    world.run()
    look(anna, AGE)
    assert told(anna) == []


def test_a_server_that_shows_an_old_checkpoint_is_noticed(
    anna: Peer, world: World, talk: ConversationId
) -> None:
    """It is frozen: nothing new comes, and no signature is wrong."""
    require(anna)
    look(anna)
    log = world.server.keys.honest
    old = log.shown(log.note)
    log.shown = lambda _: old
    look(anna, AGE + GRACE_SECONDS + 1)
    assert told(anna) == ["alarm-witnesses-missing"]


def test_a_signature_from_the_future_counts_for_nothing(
    anna: Peer, world: World, talk: ConversationId
) -> None:
    require(anna)
    later = world.clock.now() + 10**6
    world.server.keys.honest.shown = lambda note: note.with_signatures(
        *(key.sign(note.text, later) for key in WITNESSES)
    )
    look(anna, AGE + 1)
    assert told(anna) == ["notice-witnesses-late"]


def test_who_requires_none_any_more_is_not_stopped(
    anna: Peer, cosigners: Cosigners, talk: ConversationId
) -> None:
    require(anna)
    cosigners.there = 0
    look(anna, AGE + GRACE_SECONDS + 1)
    anna.ask(lambda call: WitnessesRequired(call, (), 0, 0))
    anna.ask(lambda call: TextWritten(call, talk, "without"))
    anna.restart()
    assert anna.engine.desk.keys.witnesses is None


@pytest.mark.parametrize(
    ("keys", "quorum", "age"),
    [
        (KEYS, 4, AGE),
        (KEYS, -1, AGE),
        (KEYS, 2, 0),
        (KEYS, 2, 2**60),
        ((*KEYS, KEYS[0]), 2, AGE),
        ((KEY.verifier.vkey,), 1, AGE),
        ((LogKey("w", bytes(32)).verifier.vkey,), 1, AGE),
        (("no key",), 1, AGE),
    ],
)
def test_what_cannot_be_required(anna: Peer, keys: tuple[str, ...], quorum: int, age: int) -> None:
    refused = anna.refused(lambda call: WitnessesRequired(call, keys, quorum, age))
    assert refused == "error-witnesses"


# --- for a device that is linked ------------------------------------------------------------------


def test_what_is_handed_over_is_what_is_required(anna: Peer, talk: ConversationId) -> None:
    assert witnesses.handed(anna.engine.desk.keys.witnesses) is None
    require(anna)
    required = anna.engine.desk.keys.witnesses
    assert required is not None
    handed = witnesses.handed(required)
    assert handed is not None
    log, now = VerifierKey.parse(KEY.verifier.vkey), anna.world.clock.now()
    taken = witnesses.taken(log, handed, now)
    assert (taken.witnesses, taken.quorum, taken.maximum_age) == (KEYS, 2, AGE)


def test_a_device_that_is_linked_waits_no_longer_for_them_than_the_one_that_was_there(
    anna: Peer, cosigners: Cosigners, talk: ConversationId
) -> None:
    require(anna)
    cosigners.there = 1
    look(anna, AGE + GRACE_SECONDS)
    required = anna.engine.desk.keys.witnesses
    assert required is not None
    handed = witnesses.handed(required)
    assert handed is not None
    now = anna.world.clock.now()
    taken = witnesses.taken(KEY.verifier, handed, now)
    assert now - taken.since >= AGE + GRACE_SECONDS
    later = witnesses.taken(KEY.verifier, replace(handed, since=now + 10**9), now)
    assert later.since == now


@pytest.mark.parametrize(
    "wrong",
    [
        Witnesses((KEYS[0], KEYS[0]), 1, AGE, 0),
        Witnesses(("nobody",), 1, AGE, 0),
        Witnesses((KEY.verifier.vkey,), 1, AGE, 0),
        Witnesses(KEYS, 1, 0, 0),
        Witnesses(KEYS, 1, MAX_AGE_SECONDS + 1, 0),
    ],
)
def test_what_nobody_can_require_is_not_taken_over(wrong: Witnesses) -> None:
    with pytest.raises(TransparencyError):
        witnesses.taken(KEY.verifier, wrong, 1_800_000_000)


def test_more_are_not_required_than_can_be_handed_over(anna: Peer, talk: ConversationId) -> None:
    for keys in (KEYS * 6, (*KEYS, "k" * 151)):
        wanted = partial(WitnessesRequired, witnesses=keys, quorum=1, maximum_age=AGE)
        refused = anna.refused(wanted)
        assert refused == "error-witnesses-too-many"
    assert anna.engine.desk.keys.witnesses is None
