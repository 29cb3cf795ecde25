"""Who may send what from outside a group (RFC 9420 §6.1, §12.1.8)."""

from dataclasses import replace

import pytest

from teamchat.mls.crypto import Secret
from teamchat.mls.extensions import ExternalSender, external_senders_extension
from teamchat.mls.framing.content import (
    ApplicationContent,
    ProposalContent,
    SenderExternal,
    SenderNewMemberCommit,
    SenderNewMemberProposal,
)
from teamchat.mls.group import ProposalReceived, external_proposal, new_member_proposal
from teamchat.mls.messages.commit import Commit
from teamchat.mls.messages.proposals import Add, Remove, Update
from teamchat.mls.rules import Rule
from tests.support.mallory import PRIVATE, forged, refused, stranger
from tests.support.people import CRYPTO, NOW, Crew, Person, carol, founded, person


def watched() -> tuple[Crew, Person]:
    """Return a group that allows one external sender to propose."""
    clerk = person("clerk")
    sender = ExternalSender(clerk.keys.public_key, clerk.credential)
    return founded("alice", "bob", extensions=(external_senders_extension((sender,)),)), clerk


def test_an_external_sender_proposes_and_a_member_commits() -> None:
    crew, clerk = watched()
    crew.add("alice", "dave")
    message = external_proposal(
        CRYPTO, crew["alice"].context, 0, clerk.keys.private_key, Remove(crew.leaf("dave")), now=NOW
    )
    for name in crew:
        received = crew.receive(name, message)
        assert isinstance(received, ProposalReceived)
        assert received.sender == SenderExternal(0)
        assert received.member is None
        crew[name] = received.state
    crew.accept("bob", crew.commit("bob"))
    crew.agree()
    assert "dave" not in crew.states


def test_an_external_sender_must_be_known() -> None:
    crew, clerk = watched()
    body = ProposalContent(Remove(1))
    with refused(Rule.EXTERNAL_SENDER_KNOWN):
        crew.receive("alice", stranger(crew["alice"], clerk, SenderExternal(1), body))
    others = founded("alice", "bob")
    with refused(Rule.EXTERNAL_SENDER_KNOWN):
        others.receive("alice", stranger(others["alice"], clerk, SenderExternal(0), body))


def test_an_external_sender_signs_with_its_own_key() -> None:
    crew, _ = watched()
    body = ProposalContent(Remove(1))
    with refused(Rule.CONTENT_SIGNATURE):
        crew.receive("alice", stranger(crew["alice"], carol(), SenderExternal(0), body))


def test_an_external_sender_does_not_commit_or_update() -> None:
    crew, clerk = watched()
    update = Update(crew["bob"].own_leaf_node)
    for body in (Commit((), None), ProposalContent(update)):
        with refused(Rule.EXTERNAL_SENDER_PROPOSALS):
            crew.receive("alice", stranger(crew["alice"], clerk, SenderExternal(0), body))
    with refused(Rule.EXTERNAL_SENDER_PROPOSALS):
        external_proposal(CRYPTO, crew["alice"].context, 0, Secret(bytes(32)), update, now=NOW)


def test_a_newcomer_proposes_itself() -> None:
    crew, newcomer = founded("alice", "bob"), carol()
    bundle = newcomer.bundle()
    message = new_member_proposal(CRYPTO, crew["alice"].context, bundle, now=NOW)
    for name in crew:
        received = crew.receive(name, message)
        assert isinstance(received, ProposalReceived)
        crew[name] = received.state
    pending = crew.commit("bob")
    crew.accept("bob", pending)
    crew["carol"] = crew.join(pending, bundle)
    crew.agree()


def test_a_newcomer_proposes_nothing_else() -> None:
    crew, newcomer = founded("alice", "bob"), carol()
    sender = SenderNewMemberProposal()
    for body in (ProposalContent(Remove(0)), Commit((), None)):
        with refused(Rule.NEW_MEMBER_PROPOSES_ADD):
            crew.receive("alice", stranger(crew["alice"], newcomer, sender, body))
    other = ProposalContent(Add(person("eve").bundle().key_package))
    with refused(Rule.CONTENT_SIGNATURE):
        crew.receive("alice", stranger(crew["alice"], newcomer, sender, other))


def test_a_joiner_sends_nothing_but_a_commit() -> None:
    crew, newcomer = founded("alice", "bob"), carol()
    body = ProposalContent(Add(newcomer.bundle().key_package))
    with refused(Rule.NEW_MEMBER_COMMITS):
        message = stranger(crew["alice"], newcomer, SenderNewMemberCommit(), body)
        crew.receive("alice", message)


def test_a_joiner_brings_a_path() -> None:
    crew, newcomer = founded("alice", "bob"), carol()
    with refused(Rule.EXTERNAL_COMMIT_PATH):
        message = stranger(crew["alice"], newcomer, SenderNewMemberCommit(), Commit((), None))
        crew.receive("alice", message)


@pytest.mark.parametrize("leaf", [2, 700])
def test_a_sender_is_a_member(leaf: int) -> None:
    crew = founded("alice", "bob")
    deep = replace(crew["bob"].secret_tree, depth=20)
    ghost = replace(crew["bob"], own_leaf=leaf, secret_tree=deep)
    with refused(Rule.SENDER_LEAF_NOT_BLANK):
        crew.receive("alice", forged(ghost, ApplicationContent(b"boo"), PRIVATE))
    with refused(Rule.SENDER_LEAF_NOT_BLANK):
        crew.receive("alice", forged(ghost, ProposalContent(Remove(0))))
