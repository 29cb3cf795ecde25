"""How much history a device fetches after it came in, whoever gives it.

A gift costs its giver a message, and the receiver up to a gigabyte and a million lines. So for
each Welcome and each giver there is a bound to the number of gifts, their bytes and their lines;
none is for all givers together, which one of them could use up by a claim that keeps out the
true ones. Gifts are expected from who made the commit, and from who manages the conversation in
their place, and may come late. Of every other member one is fetched, no larger than a client
gives, for two weeks. The same file is not fetched twice.
"""

from typing import Final

from teamchat.content.given import MAX_FILE, MAX_LINES, Given
from teamchat.engine import governing
from teamchat.engine.governing import Said
from teamchat.engine.records import ConversationRecord, Took
from teamchat.engine.state import ConversationState
from teamchat.wire.limits import MIB

GIFTS: Final = 3
"""How many histories are fetched after one coming, from one who was to give them."""
OTHERS_BYTES: Final = 128 * MIB
"""How large the one may be that is fetched from anybody else: a client gives 96 MiB at most."""
LATE_MS: Final = 14 * 24 * 3600 * 1000
"""How long after a coming a history is fetched that was not expected."""
REMEMBERED: Final = 16
"""Of how many is remembered that they were fetched after earlier comings."""


def is_known(record: ConversationRecord, gift: Given) -> bool:
    """Whether this very file was fetched, or is to be."""
    return any(each.blob == gift.blob for each in record.took)


def holds(conversation: ConversationState, gift: Given, said: Said) -> bool:
    """Whether a gift is still to be fetched: by what its giver gave since this device came."""
    record, expected = conversation.record, is_expected(conversation, said)
    like = record.welcomed, said.by, expected
    theirs = [x for x in record.took if (x.epoch, x.by, x.expected) == like]
    if not expected:
        late = said.time_ms > record.welcomed_ms + LATE_MS
        return not theirs and not late and gift.size <= OTHERS_BYTES
    return (
        len(theirs) < GIFTS
        and sum(each.size for each in theirs) + gift.size <= MAX_FILE
        and sum(each.count for each in theirs) + gift.count <= MAX_LINES
    )


def used(conversation: ConversationState, gift: Given, said: Said) -> tuple[Took, ...]:
    """Return what was fetched, with a gift that is to be fetched now."""
    record, expected = conversation.record, is_expected(conversation, said)
    took = Took(record.welcomed, gift.blob, gift.size, gift.count, expected, said.by)
    earlier = [each for each in record.took if each.epoch != record.welcomed]
    now = (each for each in record.took if each.epoch == record.welcomed)
    return (*earlier[-REMEMBERED:], *now, took)


def is_expected(conversation: ConversationState, said: Said) -> bool:
    """Whether this device was to be given it by them: they added it, or manage the conversation."""
    return said.by == conversation.record.welcomed_by or governing.may(conversation, said.by)
