import re

import pytest

from teamchat.identity.errors import IdentityError
from teamchat.identity.safety_number import code_parts, read, safety_number, same
from teamchat.ids import UserId
from tests.unit.identity.people import ANNA, ANNAS_KEY, LAPTOPS_KEY, WEI, WEIS_KEY

NUMBER = safety_number(ANNA, ANNAS_KEY.public, WEI, WEIS_KEY.public)


def test_both_sides_see_the_same() -> None:
    assert safety_number(WEI, WEIS_KEY.public, ANNA, ANNAS_KEY.public) == NUMBER
    assert re.fullmatch(r"\d{5}( \d{5}){11}", NUMBER)


def test_another_key_or_person_shows() -> None:
    others = {
        safety_number(ANNA, ANNAS_KEY.public, WEI, LAPTOPS_KEY.public),
        safety_number(ANNA, LAPTOPS_KEY.public, WEI, WEIS_KEY.public),
        safety_number(ANNA, WEIS_KEY.public, WEI, ANNAS_KEY.public),
    }
    assert len(others | {NUMBER}) == 4


def test_how_it_is_spaced_does_not_matter() -> None:
    assert same(NUMBER, NUMBER.replace(" ", ""))
    assert same(NUMBER, NUMBER.replace(" ", "\n"))
    assert not same(NUMBER, NUMBER[:-1])
    assert not same(NUMBER, NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10))
    assert not same("", "")


def test_what_has_no_safety_number() -> None:
    with pytest.raises(IdentityError, match="two people"):
        safety_number(ANNA, ANNAS_KEY.public, ANNA, ANNAS_KEY.public)
    with pytest.raises(IdentityError, match="32 bytes"):
        safety_number(ANNA, b"", WEI, WEIS_KEY.public)
    with pytest.raises(IdentityError, match="identifier"):
        safety_number(UserId("anna"), ANNAS_KEY.public, WEI, WEIS_KEY.public)


def test_the_code_says_the_same_on_both_sides_and_is_read_again() -> None:
    theirs = safety_number(WEI, WEIS_KEY.public, ANNA, ANNAS_KEY.public)
    code = "".join(code_parts(NUMBER))
    assert code == "".join(code_parts(theirs))
    assert re.fullmatch(r"TEAMCHAT-VERIFY:1:[0-9]{60}", code)
    assert read(code) == NUMBER


@pytest.mark.parametrize(
    "written",
    [
        NUMBER,
        NUMBER.replace(" ", ""),
        NUMBER.replace(" ", "-"),
        f"\n{NUMBER[:23]}\r\n{NUMBER[24:47]}\r\n\t{NUMBER[48:]} \n",
        f"teamchat-verify:1:{NUMBER}",
    ],
)
def test_a_number_is_read_however_it_was_written(written: str) -> None:
    assert read(written) == NUMBER


@pytest.mark.parametrize(
    "text",
    [
        "",
        NUMBER[:-1],
        f"{NUMBER}1",
        f"teamchat-verify:2:{NUMBER}",
        f"teamchat-verify:1:teamchat-verify:1:{NUMBER}",
        f"https://example.org/{NUMBER}",
        NUMBER.translate({ord("0") + digit: 0x660 + digit for digit in range(10)}),
        NUMBER + " " * 512,
    ],
)
def test_what_is_no_safety_number_is_not_read(text: str) -> None:
    with pytest.raises(IdentityError, match="not a safety number"):
        read(text)
    with pytest.raises(IdentityError, match="not a safety number"):
        code_parts(text)
