"""A conversation of our own: a group of one first, then the server, then its people."""

from collections.abc import Sequence

import msgspec

from teamchat.engine import (
    commits,
    directory,
    governing,
    groups,
    intents,
    listing,
    requests,
    session,
)
from teamchat.engine.model import ConversationsChanged
from teamchat.engine.records import (
    ConversationRecord,
    Found,
    Include,
    Phase,
)
from teamchat.engine.state import (
    ConversationState,
    ForGroupOfPeople,
)
from teamchat.engine.step import Step
from teamchat.engine.timeline import system
from teamchat.ids import BYTES as ID_BYTES
from teamchat.ids import ConversationId, UserId, identifier
from teamchat.wire.bodies import (
    ClaimedKeyPackages,
    Conversation,
    ConversationKind,
    CreateConversation,
)


def found(step: Step, wish: ForGroupOfPeople, claimed: ClaimedKeyPackages) -> None:
    """Make a conversation: a group of one first, then the server, then its people."""
    users = tuple(sorted({UserId(each.user) for each in claimed.key_packages}))
    conversation = ConversationId(identifier(step.crypto.random(ID_BYTES)))
    policy, known = governing.first(wish), step.authentication
    made = groups.create(step.crypto, step.account, conversation, step.now, policy, known)
    peer = wish.peer
    intent = Found(users, peer, made.group_info, made.ratchet_tree, wish.call)
    record = ConversationRecord(
        id=conversation,
        direct=peer is not None,
        phase=Phase.FOUNDING,
        title=wish.title,
        peer=peer or UserId(""),
        admins=() if peer else (step.account.user,),
        intents=(intent,),
        refresh_due=commits.next_refresh(step),
        kind_known=True,
        policy=policy,
    )
    fresh = ConversationState(record, claimed=tuple(claimed.key_packages))
    fresh = step.put_group(step.put(fresh), made.group)
    line = system(record, 0, step.now_ms, "system-created", ("by", step.account.user))
    fresh = step.put_line(fresh, line)
    governing.tell_first(step, fresh)
    step.show(ConversationsChanged())


def register(step: Step, conversation: ConversationState, intent: Found) -> None:
    """Tell the server; telling it twice does no harm."""
    kind = ConversationKind.DIRECT if conversation.record.direct else ConversationKind.GROUP
    body = CreateConversation(
        conversation.id, kind, intent.group_info, intent.ratchet_tree, intent.peer
    )
    intents.ask(step, conversation, requests.create(body))


def registered(
    step: Step, conversation: ConversationState, intent: Found, body: Conversation
) -> None:
    """The server knows it: read its log, and add its people."""
    next_intent = (Include(intent.users, intent.call),) if intent.users else ()
    record = msgspec.structs.replace(
        conversation.record,
        phase=Phase.JOINED,
        log_epoch=body.log_epoch,
        intents=(*next_intent, *conversation.record.intents[1:]),
    )
    conversation = step.amend(conversation, record)
    if not next_intent:
        step.reply(intent.call, conversation.id)
    session.read_on(step, conversation)


def unreachable(
    step: Step, body: ClaimedKeyPackages, asked: Sequence[UserId]
) -> tuple[str, Sequence[UserId]] | None:
    """Check what was claimed: everybody asked for and nobody else, listed, with the known key.

    Returns the key of an error and whom it is about, or None.
    """
    missing = [user for user in body.missing if user != step.account.user]
    if missing:
        return "error-no-device", missing
    amiss = {each.user for each in body.key_packages} ^ {*asked}
    if amiss - {step.account.user}:  # the server has put somebody in, or left somebody out
        return "error-not-possible", sorted(amiss)
    strangers, wrong = listing.unlisted(step, body.key_packages), []
    for each in body.key_packages:
        if not listing.was_listed(step, each):
            continue  # what it says of a key says nothing of its person
        certificate = groups.certified(each, step.authentication)
        if certificate is None or not directory.holds(step, each.user, certificate.identity_key):
            wrong.append(each.user)
    if wrong:
        return "error-key-changed", sorted(set(wrong))
    return ("error-device-unlisted", strangers) if strangers else None
