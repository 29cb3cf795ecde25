"""Known answers of message structures, framing and transcripts (RFC 9420 §6, §8.2, §12)."""

from typing import cast

import pytest

from teamchat.mls.codec import Struct, field_codec
from teamchat.mls.crypto import Secret, cipher_suite
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.crypto.labels import decrypt_with_label, make_key_package_ref
from teamchat.mls.crypto.suites import MLS10
from teamchat.mls.framing.content import (
    ApplicationContent,
    AuthenticatedContent,
    FramedContent,
    FramedContentAuthData,
    ProposalContent,
    SenderMember,
    WireFormat,
    framed_content_tbs,
    sign_content,
    verify_content,
)
from teamchat.mls.framing.message import unwrap, wrap
from teamchat.mls.framing.private import open_content, open_sender_data, seal
from teamchat.mls.framing.private_message import PrivateMessage
from teamchat.mls.framing.public import PublicMessage, membership_tag, verify_membership_tag
from teamchat.mls.group.advance import confirmed_input
from teamchat.mls.group.welcome import open_group_info
from teamchat.mls.key_package import KeyPackage
from teamchat.mls.messages import proposals
from teamchat.mls.messages.commit import Commit
from teamchat.mls.messages.group_info import verify_group_info
from teamchat.mls.messages.proposals import Proposal
from teamchat.mls.messages.welcome import GroupSecrets, Welcome
from teamchat.mls.schedule.context import GroupContext
from teamchat.mls.schedule.epoch import start_epoch
from teamchat.mls.schedule.psk import psk_secret
from teamchat.mls.schedule.secret_tree import RatchetKind, SecretTree
from teamchat.mls.schedule.transcript import confirmed_transcript_hash, interim_transcript_hash
from teamchat.mls.tree import RatchetTree
from tests.support import vectors
from tests.vectors.test_mls_key_schedule import SUITES, Case, cases, raw, secret

CRYPTO = DefaultCrypto()
PROPOSAL = field_codec(Proposal)
BODIES: dict[str, type[Struct]] = {
    "add_proposal": proposals.Add,
    "update_proposal": proposals.Update,
    "remove_proposal": proposals.Remove,
    "pre_shared_key_proposal": proposals.PreSharedKey,
    "re_init_proposal": proposals.ReInit,
    "external_init_proposal": proposals.ExternalInit,
    "group_context_extensions_proposal": proposals.GroupContextExtensions,
    "commit": Commit,
    "group_secrets": GroupSecrets,
}
ENVELOPES = [
    "mls_welcome",
    "mls_group_info",
    "mls_key_package",
    "public_message_application",
    "public_message_proposal",
    "public_message_commit",
    "private_message",
]


def test_messages_are_read_and_written_back() -> None:
    for case in vectors.mls("messages"):
        for name, kind in BODIES.items():
            data = raw(case, name)
            assert kind.decode(data).encode() == data, name
        for name in ENVELOPES:
            assert wrap(unwrap(raw(case, name))) == raw(case, name), name
        data = raw(case, "ratchet_tree")
        assert RatchetTree.decode(data).encode() == data


@pytest.mark.parametrize("number", SUITES)
def test_transcript_hashes(number: int) -> None:
    suite = cipher_suite(number)
    for case in cases("transcript-hashes", number):
        message = AuthenticatedContent.decode(raw(case, "authenticated_content"))
        confirmed = confirmed_transcript_hash(
            CRYPTO, suite, raw(case, "interim_transcript_hash_before"), confirmed_input(message)
        )
        assert confirmed == raw(case, "confirmed_transcript_hash_after")
        tag = CRYPTO.mac(suite, secret(case, "confirmation_key"), confirmed)
        assert tag == message.auth.confirmation_tag
        interim = interim_transcript_hash(CRYPTO, suite, confirmed, tag)
        assert interim == raw(case, "interim_transcript_hash_after")


def context_of(case: Case) -> GroupContext:
    return GroupContext(
        MLS10,
        cast("int", case["cipher_suite"]),
        raw(case, "group_id"),
        cast("int", case["epoch"]),
        raw(case, "tree_hash"),
        raw(case, "confirmed_transcript_hash"),
        (),
    )


def body_of(name: str, data: bytes) -> ApplicationContent | ProposalContent | Commit:
    if name == "application":
        return ApplicationContent(data)
    if name == "commit":
        return Commit.decode(data)
    return ProposalContent(cast("Proposal", PROPOSAL.decode(data)))


def open_public(case: Case, data: bytes) -> FramedContent:
    message = unwrap(data)
    assert isinstance(message, PublicMessage)
    suite = cipher_suite(cast("int", case["cipher_suite"]))
    tbs = framed_content_tbs(WireFormat.PUBLIC_MESSAGE, message.content, context_of(case))
    verify_membership_tag(CRYPTO, suite, secret(case, "membership_key"), tbs, message)
    verify_content(CRYPTO, suite, raw(case, "signature_pub"), tbs, message.auth.signature)
    return message.content


def open_private(case: Case, data: bytes) -> FramedContent:
    message = unwrap(data)
    assert isinstance(message, PrivateMessage)
    suite = cipher_suite(cast("int", case["cipher_suite"]))
    sender = open_sender_data(CRYPTO, suite, message, secret(case, "sender_data_secret"))
    tree = SecretTree.of(secret(case, "encryption_secret"), 2)
    kind = RatchetKind.APPLICATION if message.content_type == 1 else RatchetKind.HANDSHAKE
    key, _ = tree.take_key(CRYPTO, suite, sender.leaf_index, kind, sender.generation)
    opened = open_content(CRYPTO, suite, message, sender, key)
    tbs = framed_content_tbs(WireFormat.PRIVATE_MESSAGE, opened.content, context_of(case))
    verify_content(CRYPTO, suite, raw(case, "signature_pub"), tbs, opened.auth.signature)
    return opened.content


def made(case: Case, name: str, wire_format: WireFormat) -> tuple[AuthenticatedContent, bytes]:
    suite = cipher_suite(cast("int", case["cipher_suite"]))
    content = FramedContent(
        raw(case, "group_id"),
        cast("int", case["epoch"]),
        SenderMember(1),
        b"",
        body_of(name, raw(case, name)),
    )
    tbs = framed_content_tbs(wire_format, content, context_of(case))
    signature = sign_content(CRYPTO, suite, secret(case, "signature_priv"), tbs)
    auth = FramedContentAuthData(signature, b"tag" if name == "commit" else None)
    return AuthenticatedContent(wire_format, content, auth), tbs


@pytest.mark.parametrize("name", ["proposal", "commit", "application"])
@pytest.mark.parametrize("number", SUITES)
def test_message_protection(number: int, name: str) -> None:
    suite = cipher_suite(number)
    for case in cases("message-protection", number):
        expected = body_of(name, raw(case, name))
        assert open_private(case, raw(case, f"{name}_priv")).content == expected
        message, _ = made(case, name, WireFormat.PRIVATE_MESSAGE)
        tree = SecretTree.of(secret(case, "encryption_secret"), 2)
        kind = RatchetKind.APPLICATION if name == "application" else RatchetKind.HANDSHAKE
        key, _ = tree.next_key(CRYPTO, suite, 1, kind)
        sealed = seal(CRYPTO, suite, message, key, secret(case, "sender_data_secret"), 64)
        assert open_private(case, wrap(sealed)).content == expected
        if name != "application":
            assert open_public(case, raw(case, f"{name}_pub")).content == expected
            message, tbs = made(case, name, WireFormat.PUBLIC_MESSAGE)
            key_ = secret(case, "membership_key")
            tag = membership_tag(CRYPTO, suite, key_, tbs, message.auth)
            data = wrap(PublicMessage(message.content, message.auth, tag))
            assert open_public(case, data).content == expected


@pytest.mark.parametrize("number", SUITES)
def test_welcome(number: int) -> None:
    suite = cipher_suite(number)
    for case in cases("welcome", number):
        key_package = unwrap(raw(case, "key_package"))
        welcome = unwrap(raw(case, "welcome"))
        assert isinstance(key_package, KeyPackage)
        assert isinstance(welcome, Welcome)
        ref = make_key_package_ref(CRYPTO, suite, key_package.encode())
        (ours,) = [each for each in welcome.secrets if each.new_member == ref]
        opened = decrypt_with_label(
            CRYPTO,
            suite,
            secret(case, "init_priv"),
            "Welcome",
            welcome.encrypted_group_info,
            ours.encrypted_group_secrets,
        )
        joiner = Secret(GroupSecrets.decode(opened.reveal()).joiner_secret)
        psk = psk_secret(CRYPTO, suite, [])
        info = open_group_info(CRYPTO, suite, welcome, joiner, psk)
        verify_group_info(CRYPTO, suite, info, raw(case, "signer_pub"))
        context = info.group_context
        start = start_epoch(CRYPTO, suite, joiner, psk, context)
        tag = CRYPTO.mac(suite, start.secrets.confirmation_key, context.confirmed_transcript_hash)
        assert tag == info.confirmation_tag
