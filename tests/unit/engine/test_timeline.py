"""The fold, and what a commit says."""

from collections.abc import Sequence

import msgspec

from teamchat.engine.events import DirectAsked, TextWritten
from teamchat.engine.model import MessageKind
from teamchat.engine.records import ConversationRecord, Phase
from teamchat.engine.state import LOCAL_POSITION, Leaf
from teamchat.engine.store import AddLine, Drop, DropLine, PutLine, Table, Write
from teamchat.engine.timeline import Timeline, apply, comings, lines_of_commit, queued, system
from teamchat.ids import ConversationId, DeviceId, UserId
from tests.support.simulator import World

TALK = ConversationId("t")
ANNA, BO, CEM = UserId("anna"), UserId("bo"), UserId("cem")
RECORD = ConversationRecord(TALK, direct=False, phase=Phase.JOINED, log_epoch=1, shift=100)


def leaf(user: UserId, device: str) -> Leaf:
    return Leaf(0, user, DeviceId(device), b"")


def test_what_is_queued_stands_behind_what_is_sent() -> None:
    first = system(RECORD, 7, 0, "system-created")
    waiting = queued(TALK, "x", 1, ANNA, 0, "hello")
    timeline = apply(apply((), PutLine(waiting)), PutLine(first))
    assert [each.id for each in timeline] == [first.id, "x"]
    assert first.position == 107
    assert waiting.position == LOCAL_POSITION + 1


def test_a_line_is_replaced_and_forgotten_by_its_id() -> None:
    waiting = queued(TALK, "x", 1, ANNA, 0, "hello")
    timeline = apply(apply((), PutLine(waiting)), PutLine(waiting))
    assert timeline == (waiting,)
    assert apply(timeline, Drop(Table.PERSON, "x")) == timeline
    assert apply(timeline, DropLine(TALK, "x")) == ()


def test_what_is_given_takes_the_place_of_nothing() -> None:
    read = queued(TALK, "x", 1, ANNA, 0, "hello")
    given = msgspec.structs.replace(read, text="something else", given_by=BO)
    assert apply((read,), AddLine(given)) == (read,)
    assert apply((), AddLine(given)) == (given,)
    assert apply((given,), PutLine(read)) == (read,)


def test_what_nobody_was_to_give_gives_way_to_what_somebody_was() -> None:
    read = queued(TALK, "x", 1, ANNA, 0, "hello")
    false = msgspec.structs.replace(read, text="false", given_by=BO, unexpected=True)
    true = msgspec.structs.replace(read, given_by=CEM)
    assert apply((false,), AddLine(true)) == (true,)
    assert apply((true,), AddLine(false)) == (true,)
    assert apply((true,), AddLine(msgspec.structs.replace(true, given_by=BO))) == (true,)
    assert apply((false,), AddLine(msgspec.structs.replace(false, given_by=CEM))) == (false,)
    assert apply((read,), AddLine(false)) == apply((read,), AddLine(true)) == (read,)


def test_a_commit_says_who_came_and_went() -> None:
    before = [leaf(ANNA, "a1"), leaf(BO, "b1")]
    after = [leaf(ANNA, "a1"), leaf(ANNA, "a2"), leaf(CEM, "c1")]
    who = comings(before, after)
    assert (who.added, who.removed, who.with_new_device) == ((CEM,), (BO,), (ANNA,))
    said = lines_of_commit(RECORD, 8, 0, ANNA, who, frozenset())
    assert [each.text for each in said] == [
        "system-added", "system-removed", "system-device-added"
    ]  # fmt: skip
    assert all(each.kind is MessageKind.SYSTEM and each.sender == ANNA for each in said)
    left = lines_of_commit(RECORD, 8, 0, ANNA, who, frozenset({BO}))
    assert "system-left" in [each.text for each in left]
    assert "system-removed" not in [each.text for each in left]


def test_the_changes_of_a_story_fold_to_what_is_stored() -> None:
    """State and events give what a fresh read gives."""
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    folded: dict[str, Timeline] = {}
    commit = bo.store.commit

    def watching(writes: Sequence[Write]) -> None:
        for write in writes:
            folded["bo"] = apply(folded.get("bo", ()), write)
        commit(writes)

    bo.store.commit = watching  # type: ignore[method-assign]
    talk = ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))
    for number in range(5):
        anna.ask(lambda call, number=number: TextWritten(call, talk, f"{number}"))  # type: ignore[misc]
        bo.ask(lambda call, number=number: TextWritten(call, talk, f"re {number}"))  # type: ignore[misc]
    assert list(folded["bo"]) == list(bo.store.lines(talk, None, 1000))
