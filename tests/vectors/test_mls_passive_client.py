"""Known answers of whole groups: join by Welcome and follow commits, as a listener."""

from typing import cast

import pytest

from teamchat.mls.crypto import Secret, cipher_suite
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.framing.message import unwrap
from teamchat.mls.group import CommitReceived, GroupState, ProposalReceived, PSKs, join, process
from teamchat.mls.key_package import KeyPackage, KeyPackageBundle
from tests.support.people import Everyone
from tests.vectors.test_mls_key_schedule import SUITES, Case, cases, raw, secret

CRYPTO = DefaultCrypto()
NOW = 1_700_000_000
FOREVER = 1 << 64
"""The lifetimes in the files are of every length."""


def psks_of(case: Case) -> PSKs:
    psks = cast("list[Case]", case["external_psks"])
    return PSKs({raw(psk, "psk_id"): secret(psk, "psk") for psk in psks})


def joined(case: Case, psks: PSKs) -> GroupState:
    package = unwrap(raw(case, "key_package"))
    assert isinstance(package, KeyPackage)
    bundle = KeyPackageBundle(
        package,
        secret(case, "init_priv"),
        secret(case, "encryption_priv"),
        secret(case, "signature_priv"),
    )
    suite = cipher_suite(cast("int", case["cipher_suite"]))
    return join(
        CRYPTO,
        raw(case, "welcome"),
        {package.reference(CRYPTO, suite): bundle},
        ratchet_tree=raw(case, "ratchet_tree") if case["ratchet_tree"] else None,
        psks=psks,
        authentication=Everyone(),
        now=NOW,
        longest_lifetime=FOREVER,
    )


def receive(state: GroupState, message: bytes, psks: PSKs) -> GroupState:
    received = process(
        CRYPTO,
        state,
        message,
        authentication=Everyone(),
        psks=psks,
        now=NOW,
        longest_lifetime=FOREVER,
    )
    assert isinstance(received, CommitReceived | ProposalReceived)
    return received.state


@pytest.mark.parametrize("number", SUITES)
@pytest.mark.parametrize("name", ["passive-client-welcome", "passive-client-handling-commit"])
def test_passive_client(name: str, number: int) -> None:
    for case in cases(name, number):
        psks = psks_of(case)
        state = joined(case, psks)
        assert state.epoch_authenticator == Secret(raw(case, "initial_epoch_authenticator"))
        for epoch in cast("list[Case]", case["epochs"]):
            for proposal in cast("list[str]", epoch["proposals"]):
                state = receive(state, bytes.fromhex(proposal), psks)
            state = receive(state, raw(epoch, "commit"), psks)
            assert state.epoch_authenticator == secret(epoch, "epoch_authenticator")
