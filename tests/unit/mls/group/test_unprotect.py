"""Nothing of a message is believed before it is verified (RFC 9420 §6)."""

from dataclasses import replace

import pytest

from teamchat.mls.errors import DecodeError, MlsError, UsageError
from teamchat.mls.framing.content import (
    ApplicationContent,
    FramedContentAuthData,
    ProposalContent,
)
from teamchat.mls.framing.message import unwrap, wrap
from teamchat.mls.framing.private import seal
from teamchat.mls.framing.private_message import PrivateMessage
from teamchat.mls.group import (
    ApplicationReceived,
    CommitOptions,
    GroupState,
    ProposalReceived,
    encrypt,
    propose_remove,
)
from teamchat.mls.group.protect import PUBLIC, Framing, sign
from teamchat.mls.group.state import MAX_PAST_EPOCHS, MAX_PAST_SECONDS
from teamchat.mls.messages.proposals import Remove
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.secret_tree import RatchetKind
from tests.support.mallory import PRIVATE, forged, public, refused, retagged, unsigned
from tests.support.people import CRYPTO, NOW, Crew, founded


def trio() -> Crew:
    return founded("alice", "bob", "carol")


def said(crew: Crew, name: str, text: bytes = b"hello") -> bytes:
    crew[name], message = encrypt(CRYPTO, crew[name], text)
    return message


def heard(crew: Crew, name: str, message: bytes) -> bytes:
    received = crew.receive(name, message)
    assert isinstance(received, ApplicationReceived)
    crew[name] = received.state
    return received.data


def private(message: bytes) -> PrivateMessage:
    opened = unwrap(message)
    assert isinstance(opened, PrivateMessage)
    return opened


def test_an_unsigned_public_message_is_refused() -> None:
    crew = trio()
    message = propose_remove(CRYPTO, crew["bob"], crew.leaf("carol")).message
    with refused(Rule.CONTENT_SIGNATURE):
        crew.receive("alice", unsigned(crew["bob"], message))


def sealed_with(crew: Crew, signature: bytes | None, padding: bytes = b"") -> bytes:
    """Return application data of Bob's whose signature is `signature`, or sound if None."""
    state = crew["bob"]
    signed = sign(CRYPTO, state, ApplicationContent(b"pay Bob 1000"), PRIVATE)
    message = signed.confirmed(None)
    if signature is not None:
        message = replace(message, auth=FramedContentAuthData(signature, None))
    if padding:
        auth = message.auth
        message = replace(message, auth=Padded(auth.signature, None, padding))
    key, _ = state.secret_tree.next_key(CRYPTO, state.suite, state.own_leaf, APPLICATION)
    return wrap(seal(CRYPTO, state.suite, message, key, state.secrets.sender_data_secret, 1))


class Padded(FramedContentAuthData):
    """Adds what a dishonest sender writes behind the signature."""

    def __init__(self, signature: bytes, tag: bytes | None, padding: bytes) -> None:
        super().__init__(signature, tag)
        object.__setattr__(self, "padding", padding)

    def encode(self) -> bytes:
        padding: bytes = self.padding  # type: ignore[attr-defined]  # set above
        return FramedContentAuthData(self.signature, None).encode() + padding


APPLICATION = RatchetKind.APPLICATION


def test_an_unsigned_private_message_is_refused() -> None:
    crew = trio()
    assert heard(crew, "alice", sealed_with(crew, None)) == b"pay Bob 1000"
    crew = trio()
    for signature in (b"", bytes(64)):
        with refused(Rule.CONTENT_SIGNATURE):
            crew.receive("alice", sealed_with(crew, signature))


def test_nobody_speaks_for_another_member() -> None:
    crew = trio()
    posing = replace(crew["bob"], own_leaf=crew.leaf("carol"))
    with refused(Rule.CONTENT_SIGNATURE):
        crew.receive("alice", forged(posing, ApplicationContent(b"I, Carol"), PRIVATE))
    with refused(Rule.CONTENT_SIGNATURE):
        crew.receive("alice", forged(posing, ProposalContent(Remove(0))))


def test_a_membership_tag_is_demanded() -> None:
    crew = trio()
    body = ProposalContent(Remove(crew.leaf("carol")))
    opened = public(forged(crew["bob"], body))
    for tag in (b"", bytes(32)):
        with refused(Rule.MEMBERSHIP_TAG):
            crew.receive("alice", wrap(replace(opened, membership_tag=tag)))


def test_padding_is_zero_and_may_be_of_any_length() -> None:
    crew = trio()
    assert heard(crew, "alice", sealed_with(crew, None, bytes(999))) == b"pay Bob 1000"
    crew = trio()
    with refused(Rule.PADDING_ZERO):
        crew.receive("alice", sealed_with(crew, None, bytes(999) + b"\x01"))


def test_lengths_are_hidden_by_padding() -> None:
    crew = trio()
    short, long = said(crew, "bob", b"yes"), said(crew, "bob", b"y" * 100)
    assert len(short) == len(long)


def test_application_data_is_never_public() -> None:
    crew = trio()
    with refused(Rule.APPLICATION_DATA_PRIVATE):
        crew.receive("alice", forged(crew["bob"], ApplicationContent(b"in the clear")))


def test_a_message_of_another_group_is_refused() -> None:
    crew, others = trio(), founded("eve", "mallory")
    for message in (said(others, "eve"), others.commit("eve").message):
        with refused(Rule.GROUP_ID_MATCHES):
            crew.receive("alice", message)


def test_a_changed_ciphertext_is_refused() -> None:
    crew = trio()
    opened = private(said(crew, "bob"))
    flipped = bytes((opened.ciphertext[-1] ^ 1,))
    with refused(Rule.CONTENT_DECRYPTS):
        crew.receive("alice", wrap(replace(opened, ciphertext=opened.ciphertext[:-1] + flipped)))
    with refused(Rule.CONTENT_DECRYPTS):
        crew.receive("alice", wrap(replace(opened, authenticated_data=b"other")))
    with refused(Rule.SENDER_DATA_DECRYPTS):
        crew.receive("alice", wrap(replace(opened, encrypted_sender_data=bytes(28))))


def test_the_content_type_is_bound() -> None:
    crew = trio()
    opened = private(said(crew, "bob"))
    other = private(forged(crew["bob"], ProposalContent(Remove(0)), PRIVATE)).content_type
    with refused(Rule.SENDER_DATA_DECRYPTS):
        crew.receive("alice", wrap(replace(opened, content_type=other)))


def test_a_message_is_read_once() -> None:
    crew = trio()
    message = said(crew, "bob")
    assert heard(crew, "alice", message) == b"hello"
    with refused(Rule.GENERATION_UNUSED):
        crew.receive("alice", message)


def test_messages_are_read_in_any_order() -> None:
    crew = trio()
    messages = [said(crew, "bob", b"%d" % number) for number in range(6)]
    for number in (3, 0, 5, 1, 2):
        assert heard(crew, "alice", messages[number]) == b"%d" % number


def test_our_own_message_is_not_read() -> None:
    crew = trio()
    message = said(crew, "bob")
    with refused(Rule.GENERATION_UNUSED):
        crew.receive("bob", message)
    pending = crew.commit("bob")
    with pytest.raises(UsageError, match="adopt"):
        crew.receive("bob", pending.message)


def test_a_message_too_far_ahead_is_refused() -> None:
    crew = trio()
    message = [said(crew, "bob") for _ in range(1002)][-1]
    with refused(Rule.GENERATION_WINDOW):
        crew.receive("alice", message)


@pytest.mark.parametrize("framing", [PUBLIC, PRIVATE])
def test_who_proposed_is_told(framing: Framing) -> None:
    crew = trio()
    made = propose_remove(CRYPTO, crew["bob"], crew.leaf("carol"), framing)
    received = crew.receive("alice", made.message)
    assert isinstance(received, ProposalReceived)
    assert received.member == crew["alice"].roster[crew.leaf("bob")]


def test_late_messages_are_read_within_five_epochs() -> None:
    crew = trio()
    messages = []
    for number in range(MAX_PAST_EPOCHS + 1):
        messages.append(said(crew, "bob", b"%d" % number))
        crew.accept("carol", crew.commit("carol"))
    with refused(Rule.EPOCH_KNOWN):
        crew.receive("alice", messages[0])
    for number in range(1, MAX_PAST_EPOCHS + 1):
        assert heard(crew, "alice", messages[number]) == b"%d" % number
    with refused(Rule.GENERATION_UNUSED):
        crew.receive("alice", messages[1])
    assert len(crew["alice"].past) == MAX_PAST_EPOCHS


def test_late_messages_are_read_within_two_days() -> None:
    crew = trio()
    early, late = said(crew, "bob", b"early"), said(crew, "bob", b"late")
    crew.accept("carol", crew.commit("carol"))
    crew.now = NOW + MAX_PAST_SECONDS
    assert heard(crew, "alice", early) == b"early"
    crew.now += 1
    with refused(Rule.EPOCH_KNOWN):
        crew.receive("alice", late)


def test_a_message_of_a_later_epoch_is_refused() -> None:
    crew = trio()
    pending = crew.commit("bob")
    _, message = encrypt(CRYPTO, pending.adopt(), b"from the future")
    with refused(Rule.EPOCH_KNOWN):
        crew.receive("alice", message)


def test_late_messages_of_one_who_was_removed() -> None:
    crew = trio()
    late = said(crew, "bob", b"my last words")
    crew.accept("alice", crew.commit("alice", Remove(crew.leaf("bob"))))
    assert heard(crew, "carol", late) == b"my last words"


def test_late_messages_of_one_who_has_rejoined_at_the_same_leaf() -> None:
    crew = trio()
    old_leaf, late = crew.leaf("bob"), said(crew, "bob", b"before")
    crew.accept("alice", crew.commit("alice", Remove(old_leaf)))
    crew.add("alice", "bob")
    assert crew.leaf("bob") == old_leaf
    new = said(crew, "bob", b"after")
    assert heard(crew, "carol", new) == b"after"
    assert heard(crew, "carol", late) == b"before"


def test_one_who_took_the_leaf_does_not_answer_for_its_former_owner() -> None:
    crew = trio()
    old_leaf, late = crew.leaf("bob"), said(crew, "bob", b"before")
    crew.accept("alice", crew.commit("alice", Remove(old_leaf)))
    crew.add("alice", "dave")
    assert crew.leaf("dave") == old_leaf
    received = crew.receive("carol", late)
    assert isinstance(received, ApplicationReceived)
    assert received.sender.credential == crew.people["bob"].credential


def test_handshake_messages_of_past_epochs_are_refused() -> None:
    crew = trio()
    stale = propose_remove(CRYPTO, crew["bob"], 0).message
    stale_private = propose_remove(CRYPTO, crew["bob"], 0, PRIVATE).message
    crew.accept("carol", crew.commit("carol"))
    for message in (stale, stale_private):
        with refused(Rule.EPOCH_CURRENT):
            crew.receive("alice", message)


def test_handshake_messages_may_be_private() -> None:
    crew = trio()
    made = propose_remove(CRYPTO, crew["bob"], crew.leaf("carol"), PRIVATE)
    crew["bob"] = made.state
    crew["alice"] = crew.receive("alice", made.message).state  # type: ignore[attr-defined]
    pending = crew.commit("alice", options=CommitOptions(framing=PRIVATE))
    assert isinstance(unwrap(pending.message), PrivateMessage)
    assert pending.before.secret_tree != crew["alice"].secret_tree
    del crew.states["carol"]
    crew.accept("alice", pending)
    crew.agree()


def test_other_envelopes_are_not_for_a_member() -> None:
    crew = trio()
    with pytest.raises(UsageError):
        crew.receive("alice", crew.commit("bob").group_info)


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"\x00\x01\x00\x06", b"\x00\x02\x00\x01"])
def test_what_is_not_a_message_is_refused(data: bytes) -> None:
    with pytest.raises(DecodeError):
        trio().receive("alice", data)


def test_every_flipped_byte_is_noticed() -> None:
    crew = trio()
    before: GroupState = crew["alice"]
    for message in (said(crew, "bob"), propose_remove(CRYPTO, crew["bob"], 0).message):
        for position in range(len(message)):
            changed = bytearray(message)
            changed[position] ^= 0x41
            with pytest.raises(MlsError):
                crew.receive("alice", bytes(changed))
    assert crew["alice"] is before


def test_a_longer_spelling_of_a_length_is_refused() -> None:
    crew = trio()
    message = propose_remove(CRYPTO, crew["bob"], 0).message
    length = message[4]
    assert length == len(crew["bob"].group_id)
    longer = message[:4] + bytes((0x40, length)) + message[5:]
    with pytest.raises(DecodeError):
        crew.receive("alice", longer)
    with pytest.raises(DecodeError):
        crew.receive("alice", message + b"\x00")


def test_a_wrong_confirmation_tag_is_refused() -> None:
    crew = trio()
    pending = crew.commit("bob")
    auth = public(pending.message).auth
    for tag in (b"", bytes(32)):
        wrong = retagged(crew["bob"], pending.message, replace(auth, confirmation_tag=tag))
        with refused(Rule.CONFIRMATION_TAG):
            crew.receive("alice", wrong)
    crew.accept("bob", pending)
