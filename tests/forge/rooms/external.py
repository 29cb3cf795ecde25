"""Joining by external commit, as a member sees it and as one who joins (RFC 9420 §12.4.3.2)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from teamchat.mls.extensions import EXTERNAL_PUB, Extension
from teamchat.mls.framing.content import FramedContent
from teamchat.mls.framing.message import unwrap, wrap
from teamchat.mls.group import group_info, join_external
from teamchat.mls.key_package import KeyPackageBundle
from teamchat.mls.messages.commit import ProposalByValue, ProposalReference
from teamchat.mls.messages.group_info import GroupInfo
from teamchat.mls.messages.proposals import (
    Add,
    CustomProposal,
    ExternalInit,
    GroupContextExtensions,
    PreSharedKey,
    Proposal,
    ReInit,
    Remove,
    Update,
)
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.key_names import ExternalPSKID
from teamchat.mls.tree.nodes import CommitSource
from tests.forge.corpus import NOW, Room, Valid, Value
from tests.forge.inviting import Host, Ruse, announcement, without
from tests.forge.malice import Plot, flipped, intrusion
from tests.forge.rooms.updates import updated
from tests.forge.seeded import SeededCrypto
from tests.forge.stages import Stage, Stages
from tests.forge.world import Docket, processed

Listed = Callable[[Proposal], Sequence[Proposal]]


def alone(init: Proposal) -> Sequence[Proposal]:
    """Return the list of an honest external commit."""
    return (init,)


def fill(room: Room, stages: Stages) -> None:
    """Write the cases of this room."""
    for stage in stages.everything:
        prefix = "" if stage.scene == "four" else f"{stage.scene}-"
        suite = stage.troupe["bob"].suite.id
        person = stages.world.town.person("intruder", suite)
        docket = Docket(room, stage.scene, prefix=f"external-{prefix}")
        _inits(docket, stage, person.bundle())
    stage = stages.four()
    docket = Docket(room, stage.scene, prefix="external-")
    bundle = stages.world.town.person("intruder").bundle()
    _lists(docket, stage, stages, bundle)
    _joiners(docket, stage, stages, bundle)
    _resyncs(docket, stage, stages, bundle)
    _joining(room, stages)


def _inits(docket: Docket, stage: Stage, bundle: KeyPackageBundle) -> None:
    """Without an ExternalInit, with two, with one that does not fit."""
    bob = stage.troupe["bob"]
    listed: dict[str, tuple[Listed, Rule, str]] = {
        "no-init": (lambda _: (), Rule.EXTERNAL_COMMIT_ONE_INIT, "There is no ExternalInit."),
        "two-inits": (lambda init: (init, init), Rule.EXTERNAL_COMMIT_ONE_INIT,
                      "There are two ExternalInits."),
    }  # fmt: skip
    for name, (proposals, rule, what) in listed.items():
        crypto = stage.crypto(f"inits {name}")
        docket.refuse(name, rule, what, intrusion(crypto, bob, bundle, proposals))

    def with_output(change: Callable[[bytes], bytes]) -> Plot:
        def items(_: object) -> object:
            return (ProposalByValue(ExternalInit(change(seen[0].kem_output))),)

        return Plot(items=items)  # type: ignore[arg-type]

    seen: list[ExternalInit] = []

    def noting(init: Proposal) -> Sequence[Proposal]:
        assert isinstance(init, ExternalInit)
        seen[:] = [init]
        return (init,)

    outputs: dict[str, tuple[Callable[[bytes], bytes], object, str, str]] = {
        "kem-output-other": (lambda _: bob.suite.kem_output_length * b"\x09",
                             Rule.CONFIRMATION_TAG, "", "The KEM output is another."),
        "kem-output-empty": (lambda _: b"", "CryptoError", "12.4.3.2", "The KEM output is empty."),
        "kem-output-short": (lambda data: data[:-1], "CryptoError", "12.4.3.2",
                             "The KEM output is short."),
        "kem-output-long": (lambda data: data + b"\0", "CryptoError", "12.4.3.2",
                            "The KEM output is long."),
        "kem-output-low-order": (lambda data: data[:-32] + bytes(32), "CryptoError", "12.4.3.2",
                                 "The KEM output is a point of low order."),
    }  # fmt: skip
    for name, (change, broken, section, what) in outputs.items():
        crypto = stage.crypto(f"outputs {name}")
        message = intrusion(crypto, bob, bundle, noting, with_output(change))
        docket.refuse(name, broken, what, message, section=section)
    vouching: dict[str, tuple[Plot, Rule, str]] = {
        "signature-flipped": (Plot(signature=flipped), Rule.CONTENT_SIGNATURE,
                              "The signature has one bit changed."),
        "signature-empty": (Plot(signature=lambda _: b""), Rule.CONTENT_SIGNATURE,
                            "The signature is empty."),
        "signed-by-a-member": (Plot(key=bob.signature_key), Rule.CONTENT_SIGNATURE,
                               "A member signs an external commit of another's leaf."),
        "tag-flipped": (Plot(tag=flipped), Rule.CONFIRMATION_TAG,
                        "The confirmation tag has one bit changed."),
        "tag-empty": (Plot(tag=lambda _: b""), Rule.CONFIRMATION_TAG,
                      "The confirmation tag is empty."),
        "path-short": (Plot(sealed=lambda path: replace(path, nodes=path.nodes[:-1])),
                       Rule.UPDATE_PATH_LENGTH, "The path ends below the root."),
        "no-path": (Plot(path=False), Rule.EXTERNAL_COMMIT_PATH, "There is no path."),
    }  # fmt: skip
    for name, (plot, rule, what) in vouching.items():
        crypto = stage.crypto(f"vouching external {name}")
        docket.refuse(name, rule, what, intrusion(crypto, bob, bundle, alone, plot))


def _lists(docket: Docket, stage: Stage, stages: Stages, bundle: KeyPackageBundle) -> None:
    """What stands beside the ExternalInit."""
    bob = stage.troupe["bob"]
    other = stages.world.town.person("friend").bundle().key_package
    update = updated(SeededCrypto("external update"), bob, lambda leaf: leaf)
    beside: dict[str, Proposal] = {
        "add": Add(other),
        "update": Update(update),
        "reinit": ReInit(b"next", 1, 1, ()),
        "extensions": GroupContextExtensions(()),
        "custom": CustomProposal(0xF0F0, b""),
        "custom-grease": CustomProposal(0x0A0A, b""),
    }
    for name, proposal in beside.items():
        crypto = stage.crypto(f"beside {name}")
        docket.refuse(
            f"beside-{name}", Rule.EXTERNAL_COMMIT_PROPOSALS,
            f"An external commit holds something else: {name}.",
            intrusion(crypto, bob, bundle, lambda init, each=proposal: (init, each)),  # type: ignore[misc]
        )  # fmt: skip
    docket.refuse(
        "two-removes", Rule.EXTERNAL_COMMIT_PROPOSALS, "An external commit removes two members.",
        intrusion(stage.crypto("two removes"), bob, bundle,
                  lambda init: (init, Remove(2), Remove(3))),
    )  # fmt: skip
    docket.refuse(
        "by-reference", Rule.EXTERNAL_COMMIT_NO_REFERENCES,
        "An external commit refers to a proposal.",
        intrusion(stage.crypto("by reference"), bob, bundle, alone,
                  Plot(items=lambda items: (*items, ProposalReference(bytes(32))))),
    )  # fmt: skip
    nonce = bytes(32)
    keys: dict[str, tuple[Proposal, Rule, str]] = {
        "psk-unavailable": (PreSharedKey(ExternalPSKID(b"unheard of", nonce)),
                            Rule.PSK_AVAILABLE, "An external commit names a key we do not hold."),
        "psk-nonce": (PreSharedKey(ExternalPSKID(b"house", nonce[1:])), Rule.PSK_NONCE_LENGTH,
                      "An external commit names a key with a short nonce."),
    }  # fmt: skip
    for name, (proposal, rule, what) in keys.items():
        crypto = stage.crypto(f"external {name}")
        message = intrusion(
            crypto, bob, bundle, alone,
            Plot(items=lambda items, each=proposal: (*items, ProposalByValue(each))),  # type: ignore[misc]
        )  # fmt: skip
        docket.refuse(name, rule, what, message, more={"psks": [[b"house", bytes(32)]]})


def _joiners(docket: Docket, stage: Stage, stages: Stages, bundle: KeyPackageBundle) -> None:
    """The leaf of one who joins, and the message it comes in."""
    bob = stage.troupe["bob"]
    town = stages.world.town
    stranger = town.person("stranger outside", known=False).bundle()
    member = stage.troupe.people["carol"].bundle()

    listed: dict[str, tuple[KeyPackageBundle, Plot, Rule, str]] = {
        "stranger": (stranger, Plot(), Rule.CREDENTIAL_NOT_AUTHENTICATED,
                     "One joins that nobody vouches for."),
        "key-of-a-member": (member, Plot(), Rule.LEAF_SIGNATURE_KEY_UNIQUE,
                            "A member joins a second time under its signature key."),
        "leaf-signature": (bundle, Plot(signed_leaf=lambda made: replace(
            made, signature=flipped(made.signature))), Rule.LEAF_SIGNATURE,
            "The joiner's leaf has one bit of its signature changed."),
        "leaf-for-another-place": (
            bundle, Plot(place=lambda place: replace(place, leaf_index=0)), Rule.LEAF_SIGNATURE,
            "The joiner's leaf is signed for another place."),
        "leaf-source": (bundle, Plot(leaf=lambda made: replace(
            made, leaf_node_source=bundle.key_package.leaf_node.leaf_node_source)),
            Rule.LEAF_SOURCE,
                        "The joiner's leaf is that of its KeyPackage."),
        "leaf-parent-hash": (bundle, Plot(leaf=lambda made: replace(
            made, leaf_node_source=CommitSource(b""))), Rule.UPDATE_PATH_PARENT_HASH,
            "The joiner's leaf has no parent hash."),
    }  # fmt: skip
    for name, (who, plot, rule, what) in listed.items():
        crypto = stage.crypto(f"joiners {name}")
        docket.refuse(name, rule, what, intrusion(crypto, bob, who, alone, plot))

    def framed(change: Callable[[FramedContent], FramedContent]) -> bytes:
        return intrusion(stage.crypto("framed"), bob, bundle, alone, Plot(content=change))

    docket.refuse("epoch-before", Rule.EPOCH_CURRENT, "It is of the epoch before.",
                  framed(lambda content: replace(content, epoch=bob.epoch - 1)))  # fmt: skip
    docket.refuse("other-group", Rule.GROUP_ID_MATCHES, "It is for another group.",
                  framed(lambda content: replace(content, group_id=b"other")))  # fmt: skip
    docket.refuse(
        "epoch-racing", Rule.EPOCH_CURRENT,
        "It was made in the epoch before, where it was valid: another commit came first.",
        intrusion(stage.crypto("raced"), stage.before["carol"], bundle, alone),
    )  # fmt: skip


def _resyncs(docket: Docket, stage: Stage, stages: Stages, bundle: KeyPackageBundle) -> None:
    """Coming back: whose leaf is removed, and by which key."""
    bob, dave = stage.troupe["bob"], stage.troupe.leaf("dave")
    returning = stage.troupe.people["dave"].bundle()
    old_key = stage.troupe["dave"].own_leaf_node.encryption_key
    docket.refuse(
        "removes-another", Rule.CREDENTIAL_SAME_CLIENT,
        "A newcomer removes a member that is another client.",
        intrusion(stage.crypto("removes another"), bob, bundle,
                  lambda init: (init, Remove(dave))),
    )  # fmt: skip
    docket.refuse(
        "resync-key-kept", Rule.LEAF_UPDATE_CHANGES_KEY,
        "One who comes back keeps the encryption key of its former leaf.",
        intrusion(stage.crypto("resync kept"), bob, returning,
                  lambda init: (init, Remove(dave)),
                  Plot(leaf=lambda leaf: replace(leaf, encryption_key=old_key))),
    )  # fmt: skip
    for name, leaf in {"beyond": 4, "far": (1 << 32) - 1}.items():
        docket.refuse(
            f"resync-removes-{name}", Rule.REMOVE_MEMBER,
            f"One who joins removes leaf {leaf} of a tree of four.",
            intrusion(stage.crypto(f"resync {name}"), bob, bundle, alone, Plot(
                items=lambda items, leaf=leaf: (*items, ProposalByValue(Remove(leaf))))),  # type: ignore[misc]
        )  # fmt: skip
    _blank_neighbour(docket, stages)


def _blank_neighbour(docket: Docket, stages: Stages) -> None:
    """Frank, beside the blank leaf 4, comes back: the path he needs is worked out after his Remove.

    Leaf 4 is blank and leaf 5 is removed, so the right half of the tree is empty and cut off;
    his new leaf is the leftmost blank one. A path for the tree before would be another.
    """
    stage = stages.holes
    returning = stage.troupe.people["frank"].bundle()
    frank = stage.troupe.leaf("frank")
    holes = replace(docket, scene=stage.scene, prefix="external-holes-")

    def listed(init: Proposal) -> Sequence[Proposal]:
        return init, Remove(frank)

    carol = stage.troupe["carol"]
    good = intrusion(stage.crypto("resync good"), carol, returning, listed)
    stages.world.also(stage.scene, processed(stage.troupe, "alice", good))
    for name, plot in {
        "resync-path-short": Plot(sealed=lambda path: replace(path, nodes=path.nodes[:-1])),
        "resync-path-long": Plot(
            sealed=lambda path: replace(path, nodes=(*path.nodes, path.nodes[-1]))
        ),
    }.items():
        holes.refuse(
            name, Rule.UPDATE_PATH_LENGTH,
            "One who comes back beside a blank leaf has a path of another length.",
            intrusion(stage.crypto(name), carol, returning, listed, plot),
        )  # fmt: skip


def _joining(room: Room, stages: Stages) -> None:
    """GroupInfos that nobody should join by."""
    stage = stages.four()
    bob = stage.troupe["bob"]
    bundle = stages.world.town.person("joiner").bundle()
    tree = bob.tree.encode()
    crypto = SeededCrypto("joining")
    info = group_info(crypto, bob)
    beside: dict[str, Value] = {"ratchet_tree": tree}
    pending = join_external(
        crypto, info, bundle, ratchet_tree=tree, authentication=stages.world.town.registry,
        now=NOW,
    )  # fmt: skip
    valid = Valid(
        operation="join_external",
        input={"group_info": info, **beside},
        gives={"kind": "joined", "epoch": pending.next.epoch},
    )
    scene = stages.world.newcomer("joiner", [bundle], [valid])
    docket = Docket(room, scene, "join_external", "group_info", "external-join-")
    host = Host(
        suite=bob.suite, tree=bob.tree, signer=1, key=bob.signature_key, group_id=bob.group_id,
        epoch=bob.epoch,
    )  # fmt: skip
    body = unwrap(info)
    assert isinstance(body, GroupInfo)
    tag = body.confirmation_tag
    unique = Extension(0xF111, b"")
    listed: dict[str, tuple[Ruse, object, str, str]] = {
        "signature-flipped": (Ruse(signature=flipped), Rule.GROUP_INFO_SIGNATURE, "",
                              "The signature has one bit changed."),
        "signature-empty": (Ruse(signature=lambda _: b""), Rule.GROUP_INFO_SIGNATURE, "",
                            "The signature is empty."),
        "signer-another": (Ruse(info=lambda tbs: replace(tbs, signer=0)),
                           Rule.GROUP_INFO_SIGNATURE, "", "Another is said to have signed."),
        "signer-blank": (Ruse(info=lambda tbs: replace(tbs, signer=9)),
                         Rule.SENDER_LEAF_NOT_BLANK, "", "A leaf beyond the tree has signed."),
        "no-external-pub": (Ruse(info=without(EXTERNAL_PUB)), Rule.EXTERNAL_PUB_PRESENT, "",
                            "The key of external joiners is missing."),
        "version": (Ruse(context=lambda context: replace(context, version=2)),
                    Rule.WELCOME_SUITE, "", "The group has another version."),
        "suite": (Ruse(context=lambda context: replace(context, cipher_suite=3)),
                  Rule.WELCOME_SUITE, "", "The group has another suite than our KeyPackage."),
        "tree-hash": (Ruse(context=lambda context: replace(context, tree_hash=bytes(32))),
                      Rule.TREE_HASH_MATCHES, "", "The tree is another."),
        "info-extension-twice": (
            Ruse(info=lambda tbs: replace(tbs, extensions=(*tbs.extensions, unique, unique))),
            Rule.EXTENSION_UNIQUE, "", "The GroupInfo has two extensions of one type."),
        "extension-unsupported": (
            Ruse(context=lambda context: replace(context, extensions=(unique,))),
            Rule.LEAF_SUPPORTS_GROUP_CONTEXT, "",
            "The group has an extension that its members do not support."),
        "external-pub-malformed": (
            Ruse(info=lambda tbs: replace(tbs, extensions=(Extension(EXTERNAL_PUB, b""),))),
            "DecodeError", "12.4.3.2", "The key of external joiners is malformed."),
        "external-pub-short": (
            Ruse(info=lambda tbs: replace(
                tbs, extensions=(Extension(EXTERNAL_PUB, b"\x02\1\1"),))),
            "CryptoError", "12.4.3.2", "The key of external joiners is short."),
    }  # fmt: skip
    for name, (ruse, broken, section, what) in listed.items():
        ruse = replace(ruse, tag=lambda _: tag)  # noqa: PLW2901  # the rest stays the case's own
        message = announcement(SeededCrypto(f"joining {name}"), host, ruse, bob.secrets)
        docket.refuse(name, broken, what, message, section=section, more=beside)
    docket.refuse("no-tree", Rule.RATCHET_TREE_AT_HAND, "There is no tree.", info,
                  more={"ratchet_tree": None})  # fmt: skip
    docket.refuse("known-group", Rule.GROUP_ID_UNIQUE, "We are in this group already.", info,
                  more={**beside, "known_groups": [bob.group_id]})  # fmt: skip
    docket.refuse("no-group-info", "UsageError", "A KeyPackage is no GroupInfo.",
                  wrap(bundle.key_package), section="12.4.3.2", more=beside)  # fmt: skip
    docket.refuse("trailing", "DecodeError", "A byte follows the GroupInfo.", info + b"\0",
                  section="6", more=beside)  # fmt: skip
    docket.refuse("resync-another", Rule.CREDENTIAL_SAME_CLIENT,
                  "We are to remove a member that is another client.", info,
                  more={**beside, "resync": 2})  # fmt: skip
    docket.refuse("resync-nobody", Rule.REMOVE_MEMBER, "We are to remove a leaf beyond the tree.",
                  info, more={**beside, "resync": 7})  # fmt: skip
