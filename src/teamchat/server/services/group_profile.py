"""What a group may bring that MLS allows, but teamchat has no use for or its clients no room.

A GroupInfo names the key to join by, well-formed, and nothing that nobody reads: without that
key nobody comes back after a commit that cannot be followed. Whether it is the key of the epoch
only members can tell. Leaves are as large as ours are, and some more: everybody who comes in
reads all of them. The group itself has one extension at most, its room policy, which every
client reads: a malformed one would be read by each as it likes.
"""

from collections.abc import Iterable
from typing import Final

from teamchat.mls.crypto import CipherSuite, CryptoProvider
from teamchat.mls.errors import MlsError
from teamchat.mls.extensions import (
    EXTERNAL_PUB,
    RATCHET_TREE,
    Extension,
    ExternalPub,
    find_extension,
)
from teamchat.mls.framing.message import unwrap
from teamchat.mls.messages.group_info import GroupInfo
from teamchat.mls.tree import LeafNode, RatchetTree
from teamchat.server.services.group_changes import GroupError
from teamchat.wire import room_policy
from teamchat.wire.limits import GROUP_INFO_BYTES, LEAF_BYTES

_USED: Final = frozenset({EXTERNAL_PUB, RATCHET_TREE})


def check_group_info(crypto: CryptoProvider, suite: CipherSuite, group_info: bytes) -> None:
    """Check that others can join by a GroupInfo, as far as that can be told without keys.

    Raises:
        GroupError: They cannot, or it is larger than it has to be.
    """
    if len(group_info) > GROUP_INFO_BYTES:
        raise GroupError("a GroupInfo that is too large")
    try:
        info = unwrap(group_info)
        if not isinstance(info, GroupInfo):
            raise GroupError("not a GroupInfo")
        if not {each.extension_type for each in info.extensions} <= _USED:
            raise GroupError("a GroupInfo with an extension that is not used here")
        key = find_extension(info.extensions, EXTERNAL_PUB)
        if key is None:
            raise GroupError("a GroupInfo names the key to join by")
        crypto.hpke_check_public_key(suite, ExternalPub.decode(key).external_pub)
    except MlsError as error:
        raise GroupError("a GroupInfo by which nobody can join") from error


def check_extensions(extensions: Iterable[Extension]) -> None:
    """Check that a GroupContext has no extension but a well-formed room policy.

    Raises:
        GroupError: It has.
    """
    for each in extensions:
        if each.extension_type != room_policy.ROOM_POLICY:
            raise GroupError("a group with an extension that is not used here")
        try:
            room_policy.decode(each.extension_data)
        except room_policy.RoomPolicyError as error:
            raise GroupError("a malformed room policy") from error


def check_leaves(tree: RatchetTree, leaves: Iterable[int]) -> None:
    """Check that these leaves of a tree are no larger than everybody can be given.

    Raises:
        GroupError: One is.
    """
    for index in leaves:
        leaf = tree.leaf(index)
        if leaf is not None:
            check_leaf(leaf)


def check_leaf(leaf: LeafNode) -> None:
    """Check that a leaf is no larger than everybody can be given.

    Raises:
        GroupError: It is.
    """
    if len(leaf.encode()) > LEAF_BYTES:
        raise GroupError("a leaf that is too large")
