"""Taking what was said before one came, from a member who gives it.

Whoever gives can say what they like, so little is believed: that the conversation allows it, that
it is for those who came with this device's commit, and that everything is as old as was said.
The lines are marked with who gave them, stand before the place where this device came in, are no
news, and take the place of none that it read itself. What somebody gave who was not to give it
gives way to what is given by who was: else it were enough to be quicker. An archive is taken whole
or not at all: `client` checks all of it by `check` before the first part comes here.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import msgspec

from teamchat.content.archive import ArchiveError, Fault
from teamchat.content.given import Given
from teamchat.content.profile import MAX_TEXT_BYTES
from teamchat.engine import allowance, directory, giving_turns, policy, sharing
from teamchat.engine.commands import FetchHistory
from teamchat.engine.events import HistoryFailed, HistoryOpened, Timer, TimerKind
from teamchat.engine.governing import Said
from teamchat.engine.history.entries import (
    Entry,
    LineEntry,
    RoomEntry,
    position_here,
    with_what_was_done,
)
from teamchat.engine.history.records import UNTOLD
from teamchat.engine.model import MessageKind, TimelineChanged
from teamchat.engine.records import Line, LineState, Offer, PersonRecord, position
from teamchat.engine.state import ConversationState, Leaf
from teamchat.engine.step import Step
from teamchat.engine.store import AddLine
from teamchat.engine.timeline import system
from teamchat.ids import ConversationId, UserId
from teamchat.wire.limits import CLIENT_ID_BYTES, MEMBERS

SLACK_MS: Final = 2 * sharing.DAY_MS
"""How much older than the policy allows a line may be: it was gathered before it was sent."""
OFFERS: Final = 64
"""How many histories may wait to be taken in, in one conversation: more than anybody means well."""
SENDERS: Final = 2 * MEMBERS
"""How many people at most have said what is given: those who are there, and as many who were."""
_LINE_ID: Final = re.compile(rf"[a-z2-7]{{26}}\.[0-9a-f]{{{2 * CLIENT_ID_BYTES}}}")


def hear(step: Step, conversation: ConversationState, gift: Given, by: Leaf, said: Said) -> None:
    """Somebody gives a history: tell it, and take it if it is for this device."""
    if not _is_allowed(conversation, gift, said):
        who = ("who", ",".join(gift.users))
        line = system(conversation.record, said.seq, said.time_ms, "system-history-refused",
                      ("by", said.by), who)  # fmt: skip
        step.put_line(conversation, line)
        return
    sharing.tell(step, conversation, gift, said)
    conversation = giving_turns.hear(step, step.known(conversation.id), gift, said)
    record, own = conversation.record, step.account.user
    wanted = own in gift.users and gift.epoch == record.welcomed and said.by != own
    wanted = wanted and not record.policy_by
    if not wanted or allowance.is_known(record, gift):
        return
    if len(record.offers) >= OFFERS or not allowance.holds(conversation, gift, said):
        line = system(record, said.seq, said.time_ms, "system-history-not-taken", ("by", said.by))
        step.put_line(conversation, line)
        return
    offer = Offer(
        blob=gift.blob, key=gift.key, size=gift.size, digest=gift.digest, by=by.user,
        device=by.device, since_ms=gift.since_ms, until_ms=gift.until_ms, count=gift.count,
        below=position(record, record.first), seq=said.seq,
        expected=allowance.is_expected(conversation, said),
    )  # fmt: skip
    offers = (*record.offers, offer)
    took = allowance.used(conversation, gift, said)
    step.amend(conversation, msgspec.structs.replace(record, offers=offers, took=took))


def _is_allowed(conversation: ConversationState, gift: Given, said: Said) -> bool:
    record = conversation.record
    if record.policy_by:  # not to be learnt now: nobody is accused, and nothing is fetched
        return True
    bound = sharing.since(policy.history_of(record), said.time_ms - SLACK_MS)
    if bound is None or said.by in record.newcomers:
        return False
    return gift.since_ms >= bound and gift.until_ms <= said.time_ms + SLACK_MS


def proceed(step: Step, conversation: ConversationState) -> None:
    """Begin to fetch what was given, first by who was to give it."""
    offers = conversation.record.offers
    if offers and not conversation.fetching and step.session.greeted:
        step.put(replace(conversation, fetching=True))
        first = next((each for each in offers if each.expected), offers[0])
        step.do(FetchHistory(conversation.id, first))


def check(conversation: ConversationId, offer: Offer, entries: Sequence[Entry]) -> int:
    """Check what a part says, and return how many lines it holds.

    Raises:
        ArchiveError: MALFORMED, something in it is not what its giver said, or is no line of this
            conversation.
    """
    count = 0
    for entry in entries:
        match entry:
            case RoomEntry() if entry.id == conversation:
                pass
            case LineEntry() if _is_line(offer, entry):
                count += 1
            case _:
                raise ArchiveError(Fault.MALFORMED, "not a line as its giver said")
    return count


def _is_line(offer: Offer, entry: LineEntry) -> bool:
    plain = entry.kind is MessageKind.TEXT and not entry.arguments and bool(entry.sender)
    in_time = offer.since_ms <= entry.time_ms <= offer.until_ms
    held = entry.given_by in {"", offer.by}
    texts = (entry.text, *(edit.text for edit in entry.edits))
    said = all(text.strip() and len(text.encode()) <= MAX_TEXT_BYTES for text in texts)
    here = said and not entry.withdrawn_ms
    return plain and in_time and held and here and _LINE_ID.fullmatch(entry.id) is not None


def take_part(step: Step, event: HistoryOpened) -> None:
    """Store the lines of a part, in one transaction with how far the archive was taken in."""
    found = step.conversation(event.conversation)
    offer = _offer(found, event) if found is not None else None
    if found is None or offer is None or event.index != offer.taken:
        return
    try:
        check(found.id, offer, event.entries)
    except ArchiveError:
        take_failure(step, HistoryFailed(found.id, offer.blob, final=True))
        return
    step.write(UNTOLD)
    room: RoomEntry | None = None
    for entry in event.entries:
        if isinstance(entry, RoomEntry):
            room = entry
        elif isinstance(entry, LineEntry) and room is not None:
            step.write(AddLine(_line(found, offer, room, entry)))
            _meet(step, UserId(entry.sender))
    taken = msgspec.structs.replace(offer, taken=offer.taken + 1)
    found = _replace_offer(step, found, offer, None if event.last else taken)
    if event.last:
        step.put(replace(found, fetching=False))
        directory.ask_for_names(step)
    step.show(TimelineChanged(found.id))


def take_failure(step: Step, event: HistoryFailed) -> None:
    """A history was not fetched: later, or never, and that is said."""
    found = step.conversation(event.conversation)
    offer = _offer(found, event) if found is not None else None
    if found is None or offer is None:
        return
    if not event.final:
        step.set_timer(Timer(TimerKind.HISTORY, found.id), sharing.RETRY_SECONDS)
        return
    found = step.put(replace(found, fetching=False))
    found = _replace_offer(step, found, offer, None)
    by = ("by", offer.by)
    line = system(found.record, offer.seq, step.now_ms, "system-history-damaged", by)
    step.put_line(found, line)


def _offer(found: ConversationState, event: HistoryOpened | HistoryFailed) -> Offer | None:
    return next((each for each in found.record.offers if each.blob == event.blob), None)


def _replace_offer(
    step: Step, found: ConversationState, old: Offer, new: Offer | None
) -> ConversationState:
    kept = [new if each == old else each for each in found.record.offers]
    offers = tuple(each for each in kept if each is not None)
    return step.amend(found, msgspec.structs.replace(found.record, offers=offers))


def _line(found: ConversationState, offer: Offer, room: RoomEntry, entry: LineEntry) -> Line:
    line = Line(
        id=entry.id,
        conversation=found.id,
        position=position_here(found.record, room, entry, offer.below),
        kind=MessageKind.TEXT,
        sender=UserId(entry.sender),
        time_ms=entry.time_ms,
        text=entry.text,
        state=LineState.RECEIVED,
        given_by=offer.by,
        unexpected=not offer.expected,
    )
    return with_what_was_done(line, entry)


def _meet(step: Step, user: UserId) -> None:
    """Know whom the key directory lists. Of others there is a giver's word alone, and no end."""
    if step.person(user) is None and user in step.desk.keys.directory.people:
        step.put_person(PersonRecord(user))
