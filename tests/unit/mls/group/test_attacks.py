"""What a hostile member, stranger or delivery service tries, and where it ends.

Each test is one attempt, made with all that its author may hold: its own keys, what the
group shares, what the server stores. Others stand beside the code they attack.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from teamchat.mls.codec.varint import encode_length
from teamchat.mls.credentials import BASIC
from teamchat.mls.crypto import Secret
from teamchat.mls.crypto.labels import sign_with_label
from teamchat.mls.errors import DecodeError, MlsError, UsageError
from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.evolution.rules_of_list import MAX_PSKS, check_psks
from teamchat.mls.extensions import (
    APPLICATION_ID,
    EXTERNAL_PUB,
    LAST_RESORT,
    REQUIRED_CAPABILITIES,
    Extension,
    ExternalSender,
    RequiredCapabilities,
    external_senders_extension,
)
from teamchat.mls.framing.content import (
    ApplicationContent,
    AuthenticatedContent,
    ProposalContent,
    SenderExternal,
    SenderMember,
    SenderNewMemberCommit,
)
from teamchat.mls.framing.message import unwrap, wrap
from teamchat.mls.framing.private import open_sender_data, seal
from teamchat.mls.framing.private_message import PrivateMessage
from teamchat.mls.group import (
    CommitOptions,
    CommitReceived,
    GroupState,
    ProposalReceived,
    PSKs,
    encrypt,
    export_secret,
    external_proposal,
    group_info,
    join,
    join_external,
    new_member_proposal,
    propose,
    propose_add,
    propose_custom,
    propose_group_context_extensions,
    propose_remove,
    restore,
    snapshot,
)
from teamchat.mls.group.choose import MAX_TRIALS
from teamchat.mls.group.create import create_group
from teamchat.mls.group.info import external_pub_extension, signed_info
from teamchat.mls.group.protect import sign
from teamchat.mls.messages.commit import MAX_PROPOSALS, Commit, ProposalByValue, ProposalReference
from teamchat.mls.messages.proposals import (
    Add,
    CustomProposal,
    ExternalInit,
    GroupContextExtensions,
    PreSharedKey,
    Proposal,
    ReInit,
    Remove,
)
from teamchat.mls.public_group import PublicGroup
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.key_names import ExternalPSKID, ResumptionPSKID, ResumptionPSKUsage
from teamchat.mls.schedule.secret_tree import MessageKey, RatchetKind
from teamchat.mls.tree import RatchetTree, ratchet_tree
from teamchat.mls.tree.nodes import Capabilities, Lifetime, sign_key_package_leaf
from tests.support.mallory import (
    NO_TAG,
    PRIVATE,
    forged,
    forged_commit,
    public,
    refused,
    retagged,
    stranger,
)
from tests.support.people import (
    CRYPTO,
    DAY,
    LIFETIME,
    NOW,
    REGISTRY,
    SUITE,
    Crew,
    by_reference,
    carol,
    founded,
    person,
)

NONCE = bytes(SUITE.hash_length)
PLAIN = CommitOptions()
EXPIRED = Lifetime(NOW - 9 * DAY, NOW - 1)


def trio() -> Crew:
    return founded("alice", "bob", "carol")


def heard_by_all(crew: Crew, message: bytes, *but: str) -> None:
    """Let everybody take a proposal in."""
    for name in crew:
        if name not in but:
            received = crew.receive(name, message)
            assert isinstance(received, ProposalReceived)
            crew[name] = received.state


def private(message: bytes) -> PrivateMessage:
    opened = unwrap(message)
    assert isinstance(opened, PrivateMessage)
    return opened


def arriving(state: GroupState, info: bytes, tree: bytes, **options: object) -> object:
    bundle = person("dave").bundle()
    return join_external(
        CRYPTO,
        info,
        bundle,
        ratchet_tree=tree,
        authentication=REGISTRY,
        now=NOW,
        **options,  # type: ignore[arg-type]  # the tests vary one thing at a time
    )


# A delivery service that alters what it hands out.


def test_a_parent_hidden_behind_the_tree_is_found() -> None:
    """The tree hash does not cover a node behind the last leaf."""
    crew, bundle = founded("alice"), carol().bundle()
    pending = crew.commit("alice", Add(bundle.key_package))
    nodes = RatchetTree.decode(pending.ratchet_tree).nodes
    assert nodes[1] is not None
    longer = RatchetTree((*nodes, nodes[1])).encode()
    state = pending.adopt()
    assert pending.welcome is not None
    with refused(Rule.TREE_ENDS_IN_LEAF):
        join(
            CRYPTO,
            pending.welcome,
            by_reference(bundle),
            ratchet_tree=longer,
            authentication=REGISTRY,
            now=NOW,
        )
    with refused(Rule.TREE_ENDS_IN_LEAF):
        arriving(state, pending.group_info, longer)
    with refused(Rule.TREE_ENDS_IN_LEAF):
        PublicGroup.from_group_info(
            CRYPTO, pending.group_info, longer, authentication=REGISTRY, now=NOW
        )


def test_a_message_is_not_moved_to_another_epoch() -> None:
    crew = trio()
    crew["bob"], message = encrypt(CRYPTO, crew["bob"], b"pay Alice")
    crew["carol"] = cast("Any", crew.receive("carol", message)).state
    crew.accept("alice", crew.commit("alice"))
    with refused(Rule.GENERATION_UNUSED):
        crew.receive("carol", message)
    moved = replace(private(message), epoch=crew["carol"].epoch)
    with refused(Rule.SENDER_DATA_DECRYPTS):
        crew.receive("carol", wrap(moved))


@pytest.mark.parametrize("part", ["encrypted_sender_data", "ciphertext"])
def test_an_empty_ciphertext_is_refused(part: str) -> None:
    crew = trio()
    message = private(encrypt(CRYPTO, crew["bob"], b"hello")[1])
    rules = {Rule.SENDER_DATA_DECRYPTS, Rule.CONTENT_DECRYPTS}
    with pytest.raises(MlsError) as caught:
        crew.receive("alice", wrap(replace(message, **cast("Any", {part: b""}))))
    assert cast("Any", caught.value).rule in rules


def test_a_wire_format_without_a_name_is_malformed() -> None:
    crew = trio()
    opened = public(propose_remove(CRYPTO, crew["bob"], 0).message)
    whole = opened.authenticated().encode()
    assert AuthenticatedContent.decode(whole).encode() == whole
    for number in (0, 6, 0xFFFF):
        with pytest.raises(DecodeError):
            AuthenticatedContent.decode(number.to_bytes(2, "big") + whole[2:])


# A member that sends what its keys can sign.


def sealed_as(state: GroupState, leaf: int, generation: int) -> bytes:
    """Return application data whose sender data says what we like."""
    signed = sign(CRYPTO, state, ApplicationContent(b"hello"), PRIVATE)
    message = signed.confirmed(None)
    message = replace(message, content=replace(message.content, sender=SenderMember(leaf)))
    key, _ = state.secret_tree.next_key(CRYPTO, SUITE, state.own_leaf, RatchetKind.APPLICATION)
    key = MessageKey(generation, key.key, key.nonce)
    return wrap(seal(CRYPTO, SUITE, message, key, state.secrets.sender_data_secret, 1))


@pytest.mark.parametrize("leaf", [3, 99, (1 << 32) - 1])
def test_sender_data_from_a_leaf_where_nobody_is(leaf: int) -> None:
    crew = trio()
    with refused(Rule.SENDER_LEAF_NOT_BLANK):
        crew.receive("alice", sealed_as(crew["bob"], leaf, 0))


def test_sender_data_from_a_blank_leaf_of_a_past_epoch() -> None:
    crew = trio()
    message = sealed_as(crew["bob"], 3, 0)
    crew.accept("alice", crew.commit("alice"))
    with refused(Rule.SENDER_LEAF_NOT_BLANK):
        crew.receive("alice", message)


@pytest.mark.parametrize("generation", [1001, (1 << 32) - 1])
def test_a_jump_of_the_generation_costs_nothing(generation: int) -> None:
    crew = trio()
    message = sealed_as(crew["bob"], crew.leaf("bob"), generation)
    with refused(Rule.GENERATION_WINDOW):
        crew.receive("alice", message)


def test_a_sender_that_forgot_its_state_reuses_no_nonce() -> None:
    """One key for two messages: the reuse guard parts their nonces (§6.3.1)."""
    crew = trio()
    bob = crew["bob"]
    first, second = (encrypt(CRYPTO, bob, b"the same")[1] for _ in range(2))
    secret = bob.secrets.sender_data_secret
    guards = [
        open_sender_data(CRYPTO, SUITE, private(message), secret) for message in (first, second)
    ]
    assert guards[0].generation == guards[1].generation
    assert guards[0].reuse_guard != guards[1].reuse_guard
    assert private(first).ciphertext != private(second).ciphertext
    crew["alice"] = cast("Any", crew.receive("alice", first)).state
    with refused(Rule.GENERATION_UNUSED):
        crew.receive("alice", second)


@pytest.mark.parametrize("cut", [lambda tag: tag[:-1], lambda _: b"", lambda tag: tag + b"\0"])
def test_a_confirmation_tag_of_another_length_is_refused(cut: Callable[[bytes], bytes]) -> None:
    crew = trio()
    message = crew.commit("bob").message
    auth = public(message).auth
    assert auth.confirmation_tag is not None
    auth = replace(auth, confirmation_tag=cut(auth.confirmation_tag))
    with refused(Rule.CONFIRMATION_TAG):
        crew.receive("alice", retagged(crew["bob"], message, auth))


def test_a_proposal_of_another_epoch_is_not_committed() -> None:
    crew = trio()
    made = propose_remove(CRYPTO, crew["bob"], crew.leaf("carol"))
    heard_by_all(crew, made.message, "bob")
    lonely = crew.commit("alice", options=replace(PLAIN, include_pending=False))
    crew.accept("alice", lonely)
    late = forged(crew["bob"], Commit((ProposalReference(made.ref),), None))
    with refused(Rule.PROPOSAL_REFERENCE_KNOWN):
        crew.receive("alice", late)


def test_a_proposal_of_one_who_has_been_removed_is_refused() -> None:
    crew = trio()
    ghost = crew["carol"]
    group = watching(crew["alice"])
    pending = crew.commit("alice", Remove(ghost.own_leaf))
    crew.accept("alice", pending)
    after = group.receive(CRYPTO, pending.message, authentication=REGISTRY, now=NOW).next
    posing = replace(ghost, context=crew["alice"].context)
    message = forged(posing, ProposalContent(Remove(0)))
    with refused(Rule.MEMBERSHIP_TAG):
        crew.receive("bob", message)
    with refused(Rule.SENDER_LEAF_NOT_BLANK):
        after.receive(CRYPTO, message, authentication=REGISTRY, now=NOW)


def watching(state: GroupState) -> PublicGroup:
    info, tree = group_info(CRYPTO, state), state.tree.encode()
    return PublicGroup.from_group_info(CRYPTO, info, tree, authentication=REGISTRY, now=NOW)


def test_more_proposals_than_a_commit_may_hold() -> None:
    crew = trio()
    remove = ProposalByValue(Remove(crew.leaf("carol")))
    message = forged(crew["bob"], Commit((remove,) * (MAX_PROPOSALS + 1), None))
    with refused(Rule.PROPOSALS_BOUNDED):
        crew.receive("alice", message)
    init = ProposalByValue(ExternalInit(b""))
    path = public(crew.commit("bob").message).content.content
    assert isinstance(path, Commit)
    many = Commit((init,) * (MAX_PROPOSALS + 1), path.path)
    from_outside = stranger(crew["alice"], crew.people["bob"], SenderNewMemberCommit(), many)
    with refused(Rule.PROPOSALS_BOUNDED):
        crew.receive("alice", from_outside)


def test_a_flood_of_proposals_is_not_even_read() -> None:
    items = b"\x02\x00" * (MAX_PROPOSALS + 2)
    with pytest.raises(DecodeError):
        Commit.decode(encode_length(len(items)) + items + b"\x00")


def pending(crew: Crew, name: str, by: str, *proposals: Proposal) -> None:
    """Let a member know of proposals of another."""
    sender = SenderMember(crew.leaf(by))
    sent = {
        number.to_bytes(4, "big"): SentProposal(sender, proposal)
        for number, proposal in enumerate(proposals)
    }
    crew[name] = replace(crew[name], pending_proposals=sent)


def taken_up(crew: Crew, name: str, *by_value: Proposal) -> list[Proposal]:
    """Return the pending proposals that a commit of a member takes up."""
    body = public(crew.commit(name, *by_value).message).content.content
    assert isinstance(body, Commit)
    refs = [item.reference for item in body.proposals if isinstance(item, ProposalReference)]
    return [crew[name].pending_proposals[ref].proposal for ref in refs]


def test_a_commit_takes_up_no_more_than_it_may_hold() -> None:
    crew = trio()
    crew.psks = PSKs({b"psk": Secret(b"known")})
    nonces = [number.to_bytes(SUITE.hash_length, "big") for number in range(MAX_PROPOSALS)]
    pending(crew, "alice", "bob", *(PreSharedKey(ExternalPSKID(b"psk", nonce)) for nonce in nonces))
    taken = taken_up(crew, "alice", Remove(crew.leaf("carol")))
    assert len(taken) == MAX_PROPOSALS - 1


def test_a_key_that_we_do_not_hold_keeps_nobody_from_committing() -> None:
    crew = trio()
    leave = Remove(crew.leaf("carol"))
    pending(crew, "alice", "bob", PreSharedKey(ExternalPSKID(b"unheard of", NONCE)), leave)
    assert taken_up(crew, "alice") == [leave]


def test_proposals_that_do_not_go_together_keep_nobody_from_committing() -> None:
    """Each is valid alone; together they would have every commit of the epoch refused."""
    crew = trio()
    first, second = person("dave").bundle(), person("erin")
    twin = second.bundle().key_package
    leaf = replace(twin.leaf_node, encryption_key=first.key_package.leaf_node.encryption_key)
    leaf = sign_key_package_leaf(CRYPTO, SUITE, second.keys.private_key, leaf)
    unsigned = replace(twin, leaf_node=leaf)
    tbs = unsigned.encode()[: -len(encode_length(64)) - 64]
    key = second.keys.private_key
    twin = replace(unsigned, signature=sign_with_label(CRYPTO, SUITE, key, "KeyPackageTBS", tbs))
    others = [Add(person(f"guest {number}").bundle().key_package) for number in range(5)]
    pending(crew, "alice", "bob", *others[:3], Add(first.key_package), Add(twin), *others[3:])
    taken = taken_up(crew, "alice")
    assert taken == [*others[:3], Add(first.key_package), *others[3:]]
    pending(crew, "alice", "bob", Add(twin))
    assert taken_up(crew, "alice") == [Add(twin)]


def test_looking_for_what_goes_together_is_bounded() -> None:
    """Requirements that no newcomer meets: every pair fails, and the trials end."""
    crew = trio()
    needed = RequiredCapabilities((LAST_RESORT,), (), ())
    extensions = GroupContextExtensions((Extension(REQUIRED_CAPABILITIES, needed.encode()),))
    bare = Capabilities((1,), (1,), (), (), (BASIC,))
    guests = [
        Add(person(f"guest {number}").bundle(capabilities=bare).key_package)
        for number in range(2 * MAX_TRIALS)
    ]
    pending(crew, "alice", "bob", extensions, *guests)
    assert taken_up(crew, "alice") == [extensions]


def test_more_keys_than_a_psk_label_counts() -> None:
    """One external key under 65,536 nonces: the count of a PSKLabel is a uint16."""
    psks = [
        ExternalPSKID(b"psk", number.to_bytes(SUITE.hash_length, "big"))
        for number in range(MAX_PSKS + 1)
    ]
    check_psks(psks[1:], SUITE.hash_length)
    with refused(Rule.PSK_COUNT):
        check_psks(psks, SUITE.hash_length)


@pytest.mark.parametrize("ahead", [1, -7])
def test_a_resumption_key_of_an_epoch_nobody_holds(ahead: int) -> None:
    crew = trio()
    epoch = (crew["bob"].epoch + ahead) % (1 << 64)
    own = ResumptionPSKID(ResumptionPSKUsage.APPLICATION, crew["bob"].group_id, epoch, NONCE)
    with refused(Rule.PSK_AVAILABLE):
        crew.receive("alice", forged_commit(crew["bob"], PreSharedKey(own)))


def test_a_reinit_lists_each_extension_once() -> None:
    crew = trio()
    twice = (Extension(0xF001, b""),) * 2
    with refused(Rule.EXTENSION_UNIQUE):
        crew.receive("alice", forged_commit(crew["bob"], ReInit(b"new", 1, 1, twice)))
    misplaced = (Extension(APPLICATION_ID, b""),)
    with refused(Rule.EXTENSION_ELSEWHERE):
        crew.receive("alice", forged_commit(crew["bob"], ReInit(b"new", 1, 1, misplaced)))


def test_nobody_talks_on_in_a_group_that_was_reinitialised() -> None:
    crew = trio()
    crew["bob"], before = encrypt(CRYPTO, crew["bob"], b"in time")
    pending = crew.commit("alice", ReInit(b"new", 1, 1, ()))
    crew.accept("alice", pending)
    talking_on = replace(crew["bob"], reinit=None)
    _, after = encrypt(CRYPTO, talking_on, b"too late")
    assert cast("Any", crew.receive("carol", before)).data == b"in time"
    with refused(Rule.GROUP_REINITIALISED):
        crew.receive("carol", after)


def test_a_tree_does_not_outgrow_what_joiners_accept(monkeypatch: pytest.MonkeyPatch) -> None:
    crew = founded("alice", "bob", "carol", "dave")
    monkeypatch.setattr(ratchet_tree, "MAX_NODES", 7)
    add = Add(person("erin").bundle().key_package)
    with refused(Rule.TREE_BOUNDED):
        crew.receive("alice", forged_commit(crew["bob"], add))


def test_a_group_info_with_two_extensions_of_one_type() -> None:
    crew = trio()
    state = crew["bob"]
    once = external_pub_extension(CRYPTO, state)
    assert once.extension_type == EXTERNAL_PUB
    info = wrap(signed_info(CRYPTO, state, (once, once)))
    with refused(Rule.EXTENSION_UNIQUE):
        arriving(state, info, state.tree.encode())
    misplaced = Extension(REQUIRED_CAPABILITIES, RequiredCapabilities((), (), ()).encode())
    info = wrap(signed_info(CRYPTO, state, (once, misplaced)))
    with refused(Rule.EXTENSION_ELSEWHERE):
        arriving(state, info, state.tree.encode())


def test_a_member_with_an_endless_lifetime_is_not_joined() -> None:
    """How long a lifetime is does not change; that it is over by now may happen to anyone."""
    crew = trio()
    state = crew["alice"]
    info, tree = group_info(CRYPTO, state), state.tree.encode()
    shorter = LIFETIME.not_after - LIFETIME.not_before - 1
    with refused(Rule.LEAF_LIFETIME_BOUNDED):
        arriving(state, info, tree, longest_lifetime=shorter)
    bundle = person("dave").bundle(lifetime=Lifetime(NOW, NOW + 90 * DAY))
    join_external(
        CRYPTO, info, bundle, ratchet_tree=tree, authentication=REGISTRY, now=NOW + 80 * DAY
    )


def test_an_external_sender_that_was_struck_off_is_refused() -> None:
    clerk = person("clerk")
    listed = external_senders_extension((ExternalSender(clerk.keys.public_key, clerk.credential),))
    crew = founded("alice", "bob", "carol", extensions=(listed,))
    crew.accept("alice", crew.commit("alice", GroupContextExtensions(())))
    message = stranger(
        crew["alice"], clerk, SenderExternal(0), ProposalContent(Remove(crew.leaf("carol")))
    )
    with refused(Rule.EXTERNAL_SENDER_KNOWN):
        crew.receive("bob", message)


def test_required_capabilities_are_dropped_by_a_signed_commit_only() -> None:
    """A newcomer cannot drop them, and a proposal alone changes nothing."""
    needed = Extension(
        REQUIRED_CAPABILITIES, RequiredCapabilities((LAST_RESORT,), (), (BASIC,)).encode()
    )
    crew = founded("alice", "bob", extensions=(needed,))
    made = propose_group_context_extensions(CRYPTO, crew["bob"], ())
    crew["bob"] = made.state
    heard_by_all(crew, made.message, "bob")
    assert crew["alice"].extensions == (needed,)
    bare = Capabilities((1,), (1,), (), (), (BASIC,))
    poor = person("dave").bundle(capabilities=bare)
    with refused(Rule.LEAF_SUPPORTS_REQUIRED):
        crew.commit("alice", Add(poor.key_package), options=replace(PLAIN, include_pending=False))
    group = replace(crew["alice"], pending_proposals={})
    commit = public(crew.commit("bob").message).content.content
    assert isinstance(commit, Commit)
    proposals = (ProposalByValue(ExternalInit(b"")), ProposalByValue(GroupContextExtensions(())))
    crew["alice"] = group
    with refused(Rule.EXTERNAL_COMMIT_PROPOSALS):
        crew.receive(
            "alice",
            stranger(
                group,
                crew.people["bob"],
                SenderNewMemberCommit(),
                Commit(proposals, commit.path),
            ),
        )


# Ourselves, misled: by a caller, a storage or a KeyPackage.


def test_a_pending_commit_is_adopted_where_it_was_made_only() -> None:
    crew = trio()
    pending = crew.commit("alice")
    adopted = pending.adopt(crew["alice"])
    with pytest.raises(UsageError):
        pending.adopt(adopted)
    rival = crew.commit("bob")
    crew.receive_commit("alice", rival.message)
    with pytest.raises(UsageError):
        pending.adopt(crew["alice"])


def test_a_pending_commit_is_not_adopted_by_another_history() -> None:
    """Two commits have raced; this one was made in the epoch that lost."""
    crew = trio()
    lost, won = crew.commit("alice"), crew.commit("bob")
    late = replace(crew.states["alice"])
    crew["alice"] = lost.adopt()
    pending = crew.commit("alice")
    crew["alice"] = late
    received = crew.receive("alice", won.message)
    assert isinstance(received, CommitReceived)
    assert received.state.epoch == pending.base_epoch
    with pytest.raises(UsageError):
        pending.adopt(received.state)


def test_parts_of_two_states_make_no_third() -> None:
    crew = trio()
    crew.accept("alice", crew.commit("alice"))
    early = snapshot(crew["bob"])
    crew.add("alice", "dave", "erin")
    late = snapshot(crew["bob"])
    eve = founded("eve", "mallory", "trudy")
    eve.accept("eve", eve.commit("eve"))
    foreign = snapshot(eve["trudy"])
    past = next(name for name in late if name.startswith("past:"))
    for mixture in (
        early | {"group": late["group"]},
        late | {"group": early["group"]},
        early | {name: part for name, part in late.items() if name != "group"},
        early | {name: part for name, part in foreign.items() if name == "group"},
        late | {past: next(part for name, part in foreign.items() if name.startswith("past:"))},
    ):
        with pytest.raises(DecodeError):
            restore(mixture)


def test_whatever_is_done_to_the_parts_they_are_a_state_or_refused() -> None:
    crew = founded("alice", "bob")
    crew["alice"], _ = encrypt(CRYPTO, crew["alice"], b"hello")
    parts = snapshot(propose_remove(CRYPTO, crew["alice"], 1).state)
    assert restore(parts).pending_proposals
    for name, part in parts.items():
        for place in range(0, len(part), 3):
            changed = part[:place] + bytes([part[place] ^ 0x41]) + part[place + 1 :]
            outcome: object = None
            try:
                outcome = restore(parts | {name: changed})
            except DecodeError as error:
                outcome = error
            assert isinstance(outcome, GroupState | DecodeError)
    for name in ("proposal:zz", "proposal:ä", "past:x"):
        with pytest.raises(DecodeError):
            restore(parts | {name: b"\xff"})


def test_no_grease_where_it_would_have_us_refused() -> None:
    crew = trio()
    grease = (Extension(0x2A2A, b""),)
    with refused(Rule.GREASE_PLACE):
        propose_custom(CRYPTO, crew["bob"], 0x0A0A, b"")
    with refused(Rule.GREASE_PLACE):
        propose_group_context_extensions(CRYPTO, crew["bob"], grease)
    with refused(Rule.GREASE_PLACE):
        crew.commit("bob", CustomProposal(0xEAEA, b""))
    with refused(Rule.GREASE_PLACE):
        crew.commit("bob", ReInit(b"new", 1, 1, grease))
    with refused(Rule.GREASE_PLACE):
        founded("eve", extensions=grease)


def test_our_capabilities_do_not_list_what_everyone_supports() -> None:
    for capabilities in (
        Capabilities((1,), (1,), (REQUIRED_CAPABILITIES,), (), (BASIC,)),
        Capabilities((1,), (1,), (), (3,), (BASIC,)),
    ):
        with refused(Rule.DEFAULTS_UNLISTED):
            carol().bundle(capabilities=capabilities)


def test_a_key_package_is_checked_before_it_is_proposed() -> None:
    crew = trio()
    unknown = person("frank")
    REGISTRY.keys.discard((b"frank", unknown.keys.public_key))
    dave = person("dave")
    sound = dave.bundle().key_package
    for package, rule in (
        (dave.bundle(lifetime=EXPIRED).key_package, Rule.LEAF_LIFETIME_CURRENT),
        (replace(sound, signature=bytes(64)), Rule.KEY_PACKAGE_SIGNATURE),
        (unknown.bundle().key_package, Rule.CREDENTIAL_NOT_AUTHENTICATED),
    ):
        with refused(rule):
            propose_add(CRYPTO, crew["bob"], package, authentication=REGISTRY, now=NOW)
    with pytest.raises(UsageError):
        propose(CRYPTO, crew["bob"], Add(sound))


def test_an_expired_key_package_is_not_sent_from_outside() -> None:
    crew, late = trio(), person("dave").bundle(lifetime=EXPIRED)
    context = crew["alice"].context
    with refused(Rule.LEAF_LIFETIME_CURRENT):
        new_member_proposal(CRYPTO, context, late, now=NOW)
    key = Secret(bytes(32))
    with refused(Rule.LEAF_LIFETIME_CURRENT):
        external_proposal(CRYPTO, context, 0, key, Add(late.key_package), now=NOW)
    with refused(Rule.GREASE_PLACE):
        grease = GroupContextExtensions((Extension(0x0A0A, b""),))
        external_proposal(CRYPTO, context, 0, key, grease, now=NOW)


def test_a_group_is_not_founded_on_an_expired_key_package() -> None:
    with refused(Rule.LEAF_LIFETIME_CURRENT):
        create_group(
            CRYPTO,
            group_id=b"group",
            suite=SUITE,
            bundle=carol().bundle(lifetime=EXPIRED),
            authentication=REGISTRY,
            now=NOW,
        )


def test_no_more_is_exported_than_hkdf_gives() -> None:
    state = founded("alice")["alice"]
    for length in (255 * SUITE.hash_length + 1, 1 << 16, -1):
        with pytest.raises(UsageError):
            export_secret(CRYPTO, state, "label", b"", length)


def test_what_a_forger_signs_is_sound_but_for_what_it_changed() -> None:
    """The tests above prove little if a message of Bob's is refused whatever it says."""
    crew = trio()
    message = crew.commit("bob").message
    received = crew.receive("alice", retagged(crew["bob"], message, public(message).auth))
    assert isinstance(received, CommitReceived)
    assert public(message).auth.confirmation_tag != NO_TAG


def test_our_own_commit_is_adopted_and_not_followed() -> None:
    """The log shows it to us as well: to follow it would need what only its maker knew."""
    crew = trio()
    pending = crew.commit("alice")
    with pytest.raises(UsageError):
        crew.receive("alice", pending.message)
    crew["alice"] = pending.adopt(crew["alice"])
    with refused(Rule.EPOCH_CURRENT):
        crew.receive("alice", pending.message)
