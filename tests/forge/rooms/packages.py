"""KeyPackages that nobody may be added with (RFC 9420 §10.1)."""

from collections.abc import Callable
from dataclasses import replace

from teamchat.mls.extensions import (
    EXTERNAL_PUB,
    LAST_RESORT,
    Extension,
)
from teamchat.mls.key_package import KeyPackage
from teamchat.mls.messages.proposals import (
    Add,
)
from teamchat.mls.rules import Rule
from teamchat.mls.tree.nodes import (
    CommitSource,
    KeyPackageSource,
    LeafPlace,
    Lifetime,
    UpdateSource,
    sign_leaf_node,
)
from tests.forge.corpus import NOW
from tests.forge.malice import Plot, commit_of, flipped, resigned_package
from tests.forge.rooms.leaves import CONTENTS
from tests.forge.rooms.updates import Change
from tests.forge.seeded import SeededCrypto
from tests.forge.stages import ABLE, Stage, Stages
from tests.forge.troupe import DAY, Person
from tests.forge.world import Docket


def low_order(key: bytes) -> bytes:
    """Return a key whose part on the curve is a point of low order."""
    return key[:-32] + bytes(32)


def package_cases(
    crypto: SeededCrypto, person: Person
) -> dict[str, tuple[KeyPackage, object, str]]:
    """KeyPackages that nobody may be added with."""
    bundle = person.bundle()
    other = SeededCrypto("another").signature_key_pair(person.suite)

    def leaf(change: Change, **options: object) -> KeyPackage:
        return resigned_package(crypto, bundle, leaf=change, **options)  # type: ignore[arg-type]

    def package(change: Callable[[KeyPackage], KeyPackage]) -> KeyPackage:
        return resigned_package(crypto, bundle, package=change)

    def living(start: int, end: int) -> KeyPackage:
        source = KeyPackageSource(Lifetime(start, end))
        return leaf(lambda node: replace(node, leaf_node_source=source))

    whole = bundle.key_package
    inner = whole.leaf_node
    return {
        "signature-flipped": (replace(whole, signature=flipped(whole.signature)),
                              Rule.KEY_PACKAGE_SIGNATURE, "has one bit of its signature changed"),
        "signature-empty": (replace(whole, signature=b""), Rule.KEY_PACKAGE_SIGNATURE,
                            "is not signed"),
        "changed-after-signing": (
            replace(whole, init_key=person.bundle().key_package.init_key),
            Rule.KEY_PACKAGE_SIGNATURE, "has another init key than the one that was signed"),
        "leaf-signature-flipped": (
            leaf(lambda node: replace(node, signature=flipped(node.signature)), sign_leaf=False),
            Rule.LEAF_SIGNATURE, "has one bit of its leaf's signature changed, and is signed so"),
        "leaf-signature-empty": (
            leaf(lambda node: replace(node, signature=b""), sign_leaf=False),
            Rule.LEAF_SIGNATURE, "has a leaf that is not signed"),
        "leaf-signed-by-another": (
            leaf(lambda node: sign_leaf_node(
                crypto, person.suite, other.private_key, replace(node, signature=b""),
                LeafPlace(b"", 0)), sign_leaf=False),
            Rule.LEAF_SIGNATURE, "has a leaf that another key signed"),
        "version": (package(lambda each: replace(each, version=2)), Rule.KEY_PACKAGE_VERSION,
                    "is of version 2"),
        "version-0": (package(lambda each: replace(each, version=0)), Rule.KEY_PACKAGE_VERSION,
                      "is of version 0"),
        "suite": (package(lambda each: replace(each, cipher_suite=2)), Rule.KEY_PACKAGE_SUITE,
                  "is of another suite"),
        "suite-unknown": (package(lambda each: replace(each, cipher_suite=0xFFFF)),
                          Rule.KEY_PACKAGE_SUITE, "is of a suite that nobody knows"),
        "init-key": (package(lambda each: replace(each, init_key=inner.encryption_key)),
                     Rule.KEY_PACKAGE_INIT_KEY, "has one key for both of its uses"),
        "init-key-low-order": (
            package(lambda each: replace(each, init_key=low_order(inner.encryption_key))),
                               Rule.PUBLIC_KEY_VALID, "has an init key of low order"),
        "init-key-short": (package(lambda each: replace(each, init_key=inner.encryption_key[1:])),
                           Rule.PUBLIC_KEY_VALID, "has a short init key"),
        "init-key-empty": (package(lambda each: replace(each, init_key=b"")),
                           Rule.PUBLIC_KEY_VALID, "has no init key"),
        "leaf-key-low-order": (
            leaf(lambda node: replace(node, encryption_key=low_order(node.encryption_key))),
            Rule.PUBLIC_KEY_VALID, "has a leaf with a key of low order"),
        "extension-unlisted": (
            package(lambda each: replace(each, extensions=(Extension(0xF123, b""),))),
            Rule.LEAF_EXTENSIONS_IN_CAPABILITIES, "has an extension that its leaf does not name"),
        "extension-twice": (
            package(lambda each: replace(each, extensions=(Extension(LAST_RESORT, b""),) * 2)),
            Rule.EXTENSION_UNIQUE, "has two extensions of one type"),
        "extension-misplaced": (
            resigned_package(
                crypto, bundle,
                leaf=lambda node: replace(node, capabilities=replace(
                    node.capabilities, extensions=(LAST_RESORT, EXTERNAL_PUB))),
                package=lambda each: replace(each, extensions=(Extension(EXTERNAL_PUB, b""),)),
            ),
            Rule.EXTENSION_ELSEWHERE, "has a GroupInfo's extension"),
        "expired": (living(NOW - 9 * DAY, NOW - 1), Rule.LEAF_LIFETIME_CURRENT,
                    "is expired since a second"),
        "early": (living(NOW + 1, NOW + DAY), Rule.LEAF_LIFETIME_CURRENT,
                  "is valid from the next second"),
        "reversed": (living(NOW + 1, NOW - 1), Rule.LEAF_LIFETIME_CURRENT,
                     "ends before it begins"),
        "endless": (living(0, (1 << 64) - 1), Rule.LEAF_LIFETIME_BOUNDED, "never expires"),
        "long": (living(NOW, NOW + 94 * DAY + 1), Rule.LEAF_LIFETIME_BOUNDED,
                 "is valid a second too long"),
        "source-update": (leaf(lambda node: replace(node, leaf_node_source=UpdateSource())),
                          Rule.LEAF_SOURCE, "has the leaf of an Update"),
        "source-commit": (leaf(lambda node: replace(node, leaf_node_source=CommitSource(b""))),
                          Rule.LEAF_SOURCE, "has the leaf of a commit"),
        "unknown-key": (
            resigned_package(crypto, bundle,
                             leaf=lambda node: replace(node, signature_key=other.public_key),
                             key=other.private_key),
            Rule.CREDENTIAL_NOT_AUTHENTICATED, "has a signature key that nobody vouches for"),
        "signature-key-short": (
            leaf(lambda node: replace(node, signature_key=node.signature_key[:-1])),
            Rule.KEY_PACKAGE_SIGNATURE, "has a short signature key"),
    }  # fmt: skip


def add_packages(docket: Docket, stage: Stage, stages: Stages) -> None:
    """Adds with KeyPackages that are not valid, in a commit and alone."""
    bob = stage.troupe["bob"]
    person = stages.world.town.person("added")
    crypto = stage.crypto("packages")
    for name, (package, rule, how) in package_cases(crypto, person).items():
        docket.refuse(
            f"add-{name}", rule, f"A commit adds a client whose KeyPackage {how}.",
            commit_of(stage.crypto(f"add {name}"), bob, Add(package)).message,
        )  # fmt: skip
    leaf = stage.troupe["dave"].own_leaf_node
    twin = resigned_package(
        crypto, person.bundle(), leaf=lambda node: replace(node, encryption_key=leaf.encryption_key)
    )
    docket.refuse(
        "add-key-of-another-leaf", Rule.LEAF_ENCRYPTION_KEY_UNIQUE,
        "A commit adds a leaf with the encryption key of a member's leaf.",
        commit_of(stage.crypto("twin leaf"), bob, Add(twin), plot=Plot(path=False)).message,
    )  # fmt: skip
    parent = bob.tree.nodes[5]
    assert parent is not None
    twin = resigned_package(
        crypto, person.bundle(),
        leaf=lambda node: replace(node, encryption_key=parent.encryption_key),
    )  # fmt: skip
    docket.refuse(
        "add-key-of-a-parent", Rule.LEAF_ENCRYPTION_KEY_UNIQUE,
        "A commit adds a leaf with the encryption key of an inner node.",
        commit_of(stage.crypto("twin parent"), bob, Add(twin), plot=Plot(path=False)).message,
    )  # fmt: skip


def add_contents(docket: Docket, stages: Stages) -> None:
    """Leaves in an Add that say what the group does not take."""
    stage = stages.ruled
    bob = stage.troupe["bob"]
    ruled = replace(docket, scene=stage.scene)
    bundle = stages.world.town.person("added to ruled").bundle(capabilities=ABLE)
    for name, (change, rule, how) in CONTENTS.items():
        crypto = stage.crypto(f"add contents {name}")
        package = resigned_package(crypto, bundle, leaf=change)
        ruled.refuse(
            f"add-leaf-{name}", rule, f"The leaf of an added KeyPackage {how}.",
            commit_of(crypto, bob, Add(package)).message,
        )  # fmt: skip
