"""Senders that are not there, may not send this, or are somebody else (RFC 9420 §6.1, §12.1.8)."""

from dataclasses import replace

from teamchat.mls.framing.content import (
    ApplicationContent,
    AuthenticatedContent,
    FramedContent,
    FramedContentAuthData,
    ProposalContent,
    SenderExternal,
    SenderMember,
    SenderNewMemberCommit,
    SenderNewMemberProposal,
    WireFormat,
    framed_content_tbs,
    sign_content,
)
from teamchat.mls.framing.message import wrap
from teamchat.mls.framing.private import open_sender_data
from teamchat.mls.messages.commit import Commit, ProposalByValue
from teamchat.mls.messages.proposals import Add, Remove, Update
from teamchat.mls.rules import Rule
from tests.forge.malice import Plot, said, sealed
from tests.forge.rooms.private import opened, with_sender_data
from tests.forge.stages import ABLE, Stage, Stages
from tests.forge.world import Docket, processed


def absent_senders(docket: Docket, stage: Stage, stages: Stages) -> None:
    """Senders that are not there, or may not send this."""
    bob = stage.troupe["bob"]
    crypto = stage.crypto("senders")
    remove = ProposalContent(Remove(stage.troupe.leaf("dave")))
    for name, leaf in {"beyond": 4, "far": 1 << 20, "last": (1 << 32) - 1}.items():
        docket.refuse(
            f"sender-leaf-{name}",
            Rule.SENDER_LEAF_NOT_BLANK,
            f"A proposal of leaf {leaf} of a tree of four.",
            said(crypto, bob, remove, sender=SenderMember(leaf)),
        )
    docket.refuse(
        "external-sender-unknown",
        Rule.EXTERNAL_SENDER_KNOWN,
        "A proposal of an external sender of a group that has none.",
        said(crypto, bob, remove, sender=SenderExternal(0)),
    )
    newcomer = stages.world.town.person("newcomer").bundle()
    docket.refuse(
        "new-member-proposes-remove",
        Rule.NEW_MEMBER_PROPOSES_ADD,
        "One who wants to be added proposes a Remove.",
        said(crypto, bob, remove, sender=SenderNewMemberProposal()),
    )
    docket.refuse(
        "new-member-proposes-commit",
        Rule.NEW_MEMBER_PROPOSES_ADD,
        "A commit whose sender is one who wants to be added.",
        said(crypto, bob, Commit((), None), sender=SenderNewMemberProposal()),
    )
    docket.refuse(
        "new-member-add-of-another",
        Rule.CONTENT_SIGNATURE,
        "The Add of a newcomer is signed by somebody else.",
        said(crypto, bob, ProposalContent(Add(newcomer.key_package)),
             sender=SenderNewMemberProposal()),
    )  # fmt: skip
    docket.refuse(
        "joiner-proposes",
        Rule.NEW_MEMBER_COMMITS,
        "One who joins by external commit sends a proposal.",
        said(crypto, bob, remove, sender=SenderNewMemberCommit()),
    )
    docket.refuse(
        "joiner-without-path",
        Rule.EXTERNAL_COMMIT_PATH,
        "An external commit has no path.",
        said(crypto, bob, Commit((), None), sender=SenderNewMemberCommit()),
    )
    holes = stages.holes
    blank = Docket(docket.room, holes.scene, prefix="framing-holes-")
    frank, shaded = holes.troupe["frank"], holes.crypto("senders")
    for leaf in 1, 4, 6:
        blank.refuse(
            f"sender-leaf-{leaf}",
            Rule.SENDER_LEAF_NOT_BLANK,
            f"A proposal of leaf {leaf}, which is blank.",
            said(shaded, frank, ProposalContent(Remove(2)), sender=SenderMember(leaf)),
        )
        letter = opened(holes.troupe.told("frank", b"hi", shaded))
        true = open_sender_data(shaded, frank.suite, letter, frank.secrets.sender_data_secret)
        blank.refuse(
            f"sender-data-leaf-{leaf}",
            Rule.SENDER_LEAF_NOT_BLANK,
            f"The sender data names leaf {leaf}, which is blank.",
            wrap(with_sender_data(shaded, frank, letter, replace(true, leaf_index=leaf).encode())),
        )


def insiders(docket: Docket, stage: Stage) -> None:
    """A member can encrypt as any other: only the signature tells them apart."""
    bob, carol = stage.troupe["bob"], stage.troupe["carol"]
    crypto = stage.crypto("insiders")
    for name, signature, how in (
        ("unsigned", b"", "without a signature"),
        ("signed-by-himself", None, "with his own signature"),
    ):
        content = FramedContent(
            carol.group_id, carol.epoch, SenderMember(carol.own_leaf), b"",
            ApplicationContent(b"pay Bob"),
        )  # fmt: skip
        tbs = framed_content_tbs(WireFormat.PRIVATE_MESSAGE, content, carol.context)
        made = sign_content(crypto, bob.suite, bob.signature_key, tbs)
        auth = FramedContentAuthData(made if signature is None else signature, None)
        whole = AuthenticatedContent(WireFormat.PRIVATE_MESSAGE, content, auth)
        docket.refuse(
            f"insider-{name}",
            Rule.CONTENT_SIGNATURE,
            f"Bob writes with Carol's keys, which every member can derive, {how}.",
            sealed(crypto, replace(bob, own_leaf=carol.own_leaf), whole),
        )
    leaf = carol.own_leaf_node
    docket.refuse(
        "insider-update-of-another",
        Rule.CONTENT_SIGNATURE,
        "Bob proposes an Update in Carol's name, signed by himself.",
        said(crypto, bob, ProposalContent(Update(leaf)), sender=SenderMember(carol.own_leaf)),
    )


def outsiders(docket: Docket, stages: Stages) -> None:
    """External senders of a group that has one."""
    stage = stages.ruled
    bob, warden = stage.troupe["bob"], stages.warden
    crypto = stage.crypto("outsiders")
    remove = ProposalContent(Remove(2))
    key = Plot(key=warden.keys.private_key)
    docket.refuse(
        "external-sender-beyond",
        Rule.EXTERNAL_SENDER_KNOWN,
        "The second external sender of a group that has one.",
        said(crypto, bob, remove, key, SenderExternal(1)),
    )
    docket.refuse(
        "external-sender-last",
        Rule.EXTERNAL_SENDER_KNOWN,
        "The last external sender that can be written.",
        said(crypto, bob, remove, key, SenderExternal((1 << 32) - 1)),
    )
    docket.refuse(
        "external-sender-signature",
        Rule.CONTENT_SIGNATURE,
        "A member signs in the external sender's name.",
        said(crypto, bob, remove, sender=SenderExternal(0)),
    )
    stages.world.also(
        stage.scene,
        processed(stage.troupe, "alice", said(crypto, bob, remove, key, SenderExternal(0))),
    )
    newcomer = stages.world.town.person("newcomer to ruled").bundle(capabilities=ABLE)
    own_add = ProposalContent(Add(newcomer.key_package))
    by_newcomer = Plot(key=newcomer.signature_private_key)
    stages.world.also(
        stage.scene,
        processed(
            stage.troupe, "alice",
            said(crypto, bob, own_add, by_newcomer, SenderNewMemberProposal()),
        ),
    )  # fmt: skip
    update = ProposalContent(Update(bob.own_leaf_node))
    docket.refuse(
        "external-sender-update",
        Rule.EXTERNAL_SENDER_PROPOSALS,
        "An external sender proposes an Update.",
        said(crypto, bob, update, key, SenderExternal(0)),
    )
    docket.refuse(
        "external-sender-commit",
        Rule.EXTERNAL_SENDER_PROPOSALS,
        "An external sender commits.",
        said(crypto, bob, Commit((ProposalByValue(Remove(2)),), None), key, SenderExternal(0)),
    )
