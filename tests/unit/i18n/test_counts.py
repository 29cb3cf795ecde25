"""Where a text says how many, it is right for one and for two."""

import re

import pytest

from teamchat.i18n import COUNTS, LANGUAGES, Catalogue
from tests.unit.i18n.test_texts import messages, variables

WORDS = {language: Catalogue(language) for language in LANGUAGES}
OTHERS = 7
"""What the other numbers of a text are while one of them changes."""
TYPED = {"cli-passphrase-short", "cli-password-short", "tui-enter-short"}
"""Where `typed` is a number of characters, and not what somebody has typed."""
NEVER_ONE = {
    "cli-custody-accepted": "custodians are two at least",
    "cli-custody-who": "custodians are two at least",
    "notice-custodians": "custodians are two at least",
    "cli-notice-custodians": "custodians are two at least",
    "tui-notice-custodians": "custodians are two at least",
    "web-notice-custodians": "custodians are two at least",
    "cli-no-room-for-code": "a QR code is larger than one line",
    "cli-no-room-for-linking-code": "a QR code is larger than one line",
    "tui-code-no-room": "a QR code is larger than one line",
}
NOUN = {
    "de": re.compile(r"\b(?!Zeichen\b|KiB\b)[A-ZÄÖÜ]\w+"),
    "en": re.compile(r"\b(?:people|(?!is\b|was\b|has\b|its\b|this\b)\w{2,}s)\b"),
}
"""A word that is another one for one than for two."""
CLAUSE = re.compile(r"#([^.,;:()…]*?)(?: (?:von|of|at) |[.,;:()…]|$)")
"""What a number may belong to."""

CASES = [
    (key, name)
    for key, message in messages("en").items()
    for name in sorted(variables(message) & (COUNTS | ({"typed"} if key in TYPED else set())))
    if key not in NEVER_ONE
]


def with_count(language: str, key: str, name: str, count: int) -> str:
    others: dict[str, str | int] = dict.fromkeys(variables(messages("en")[key]), "x")
    others |= dict.fromkeys(COUNTS & variables(messages("en")[key]), OTHERS)
    text = WORDS[language].text(key, **{**others, name: count})
    return re.sub(rf"\b{count}\b", "#", text)


def wrong(language: str, one: str, two: str) -> list[str]:
    """Return what belongs to a number and does not change with it."""
    if one != two:
        return []
    return [each for each in CLAUSE.findall(one) if NOUN[language].search(each)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("key", "name"), CASES)
def test_one_is_not_said_as_many(language: str, key: str, name: str) -> None:
    one, two = (with_count(language, key, name, count) for count in (1, 2))
    assert wrong(language, one, two) == [], one


def test_the_check_finds_what_is_wrong() -> None:
    assert wrong("de", "# Nachrichten gesichert", "# Nachrichten gesichert")
    assert wrong("de", "(# Nachrichten)", "(# Nachrichten)")
    assert wrong("en", "It has # messages.", "It has # messages.")
    assert not wrong("de", "Es sind #.", "Es sind #.")
    assert not wrong("de", "mindestens # Zeichen", "mindestens # Zeichen")


def test_nothing_is_left_out_that_is_gone() -> None:
    assert NEVER_ONE.keys() | TYPED <= messages("en").keys()
