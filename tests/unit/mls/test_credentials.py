import pytest

from teamchat.mls.codec import field_codec
from teamchat.mls.credentials import (
    BASIC,
    X509,
    BasicCredential,
    Certificate,
    Credential,
    X509Credential,
    credential_type,
)
from teamchat.mls.errors import DecodeError

CODEC = field_codec(Credential)


def test_a_credential_is_its_type_and_its_body() -> None:
    assert CODEC.encode(BasicCredential(b"ada")) == b"\x00\x01\x03ada"
    chain = X509Credential((Certificate(b"x"), Certificate(b"yz")))
    assert CODEC.encode(chain) == b"\x00\x02\x05\x01x\x02yz"
    assert CODEC.decode(b"\x00\x02\x05\x01x\x02yz") == chain


def test_a_credential_knows_its_type() -> None:
    assert credential_type(BasicCredential(b"")) == BASIC
    assert credential_type(X509Credential(())) == X509


def test_a_credential_of_an_unknown_type_is_refused() -> None:
    with pytest.raises(DecodeError):
        CODEC.decode(b"\x0a\x0a\x03ada")
