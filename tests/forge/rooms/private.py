"""PrivateMessages: sealed as they should be, and not what they should be (RFC 9420 §6.3)."""

from dataclasses import replace

from teamchat.mls.codec.varint import encode_length
from teamchat.mls.framing.content import (
    ApplicationContent,
    FramedContent,
    FramedContentAuthData,
    SenderMember,
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
from teamchat.mls.group import GroupState
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.secret_tree import RatchetKind
from tests.forge.corpus import Patch, Room
from tests.forge.malice import flipped
from tests.forge.seeded import SeededCrypto
from tests.forge.stages import Stage
from tests.forge.world import Docket


def opened(message: bytes) -> PrivateMessage:
    body = unwrap(message)
    assert isinstance(body, PrivateMessage)
    return body


def private_messages(docket: Docket, stage: Stage, room: Room) -> None:
    """PrivateMessage: its header, its ciphertexts."""
    bob = stage.troupe["bob"]
    base = f"{stage.scene} private"
    whole = stage.troupe.told("bob", b"to be changed", stage.crypto("private"))
    room.messages[base] = whole
    body = opened(whole)
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
            wrap(with_sender_data(crypto, bob, body, said_to_be.encode())),
        )
    for name, data in {"short": true.encode()[:-1], "long": true.encode() + b"\0"}.items():
        docket.refuse(
            f"sender-data-{name}",
            "DecodeError",
            f"The sender data opens, and is one byte too {name}.",
            wrap(with_sender_data(crypto, bob, body, data)),
            section="6.3.2",
        )


def with_sender_data(
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
    return wrap(with_sender_data(crypto, state, body, data))
