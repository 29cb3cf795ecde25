import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat.identity import statements
from teamchat.identity.certificate import issue
from teamchat.identity.errors import IdentityError
from teamchat.identity.statements import (
    Added,
    Begun,
    Custodians,
    Removed,
    Reset,
    Rotated,
    Statement,
    WebBuilt,
)
from teamchat.ids import DeviceId, UserId, identifier
from tests.unit.identity.people import ANNA, ANNAS_KEY, LAPTOP, LAPTOPS_KEY, WEI, WEIS_KEY

DAY = "2026-11-21"
CERTIFICATE = issue(ANNAS_KEY, user=ANNA, device=LAPTOP, device_key=LAPTOPS_KEY.public, created=1)
SIGNATURE = statements.sign_removal(LAPTOPS_KEY, user=ANNA, device=LAPTOP, by=LAPTOP)
SET = identifier(bytes([5]) * 16)
SIXTEEN = tuple(sorted(UserId(identifier(bytes([n]) * 16)) for n in range(16)))
ALL: list[Statement] = [
    Added(ANNA, LAPTOP, CERTIFICATE, DAY),
    Reset(ANNA, LAPTOP, CERTIFICATE, DAY),
    Removed(ANNA, LAPTOP, DAY),
    Removed(ANNA, LAPTOP, DAY, LAPTOP, SIGNATURE),
    statements.rotate(ANNAS_KEY, WEIS_KEY, LAPTOPS_KEY, user=ANNA, by=LAPTOP, day=DAY),
    Begun("chat.example/v1/keys/1\n0\nx\n\n— Ünï\n", DAY),
    Custodians(SET, (ANNA, WEI), 2, DAY),
    Custodians(SET, SIXTEEN, 9, DAY),
    Custodians(SET, (), 0, DAY),
    WebBuilt("0.1.0+build-7", bytes(32), DAY),
]


@pytest.mark.parametrize("statement", ALL, ids=lambda each: type(each).__name__)
def test_what_is_written_is_read(statement: Statement) -> None:
    entry = statements.encode(statement)
    assert statements.decode(entry) == statement
    assert len(entry) <= 800
    assert entry.isascii()


@pytest.mark.parametrize("statement", ALL, ids=lambda each: type(each).__name__)
def test_there_is_one_encoding(statement: Statement) -> None:
    fields = json.loads(statements.encode(statement))
    entry = statements.encode(statement).decode()
    for other in (
        json.dumps(fields, sort_keys=True),
        json.dumps({**fields, "v": True}, sort_keys=True, separators=(",", ":")),
        json.dumps({**fields, "v": 1.0}, sort_keys=True, separators=(",", ":")),
        json.dumps({**fields, "v": 2}, sort_keys=True, separators=(",", ":")),
        json.dumps({**fields, "more": ""}, sort_keys=True, separators=(",", ":")),
        json.dumps(dict(reversed(fields.items())), separators=(",", ":")),
        entry[:-1] + ',"v":1}',
        entry + "\n",
        "\ufeff" + entry,
    ):
        with pytest.raises(IdentityError):
            statements.decode(other.encode())
    for missing in fields:
        rest = {key: value for key, value in fields.items() if key != missing}
        with pytest.raises(IdentityError):
            statements.decode(json.dumps(rest, sort_keys=True, separators=(",", ":")).encode())


@pytest.mark.parametrize(
    "statement",
    [
        Added(UserId("anna"), LAPTOP, CERTIFICATE, DAY),
        Added(ANNA, DeviceId("LAPTOP"), CERTIFICATE, DAY),
        Added(ANNA, LAPTOP, b"", DAY),
        Added(ANNA, LAPTOP, bytes(600), DAY),
        Added(ANNA, LAPTOP, CERTIFICATE, "2026-02-30"),
        Added(ANNA, LAPTOP, CERTIFICATE, "20261121"),
        Added(ANNA, LAPTOP, CERTIFICATE, "٢٠٢٦-11-21"),
        Removed(ANNA, LAPTOP, DAY, LAPTOP, SIGNATURE[:-1]),
        Removed(ANNA, LAPTOP, DAY, LAPTOP),
        Removed(ANNA, LAPTOP, DAY, signature=SIGNATURE),
        Rotated(ANNA, bytes(31), DAY, LAPTOP, SIGNATURE, SIGNATURE, SIGNATURE),
        Rotated(ANNA, bytes(32), DAY, LAPTOP, SIGNATURE[1:], SIGNATURE, SIGNATURE),
        Rotated(ANNA, bytes(32), DAY, DeviceId(""), SIGNATURE, SIGNATURE, SIGNATURE),
        Begun("", DAY),
        Begun("x" * 3001, DAY),
        Custodians(SET, (ANNA, WEI), 1, DAY),
        Custodians(SET, (ANNA, WEI), 3, DAY),
        Custodians(SET, (ANNA, WEI), 0, DAY),
        Custodians(SET, (WEI, ANNA), 2, DAY),
        Custodians(SET, (ANNA, ANNA), 2, DAY),
        Custodians(SET, (ANNA,), 1, DAY),
        Custodians(SET, (), 2, DAY),
        Custodians(SET, (*SIXTEEN, WEI), 2, DAY),
        Custodians("set", (ANNA, WEI), 2, DAY),
        Custodians(SET, (ANNA, UserId("wei")), 2, DAY),
        WebBuilt("", bytes(32), DAY),
        WebBuilt("one two", bytes(32), DAY),
        WebBuilt("1\n", bytes(32), DAY),
        WebBuilt("1", bytes(31), DAY),
        WebBuilt("1", bytes(33), DAY),
    ],
)
def test_what_no_reader_takes_is_not_written(statement: Statement) -> None:
    with pytest.raises(IdentityError):
        statements.encode(statement)


def test_a_threshold_is_a_number() -> None:
    nobody = statements.encode(Custodians(SET, (), 0, DAY))
    for other in (b"false", b"0.0", b'"0"', b"null", b"-0"):
        with pytest.raises(IdentityError):
            statements.decode(nobody.replace(b'"threshold":0', b'"threshold":' + other))


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_noise_is_refused(entry: bytes) -> None:
    with pytest.raises(IdentityError):
        statements.decode(entry)


@pytest.mark.parametrize("entry", [b"[" * 4000, b'{"v":' * 500, b"9" * 4096, b"x" * 100_000])
def test_what_is_made_to_cost_is_refused(entry: bytes) -> None:
    with pytest.raises(IdentityError):
        statements.decode(entry)


def test_a_removal_is_signed_for_one_device_by_one_device() -> None:
    removed = Removed(ANNA, LAPTOP, DAY, LAPTOP, SIGNATURE)
    statements.verify_removal(LAPTOPS_KEY.public, removed)
    for other in (
        replace(removed, user=WEI),
        replace(removed, device=DeviceId(WEI)),
        replace(removed, by=DeviceId(WEI)),
        replace(removed, signature=bytes(64)),
    ):
        with pytest.raises(IdentityError):
            statements.verify_removal(LAPTOPS_KEY.public, other)
    with pytest.raises(IdentityError):
        statements.verify_removal(ANNAS_KEY.public, removed)


def test_the_day_is_that_of_utc() -> None:
    assert statements.day_of(0) == "1970-01-01"
    assert statements.day_of(86_399) == "1970-01-01"
    assert statements.day_of(1_795_219_200) == "2026-11-21"
    with pytest.raises(IdentityError):
        statements.day_of(2**60)
