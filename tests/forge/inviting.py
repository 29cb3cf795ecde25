"""Welcomes and GroupInfos of groups that need not exist: a host may put anything into them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from teamchat.mls.crypto import CipherSuite, Secret
from teamchat.mls.crypto.labels import encrypt_with_label
from teamchat.mls.crypto.suites import MLS10
from teamchat.mls.extensions import EXTERNAL_PUB, Extension, ExternalPub
from teamchat.mls.framing.message import wrap
from teamchat.mls.group.info import ratchet_tree_extension
from teamchat.mls.group.welcome import seal_group_info
from teamchat.mls.key_package import KeyPackageBundle
from teamchat.mls.messages.group_info import GroupInfo, GroupInfoTBS
from teamchat.mls.messages.welcome import (
    EncryptedGroupSecrets,
    GroupSecrets,
    PathSecret,
    Welcome,
)
from teamchat.mls.schedule.context import GroupContext
from teamchat.mls.schedule.epoch import (
    EpochSecrets,
    confirmation_tag,
    external_key_pair,
    start_epoch,
    welcome_secret,
)
from teamchat.mls.schedule.key_names import PreSharedKeyID
from teamchat.mls.schedule.psk import psk_secret
from teamchat.mls.tree import RatchetTree
from tests.forge.malice import Change, same
from tests.forge.seeded import SeededCrypto


@dataclass(frozen=True, kw_only=True)
class Host:
    """One who signs GroupInfos, and the group that is claimed.

    Attributes:
        tree: The tree, as it is claimed to be.
        signer: The leaf that signs.
        key: What signs.
    """

    suite: CipherSuite
    tree: RatchetTree
    signer: int
    key: Secret
    group_id: bytes
    epoch: int = 1
    extensions: tuple[Extension, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Ruse:
    """What is done differently from an honest invitation.

    Attributes:
        context: Changes the GroupContext before anything is derived from it.
        tag: Changes the confirmation tag.
        info: Changes the GroupInfo before it is signed.
        signature: Changes its signature.
        secrets: Changes what is sealed to the newcomer.
        sealed: Changes the sealed secrets.
        welcome: Changes the Welcome.
        inside: Whether the tree is in the GroupInfo.
    """

    context: Change[GroupContext] = same
    tag: Change[bytes] = same
    info: Change[GroupInfoTBS] = same
    signature: Change[bytes] = same
    secrets: Change[GroupSecrets] = same
    plain_secrets: Change[bytes] = same
    plain_info: Change[bytes] = same
    sealed: Change[EncryptedGroupSecrets] = same
    welcome: Change[Welcome] = same
    inside: bool = False
    path_secret: Secret | None = None
    psks: Sequence[tuple[PreSharedKeyID, Secret]] = field(default=())


HONEST = Ruse()


def context_of(crypto: SeededCrypto, host: Host, ruse: Ruse = HONEST) -> GroupContext:
    """Return the GroupContext of the group that is claimed."""
    tree_hash = host.tree.tree_hash(crypto, host.suite)
    transcript = crypto.hash(host.suite, b"a transcript")
    return ruse.context(
        GroupContext(
            MLS10, host.suite.id, host.group_id, host.epoch, tree_hash, transcript, host.extensions
        )
    )


def invitation(
    crypto: SeededCrypto, host: Host, bundle: KeyPackageBundle, ruse: Ruse = HONEST
) -> bytes:
    """Return a Welcome for the owner of a KeyPackage."""
    suite, context = host.suite, context_of(crypto, host, ruse)
    joiner = Secret(crypto.random(suite.hash_length))
    psk = psk_secret(crypto, suite, list(ruse.psks))
    start = start_epoch(crypto, suite, joiner, psk, context)
    info = _signed(crypto, host, context, start.secrets, ruse)
    plain = ruse.plain_info(info.encode())
    sealed_info = _seal(crypto, suite, plain, welcome_secret(crypto, suite, joiner, psk))
    path = None if ruse.path_secret is None else PathSecret(ruse.path_secret.reveal())
    named = tuple(name for name, _ in ruse.psks)
    secrets = ruse.secrets(GroupSecrets(joiner.reveal(), path, named))
    package = bundle.key_package
    sealed = encrypt_with_label(
        crypto, suite, package.init_key, "Welcome", sealed_info,
        Secret(ruse.plain_secrets(secrets.encode())),
    )  # fmt: skip
    entry = ruse.sealed(EncryptedGroupSecrets(package.reference(crypto, suite), sealed))
    return wrap(ruse.welcome(Welcome(suite.id, (entry,), sealed_info)))


def announcement(
    crypto: SeededCrypto, host: Host, ruse: Ruse = HONEST, secrets: EpochSecrets | None = None
) -> bytes:
    """Return a GroupInfo for external joiners and delivery services."""
    context = context_of(crypto, host, ruse)
    joiner = Secret(crypto.random(host.suite.hash_length))
    zero = Secret(bytes(host.suite.hash_length))
    start = start_epoch(crypto, host.suite, joiner, zero, context)
    return wrap(_signed(crypto, host, context, secrets or start.secrets, ruse))


def without(kind: int) -> Callable[[GroupInfoTBS], GroupInfoTBS]:
    """Return what takes an extension out of a GroupInfo."""
    return lambda tbs: replace(
        tbs, extensions=tuple(each for each in tbs.extensions if each.extension_type != kind)
    )


def _signed(
    crypto: SeededCrypto, host: Host, context: GroupContext, secrets: EpochSecrets, ruse: Ruse
) -> GroupInfo:
    pair = external_key_pair(crypto, host.suite, secrets)
    extensions = [Extension(EXTERNAL_PUB, ExternalPub(pair.public_key).encode())]
    if ruse.inside:
        extensions.append(ratchet_tree_extension(host.tree))
    confirmed = context.confirmed_transcript_hash
    tag = ruse.tag(confirmation_tag(crypto, host.suite, secrets, confirmed))
    tbs = ruse.info(GroupInfoTBS(context, tuple(extensions), tag, host.signer))
    info = GroupInfo.signed(crypto, host.suite, tbs, host.key)
    return replace(info, signature=ruse.signature(info.signature))


def _seal(crypto: SeededCrypto, suite: CipherSuite, plain: bytes, welcome: Secret) -> bytes:
    class Plain:
        """Bytes that pass for a GroupInfo, to be sealed as they are."""

        @staticmethod
        def encode() -> bytes:
            return plain

    return seal_group_info(crypto, suite, Plain(), welcome)  # type: ignore[arg-type]
