"""How much history a device fetches after it came in, whoever gives it.

A gift costs its giver a message, and the receiver up to a gigabyte and a million lines. So for
each Welcome there is a bound to the number of gifts, their bytes and their lines. Gifts are
expected from who made the commit, and from who manages the conversation in their place; these
have a bound of their own, so that nobody else uses it up, and may come late. Other members' are
fetched for two weeks, one from each, so that who gives nonsense does not keep out who gives in
turn. The same file is not fetched twice.
"""

from typing import Final

from teamchat.content.given import MAX_FILE, MAX_LINES, Given
from teamchat.engine import governing
from teamchat.engine.governing import Said
from teamchat.engine.records import ConversationRecord, Took
from teamchat.engine.state import ConversationState

GIFTS: Final = 3
"""How many histories are fetched after one coming."""
LATE_MS: Final = 14 * 24 * 3600 * 1000
"""How long after a coming a history is fetched that was not expected."""
REMEMBERED: Final = 16
"""Of how many is remembered that they were fetched: more than one coming allows."""


def is_known(record: ConversationRecord, gift: Given) -> bool:
    """Whether this very file was fetched, or is to be."""
    return any(each.blob == gift.blob for each in record.took)


def holds(conversation: ConversationState, gift: Given, said: Said) -> bool:
    """Whether a gift is still to be fetched, going by what was fetched since this device came."""
    record, expected = conversation.record, is_expected(conversation, said)
    if not expected and said.time_ms > record.welcomed_ms + LATE_MS:
        return False
    alike = [x for x in record.took if (x.epoch, x.expected) == (record.welcomed, expected)]
    if not expected and any(each.by == said.by for each in alike):
        return False
    return (
        len(alike) < GIFTS
        and sum(each.size for each in alike) + gift.size <= MAX_FILE
        and sum(each.count for each in alike) + gift.count <= MAX_LINES
    )


def used(conversation: ConversationState, gift: Given, said: Said) -> tuple[Took, ...]:
    """Return what was fetched, with a gift that is to be fetched now."""
    record, expected = conversation.record, is_expected(conversation, said)
    took = Took(record.welcomed, gift.blob, gift.size, gift.count, expected, said.by)
    return (*record.took, took)[-REMEMBERED:]


def is_expected(conversation: ConversationState, said: Said) -> bool:
    """Whether this device was to be given it by them: they added it, or manage the conversation."""
    return said.by == conversation.record.welcomed_by or governing.may(conversation, said.by)
