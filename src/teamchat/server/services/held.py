"""What of a log people hold: a message is delivered when each of the others has it on a device.

A device that comes in reads from there on. What was written before is for the devices that its
person had then, and if none of those gets it any more, it never arrives.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from teamchat.ids import UserId
from teamchat.server.storage.queries.cursors import Reading

Part = tuple[int, int]
"""The first and the last `seq` of a part of a log."""

MISSING: Final = 8
"""How many parts are told apart."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of a log.

    Attributes:
        seq: Up to where.
        missing: The parts below that are held by no device of somebody whom they were for;
            in order, apart from one another.
    """

    seq: int
    missing: tuple[Part, ...] = ()


def held_by(readings: Sequence[Reading]) -> Held | None:
    """Return what one person holds by all their devices; None if they have none any more."""
    current = [max(each.held, each.from_seq - 1) for each in readings if each.is_current]
    if not current:
        return None
    seq = max(current)
    ends = [(each, seq if each.to_seq is None else min(each.to_seq, seq)) for each in readings]
    meant = _merged((each.from_seq, end) for each, end in ends)
    there = _merged((each.from_seq, min(end, each.held)) for each, end in ends)
    return Held(seq, tuple(_without(meant, there)))


def by_all_others(held: Mapping[UserId, Held]) -> dict[UserId, Held]:
    """Return, for each person, up to where every other person holds the log; 0 if alone.

    What is missing is what anybody lacks: of one's own messages that is what others lack, as one
    holds them oneself.
    """
    lowest = sorted(each.seq for each in held.values())[:2]
    if len(lowest) < 2:
        return dict.fromkeys(held, Held(0))
    least, second = lowest
    missing = _merged(part for each in held.values() for part in each.missing)
    found = {seq: Held(seq, _up_to(seq, missing)) for seq in (least, second)}
    return {who: found[second if each.seq == least else least] for who, each in held.items()}


def _up_to(seq: int, parts: Sequence[Part]) -> tuple[Part, ...]:
    """Cut parts off; where there are too many, the oldest become one, and what is between them."""
    cut = [(first, min(last, seq)) for first, last in parts if first <= seq]
    older, newer = cut[: 1 - MISSING], cut[1 - MISSING :]
    if not older:
        return tuple(newer)
    return ((older[0][0], older[-1][1]), *newer)


def _merged(parts: Iterable[Part]) -> list[Part]:
    found: list[Part] = []
    for first, last in sorted(parts):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        elif first <= last:
            found.append((first, last))
    return found


def _without(parts: Iterable[Part], others: Sequence[Part]) -> Iterable[Part]:
    """Take others away from parts; both are in order and apart from one another."""
    for first, last in parts:
        begin = first
        for start, end in others:
            if start > last:
                break
            if end < begin:
                continue
            if start > begin:
                yield begin, start - 1
            begin = end + 1
        if begin <= last:
            yield begin, last
