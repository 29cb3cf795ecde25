from hypothesis import given
from hypothesis import strategies as st

from teamchat.ids import UserId
from teamchat.server.services.held import MISSING, Held, by_all_others, held_by
from teamchat.server.storage.queries.cursors import Reading
from tests.support.delivery import number

_SEQ = st.integers(0, 12)


@st.composite
def readings(draw: st.DrawFn) -> list[Reading]:
    found = []
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(1, 12))
        end = draw(st.none() | st.integers(begin, 12))
        current = end is None and draw(st.booleans())
        found.append(Reading(begin, end, draw(_SEQ), current))
    return found


def within(held: Held) -> set[int]:
    return {seq for first, last in held.missing for seq in range(first, last + 1)}


@given(readings())
def test_missing_is_what_was_meant_for_a_device_and_reached_none(devices: list[Reading]) -> None:
    held = held_by(devices)
    if held is None:
        assert not any(each.is_current for each in devices)
        return
    assert held.seq == max(max(x.held, x.from_seq - 1) for x in devices if x.is_current)
    for seq in range(1, held.seq + 1):
        meant = [each for each in devices if each.from_seq <= seq <= (each.to_seq or seq)]
        reached = any(each.held >= seq for each in meant)
        assert (seq in within(held)) is (bool(meant) and not reached)
    assert all(seq <= held.seq for seq in within(held))


def test_a_device_in_place_of_a_lost_one_does_not_hold_what_came_between() -> None:
    lost, new = Reading(1, 9, 5, is_current=False), Reading(9, None, 12, is_current=True)
    assert held_by([lost, new]) == Held(12, ((6, 8),))


_PARTS = st.lists(st.tuples(_SEQ, st.integers(0, 2)), max_size=3).map(
    lambda parts: tuple(sorted((first, first + more) for first, more in parts))
)


@given(st.dictionaries(st.integers(0, 9), st.builds(Held, _SEQ, _PARTS), max_size=5))
def test_by_all_others_is_the_least_of_the_others(held: dict[int, Held]) -> None:
    people = {UserId(number("user", who)): each for who, each in held.items()}
    lacking = set().union(*(within(each) for each in held.values()))
    for who, others in by_all_others(people).items():
        assert others.seq == min((each.seq for x, each in people.items() if x != who), default=0)
        if len(people) > 1:
            assert within(others) == {seq for seq in lacking if seq <= others.seq}


def test_of_many_parts_the_oldest_become_one() -> None:
    many = tuple((4 * part, 4 * part + 1) for part in range(1, 12))
    held = {UserId(number("user", 0)): Held(99), UserId(number("user", 1)): Held(99, many)}
    (shown, _) = by_all_others(held).values()
    assert len(shown.missing) == MISSING
    assert shown.missing == ((4, 17), *many[4:])
