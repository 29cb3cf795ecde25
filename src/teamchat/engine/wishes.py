"""What a person asks for that changes a group, checked before anything is begun.

People are resolved to devices before a conversation is made of them: it is made of all of
them or of none.
"""

from dataclasses import replace

from teamchat.content.errors import ContentError
from teamchat.engine import (
    company,
    departure,
    directory,
    founding,
    governing,
    intents,
    listing,
    outbox,
    requests,
    sharing,
    witnesses,
)
from teamchat.engine.events import (
    AddAsked,
    DeviceRevoked,
    DirectAsked,
    GroupAsked,
    HistoryGiveAsked,
    HistoryGoverned,
    KeyKept,
    LeaveAsked,
    MembersAccepted,
    NameClaimed,
    PersonVerified,
    RejoinAsked,
    RemoveAsked,
    RenameAsked,
    WitnessesRequired,
)
from teamchat.engine.records import (
    Depart,
    Exclude,
    ExcludeDevice,
    Govern,
    Include,
    Intent,
    Phase,
)
from teamchat.engine.state import ForGroupOfPeople
from teamchat.engine.step import Step
from teamchat.ids import ConversationId, DeviceId, UserId
from teamchat.wire.bodies import ClaimedKeyPackages

Wish = (
    DirectAsked
    | GroupAsked
    | AddAsked
    | RemoveAsked
    | LeaveAsked
    | RenameAsked
    | DeviceRevoked
    | HistoryGoverned
    | HistoryGiveAsked
)

Decision = (
    PersonVerified | KeyKept | NameClaimed | MembersAccepted | RejoinAsked | WitnessesRequired
)
"""What a person says when the engine had to stop and ask."""


def take(step: Step, wish: Wish) -> None:
    """Begin what was asked for, or say why not."""
    match wish:
        case DirectAsked(call, user):
            _direct(step, call, user)
        case GroupAsked(call, title, users, history):
            _people(step, ForGroupOfPeople(call, title, None, users, history=history))
        case AddAsked(call, conversation, users):
            _change(step, conversation, Include(tuple(sorted({*users})), call))
        case RemoveAsked(call, conversation, user):
            _change(step, conversation, Exclude(user, call))
        case LeaveAsked(call, conversation):
            _change(step, conversation, Depart(call))
        case RenameAsked(call, conversation, title):
            _rename(step, call, conversation, title)
        case DeviceRevoked(call, device):
            _expel(step, call, device)
        case HistoryGoverned(call, conversation, history):
            _govern(step, call, conversation, history)
        case HistoryGiveAsked(call, conversation, user):
            sharing.give_again(step, call, conversation, user)


def decide(step: Step, decision: Decision) -> None:
    """Do what the person decided, or say why not."""
    match decision:
        case PersonVerified(call, user, key):
            _answer(step, call, directory.accept(step, user, key))
        case KeyKept(call, user):
            why = directory.keep(step, user)
            _answer(step, call, why, ("who", user))
        case NameClaimed(call, owner):
            directory.claimed(step, owner)
            step.decline(call, "error-name-claimed", ("who", owner))
        case MembersAccepted(call, conversation, shown):
            _answer(step, call, company.accept(step, conversation, shown))
        case RejoinAsked(call, conversation):
            _rejoin(step, call, conversation)
        case WitnessesRequired(call, vkeys, quorum, maximum_age):
            _answer(step, call, witnesses.require(step, vkeys, quorum, maximum_age))


def _answer(step: Step, call: int, refusal: str, *arguments: tuple[str, str]) -> None:
    if refusal:
        step.decline(call, refusal, *arguments)
    else:
        step.reply(call)


def _rejoin(step: Step, call: int, conversation: ConversationId) -> None:
    found = step.conversation(conversation)
    if found is not None and found.waiting:
        step.decline(call, "error-waits-for-colleague")
    elif found is None or not (found.joined or found.record.phase is Phase.BROKEN):
        step.decline(call, "error-not-broken")
    elif not step.session.greeted:
        step.decline(call, "error-offline")
    elif found.joined:
        departure.ask_to_compare(step, conversation, call)
    else:
        departure.try_again(step, found, call)


def _expel(step: Step, call: int, device: DeviceId) -> None:
    for each in list(step.conversations()):
        if each.joined and any(leaf.device == device for leaf in each.roster):
            intents.want(step, each, ExcludeDevice(device))
    step.reply(call)


def take_people(step: Step, purpose: ForGroupOfPeople, body: object) -> None:
    """The key packages of those a conversation is to be made of are here."""
    if not isinstance(body, ClaimedKeyPackages):
        return
    body = listing.let_in(step, body)
    if not purpose.looked and listing.unlisted(step, body.key_packages):
        listing.wait_to_found(step, purpose)
        return
    wrong = founding.unreachable(step, body, purpose.users)
    if wrong is not None:
        key, users = wrong
        step.decline(purpose.call, key, ("who", ",".join(users)))
        return
    founding.found(step, purpose, body)


def _direct(step: Step, call: int, user: UserId) -> None:
    if user == step.account.user:
        step.decline(call, "error-not-with-yourself")
        return
    for each in step.conversations():
        over = each.record.phase is Phase.LEFT or each.record.unknown
        if each.record.direct and each.record.peer == user and not over:
            step.reply(call, each.id)
            return
    _people(step, ForGroupOfPeople(call, "", user, (user,)))


def _people(step: Step, wish: ForGroupOfPeople) -> None:
    if not step.session.greeted:
        step.decline(wish.call, "error-offline")
        return
    wanted = tuple(sorted({*wish.users, step.account.user}))
    step.ask(replace(wish, users=wanted), requests.claim(wanted))


def _change(step: Step, conversation: ConversationId, intent: Intent) -> None:
    found = step.conversation(conversation)
    if found is None or not found.joined:
        step.decline(intent.call, "error-not-a-member")
    elif not step.session.greeted:
        step.decline(intent.call, "error-offline")
    elif found.record.direct:
        step.decline(intent.call, "error-direct-is-two")
    elif found.leaving and isinstance(intent, Depart):
        step.reply(intent.call, conversation)
    elif found.leaving:
        step.decline(intent.call, "error-leaving")
    else:
        intents.want(step, found, intent)


def _govern(step: Step, call: int, conversation: ConversationId, history: int) -> None:
    found = step.conversation(conversation)
    if found is not None and found.joined and not governing.may(found, step.account.user):
        key = "error-direct-is-two" if found.record.direct else "error-policy-not-yours"
        step.decline(call, key)
    else:
        _change(step, conversation, Govern(history, call))


def _rename(step: Step, call: int, conversation: ConversationId, title: str) -> None:
    found = step.conversation(conversation)
    if found is None or not found.joined or found.record.direct:
        step.decline(call, "error-not-a-member")
        return
    if found.leaving:
        step.decline(call, "error-leaving")
        return
    try:
        outbox.announce(step, found, title)
    except ContentError:
        step.decline(call, "error-title-not-usable")
        return
    step.reply(call)
