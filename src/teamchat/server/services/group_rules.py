"""Who may change a group in which way: one function from the wish to yes or no.

An admin of a group conversation adds and removes anybody, and changes the room policy.
Everybody adds and removes their own devices, renews their own keys, and carries out what others
were allowed to propose;
proposing to remove one's own devices is how one leaves. A direct conversation is its two
people: either adds devices of either, and nobody leaves. The leaf of a device that was
ended may be removed by anybody, because until then it could still read. If it was the last one of
its person, that person is absent: a member still, whom any member may take in again with another
device, but who does not come in by themselves, since clients know the members by their leaves.

Leaving is the only thing that is proposed: no client of ours takes up anything else, and each
remembers only so much of it. Who has proposed their own removal goes with the next commit of a
member. A commit that leaves them in is not of what the log says, and is made again; not without
end (`leavers`).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from teamchat.ids import DeviceId, UserId
from teamchat.server.services.group_changes import (
    Add,
    Change,
    Leaf,
    NotAllowedError,
    Reconfigure,
    Remove,
    Renew,
    Unwanted,
    Wish,
)
from teamchat.wire.bodies import ConversationKind, MemberRole
from teamchat.wire.frames import Kind
from teamchat.wire.limits import LEAVES, MEMBERS


@dataclass(frozen=True, slots=True)
class Situation:
    """What the server knows while it decides.

    Attributes:
        kind: Which kind of conversation it is.
        roles: Its people, before the change.
        is_current: Says whether this is the certificate of a registered device that is in use.
        is_ended: Says whether a device was ended, or its person.
        most: How many devices a person may have.
        is_absent: Says whether one of the people has no leaf, before the change.
    """

    kind: ConversationKind
    roles: Mapping[UserId, MemberRole]
    is_current: Callable[[Leaf], bool]
    is_ended: Callable[[DeviceId], bool]
    most: int
    is_absent: Callable[[UserId], bool] = lambda _: False

    def is_admin(self, user: UserId) -> bool:
        """Say whether a person may change who is in the group."""
        return self.kind is ConversationKind.GROUP and self.roles.get(user) is MemberRole.ADMIN


def check(change: Change, situation: Situation) -> None:
    """Insist that every wish of a change is allowed to whoever has it.

    Raises:
        NotAllowedError: One is not.
    """
    if change.author.user not in situation.roles:
        raise NotAllowedError("not a member of this conversation")
    if not situation.is_current(change.author):
        raise NotAllowedError("the author's certificate is not that of a registered device")
    is_group = situation.kind is ConversationKind.GROUP
    if change.joins and is_group and situation.is_absent(change.author.user):
        raise NotAllowedError("a member has to take this device in")
    _check_size(change, situation)
    for by, wish in change.wishes:
        _check_wish(by, wish, situation)
        if isinstance(wish, Remove):
            _check_remove(by, wish.leaf, change, situation)
        if change.joins and isinstance(wish, Remove) and wish.leaf.device != by.device:
            raise NotAllowedError("who joins removes nothing but their own old leaf")
        if change.kind is Kind.PROPOSAL:
            _check_proposal(by, wish, situation)


def check_additions(author: Leaf, leaves: Sequence[Leaf], situation: Situation) -> None:
    """Insist that somebody may add devices, before more is known of the commit that does.

    Raises:
        NotAllowedError: They may not.
    """
    if author.user not in situation.roles:
        raise NotAllowedError("not a member of this conversation")
    for leaf in leaves:
        _check_add(author, leaf, situation)


def _check_size(change: Change, situation: Situation) -> None:
    grown = {wish.leaf.user for _, wish in change.wishes if isinstance(wish, Add)}
    grown |= {change.author.user} if change.joins else set()
    if not grown:
        return
    leaves = Counter(leaf.user for leaf in change.leaves)
    # Whose devices were ended has their leaves, too, until somebody takes them out.
    if any(leaves[user] > 2 * situation.most for user in grown):
        raise NotAllowedError("somebody's old devices have to be taken out of the group first")
    if len(change.leaves) > LEAVES or len({leaf.user for leaf in change.leaves}) > MEMBERS:
        raise NotAllowedError(f"a group has {MEMBERS} people and {LEAVES} devices at most")


def _check_wish(by: Leaf, wish: Wish, situation: Situation) -> None:
    match wish:
        case Add(leaf):
            _check_add(by, leaf, situation)
        case Remove():
            pass
        case Renew(leaf):
            if not situation.is_current(leaf):
                raise NotAllowedError("the new leaf's certificate is not the registered one")
        case Reconfigure():
            if not situation.is_admin(by.user):
                raise NotAllowedError("only an admin changes the room policy")
        case Unwanted(name):
            raise NotAllowedError(f"a proposal that is not used here: {name}")


def _check_add(by: Leaf, leaf: Leaf, situation: Situation) -> None:
    if not situation.is_current(leaf):
        raise NotAllowedError("the added certificate is not that of a registered device")
    if leaf.user == by.user or situation.is_admin(by.user):
        return
    if situation.kind is ConversationKind.DIRECT and leaf.user in situation.roles:
        return
    if leaf.user in situation.roles and situation.is_absent(leaf.user):
        return
    raise NotAllowedError("only an admin adds somebody else")


def _check_remove(by: Leaf, leaf: Leaf, change: Change, situation: Situation) -> None:
    if leaf.user == by.user or situation.is_admin(by.user):
        return
    if change.kind is Kind.PROPOSAL or not situation.is_ended(leaf.device):
        raise NotAllowedError("only an admin removes somebody else's device")


def _check_proposal(by: Leaf, wish: Wish, situation: Situation) -> None:
    if not isinstance(wish, Remove) or wish.leaf.user != by.user:
        raise NotAllowedError("nothing is proposed but to leave")
    if situation.kind is ConversationKind.DIRECT:
        raise NotAllowedError("nobody leaves a direct conversation")
