"""KeyPackage: how a client can be added while it is away (RFC 9420 §10)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final

from teamchat.mls.codec import Kept, Opaque, struct, uint16
from teamchat.mls.codec.varint import encode_length
from teamchat.mls.credentials import AuthenticationService, Credential
from teamchat.mls.crypto import CipherSuite, CryptoProvider, Secret
from teamchat.mls.crypto.labels import make_key_package_ref, sign_with_label, verify_with_label
from teamchat.mls.crypto.suites import MLS10
from teamchat.mls.errors import CryptoError, ValidationError
from teamchat.mls.extensions import (
    DEFAULT_EXTENSIONS,
    DEFAULT_PROPOSALS,
    KEY_PACKAGE_TYPES,
    LAST_RESORT,
    Extension,
    Extensions,
    check_extensions,
    find_extension,
)
from teamchat.mls.rules import Rule
from teamchat.mls.tree.nodes import (
    DEFAULT_CAPABILITIES,
    Capabilities,
    KeyPackageSource,
    LeafNode,
    LeafPlace,
    Lifetime,
    check_public_key,
    sign_key_package_leaf,
)
from teamchat.mls.tree.validation import MAX_LIFETIME, LeafRules, check_leaf, check_lifetime

_LABEL: Final = "KeyPackageTBS"
_NOWHERE: Final = LeafPlace(b"", 0)


@struct
class KeyPackage(Kept):
    """KeyPackage (§10)."""

    version: Annotated[int, uint16]
    cipher_suite: Annotated[int, uint16]
    init_key: Annotated[bytes, Opaque()]
    leaf_node: LeafNode
    extensions: Extensions
    signature: Annotated[bytes, Opaque()]

    @property
    def is_last_resort(self) -> bool:
        """Whether its client allows it to be used more than once (§16.8)."""
        return find_extension(self.extensions, LAST_RESORT) is not None

    def reference(self, crypto: CryptoProvider, suite: CipherSuite) -> bytes:
        """Return the KeyPackageRef (§5.2)."""
        return make_key_package_ref(crypto, suite, self.encode())


@dataclass(frozen=True, slots=True)
class KeyPackageBundle:
    """A KeyPackage of ours and the private keys that belong to it."""

    key_package: KeyPackage
    init_private_key: Secret
    leaf_private_key: Secret
    signature_private_key: Secret


def create_key_package(  # noqa: PLR0913  # all but four have a default
    crypto: CryptoProvider,
    suite: CipherSuite,
    credential: Credential,
    signature_private_key: Secret,
    *,
    lifetime: Lifetime,
    last_resort: bool = False,
    capabilities: Capabilities = DEFAULT_CAPABILITIES,
    extensions: Sequence[Extension] = (),
    leaf_extensions: Sequence[Extension] = (),
) -> KeyPackageBundle:
    """Make a KeyPackage and its private keys.

    Args:
        crypto: The primitives, and randomness.
        suite: The suite that the client is to be added with.
        credential: Who the client is.
        signature_private_key: The client's signature key.
        lifetime: When others may use it; longer than MAX_LIFETIME is refused by them.
        last_resort: Whether it may be used more than once.
        capabilities: What the client supports.
        extensions: The KeyPackage's own extensions; `last_resort` comes in addition.
        leaf_extensions: The leaf's extensions.

    Raises:
        ValidationError: The capabilities list what everyone supports anyway.
    """
    _check_unlisted(capabilities)
    init, own = crypto.hpke_key_pair(suite), crypto.hpke_key_pair(suite)
    leaf = LeafNode(
        encryption_key=own.public_key,
        signature_key=crypto.signature_public_key(suite, signature_private_key),
        credential=credential,
        capabilities=capabilities,
        leaf_node_source=KeyPackageSource(lifetime),
        extensions=tuple(leaf_extensions),
        signature=b"",
    )
    marks = (Extension(LAST_RESORT, b""),) if last_resort else ()
    unsigned = KeyPackage(
        version=MLS10,
        cipher_suite=suite.id,
        init_key=init.public_key,
        leaf_node=sign_key_package_leaf(crypto, suite, signature_private_key, leaf),
        extensions=(*extensions, *marks),
        signature=b"",
    )
    content = _to_be_signed(unsigned)
    signature = sign_with_label(crypto, suite, signature_private_key, _LABEL, content)
    return KeyPackageBundle(
        replace(unsigned, signature=signature),
        init.private_key,
        own.private_key,
        signature_private_key,
    )


def validate_key_package(  # a package, a group's rules, a judge and the time
    crypto: CryptoProvider,
    key_package: KeyPackage,
    *,
    rules: LeafRules,
    authentication: AuthenticationService,
    now: int,
    longest_lifetime: int = MAX_LIFETIME,
) -> None:
    """Check a KeyPackage before its client is added with it (§10.1).

    Args:
        crypto: The primitives.
        key_package: The KeyPackage.
        rules: What the group asks: `LeafRules.of(suite, group_context.extensions)`.
        authentication: Who vouches for the credential.
        now: Seconds since 1970.
        longest_lifetime: The longest lifetime that is accepted, in seconds.

    Raises:
        CryptoError: A signature does not verify.
        ValidationError: It breaks a rule.
    """
    if key_package.version != MLS10:
        raise ValidationError(Rule.KEY_PACKAGE_VERSION)
    if key_package.cipher_suite != rules.suite.id:
        raise ValidationError(Rule.KEY_PACKAGE_SUITE)
    check_key_package_contents(crypto, rules.suite, key_package)
    check_lifetime(key_package.leaf_node, now, longest_lifetime)
    check_leaf(crypto, key_package.leaf_node, _NOWHERE, rules, authentication)


def check_key_package_contents(
    crypto: CryptoProvider, suite: CipherSuite, key_package: KeyPackage
) -> None:
    """Check what needs no group and no clock: signature, keys, extensions (§10, §10.1).

    Raises:
        CryptoError: The signature does not verify.
        ValidationError: It breaks a rule.
    """
    leaf = key_package.leaf_node
    if key_package.init_key == leaf.encryption_key:
        raise ValidationError(Rule.KEY_PACKAGE_INIT_KEY)
    check_extensions(key_package.extensions, KEY_PACKAGE_TYPES)
    types = {extension.extension_type for extension in key_package.extensions}
    if not types.issubset(leaf.capabilities.extensions):
        raise ValidationError(Rule.LEAF_EXTENSIONS_IN_CAPABILITIES, "of a KeyPackage")
    content = _to_be_signed(key_package)
    try:
        verify_with_label(crypto, suite, leaf.signature_key, _LABEL, content, key_package.signature)
    except CryptoError as error:
        raise CryptoError(Rule.KEY_PACKAGE_SIGNATURE) from error
    check_public_key(crypto, suite, key_package.init_key)


def _check_unlisted(capabilities: Capabilities) -> None:
    """Check capabilities of our own; others' are not refused for naming too much (§7.2)."""
    listed = DEFAULT_EXTENSIONS.intersection(capabilities.extensions)
    if listed or DEFAULT_PROPOSALS.intersection(capabilities.proposals):
        raise ValidationError(Rule.DEFAULTS_UNLISTED)


def _to_be_signed(key_package: KeyPackage) -> bytes:
    """KeyPackageTBS: all fields but the last."""
    length = len(key_package.signature)
    return key_package.encode()[: -length - len(encode_length(length))]
