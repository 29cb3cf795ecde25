"""Whether the devices of a group are in the key directory; if not, the group is left alone.

A device that is not listed may have been added a moment ago, so the log is looked at afresh
first. Meanwhile only what asks waits: this conversation, this Welcome, this change.

A group may hold a device that was listed and is none any more: history does, and whoever reads
it later must come to the same group. No member adds such a device, and the next one takes it out,
before anything is said (`membership`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import Enum
from typing import Final

from msgspec.structs import replace as replaced

from teamchat.engine import findings, groups, looking, requests, session
from teamchat.engine.groups import GroupState
from teamchat.engine.roster import certificates
from teamchat.engine.state import ConversationState, ForGroupOfPeople, Leaf, Listing
from teamchat.engine.step import Step
from teamchat.ids import ConversationId, UserId
from teamchat.wire.bodies import ClaimedKeyPackage, ClaimedKeyPackages

LOOKING: Final = -1
"""What the first letter waits for in place of a request: a look at the log."""


class Verdict(Enum):
    """What is to be done about devices."""

    LISTED = "listed"
    WAIT = "wait"
    """Nothing is to be changed; the same will be asked again after a look at the log."""
    REFUSE = "refuse"


def judge(step: Step, conversation: ConversationState, group: GroupState) -> Verdict:
    """Say whether a group that a conversation is to have holds only devices that were listed."""
    unlisted = strangers(step, group)
    verdict = _verdict(step, conversation, listed=not unlisted)
    if verdict is Verdict.REFUSE:
        tell(step, conversation.id, unlisted[0])
    return verdict


def judge_stranger(step: Step, conversation: ConversationState, certificate: bytes) -> Verdict:
    """Say what is to be done about a group with a device that only its listing could prove."""
    verdict = _verdict(step, conversation, listed=False)
    if verdict is Verdict.REFUSE:
        tell(step, conversation.id, certificate)
    return verdict


def judge_letter(step: Step, conversation: ConversationId, unlisted: Sequence[bytes]) -> Verdict:
    """Say what is to be done about the first Welcome, by the devices that were never listed."""
    looked = step.desk.letter_listing is Listing.LOOKED
    if unlisted and not looked:
        step.desk = replace(step.desk, letter_listing=Listing.WAITING, opening=LOOKING)
        looking.look_afresh(step)
        return Verdict.WAIT
    step.desk = replace(step.desk, letter_listing=Listing.SETTLED)
    if unlisted:
        tell(step, conversation, unlisted[0])
    return Verdict.REFUSE if unlisted else Verdict.LISTED


def strangers(step: Step, group: GroupState) -> tuple[bytes, ...]:
    """Return the certificates of a group that no device of the directory ever had."""
    listed = step.desk.keys.directory.has_listed
    return tuple(each for each in certificates(group) if not listed(each))


def judge_claimed(
    step: Step, conversation: ConversationState, claimed: Iterable[ClaimedKeyPackage]
) -> Verdict:
    """Say whether key packages are of devices that are listed now, and so is this one."""
    return _verdict(step, conversation, listed=not unlisted(step, claimed))


def unlisted(step: Step, claimed: Iterable[ClaimedKeyPackage]) -> tuple[UserId, ...]:
    """Return who has a device among these key packages, or is this one, that is not listed now."""
    lists, own = step.desk.keys.directory.lists, step.account
    who = {each.user for each in claimed if not lists(groups.certificate_in(each))}
    return tuple(sorted(who if lists(own.certificate) else {*who, own.user}))


def tell(step: Step, conversation: ConversationId, certificate: bytes) -> None:
    """Keep and tell that a device is in a conversation that is not listed."""
    findings.find(step, findings.of_stranger(step, conversation, certificate))


def ended(step: Step, conversation: ConversationState) -> tuple[Leaf, ...]:
    """Return the devices of a group that were listed, are none any more, and are to be taken out.

    By a reset too, whether or not the new key is accepted: the server takes nothing before, so the
    group would wait for a person who may never come. Who is taken out so is absent until then.
    A device that has ended itself takes out nobody.
    """
    found = tuple(leaf for leaf in conversation.roster if is_ended(step, leaf))
    itself = any(leaf.device == step.account.device for leaf in found)
    return () if itself else found


def is_ended(step: Step, leaf: Leaf) -> bool:
    """Whether a leaf is of a device that was listed and is none any more."""
    keys = step.desk.keys.directory.people.get(leaf.user)
    listed = keys.devices.get(leaf.device) if keys else None
    return listed is not None and listed.ended


def wait(step: Step, conversation: ConversationState) -> None:
    """Read a conversation on after a look at the log."""
    step.put(replace(conversation, listing=Listing.WAITING))
    looking.look_afresh(step)


def release(step: Step) -> None:
    """A look is over: whatever waited for it is gone on with."""
    for conversation in list(step.conversations()):
        if conversation.listing is Listing.WAITING:
            looked = step.put(replace(conversation, listing=Listing.LOOKED))
            if looked.joined:
                session.read_on(step, looked)
    if step.desk.letter_listing is Listing.WAITING:
        step.desk = replace(step.desk, letter_listing=Listing.LOOKED, opening=0)
    waiting, step.desk = step.desk.groups_waiting, replace(step.desk, groups_waiting=())
    for each in waiting:  # their key packages are claimed again
        step.ask(replace(each, looked=True), requests.claim(each.users))


def let_in(step: Step, body: ClaimedKeyPackages) -> ClaimedKeyPackages:
    """Return key packages without those of devices that the log lists and nobody lets in.

    Who has no other device has none.
    """
    keeps_out = step.desk.keys.directory.keeps_out
    kept = [each for each in body.key_packages if not keeps_out(groups.certificate_in(each))]
    without = {each.user for each in body.key_packages} - {each.user for each in kept}
    return replaced(body, key_packages=kept, missing=[*body.missing, *sorted(without)])


def was_listed(step: Step, claimed: ClaimedKeyPackage) -> bool:
    """Whether a key package is of a device that the directory has or had."""
    return step.desk.keys.directory.has_listed(groups.certificate_in(claimed))


def wait_to_found(step: Step, purpose: ForGroupOfPeople) -> None:
    """Let a conversation that is to be made wait for a look at the log."""
    step.desk = replace(step.desk, groups_waiting=(*step.desk.groups_waiting, purpose))
    looking.look_afresh(step)


def _verdict(step: Step, conversation: ConversationState, *, listed: bool) -> Verdict:
    known = step.conversation(conversation.id)
    before = conversation.listing if known is None else known.listing
    if listed or before is Listing.LOOKED:
        if known is not None and before is not Listing.SETTLED:
            step.put(replace(known, listing=Listing.SETTLED))
        return Verdict.LISTED if listed else Verdict.REFUSE
    if known is None:
        looking.look_afresh(step)
    else:
        wait(step, known)
    return Verdict.WAIT
