"""What a delivery service refuses that follows a group without keys (RFC 9420 §12.4.2, §16.9)."""

from collections.abc import Callable
from dataclasses import replace

from teamchat.mls.extensions import (
    LAST_RESORT,
    Extension,
    ExternalSender,
    external_senders_extension,
)
from teamchat.mls.framing.content import ApplicationContent, ProposalContent, SenderMember
from teamchat.mls.framing.message import unwrap, wrap
from teamchat.mls.group import group_info
from teamchat.mls.group.info import ratchet_tree_extension
from teamchat.mls.messages.commit import Commit, ProposalByValue
from teamchat.mls.messages.group_info import GroupInfo
from teamchat.mls.messages.proposals import ReInit, Remove
from teamchat.mls.public_group import CommitSeen, PublicGroup
from teamchat.mls.rules import Rule
from tests.forge.corpus import NOW, Room, Valid, Value
from tests.forge.inviting import Host, Ruse, announcement
from tests.forge.malice import Plot, commit_of, flipped, intrusion, said
from tests.forge.rooms.external import alone
from tests.forge.seeded import SeededCrypto
from tests.forge.stages import Stage, Stages
from tests.forge.troupe import Troupe
from tests.forge.world import Docket


def fill(room: Room, stages: Stages) -> None:
    """Write the cases of this room."""
    for stage in stages.everything:
        _messages(room, stages, stage)
    _infos(room, stages)
    _beginnings(room, stages)
    _over(room, stages)


def _watching(stages: Stages, stage: Stage) -> PublicGroup:
    bob = stage.troupe["bob"]
    info = group_info(SeededCrypto(f"watching {stage.scene}"), bob)
    return PublicGroup.from_group_info(
        SeededCrypto("watching"), info, bob.tree.encode(),
        authentication=stages.world.town.registry, now=NOW,
    )  # fmt: skip


def _seen(stages: Stages, group: PublicGroup, message: bytes) -> Valid:
    seen = group.receive(
        SeededCrypto("seen"), message, authentication=stages.world.town.registry, now=NOW
    )
    assert isinstance(seen, CommitSeen)
    gives: dict[str, Value] = {"kind": "commit", "context": seen.next.context.encode()}
    return Valid(operation="public_receive", input={"message": message}, gives=gives)


def _messages(room: Room, stages: Stages, stage: Stage) -> None:
    bob, carol = stage.troupe["bob"], stage.troupe["carol"]
    group = _watching(stages, stage)
    name = f"watched-{stage.scene}"
    good = stage.troupe.commit("bob", crypto=SeededCrypto(f"watched {stage.scene}")).message
    scene = stages.world.watcher(name, group, [_seen(stages, group, good)])
    prefix = "" if stage.scene == "four" else f"{stage.scene}-"
    docket = Docket(room, scene, "public_receive", prefix=f"public-{prefix}")
    crypto = stage.crypto("public")
    remove = ProposalContent(Remove(3))
    bundle = stages.world.town.person("intruder", bob.suite.id).bundle()

    def path(change: Callable[[list[object]], list[object]]) -> Plot:
        return Plot(sealed=lambda made: replace(made, nodes=tuple(change(list(made.nodes)))))  # type: ignore[arg-type]

    listed: dict[str, tuple[bytes, Rule, str]] = {
        "signature-flipped": (said(crypto, bob, remove, Plot(signature=flipped)),
                              Rule.CONTENT_SIGNATURE, "One bit of a proposal's signature."),
        "signature-empty": (said(crypto, bob, remove, Plot(signature=lambda _: b"")),
                            Rule.CONTENT_SIGNATURE, "A proposal without a signature."),
        "signature-of-another": (said(crypto, bob, remove, Plot(key=carol.signature_key)),
                                 Rule.CONTENT_SIGNATURE, "A proposal signed by another."),
        "commit-signature-flipped": (commit_of(crypto, bob, plot=Plot(signature=flipped)).message,
                                     Rule.CONTENT_SIGNATURE, "One bit of a commit's signature."),
        "other-group": (said(crypto, bob, remove, Plot(
            content=lambda content: replace(content, group_id=b"other"))),
            Rule.GROUP_ID_MATCHES, "A proposal for another group."),
        "epoch-before": (said(crypto, bob, remove, Plot(
            content=lambda content: replace(content, epoch=bob.epoch - 1))),
            Rule.EPOCH_CURRENT, "A proposal of the epoch before."),
        "epoch-after": (said(crypto, bob, remove, Plot(
            content=lambda content: replace(content, epoch=bob.epoch + 1))),
            Rule.EPOCH_CURRENT, "A proposal of the next epoch."),
        "application-data": (said(crypto, bob, ApplicationContent(b"hi")),
                             Rule.APPLICATION_DATA_PRIVATE, "Application data in the open."),
        "sender-beyond": (said(crypto, bob, remove, sender=SenderMember(9)),
                          Rule.SENDER_LEAF_NOT_BLANK, "A proposal of nobody."),
        "path-short": (commit_of(crypto, bob, plot=path(lambda nodes: nodes[:-1])).message,
                       Rule.UPDATE_PATH_LENGTH, "A path that ends below the root."),
        "parent-hash": (commit_of(crypto, bob, plot=path(lambda nodes: nodes[::-1])).message,
                        Rule.UPDATE_PATH_PARENT_HASH, "A path whose nodes are swapped."),
        "path-key-low-order": (
            commit_of(crypto, bob, plot=Plot(
                keys=lambda keys: [*keys[:-1], keys[-1][:-32] + bytes(32)])).message,
            Rule.PUBLIC_KEY_VALID, "A path with a key of low order, hashed so."),
        "leaf-signature": (commit_of(crypto, bob, plot=Plot(
            signed_leaf=lambda leaf: replace(leaf, signature=flipped(leaf.signature)))).message,
            Rule.LEAF_SIGNATURE, "One bit of the signature of a path's leaf."),
        "pathless": (commit_of(crypto, bob, plot=Plot(path=False)).message, Rule.PATH_REQUIRED,
                     "An empty commit without a path."),
        "remove-nobody": (said(crypto, bob, _committed(Remove(9))), Rule.REMOVE_MEMBER,
                          "A commit removes nobody."),
        "no-init": (intrusion(crypto, bob, bundle, lambda _: ()), Rule.EXTERNAL_COMMIT_ONE_INIT,
                    "An external commit without an ExternalInit."),
        "external-removes-another": (
            intrusion(crypto, bob, bundle, lambda init: (init, Remove(3))),
            Rule.CREDENTIAL_SAME_CLIENT, "An external commit removes another client."),
        "external-signature": (intrusion(crypto, bob, bundle, alone, Plot(signature=flipped)),
                               Rule.CONTENT_SIGNATURE,
                               "One bit of an external commit's signature."),
    }  # fmt: skip
    for case, (message, rule, what) in listed.items():
        docket.refuse(case, rule, what, message)
    docket.refuse(
        "private", "DecodeError", "A PrivateMessage: nothing in it can be followed.",
        said(crypto, bob, remove, Plot(private=True)), section="6.3",
    )  # fmt: skip


def _committed(*proposals: Remove) -> object:
    return Commit(tuple(map(ProposalByValue, proposals)), None)


def _host(stage: Stage) -> Host:
    bob = stage.troupe["bob"]
    return Host(
        suite=bob.suite, tree=bob.tree, signer=1, key=bob.signature_key, group_id=bob.group_id,
        epoch=bob.epoch,
    )  # fmt: skip


def _infos(room: Room, stages: Stages) -> None:
    """A committer's GroupInfo of the epoch that a service follows."""
    stage = stages.four()
    bob = stage.troupe["bob"]
    info = group_info(SeededCrypto("info"), bob)
    valid = Valid(
        operation="public_check_group_info", input={"group_info": info}, gives={"kind": "valid"}
    )
    scene = stages.world.watcher("watched-infos", _watching(stages, stage), [valid])
    docket = Docket(room, scene, "public_check_group_info", "group_info", "public-info-")
    current = Rule.GROUP_INFO_CURRENT

    def saying(name: str, **changes: object) -> bytes:
        body = unwrap(info)
        assert isinstance(body, GroupInfo)
        tbs = replace(body.tbs(), **changes)  # type: ignore[arg-type]
        return wrap(GroupInfo.signed(SeededCrypto(name), bob.suite, tbs, bob.signature_key))

    context = bob.context
    other = ratchet_tree_extension(stages.holes.troupe["frank"].tree)
    body = unwrap(info)
    assert isinstance(body, GroupInfo)
    listed: dict[str, tuple[bytes, object, str]] = {
        "epoch-before": (saying("a", group_context=replace(context, epoch=context.epoch - 1)),
                         current, "It is of the epoch before."),
        "epoch-after": (saying("b", group_context=replace(context, epoch=context.epoch + 1)),
                        current, "It is of the next epoch."),
        "group-id": (saying("c", group_context=replace(context, group_id=b"other")), current,
                     "It is of another group."),
        "tree-hash": (saying("d", group_context=replace(context, tree_hash=bytes(32))), current,
                      "It is of another tree."),
        "transcript": (
            saying("e", group_context=replace(context, confirmed_transcript_hash=bytes(32))),
            current, "It is of another past."),
        "tag": (saying("f", confirmation_tag=flipped(body.confirmation_tag)), current,
                "Its confirmation tag is another than the commit's."),
        "tag-empty": (saying("f", confirmation_tag=b""), current,
                      "Its confirmation tag is empty."),
        "tree-other": (saying("g", extensions=(other,)), Rule.TREE_HASH_MATCHES,
                       "The tree in it is another."),
        "signer": (saying("h", signer=0), Rule.GROUP_INFO_SIGNATURE, "Another is to have signed."),
        "signer-beyond": (saying("i", signer=77), Rule.SENDER_LEAF_NOT_BLANK,
                          "A leaf beyond the tree has signed."),
        "signature-flipped": (
            wrap(replace(body, signature=flipped(body.signature))), Rule.GROUP_INFO_SIGNATURE,
            "One bit of the signature."),
        "signature-empty": (wrap(replace(body, signature=b"")), Rule.GROUP_INFO_SIGNATURE,
                            "It is not signed."),
    }  # fmt: skip
    for name, (message, broken, what) in listed.items():
        docket.refuse(name, broken, what, message)
    docket.refuse("trailing", "DecodeError", "A byte follows.", info + b"\0", section="6")


def _beginnings(room: Room, stages: Stages) -> None:
    """GroupInfos with which a service should not begin to follow a group."""
    stage = stages.four()
    bob = stage.troupe["bob"]
    info, tree = group_info(SeededCrypto("info"), bob), bob.tree.encode()
    beside: dict[str, Value] = {"ratchet_tree": tree}
    valid = Valid(
        operation="public_from_group_info",
        input={"group_info": info, **beside},
        gives={"kind": "followed", "context": bob.context.encode()},
    )
    scene = stages.world.bystander("beginning", [valid])
    docket = Docket(room, scene, "public_from_group_info", "group_info", "public-begin-")
    host = _host(stage)
    stranger = SeededCrypto("no warden").signature_key_pair(bob.suite)
    warden = ExternalSender(stranger.public_key, bob.own_leaf_node.credential)

    def having(*extensions: Extension) -> Ruse:
        return Ruse(context=lambda context: replace(context, extensions=extensions))

    listed: dict[str, tuple[Ruse, object, str]] = {
        "external-sender": (having(external_senders_extension((warden,))),
                            Rule.CREDENTIAL_NOT_AUTHENTICATED,
                            "The group has an external sender that nobody vouches for."),
        "extension-misplaced": (having(Extension(LAST_RESORT, b"")), Rule.EXTENSION_ELSEWHERE,
                                "The group has a KeyPackage's extension."),
        "extension-unsupported": (having(Extension(0xF111, b"")),
                                  Rule.LEAF_SUPPORTS_GROUP_CONTEXT,
                                  "The group has an extension that its members do not support."),
        "version": (Ruse(context=lambda context: replace(context, version=2)),
                    Rule.GROUP_SUITE_KNOWN, "The version is not known."),
        "suite": (Ruse(context=lambda context: replace(context, cipher_suite=0x0FFF)),
                  Rule.GROUP_SUITE_KNOWN, "The suite is not known."),
        "tree-hash": (Ruse(context=lambda context: replace(context, tree_hash=bytes(32))),
                      Rule.TREE_HASH_MATCHES, "The tree is another."),
        "signature-flipped": (Ruse(signature=flipped), Rule.GROUP_INFO_SIGNATURE,
                              "One bit of the signature."),
        "signature-empty": (Ruse(signature=lambda _: b""), Rule.GROUP_INFO_SIGNATURE,
                            "It is not signed."),
        "signer": (Ruse(info=lambda tbs: replace(tbs, signer=2)), Rule.GROUP_INFO_SIGNATURE,
                   "Another is to have signed."),
        "signer-beyond": (Ruse(info=lambda tbs: replace(tbs, signer=4)),
                          Rule.SENDER_LEAF_NOT_BLANK, "Nobody is to have signed."),
    }  # fmt: skip
    for name, (ruse, broken, what) in listed.items():
        message = announcement(SeededCrypto(f"begin {name}"), host, ruse)
        docket.refuse(name, broken, what, message, more=beside)
    docket.refuse("tree-cut", "DecodeError", "The tree is cut off.", info, section="12.4.3.3",
                  more={"ratchet_tree": tree[:-1]})  # fmt: skip
    docket.refuse("no-group-info", "DecodeError", "A proposal is no GroupInfo.",
                  said(stage.crypto("begin"), bob, ProposalContent(Remove(3))),
                  section="12.4.3", more=beside)  # fmt: skip


def _over(room: Room, stages: Stages) -> None:
    """A group that a ReInit has ended."""
    troupe = Troupe.founded(stages.world.town, "over in public", "alice", "bob")
    stage = Stage(troupe, "over in public")
    group = _watching(stages, stage)
    ending = troupe.commit("bob", ReInit(b"next", 1, 1, ()))
    seen = group.receive(
        SeededCrypto("over"), ending.message, authentication=stages.world.town.registry, now=NOW
    )
    assert isinstance(seen, CommitSeen)
    troupe.accept("bob", ending)
    info = group_info(SeededCrypto("over"), troupe["bob"])
    valid = Valid(
        operation="public_check_group_info", input={"group_info": info}, gives={"kind": "valid"}
    )
    scene = stages.world.watcher("watched-over", seen.next, [valid])
    Docket(room, scene, "public_receive", prefix="public-over-").refuse(
        "proposal", Rule.GROUP_REINITIALISED, "A proposal after the ReInit.",
        said(stage.crypto("over"), troupe["alice"], ProposalContent(Remove(1))),
    )  # fmt: skip
