"""Framing: who says what in which epoch, and what vouches for it (RFC 9420 §6)."""

from collections.abc import Callable
from dataclasses import replace

from teamchat.mls.crypto.labels import sign_with_label
from teamchat.mls.framing.content import (
    ApplicationContent,
    FramedContent,
    ProposalContent,
    SenderMember,
    WireFormat,
    framed_content_tbs,
    sign_content,
)
from teamchat.mls.framing.message import wrap
from teamchat.mls.group import group_info
from teamchat.mls.messages.proposals import Remove
from teamchat.mls.rules import Rule
from tests.forge.corpus import Patch, Room
from tests.forge.malice import Plot, commit_of, flipped, said
from tests.forge.rooms.private import opened, private_messages
from tests.forge.rooms.senders import absent_senders, insiders, outsiders
from tests.forge.seeded import SeededCrypto
from tests.forge.stages import Stage, Stages
from tests.forge.world import Docket

_MAX_EPOCH = (1 << 64) - 1


def fill(room: Room, stages: Stages) -> None:
    """Write the cases of this room."""
    for stage in stages.everything:
        prefix = "" if stage.scene == "four" else f"{stage.scene}-"
        docket = Docket(room, stage.scene, prefix=f"framing-{prefix}")
        _vouching(docket, stage)
        private_messages(docket, stage, room)
    stage = stages.four()
    docket = Docket(room, stage.scene, prefix="framing-")
    _frames(docket, stage)
    absent_senders(docket, stage, stages)
    insiders(docket, stage)
    _envelopes(docket, stage)
    outsiders(Docket(room, stages.ruled.scene, prefix="framing-ruled-"), stages)


def _remove(stage: Stage) -> ProposalContent:
    return ProposalContent(Remove(stage.troupe.leaf("dave")))


def _vouching(docket: Docket, stage: Stage) -> None:
    """Tags and signatures, flipped, emptied, cut, of somebody else."""
    bob, carol = stage.troupe["bob"], stage.troupe["carol"]
    changes: dict[str, tuple[Callable[[bytes], bytes], str]] = {
        "flipped": (flipped, "has one bit changed"),
        "empty": (lambda _: b"", "is empty"),
        "cut": (lambda whole: whole[:-1], "lacks its last byte"),
        "longer": (lambda whole: whole + b"\0", "has one byte more"),
        "zero": (lambda whole: bytes(len(whole)), "is all zero"),
    }
    for name, (change, how) in changes.items():
        crypto = stage.crypto(f"vouching {name}")
        docket.refuse(
            f"membership-tag-{name}",
            Rule.MEMBERSHIP_TAG,
            f"The membership tag of a proposal {how}.",
            said(crypto, bob, _remove(stage), Plot(membership=change)),
        )
        docket.refuse(
            f"signature-{name}",
            Rule.CONTENT_SIGNATURE,
            f"The signature of a proposal {how}; the membership tag covers it as it is.",
            said(crypto, bob, _remove(stage), Plot(signature=change)),
        )
        docket.refuse(
            f"commit-signature-{name}",
            Rule.CONTENT_SIGNATURE,
            f"The signature of a commit {how}; transcript and tags cover it as it is.",
            commit_of(crypto, bob, plot=Plot(signature=change)).message,
        )
        docket.refuse(
            f"confirmation-tag-{name}",
            Rule.CONFIRMATION_TAG,
            f"The confirmation tag of a commit {how}.",
            commit_of(crypto, bob, plot=Plot(tag=change)).message,
        )
        docket.refuse(
            f"private-signature-{name}",
            Rule.CONTENT_SIGNATURE,
            f"The signature within a PrivateMessage {how}.",
            said(crypto, bob, ApplicationContent(b"hi"), Plot(signature=change, private=True)),
        )
    crypto = stage.crypto("vouching by others")
    docket.refuse(
        "signature-of-another-member",
        Rule.CONTENT_SIGNATURE,
        "A proposal in Bob's name, signed by Carol, with a sound membership tag.",
        said(crypto, bob, _remove(stage), Plot(key=carol.signature_key)),
    )
    docket.refuse(
        "private-confirmation-tag-flipped",
        Rule.CONFIRMATION_TAG,
        "The confirmation tag of a commit in a PrivateMessage has one bit changed.",
        commit_of(crypto, bob, plot=Plot(tag=flipped, private=True)).message,
    )


def _frames(docket: Docket, stage: Stage) -> None:
    """Group, epoch, kind of content."""
    bob = stage.troupe["bob"]
    crypto = stage.crypto("frames")
    remove = _remove(stage)

    def saying(change: Callable[[FramedContent], FramedContent]) -> bytes:
        return said(crypto, bob, remove, Plot(content=change))

    docket.refuse(
        "other-group",
        Rule.GROUP_ID_MATCHES,
        "A proposal names another group; it is signed and tagged so.",
        saying(lambda content: replace(content, group_id=b"another group")),
    )
    docket.refuse(
        "no-group",
        Rule.GROUP_ID_MATCHES,
        "A proposal names a group without a name.",
        saying(lambda content: replace(content, group_id=b"")),
    )
    letter = stage.troupe.told("bob", b"hi", crypto)
    docket.refuse(
        "private-other-group",
        Rule.GROUP_ID_MATCHES,
        "A PrivateMessage names another group.",
        wrap(replace(opened(letter), group_id=b"another group")),
    )
    elsewhere = Plot(
        content=lambda content: replace(content, group_id=b"another group"), private=True
    )
    docket.refuse(
        "private-sealed-for-another-group",
        Rule.GROUP_ID_MATCHES,
        "A PrivateMessage is sealed and signed for another group, with the keys of this one.",
        said(crypto, bob, ApplicationContent(b"hi"), elsewhere),
    )
    past = stage.before["bob"]
    docket.refuse(
        "private-handshake-of-the-epoch-before",
        Rule.EPOCH_CURRENT,
        "A proposal of the epoch before, whose keys are kept for application data.",
        said(crypto, past, remove, Plot(private=True)),
    )
    docket.refuse(
        "commit-of-the-epoch-before",
        Rule.EPOCH_CURRENT,
        "A commit of the epoch before, where it was valid: another came first.",
        commit_of(crypto, stage.before["carol"]).message,
    )
    for name, epoch in {
        "before": bob.epoch - 1, "after": bob.epoch + 1, "first": 0, "last": _MAX_EPOCH,
    }.items():  # fmt: skip
        docket.refuse(
            f"epoch-{name}",
            Rule.EPOCH_CURRENT,
            f"A proposal says that it is of epoch {epoch}; it is signed and tagged so.",
            saying(lambda content, epoch=epoch: replace(content, epoch=epoch)),  # type: ignore[misc]
        )
        docket.refuse(
            f"commit-epoch-{name}",
            Rule.EPOCH_CURRENT,
            f"A commit says that it is of epoch {epoch}.",
            commit_of(
                crypto,
                bob,
                plot=Plot(content=lambda content, epoch=epoch: replace(content, epoch=epoch)),  # type: ignore[misc]
            ).message,
        )
    handshake = said(crypto, bob, remove, Plot(private=True))
    docket.refuse(
        "private-handshake-epoch-before",
        Rule.EPOCH_CURRENT,
        "A proposal in a PrivateMessage says that it is of the epoch before, which is kept.",
        wrap(replace(opened(handshake), epoch=bob.epoch - 1)),
    )
    docket.refuse(
        "private-epoch-after",
        Rule.EPOCH_KNOWN,
        "A PrivateMessage says that it is of the next epoch.",
        wrap(replace(opened(letter), epoch=bob.epoch + 1)),
    )
    docket.refuse(
        "private-epoch-moved",
        Rule.SENDER_DATA_DECRYPTS,
        "A PrivateMessage of this epoch says that it is of the one before, which is kept.",
        wrap(replace(opened(letter), epoch=bob.epoch - 1)),
    )
    docket.refuse(
        "application-data-public",
        Rule.APPLICATION_DATA_PRIVATE,
        "Application data in a PublicMessage, signed and tagged as it should be.",
        said(crypto, bob, ApplicationContent(b"hi")),
    )
    docket.refuse(
        "own-commit-echoed",
        "UsageError",
        "A commit in our own name: it is adopted, not processed.",
        commit_of(crypto, stage.troupe["alice"]).message,
        section="12.4.2",
    )
    _wire_formats(docket, stage, crypto)


def _wire_formats(docket: Docket, stage: Stage, crypto: SeededCrypto) -> None:
    bob = stage.troupe["bob"]
    content = FramedContent(
        bob.group_id, bob.epoch, SenderMember(bob.own_leaf), b"", _remove(stage)
    )
    private = framed_content_tbs(WireFormat.PRIVATE_MESSAGE, content, bob.context)
    public = framed_content_tbs(WireFormat.PUBLIC_MESSAGE, content, bob.context)
    signed_private = sign_content(crypto, bob.suite, bob.signature_key, private)
    signed_public = sign_content(crypto, bob.suite, bob.signature_key, public)
    docket.refuse(
        "signed-as-private",
        Rule.CONTENT_SIGNATURE,
        "A PublicMessage carries the signature of the same content as a PrivateMessage.",
        said(crypto, bob, _remove(stage), Plot(signature=lambda _: signed_private)),
    )
    docket.refuse(
        "signed-as-public",
        Rule.CONTENT_SIGNATURE,
        "A PrivateMessage carries the signature of the same content as a PublicMessage.",
        said(crypto, bob, _remove(stage), Plot(signature=lambda _: signed_public, private=True)),
    )
    other_label = sign_with_label(crypto, bob.suite, bob.signature_key, "LeafNodeTBS", public)
    docket.refuse(
        "signed-with-another-label",
        Rule.CONTENT_SIGNATURE,
        "A proposal is signed under the label of leaf nodes.",
        said(crypto, bob, _remove(stage), Plot(signature=lambda _: other_label)),
    )
    bare = sign_content(crypto, bob.suite, bob.signature_key, public[: -len(bob.context.encode())])
    docket.refuse(
        "signed-without-context",
        Rule.CONTENT_SIGNATURE,
        "A member's signature leaves the GroupContext out.",
        said(crypto, bob, _remove(stage), Plot(signature=lambda _: bare)),
    )


def _envelopes(docket: Docket, stage: Stage) -> None:
    """MLSMessage: version, wire format, what a member does not process."""
    bob = stage.troupe["bob"]
    crypto = stage.crypto("envelopes")
    whole = said(crypto, bob, _remove(stage))
    base = "four public"
    docket.room.messages[base] = whole
    sender = 4 + 1 + len(bob.group_id) + 8
    kind = sender + 5 + 1
    places = {
        "version-0": (1, b"\x00", "6", "The version of the envelope is 0."),
        "version-2": (1, b"\x02", "6", "The version of the envelope is 2."),
        "wire-format-0": (3, b"\x00", "6", "The wire format is 0."),
        "wire-format-6": (3, b"\x06", "6", "The wire format is 6, which names nothing."),
        "wire-format-private": (3, b"\x02", "6", "A PublicMessage says that it is private."),
        "wire-format-welcome": (3, b"\x03", "6", "A PublicMessage says that it is a Welcome."),
        "sender-type-0": (sender, b"\x00", "6", "The type of the sender is 0."),
        "sender-type-5": (sender, b"\x05", "6", "The type of the sender is 5: there is none."),
        "content-type-0": (kind, b"\x00", "6", "The type of the content is 0."),
        "content-type-4": (kind, b"\x04", "6", "The type of the content is 4: there is none."),
    }  # fmt: skip
    for name, (at, put, section, what) in places.items():
        patch = Patch(base, at, 1, put)
        docket.refuse(name, "DecodeError", what, patch, section=section)
    end = len(whole)
    docket.refuse(
        "trailing-byte", "DecodeError", "A byte follows the message.",
        Patch(base, end, 0, b"\0"), section="6",
    )  # fmt: skip
    docket.refuse(
        "nothing", "DecodeError", "The message has no byte.", Patch(base, 0, end, b""), section="6"
    )
    for cut in (1, 3, 4, sender, kind, end - 1):
        docket.refuse(
            f"cut-at-{cut}", "DecodeError", f"The message ends after {cut} bytes.",
            Patch(base, cut, end - cut, b""), section="6",
        )  # fmt: skip
    for name, other in {
        "group-info": group_info(crypto, bob),
        "key-package": wrap(stage.troupe.people["bob"].bundle().key_package),
    }.items():
        docket.refuse(
            f"processed-{name}", "UsageError", f"A {name} is no message to process.", other,
            section="6",
        )  # fmt: skip
