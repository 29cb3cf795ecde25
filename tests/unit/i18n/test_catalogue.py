import pytest

from teamchat.i18n import LANGUAGES, Catalogue, language


@pytest.mark.parametrize(
    ("setting", "environment", "spoken"),
    [
        ("", {}, "en"),
        ("de", {"LANG": "en_US.UTF-8"}, "de"),
        ("zh", {"LANG": "de_AT.UTF-8"}, "de"),
        ("", {"LANG": "de_DE.UTF-8"}, "de"),
        ("", {"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, "en"),
        ("", {"LANG": "C", "LC_MESSAGES": "de"}, "de"),
        ("", {"LC_ALL": "", "LANG": "de"}, "de"),
        ("de-CH", {}, "de"),
        ("", {"LANG": "desktop"}, "en"),
    ],
)
def test_which_language_is_spoken(setting: str, environment: dict[str, str], spoken: str) -> None:
    assert language(setting, environment) == spoken


def test_a_text_is_filled_in() -> None:
    catalogue = Catalogue("de")
    assert catalogue.text("system-left", who="Wei") == "Wei hat die Unterhaltung verlassen."
    assert catalogue.text("system-removed", who="Wei", by="Anna") == "Anna hat Wei entfernt."
    for by in ({}, {"by": ""}):
        text = catalogue.text("system-removed", who="Wei", **by)
        assert text == "Wei ist nicht mehr in dieser Unterhaltung."


def test_what_is_filled_in_is_data() -> None:
    text = Catalogue("en").text("system-left", who="{ system-reset } <b>\u202e")
    assert text == "{ system-reset } <b>\u202e left the conversation."


def test_an_unknown_key_or_language() -> None:
    assert Catalogue("en").text("system-of-tomorrow") == "system-of-tomorrow"
    assert Catalogue("zh").language == "en"
    assert "system-left" in Catalogue("de")
    assert "system-of-tomorrow" not in Catalogue("de")
    assert set(LANGUAGES) == {"en", "de"}


@pytest.mark.parametrize("count", ["1", 1])
def test_one_is_one_also_where_it_was_stored_as_text(count: str | int) -> None:
    arguments = {"who": "Wei", "by": "Anna", "day": "2026-10-01"}
    text = Catalogue("de").text("system-history-given", count=count, **arguments)
    assert text == "Anna hat Wei den Verlauf seit dem 1. Oktober 2026 gegeben (eine Nachricht)."


def test_what_is_no_count_stays_as_it_was_written() -> None:
    catalogue = Catalogue("en")
    assert "no conversation 10000 here" in catalogue.text("cli-no-such-conversation", typed="10000")
    for odd in ("", "-1", "many", "1" * 20):
        assert odd in catalogue.text("notice-own-devices-missing", count=odd)


@pytest.mark.parametrize(("day", "shown"), [
    ("2026-11-21", "21 November 2026"), ("2026-02-31", "2026-02-31"), ("?", "?"),
])  # fmt: skip
def test_a_day_of_the_key_directory_is_said_in_words(day: str, shown: str) -> None:
    assert f"on {shown}" in Catalogue("en").text("notice-own-device-removed", day=day)


@pytest.mark.parametrize("place", ["cli", "tui"])
def test_a_place_says_in_its_own_way_what_it_has_one_for(place: str) -> None:
    key, there, anywhere = "alarm-custody-requested", Catalogue("de", place), Catalogue("de")
    own = there.text(key, day="2026-11-18")
    assert own == anywhere.text(f"{place}-{key}", day="2026-11-18")
    assert own != anywhere.text(key, day="2026-11-18")
    assert there.text("error-offline") == anywhere.text("error-offline")
