"""Commits: the path, its leaf, the proposals a commit refers to (RFC 9420 §7.5 to §7.9, §12.4)."""

from collections.abc import Callable
from dataclasses import replace

from teamchat.mls.crypto import Secret
from teamchat.mls.crypto.labels import HPKECiphertext, encrypt_with_label
from teamchat.mls.framing.content import ProposalContent
from teamchat.mls.messages.commit import MAX_PROPOSALS, Commit, ProposalByValue, ProposalReference
from teamchat.mls.messages.proposals import (
    Add,
    GroupContextExtensions,
    Proposal,
    Remove,
    Update,
)
from teamchat.mls.rules import Rule
from teamchat.mls.tree import LeafNode, UpdatePath
from teamchat.mls.tree.nodes import (
    CommitSource,
)
from teamchat.mls.tree.path import UpdatePathNode
from teamchat.mls.tree_math import NodeIndex
from tests.forge.corpus import Room
from tests.forge.malice import Plot, commit_of, flipped, said
from tests.forge.rooms.leaves import path_leaf_contents, path_leaves
from tests.forge.seeded import Again, SeededCrypto
from tests.forge.stages import (
    Stage,
    Stages,
)
from tests.forge.world import Docket

LOW_ORDER = bytes(32)


def fill(room: Room, stages: Stages) -> None:
    """Write the cases of this room."""
    for stage in stages.everything:
        prefix = "" if stage.scene == "four" else f"{stage.scene}-"
        docket = Docket(room, stage.scene, prefix=f"commit-{prefix}")
        _ciphertexts(docket, stage)
        _shape(docket, stage)
    stage = stages.four()
    docket = Docket(room, stage.scene, prefix="commit-")
    _keys(docket, stage)
    path_leaves(docket, stage, stages)
    path_leaf_contents(docket, stages)
    _required(docket, stage, stages)
    _references(docket, stages)
    _blank(docket, stages)
    _rootless(room, stages)
    _over(room, stages)


def _nodes(change: Callable[[list[UpdatePathNode]], list[UpdatePathNode]]) -> Plot:
    return Plot(sealed=lambda path: UpdatePath(path.leaf_node, tuple(change(list(path.nodes)))))


def _for_alice(
    change: Callable[[HPKECiphertext], HPKECiphertext], level: int = 0, place: int = 0
) -> Plot:
    """Change the ciphertext for Alice: Bob is her sibling, so it is the first of the first."""

    def changed(nodes: list[UpdatePathNode]) -> list[UpdatePathNode]:
        node = nodes[level]
        sealed = list(node.encrypted_path_secret)
        sealed[place] = change(sealed[place])
        nodes[level] = replace(node, encrypted_path_secret=tuple(sealed))
        return nodes

    return _nodes(changed)


def _ciphertexts(docket: Docket, stage: Stage) -> None:
    """What the path says to the reader does not open, or leads elsewhere."""
    bob, suite = stage.troupe["bob"], stage.troupe["bob"].suite
    alice_key = stage.troupe["alice"].own_leaf_node.encryption_key
    changes: dict[str, tuple[Callable[[HPKECiphertext], HPKECiphertext], str]] = {
        "flipped": (lambda c: replace(c, ciphertext=flipped(c.ciphertext)), "has one bit changed"),
        "empty": (lambda c: replace(c, ciphertext=b""), "is empty"),
        "cut": (lambda c: replace(c, ciphertext=c.ciphertext[:-1]), "lacks its last byte"),
        "kem-flipped": (
            lambda c: replace(c, kem_output=flipped(c.kem_output[:5]) + c.kem_output[5:]),
            "has one bit of its KEM output changed",
        ),
        "kem-empty": (lambda c: replace(c, kem_output=b""), "has no KEM output"),
        "kem-cut": (lambda c: replace(c, kem_output=c.kem_output[:-1]), "has a short KEM output"),
        "kem-long": (
            lambda c: replace(c, kem_output=c.kem_output + b"\0"),
            "has a long KEM output",
        ),
    }
    if suite.kem_output_length == 32:
        changes["kem-low-order"] = (
            lambda c: replace(c, kem_output=LOW_ORDER), "has a KEM output of low order",
        )  # fmt: skip
    for name, (change, how) in changes.items():
        crypto = stage.crypto(f"ciphertexts {name}")
        docket.refuse(
            f"path-secret-{name}",
            Rule.UPDATE_PATH_DECRYPTS,
            f"The path secret for the reader {how}.",
            commit_of(crypto, bob, plot=_for_alice(change)).message,
        )
    crypto = stage.crypto("ciphertexts others")
    secret = Secret(bytes(range(suite.hash_length)))

    def resealed(label: str, context: Callable[[bytes], bytes]) -> Plot:
        """Seal an own secret for Alice, under what should be the provisional context."""
        seen: list[bytes] = []

        def remember(whole: object) -> object:
            seen.append(whole.encode())  # type: ignore[attr-defined]
            return whole

        def change(_: HPKECiphertext) -> HPKECiphertext:
            return encrypt_with_label(crypto, suite, alice_key, label, context(seen[0]), secret)

        return replace(_for_alice(change), context=remember)  # type: ignore[arg-type]

    docket.refuse(
        "path-secret-of-other-keys",
        Rule.UPDATE_PATH_KEY_MATCHES,
        "The path secret for the reader opens, and derives other keys than the path announces.",
        commit_of(crypto, bob, plot=resealed("UpdatePathNode", lambda whole: whole)).message,
    )
    docket.refuse(
        "path-secret-under-another-context",
        Rule.UPDATE_PATH_DECRYPTS,
        "The path secret is sealed under another GroupContext than the provisional one.",
        commit_of(crypto, bob, plot=resealed("UpdatePathNode", flipped)).message,
    )
    docket.refuse(
        "path-secret-under-another-label",
        Rule.UPDATE_PATH_DECRYPTS,
        "The path secret is sealed under the label of Welcomes.",
        commit_of(crypto, bob, plot=resealed("Welcome", lambda whole: whole)).message,
    )
    docket.refuse(
        "sealed-under-the-old-context",
        Rule.UPDATE_PATH_DECRYPTS,
        "All path secrets are sealed under the GroupContext of the epoch that ends.",
        _under_old_context(crypto, stage),
    )


def _under_old_context(crypto: SeededCrypto, stage: Stage) -> bytes:
    bob = stage.troupe["bob"]
    alice_key = stage.troupe["alice"].own_leaf_node.encryption_key

    def change(_: HPKECiphertext) -> HPKECiphertext:
        secret = Secret(bytes(bob.suite.hash_length))
        old = bob.context.encode()
        return encrypt_with_label(crypto, bob.suite, alice_key, "UpdatePathNode", old, secret)

    return commit_of(crypto, bob, plot=_for_alice(change)).message


def _shape(docket: Docket, stage: Stage) -> None:
    """Too few nodes, too many, in the wrong places, with too few ciphertexts or too many."""
    bob = stage.troupe["bob"]
    spare = HPKECiphertext(b"spare", b"spare")
    shapes: dict[str, tuple[Plot, Rule, str]] = {
        "short": (_nodes(lambda nodes: nodes[:-1]), Rule.UPDATE_PATH_LENGTH,
                  "The path ends below the root."),
        "headless": (_nodes(lambda nodes: nodes[1:]), Rule.UPDATE_PATH_LENGTH,
                     "The path lacks its first node."),
        "none": (_nodes(lambda _: []), Rule.UPDATE_PATH_LENGTH, "The path has a leaf and no node."),
        "long": (_nodes(lambda nodes: [*nodes, nodes[-1]]), Rule.UPDATE_PATH_LENGTH,
                 "The path has a node above the root."),
        "swapped": (_nodes(lambda nodes: nodes[::-1]), Rule.UPDATE_PATH_PARENT_HASH,
                    "The nodes of the path stand in the wrong order."),
        "few-ciphertexts": (
            _nodes(lambda nodes: [replace(nodes[0], encrypted_path_secret=()), *nodes[1:]]),
            Rule.UPDATE_PATH_CIPHERTEXT_COUNT, "A node of the path carries no ciphertext."),
        "many-ciphertexts": (
            _nodes(lambda nodes: [
                *nodes[:-1],
                replace(nodes[-1],
                        encrypted_path_secret=(*nodes[-1].encrypted_path_secret, spare)),
            ]),
            Rule.UPDATE_PATH_CIPHERTEXT_COUNT,
            "A node of the path carries a ciphertext for nobody."),
        "parent-hash": (
            Plot(leaf=lambda leaf: replace(leaf, leaf_node_source=CommitSource(
                flipped(_commit_source(leaf).parent_hash)))),
            Rule.UPDATE_PATH_PARENT_HASH, "The leaf carries another parent hash, signed so."),
        "parent-hash-empty": (
            Plot(leaf=lambda leaf: replace(leaf, leaf_node_source=CommitSource(b""))),
            Rule.UPDATE_PATH_PARENT_HASH, "The leaf carries no parent hash, and is signed so."),
    }  # fmt: skip
    for name, (plot, rule, what) in shapes.items():
        crypto = stage.crypto(f"shape {name}")
        docket.refuse(f"path-{name}", rule, what, commit_of(crypto, bob, plot=plot).message)


def _commit_source(leaf: LeafNode) -> CommitSource:
    source = leaf.leaf_node_source
    assert isinstance(source, CommitSource)
    return source


def _keys(docket: Docket, stage: Stage) -> None:
    """Keys of the path that are not fresh, or are no keys."""
    bob, carol = stage.troupe["bob"], stage.troupe["carol"]

    def with_key(key: bytes, level: int = 0) -> Plot:
        return Plot(keys=lambda keys: [key if i == level else k for i, k in enumerate(keys)])

    root = bob.tree.parent(NodeIndex(3))
    assert root is not None
    keys = {
        "root-kept": (with_key(root.encryption_key, 1), "The root keeps its key."),
        "node-of-a-leaf": (with_key(carol.own_leaf_node.encryption_key),
                           "A node of the path has the key of another member's leaf."),
        "node-twice": (
            Plot(keys=lambda keys: [keys[0], keys[0]]),
            "Two nodes of the path have one key."),
        "leaf-of-a-leaf": (
            Plot(leaf=lambda leaf: replace(
                leaf, encryption_key=carol.own_leaf_node.encryption_key)),
            "The leaf of the path has the key of another member's leaf."),
    }  # fmt: skip
    for name, (plot, what) in keys.items():
        crypto = stage.crypto(f"keys {name}")
        docket.refuse(
            f"keys-{name}", Rule.UPDATE_PATH_KEYS_FRESH, what,
            commit_of(crypto, bob, plot=plot).message,
        )  # fmt: skip

    def noting(keys: list[bytes]) -> list[bytes]:
        noted[:] = keys
        return keys

    noted: list[bytes] = []
    like_node = Plot(keys=noting, leaf=lambda leaf: replace(leaf, encryption_key=noted[0]))
    crypto = stage.crypto("keys leaf like node")
    docket.refuse(
        "keys-leaf-like-node", Rule.UPDATE_PATH_KEYS_FRESH,
        "The leaf of the path has the key of the path's first node.",
        commit_of(crypto, bob, plot=like_node).message,
    )  # fmt: skip
    docket.refuse(
        "keys-drawn-again", Rule.UPDATE_PATH_KEYS_FRESH,
        "The path is derived from the same path secret as the one before: all is sound but new.",
        commit_of(Again("four again"), bob).message,
    )  # fmt: skip
    for name, key in {"low-order": LOW_ORDER, "one": b"\1" + bytes(31), "short": b"\2" * 31,
                      "long": b"\2" * 33, "empty": b""}.items():  # fmt: skip
        docket.refuse(
            f"keys-invalid-{name}", Rule.PUBLIC_KEY_VALID,
            f"A key of the path is no valid key: {name}.",
            commit_of(stage.crypto(f"invalid {name}"), bob, plot=with_key(key)).message,
        )  # fmt: skip
        docket.refuse(
            f"keys-leaf-invalid-{name}", Rule.PUBLIC_KEY_VALID,
            f"The key of the path's leaf is no valid key: {name}.",
            commit_of(
                stage.crypto(f"invalid leaf {name}"), bob,
                plot=Plot(leaf=lambda leaf, key=key: replace(leaf, encryption_key=key)),  # type: ignore[misc]
            ).message,
        )  # fmt: skip


def _required(docket: Docket, stage: Stage, stages: Stages) -> None:
    """Commits whose proposals cannot do without a path, and have none."""
    bob = stage.troupe["bob"]
    newcomer = stages.world.town.person("newcomer of four").bundle()
    proposals: dict[str, tuple[tuple[Proposal, ...], str]] = {
        "empty": ((), "An empty commit"),
        "remove": ((Remove(2),), "A commit of a Remove"),
        "extensions": ((GroupContextExtensions(()),), "A commit of GroupContextExtensions"),
        "add-remove": (
            (Add(newcomer.key_package), Remove(2)), "A commit of an Add and a Remove",
        ),
    }  # fmt: skip
    for name, (listed, what) in proposals.items():
        crypto = stage.crypto(f"required {name}")
        docket.refuse(
            f"pathless-{name}", Rule.PATH_REQUIRED, f"{what} has no path.",
            commit_of(crypto, bob, *listed, plot=Plot(path=False)).message,
        )  # fmt: skip


def _references(docket: Docket, stages: Stages) -> None:
    """References to proposals that nobody has seen, or nobody could have made."""
    stage = stages.pending
    bob = stage.troupe["bob"]
    pending = replace(docket, scene=stage.scene)
    crypto = stage.crypto("references")
    unknown = ProposalReference(bytes(32))
    pending.refuse(
        "reference-unknown", Rule.PROPOSAL_REFERENCE_KNOWN,
        "The commit refers to a proposal that nobody has sent.",
        commit_of(crypto, bob, plot=Plot(items=lambda items: (*items, unknown))).message,
    )  # fmt: skip
    ref, sent = next(iter(bob.pending_proposals.items()))
    for name, wrong in {"cut": ref[:-1], "empty": b"", "flipped": flipped(ref)}.items():
        item = ProposalReference(wrong)
        pending.refuse(
            f"reference-{name}", Rule.PROPOSAL_REFERENCE_KNOWN,
            f"The commit's reference to a proposal is {name}.",
            commit_of(crypto, bob, plot=Plot(items=lambda _, item=item: (item,))).message,  # type: ignore[misc]
        )  # fmt: skip
    pending.refuse(
        "reference-twice", Rule.ONE_CHANGE_PER_LEAF,
        "The commit refers to one Remove twice.",
        commit_of(crypto, bob, plot=Plot(
            references=[(ref, sent)], items=lambda items: (*items, *items))).message,
    )  # fmt: skip
    update = next(
        (each, one) for each, one in bob.pending_proposals.items()
        if isinstance(one.proposal, Update)
    )  # fmt: skip
    pending.refuse(
        "pathless-update", Rule.PATH_REQUIRED, "A commit of an Update has no path.",
        commit_of(crypto, bob, plot=Plot(references=[update], path=False)).message,
    )  # fmt: skip
    many = (ProposalByValue(Remove(3)),) * (MAX_PROPOSALS + 1)
    pending.refuse(
        "too-many-proposals", Rule.PROPOSALS_BOUNDED,
        "The commit holds 2,049 proposals.",
        said(crypto, bob, Commit(many, None)),
    )  # fmt: skip


def _blank(docket: Docket, stages: Stages) -> None:
    """Trees with blank leaves: what a path has to leave out."""
    stage = stages.holes
    frank = stage.troupe["frank"]
    holes = replace(docket, scene=stage.scene, prefix="commit-holes-")
    for name, plot, rule, what in (
        ("path-unfiltered", _nodes(lambda nodes: [nodes[0], *nodes]), Rule.UPDATE_PATH_LENGTH,
         "The path has a node for a level whose copath is blank."),
        ("path-short", _nodes(lambda nodes: nodes[:-1]), Rule.UPDATE_PATH_LENGTH,
         "The path leaves out a level whose copath is not blank."),
    ):  # fmt: skip
        crypto = stage.crypto(name)
        holes.refuse(name, rule, what, commit_of(crypto, frank, plot=plot).message)


def _rootless(room: Room, stages: Stages) -> None:
    """A blank root: the commit secret comes from the end of the filtered path (§7.4, §12.4)."""
    stage = stages.rootless
    carol = stage.troupe["carol"]
    docket = Docket(room, stage.scene, prefix="commit-rootless-")
    for name, plot, what in (
        ("path-to-the-root", _nodes(lambda nodes: [*nodes, replace(
            nodes[0], encrypted_path_secret=())]), "The path has a node for the blank root."),
        ("path-none", _nodes(lambda _: []), "The path has no node."),
    ):  # fmt: skip
        made = commit_of(stage.crypto(name), carol, plot=plot)
        docket.refuse(name, Rule.UPDATE_PATH_LENGTH, what, made.message)


def _over(room: Room, stages: Stages) -> None:
    """A group that a ReInit has ended takes nothing more."""
    stage = stages.over
    bob = stage.troupe["bob"]
    docket = Docket(room, stage.scene, prefix="over-")
    crypto = stage.crypto("over")
    rule = Rule.GROUP_REINITIALISED
    docket.refuse("commit", rule, "A commit after the ReInit.", commit_of(crypto, bob).message)
    docket.refuse("proposal", rule, "A proposal after the ReInit.",
                  said(crypto, bob, ProposalContent(Remove(2))))  # fmt: skip
    docket.refuse("application-data", rule, "Application data after the ReInit.",
                  stage.application)  # fmt: skip
    replace(docket, operation="encrypt", part="data").refuse(
        "encrypt", rule, "We write after the ReInit.", b"hello"
    )
    waiting = replace(docket, scene=stages.pending.scene, operation="encrypt", part="data",
                      prefix="pending-")  # fmt: skip
    waiting.refuse(
        "encrypt", Rule.COMMIT_BEFORE_APPLICATION_DATA,
        "We write while proposals wait for a commit.", b"hello",
    )  # fmt: skip
