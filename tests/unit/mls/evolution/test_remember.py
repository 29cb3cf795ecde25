"""What is asked of a proposal before it is remembered."""

from dataclasses import replace

import pytest

from teamchat.mls.evolution.leaves import Judge
from teamchat.mls.evolution.remember import remember
from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.framing.content import Sender, SenderExternal, SenderMember
from teamchat.mls.messages.proposals import Remove, Update
from teamchat.mls.rules import Rule
from tests.support.mallory import refused
from tests.support.people import NOW, REGISTRY, founded

JUDGE = Judge(REGISTRY, NOW)


def test_a_proposal_is_remembered_beside_the_others() -> None:
    tree = founded("alice", "bob")["alice"].tree
    first, second = (SentProposal(SenderMember(0), Remove(leaf)) for leaf in (1, 2))
    before = {b"1": first}
    assert remember(before, b"2", second, tree, JUDGE) == {b"1": first, b"2": second}
    assert before == {b"1": first}


@pytest.mark.parametrize("sender", [SenderExternal(0), SenderMember(1), SenderMember(99)])
def test_an_update_is_remembered_of_a_member_only(sender: Sender) -> None:
    state = founded("alice")["alice"]
    update = SentProposal(sender, Update(state.own_leaf_node))
    with refused(Rule.UPDATE_BY_MEMBER):
        remember({}, b"ref", update, state.tree, JUDGE)


def test_a_new_key_is_asked_about_at_once() -> None:
    state = founded("alice")["alice"]
    leaf = replace(state.own_leaf_node, signature_key=bytes(32))
    with refused(Rule.CREDENTIAL_NOT_AUTHENTICATED):
        remember({}, b"ref", SentProposal(SenderMember(0), Update(leaf)), state.tree, JUDGE)
