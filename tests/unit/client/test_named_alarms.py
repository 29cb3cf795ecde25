"""What is said of a device that has come, beyond what the key directory proves."""

from teamchat.client.named_alarms import told_of
from teamchat.engine.model import Alarm, OwnDevice
from teamchat.i18n import Catalogue
from teamchat.ids import DeviceId

NOON = 1_795_262_400
PHONE = OwnDevice(DeviceId("p"), "Telefon", NOON, 0, this=False)


def told(key: str, day: str, *devices: OwnDevice) -> dict[str, str]:
    alarm = Alarm(key, (("day", day), ("device", "p")), None, 0)
    return told_of(alarm, devices, lambda _: "21. November 2026, 13:00", {})


def test_the_device_is_named_with_the_hour_of_its_day() -> None:
    said = told("notice-own-device-added", "2026-11-21", PHONE)
    text = Catalogue("de").text("notice-own-device-added", **said)
    assert text.startswith(
        "Seit dem 21. November 2026, 13:00 gibt es ein weiteres Gerät von Ihnen: „Telefon“. Wenn"
    )


def test_the_proven_day_stays_where_the_server_says_another_one() -> None:
    assert told("notice-own-device-added", "2026-11-20", PHONE)["day"] == "2026-11-20"


def test_without_a_name_it_is_told_all_the_same() -> None:
    text = Catalogue("en").text(
        "notice-own-device-added", **told("notice-own-device-added", "2026-11-21")
    )
    assert text.startswith("Since 21 November 2026 there is another device of yours. If")


def test_other_alarms_stay_as_they_are() -> None:
    assert "called" not in told("notice-own-device-removed", "2026-11-21", PHONE)


def said_of_removal(key: str, language: str, *arguments: tuple[str, str], **names: str) -> str:
    alarm = Alarm(key, (("day", "2026-11-21"), *arguments), None, 0)
    known = {DeviceId(which): name for which, name in names.items()}
    return Catalogue(language).text(key, **told_of(alarm, (), lambda _: "", known))


def test_a_removed_device_and_the_one_that_removed_it_are_named() -> None:
    key, which = "notice-own-device-removed-by-own", (("device", "p"), ("by", "t"))
    said = said_of_removal(key, "de", *which, p="Telefon", t="Tablet")
    assert "Ihr Gerät „Telefon“ von Ihrem Gerät „Tablet“ entfernt" in said
    said = said_of_removal(key, "en", *which, p="phone")
    assert "your device “phone” was removed by another one of yours" in said
    assert "one of your devices was removed by another" in said_of_removal(key, "en", *which)


def test_what_the_company_or_the_device_itself_removed_is_named() -> None:
    company, left = "notice-own-device-removed", "notice-own-device-left"
    said = said_of_removal(company, "en", ("device", "p"), p="phone")
    assert said.startswith("Your company removed your device “phone” on 21 November 2026.")
    assert "Ihr Gerät „Telefon“ endgültig" in said_of_removal(
        left, "de", ("device", "p"), p="Telefon"
    )


def test_an_alarm_of_before_that_names_no_device_is_told_all_the_same() -> None:
    said = said_of_removal("notice-own-device-removed", "en", p="phone")
    assert said.startswith("Your company removed one of your devices on")
