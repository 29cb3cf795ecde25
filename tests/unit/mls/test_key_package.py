from collections.abc import Callable
from dataclasses import replace

import pytest

from teamchat.mls.codec import Vector, uint16
from teamchat.mls.crypto.labels import sign_with_label
from teamchat.mls.errors import CryptoError, DecodeError, MlsError
from teamchat.mls.extensions import LAST_RESORT, MAX_LISTED, RATCHET_TREE, Extension
from teamchat.mls.key_package import (
    KeyPackage,
    KeyPackageBundle,
    create_key_package,
    validate_key_package,
)
from teamchat.mls.rules import Rule
from teamchat.mls.tree.nodes import (
    DEFAULT_CAPABILITIES,
    Capabilities,
    KeyPackageSource,
    Lifetime,
    UpdateSource,
    sign_key_package_leaf,
)
from teamchat.mls.tree.validation import LeafRules
from tests.support.trees import CRYPTO, LIFETIME, NOW, SUITE, Trusting, Unsearched, bundle

ADA = bundle("ada")
RULES = LeafRules.of(SUITE, ())


def validate(key_package: KeyPackage, rules: LeafRules = RULES) -> None:
    validate_key_package(CRYPTO, key_package, rules=rules, authentication=Trusting(), now=NOW)


def refused(key_package: KeyPackage) -> Rule | None:
    with pytest.raises(MlsError) as caught:
        validate(key_package)
    rule = getattr(caught.value, "rule", None)
    assert isinstance(rule, Rule)
    return rule


def signed(owner: KeyPackageBundle, change: Callable[[KeyPackage], KeyPackage]) -> KeyPackage:
    """A changed KeyPackage whose owner has signed leaf and whole again."""
    changed = change(owner.key_package)
    key = owner.signature_private_key
    leaf = sign_key_package_leaf(CRYPTO, SUITE, key, changed.leaf_node)
    unsigned = replace(changed, leaf_node=leaf, signature=b"")
    content = unsigned.encode()[:-1]
    signature = sign_with_label(CRYPTO, SUITE, key, "KeyPackageTBS", content)
    return replace(unsigned, signature=signature)


def test_a_key_package_is_valid_and_read_as_written() -> None:
    validate(ADA.key_package)
    received = KeyPackage.decode(ADA.key_package.encode())
    validate(received)
    assert received.reference(CRYPTO, SUITE) == ADA.key_package.reference(CRYPTO, SUITE)
    assert "Secret(32 bytes)" in repr(ADA)


def test_a_last_resort_package_says_so() -> None:
    key = CRYPTO.signature_key_pair(SUITE).private_key
    made = create_key_package(
        CRYPTO,
        SUITE,
        ADA.key_package.leaf_node.credential,
        key,
        lifetime=LIFETIME,
        last_resort=True,
        capabilities=DEFAULT_CAPABILITIES,
    )
    validate(made.key_package)
    assert made.key_package.is_last_resort
    assert not ADA.key_package.is_last_resort
    silent = signed(
        ADA, lambda package: replace(package, extensions=(Extension(LAST_RESORT, b""),))
    )
    assert refused(silent) is Rule.LEAF_EXTENSIONS_IN_CAPABILITIES


def test_grease_in_a_key_package_is_ignored() -> None:
    capabilities = replace(DEFAULT_CAPABILITIES, extensions=(LAST_RESORT, 0x0A0A))
    made = create_key_package(
        CRYPTO,
        SUITE,
        ADA.key_package.leaf_node.credential,
        ADA.signature_private_key,
        lifetime=LIFETIME,
        capabilities=capabilities,
        extensions=(Extension(0x0A0A, b"anything"),),
        leaf_extensions=(Extension(0x0A0A, b"else"),),
    )
    validate(made.key_package)


def test_long_capabilities_are_not_searched_for_the_extensions_of_a_package() -> None:
    types = range(0xF000, 0xF400)
    capabilities = replace(DEFAULT_CAPABILITIES, extensions=Unsearched(types))
    leaf = replace(ADA.key_package.leaf_node, capabilities=capabilities)
    extensions = tuple(Extension(kind, b"") for kind in types)
    made = signed(ADA, lambda package: replace(package, leaf_node=leaf, extensions=extensions))
    validate(made)


def test_no_structure_lists_more_extensions_or_types_than_are_read() -> None:
    """Each is looked for in the others: what is not bounded, time is not either."""
    types = tuple(range(0xF000, 0xF000 + MAX_LISTED))
    whole = Vector(uint16).encode(types)
    longer = Vector(uint16).encode((*types, 1))
    data = replace(DEFAULT_CAPABILITIES, proposals=types).encode()
    assert Capabilities.decode(data).proposals == types
    with pytest.raises(DecodeError):
        Capabilities.decode(data.replace(whole, longer))
    extensions = tuple(Extension(kind, b"") for kind in types)
    whole = Vector(Extension).encode(extensions)
    longer = Vector(Extension).encode((*extensions, Extension(1, b"")))
    data = replace(ADA.key_package, extensions=extensions).encode()
    assert KeyPackage.decode(data).extensions == extensions
    with pytest.raises(DecodeError):
        KeyPackage.decode(data.replace(whole, longer))


def test_a_package_of_another_version_or_suite_is_refused() -> None:
    assert refused(replace(ADA.key_package, version=2)) is Rule.KEY_PACKAGE_VERSION
    assert refused(replace(ADA.key_package, cipher_suite=3)) is Rule.KEY_PACKAGE_SUITE


@pytest.mark.parametrize("signature", [b"", bytes(64), b"short"])
def test_an_unsigned_package_is_refused(signature: bytes) -> None:
    unsigned = replace(ADA.key_package, signature=signature)
    assert refused(unsigned) is Rule.KEY_PACKAGE_SIGNATURE


def test_a_swapped_init_key_is_refused() -> None:
    """Whoever could swap it could read the Welcome."""
    eve = bundle("eve").key_package
    swapped = replace(ADA.key_package, init_key=eve.init_key)
    assert refused(swapped) is Rule.KEY_PACKAGE_SIGNATURE
    swapped = replace(ADA.key_package, leaf_node=eve.leaf_node)
    assert refused(swapped) is Rule.KEY_PACKAGE_SIGNATURE


def test_one_key_for_two_uses_is_refused() -> None:
    doubled = signed(
        ADA, lambda package: replace(package, init_key=package.leaf_node.encryption_key)
    )
    assert refused(doubled) is Rule.KEY_PACKAGE_INIT_KEY


def test_an_init_key_that_nobody_can_encrypt_to_is_refused() -> None:
    for bad in (b"", bytes(32)):
        made = signed(ADA, lambda package, key=bad: replace(package, init_key=key))  # type: ignore[misc]
        assert refused(made) is Rule.PUBLIC_KEY_VALID


def test_an_unsigned_leaf_in_a_signed_package_is_refused() -> None:
    leaf = replace(ADA.key_package.leaf_node, signature=b"")
    unsigned = replace(ADA.key_package, leaf_node=leaf, signature=b"")
    content = unsigned.encode()[:-1]
    key = ADA.signature_private_key
    made = replace(
        unsigned, signature=sign_with_label(CRYPTO, SUITE, key, "KeyPackageTBS", content)
    )
    assert refused(made) is Rule.LEAF_SIGNATURE


def test_an_expired_package_is_refused() -> None:
    source = KeyPackageSource(Lifetime(0, NOW - 1))
    old = signed(
        ADA,
        lambda package: replace(
            package, leaf_node=replace(package.leaf_node, leaf_node_source=source)
        ),
    )
    assert refused(old) is Rule.LEAF_LIFETIME_CURRENT


def test_a_leaf_of_another_source_is_refused() -> None:
    source = UpdateSource()
    made = replace(
        ADA.key_package, leaf_node=replace(ADA.key_package.leaf_node, leaf_node_source=source)
    )
    content = replace(made, signature=b"").encode()[:-1]
    key = ADA.signature_private_key
    made = replace(made, signature=sign_with_label(CRYPTO, SUITE, key, "KeyPackageTBS", content))
    assert refused(made) is Rule.LEAF_SOURCE


def test_extensions_are_unique_and_in_their_place() -> None:
    misplaced = signed(
        ADA, lambda package: replace(package, extensions=(Extension(RATCHET_TREE, b""),))
    )
    assert refused(misplaced) is Rule.EXTENSION_ELSEWHERE
    twice = signed(ADA, lambda package: replace(package, extensions=(Extension(0x0A0A, b""),) * 2))
    assert refused(twice) is Rule.EXTENSION_UNIQUE


def test_a_package_must_suit_the_group() -> None:
    rules = LeafRules.of(SUITE, (Extension(0xF123, b""),))
    with pytest.raises(MlsError):
        validate(ADA.key_package, rules)
    with pytest.raises(CryptoError):
        validate(replace(ADA.key_package, init_key=b""))
