"""GroupInfo: made by a member, checked by who wants to join (RFC 9420 §12.4.3)."""

from teamchat.mls.crypto import CipherSuite, CryptoProvider
from teamchat.mls.errors import ValidationError
from teamchat.mls.evolution.senders import member_key
from teamchat.mls.extensions import (
    EXTERNAL_PUB,
    GROUP_INFO_TYPES,
    RATCHET_TREE,
    Extension,
    ExternalPub,
    check_extensions,
    find_extension,
)
from teamchat.mls.framing.message import wrap
from teamchat.mls.group.state import GroupState
from teamchat.mls.messages.group_info import GroupInfo, GroupInfoTBS, verify_group_info
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.epoch import external_key_pair
from teamchat.mls.tree import RatchetTree


def group_info(crypto: CryptoProvider, state: GroupState) -> bytes:
    """Return the MLSMessage that lets others join this epoch by external commit.

    The ratchet tree is not in it: it is `state.tree.encode()`.
    """
    return wrap(signed_info(crypto, state, (external_pub_extension(crypto, state),)))


def signed_info(
    crypto: CryptoProvider, state: GroupState, extensions: tuple[Extension, ...]
) -> GroupInfo:
    """Return a GroupInfo of this epoch, signed by us."""
    tbs = GroupInfoTBS(state.context, extensions, state.confirmation_tag, state.own_leaf)
    return GroupInfo.signed(crypto, state.suite, tbs, state.signature_key)


def external_pub_extension(crypto: CryptoProvider, state: GroupState) -> Extension:
    """Return the extension that names the key of external joiners (§12.4.3.2)."""
    pair = external_key_pair(crypto, state.suite, state.secrets)
    return Extension(EXTERNAL_PUB, ExternalPub(pair.public_key).encode())


def ratchet_tree_extension(tree: RatchetTree) -> Extension:
    """Return the extension that carries the tree (§12.4.3.3)."""
    return Extension(RATCHET_TREE, tree.encode())


def external_pub(info: GroupInfo) -> bytes:
    """Return the key that an external joiner encrypts to.

    Raises:
        ValidationError: The GroupInfo does not name it.
        DecodeError: The extension is malformed.
    """
    data = find_extension(info.extensions, EXTERNAL_PUB)
    if data is None:
        raise ValidationError(Rule.EXTERNAL_PUB_PRESENT)
    return ExternalPub.decode(data).external_pub


def tree_of(
    crypto: CryptoProvider, suite: CipherSuite, info: GroupInfo, handed_in: bytes | None
) -> RatchetTree:
    """Return the ratchet tree of a GroupInfo whose signature it has verified.

    It makes no difference where the tree came from: hash and signature are checked.

    Raises:
        ValidationError: There is no tree, or its hash is another, or the signer is blank, or
            the GroupInfo has two extensions of one type.
        CryptoError: The signature is not the signer's.
        DecodeError: The tree is malformed.
    """
    check_extensions(info.extensions, GROUP_INFO_TYPES)
    data = find_extension(info.extensions, RATCHET_TREE)
    data = handed_in if data is None else data
    if data is None:
        raise ValidationError(Rule.RATCHET_TREE_AT_HAND)
    tree = RatchetTree.decode(data)
    if tree.tree_hash(crypto, suite) != info.group_context.tree_hash:
        raise ValidationError(Rule.TREE_HASH_MATCHES)
    verify_group_info(crypto, suite, info, member_key(tree, info.signer))
    return tree
