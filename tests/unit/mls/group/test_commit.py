"""Commits: made, lost, followed (RFC 9420 §12.4)."""

from dataclasses import replace

import pytest

from teamchat.mls.credentials import BasicCredential
from teamchat.mls.crypto import Secret
from teamchat.mls.errors import MlsError, UsageError
from teamchat.mls.extensions import (
    REQUIRED_CAPABILITIES,
    Extension,
    ExternalSender,
    RequiredCapabilities,
    external_senders_extension,
)
from teamchat.mls.framing.content import ProposalContent
from teamchat.mls.group import (
    CommitOptions,
    CommitReceived,
    PSKs,
    RemovedFromGroup,
    commit,
    create_group,
    encrypt,
    propose_add,
    propose_group_context_extensions,
    propose_psk,
    propose_remove,
    propose_resumption_psk,
    propose_update,
)
from teamchat.mls.messages.commit import MAX_PROPOSALS, Commit, ProposalReference
from teamchat.mls.messages.proposals import (
    Add,
    CustomProposal,
    GroupContextExtensions,
    PreSharedKey,
    Remove,
    Update,
)
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.key_names import ExternalPSKID
from teamchat.mls.tree.nodes import (
    DEFAULT_CAPABILITIES,
    CommitSource,
    LeafNode,
    LeafPlace,
    Lifetime,
    UpdateSource,
    sign_leaf_node,
)
from tests.support.mallory import forged, forged_commit, public, refused
from tests.support.people import (
    CRYPTO,
    DAY,
    LIFETIME,
    NOW,
    REGISTRY,
    Crew,
    carol,
    founded,
    person,
)


def trio() -> Crew:
    return founded("alice", "bob", "carol")


def everybody_hears(crew: Crew, message: bytes, *but: str) -> None:
    for name in crew:
        if name not in but:
            crew[name] = crew.receive(name, message).state  # type: ignore[attr-defined]


def path_of(message: bytes) -> LeafNode:
    body = public(message).content.content
    assert isinstance(body, Commit)
    assert body.path is not None
    return body.path.leaf_node


def test_a_remove_carries_a_path_and_a_fresh_leaf_key() -> None:
    crew = trio()
    old = crew["alice"].own_leaf_node
    pending = crew.commit(
        "alice", Remove(crew.leaf("bob")), options=CommitOptions(always_path=False)
    )
    leaf = path_of(pending.message)
    assert leaf.encryption_key != old.encryption_key
    assert leaf.signature != old.signature
    crew.accept("alice", pending)
    crew.agree()


def test_a_path_is_left_out_only_where_it_may_be() -> None:
    crew = trio()
    light = CommitOptions(always_path=False)
    bundle = person("dave").bundle()
    pending = crew.commit("alice", Add(bundle.key_package), options=light)
    body = public(pending.message).content.content
    assert isinstance(body, Commit)
    assert body.path is None
    crew.accept("alice", pending)
    crew["dave"] = crew.join(pending, bundle)
    crew.agree()
    crew.accept("dave", crew.commit("dave"))
    crew.agree()


def test_a_commit_may_say_that_its_maker_supports_more() -> None:
    crew = trio()
    more = replace(DEFAULT_CAPABILITIES, extensions=(*DEFAULT_CAPABILITIES.extensions, 0xF0F0))
    crew.accept("alice", crew.commit("alice", options=CommitOptions(capabilities=more)))
    crew.agree()
    assert crew["bob"].tree.leaf(crew.leaf("alice")).capabilities == more  # type: ignore[union-attr]
    crew.accept("alice", crew.commit("alice"))
    assert crew["bob"].tree.leaf(crew.leaf("alice")).capabilities == more  # type: ignore[union-attr]


def test_making_a_commit_changes_nothing() -> None:
    crew = trio()
    before = crew["alice"]
    pending = crew.commit("alice", Remove(crew.leaf("bob")))
    assert crew["alice"] is before
    assert pending.before == before
    _, message = encrypt(CRYPTO, crew["alice"], b"still in the old epoch")
    assert crew.receive("bob", message)


def test_a_lost_race() -> None:
    crew = trio()
    lost, won = crew.commit("alice"), crew.commit("bob")
    crew.accept("bob", won)
    crew.agree()
    with refused(Rule.EPOCH_CURRENT):
        crew.receive("carol", lost.message)
    with pytest.raises(UsageError):
        lost.adopt(crew["alice"])


def test_a_key_that_was_used_meanwhile_stays_used() -> None:
    crew = trio()
    pending = crew.commit("alice")
    crew["bob"], message = encrypt(CRYPTO, crew["bob"], b"meanwhile")
    crew["alice"] = crew.receive("alice", message).state  # type: ignore[attr-defined]
    crew.accept("alice", pending)
    with refused(Rule.GENERATION_UNUSED):
        crew.receive("alice", message)


def test_the_removed_learns_it_and_nothing_more() -> None:
    crew = trio()
    removed = crew["bob"]
    pending = crew.commit("alice", Remove(crew.leaf("bob")))
    received = crew.receive("bob", pending.message)
    assert isinstance(received, RemovedFromGroup)
    assert received.committer.credential == crew.people["alice"].credential
    crew.accept("alice", pending)
    _, message = encrypt(CRYPTO, crew["alice"], b"without Bob")
    crew["bob"] = removed
    with pytest.raises(MlsError):
        crew.receive("bob", message)


def test_a_leaf_that_changes_hands_in_one_commit() -> None:
    crew = trio()
    bundle = person("dave").bundle()
    old_leaf = crew.leaf("bob")
    pending = crew.commit("alice", Add(bundle.key_package), Remove(old_leaf))
    assert isinstance(crew.receive("bob", pending.message), RemovedFromGroup)
    received = crew.receive("carol", pending.message)
    assert isinstance(received, CommitReceived)
    assert [member.credential for member in received.added] == [BasicCredential(b"dave")]
    assert [member.credential for member in received.removed] == [BasicCredential(b"bob")]
    crew.accept("alice", pending)
    crew["dave"] = crew.join(pending, bundle)
    assert crew.leaf("dave") == old_leaf
    crew.agree()


def test_an_update_is_committed_by_another() -> None:
    crew = trio()
    made = propose_update(CRYPTO, crew["bob"])
    crew["bob"] = made.state
    everybody_hears(crew, made.message, "bob")
    old = crew["bob"].own_leaf_node
    pending = crew.commit("carol")
    crew.accept("carol", pending)
    crew.agree()
    assert crew["bob"].own_leaf_node.encryption_key != old.encryption_key
    assert not crew["bob"].own_updates
    crew.accept("bob", crew.commit("bob"))
    crew.accept("alice", crew.commit("alice"))
    crew.agree()


def proposed_update(crew: Crew, name: str) -> Update:
    """Let a member propose an Update that everybody hears."""
    made = propose_update(CRYPTO, crew[name])
    crew[name] = made.state
    everybody_hears(crew, made.message, name)
    proposal = made.state.pending_proposals[made.ref].proposal
    assert isinstance(proposal, Update)
    return proposal


def test_the_latest_update_is_taken() -> None:
    crew = trio()
    proposed_update(crew, "bob")
    latest = proposed_update(crew, "bob")
    crew.accept("carol", crew.commit("carol"))
    crew.agree()
    assert crew["carol"].tree.leaf(crew.leaf("bob")) == latest.leaf_node


def test_a_remove_is_taken_before_any_update() -> None:
    crew = trio()
    proposed_update(crew, "bob")
    remove = propose_remove(CRYPTO, crew["alice"], crew.leaf("bob"))
    crew["alice"] = remove.state
    everybody_hears(crew, remove.message, "alice")
    crew.accept("carol", crew.commit("carol"))
    assert sorted(crew) == ["alice", "carol"]
    crew.agree()


def test_our_own_update_and_removal_are_left_to_others() -> None:
    crew = trio()
    update = propose_update(CRYPTO, crew["bob"])
    crew["bob"] = update.state
    leave = propose_remove(CRYPTO, crew["bob"], crew.leaf("bob"))
    crew["bob"] = leave.state
    everybody_hears(crew, update.message, "bob")
    everybody_hears(crew, leave.message, "bob")
    crew.accept("bob", crew.commit("bob"))
    crew.agree()
    assert "bob" in crew.states


def test_an_update_of_ours_whose_keys_are_lost() -> None:
    """A device that went back to an older state hears its own Update again."""
    crew = trio()
    proposed_update(crew, "bob")
    crew["bob"] = replace(crew["bob"], own_updates={})
    pending = crew.commit("carol")
    with pytest.raises(UsageError, match="keys"):
        crew.receive("bob", pending.message)


def test_pending_proposals_hold_data_back() -> None:
    crew = trio()
    made = propose_remove(CRYPTO, crew["bob"], crew.leaf("carol"))
    with refused(Rule.COMMIT_BEFORE_APPLICATION_DATA):
        encrypt(CRYPTO, made.state, b"too early")


def test_pending_proposals_are_bounded() -> None:
    crew = trio()
    made = propose_remove(CRYPTO, crew["bob"], crew.leaf("carol"))
    sent = made.state.pending_proposals[made.ref]
    many = {number.to_bytes(4, "big"): sent for number in range(MAX_PROPOSALS)}
    crew["alice"] = replace(crew["alice"], pending_proposals=many)
    with refused(Rule.PROPOSALS_BOUNDED):
        crew.receive("alice", made.message)


def test_an_external_key_is_mixed_in() -> None:
    crew = trio()
    crew.psks = PSKs({b"house": Secret(b"secret of the house")})
    made = propose_psk(CRYPTO, crew["bob"], b"house")
    crew["bob"] = made.state
    everybody_hears(crew, made.message, "bob")
    bundle = person("dave").bundle()
    pending = crew.commit("alice", Add(bundle.key_package))
    crew.accept("alice", pending)
    crew["dave"] = crew.join(pending, bundle)
    crew.agree()


def test_a_missing_or_wrong_key_ends_it() -> None:
    crew = trio()
    crew.psks = PSKs({b"house": Secret(b"secret of the house")})
    psk = PreSharedKey(ExternalPSKID(b"house", CRYPTO.random(32)))
    bundle = person("dave").bundle()
    pending = crew.commit("alice", psk, Add(bundle.key_package))
    crew.psks = PSKs()
    with refused(Rule.PSK_AVAILABLE):
        crew.receive("bob", pending.message)
    with refused(Rule.PSK_AVAILABLE):
        crew.join(pending, bundle)
    with refused(Rule.PSK_AVAILABLE):
        crew.commit("bob", psk)
    crew.psks = PSKs({b"house": Secret(b"another secret")})
    with refused(Rule.CONFIRMATION_TAG):
        crew.receive("bob", pending.message)
    with refused(Rule.WELCOME_DECRYPTS):
        crew.join(pending, bundle)


def test_a_resumption_key_of_a_past_epoch() -> None:
    crew = trio()
    epoch = crew["alice"].epoch
    crew.accept("carol", crew.commit("carol"))
    made = propose_resumption_psk(CRYPTO, crew["bob"], crew["bob"].group_id, epoch)
    crew["bob"] = made.state
    everybody_hears(crew, made.message, "bob")
    crew.accept("alice", crew.commit("alice"))
    crew.agree()
    unknown = propose_resumption_psk(CRYPTO, crew["bob"], crew["bob"].group_id, 900)
    proposal = unknown.state.pending_proposals[unknown.ref].proposal
    with refused(Rule.PSK_AVAILABLE):
        crew.commit("alice", proposal)


def test_extensions_are_replaced_and_required_capabilities_hold() -> None:
    crew = trio()
    required = Extension(REQUIRED_CAPABILITIES, RequiredCapabilities((), (0xF001,), ()).encode())
    too_much = propose_group_context_extensions(CRYPTO, crew["bob"], (required,))
    with refused(Rule.LEAF_SUPPORTS_REQUIRED):
        crew.receive(
            "alice",
            forged_commit(crew["bob"], too_much.state.pending_proposals[too_much.ref].proposal),
        )
    basic = Extension(REQUIRED_CAPABILITIES, RequiredCapabilities((), (), (1,)).encode())
    made = propose_group_context_extensions(CRYPTO, crew["bob"], (basic,))
    crew["bob"] = made.state
    everybody_hears(crew, made.message, "bob")
    crew.accept("carol", crew.commit("carol"))
    crew.agree()
    assert crew["alice"].extensions == (basic,)


def test_custom_proposals_and_extensions_of_those_who_know_them() -> None:
    able = replace(DEFAULT_CAPABILITIES, proposals=(0xF001,), extensions=(0x000A, 0xF002))
    crew = founded("alice")
    crew["alice"] = create_group(
        CRYPTO,
        group_id=b"able",
        suite=crew["alice"].suite,
        bundle=crew.people["alice"].bundle(capabilities=able),
        authentication=REGISTRY,
        now=NOW,
    )
    bundle = person("bob").bundle(capabilities=able)
    ours = Extension(0xF002, b"ours")
    proposals = (
        Add(bundle.key_package),
        CustomProposal(0xF001, b"hello"),
        GroupContextExtensions((ours,)),
    )
    pending = crew.commit("alice", *proposals)
    crew.accept("alice", pending)
    crew["bob"] = crew.join(pending, bundle)
    crew.agree()
    assert crew["bob"].extensions == (ours,)
    with refused(Rule.LEAF_SUPPORTS_GROUP_CONTEXT):
        crew.commit("bob", Add(carol().bundle().key_package))


@pytest.mark.parametrize(
    ("lifetime", "rule"),
    [
        (Lifetime(NOW - 9 * DAY, NOW - 1), Rule.LEAF_LIFETIME_CURRENT),
        (Lifetime(NOW + 1, NOW + DAY), Rule.LEAF_LIFETIME_CURRENT),
        (Lifetime(NOW - DAY, NOW + 4000 * DAY), Rule.LEAF_LIFETIME_BOUNDED),
    ],
)
def test_lifetimes_are_checked_by_sender_and_receiver(lifetime: Lifetime, rule: Rule) -> None:
    crew = trio()
    add = Add(person("dave").bundle(lifetime=lifetime).key_package)
    with refused(rule):
        crew.commit("alice", add)
    with refused(rule):
        crew.receive("bob", forged_commit(crew["alice"], add))


def test_a_key_package_in_a_commit_is_verified() -> None:
    crew = trio()
    package = person("dave").bundle().key_package
    broken = replace(package, signature=bytes(64))
    with refused(Rule.KEY_PACKAGE_SIGNATURE):
        crew.receive("bob", forged_commit(crew["alice"], Add(broken)))
    stranger = replace(person("dave"), name="alice").bundle().key_package
    with refused(Rule.CREDENTIAL_NOT_AUTHENTICATED):
        crew.receive("bob", forged_commit(crew["alice"], Add(stranger)))
    with refused(Rule.CREDENTIAL_NOT_AUTHENTICATED):
        crew.receive("bob", forged(crew["alice"], ProposalContent(Add(stranger))))


def updated(crew: Crew, name: str, **changes: object) -> Update:
    state = crew[name]
    leaf = replace(
        state.own_leaf_node,
        leaf_node_source=UpdateSource(),
        encryption_key=CRYPTO.hpke_key_pair(state.suite).public_key,
    )
    leaf = replace(leaf, **changes)  # type: ignore[arg-type]  # the tests vary one thing
    place = LeafPlace(state.group_id, state.own_leaf)
    return Update(sign_leaf_node(CRYPTO, state.suite, state.signature_key, leaf, place))


def committed(crew: Crew, update: Update) -> None:
    """Let Bob propose an Update and Alice commit it against all advice; Carol receives."""
    message = forged(crew["bob"], ProposalContent(update))
    received = crew.receive("carol", message)
    crew["carol"] = received.state  # type: ignore[attr-defined]  # a ProposalReceived
    ref = ProposalReference(received.ref)  # type: ignore[attr-defined]
    crew.receive("carol", forged(crew["alice"], Commit((ref,), None)))


def test_an_update_reuses_no_key() -> None:
    crew = trio()
    own = crew["bob"].own_leaf_node.encryption_key
    with refused(Rule.LEAF_UPDATE_CHANGES_KEY):
        committed(crew, updated(crew, "bob", encryption_key=own))
    crew = trio()
    taken = crew["alice"].own_leaf_node.encryption_key
    with refused(Rule.LEAF_ENCRYPTION_KEY_UNIQUE):
        committed(crew, updated(crew, "bob", encryption_key=taken))


def test_an_update_says_that_it_is_one() -> None:
    crew = trio()
    with refused(Rule.LEAF_SOURCE):
        committed(crew, updated(crew, "bob", leaf_node_source=CommitSource(b"")))


def test_a_leaf_keeps_its_identity() -> None:
    crew = trio()
    admin = crew.people["alice"].credential
    REGISTRY.register("alice", crew["bob"].own_leaf_node.signature_key)
    with refused(Rule.CREDENTIAL_SAME_CLIENT):
        committed(crew, updated(crew, "bob", credential=admin))
    posing = replace(
        crew["bob"],
        tree=crew["bob"].tree.update_leaf(
            crew.leaf("bob"), replace(crew["bob"].own_leaf_node, credential=admin)
        ),
    )
    swapped = commit(CRYPTO, posing, authentication=REGISTRY, now=NOW)
    with refused(Rule.CREDENTIAL_SAME_CLIENT):
        crew.receive("carol", swapped.message)


def test_a_path_reuses_no_key() -> None:
    crew = trio()
    pending = crew.commit("bob")
    crew.accept("bob", pending)
    stale = public(pending.message).content.content
    assert isinstance(stale, Commit)
    with refused(Rule.LEAF_UPDATE_CHANGES_KEY):
        crew.receive("carol", forged(crew["bob"], stale))
    assert stale.path is not None
    fresh = crew.commit("bob")
    path = replace(stale.path, leaf_node=path_of(fresh.message))
    with refused(Rule.UPDATE_PATH_KEYS_FRESH):
        crew.receive("carol", forged(crew["bob"], Commit((), path)))


def test_the_leaf_of_a_path_is_signed() -> None:
    crew = trio()
    body = public(crew.commit("bob").message).content.content
    assert isinstance(body, Commit)
    assert body.path is not None
    unsigned = replace(body.path.leaf_node, signature=bytes(64))
    with refused(Rule.LEAF_SIGNATURE):
        crew.receive(
            "carol", forged(crew["bob"], Commit((), replace(body.path, leaf_node=unsigned)))
        )


def test_an_external_sender_is_authenticated() -> None:
    crew, clerk = trio(), person("clerk")
    sender = ExternalSender(clerk.keys.public_key, BasicCredential(b"director"))
    extensions = (external_senders_extension((sender,)),)
    with refused(Rule.CREDENTIAL_NOT_AUTHENTICATED):
        crew.receive("bob", forged_commit(crew["alice"], GroupContextExtensions(extensions)))
    with refused(Rule.CREDENTIAL_NOT_AUTHENTICATED):
        founded("alice", extensions=extensions)


def test_a_commit_by_the_only_member() -> None:
    crew = founded("alice")
    for _ in range(3):
        crew.accept("alice", crew.commit("alice"))
    assert crew["alice"].epoch == 3
    crew.add("alice", "bob")
    crew.agree()


def test_a_group_of_one_with_pending_proposals() -> None:
    crew = founded("alice")
    bundle = person("bob").bundle()
    update = propose_update(CRYPTO, crew["alice"])
    made = propose_add(CRYPTO, update.state, bundle.key_package, authentication=REGISTRY, now=NOW)
    crew["alice"] = made.state
    pending = crew.commit("alice")
    crew.accept("alice", pending)
    crew["bob"] = crew.join(pending, bundle)
    crew.agree()


def test_the_root_may_be_blank() -> None:
    """The commit secret comes from the end of the filtered direct path (§7.4, §12.4)."""
    crew = founded("a", "b", "c", "d", "e", "f", "g", "h")
    leaving = ["a", "b", "c", "d"]
    crew.accept("h", crew.commit("h", *(Remove(crew.leaf(name)) for name in leaving)))
    tree = crew["e"].tree
    assert tree.leaf_count == 8
    assert tree.nodes[7] is None
    for name in ("e", "g", "h", "f"):
        crew.accept(name, crew.commit(name))
        crew.agree()
        assert crew[name].tree.nodes[7] is None
    crew.add("f", "i", "j")
    crew.agree()
    assert crew.leaf("i") == 0
    crew.accept("i", crew.commit("i"))
    crew.agree()


def test_last_resort_packages_and_unknown_values_are_accepted() -> None:
    grease = (0x0A0A, 0x1A1A, 0xEAEA)
    can = replace(
        DEFAULT_CAPABILITIES,
        cipher_suites=(*DEFAULT_CAPABILITIES.cipher_suites, *grease),
        extensions=(*DEFAULT_CAPABILITIES.extensions, *grease, 0xF0F0),
        proposals=grease,
        credentials=(*DEFAULT_CAPABILITIES.credentials, *grease),
    )
    bundle = person("dave").bundle(
        capabilities=can,
        last_resort=True,
        extensions=(Extension(0x1A1A, b"noise"),),
        leaf_extensions=(Extension(0x0A0A, b"noise"), Extension(0xF0F0, b"ours")),
    )
    assert bundle.key_package.is_last_resort
    assert bundle.key_package.leaf_node.capabilities == can
    crew = trio()
    pending = crew.commit("alice", Add(bundle.key_package))
    crew.accept("alice", pending)
    crew["dave"] = crew.join(pending, bundle)
    crew.accept("dave", crew.commit("dave"))
    crew.agree()
    assert LIFETIME.not_after > NOW
