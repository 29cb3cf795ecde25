"""Framing: who says what in which epoch, and what vouches for it (RFC 9420 §6)."""

from collections.abc import Callable
from dataclasses import replace

from teamchat.mls.codec.varint import encode_length
from teamchat.mls.crypto.labels import sign_with_label
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
from teamchat.mls.framing.message import unwrap, wrap
from teamchat.mls.framing.private import SenderData, open_sender_data, sender_data_key
from teamchat.mls.framing.private_message import (
    PrivateContentAAD,
    PrivateMessage,
    SenderDataAAD,
)
from teamchat.mls.group import GroupState, group_info
from teamchat.mls.messages.commit import Commit, ProposalByValue
from teamchat.mls.messages.proposals import Add, Remove, Update
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.secret_tree import RatchetKind
from tests.forge.corpus import Patch, Room
from tests.forge.malice import Plot, commit_of, flipped, said, sealed
from tests.forge.seeded import SeededCrypto
from tests.forge.stages import ABLE, Stage, Stages
from tests.forge.world import Docket, processed

_MAX_EPOCH = (1 << 64) - 1


def fill(room: Room, stages: Stages) -> None:
    """Write the cases of this room."""
    for stage in stages.everything:
        prefix = "" if stage.scene == "four" else f"{stage.scene}-"
        docket = Docket(room, stage.scene, prefix=f"framing-{prefix}")
        _vouching(docket, stage)
        _private(docket, stage, room)
    stage = stages.four()
    docket = Docket(room, stage.scene, prefix="framing-")
    _frames(docket, stage)
    _senders(docket, stage, stages)
    _insiders(docket, stage)
    _envelopes(docket, stage)
    _outsiders(Docket(room, stages.ruled.scene, prefix="framing-ruled-"), stages)


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


def _opened(message: bytes) -> PrivateMessage:
    body = unwrap(message)
    assert isinstance(body, PrivateMessage)
    return body


def _private(docket: Docket, stage: Stage, room: Room) -> None:
    """PrivateMessage: its header, its ciphertexts."""
    bob = stage.troupe["bob"]
    base = f"{stage.scene} private"
    whole = stage.troupe.told("bob", b"to be changed", stage.crypto("private"))
    room.messages[base] = whole
    body = _opened(whole)
    sample = stage.troupe["bob"].suite.hash_length
    start = len(whole) - len(body.ciphertext)
    middle = len(encode_length(len(body.ciphertext)))
    data_end = start - middle
    data_start = data_end - len(body.encrypted_sender_data)
    places = {
        "ciphertext-start": (start, Rule.SENDER_DATA_DECRYPTS, "first byte of the ciphertext"),
        "ciphertext-sample-end": (
            start + sample - 1, Rule.SENDER_DATA_DECRYPTS, "last sampled byte of the ciphertext",
        ),
        "ciphertext-after-sample": (
            start + sample, Rule.CONTENT_DECRYPTS, "first byte after the sample",
        ),
        "ciphertext-end": (len(whole) - 1, Rule.CONTENT_DECRYPTS, "last byte of the tag"),
        "sender-data-start": (data_start, Rule.SENDER_DATA_DECRYPTS, "first byte of sender data"),
        "sender-data-end": (data_end - 1, Rule.SENDER_DATA_DECRYPTS, "last byte of sender data"),
    }  # fmt: skip
    for name, (at, rule, where) in places.items():
        patch = Patch(base, at, 1, bytes((whole[at] ^ 0x80,)))
        docket.refuse(f"private-{name}-flipped", rule, f"One bit is changed in the {where}.", patch)
    docket.refuse(
        "private-content-type",
        Rule.SENDER_DATA_DECRYPTS,
        "A PrivateMessage of application data says that it is a proposal.",
        wrap(replace(body, content_type=2)),  # type: ignore[arg-type]
    )
    docket.refuse(
        "private-authenticated-data",
        Rule.CONTENT_DECRYPTS,
        "Authenticated data is put on a PrivateMessage that was sealed without.",
        wrap(replace(body, authenticated_data=b"added")),
    )
    docket.refuse(
        "private-ciphertext-empty",
        Rule.SENDER_DATA_DECRYPTS,
        "The ciphertext is empty.",
        wrap(replace(body, ciphertext=b"")),
    )
    docket.refuse(
        "private-sender-data-empty",
        Rule.SENDER_DATA_DECRYPTS,
        "The encrypted sender data is empty.",
        wrap(replace(body, encrypted_sender_data=b"")),
    )
    _sender_data(docket, stage, body, bob)
    _plaintexts(docket, stage, bob)


def _sender_data(docket: Docket, stage: Stage, body: PrivateMessage, bob: GroupState) -> None:
    """Sender data that is sealed as it should be and says what is not so."""
    crypto = stage.crypto("sender data")
    true = open_sender_data(crypto, bob.suite, body, bob.secrets.sender_data_secret)
    beyond = bob.tree.leaf_count
    cases = {
        "leaf-beyond": (replace(true, leaf_index=beyond), Rule.SENDER_LEAF_NOT_BLANK,
                        "a leaf beyond the tree"),
        "leaf-max": (replace(true, leaf_index=(1 << 32) - 1), Rule.SENDER_LEAF_NOT_BLANK,
                     "the last leaf that can be written"),
        "leaf-of-another": (replace(true, leaf_index=2), Rule.CONTENT_DECRYPTS, "Carol's leaf"),
        "generation-other": (replace(true, generation=true.generation + 1), Rule.CONTENT_DECRYPTS,
                             "the next generation"),
        "generation-jump": (replace(true, generation=true.generation + 1001),
                            Rule.GENERATION_WINDOW, "a generation 1001 ahead"),
        "generation-max": (replace(true, generation=(1 << 32) - 1), Rule.GENERATION_WINDOW,
                           "the last generation"),
        "reuse-guard": (replace(true, reuse_guard=flipped(true.reuse_guard)),
                        Rule.CONTENT_DECRYPTS, "another reuse guard"),
    }  # fmt: skip
    for name, (said_to_be, rule, what) in cases.items():
        docket.refuse(
            f"sender-data-{name}",
            rule,
            f"The sender data, sealed as it should be, names {what}.",
            wrap(_with_sender_data(crypto, bob, body, said_to_be.encode())),
        )
    for name, data in {"short": true.encode()[:-1], "long": true.encode() + b"\0"}.items():
        docket.refuse(
            f"sender-data-{name}",
            "DecodeError",
            f"The sender data opens, and is one byte too {name}.",
            wrap(_with_sender_data(crypto, bob, body, data)),
            section="6.3.2",
        )


def _with_sender_data(
    crypto: SeededCrypto, state: GroupState, body: PrivateMessage, data: bytes
) -> PrivateMessage:
    opener = sender_data_key(crypto, state.suite, state.secrets.sender_data_secret, body.ciphertext)
    aad = SenderDataAAD(body.group_id, body.epoch, body.content_type).encode()
    sealed_data = crypto.aead_seal(state.suite, opener.key, opener.nonce.reveal(), aad, data)
    return replace(body, encrypted_sender_data=sealed_data)


def _plaintexts(docket: Docket, stage: Stage, bob: GroupState) -> None:
    """Contents that open, and are not what they should be."""
    crypto = stage.crypto("plaintexts")
    content = FramedContent(
        bob.group_id, bob.epoch, SenderMember(bob.own_leaf), b"", ApplicationContent(b"hi")
    )
    tbs = framed_content_tbs(WireFormat.PRIVATE_MESSAGE, content, bob.context)
    signature = sign_content(crypto, bob.suite, bob.signature_key, tbs)
    auth = FramedContentAuthData(signature, None).encode()
    body = content.content.encode()
    plain = {
        "padding-one": (body + auth + bytes(7) + b"\x01", Rule.PADDING_ZERO, "6.3.1",
                        "The last byte of the padding is 1."),
        "padding-first": (body + auth + b"\x80" + bytes(7), Rule.PADDING_ZERO, "6.3.1",
                          "The first byte of the padding is 0x80."),
        "no-auth": (body, "DecodeError", "6.3.1", "The plaintext ends before the signature."),
        "nothing": (b"", "DecodeError", "6.3.1", "The plaintext is empty."),
        "data-beyond": (b"\x7f\xff" + body + auth, "DecodeError", "6.3.1",
                        "The length of the application data leads beyond the plaintext."),
        "length-not-minimal": (b"\x40\x02hi" + auth, "DecodeError", "2.1.2",
                               "The length of the application data is not the shortest."),
    }  # fmt: skip
    for name, (data, broken, section, what) in plain.items():
        docket.refuse(
            f"private-plaintext-{name}", broken, what, _sealed(crypto, bob, data), section=section
        )


def _sealed(crypto: SeededCrypto, state: GroupState, plaintext: bytes) -> bytes:
    key, _ = state.secret_tree.next_key(
        crypto, state.suite, state.own_leaf, RatchetKind.APPLICATION
    )
    frame = (state.group_id, state.epoch, 1)
    aad = PrivateContentAAD(*frame, b"").encode()  # type: ignore[arg-type]
    nonce = key.nonce.reveal()
    ciphertext = crypto.aead_seal(state.suite, key.key, nonce, aad, plaintext)
    body = PrivateMessage(*frame, b"", b"", ciphertext)  # type: ignore[arg-type]
    data = SenderData(state.own_leaf, key.generation, bytes(4)).encode()
    return wrap(_with_sender_data(crypto, state, body, data))


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
        wrap(replace(_opened(letter), group_id=b"another group")),
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
        wrap(replace(_opened(handshake), epoch=bob.epoch - 1)),
    )
    docket.refuse(
        "private-epoch-after",
        Rule.EPOCH_KNOWN,
        "A PrivateMessage says that it is of the next epoch.",
        wrap(replace(_opened(letter), epoch=bob.epoch + 1)),
    )
    docket.refuse(
        "private-epoch-moved",
        Rule.SENDER_DATA_DECRYPTS,
        "A PrivateMessage of this epoch says that it is of the one before, which is kept.",
        wrap(replace(_opened(letter), epoch=bob.epoch - 1)),
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


def _senders(docket: Docket, stage: Stage, stages: Stages) -> None:
    """Senders that are not there, or may not send this."""
    bob = stage.troupe["bob"]
    crypto = stage.crypto("senders")
    remove = _remove(stage)
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
        letter = _opened(holes.troupe.told("frank", b"hi", shaded))
        true = open_sender_data(shaded, frank.suite, letter, frank.secrets.sender_data_secret)
        blank.refuse(
            f"sender-data-leaf-{leaf}",
            Rule.SENDER_LEAF_NOT_BLANK,
            f"The sender data names leaf {leaf}, which is blank.",
            wrap(_with_sender_data(shaded, frank, letter, replace(true, leaf_index=leaf).encode())),
        )


def _insiders(docket: Docket, stage: Stage) -> None:
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


def _outsiders(docket: Docket, stages: Stages) -> None:
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
