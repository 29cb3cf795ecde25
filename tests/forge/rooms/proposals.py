"""Proposals: what each may say, and which may stand together (RFC 9420 §12.1, §12.2)."""

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
from teamchat.mls.framing.content import ProposalContent, SenderExternal
from teamchat.mls.group import GroupState, PSKs
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
from teamchat.mls.tree.nodes import (
    Capabilities,
)
from tests.forge.corpus import Input, Room
from tests.forge.malice import Plot, commit_of, said
from tests.forge.rooms.packages import add_contents, add_packages
from tests.forge.rooms.updates import heard_updates, updated
from tests.forge.seeded import SeededCrypto
from tests.forge.stages import Stage, Stages, spoken
from tests.forge.troupe import Troupe
from tests.forge.world import Docket, processed


def fill(room: Room, stages: Stages) -> None:
    """Write the cases of this room."""
    stage = stages.four()
    docket = Docket(room, stage.scene, prefix="proposals-")
    _lists(docket, stage, stages)
    _extensions(docket, stages)
    add_packages(docket, stage, stages)
    add_contents(docket, stages)
    heard_updates(docket, stages)
    _alone(docket, stage, stages)
    _credentials(room, stages)
    _impossible(room, stages)


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
    listed: dict[str, tuple[tuple[Proposal, ...], Rule, str]] = {
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
