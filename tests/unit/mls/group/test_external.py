"""Joining by external commit (RFC 9420 §12.4.3.2)."""

from dataclasses import replace

import pytest

from teamchat.mls.credentials import BASIC
from teamchat.mls.crypto import Secret
from teamchat.mls.errors import UsageError
from teamchat.mls.framing.content import SenderNewMemberCommit
from teamchat.mls.framing.message import wrap
from teamchat.mls.group import (
    CommitReceived,
    GroupState,
    PendingJoin,
    PSKs,
    encrypt,
    group_info,
    join_external,
)
from teamchat.mls.group.info import signed_info
from teamchat.mls.messages.commit import Commit, ProposalByValue, ProposalReference
from teamchat.mls.messages.proposals import (
    Add,
    ExternalInit,
    PreSharedKey,
    Proposal,
    Remove,
)
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.key_names import ExternalPSKID
from teamchat.mls.tree.nodes import Capabilities
from teamchat.mls.tree.treekem import make_path, seal_path
from tests.support.mallory import public, refused, stranger
from tests.support.people import CRYPTO, NOW, REGISTRY, Crew, Person, carol, founded, person


def joining(state: GroupState, who: Person, **options: object) -> PendingJoin:
    return join_external(
        CRYPTO,
        group_info(CRYPTO, state),
        who.bundle(),
        ratchet_tree=state.tree.encode(),
        authentication=REGISTRY,
        now=NOW,
        **options,  # type: ignore[arg-type]  # the tests vary one thing at a time
    )


def let_in(crew: Crew, name: str, pending: PendingJoin) -> None:
    for other in list(crew):
        crew.receive_commit(other, pending.message)
    crew[name] = pending.adopt()


def test_a_newcomer_joins_by_itself() -> None:
    crew, newcomer = founded("alice", "bob"), carol()
    let_in(crew, "carol", joining(crew["alice"], newcomer))
    crew.agree()
    crew.accept("carol", crew.commit("carol"))
    crew.accept("bob", crew.commit("bob"))
    crew.agree()


def test_members_are_told_who_joined() -> None:
    crew, newcomer = founded("alice", "bob"), carol()
    received = crew.receive("bob", joining(crew["alice"], newcomer).message)
    assert isinstance(received, CommitReceived)
    assert [member.credential for member in received.added] == [newcomer.credential]
    assert received.committer == received.added[0]
    assert received.removed == received.updated == ()


def test_a_group_of_one_is_joined() -> None:
    crew = founded("alice")
    let_in(crew, "carol", joining(crew["alice"], carol()))
    crew.agree()


@pytest.mark.parametrize("named", [True, False])
def test_a_member_comes_back_in_its_own_place(named: bool) -> None:  # noqa: FBT001
    crew = founded("alice", "bob", "carol")
    bob, old = crew.people["bob"], crew.states.pop("bob")
    pending = joining(crew["alice"], bob, resync=old.own_leaf if named else None)
    received = crew.receive("carol", pending.message)
    assert isinstance(received, CommitReceived)
    assert [member.credential for member in received.removed] == [bob.credential]
    let_in(crew, "bob", pending)
    assert crew.leaf("bob") == old.own_leaf
    crew.agree()


def test_resync_next_to_a_blank_leaf() -> None:
    """Six members, leaf 4 blank, leaf 5 resyncs (§7.7, §12.4.2, §12.4.3.2).

    After the Remove the right half is blank and the tree is truncated to four leaves; the
    newcomer's leaf extends it again, at leaf 4. Of its direct path only the root has
    somebody on the other side, so the UpdatePath has one node.
    """
    crew = founded("a", "b", "c", "d", "e", "f")
    crew.accept("a", crew.commit("a", Remove(crew.leaf("e"))))
    old = crew.states.pop("f")
    assert old.own_leaf == 5
    pending = joining(crew["a"], crew.people["f"])
    body = public(pending.message).content.content
    assert isinstance(body, Commit)
    assert body.path is not None
    assert len(body.path.nodes) == 1
    let_in(crew, "f", pending)
    assert crew.leaf("f") == 4
    crew.agree()
    for name in crew:
        crew.accept(name, crew.commit(name))
        crew.agree()


def test_two_external_commits_race() -> None:
    crew, first, second = founded("alice", "bob"), carol(), person("dave")
    won, lost = joining(crew["alice"], first), joining(crew["alice"], second)
    let_in(crew, "carol", won)
    for name in crew:
        with refused(Rule.EPOCH_CURRENT):
            crew.receive(name, lost.message)
    let_in(crew, "dave", joining(crew["bob"], second))
    crew.agree()


def test_an_external_and_a_members_commit_race() -> None:
    crew, newcomer = founded("alice", "bob"), carol()
    outside, inside = joining(crew["alice"], newcomer), crew.commit("bob")
    crew.accept("bob", inside)
    with refused(Rule.EPOCH_CURRENT):
        crew.receive("alice", outside.message)
    late = crew.commit("alice")
    let_in(crew, "carol", joining(crew["alice"], newcomer))
    with pytest.raises(UsageError):
        late.adopt(crew["alice"])
    crew.agree()


def test_a_pre_shared_key_is_demanded_of_all() -> None:
    crew, newcomer = founded("alice", "bob"), carol()
    crew.psks = PSKs({b"door": Secret(b"open sesame")})
    psk = PreSharedKey(ExternalPSKID(b"door", CRYPTO.random(32)))
    pending = joining(crew["alice"], newcomer, psk_proposals=[psk], psks=crew.psks)
    let_in(crew, "carol", pending)
    crew.agree()
    with refused(Rule.PSK_AVAILABLE):
        joining(crew["alice"], person("dave"), psk_proposals=[psk])


def test_nobody_is_removed_by_another() -> None:
    crew, newcomer = founded("alice", "bob"), carol()
    with refused(Rule.CREDENTIAL_SAME_CLIENT):
        joining(crew["alice"], newcomer, resync=crew.leaf("bob"))


def reworded(crew: Crew, newcomer: Person, *proposals: Proposal | ProposalReference) -> bytes:
    """Return an external commit with other proposals, signed by the newcomer."""
    sound = public(joining(crew["alice"], newcomer).message).content.content
    assert isinstance(sound, Commit)
    items = tuple(
        item if isinstance(item, ProposalReference) else ProposalByValue(item) for item in proposals
    )
    body = Commit(items, sound.path)
    return stranger(crew["alice"], newcomer, SenderNewMemberCommit(), body)


INIT = ExternalInit(bytes(32))


def test_a_stranger_that_removes_a_member_is_refused_by_all() -> None:
    crew, newcomer = founded("alice", "bob"), carol()
    message = reworded(crew, newcomer, INIT, Remove(crew.leaf("bob")))
    with refused(Rule.CREDENTIAL_SAME_CLIENT):
        crew.receive("alice", message)


def test_what_an_external_commit_holds() -> None:
    crew, newcomer = founded("alice", "bob", "dave"), carol()
    add = Add(person("eve").bundle().key_package)
    for proposals, rule in (
        ((), Rule.EXTERNAL_COMMIT_ONE_INIT),
        ((INIT, INIT), Rule.EXTERNAL_COMMIT_ONE_INIT),
        ((INIT, add), Rule.EXTERNAL_COMMIT_PROPOSALS),
        ((INIT, Remove(1), Remove(2)), Rule.EXTERNAL_COMMIT_PROPOSALS),
        ((INIT, ProposalReference(b"any")), Rule.EXTERNAL_COMMIT_NO_REFERENCES),
    ):
        with refused(rule):
            crew.receive("alice", reworded(crew, newcomer, *proposals))


def test_an_external_commit_is_signed_by_its_leaf() -> None:
    crew = founded("alice", "bob")
    sound = public(joining(crew["alice"], carol()).message).content.content
    assert isinstance(sound, Commit)
    message = stranger(crew["alice"], person("eve"), SenderNewMemberCommit(), sound)
    with refused(Rule.CONTENT_SIGNATURE):
        crew.receive("alice", message)


def test_a_member_cannot_join_twice_under_one_key() -> None:
    crew = founded("alice", "bob", "dave")
    bob, state = crew.people["bob"], crew["alice"]
    leaf = bob.bundle().key_package.leaf_node
    tree, index = state.tree.add_leaf(leaf)
    key = bob.keys.private_key
    fresh = make_path(CRYPTO, state.suite, tree, index, leaf, key, state.group_id)
    path = seal_path(CRYPTO, state.suite, fresh, b"", ())
    body = Commit((ProposalByValue(INIT),), path)
    with refused(Rule.LEAF_SIGNATURE_KEY_UNIQUE):
        crew.receive("alice", stranger(state, bob, SenderNewMemberCommit(), body))


def test_every_member_is_authenticated_by_one_who_joins() -> None:
    crew = founded("alice", "bob")
    bob = crew.people["bob"]
    REGISTRY.keys.discard((b"bob", bob.keys.public_key))
    try:
        with refused(Rule.CREDENTIAL_NOT_AUTHENTICATED):
            joining(crew["alice"], carol())
    finally:
        REGISTRY.register("bob", bob.keys.public_key)


def test_one_who_joins_is_authenticated_by_every_member() -> None:
    crew, newcomer = founded("alice", "bob"), carol()
    message = joining(crew["alice"], newcomer).message
    REGISTRY.keys.discard((b"carol", newcomer.keys.public_key))
    with refused(Rule.CREDENTIAL_NOT_AUTHENTICATED):
        crew.receive("alice", message)


def test_one_who_could_not_be_a_member_sends_no_commit() -> None:
    """Everybody would refuse it; it is not even made."""
    crew, newcomer = founded("alice", "bob"), carol()
    unable = Capabilities((1,), (3,), (), (), (BASIC,))
    with refused(Rule.LEAF_SUPPORTS_SUITE):
        join_external(
            CRYPTO,
            group_info(CRYPTO, crew["alice"]),
            newcomer.bundle(capabilities=unable),
            ratchet_tree=crew["alice"].tree.encode(),
            authentication=REGISTRY,
            now=NOW,
        )


def test_a_group_info_must_name_the_key_to_join_by() -> None:
    crew = founded("alice", "bob")
    info = wrap(signed_info(CRYPTO, crew["alice"], ()))
    with refused(Rule.EXTERNAL_PUB_PRESENT):
        join_external(
            CRYPTO,
            info,
            carol().bundle(),
            ratchet_tree=crew["alice"].tree.encode(),
            authentication=REGISTRY,
            now=NOW,
        )


def test_a_group_info_is_verified_before_it_is_joined() -> None:
    crew = founded("alice", "bob")
    forged = replace(crew["alice"], signature_key=crew["bob"].signature_key)
    with refused(Rule.GROUP_INFO_SIGNATURE):
        joining(forged, carol())
    with refused(Rule.TREE_HASH_MATCHES):
        join_external(
            CRYPTO,
            group_info(CRYPTO, crew["alice"]),
            carol().bundle(),
            ratchet_tree=crew["alice"].tree.remove_leaf(1).encode(),
            authentication=REGISTRY,
            now=NOW,
        )


def test_a_newcomer_is_not_in_the_group_already() -> None:
    crew = founded("alice", "bob")
    with refused(Rule.GROUP_ID_UNIQUE):
        joining(crew["alice"], carol(), known_groups={crew["alice"].group_id})


def test_only_a_group_info_of_our_suite_is_joined() -> None:
    crew = founded("alice", "bob")
    pending = crew.commit("alice")
    with pytest.raises(UsageError):
        join_external(CRYPTO, pending.message, carol().bundle(), authentication=REGISTRY, now=NOW)
    odd = replace(crew["alice"], context=replace(crew["alice"].context, cipher_suite=3))
    with refused(Rule.WELCOME_SUITE):
        joining(odd, carol())


def test_a_wrong_kem_output_is_refused() -> None:
    crew, newcomer = founded("alice", "bob"), carol()
    with refused(Rule.CONFIRMATION_TAG):
        crew.receive("alice", reworded(crew, newcomer, ExternalInit(CRYPTO.random(32))))


def test_the_former_self_of_one_who_came_back_reads_nothing() -> None:
    crew = founded("alice", "bob", "carol")
    old = crew.states.pop("bob")
    let_in(crew, "bob", joining(crew["alice"], crew.people["bob"]))
    _, message = encrypt(CRYPTO, crew["alice"], b"to the new Bob")
    crew["ghost"] = old
    with refused(Rule.EPOCH_KNOWN):
        crew.receive("ghost", message)
