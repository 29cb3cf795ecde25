"""The nodes of a ratchet tree (RFC 9420 §7.1, §7.2)."""

from dataclasses import dataclass, replace
from typing import Annotated, Final

from teamchat.mls.codec import (
    Kept,
    Opaque,
    Select,
    Struct,
    Vector,
    struct,
    uint8,
    uint32,
    uint64,
)
from teamchat.mls.codec.varint import encode_length
from teamchat.mls.credentials import BASIC, Credential
from teamchat.mls.crypto import CipherSuite, CryptoProvider, Secret
from teamchat.mls.crypto.labels import sign_with_label, verify_with_label
from teamchat.mls.crypto.suites import MLS10, SUITES
from teamchat.mls.errors import CryptoError, ValidationError
from teamchat.mls.extensions import LAST_RESORT, Extensions, Types
from teamchat.mls.rules import Rule

_LABEL: Final = "LeafNodeTBS"


@struct
class Capabilities(Struct):
    """What a client supports beyond the defaults (§7.2)."""

    versions: Types
    cipher_suites: Types
    extensions: Types
    proposals: Types
    credentials: Types


DEFAULT_CAPABILITIES: Final = Capabilities(
    versions=(MLS10,),
    cipher_suites=tuple(SUITES),
    extensions=(LAST_RESORT,),
    proposals=(),
    credentials=(BASIC,),
)
"""What this package supports without the application's help."""


@struct
class Lifetime(Struct):
    """When a leaf is valid: seconds since 1970, both ends included (§7.2)."""

    not_before: Annotated[int, uint64]
    not_after: Annotated[int, uint64]


@struct
class KeyPackageSource(Struct):
    """The leaf came in a KeyPackage."""

    lifetime: Lifetime


@struct
class UpdateSource(Struct):
    """The leaf came in an Update."""


@struct
class CommitSource(Struct):
    """The leaf came in the UpdatePath of a commit."""

    parent_hash: Annotated[bytes, Opaque()]


LeafNodeSource = Annotated[
    KeyPackageSource | UpdateSource | CommitSource,
    Select(uint8, {1: KeyPackageSource, 2: UpdateSource, 3: CommitSource}),
]


@struct
class LeafNode(Kept):
    """A member's leaf (§7.2)."""

    encryption_key: Annotated[bytes, Opaque()]
    signature_key: Annotated[bytes, Opaque()]
    credential: Credential
    capabilities: Capabilities
    leaf_node_source: LeafNodeSource
    extensions: Extensions
    signature: Annotated[bytes, Opaque()]


@struct
class ParentNode(Kept):
    """An inner node (§7.1)."""

    encryption_key: Annotated[bytes, Opaque()]
    parent_hash: Annotated[bytes, Opaque()]
    unmerged_leaves: Annotated[tuple[int, ...], Vector(uint32)]


Node = Annotated[LeafNode | ParentNode, Select(uint8, {1: LeafNode, 2: ParentNode})]


@dataclass(frozen=True, slots=True)
class LeafPlace:
    """Where a leaf that was made by an Update or a commit belongs: its signature says so."""

    group_id: bytes
    leaf_index: int


def sign_leaf_node(
    crypto: CryptoProvider,
    suite: CipherSuite,
    private_key: Secret,
    leaf: LeafNode,
    place: LeafPlace,
) -> LeafNode:
    """Return the leaf with a signature over its contents and, if it has one, its place."""
    content = _to_be_signed(leaf, place)
    return replace(leaf, signature=sign_with_label(crypto, suite, private_key, _LABEL, content))


def sign_key_package_leaf(
    crypto: CryptoProvider, suite: CipherSuite, private_key: Secret, leaf: LeafNode
) -> LeafNode:
    """Return a KeyPackage's leaf, which has no place yet, with a signature."""
    return sign_leaf_node(crypto, suite, private_key, leaf, _NOWHERE)


def verify_leaf_node(
    crypto: CryptoProvider, suite: CipherSuite, leaf: LeafNode, place: LeafPlace
) -> None:
    """Check a leaf's signature (§7.2). The place counts unless a KeyPackage brought the leaf.

    Raises:
        CryptoError: The leaf's signature key did not sign it, or not for this place.
    """
    content = _to_be_signed(leaf, place)
    try:
        verify_with_label(crypto, suite, leaf.signature_key, _LABEL, content, leaf.signature)
    except CryptoError as error:
        raise CryptoError(Rule.LEAF_SIGNATURE, f"leaf {place.leaf_index}") from error


def check_public_key(crypto: CryptoProvider, suite: CipherSuite, public_key: bytes) -> None:
    """Check a new HPKE key of the tree: one bad key would block everyone who encrypts to it.

    Raises:
        ValidationError: It is not valid for the suite.
    """
    try:
        crypto.hpke_check_public_key(suite, public_key)
    except CryptoError as error:
        raise ValidationError(Rule.PUBLIC_KEY_VALID, str(error)) from error


_NOWHERE: Final = LeafPlace(b"", 0)


def _to_be_signed(leaf: LeafNode, place: LeafPlace) -> bytes:
    """LeafNodeTBS: all fields but the last, then the place."""
    length = len(leaf.signature)
    content = leaf.encode()[: -length - len(encode_length(length))]
    if isinstance(leaf.leaf_node_source, KeyPackageSource):
        return content
    group_id = encode_length(len(place.group_id)) + place.group_id
    return content + group_id + place.leaf_index.to_bytes(4, "big")
