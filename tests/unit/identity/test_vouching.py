"""Certificates of version 2, and what the key directory makes of them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat import cbor
from teamchat.engine.roster import Certificates, UnlistedError
from teamchat.identity import certificate, session_proof, statements
from teamchat.identity.certificate import DeviceCertificate, VouchedCertificate
from teamchat.identity.errors import IdentityError
from teamchat.identity.key_directory import KeyDirectory, Keys
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.identity.statements import Added, Removed, Reset, Statement
from teamchat.ids import DeviceId, UserId, identifier_bytes
from teamchat.mls.credentials import BasicCredential
from teamchat.mls.errors import ValidationError
from teamchat.server.services.certified import Certified
from tests.unit.identity.people import (
    ANNA,
    ANNAS_KEY,
    LAPTOP,
    LAPTOPS_KEY,
    PHONE,
    PHONES_KEY,
    TABLET,
    TABLETS_KEY,
    WEI,
    WEIS_KEY,
)

DAY = "2026-11-21"
NEW_KEY = IdentityKey(bytes([9]) * 32)


def vouch(
    device: DeviceId = PHONE,
    key: DeviceKey = PHONES_KEY,
    *,
    by: DeviceId = LAPTOP,
    signed: DeviceKey = LAPTOPS_KEY,
    user: UserId = ANNA,
    identity_key: bytes = ANNAS_KEY.public,
) -> bytes:
    return certificate.vouch(
        signed, by=by, user=user, identity_key=identity_key,
        device=device, device_key=key.public, created=1_800_000_000,
    )  # fmt: skip


VOUCHED = vouch()
ANNAS_LAPTOP = certificate.issue(
    ANNAS_KEY, user=ANNA, device=LAPTOP, device_key=LAPTOPS_KEY.public, created=1
)
ADD_LAPTOP = Added(ANNA, LAPTOP, ANNAS_LAPTOP, DAY)
ADD_PHONE = Added(ANNA, PHONE, VOUCHED, DAY)


def unproven(data: bytes = VOUCHED) -> VouchedCertificate:
    found = certificate.read_any(data)
    assert isinstance(found, VouchedCertificate)
    return found


def fields() -> list[cbor.Value]:
    value = cbor.decode(VOUCHED)
    assert isinstance(value, tuple)
    return list(value)


def after(*said: Statement) -> tuple[KeyDirectory, list[str]]:
    directory, told = KeyDirectory().after(statements.encode(each) for each in said)
    return directory, [each.refused for each in told]


# --- the certificate ------------------------------------------------------------------


def test_another_device_vouches() -> None:
    proven = unproven().vouched_by(LAPTOPS_KEY.public, identity_key=ANNAS_KEY.public)
    assert proven == DeviceCertificate(
        ANNA, PHONE, ANNAS_KEY.public, PHONES_KEY.public, 1_800_000_000, VOUCHED[-64:], LAPTOP
    )
    assert len(VOUCHED) == 192
    assert certificate.read(ANNAS_LAPTOP).by is None


def test_nothing_that_takes_a_proven_one_takes_an_unproven_one() -> None:
    with pytest.raises(IdentityError, match="proves nothing"):
        certificate.read(VOUCHED)
    credential = BasicCredential(VOUCHED)
    with pytest.raises(UnlistedError) as caught:
        Certificates().authenticate(credential, PHONES_KEY.public)
    assert caught.value.certificate == VOUCHED
    assert not Certificates().same_client(credential, credential)


def test_a_client_takes_one_that_its_directory_lists() -> None:
    known = Certificates(after(ADD_LAPTOP, ADD_PHONE)[0])
    credential = BasicCredential(VOUCHED)
    known.authenticate(credential, PHONES_KEY.public)
    assert known.same_client(credential, credential)
    assert not known.same_client(credential, BasicCredential(ANNAS_LAPTOP))
    with pytest.raises(ValidationError, match="another key"):
        known.authenticate(credential, LAPTOPS_KEY.public)


def test_the_server_leaves_it_to_the_register_whether_one_is_proven() -> None:
    credential = BasicCredential(VOUCHED)
    Certified().authenticate(credential, PHONES_KEY.public)
    with pytest.raises(ValidationError, match="another device key"):
        Certified().authenticate(credential, LAPTOPS_KEY.public)
    assert Certified().same_client(credential, credential)
    assert not Certified().same_client(credential, BasicCredential(ANNAS_LAPTOP))
    other = BasicCredential(vouch(by=TABLET, signed=TABLETS_KEY))
    assert not Certified().same_client(credential, other)


def test_an_unproven_one_tells_no_key() -> None:
    found = unproven()
    assert (found.user_id, found.device_id, found.by) == (ANNA, PHONE, LAPTOP)
    for name in ("device_key", "identity_key", "signature"):
        assert not hasattr(found, name)
    assert PHONES_KEY.public.hex() not in repr(found)
    assert "unproven" in repr(found)


def test_only_the_key_of_the_device_that_vouches_and_the_persons_identity_key_prove_it() -> None:
    for key in (PHONES_KEY.public, TABLETS_KEY.public, ANNAS_KEY.public, bytes(32), b""):
        with pytest.raises(IdentityError):
            unproven().vouched_by(key, identity_key=ANNAS_KEY.public)
    with pytest.raises(IdentityError, match="identity key"):
        unproven().vouched_by(LAPTOPS_KEY.public, identity_key=WEIS_KEY.public)


@pytest.mark.parametrize("at", range(len(VOUCHED)))
def test_every_changed_byte_is_noticed(at: int) -> None:
    changed = bytearray(VOUCHED)
    changed[at] ^= 1
    with pytest.raises(IdentityError):
        unproven_or_refused(bytes(changed))


def unproven_or_refused(data: bytes) -> None:
    found = certificate.read_any(data)
    if isinstance(found, VouchedCertificate):
        found.vouched_by(LAPTOPS_KEY.public, identity_key=ANNAS_KEY.public)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, 1), (0, 3), (0, True), (1, bytes(17)), (2, bytes(15)), (2, identifier_bytes(LAPTOP)),
        (3, bytes(31)), (4, bytes(33)), (4, ANNAS_KEY.public), (5, -1), (5, 2**53), (5, True),
        (6, b""), (6, LAPTOP), (6, bytes(17)), (6, identifier_bytes(PHONE)), (7, bytes(63)),
        (7, bytes(65)), (7, None),
    ],
)  # fmt: skip
def test_every_wrong_field_is_refused(place: int, value: cbor.Value) -> None:
    changed = fields()
    changed[place] = value
    with pytest.raises(IdentityError):
        certificate.read_any(cbor.encode(changed))


def test_more_or_fewer_fields_are_refused() -> None:
    for changed in ([*fields(), 0], fields()[:-1], [*fields()[:6], fields()[7]]):
        with pytest.raises(IdentityError):
            certificate.read_any(cbor.encode(changed))


def test_a_signature_of_another_use_is_none() -> None:
    """Neither what a session is proved with, nor version 1's text, nor the fields alone."""
    changed, text = fields(), cbor.encode(fields()[:7])
    for context in (certificate.CONTEXT, session_proof.CONTEXT, statements.REMOVAL, b""):
        changed[7] = LAPTOPS_KEY.sign(context + text)
        with pytest.raises(IdentityError, match="signature"):
            unproven_or_refused(cbor.encode(changed))
    changed[7] = LAPTOPS_KEY.sign(certificate.VOUCHING + text)
    unproven_or_refused(cbor.encode(changed))


def test_no_text_of_mls_begins_like_a_vouching() -> None:
    assert certificate.VOUCHING[0] >> 6 == 1  # a length of 64 and more: no label is as long


def test_no_device_vouches_for_itself_or_for_its_own_key() -> None:
    with pytest.raises(IdentityError, match="itself"):
        vouch(LAPTOP, PHONES_KEY)
    with pytest.raises(IdentityError, match="itself"):
        vouch(PHONE, LAPTOPS_KEY)
    with pytest.raises(IdentityError, match="itself"):
        unproven().vouched_by(PHONES_KEY.public, identity_key=ANNAS_KEY.public)
    with pytest.raises(IdentityError, match="identifier"):
        vouch(by=DeviceId("laptop"))


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_one_way(data: bytes) -> None:
    with pytest.raises(IdentityError):
        certificate.read_any(data)


# --- the directory --------------------------------------------------------------------


def test_a_device_of_the_person_adds_another() -> None:
    directory, refused = after(ADD_LAPTOP, ADD_PHONE)
    assert refused == ["", ""]
    assert directory.lists(VOUCHED)
    listed = directory.people[ANNA].devices[PHONE]
    assert (listed.device_key, listed.by) == (PHONES_KEY.public, LAPTOP)
    proven = directory.certificate_of(VOUCHED)
    assert proven is not None
    assert (proven.device_key, proven.by) == (PHONES_KEY.public, LAPTOP)
    first = directory.certificate_of(ANNAS_LAPTOP)
    assert first is not None
    assert first.by is None


def test_a_vouched_device_vouches_in_turn() -> None:
    third = vouch(TABLET, TABLETS_KEY, by=PHONE, signed=PHONES_KEY)
    directory, refused = after(ADD_LAPTOP, ADD_PHONE, Added(ANNA, TABLET, third, DAY))
    assert refused == ["", "", ""]
    keys = directory.people[ANNA]
    assert keys.vouched_for(LAPTOP) == {PHONE, TABLET}
    assert keys.vouched_for(PHONE) == {TABLET}
    assert keys.vouched_for(TABLET) == frozenset()
    ended, _ = directory.after([statements.encode(Removed(ANNA, PHONE, DAY))])
    assert ended.people[ANNA].vouched_for(LAPTOP) == {TABLET}
    assert ended.lists(third)


def test_nobody_elses_device_vouches() -> None:
    weis = certificate.issue(
        WEIS_KEY, user=WEI, device=TABLET, device_key=TABLETS_KEY.public, created=1
    )
    said = (ADD_LAPTOP, Added(WEI, TABLET, weis, DAY))
    for ghost in (
        vouch(by=TABLET, signed=TABLETS_KEY),  # Wei's device, for Anna
        vouch(signed=TABLETS_KEY),  # in the name of Anna's device
        vouch(by=DeviceId(WEI)),  # a device that nobody has
        vouch(user=WEI),  # Anna's device, for Wei
        vouch(user=WEI, identity_key=WEIS_KEY.public),
        vouch(identity_key=NEW_KEY.public),  # under another identity key
    ):
        for user in (ANNA, WEI):
            directory, refused = after(*said, Added(user, PHONE, ghost, DAY))
            assert refused[2]
            assert directory.certificate_of(ghost) is None
            assert not directory.has_listed(ghost)


def test_a_vouching_counts_only_while_its_device_does() -> None:
    assert after(ADD_PHONE)[1][0], "nobody is there to vouch"
    assert after(ADD_PHONE, ADD_LAPTOP)[1] == [after(ADD_PHONE)[1][0], ""]
    assert after(ADD_LAPTOP, Removed(ANNA, LAPTOP, DAY), ADD_PHONE)[1][2]
    directory, refused = after(ADD_LAPTOP, ADD_PHONE, Removed(ANNA, LAPTOP, DAY))
    assert refused == ["", "", ""]
    assert directory.lists(VOUCHED), "what counted when it was said goes on"
    assert directory.certificate_of(VOUCHED) is not None


def test_no_device_vouches_for_a_reset() -> None:
    for identity_key in (ANNAS_KEY.public, NEW_KEY.public):
        reset = Reset(ANNA, PHONE, vouch(identity_key=identity_key), DAY)
        directory, refused = after(ADD_LAPTOP, reset)
        assert refused[1]
        assert directory.lists(ANNAS_LAPTOP)


def test_a_vouching_is_for_the_device_that_the_entry_names() -> None:
    assert after(ADD_LAPTOP, Added(ANNA, TABLET, VOUCHED, DAY))[1][1]


def test_a_device_or_key_is_not_used_again() -> None:
    assert after(ADD_LAPTOP, ADD_PHONE, ADD_PHONE)[1][2]
    ended = (ADD_LAPTOP, ADD_PHONE, Removed(ANNA, PHONE, DAY))
    assert after(*ended, ADD_PHONE)[1][3]
    assert after(*ended, Added(ANNA, TABLET, vouch(TABLET, PHONES_KEY), DAY))[1][3]


def test_what_was_vouched_for_before_a_reset_is_still_known() -> None:
    anew = certificate.issue(
        NEW_KEY, user=ANNA, device=TABLET, device_key=TABLETS_KEY.public, created=1
    )
    directory, refused = after(ADD_LAPTOP, ADD_PHONE, Reset(ANNA, TABLET, anew, DAY))
    assert refused == ["", "", ""]
    assert not directory.lists(VOUCHED)
    proven = directory.certificate_of(VOUCHED)
    assert proven is not None
    assert proven.identity_key == ANNAS_KEY.public


def test_a_stored_directory_proves_no_more_than_it_holds() -> None:
    directory, _ = after(ADD_LAPTOP, ADD_PHONE)
    keys = directory.people[ANNA]
    stored = KeyDirectory.of(2, {ANNA: keys})
    assert stored.certificate_of(VOUCHED) == directory.certificate_of(VOUCHED)
    other = replace(keys, identity_key=NEW_KEY.public)
    alone = Keys(keys.identity_key, devices={PHONE: keys.devices[PHONE]})
    for less in (other, alone):
        assert KeyDirectory.of(2, {ANNA: less}).certificate_of(VOUCHED) is None
    assert directory.certificate_of(b"no certificate") is None
