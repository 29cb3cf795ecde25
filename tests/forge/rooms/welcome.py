"""Welcomes: what is sealed to one who joins, and the GroupInfo in it (RFC 9420 §12.4.3)."""

from collections.abc import Callable
from dataclasses import replace

from teamchat.mls.crypto import Secret
from teamchat.mls.crypto.labels import HPKECiphertext, encrypt_with_label
from teamchat.mls.extensions import (
    EXTERNAL_SENDERS,
    LAST_RESORT,
    RATCHET_TREE,
    REQUIRED_CAPABILITIES,
    Extension,
    ExternalSender,
    external_senders_extension,
)
from teamchat.mls.framing.message import unwrap, wrap
from teamchat.mls.messages.group_info import GroupInfoTBS
from teamchat.mls.messages.welcome import EncryptedGroupSecrets, Welcome
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.context import GroupContext
from teamchat.mls.schedule.key_names import ExternalPSKID
from tests.forge.corpus import Input, Room, Value
from tests.forge.inviting import Ruse, invitation
from tests.forge.malice import flipped
from tests.forge.rooms.joining import Flat, docket, joined
from tests.forge.rooms.parents import Grown, grown
from tests.forge.seeded import SeededCrypto
from tests.forge.stages import Stages
from tests.forge.world import Docket

KEY = Secret(b"a key that all know, of 32 bytes.")
HOUSE = {"psks": [[b"house", KEY.reveal()]]}


def fill(room: Room, stages: Stages) -> None:
    """Write the cases of this room."""
    flat = Flat.of(stages, "invited", ())
    writer = docket(room, flat.scene, "welcome-")
    _sealed(writer, flat)
    _infos(writer, flat)
    _contexts(writer, flat)
    _keys(writer, flat)
    _paths(room, stages)
    _envelopes(writer, flat)


def _refuse(
    writer: Docket, flat: Flat, name: str, broken: object, what: str, ruse: Ruse,
    section: str = "", more: dict[str, Value] | None = None,
) -> None:  # fmt: skip
    crypto = SeededCrypto(f"welcome {name}")
    welcome = invitation(crypto, flat.host, flat.bundles["us"], ruse)
    tree: dict[str, Value] = {} if ruse.inside else {"ratchet_tree": flat.host.tree.encode()}
    writer.refuse(name, broken, what, welcome, section=section, more={**tree, **(more or {})})


def _sealed(writer: Docket, flat: Flat) -> None:
    """What is sealed to us: for somebody else, changed, malformed."""
    rule = Rule.WELCOME_DECRYPTS
    us = flat.bundles["us"].key_package
    crypto = SeededCrypto("welcome sealed")

    def entry(change: Callable[[HPKECiphertext], HPKECiphertext]) -> Ruse:
        return Ruse(sealed=lambda each: replace(
            each, encrypted_group_secrets=change(each.encrypted_group_secrets)))  # fmt: skip

    def info(change: Callable[[bytes], bytes]) -> Ruse:
        return Ruse(welcome=lambda each: replace(
            each, encrypted_group_info=change(each.encrypted_group_info)))  # fmt: skip

    def to(key: bytes, label: str) -> Ruse:
        def change(welcome: Welcome) -> Welcome:
            sealed = encrypt_with_label(
                crypto, flat.host.suite, key, label, welcome.encrypted_group_info, KEY
            )
            return replace(welcome, secrets=(
                EncryptedGroupSecrets(welcome.secrets[0].new_member, sealed),))  # fmt: skip

        return Ruse(welcome=change)

    listed: dict[str, tuple[Ruse, object, str]] = {
        "for-another": (
            Ruse(sealed=lambda each: replace(each, new_member=flipped(each.new_member))),
            Rule.WELCOME_FOR_US, "The Welcome names a KeyPackage that is not ours."),
        "for-nobody": (Ruse(welcome=lambda each: replace(each, secrets=())),
                       Rule.WELCOME_FOR_US, "The Welcome names no KeyPackage."),
        "for-empty": (Ruse(sealed=lambda each: replace(each, new_member=b"")),
                      Rule.WELCOME_FOR_US, "The Welcome names an empty reference."),
        "secrets-flipped": (entry(lambda c: replace(c, ciphertext=flipped(c.ciphertext))), rule,
                            "One bit of our sealed secrets is changed."),
        "secrets-empty": (entry(lambda c: replace(c, ciphertext=b"")), rule,
                          "Our sealed secrets are empty."),
        "kem-flipped": (
            entry(lambda c: replace(c, kem_output=flipped(c.kem_output[:3]) + c.kem_output[3:])),
            rule, "One bit of the KEM output is changed."),
        "kem-short": (entry(lambda c: replace(c, kem_output=c.kem_output[1:])), rule,
                      "The KEM output is short."),
        "kem-low-order": (entry(lambda c: replace(c, kem_output=bytes(32))), rule,
                          "The KEM output is a point of low order."),
        "info-flipped": (info(flipped), rule, "One bit of the sealed GroupInfo is changed."),
        "info-empty": (info(lambda _: b""), rule, "The sealed GroupInfo is empty."),
        "info-cut": (info(lambda data: data[:-1]), rule,
                     "The sealed GroupInfo lacks its last byte."),
        "to-the-leaf-key": (to(us.leaf_node.encryption_key, "Welcome"), rule,
                            "Our secrets are sealed to the leaf's key, not to the init key."),
        "under-another-label": (to(us.init_key, "UpdatePathNode"), rule,
                                "Our secrets are sealed under the label of paths."),
        "joiner-secret-other": (
            Ruse(secrets=lambda each: replace(each, joiner_secret=bytes(32))), rule,
            "The joiner secret is another than the one the GroupInfo is sealed with."),
        "secrets-trailing": (Ruse(plain_secrets=lambda data: data + b"\0"), "DecodeError",
                             "Our secrets open, and a byte follows."),
        "secrets-cut": (Ruse(plain_secrets=lambda data: data[:-1]), "DecodeError",
                        "Our secrets open, and lack their last byte."),
        "secrets-nothing": (Ruse(plain_secrets=lambda _: b""), "DecodeError",
                            "Our secrets open, and are empty."),
        "info-trailing": (Ruse(plain_info=lambda data: data + b"\0"), "DecodeError",
                          "The GroupInfo opens, and a byte follows."),
        "info-nothing": (Ruse(plain_info=lambda _: b""), "DecodeError",
                         "The GroupInfo opens, and is empty."),
    }  # fmt: skip
    for name, (ruse, broken, what) in listed.items():
        _refuse(writer, flat, name, broken, what, ruse, "12.4.3.1")


def _infos(writer: Docket, flat: Flat) -> None:
    """The GroupInfo: signature, signer, tag, extensions; with the tree inside and beside."""
    rule = Rule.GROUP_INFO_SIGNATURE
    for inside, where in ((False, "beside"), (True, "inside")):
        listed: dict[str, tuple[Ruse, object, str]] = {
            "signature-flipped": (Ruse(signature=flipped), rule, "has one bit changed"),
            "signature-empty": (Ruse(signature=lambda _: b""), rule, "is empty"),
            "signature-zero": (Ruse(signature=lambda _: bytes(64)), rule, "is all zero"),
            "signer-another": (Ruse(info=lambda tbs: replace(tbs, signer=1)), rule,
                               "is Alice's, the signer is said to be Bob"),
            "signer-us": (Ruse(info=lambda tbs: replace(tbs, signer=2)), rule,
                          "is Alice's, the signer is said to be ourselves"),
            "signer-blank": (Ruse(info=lambda tbs: replace(tbs, signer=3)),
                             Rule.SENDER_LEAF_NOT_BLANK, "is that of a blank leaf"),
            "signer-beyond": (Ruse(info=lambda tbs: replace(tbs, signer=(1 << 32) - 1)),
                              Rule.SENDER_LEAF_NOT_BLANK, "is that of a leaf beyond the tree"),
        }  # fmt: skip
        for name, (ruse, broken, what) in listed.items():
            _refuse(writer, flat, f"{name}-tree-{where}", broken,
                    f"The GroupInfo's signature {what}; the tree is {where}.",
                    replace(ruse, inside=inside))  # fmt: skip
    tags: dict[str, Callable[[bytes], bytes]] = {
        "flipped": flipped, "empty": lambda _: b"", "cut": lambda tag: tag[:-1],
        "longer": lambda tag: tag + b"\0",
    }  # fmt: skip
    for name, change in tags.items():
        _refuse(writer, flat, f"tag-{name}", Rule.CONFIRMATION_TAG,
                f"The confirmation tag is {name}, and signed so.", Ruse(tag=change))  # fmt: skip

    def having(*extensions: Extension) -> Ruse:
        def change(tbs: GroupInfoTBS) -> GroupInfoTBS:
            return replace(tbs, extensions=(*tbs.extensions, *extensions))

        return Ruse(info=change)

    tree = Extension(RATCHET_TREE, flat.host.tree.encode())
    _refuse(writer, flat, "info-extension-twice", Rule.EXTENSION_UNIQUE,
            "The GroupInfo has two trees.", having(tree, tree))  # fmt: skip
    _refuse(
        writer,
        flat,
        "info-extension-misplaced",
        Rule.EXTENSION_ELSEWHERE,
        "The GroupInfo has a KeyPackage's extension.",
        having(Extension(LAST_RESORT, b"")),
    )
    other = flat.with_bob(lambda leaf: replace(leaf, encryption_key=b"\3" * 32))
    _refuse(writer, flat, "info-tree-other", Rule.TREE_HASH_MATCHES,
            "The tree in the GroupInfo is another; the one beside would be right.",
            having(Extension(RATCHET_TREE, other.encode())))  # fmt: skip
    _refuse(writer, flat, "info-tree-malformed", "DecodeError",
            "The tree in the GroupInfo is malformed.",
            having(Extension(RATCHET_TREE, b"\x01\x01")), "12.4.3.3")  # fmt: skip


def _contexts(writer: Docket, flat: Flat) -> None:
    """The GroupContext of the group that is joined."""

    def saying(change: Callable[[GroupContext], GroupContext]) -> Ruse:
        return Ruse(context=change)

    def having(*extensions: Extension) -> Ruse:
        return saying(lambda context: replace(context, extensions=extensions))

    bob = flat.bundles["bob"].key_package.leaf_node
    stranger = SeededCrypto("no warden").signature_key_pair(flat.host.suite)
    unknown = ExternalSender(stranger.public_key, bob.credential)
    unique = Extension(0xF111, b"")
    empty = Extension(REQUIRED_CAPABILITIES, bytes(3))
    listed: dict[str, tuple[Ruse, object, str, str]] = {
        "version": (saying(lambda context: replace(context, version=2)), Rule.WELCOME_SUITE, "",
                    "The group has another version than our KeyPackage."),
        "suite": (saying(lambda context: replace(context, cipher_suite=3)), Rule.WELCOME_SUITE, "",
                  "The group has another suite than our KeyPackage."),
        "tree-hash": (saying(lambda context: replace(context, tree_hash=bytes(32))),
                      Rule.TREE_HASH_MATCHES, "", "The group's tree hash is not the tree's."),
        "tree-hash-empty": (saying(lambda context: replace(context, tree_hash=b"")),
                            Rule.TREE_HASH_MATCHES, "", "The group's tree hash is empty."),
        "extension-twice": (having(empty, empty), Rule.EXTENSION_UNIQUE, "",
                            "The group has two extensions of one type."),
        "extension-misplaced": (having(Extension(RATCHET_TREE, b"")), Rule.EXTENSION_ELSEWHERE,
                                "", "The group has a GroupInfo's extension."),
        "extension-unsupported": (having(unique), Rule.LEAF_SUPPORTS_GROUP_CONTEXT, "",
                                  "The group has an extension that its members do not support."),
        "external-sender": (having(external_senders_extension((unknown,))),
                            Rule.CREDENTIAL_NOT_AUTHENTICATED, "",
                            "The group has an external sender that nobody vouches for."),
        "external-senders-malformed": (having(Extension(EXTERNAL_SENDERS, b"\1")), "DecodeError",
                                       "12.1.8.1", "external_senders is malformed."),
        "required-malformed": (having(Extension(REQUIRED_CAPABILITIES, b"\1")), "DecodeError",
                               "11.1", "required_capabilities is malformed."),
    }  # fmt: skip
    for name, (ruse, broken, section, what) in listed.items():
        _refuse(writer, flat, f"context-{name}", broken, what, ruse, section)
    _refuse(writer, flat, "known-group", Rule.GROUP_ID_UNIQUE,
            "We are in a group of this name already.", Ruse(),
            more={"known_groups": [flat.host.group_id]})  # fmt: skip


def _keys(writer: Docket, flat: Flat) -> None:
    """Pre-shared keys of a Welcome."""
    psk = ExternalPSKID(b"house", bytes(32))
    listed: dict[str, tuple[Ruse, object, str, Input]] = {
        "unavailable": (Ruse(psks=[(psk, KEY)]), Rule.PSK_AVAILABLE,
                        "The Welcome names a key that we do not hold.", {}),
        "of-another-value": (Ruse(psks=[(psk, Secret(b"another value"))]), Rule.WELCOME_DECRYPTS,
                             "The host's pre-shared key has another value than ours.", HOUSE),
        "twice": (Ruse(psks=[(psk, KEY), (psk, KEY)]), Rule.PSK_UNIQUE,
                  "The Welcome names a key twice.", HOUSE),
        "nonce-short": (Ruse(psks=[(replace(psk, psk_nonce=bytes(31)), KEY)]),
                        Rule.PSK_NONCE_LENGTH, "The nonce of a key is short.", HOUSE),
        "unnamed": (
            Ruse(psks=[(psk, KEY)], secrets=lambda each: replace(each, psks=())),
            Rule.WELCOME_DECRYPTS, "The GroupInfo is sealed with a key that is not named.", HOUSE),
        "not-used": (
            Ruse(secrets=lambda each: replace(each, psks=(psk,))),
            Rule.WELCOME_DECRYPTS, "A key is named that the GroupInfo is not sealed with.", HOUSE),
    }  # fmt: skip
    for name, (ruse, broken, what, more) in listed.items():
        _refuse(writer, flat, f"psk-{name}", broken, what, ruse, more=dict(more))


def _paths(room: Room, stages: Stages) -> None:
    """The path secret of a Welcome."""
    whole: Grown = grown(stages, "grown-paths")
    flat = Flat(whole.scene, {}, {"us": whole.bundle}, whole.host)
    welcome = invitation(SeededCrypto("paths valid"), whole.host, whole.bundle, whole.ruse)
    tree = whole.host.tree.encode()
    stages.world.newcomer(whole.scene, [whole.bundle], [joined(flat, welcome, tree)])
    writer = docket(room, whole.scene, "welcome-path-secret-")
    secrets = {
        "missing": (None, Rule.PATH_SECRET_PRESENT,
                    "The Welcome leaves the path secret out: the next commit would lock us out."),
        "other": (Secret(bytes(32)), Rule.PATH_SECRET_KEY_MATCHES,
                  "The path secret derives other keys than the tree's."),
        "empty": (Secret(b""), Rule.PATH_SECRET_KEY_MATCHES, "The path secret is empty."),
    }  # fmt: skip
    for name, (secret, rule, what) in secrets.items():
        ruse = replace(whole.ruse, path_secret=secret)
        made = invitation(SeededCrypto(f"paths {name}"), whole.host, whole.bundle, ruse)
        writer.refuse(name, rule, what, made, more={"ratchet_tree": tree})


def _envelopes(writer: Docket, flat: Flat) -> None:
    """Welcomes of other suites, and what is no Welcome."""
    welcome, tree = flat.invited("envelopes", flat.host.tree)
    body = unwrap(welcome)
    assert isinstance(body, Welcome)
    beside: dict[str, Value] = {"ratchet_tree": tree}
    for suite in 2, 3, 0xF00D, 0xFFFF:
        writer.refuse(f"suite-{suite:04x}", Rule.WELCOME_SUITE,
                      f"The Welcome says that it is of suite 0x{suite:04X}.",
                      wrap(replace(body, cipher_suite=suite)), more=beside)  # fmt: skip
    writer.refuse(
        "no-welcome",
        "UsageError",
        "A KeyPackage is no Welcome.",
        wrap(flat.bundles["us"].key_package),
        section="12.4.3.1",
        more=beside,
    )
    writer.refuse("trailing", "DecodeError", "A byte follows the Welcome.", welcome + b"\0",
                  section="6", more=beside)  # fmt: skip
    writer.refuse("version", "DecodeError", "The envelope is of version 2.",
                  b"\0\2" + welcome[2:], section="6", more=beside)  # fmt: skip
