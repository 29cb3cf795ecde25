"""Joining by Welcome: nothing is believed before it is verified (RFC 9420 §12.4.3.1)."""

from dataclasses import replace

import pytest

from teamchat.mls.crypto import Secret
from teamchat.mls.errors import MlsError, UsageError
from teamchat.mls.extensions import ExternalSender, external_senders_extension
from teamchat.mls.framing.message import unwrap, wrap
from teamchat.mls.group import CommitOptions, GroupState, PendingCommit, encrypt, join, process
from teamchat.mls.group.info import signed_info
from teamchat.mls.group.welcome import Newcomer, seal_group_info, seal_secrets
from teamchat.mls.key_package import KeyPackageBundle
from teamchat.mls.messages.group_info import GroupInfo
from teamchat.mls.messages.proposals import Add, Remove
from teamchat.mls.messages.welcome import Welcome
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.epoch import EpochSecrets, joiner_secret, start_epoch, welcome_secret
from tests.support.mallory import refused
from tests.support.people import (
    CRYPTO,
    NOW,
    REGISTRY,
    SUITE,
    Crew,
    by_reference,
    carol,
    founded,
    person,
)

ZERO = Secret(bytes(32))


def invited(
    *, tree_in_welcome: bool = False, path: bool = True
) -> tuple[Crew, PendingCommit, KeyPackageBundle]:
    crew, bundle = founded("alice", "bob"), carol().bundle()
    options = CommitOptions(ratchet_tree_in_welcome=tree_in_welcome, always_path=path)
    pending = crew.commit("alice", Add(bundle.key_package), options=options)
    crew.accept("alice", pending)
    return crew, pending, bundle


def enter(
    welcome: bytes, bundle: KeyPackageBundle, tree: bytes | None, **options: object
) -> GroupState:
    return join(
        CRYPTO,
        welcome,
        by_reference(bundle),
        ratchet_tree=tree,
        authentication=REGISTRY,
        now=NOW,
        **options,  # type: ignore[arg-type]  # the tests vary one thing at a time
    )


def inviting(
    state: GroupState, bundle: KeyPackageBundle, *, info: GroupInfo | None = None
) -> bytes:
    """Return a Welcome that a dishonest committer makes: whatever GroupInfo it likes.

    The joiner secret is made up, and the confirmation tag fits it.
    """
    start_context = state.context if info is None else info.group_context
    joiner = joiner_secret(CRYPTO, SUITE, ZERO, ZERO, start_context)
    secrets: EpochSecrets = start_epoch(CRYPTO, SUITE, joiner, ZERO, start_context).secrets
    tag = CRYPTO.mac(SUITE, secrets.confirmation_key, start_context.confirmed_transcript_hash)
    shown = signed_info(CRYPTO, replace(state, context=start_context, confirmation_tag=tag), ())
    if info is not None:
        shown = replace(shown, signer=info.signer, signature=info.signature or shown.signature)
    sealed = seal_group_info(CRYPTO, SUITE, shown, welcome_secret(CRYPTO, SUITE, joiner, ZERO))
    newcomer = Newcomer(bundle.key_package, None)
    return wrap(
        Welcome(SUITE.id, (seal_secrets(CRYPTO, SUITE, newcomer, joiner, (), sealed),), sealed)
    )


def described(state: GroupState) -> GroupInfo:
    """Return the GroupInfo of a state, for `inviting` to sign."""
    return replace(signed_info(CRYPTO, state, ()), signature=b"")


@pytest.mark.parametrize("inside", [True, False])
def test_the_tree_comes_inside_or_beside(inside: bool) -> None:  # noqa: FBT001
    crew, pending, bundle = invited(tree_in_welcome=inside)
    assert pending.welcome is not None
    crew["carol"] = enter(pending.welcome, bundle, None if inside else pending.ratchet_tree)
    crew.agree()


def test_without_a_tree_there_is_no_joining() -> None:
    _, pending, bundle = invited()
    assert pending.welcome is not None
    with refused(Rule.RATCHET_TREE_AT_HAND):
        enter(pending.welcome, bundle, None)


def test_a_dishonest_welcome_of_ours_is_sound_when_nothing_is_changed() -> None:
    crew, pending, bundle = invited(path=False)
    joined = enter(inviting(crew["alice"], bundle), bundle, pending.ratchet_tree)
    assert joined.roster == crew["alice"].roster


def test_the_signature_of_a_group_info_is_checked_with_an_out_of_band_tree() -> None:
    crew, pending, bundle = invited()
    for signature in (bytes(64), b"\x01"):
        info = replace(described(crew["alice"]), signature=signature)
        with refused(Rule.GROUP_INFO_SIGNATURE):
            enter(inviting(crew["alice"], bundle, info=info), bundle, pending.ratchet_tree)


def test_a_group_info_is_signed_by_the_member_it_names() -> None:
    crew, pending, bundle = invited()
    info = replace(described(crew["alice"]), signer=crew.leaf("bob"))
    with refused(Rule.GROUP_INFO_SIGNATURE):
        enter(inviting(crew["alice"], bundle, info=info), bundle, pending.ratchet_tree)
    info = replace(described(crew["alice"]), signer=3)
    with refused(Rule.SENDER_LEAF_NOT_BLANK):
        enter(inviting(crew["alice"], bundle, info=info), bundle, pending.ratchet_tree)


def test_the_tree_is_the_one_that_was_hashed() -> None:
    crew, pending, bundle = invited()
    assert pending.welcome is not None
    other = crew["alice"].tree.remove_leaf(crew.leaf("bob")).encode()
    with refused(Rule.TREE_HASH_MATCHES):
        enter(pending.welcome, bundle, other)


def test_the_confirmation_tag_fits_the_keys() -> None:
    crew, pending, bundle = invited()
    state = crew["alice"]
    joiner = joiner_secret(CRYPTO, SUITE, ZERO, ZERO, state.context)
    welcome = welcome_secret(CRYPTO, SUITE, joiner, ZERO)
    sealed = seal_group_info(CRYPTO, SUITE, signed_info(CRYPTO, state, ()), welcome)
    newcomer = Newcomer(bundle.key_package, None)
    secrets = seal_secrets(CRYPTO, SUITE, newcomer, joiner, (), sealed)
    with refused(Rule.CONFIRMATION_TAG):
        enter(wrap(Welcome(SUITE.id, (secrets,), sealed)), bundle, pending.ratchet_tree)


def test_a_welcome_gives_the_keys_of_the_nodes_above_us() -> None:
    """Without them the next commit would be encrypted to a key we do not hold."""
    crew, pending, bundle = invited()
    with refused(Rule.PATH_SECRET_PRESENT):
        enter(inviting(crew["alice"], bundle), bundle, pending.ratchet_tree)


def test_the_path_secret_fits_the_tree() -> None:
    crew, pending, bundle = invited()
    state = crew["alice"]
    joiner = joiner_secret(CRYPTO, SUITE, ZERO, ZERO, state.context)
    start = start_epoch(CRYPTO, SUITE, joiner, ZERO, state.context).secrets
    tag = CRYPTO.mac(SUITE, start.confirmation_key, state.context.confirmed_transcript_hash)
    info = signed_info(CRYPTO, replace(state, confirmation_tag=tag), ())
    sealed = seal_group_info(CRYPTO, SUITE, info, welcome_secret(CRYPTO, SUITE, joiner, ZERO))
    newcomer = Newcomer(bundle.key_package, Secret(b"\x01" * 32))
    secrets = seal_secrets(CRYPTO, SUITE, newcomer, joiner, (), sealed)
    with refused(Rule.PATH_SECRET_KEY_MATCHES):
        enter(wrap(Welcome(SUITE.id, (secrets,), sealed)), bundle, pending.ratchet_tree)


def test_a_welcome_is_for_one_of_our_key_packages() -> None:
    _, pending, _ = invited()
    assert pending.welcome is not None
    with refused(Rule.WELCOME_FOR_US):
        enter(pending.welcome, carol().bundle(), pending.ratchet_tree)


def test_a_welcome_has_the_suite_of_the_key_package() -> None:
    _, pending, bundle = invited()
    assert pending.welcome is not None
    welcome = unwrap(pending.welcome)
    assert isinstance(welcome, Welcome)
    with refused(Rule.WELCOME_SUITE):
        enter(wrap(replace(welcome, cipher_suite=3)), bundle, pending.ratchet_tree)


@pytest.mark.parametrize("change", [{"cipher_suite": 3}, {"version": 2}])
def test_the_group_has_the_suite_and_version_of_the_key_package(change: dict[str, int]) -> None:
    crew, pending, bundle = invited(path=False)
    info = described(crew["alice"])
    other = replace(info.group_context, **change)  # type: ignore[arg-type]  # two integers
    welcome = inviting(crew["alice"], bundle, info=replace(info, group_context=other))
    with refused(Rule.WELCOME_SUITE):
        enter(welcome, bundle, pending.ratchet_tree)


def test_a_welcome_decrypts_with_our_init_key_only() -> None:
    _, pending, bundle = invited()
    assert pending.welcome is not None
    other = replace(bundle, init_private_key=carol().bundle().init_private_key)
    with refused(Rule.WELCOME_DECRYPTS):
        enter(pending.welcome, other, pending.ratchet_tree)
    welcome = unwrap(pending.welcome)
    assert isinstance(welcome, Welcome)
    cut = replace(welcome, encrypted_group_info=welcome.encrypted_group_info[:-1])
    with refused(Rule.WELCOME_DECRYPTS):
        enter(wrap(cut), bundle, pending.ratchet_tree)


def test_our_leaf_is_in_the_tree() -> None:
    crew, _, bundle = invited()
    crew.accept("alice", crew.commit("alice", Remove(2)))
    tree = crew["alice"].tree.encode()
    with refused(Rule.OWN_LEAF_PRESENT):
        enter(inviting(crew["alice"], bundle), bundle, tree)


def test_a_group_is_joined_once() -> None:
    crew, pending, bundle = invited()
    assert pending.welcome is not None
    with refused(Rule.GROUP_ID_UNIQUE):
        enter(pending.welcome, bundle, pending.ratchet_tree, known_groups={crew["bob"].group_id})


def test_every_member_is_authenticated() -> None:
    crew, pending, bundle = invited()
    assert pending.welcome is not None
    bob = crew.people["bob"]
    REGISTRY.keys.discard((b"bob", bob.keys.public_key))
    try:
        with refused(Rule.CREDENTIAL_NOT_AUTHENTICATED):
            enter(pending.welcome, bundle, pending.ratchet_tree)
    finally:
        REGISTRY.register("bob", bob.keys.public_key)


def test_an_external_sender_is_authenticated_by_one_who_joins() -> None:
    clerk, bundle = person("clerk"), carol().bundle()
    sender = ExternalSender(clerk.keys.public_key, clerk.credential)
    crew = founded("alice", extensions=(external_senders_extension((sender,)),))
    pending = crew.commit("alice", Add(bundle.key_package))
    assert pending.welcome is not None
    REGISTRY.keys.discard((b"clerk", clerk.keys.public_key))
    with refused(Rule.CREDENTIAL_NOT_AUTHENTICATED):
        enter(pending.welcome, bundle, pending.ratchet_tree)


def test_only_a_welcome_is_joined_by() -> None:
    _, pending, bundle = invited()
    with pytest.raises(UsageError):
        enter(pending.group_info, bundle, pending.ratchet_tree)


def test_every_flipped_byte_is_noticed() -> None:
    _, pending, bundle = invited()
    welcome = pending.welcome
    assert welcome is not None
    for position in range(0, len(welcome), 3):
        changed = bytearray(welcome)
        changed[position] ^= 0x55
        with pytest.raises(MlsError):
            enter(bytes(changed), bundle, pending.ratchet_tree)


def test_a_newcomer_reads_nothing_from_before() -> None:
    crew, bundle = founded("alice", "bob"), carol().bundle()
    _, early = encrypt(CRYPTO, crew["alice"], b"before Carol")
    pending = crew.commit("alice", Add(bundle.key_package))
    crew.accept("alice", pending)
    joined = crew.join(pending, bundle)
    with refused(Rule.EPOCH_KNOWN):
        process(CRYPTO, joined, early, authentication=REGISTRY, now=NOW)
