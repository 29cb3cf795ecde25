import pytest

from teamchat.mls.credentials import BasicCredential
from teamchat.mls.errors import DecodeError, ValidationError
from teamchat.mls.extensions import (
    EXTERNAL_SENDERS,
    GROUP_CONTEXT_TYPES,
    LEAF_NODE_TYPES,
    RATCHET_TREE,
    REQUIRED_CAPABILITIES,
    Extension,
    ExternalSender,
    RequiredCapabilities,
    check_extensions,
    external_senders,
    external_senders_extension,
    find_extension,
    is_grease,
    required_capabilities,
)
from teamchat.mls.rules import Rule

CUSTOM = Extension(0xF123, b"ours")


def test_an_extension_is_found_by_its_type() -> None:
    assert find_extension([CUSTOM], 0xF123) == b"ours"
    assert find_extension([CUSTOM], 0xF124) is None


def test_two_extensions_of_one_type_are_refused() -> None:
    with pytest.raises(ValidationError) as caught:
        check_extensions([CUSTOM, Extension(0xF123, b"")], LEAF_NODE_TYPES)
    assert caught.value.rule is Rule.EXTENSION_UNIQUE


def test_an_extension_in_the_wrong_place_is_refused() -> None:
    with pytest.raises(ValidationError) as caught:
        check_extensions([Extension(RATCHET_TREE, b"")], LEAF_NODE_TYPES)
    assert caught.value.rule is Rule.EXTENSION_ELSEWHERE


def test_custom_and_grease_extensions_stand_anywhere() -> None:
    grease = Extension(0x1A1A, b"\x00")
    for allowed in (LEAF_NODE_TYPES, GROUP_CONTEXT_TYPES):
        check_extensions([CUSTOM, grease], allowed)


def test_required_capabilities_are_read_or_empty() -> None:
    wanted = RequiredCapabilities((0xF123,), (9,), (1,))
    assert required_capabilities([Extension(REQUIRED_CAPABILITIES, wanted.encode())]) == wanted
    assert required_capabilities([CUSTOM]) == RequiredCapabilities((), (), ())
    with pytest.raises(DecodeError):
        required_capabilities([Extension(REQUIRED_CAPABILITIES, b"\x01")])


def test_external_senders_are_read_as_they_were_written() -> None:
    senders = (ExternalSender(b"k" * 32, BasicCredential(b"server")),)
    extension = external_senders_extension(senders)
    assert extension.extension_type == EXTERNAL_SENDERS
    assert external_senders([extension]) == senders
    assert external_senders([]) == ()


def test_grease_is_what_section_13_5_lists() -> None:
    listed = {(n << 12) | (0xA << 8) | (n << 4) | 0xA for n in range(15)}
    assert {value for value in range(1 << 16) if is_grease(value)} == listed
