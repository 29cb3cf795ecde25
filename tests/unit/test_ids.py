import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat.ids import LENGTH, PATTERN, identifier, identifier_bytes


@given(st.binary(min_size=16, max_size=16))
def test_an_identifier_is_read_back_and_fits_its_pattern(random: bytes) -> None:
    written = identifier(random)
    assert len(written) == LENGTH
    assert re.fullmatch(PATTERN, written)
    assert identifier_bytes(written) == random


@pytest.mark.parametrize("length", [0, 15, 17])
def test_an_identifier_is_made_of_16_bytes(length: int) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        identifier(bytes(length))


@pytest.mark.parametrize(
    "written",
    ["", "a" * 25, "a" * 27, "A" * 26, "a" * 25 + "b", "1" * 26, "../" + "a" * 23, "a" * 26 + "\n"],
)
def test_only_the_one_canonical_form_is_read(written: str) -> None:
    with pytest.raises(ValueError, match="not an identifier"):
        identifier_bytes(written)
