"""crypto-basics.json of the MLS working group: the labelled functions."""

from typing import TypedDict, cast

import pytest

from teamchat.mls.crypto import Secret, cipher_suite
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.crypto.labels import (
    HPKECiphertext,
    decrypt_with_label,
    derive_secret,
    derive_tree_secret,
    encrypt_with_label,
    expand_with_label,
    ref_hash,
    sign_with_label,
    verify_with_label,
)
from tests.support import vectors

CRYPTO = DefaultCrypto()


class RefHash(TypedDict):
    label: str
    value: str
    out: str


class Expand(TypedDict):
    secret: str
    label: str
    context: str
    length: int
    out: str


class Derive(TypedDict):
    secret: str
    label: str
    out: str


class DeriveTree(TypedDict):
    secret: str
    label: str
    generation: int
    length: int
    out: str


class Sign(TypedDict):
    priv: str
    pub: str
    content: str
    label: str
    signature: str


class Encrypt(TypedDict):
    priv: str
    pub: str
    label: str
    context: str
    plaintext: str
    kem_output: str
    ciphertext: str


class Case(TypedDict):
    cipher_suite: int
    ref_hash: RefHash
    expand_with_label: Expand
    derive_secret: Derive
    derive_tree_secret: DeriveTree
    sign_with_label: Sign
    encrypt_with_label: Encrypt


def case_of(suite: int) -> Case:
    cases = cast("list[Case]", vectors.mls("crypto-basics"))
    return next(case for case in cases if case["cipher_suite"] == suite)


def raw(text: str) -> bytes:
    return bytes.fromhex(text)


@pytest.mark.parametrize("number", [1, 3])
def test_hashes_and_derivations(number: int) -> None:
    case, suite = case_of(number), cipher_suite(number)
    ref = case["ref_hash"]
    assert ref_hash(CRYPTO, suite, ref["label"], raw(ref["value"])) == raw(ref["out"])
    expand = case["expand_with_label"]
    key, context = Secret(raw(expand["secret"])), raw(expand["context"])
    made = expand_with_label(CRYPTO, suite, key, expand["label"], context, expand["length"])
    assert made == Secret(raw(expand["out"]))
    derive = case["derive_secret"]
    made = derive_secret(CRYPTO, suite, Secret(raw(derive["secret"])), derive["label"])
    assert made == Secret(raw(derive["out"]))
    tree = case["derive_tree_secret"]
    key = Secret(raw(tree["secret"]))
    made = derive_tree_secret(CRYPTO, suite, key, tree["label"], tree["generation"], tree["length"])
    assert made == Secret(raw(tree["out"]))


@pytest.mark.parametrize("number", [1, 3])
def test_signatures(number: int) -> None:
    sign, suite = case_of(number)["sign_with_label"], cipher_suite(number)
    public_key, content = raw(sign["pub"]), raw(sign["content"])
    verify_with_label(CRYPTO, suite, public_key, sign["label"], content, raw(sign["signature"]))
    ours = sign_with_label(CRYPTO, suite, Secret(raw(sign["priv"])), sign["label"], content)
    assert ours == raw(sign["signature"])
    assert CRYPTO.signature_public_key(suite, Secret(raw(sign["priv"]))) == public_key


@pytest.mark.parametrize("number", [1, 3])
def test_encryption(number: int) -> None:
    case, suite = case_of(number)["encrypt_with_label"], cipher_suite(number)
    private_key, label, context = Secret(raw(case["priv"])), case["label"], raw(case["context"])
    plaintext = Secret(raw(case["plaintext"]))
    theirs = HPKECiphertext(raw(case["kem_output"]), raw(case["ciphertext"]))
    assert decrypt_with_label(CRYPTO, suite, private_key, label, context, theirs) == plaintext
    ours = encrypt_with_label(CRYPTO, suite, raw(case["pub"]), label, context, plaintext)
    assert decrypt_with_label(CRYPTO, suite, private_key, label, context, ours) == plaintext
