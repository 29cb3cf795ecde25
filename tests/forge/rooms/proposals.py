"""Proposals: what each may say, and which may stand together (RFC 9420 §12.1, §12.2)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from teamchat.mls.credentials import BASIC, X509, Certificate, X509Credential
from teamchat.mls.crypto import Secret
from teamchat.mls.errors import ValidationError
from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.extensions import (
    EXTERNAL_PUB,
    EXTERNAL_SENDERS,
    LAST_RESORT,
    REQUIRED_CAPABILITIES,
    Extension,
    ExternalSender,
    RequiredCapabilities,
    external_senders_extension,
)
from teamchat.mls.framing.content import ProposalContent, SenderExternal, SenderMember
from teamchat.mls.group import GroupState, ProposalReceived, PSKs
from teamchat.mls.key_package import KeyPackage
from teamchat.mls.messages.commit import Commit, ProposalByValue, ProposalReference
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
from teamchat.mls.schedule.key_names import (
    ExternalPSKID,
    PreSharedKeyID,
    ResumptionPSKID,
    ResumptionPSKUsage,
)
from teamchat.mls.tree import LeafNode
from teamchat.mls.tree.nodes import (
    Capabilities,
    CommitSource,
    KeyPackageSource,
    LeafPlace,
    Lifetime,
    UpdateSource,
    sign_leaf_node,
)
from tests.forge.corpus import NOW, Input, Room
from tests.forge.malice import Plot, commit_of, flipped, resigned_package, said
from tests.forge.rooms.commit import CONTENTS
from tests.forge.seeded import SeededCrypto
from tests.forge.stages import ABLE, CUSTOM_EXTENSION, NEEDED, Stage, Stages, spoken
from tests.forge.troupe import DAY, LIFETIME, Person, Troupe
from tests.forge.world import Docket, processed

Change = Callable[[LeafNode], LeafNode]


def fill(room: Room, stages: Stages) -> None:
    """Write the cases of this room."""
    stage = stages.four()
    docket = Docket(room, stage.scene, prefix="proposals-")
    _lists(docket, stage, stages)
    _extensions(docket, stages)
    _adds(docket, stage, stages)
    _add_contents(docket, stages)
    _updates(docket, stages)
    _alone(docket, stage, stages)
    _credentials(room, stages)
    _impossible(room, stages)


def _newcomer(stages: Stages, name: str, **options: object) -> KeyPackage:
    return stages.world.town.person(name).bundle(**options).key_package


def _lists(docket: Docket, stage: Stage, stages: Stages) -> None:
    """Proposals that do not go together, or that a member may not commit."""
    troupe = stage.troupe
    bob, dave = troupe["bob"], troupe.leaf("dave")
    town = stages.world.town
    erin = town.person("erin")
    twins = [erin.bundle().key_package for _ in range(2)]
    member = troupe.people["carol"].bundle().key_package
    reinit = ReInit(b"next", 1, 1, ())
    nonce = bytes(32)
    psk = PreSharedKey(ExternalPSKID(b"house", nonce))
    extensions = GroupContextExtensions(())
    listed: dict[str, tuple[Sequence[Proposal], Rule, str]] = {
        "remove-committer": ((Remove(bob.own_leaf),), Rule.COMMITTER_NOT_REMOVED,
                             "A commit removes its committer."),
        "remove-twice": ((Remove(dave), Remove(dave)), Rule.ONE_CHANGE_PER_LEAF,
                         "A commit removes a member twice."),
        "remove-beyond": ((Remove(4),), Rule.REMOVE_MEMBER, "A commit removes leaf 4 of four."),
        "remove-far": ((Remove((1 << 32) - 1),), Rule.REMOVE_MEMBER,
                       "A commit removes the last leaf that can be written."),
        "add-twice": (tuple(map(Add, twins)), Rule.ADD_CLIENT_ONCE,
                      "A commit adds a client twice, with two KeyPackages."),
        "add-package-twice": ((Add(twins[0]), Add(twins[0])), Rule.ADD_CLIENT_ONCE,
                              "A commit adds one KeyPackage twice."),
        "add-member": ((Add(member),), Rule.ADD_NOT_A_MEMBER,
                       "A commit adds a client that is a member."),
        "add-member-remove-another": ((Remove(dave), Add(member)), Rule.ADD_NOT_A_MEMBER,
                                      "A commit adds a member and removes another."),
        "extensions-twice": ((extensions, extensions), Rule.ONE_GROUP_CONTEXT_EXTENSIONS,
                             "A commit replaces the extensions twice."),
        "external-init": ((ExternalInit(bytes(32)),), Rule.EXTERNAL_INIT_PLACE,
                          "A member commits an ExternalInit."),
        "reinit-and-remove": ((reinit, Remove(dave)), Rule.REINIT_ALONE,
                              "A ReInit is committed with a Remove."),
        "reinit-twice": ((reinit, reinit), Rule.REINIT_ALONE, "Two ReInits are committed."),
        "reinit-version": ((replace(reinit, version=0),), Rule.REINIT_VERSION,
                           "A ReInit lowers the version."),
        "reinit-extension-twice": (
            (replace(reinit, extensions=(Extension(0xF111, b""),) * 2),), Rule.EXTENSION_UNIQUE,
            "A ReInit has two extensions of one type."),
        "reinit-extension-misplaced": (
            (replace(reinit, extensions=(Extension(LAST_RESORT, b""),)),),
            Rule.EXTENSION_ELSEWHERE, "A ReInit has a KeyPackage's extension."),
        "custom-unsupported": ((CustomProposal(0xF0F0, b""),), Rule.PROPOSAL_TYPE_SUPPORTED,
                               "A custom proposal that no member supports."),
        "custom-grease": ((CustomProposal(0x0A0A, b""),), Rule.PROPOSAL_TYPE_SUPPORTED,
                          "A GREASE proposal, which no member lists."),
        "psk-twice": ((psk, psk), Rule.PSK_UNIQUE, "A commit names a pre-shared key twice."),
        "psk-nonce-short": ((PreSharedKey(ExternalPSKID(b"house", nonce[:-1])),),
                            Rule.PSK_NONCE_LENGTH, "The nonce of a pre-shared key is short."),
        "psk-nonce-long": ((PreSharedKey(ExternalPSKID(b"house", bytes(33))),),
                           Rule.PSK_NONCE_LENGTH, "The nonce of a pre-shared key is long."),
        "psk-nonce-empty": ((PreSharedKey(ExternalPSKID(b"house", b"")),),
                            Rule.PSK_NONCE_LENGTH, "The nonce of a pre-shared key is empty."),
    }  # fmt: skip
    for usage in ResumptionPSKUsage.REINIT, ResumptionPSKUsage.BRANCH:
        own = ResumptionPSKID(usage, bob.group_id, bob.epoch, nonce)
        listed[f"psk-usage-{usage.name.lower()}"] = (
            (PreSharedKey(own),), Rule.PSK_USAGE,
            f"A commit uses the group's resumption key as a {usage.name.lower()} key.",
        )  # fmt: skip
    replaced = commit_of(
        stage.crypto("replaced"), bob, Remove(troupe.leaf("alice")), Add(twins[0])
    ).message
    stages.world.also(stage.scene, processed(troupe, "alice", replaced))
    house = _psks()
    for name, (proposals, rule, what) in listed.items():
        crypto = stage.crypto(f"lists {name}")
        docket.refuse(name, rule, what, _committed(crypto, bob, *proposals), more=house)
    _unheld(docket, stage, nonce)


def _psks() -> Input:
    return {"psks": [[b"house", b"a key that all know, of 32 bytes."]]}


def _unheld(docket: Docket, stage: Stage, nonce: bytes) -> None:
    """Keys that the reader does not hold."""
    bob = stage.troupe["bob"]
    ids: dict[str, PreSharedKeyID] = {
        "external": ExternalPSKID(b"unheard of", nonce),
        "resumption-future": ResumptionPSKID(
            ResumptionPSKUsage.APPLICATION, bob.group_id, bob.epoch + 1, nonce
        ),
        "resumption-other-group": ResumptionPSKID(
            ResumptionPSKUsage.APPLICATION, b"another group", bob.epoch, nonce
        ),
    }
    key = Secret(b"a key that only Bob knows")
    for name, psk in ids.items():
        store = PSKs(
            {b"unheard of": key},
            {(bob.group_id, bob.epoch + 1): key, (b"another group", bob.epoch): key},
        )
        crypto = stage.crypto(f"unheld {name}")
        docket.refuse(
            f"psk-unavailable-{name}", Rule.PSK_AVAILABLE,
            "A commit names a pre-shared key that the reader does not hold.",
            commit_of(crypto, bob, PreSharedKey(psk), plot=Plot(psks=store)).message,
        )  # fmt: skip
    wrong = PSKs({b"house": key})
    docket.refuse(
        "psk-of-another-value", Rule.CONFIRMATION_TAG,
        "The committer's pre-shared key has another value than the reader's.",
        commit_of(
            stage.crypto("unheld wrong"), bob, PreSharedKey(ExternalPSKID(b"house", nonce)),
            plot=Plot(psks=wrong),
        ).message,
        more=_psks(),
    )  # fmt: skip


def _committed(crypto: SeededCrypto, state: GroupState, *proposals: Proposal) -> bytes:
    """Return a commit with a path if the proposals can be applied, else without."""
    psks = PSKs({b"house": Secret(b"a key that all know, of 32 bytes.")},
                {(state.group_id, state.epoch): state.secrets.resumption_psk})  # fmt: skip
    plot = Plot(psks=psks)
    try:
        return commit_of(crypto, state, *proposals, plot=plot).message
    except (ValidationError, AssertionError):
        return said(crypto, state, Commit(tuple(map(ProposalByValue, proposals)), None))


def _extensions(docket: Docket, stages: Stages) -> None:
    """GroupContextExtensions that cannot be, or that some member does not support."""
    stage = stages.four()
    bob = stage.troupe["bob"]
    stranger = SeededCrypto("no warden").signature_key_pair(bob.suite)
    unknown = external_senders_extension(
        (ExternalSender(stranger.public_key, bob.own_leaf_node.credential),)
    )
    required = {
        "extension": RequiredCapabilities((0xF222,), (), ()),
        "proposal": RequiredCapabilities((), (0xF222,), ()),
        "credential": RequiredCapabilities((), (), (X509,)),
    }
    unique = Extension(0xF111, b"")
    empty = Extension(REQUIRED_CAPABILITIES, bytes(3))
    listed: dict[str, tuple[tuple[Extension, ...], object, str, str]] = {
        "twice": ((empty, empty), Rule.EXTENSION_UNIQUE, "",
                  "The GroupContext gets two extensions of one type."),
        "misplaced": ((Extension(EXTERNAL_PUB, b"\0"),), Rule.EXTENSION_ELSEWHERE, "",
                      "The GroupContext gets a GroupInfo's extension."),
        "unsupported": ((unique,), Rule.LEAF_SUPPORTS_GROUP_CONTEXT, "",
                        "The GroupContext gets an extension that no member supports."),
        "grease": ((Extension(0x1A1A, b""),), Rule.LEAF_SUPPORTS_GROUP_CONTEXT, "",
                   "The GroupContext gets a GREASE extension, which no member lists."),
        "stranger": ((unknown,), Rule.CREDENTIAL_NOT_AUTHENTICATED, "",
                     "The group gets an external sender that nobody vouches for."),
        "senders-malformed": ((Extension(EXTERNAL_SENDERS, b"\x05oops"),), "DecodeError",
                              "12.1.8.1", "external_senders is malformed."),
        "required-malformed": ((Extension(REQUIRED_CAPABILITIES, b"\x01\0\0\0"),), "DecodeError",
                               "11.1", "required_capabilities is malformed: an odd length."),
        "required-trailing": ((Extension(REQUIRED_CAPABILITIES, bytes(4)),), "DecodeError", "11.1",
                              "A byte follows required_capabilities."),
    } | {
        f"required-{name}": (
            (Extension(REQUIRED_CAPABILITIES, needed.encode()),), Rule.LEAF_SUPPORTS_REQUIRED, "",
            f"A required {name} type that no member supports.")
        for name, needed in required.items()
    }  # fmt: skip
    for name, (extensions, broken, section, what) in listed.items():
        crypto = stage.crypto(f"extensions {name}")
        proposal = GroupContextExtensions(extensions)
        docket.refuse(
            f"context-{name}", broken, what, _committed(crypto, bob, proposal), section=section
        )


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


def _adds(docket: Docket, stage: Stage, stages: Stages) -> None:
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


def _add_contents(docket: Docket, stages: Stages) -> None:
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


def updated(crypto: SeededCrypto, state: GroupState, change: Change) -> LeafNode:
    """Return the leaf of an Update by a member, changed before it is signed."""
    pair = crypto.hpke_key_pair(state.suite)
    fresh = replace(
        state.own_leaf_node, encryption_key=pair.public_key, leaf_node_source=UpdateSource()
    )
    place = LeafPlace(state.group_id, state.own_leaf)
    leaf = replace(change(fresh), signature=b"")
    return sign_leaf_node(crypto, state.suite, state.signature_key, leaf, place)


def _updates(docket: Docket, stages: Stages) -> None:
    """Updates that were heard, as they may be, and must not be committed."""
    extensions = (
        Extension(REQUIRED_CAPABILITIES, NEEDED.encode()),
        Extension(CUSTOM_EXTENSION, b"house rules"),
    )
    names = "alice", "bob", "carol", "dave"
    troupe = Troupe.founded(
        stages.world.town, "updates", *names, extensions=extensions, capabilities=ABLE
    )
    troupe.settle("bob")
    carol, bob, dave = troupe["carol"], troupe["bob"], troupe["dave"]
    crypto = SeededCrypto("updates")
    stages.world.town.registry.register(
        carol.own_leaf_node.credential, dave.own_leaf_node.signature_key
    )
    own = LeafPlace(carol.group_id, carol.own_leaf)

    def signed(key: Secret, place: LeafPlace) -> LeafNode:
        leaf = replace(updated(crypto, carol, lambda node: node), signature=b"")
        return sign_leaf_node(crypto, carol.suite, key, leaf, place)

    whole = updated(crypto, carol, lambda node: node)
    listed: dict[str, tuple[LeafNode, Rule, str]] = {
        name: (updated(crypto, carol, change), rule, how)
        for name, (change, rule, how) in CONTENTS.items()
    } | {
        "signature-flipped": (replace(whole, signature=flipped(whole.signature)),
                              Rule.LEAF_SIGNATURE, "has one bit of its signature changed"),
        "signature-empty": (replace(whole, signature=b""), Rule.LEAF_SIGNATURE, "is not signed"),
        "signed-by-another": (signed(bob.signature_key, own), Rule.LEAF_SIGNATURE,
                              "is signed by another member"),
        "signed-for-another-leaf": (
            signed(carol.signature_key, replace(own, leaf_index=0)), Rule.LEAF_SIGNATURE,
            "is signed for another place in the tree"),
        "signed-for-another-group": (
            signed(carol.signature_key, replace(own, group_id=b"another")), Rule.LEAF_SIGNATURE,
            "is signed for another group"),
        "source-key-package": (
            updated(crypto, carol,
                    lambda node: replace(node, leaf_node_source=KeyPackageSource(LIFETIME))),
            Rule.LEAF_SOURCE, "says that a KeyPackage brought it"),
        "source-commit": (
            updated(crypto, carol,
                    lambda node: replace(node, leaf_node_source=CommitSource(b""))),
            Rule.LEAF_SOURCE, "says that a commit brought it"),
        "key-kept": (
            updated(crypto, carol, lambda node: replace(
                node, encryption_key=carol.own_leaf_node.encryption_key)),
            Rule.LEAF_UPDATE_CHANGES_KEY, "keeps its encryption key"),
        "key-low-order": (
            updated(crypto, carol, lambda node: replace(node, encryption_key=bytes(32))),
            Rule.PUBLIC_KEY_VALID, "has a key of low order"),
        "key-of-another-leaf": (
            updated(crypto, carol, lambda node: replace(
                node, encryption_key=dave.own_leaf_node.encryption_key)),
            Rule.LEAF_ENCRYPTION_KEY_UNIQUE, "has the encryption key of another member"),
        "signature-key-of-another": (
            sign_leaf_node(crypto, carol.suite, dave.signature_key, replace(
                whole, signature_key=dave.own_leaf_node.signature_key, signature=b""), own),
            Rule.LEAF_SIGNATURE_KEY_UNIQUE, "has the signature key of another member"),
    }  # fmt: skip
    heard = {}
    for name, (leaf, _, _) in listed.items():
        message = said(crypto, carol, ProposalContent(Update(leaf)))
        received = troupe.receive("alice", message)
        assert isinstance(received, ProposalReceived)
        troupe.states["alice"] = received.state
        heard[name] = (received.ref, SentProposal(SenderMember(carol.own_leaf), Update(leaf)))
    scene = stages.world.member("updates", troupe["alice"], spoken(troupe, "updates", "bob"))
    updates = replace(docket, scene=scene)
    for name, (_, rule, how) in listed.items():
        plot = Plot(references=[heard[name]])
        updates.refuse(
            f"update-{name}", rule, f"A commit takes up an Update whose leaf {how}.",
            commit_of(SeededCrypto(f"update {name}"), bob, plot=plot).message,
        )  # fmt: skip
    good = updated(crypto, bob, lambda node: node)
    updates.refuse(
        "update-by-committer", Rule.COMMITTER_NOT_UPDATED,
        "A commit holds an Update by value, which is the committer's.",
        commit_of(crypto, bob, Update(good)).message,
    )  # fmt: skip
    two = [heard["key-kept"], heard["key-low-order"]]
    updates.refuse(
        "update-twice", Rule.ONE_CHANGE_PER_LEAF, "A commit takes up two Updates of one member.",
        commit_of(crypto, bob, plot=Plot(references=two)).message,
    )  # fmt: skip
    updates.refuse(
        "update-and-remove", Rule.ONE_CHANGE_PER_LEAF,
        "A commit takes up an Update and removes its sender.",
        _committed_with(crypto, bob, two[0], Remove(carol.own_leaf)),
    )  # fmt: skip


def _committed_with(
    crypto: SeededCrypto, state: GroupState, heard: tuple[bytes, SentProposal], proposal: Proposal
) -> bytes:
    items = (ProposalReference(heard[0]), ProposalByValue(proposal))
    return said(crypto, state, Commit(items, None))


def _alone(docket: Docket, stage: Stage, stages: Stages) -> None:
    """Proposals that are refused as soon as they are heard."""
    troupe = stage.troupe
    bob, carol = troupe["bob"], troupe["carol"]
    crypto = stage.crypto("alone")
    other = SeededCrypto("another").signature_key_pair(bob.suite)
    stranger = stages.world.town.person("stranger", known=False).bundle().key_package
    docket.refuse(
        "heard-add-of-a-stranger", Rule.CREDENTIAL_NOT_AUTHENTICATED,
        "An Add is proposed of a client that nobody vouches for.",
        said(crypto, bob, ProposalContent(Add(stranger))),
    )  # fmt: skip
    leaf = updated(crypto, bob, lambda node: replace(node, signature_key=other.public_key))
    docket.refuse(
        "heard-update-of-a-stranger", Rule.CREDENTIAL_NOT_AUTHENTICATED,
        "An Update is proposed with a signature key that nobody vouches for.",
        said(crypto, bob, ProposalContent(Update(leaf))),
    )  # fmt: skip
    leaf = updated(
        crypto, bob, lambda node: replace(node, credential=carol.own_leaf_node.credential)
    )
    docket.refuse(
        "heard-update-of-another-client", Rule.CREDENTIAL_SAME_CLIENT,
        "An Update is proposed that makes its sender another client.",
        said(crypto, bob, ProposalContent(Update(leaf))),
    )  # fmt: skip


def _credentials(room: Room, stages: Stages) -> None:
    """Credential types that not everybody understands, both ways."""
    town = stages.world.town
    chain = X509Credential((Certificate(b"a certificate"),))
    stage = stages.four()
    bearer = town.person("bearer", credential=chain)
    both = Capabilities((1,), (1,), (), (), (BASIC, X509))
    docket = Docket(room, stage.scene, prefix="proposals-")
    docket.refuse(
        "add-credential-not-understood", Rule.LEAF_CREDENTIAL_SUPPORTED,
        "A client is added with a type of credential that the members do not support.",
        commit_of(stage.crypto("bearer"), stage.troupe["bob"],
                  Add(bearer.bundle(capabilities=both).key_package)).message,
    )  # fmt: skip
    troupe = Troupe.founded(town, "bearers", "alice", "bob", capabilities=both)
    bundle = bearer.bundle(capabilities=both)
    troupe.people["bearer"] = bearer
    troupe.add("alice", {"bearer": bundle})
    scene = stages.world.member("bearers", troupe["alice"], spoken(troupe, "bearers", "bob"))
    plain = town.person("plain").bundle().key_package
    able = town.person("able").bundle(capabilities=both).key_package
    replace(docket, scene=scene).refuse(
        "add-two-of-whom-one-does-not-understand", Rule.LEAF_CREDENTIAL_SUPPORTED,
        "Two clients are added, of whom one does not support the type of a member's credential.",
        commit_of(SeededCrypto("plain and able"), troupe["bob"], Add(able), Add(plain)).message,
    )  # fmt: skip
    replace(docket, scene=scene).refuse(
        "add-credential-that-does-not-understand", Rule.LEAF_CREDENTIAL_SUPPORTED,
        "A client is added that does not support the type of a member's credential.",
        commit_of(SeededCrypto("plain"), troupe["bob"], Add(plain)).message,
    )  # fmt: skip


def _impossible(room: Room, stages: Stages) -> None:
    """A state that should not be: an Update that no member sent waits in it."""
    troupe = Troupe.founded(stages.world.town, "impossible", "alice", "bob", "carol")
    carol, ref = troupe["carol"], bytes(32)
    crypto = SeededCrypto("impossible")
    update = SentProposal(SenderExternal(0), Update(updated(crypto, carol, lambda node: node)))
    alice = replace(troupe["alice"], pending_proposals={ref: update})
    valid = [processed(troupe, "alice", troupe.commit("bob").message)]
    scene = stages.world.member("impossible", alice, valid)
    items = (ProposalReference(ref),)
    Docket(room, scene, prefix="proposals-").refuse(
        "update-by-an-outsider", Rule.UPDATE_BY_MEMBER,
        "A commit takes up an Update whose sender is no member. None gets into a state by a "
        "message: who is no member may not propose one.",
        said(crypto, troupe["bob"], Commit(items, None)),
    )  # fmt: skip
