"""Which proposals may stand together: each rule of RFC 9420 §12.2, broken once."""

from dataclasses import replace

import pytest

from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.evolution.rules_of_list import check_member_list
from teamchat.mls.extensions import Extension
from teamchat.mls.framing.content import SenderExternal
from teamchat.mls.group import process, propose_add, propose_remove, propose_update
from teamchat.mls.messages.commit import Commit, ProposalReference, needs_path
from teamchat.mls.messages.proposals import (
    Add,
    CustomProposal,
    ExternalInit,
    GroupContextExtensions,
    PreSharedKey,
    Proposal,
    ReInit,
    Remove,
    Update,
)
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.key_names import ExternalPSKID, ResumptionPSKID, ResumptionPSKUsage
from tests.support.mallory import forged, forged_commit, refused
from tests.support.people import CRYPTO, NOW, REGISTRY, Crew, carol, founded

NONCE = bytes(32)
PSK = PreSharedKey(ExternalPSKID(b"house key", NONCE))
REINIT = ReInit(b"new", 1, 1, ())


def crew() -> Crew:
    return founded("alice", "bob", "dave")


def add() -> Add:
    return Add(carol().bundle().key_package)


def own_update(members: Crew, name: str) -> Update:
    made = propose_update(CRYPTO, members[name])
    proposal = made.state.pending_proposals[made.ref].proposal
    assert isinstance(proposal, Update)
    return proposal


def check(members: Crew, rule: Rule, *proposals: Proposal) -> None:
    """Alice commits `proposals`; an honest client of hers and Bob's both refuse."""
    before = members["bob"]
    with refused(rule):
        members.receive("bob", forged_commit(members["alice"], *proposals))
    assert members["bob"] is before
    if not any(isinstance(proposal, Update) for proposal in proposals):
        with refused(rule):
            members.commit("alice", *proposals)


def test_a_commit_holds_no_update_of_its_committer() -> None:
    members = crew()
    check(members, Rule.COMMITTER_NOT_UPDATED, own_update(members, "alice"))


def test_a_commit_does_not_remove_its_committer() -> None:
    members = crew()
    check(members, Rule.COMMITTER_NOT_REMOVED, Remove(members.leaf("alice")))


def test_a_leaf_is_changed_once() -> None:
    members = crew()
    check(members, Rule.ONE_CHANGE_PER_LEAF, Remove(1), Remove(1))


def test_an_update_and_a_remove_do_not_meet() -> None:
    members = crew()
    made = propose_update(CRYPTO, members["bob"])
    for name in ("alice", "dave"):
        received = process(CRYPTO, members[name], made.message, authentication=REGISTRY, now=NOW)
        members[name] = received.state  # type: ignore[union-attr]  # nobody was removed
    commit = Commit((ProposalReference(made.ref),), None)
    both = replace(commit, proposals=(*commit.proposals, *commit.proposals))
    with refused(Rule.ONE_CHANGE_PER_LEAF):
        members.receive("dave", forged(members["alice"], both))
    with refused(Rule.PATH_REQUIRED):
        members.receive("dave", forged(members["alice"], commit))


def test_a_client_is_added_once() -> None:
    members, newcomer = crew(), carol()
    adds = [Add(newcomer.bundle().key_package) for _ in range(2)]
    check(members, Rule.ADD_CLIENT_ONCE, *adds)


def test_a_member_is_not_added_again() -> None:
    members = crew()
    again = Add(members.people["bob"].bundle().key_package)
    check(members, Rule.ADD_NOT_A_MEMBER, again)


def test_a_member_may_be_removed_and_added_at_once() -> None:
    members = crew()
    bundle = members.people["bob"].bundle()
    pending = members.commit("alice", Remove(members.leaf("bob")), Add(bundle.key_package))
    members.accept("alice", pending)
    assert "bob" not in members.states
    members["bob"] = members.join(pending, bundle)
    members.agree()


def test_a_pre_shared_key_is_named_once() -> None:
    check(crew(), Rule.PSK_UNIQUE, PSK, PSK)


def test_a_psk_nonce_has_its_length() -> None:
    check(crew(), Rule.PSK_NONCE_LENGTH, PreSharedKey(ExternalPSKID(b"house key", b"short")))


@pytest.mark.parametrize("usage", [ResumptionPSKUsage.REINIT, ResumptionPSKUsage.BRANCH])
def test_keys_for_new_groups_are_for_new_groups(usage: ResumptionPSKUsage) -> None:
    members = crew()
    psk = ResumptionPSKID(usage, members["alice"].group_id, members["alice"].epoch, NONCE)
    check(members, Rule.PSK_USAGE, PreSharedKey(psk))


def test_the_extensions_are_replaced_once() -> None:
    members = crew()
    both = GroupContextExtensions(()), GroupContextExtensions(())
    check(members, Rule.ONE_GROUP_CONTEXT_EXTENSIONS, *both)


def test_a_reinit_is_alone() -> None:
    check(crew(), Rule.REINIT_ALONE, REINIT, add())


def test_a_reinit_does_not_lower_the_version() -> None:
    check(crew(), Rule.REINIT_VERSION, replace(REINIT, version=0))


def test_an_external_init_is_for_external_commits() -> None:
    check(crew(), Rule.EXTERNAL_INIT_PLACE, ExternalInit(b"kem"))


def test_a_custom_proposal_is_for_groups_that_know_it() -> None:
    check(crew(), Rule.PROPOSAL_TYPE_SUPPORTED, CustomProposal(0xF001, b"hello"))


def test_a_remove_names_a_member() -> None:
    check(crew(), Rule.REMOVE_MEMBER, Remove(3))
    check(crew(), Rule.REMOVE_MEMBER, Remove(4_000_000_000))


def test_an_update_is_sent_by_its_member() -> None:
    members = crew()
    update = own_update(members, "bob")
    with refused(Rule.COMMITTER_NOT_UPDATED):
        members.receive("dave", forged_commit(members["alice"], update))
    from_outside = SentProposal(SenderExternal(0), update)
    with refused(Rule.UPDATE_BY_MEMBER):
        check_member_list([from_outside], 0, members["alice"].tree)


def test_extensions_that_a_member_does_not_support_are_refused() -> None:
    members = crew()
    unknown = GroupContextExtensions((Extension(0xF002, b""),))
    check(members, Rule.LEAF_SUPPORTS_GROUP_CONTEXT, unknown)


def test_a_reference_must_be_known() -> None:
    members = crew()
    message = forged(members["alice"], Commit((ProposalReference(b"nothing"),), None))
    with refused(Rule.PROPOSAL_REFERENCE_KNOWN):
        members.receive("bob", message)


@pytest.mark.parametrize(
    ("proposals", "expected"),
    [
        ([], True),
        ([PSK], False),
        ([REINIT], False),
        ([Remove(1)], True),
        ([PSK, Remove(1)], True),
        ([GroupContextExtensions(())], True),
        ([ExternalInit(b"")], True),
        ([CustomProposal(0xF001, b"")], True),
    ],
)
def test_which_commits_need_a_path(proposals: list[Proposal], expected: bool) -> None:  # noqa: FBT001
    assert needs_path(proposals) is expected


def test_a_path_is_demanded_of_a_remove() -> None:
    members = crew()
    with refused(Rule.PATH_REQUIRED):
        members.receive("bob", forged_commit(members["alice"], Remove(members.leaf("dave"))))


def test_a_path_is_demanded_of_an_empty_commit() -> None:
    members = crew()
    with refused(Rule.PATH_REQUIRED):
        members.receive("bob", forged_commit(members["alice"]))


def test_pending_proposals_of_others_are_taken_up() -> None:
    members = crew()
    newcomer = carol()
    bundle = newcomer.bundle()
    made = propose_add(CRYPTO, members["bob"], bundle.key_package, authentication=REGISTRY, now=NOW)
    members["bob"] = made.state
    also = propose_remove(CRYPTO, members["bob"], members.leaf("dave"))
    members["bob"] = also.state
    for message in (made.message, also.message):
        for name in ("alice", "dave"):
            received = members.receive(name, message)
            members[name] = received.state  # type: ignore[attr-defined]  # a ProposalReceived
    pending = members.commit("alice")
    assert len(pending.before.pending_proposals) == 2
    members.accept("alice", pending)
    members["carol"] = members.join(pending, bundle)
    members.agree()
    assert "dave" not in members.states
