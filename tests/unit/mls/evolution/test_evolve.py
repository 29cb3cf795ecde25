"""`evolve` relies on nothing but the signature having been verified."""

from teamchat.mls.evolution.evolve import PublicState, evolve
from teamchat.mls.evolution.leaves import Judge
from teamchat.mls.framing.content import SenderNewMemberCommit
from teamchat.mls.messages.commit import Commit, ProposalByValue
from teamchat.mls.messages.proposals import ExternalInit
from teamchat.mls.rules import Rule
from tests.support.mallory import refused
from tests.support.people import CRYPTO, NOW, REGISTRY, founded


def test_an_external_commit_without_a_path_leads_nowhere() -> None:
    state = founded("alice", "bob")["alice"]
    public = PublicState(state.suite, state.context, state.tree)
    commit = Commit((ProposalByValue(ExternalInit(b"")),), None)
    with refused(Rule.EXTERNAL_COMMIT_PATH):
        evolve(CRYPTO, public, SenderNewMemberCommit(), commit, {}, Judge(REGISTRY, NOW))
