"""Who people are, and which identity key is theirs: trust on first use, alarm on change.

The first identity key seen for a person is pinned. Another one raises an alarm (one for each
key), is marked at the person, and is not silently used: nothing is sent to a conversation with
that person, and no device of theirs is added, until the owner of this account has compared the
safety number.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import msgspec

from teamchat.engine import looking, requests
from teamchat.engine.model import ConversationsChanged, MembersChanged
from teamchat.engine.pins import is_theirs
from teamchat.engine.records import PersonRecord
from teamchat.engine.state import ConversationState, ForPerson, Leaf
from teamchat.engine.step import Step
from teamchat.engine.timeline import system
from teamchat.identity.key_directory import Keys
from teamchat.ids import ConversationId, UserId
from teamchat.wire.bodies import User, UserWithDevices
from teamchat.wire.problems import Code

QUESTIONS = 8
"""How many people are asked about at once."""
ALARMS = 8
"""Of how many other keys of one person an alarm tells, before one of them is accepted. A server
that makes up keys without end is not to bury every other alarm."""


def observe(step: Step, conversation: ConversationState) -> None:
    """Pin the keys of those who are new in a group, and notice those who changed."""
    for user, key in dict.fromkeys((x.user, x.identity_key) for x in conversation.roster):
        holds(step, user, key, conversation.id)
    ask_for_names(step)


def holds(step: Step, user: UserId, key: bytes, conversation: ConversationId | None = None) -> bool:
    """Pin a key, or say whether it is theirs; a new different one raises the alarm.

    A key that the pinned one has signed for in the key directory is pinned in its place.
    """
    known = step.person(user) or PersonRecord(user)
    listed = step.desk.keys.directory.people.get(user) or Keys(b"")
    if not known.identity_key:
        former_keys = tuple(sorted(listed.renewed))
        first = listed.identity_key or key
        known = msgspec.structs.replace(known, identity_key=first, former_keys=former_keys)
    elif known.identity_key in listed.renewed:
        known = _renewed(step, known, listed)
    if key not in {known.identity_key, known.changed_key, *listed.former}:
        news = key not in known.alarmed and len(known.alarmed) < ALARMS
        alarmed = (*known.alarmed, key) if news else known.alarmed
        known = msgspec.structs.replace(known, changed_key=key, alarmed=alarmed)
        step.put_person(known)
        if news:
            _raise_alarm(step, user, conversation)
    step.put_person(known)
    return known.identity_key == key or (key in listed.renewed and key in known.former_keys)


def _renewed(step: Step, known: PersonRecord, listed: Keys) -> PersonRecord:
    """Pin the key that follows from the pinned one; the number that was compared was another.

    Nothing stops: whoever has the key before could be taken for the person all the while.
    """
    key = listed.identity_key
    changed = b"" if known.changed_key == key else known.changed_key
    former = {*known.former_keys, *listed.renewed}
    if known.verified:
        step.alarm("notice-key-renewed", ("who", known.id))
    for each in list(step.conversations()):
        if known.id in each.users():
            line = system(
                each.record, each.record.seq, step.now_ms, "system-key-renewed", ("who", known.id)
            )
            step.put_line(each, line)
            step.show(MembersChanged(each.id))
    return msgspec.structs.replace(
        known,
        identity_key=key,
        changed_key=changed,
        verified=False,
        former_keys=tuple(sorted(former)),
    )


def judge_claims(step: Step) -> None:
    """A look at the key directory is over: what the server said of keys meanwhile is compared."""
    claims, step.desk = step.desk.claims, replace(step.desk, claims={})
    for user, key in sorted(claims.items()):
        holds(step, user, key)


def accept(step: Step, user: UserId, compared: bytes = b"") -> str:
    """The safety number was compared: the key seen last is the pinned one, and verified.

    Returns the key of an error, or nothing. If the key seen last is not the one that was
    compared, somebody has changed it in between.
    """
    known = step.person(user)
    if known is None or not known.identity_key:
        return "error-unknown-person"
    key = known.changed_key or known.identity_key
    if compared not in {b"", key}:
        return "error-number-changed"
    former = {*known.former_keys, known.identity_key} - {key}
    known = msgspec.structs.replace(
        known,
        identity_key=key,
        changed_key=b"",
        verified=True,
        former_keys=tuple(sorted(former)),
        alarmed=(),
    )
    step.put_person(known)
    _tell(step, user)
    return ""


def keep(step: Step, user: UserId) -> str:
    """Another key was only claimed: the pinned one stays.

    Not while a group holds another, nor if the key directory says that the other one counts.

    Returns the key of an error, or nothing.
    """
    known = step.person(user)
    if known is None or not known.identity_key:
        return "error-unknown-person"
    if any(user in changed(step, each.roster) for each in step.conversations()):
        return "error-key-in-use"
    listed = step.desk.keys.directory.people.get(user)
    if listed is not None and listed.identity_key == known.changed_key:
        return "error-key-listed"
    step.put_person(msgspec.structs.replace(known, changed_key=b""))
    _tell(step, user)
    return ""


def _tell(step: Step, user: UserId) -> None:
    step.show(ConversationsChanged())
    for conversation in step.conversations():
        if user in conversation.users() or user in conversation.record.absent:
            step.show(MembersChanged(conversation.id))
            step.touched[conversation.id] = None


def changed(step: Step, roster: Iterable[Leaf]) -> tuple[UserId, ...]:
    """Return those who are in a group with a key that was not accepted as theirs."""
    strange = (x for x in roster if not is_theirs(step.person(x.user), x.identity_key))
    return tuple(sorted({leaf.user for leaf in strange}))


def ask_for_names(step: Step) -> None:
    """Ask who the nameless are, a few at a time.

    Of whom nothing was said is asked again on the next connection, after everybody else: others
    can have made them up, and they are not to stand before people there are.
    """
    if not step.session.greeted:
        return
    asked = {each.user for each in step.desk.purposes.values() if isinstance(each, ForPerson)}
    in_vain = step.desk.asked_in_vain
    places = {user: place for place, user in enumerate(in_vain, 1)}
    nameless = [
        user
        for user, known in step.people().items()
        if not known.user_name and user not in asked and not in_vain.get(user)
    ]
    nameless.sort(key=lambda user: places.get(user, 0))
    for user in nameless[: QUESTIONS - len(asked)]:
        step.ask(ForPerson(user), requests.person(user))


def take_person(step: Step, user: UserId, body: object) -> None:
    """Remember who somebody is."""
    if not isinstance(body, UserWithDevices) or body.user.id != user:
        take_no_person(step, user, Code.INVALID)
        return
    in_vain = {each: now for each, now in step.desk.asked_in_vain.items() if each != user}
    step.desk = replace(step.desk, asked_in_vain=in_vain)
    learn(step, body.user)
    step.show(ConversationsChanged())
    for conversation in step.conversations():
        if user in conversation.users():
            step.show(MembersChanged(conversation.id))
    ask_for_names(step)


def take_no_person(step: Step, user: UserId, code: Code | None) -> None:
    """The server does not say who somebody is: the others come first, unless it is busy."""
    if code in {None, Code.TOO_MANY_REQUESTS, Code.OVERLOADED}:
        return
    others = {each: now for each, now in step.desk.asked_in_vain.items() if each != user}
    step.desk = replace(step.desk, asked_in_vain={**others, user: True})
    ask_for_names(step)


def owner_of(people: Mapping[UserId, PersonRecord], user_name: str) -> PersonRecord | None:
    """Return who is known by a user name. A server gives it once, and never to somebody else."""
    folded = user_name.casefold()
    return next((x for x in people.values() if folded and x.user_name.casefold() == folded), None)


def claimed(step: Step, owner: UserId) -> None:
    """Raise the alarm, once for each of those known, that somebody else is given their name."""
    known = step.person(owner)
    told = ("who", owner), ("name", known.user_name if known else "")
    if not step.has_told("alarm-name-claimed", *told):
        step.alarm("alarm-name-claimed", *told)


def learn(step: Step, user: User) -> None:
    """Keep what the server says of a person; of the key, only that it is another than before.

    Which key is the first is for the key directory to say. Who is given the user name of
    somebody else is called by their id, so that they are not found by it.
    """
    known = step.person(user.id) or PersonRecord(user.id)
    owner, user_name = owner_of(step.people(), user.user_name), user.user_name
    if owner is not None and owner.id != user.id:
        claimed(step, owner.id)
        user_name = user.id
    known = msgspec.structs.replace(
        known, user_name=user_name, name=user.display_name, site=user.site.name,
        time_zone=user.site.time_zone, active=user.active,
    )  # fmt: skip
    step.put_person(known)
    listed = step.desk.keys.directory.people.get(user.id)
    if not user.identity_key or not (known.identity_key or listed):
        return
    if listed is None or user.identity_key in {listed.identity_key, known.identity_key}:
        holds(step, user.id, user.identity_key)
        return
    step.desk = replace(step.desk, claims={**step.desk.claims, user.id: user.identity_key})
    if step.session.greeted:  # the directory may say a moment later where the key comes from
        looking.look_afresh(step)
    else:
        judge_claims(step)


def _raise_alarm(step: Step, user: UserId, conversation: ConversationId | None) -> None:
    if user != step.account.user:  # of oneself, the key directory says more
        step.alarm("alarm-key-changed", ("who", user), conversation=conversation)
    for found in list(step.conversations()):
        record = found.record
        if found.id == conversation or (conversation is None and user in found.users()):
            line = system(record, record.seq, step.now_ms, "system-key-changed", ("who", user))
            step.put_line(found, line)
