"""What `init` is told, checked whole before anything is made: a refused `init` leaves nothing."""

import difflib
import zoneinfo
from collections.abc import Iterable, Sequence

import msgspec

from teamchat.server.services.founding import Plan
from teamchat.server.services.names import one_line
from teamchat.server.settings_values import SettingsError, refusal
from teamchat.wire import limits
from teamchat.wire.bodies import CreateSite, UserName
from teamchat.wire.problems import ProblemError


def planned(
    *, organisation: str, sites: Sequence[str], admin: str, admin_name: str | None, language: str
) -> Plan:
    """Return what is to be founded.

    Args:
        organisation: Its name.
        sites: As they are written, `Stuttgart=Europe/Berlin`; the first is the administrator's.
        admin: The administrator's user name.
        admin_name: Their name as colleagues see it; the user name if None.
        language: Their language.

    Raises:
        SettingsError: A value cannot be used; it names the option, the value and what is allowed.
    """
    user_name = _user_name(admin)
    return Plan(
        organisation=_name("--organisation", organisation),
        sites=_sites(sites),
        user_name=user_name,
        display_name=user_name if admin_name is None else _name("--admin-name", admin_name),
        language=language,
    )


def _name(option: str, written: str) -> str:
    try:
        name = one_line(written)
    except ProblemError:
        name = ""
    if not 1 <= len(written) <= limits.NAME_CHARACTERS or not name:
        raise refusal(
            option, written, f"one line of 1 to {limits.NAME_CHARACTERS} readable characters"
        )
    return name


def _user_name(written: str) -> str:
    try:
        return msgspec.convert(written, UserName)
    except msgspec.ValidationError:
        raise refusal(
            "--admin",
            written,
            "a user name of small letters from a to z, digits and . _ @ + -, which begins with a "
            "letter or digit; the name that colleagues see is --admin-name",
        ) from None


def _sites(written: Sequence[str]) -> list[CreateSite]:
    sites = [_site(each) for each in written]
    names = [site.name for site in sites]
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(f"--site {name} is there twice; each site has a name of its own")
    return sites


def _site(written: str) -> CreateSite:
    name, equals, zone = written.rpartition("=")
    if not equals:
        raise refusal("--site", written, 'a name and its time zone: "Stuttgart=Europe/Berlin"')
    return CreateSite(_name("the name of --site", name), _time_zone(zone.strip()))


def _time_zone(written: str) -> str:
    known = zoneinfo.available_timezones()
    if written in known:
        return written
    close = _close_zone(written.casefold(), known)
    hint = f"did you mean {close}?" if close else "one city stands for each, Berlin for all Germany"
    raise refusal(
        "the time zone of --site",
        written,
        f"a name of the IANA list, such as Europe/Berlin or Asia/Shanghai; {hint}",
    )


def _close_zone(written: str, known: Iterable[str]) -> str:
    """Return the zone whose city was mistyped; empty if its city is none of the list."""
    cities = {zone: zone.casefold().rpartition("/")[2] for zone in known}
    meant = difflib.get_close_matches(written.rpartition("/")[2], {*cities.values()}, 3, 0.75)
    by_small = {zone.casefold(): zone for zone, city in cities.items() if city in meant}
    best = difflib.get_close_matches(written, by_small, n=1, cutoff=0.5)
    return by_small[best[0]] if best else ""
