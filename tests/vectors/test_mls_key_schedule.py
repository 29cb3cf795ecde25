"""Known answers of the key schedule, the PSK chain and the secret tree (RFC 9420 §8, §9)."""

from typing import cast

import pytest

from teamchat.mls.crypto import Secret, cipher_suite
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.crypto.suites import MLS10
from teamchat.mls.framing.private import sender_data_key
from teamchat.mls.schedule.context import GroupContext
from teamchat.mls.schedule.epoch import (
    EpochSecrets,
    external_key_pair,
    joiner_secret,
    start_epoch,
    welcome_secret,
)
from teamchat.mls.schedule.exporter import export
from teamchat.mls.schedule.key_names import ExternalPSKID
from teamchat.mls.schedule.psk import psk_secret
from teamchat.mls.schedule.secret_tree import RatchetKind, SecretTree
from tests.support import vectors

CRYPTO = DefaultCrypto()
SUITES = [1, 3]
Case = dict[str, object]


def cases(name: str, suite: int) -> list[Case]:
    found = [case for case in vectors.mls(name) if case["cipher_suite"] == suite]
    assert found
    return found


def raw(case: Case, name: str) -> bytes:
    return bytes.fromhex(str(case[name]))


def secret(case: Case, name: str) -> Secret:
    return Secret(raw(case, name))


@pytest.mark.parametrize("number", SUITES)
def test_key_schedule(number: int) -> None:
    suite = cipher_suite(number)
    for case in cases("key-schedule", number):
        init = secret(case, "initial_init_secret")
        for epoch, answer in enumerate(cast("list[Case]", case["epochs"])):
            context = GroupContext(
                MLS10,
                number,
                raw(case, "group_id"),
                epoch,
                raw(answer, "tree_hash"),
                raw(answer, "confirmed_transcript_hash"),
                (),
            )
            assert context.encode() == raw(answer, "group_context")
            psk = secret(answer, "psk_secret")
            joiner = joiner_secret(CRYPTO, suite, init, secret(answer, "commit_secret"), context)
            assert joiner == secret(answer, "joiner_secret")
            welcome = welcome_secret(CRYPTO, suite, joiner, psk)
            assert welcome == secret(answer, "welcome_secret")
            start = start_epoch(CRYPTO, suite, joiner, psk, context)
            assert start.encryption_secret == secret(answer, "encryption_secret")
            for name in EpochSecrets.__slots__:
                assert getattr(start.secrets, name) == secret(answer, name), name
            external = external_key_pair(CRYPTO, suite, start.secrets)
            assert external.public_key == raw(answer, "external_pub")
            check_exporter(suite.id, start.secrets, cast("Case", answer["exporter"]))
            init = start.secrets.init_secret


def check_exporter(number: int, secrets: EpochSecrets, answer: Case) -> None:
    exported = export(
        CRYPTO,
        cipher_suite(number),
        secrets.exporter_secret,
        str(answer["label"]),
        raw(answer, "context"),
        cast("int", answer["length"]),
    )
    assert exported == secret(answer, "secret")


@pytest.mark.parametrize("number", SUITES)
def test_psk_secret(number: int) -> None:
    suite = cipher_suite(number)
    for case in cases("psk_secret", number):
        psks = [
            (ExternalPSKID(raw(psk, "psk_id"), raw(psk, "psk_nonce")), secret(psk, "psk"))
            for psk in cast("list[Case]", case["psks"])
        ]
        assert psk_secret(CRYPTO, suite, psks) == secret(case, "psk_secret")


@pytest.mark.parametrize("number", SUITES)
def test_secret_tree(number: int) -> None:
    suite = cipher_suite(number)
    for case in cases("secret-tree", number):
        sender_data = cast("Case", case["sender_data"])
        opener = sender_data_key(
            CRYPTO,
            suite,
            secret(sender_data, "sender_data_secret"),
            raw(sender_data, "ciphertext"),
        )
        assert opener.key == secret(sender_data, "key")
        assert opener.nonce == secret(sender_data, "nonce")
        leaves = cast("list[list[Case]]", case["leaves"])
        tree = SecretTree.of(secret(case, "encryption_secret"), len(leaves))
        for leaf, generations in enumerate(leaves):
            for answer in generations:
                tree = check_generation(number, tree, leaf, answer)


def check_generation(number: int, tree: SecretTree, leaf: int, answer: Case) -> SecretTree:
    generation = cast("int", answer["generation"])
    for kind in RatchetKind:
        key, tree = tree.take_key(CRYPTO, cipher_suite(number), leaf, kind, generation)
        assert key.key == secret(answer, f"{kind.name.lower()}_key")
        assert key.nonce == secret(answer, f"{kind.name.lower()}_nonce")
    return tree
