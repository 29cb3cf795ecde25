"""Who a leaf belongs to: certificates, and what they must agree on."""

import pytest

from teamchat.engine import groups
from teamchat.engine.groups import certified, epoch_of
from teamchat.engine.records import AccountRecord
from teamchat.engine.roster import AUTHENTICATION
from teamchat.identity import certificate
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.ids import DeviceId, UserId, identifier
from teamchat.mls.credentials import BasicCredential, X509Credential
from teamchat.mls.errors import ValidationError
from teamchat.mls.rules import Rule
from teamchat.wire.bodies import ClaimedKeyPackage
from tests.support.memory_store import FakeClock, MemoryStore
from tests.support.simulated_server import CRYPTO, Simulator

IDENTITY = IdentityKey(bytes(range(32)))
DEVICE_KEY = DeviceKey(bytes(range(1, 33)))
USER, DEVICE = UserId(identifier(bytes(16))), DeviceId(identifier(bytes([1] * 16)))


def credential(
    identity: IdentityKey = IDENTITY, user: UserId = USER, device: DeviceId = DEVICE
) -> BasicCredential:
    return BasicCredential(
        certificate.issue(
            identity, user=user, device=device, device_key=DEVICE_KEY.public, created=1
        )
    )


def test_a_leaf_is_whose_its_certificate_says() -> None:
    AUTHENTICATION.authenticate(credential(), DEVICE_KEY.public)


@pytest.mark.parametrize(
    ("shown", "key"),
    [
        (credential(), bytes(32)),
        (BasicCredential(credential().identity[:-1] + b"\x00"), DEVICE_KEY.public),
        (BasicCredential(b""), DEVICE_KEY.public),
        (X509Credential(()), DEVICE_KEY.public),
    ],
    ids=["another key", "another signature", "nothing", "x509"],
)
def test_a_leaf_that_is_nobodys(shown: BasicCredential | X509Credential, key: bytes) -> None:
    with pytest.raises(ValidationError) as refusal:
        AUTHENTICATION.authenticate(shown, key)
    assert refusal.value.rule is Rule.CREDENTIAL_NOT_AUTHENTICATED


def test_a_leaf_stays_with_its_device() -> None:
    other = UserId(identifier(bytes([7] * 16)))
    assert AUTHENTICATION.same_client(credential(), credential())
    assert not AUTHENTICATION.same_client(credential(), credential(user=other))
    assert not AUTHENTICATION.same_client(credential(), credential(device=DeviceId(other)))
    assert not AUTHENTICATION.same_client(credential(), credential(IdentityKey(bytes(32))))
    assert not AUTHENTICATION.same_client(credential(), BasicCredential(b"x"))


@pytest.fixture
def account() -> AccountRecord:
    server = Simulator(FakeClock())
    user, identity = server.hire("anna")
    return server.enrol(user, identity, MemoryStore())


def test_a_claimed_key_package_is_the_devices_that_was_asked_for(account: AccountRecord) -> None:
    ref, record = groups.make_key_package(CRYPTO, account, 1_000_000, 3600, last_resort=False)
    claimed = ClaimedKeyPackage(account.user, account.device, record.key_package)
    found = certified(claimed)
    assert found is not None
    assert found.identity_key == account.identity_key
    assert len(bytes.fromhex(ref)) == groups.SUITE.hash_length
    assert certified(ClaimedKeyPackage(USER, account.device, record.key_package)) is None
    assert certified(ClaimedKeyPackage(account.user, DEVICE, record.key_package)) is None
    assert certified(ClaimedKeyPackage(account.user, account.device, b"x")) is None


def test_secrets_do_not_print(account: AccountRecord) -> None:
    _, record = groups.make_key_package(CRYPTO, account, 1_000_000, 3600, last_resort=False)
    for shown, secrets in (
        (repr(account), (account.device_seed, account.token.encode())),
        (repr(record), (record.init_private_key, record.leaf_private_key)),
    ):
        for secret in secrets:
            assert repr(secret)[2:-1] not in shown


def test_bytes_that_are_no_message_have_no_epoch() -> None:
    assert epoch_of(b"") is None
    assert epoch_of(b"\x00\x01\x00\x09") is None
