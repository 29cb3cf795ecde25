"""From what is stored to what an interface sees; names are looked up when they are shown."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from teamchat.engine import fold
from teamchat.engine.amendments import Edited
from teamchat.engine.model import (
    Alarm,
    Conversation,
    Delivery,
    Member,
    Message,
    Person,
    Profile,
    Quote,
    Reactions,
    Standing,
    Trust,
    Version,
)
from teamchat.engine.namesakes import Acquaintances
from teamchat.engine.pins import is_theirs
from teamchat.engine.policy import history_of
from teamchat.engine.records import (
    AccountRecord,
    AlarmRecord,
    ConversationRecord,
    Line,
    LineState,
    PersonRecord,
    Phase,
)
from teamchat.engine.state import ConversationState
from teamchat.ids import UserId

NAMING: Final = frozenset({"who", "by"})
"""Arguments that hold ids of people, separated by commas; shown as names.

If oneself is among them, `by-own` or `who-own` says so: `yes` if nobody else is, `too` if the
names are those of the others.
"""

_DELIVERIES: Final = {
    LineState.QUEUED: Delivery.QUEUED,
    LineState.SENT: Delivery.SENT,
    LineState.FAILED: Delivery.FAILED,
    LineState.RECEIVED: Delivery.RECEIVED,
}

_NAMES: Final = 8
_STANDINGS: Final = {
    Phase.FOUNDING: Standing.ENTERING,
    Phase.JOINED: Standing.MEMBER,
    Phase.OUTSIDE: Standing.ENTERING,
    Phase.LEFT: Standing.LEFT,
    Phase.BROKEN: Standing.BROKEN,
}

People = Mapping[UserId, PersonRecord]


def person_of(record: PersonRecord, people: People = MappingProxyType({})) -> Person:
    """Return somebody as an interface sees them, among the people they could be taken for."""
    trust = Trust.VERIFIED if record.verified else Trust.VOUCHED
    return Person(
        id=record.id,
        user_name=record.user_name,
        name=_met(people).name(record),
        site=record.site,
        time_zone=record.time_zone,
        trust=Trust.CHANGED if record.changed_key else trust,
        active=record.active,
    )


def name_of(user: UserId, people: People) -> str:
    """Return a name to show."""
    known = people.get(user)
    return _met(people).name(known) if known is not None else user


def message_of(
    line: Line,
    account: AccountRecord,
    people: People,
    record: ConversationRecord,
    quoted: Line | None = None,
) -> Message:
    """Return a line of a conversation as an interface sees it; `quoted` is what it answers."""
    gone = line.withdrawn
    return Message(
        id=line.id,
        conversation=line.conversation,
        position=line.position,
        kind=line.kind,
        sender=line.sender,
        sender_name=name_of(line.sender, people) if line.sender else "",
        own=line.sender == account.user,
        time_ms=line.time_ms,
        text="" if gone else fold.text_of(line),
        delivery=_delivery(line, record),
        arguments=named(line.arguments, people, account.user),
        given_by=line.given_by or None,
        given_by_name=name_of(line.given_by, people) if line.given_by else "",
        given_by_own=line.given_by == account.user,
        given_device=line.given_device or None,
        quote=_quote(quoted, account, people) if line.answers and not gone else None,
        versions=() if gone else _versions(line),
        reactions=() if gone else _reactions(line, account, people),
        withdrawn=gone is not None,
        addressable=bool(line.message) and not gone and _is_sent(line),
    )


def _delivery(line: Line, record: ConversationRecord) -> Delivery:
    if line.withdrawn is not None and line.withdrawn.waiting:
        return Delivery.QUEUED
    delivery = _DELIVERIES[line.state]
    if delivery is not Delivery.SENT or line.position > record.delivered:
        return delivery
    missed = any(first <= line.position <= last for first, last in record.undelivered)
    return Delivery.SENT if missed else Delivery.DELIVERED


def _is_sent(line: Line) -> bool:
    return line.state not in {LineState.QUEUED, LineState.FAILED}


def _quote(quoted: Line | None, account: AccountRecord, people: People) -> Quote:
    if quoted is None or quoted.hidden:
        return Quote("")
    return Quote(
        id=quoted.id,
        sender_name=name_of(quoted.sender, people),
        own=quoted.sender == account.user,
        text="" if quoted.withdrawn else fold.text_of(quoted),
        withdrawn=quoted.withdrawn is not None,
    )


def _versions(line: Line) -> tuple[Version, ...]:
    if not line.edits:
        return ()
    first = Version("", line.time_ms, line.text, _DELIVERIES[line.state])
    return (first, *(_version(line, edit) for edit in line.edits))


def _version(line: Line, edit: Edited) -> Version:
    waiting = Delivery.FAILED if edit.failed else Delivery.QUEUED
    delivery = waiting if edit.failed or edit.waiting else _DELIVERIES[line.state]
    return Version(edit.id, edit.time_ms, edit.text, delivery)


def _reactions(line: Line, account: AccountRecord, people: People) -> tuple[Reactions, ...]:
    """Return the emojis at a message, in the order in which they came."""
    shown: list[Reactions] = []
    for reaction in dict.fromkeys(each.reaction for each in line.reactions):
        same = [each for each in line.reactions if each.reaction == reaction]
        own = [each for each in same if each.by == account.user]
        names = tuple(name_of(each.by, people) for each in same if each.by != account.user)
        waiting = any(each.waiting for each in own)
        shown.append(Reactions(reaction, names, own=bool(own), waiting=waiting))
    return tuple(shown)


def conversation_of(
    state: ConversationState, account: AccountRecord, people: People
) -> Conversation:
    """Return a line of the conversation list."""
    record = state.record
    last = state.last and message_of(state.last, account, people, record)
    return Conversation(
        id=record.id,
        title=name_of(record.peer, people) if record.direct else record.title,
        direct=record.direct,
        member_count=len(state.users()),
        unread=record.unread,
        last=last or None,
        joined=state.joined,
        own_admin=account.user in record.admins,
        standing=_standing(state),
        newcomers=tuple(_person(user, people) for user in record.newcomers),
        changed=tuple(_person(user, people) for user in _strange(state, people)),
        suite=None if state.group is None else state.group.suite.id,
        history=history_of(record),
        names=() if record.direct or record.title else _names(state, account, people),
    )


def _names(state: ConversationState, account: AccountRecord, people: People) -> tuple[str, ...]:
    """Return what stands in place of a title: names, as many as one reads in a line."""
    others = (name_of(user, people) for user in state.users() if user != account.user)
    return tuple(sorted(others, key=str.casefold)[:_NAMES])


def _strange(state: ConversationState, people: People) -> list[UserId]:
    """Return who is in a conversation with a key that was not accepted as theirs."""
    roster = state.roster
    return sorted({x.user for x in roster if not is_theirs(people.get(x.user), x.identity_key)})


def _standing(state: ConversationState) -> Standing:
    if state.leaving:
        return Standing.LEAVING
    if state.record.unknown:
        return Standing.LEFT
    return Standing.WAITING if state.waiting else _STANDINGS[state.record.phase]


def members_of(state: ConversationState, account: AccountRecord, people: People) -> list[Member]:
    """Return who is in a conversation, by name; who is absent has no device in it.

    Between two people that is settled once for all, whichever devices are there.
    """
    record = state.record
    peer = {record.peer} if record.direct and record.kind_known and record.peer else set()
    members = [
        Member(
            person=_person(user, people),
            admin=user in record.admins,
            own=user == account.user,
            devices=len(state.of_person(user)),
        )
        for user in state.users() | {*record.absent} | peer
    ]
    return sorted(members, key=lambda member: member.person.name.casefold())


def profile_of(account: AccountRecord) -> Profile:
    """Return whose account this is."""
    return Profile(
        user=account.user,
        device=account.device,
        user_name=account.user_name,
        name=account.name,
        organisation=account.organisation,
        site=account.site,
        server=account.server,
        language=account.language,
    )


def alarm_of(record: AlarmRecord, people: People) -> Alarm:
    """Return an alarm as an interface sees it."""
    conversation = record.conversation or None
    return Alarm(record.key, named(record.arguments, people), conversation, record.time_ms)


def _person(user: UserId, people: People) -> Person:
    return person_of(people.get(user) or PersonRecord(user), people)


def _met(people: People) -> Acquaintances:
    return people if isinstance(people, Acquaintances) else Acquaintances(people)


def named(
    arguments: tuple[tuple[str, str], ...], people: People, own: UserId | None = None
) -> tuple[tuple[str, str], ...]:
    """Return arguments of a text with names for the ids of people."""
    shown: list[tuple[str, str]] = []
    for key, value in arguments:
        if key not in NAMING:
            shown.append((key, value))
            continue
        users = [UserId(user) for user in value.split(",") if user]
        others = [user for user in users if user != own]
        shown.append((key, ", ".join(name_of(user, people) for user in others or users)))
        if len(others) < len(users):
            shown.append((f"{key}-own", "too" if others else "yes"))
    return tuple(shown)
