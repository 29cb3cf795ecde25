"""Application messages over time: replays, jumps, epochs that are over (RFC 9420 §9.2, §15.3)."""

from dataclasses import replace

from teamchat.mls.framing.content import (
    ApplicationContent,
    AuthenticatedContent,
    FramedContent,
    FramedContentAuthData,
    SenderMember,
    WireFormat,
    framed_content_tbs,
    sign_content,
)
from teamchat.mls.framing.message import unwrap, wrap
from teamchat.mls.framing.private_message import PrivateMessage
from teamchat.mls.group import GroupState
from teamchat.mls.group.state import MAX_PAST_SECONDS
from teamchat.mls.rules import Rule
from tests.forge.corpus import NOW, Patch, Room
from tests.forge.malice import flipped, sealed
from tests.forge.stages import Stage, Stages
from tests.forge.world import Docket


def fill(room: Room, stages: Stages) -> None:
    """Write the cases of this room."""
    stage = stages.late
    docket = Docket(room, stage.scene, prefix="application-")
    letters = stages.letters
    _replays(docket, letters)
    _old(docket, stages.old_bob, stage)
    for name in ("old", "letter 1"):
        whole = letters[name]
        room.messages[name] = whole
        at = len(whole) - 1
        docket.refuse(
            f"{name.replace(' ', '-')}-flipped", Rule.CONTENT_DECRYPTS,
            "A message whose key is kept has one bit of its tag changed; its key stays kept.",
            Patch(name, at, 1, flipped(whole)[-1:]),
        )  # fmt: skip


def _replays(docket: Docket, letters: dict[str, bytes]) -> None:
    used = Rule.GENERATION_UNUSED
    docket.refuse("replayed-first", used, "The first message comes a second time.",
                  letters["letter 0"])  # fmt: skip
    docket.refuse("replayed-last", used, "The latest message comes a second time.",
                  letters["letter 2"])  # fmt: skip
    docket.refuse("replayed-old", used, "A message of a past epoch comes a second time.",
                  letters["old read"])  # fmt: skip
    known = Rule.EPOCH_KNOWN
    docket.refuse("forgotten", known, "A message of the sixth epoch before this one.",
                  letters["forgotten"])  # fmt: skip
    docket.refuse("two-days-old", known, "A message of a past epoch, a second after two days.",
                  letters["old"], now=NOW + MAX_PAST_SECONDS + 1)  # fmt: skip
    body = _body(letters["old"])
    for name, epoch in {"future": body.epoch + 6, "last": (1 << 64) - 1}.items():
        docket.refuse(f"epoch-{name}", known, f"A message says that it is of epoch {epoch}.",
                      wrap(replace(body, epoch=epoch)))  # fmt: skip
    docket.refuse("old-as-new", Rule.SENDER_DATA_DECRYPTS,
                  "A message of a past epoch says that it is of this one.",
                  wrap(replace(body, epoch=body.epoch + 5)))  # fmt: skip


def _body(message: bytes) -> PrivateMessage:
    body = unwrap(message)
    assert isinstance(body, PrivateMessage)
    return body


def _old(docket: Docket, bob: GroupState, stage: Stage) -> None:
    """What a member can still send into an epoch that is over."""

    def letter(leaf: int, signer: GroupState = bob, signature: bytes | None = None) -> bytes:
        crypto = stage.crypto(f"old {leaf} {signature!r}")
        content = FramedContent(
            bob.group_id, bob.epoch, SenderMember(leaf), b"", ApplicationContent(b"late")
        )
        tbs = framed_content_tbs(WireFormat.PRIVATE_MESSAGE, content, bob.context)
        made = sign_content(crypto, bob.suite, signer.signature_key, tbs)
        auth = FramedContentAuthData(made if signature is None else signature, None)
        whole = AuthenticatedContent(WireFormat.PRIVATE_MESSAGE, content, auth)
        # A leaf without a ratchet of its own borrows Bob's: nobody looks so far.
        owner = bob if leaf > 3 else replace(bob, own_leaf=leaf)
        return sealed(crypto, owner, whole, leaf=leaf)

    blank = Rule.SENDER_LEAF_NOT_BLANK
    docket.refuse("old-leaf-blank", blank, "A late message of a leaf that was blank.", letter(3))
    docket.refuse("old-leaf-beyond", blank, "A late message of a leaf beyond the tree.",
                  letter(99))  # fmt: skip
    docket.refuse("old-unsigned", Rule.CONTENT_SIGNATURE,
                  "A late message in Carol's name by Bob, without a signature.",
                  letter(2, signature=b""))  # fmt: skip
    docket.refuse("old-impersonated", Rule.CONTENT_SIGNATURE,
                  "A late message in Carol's name by Bob, with his own signature.",
                  letter(2))  # fmt: skip
