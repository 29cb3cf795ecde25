from collections.abc import Sequence

import pytest

from teamchat.server.plan import planned
from teamchat.server.services.founding import Plan
from teamchat.server.settings_values import SettingsError
from teamchat.wire.bodies import CreateSite


def plan(
    *,
    organisation: str = "Beispiel AG",
    sites: Sequence[str] = ("Stuttgart=Europe/Berlin",),
    admin: str = "ada",
    admin_name: str | None = None,
) -> Plan:
    return planned(
        organisation=organisation, sites=sites, admin=admin, admin_name=admin_name, language="de"
    )


def test_a_plan_is_what_was_said() -> None:
    made = plan(organisation="  Beispiel   AG ", sites=["A=B= UTC ", "C=Asia/Shanghai"])
    assert (made.organisation, made.display_name) == ("Beispiel AG", "ada")
    assert made.sites == [CreateSite("A=B", "UTC"), CreateSite("C", "Asia/Shanghai")]
    assert plan(admin_name="Ada Müller").display_name == "Ada Müller"


@pytest.mark.parametrize("admin", ["Ada Müller", "", "Ada", "-ada", "a" * 101])
def test_a_user_name_that_is_none_is_said_so(admin: str) -> None:
    with pytest.raises(SettingsError, match=r"^--admin is .* small letters .* --admin-name"):
        plan(admin=admin)


@pytest.mark.parametrize("name", ["", "  ", "a\nb\x1b[", "x" * 201])
def test_a_name_that_is_none_is_said_so(name: str) -> None:
    with pytest.raises(SettingsError, match=r"^--organisation is .* one line of 1 to"):
        plan(organisation=name)
    with pytest.raises(SettingsError, match=r"^--admin-name is "):
        plan(admin_name=name)
    with pytest.raises(SettingsError, match=r"^the name of --site is "):
        plan(sites=[f"{name}=UTC"])


def test_a_time_zone_that_is_none_is_named_with_one_that_is() -> None:
    with pytest.raises(SettingsError, match=r'"Europa/Berlin".*did you mean Europe/Berlin') as said:
        plan(sites=["Stuttgart=Europa/Berlin"])
    assert "such as Europe/Berlin or Asia/Shanghai" in str(said.value)
    with pytest.raises(SettingsError, match=r'"europe/berlin".*did you mean Europe/Berlin'):
        plan(sites=["Stuttgart=europe/berlin"])
    with pytest.raises(SettingsError, match=r'"Europe/Berlni".*did you mean Europe/Berlin'):
        plan(sites=["Stuttgart=Europe/Berlni"])
    with pytest.raises(SettingsError, match=r"the time zone of --site"):
        plan(sites=["Stuttgart="])


@pytest.mark.parametrize("zone", ["Europe/Stuttgart", "Europe/Munich", "Stuttgart", "Germany"])
def test_a_city_that_is_no_time_zone_is_not_taken_for_another(zone: str) -> None:
    with pytest.raises(SettingsError, match="one city stands for each") as said:
        plan(sites=[f"Stuttgart={zone}"])
    assert "did you mean" not in str(said.value)


def test_sites_are_written_with_their_zone_and_once() -> None:
    with pytest.raises(SettingsError, match=r'"Stuttgart=Europe/Berlin"'):
        plan(sites=["Stuttgart"])
    with pytest.raises(SettingsError, match=r"--site A is there twice"):
        plan(sites=["A=UTC", " A =Asia/Shanghai"])
