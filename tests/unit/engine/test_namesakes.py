"""Names that are the same to the eye are shown with the user name; others are left alone."""

import pytest

from teamchat.engine.namesakes import Acquaintances, odd, skeleton
from teamchat.engine.records import PersonRecord
from teamchat.engine.view import name_of, person_of
from teamchat.ids import UserId

WEI = PersonRecord(UserId("a"), "wei", "Wei Zhang")


def among(name: str, user_name: str = "mallory") -> tuple[str, str]:
    """Return how Wei and somebody of this name are shown beside one another."""
    other = PersonRecord(UserId("b"), user_name, name)
    people = Acquaintances({WEI.id: WEI, other.id: other})
    return name_of(WEI.id, people), person_of(other, people).name


@pytest.mark.parametrize(
    "name",
    [
        "Wei Zhang",
        "wei  zhang",
        "WeiZhang",
        "W\u0435i Zhang",  # Cyrillic
        "\uff37ei Zhang",  # full width
        "We\u00ed Zh\u0430ng",
        "We1 Zhang",
        "Wel Zhang",
        "Wei\u200b Zhang",
        "Wei Zhang\u202e",
    ],
)
def test_who_could_be_taken_for_somebody_is_shown_with_the_user_name(name: str) -> None:
    wei, other = among(name)
    assert wei == "Wei Zhang @wei"
    assert other == f"{name} @mallory"


@pytest.mark.parametrize("name", ["Mara Keller", "Wei Zhao", "王伟", "Анна", ""])
def test_other_names_are_left_alone(name: str) -> None:
    wei, other = among(name)
    assert wei == "Wei Zhang"
    assert other in (name, "mallory")


@pytest.mark.parametrize("name", ["Mara @mara", "Mara \uff20mara", "M\u0430ra", "Ma\u03c1a"])
def test_who_imitates_or_mixes_is_shown_with_the_user_name_always(name: str) -> None:
    assert odd(name)
    assert among(name) == ("Wei Zhang", f"{name} @mallory")


def test_a_name_like_another_ones_user_name_counts_too() -> None:
    nameless = PersonRecord(UserId("b"), "jonas")
    jonas = PersonRecord(UserId("c"), "jb", "Jonas")
    people = Acquaintances({each.id: each for each in (nameless, jonas)})
    assert name_of(jonas.id, people) == "Jonas @jb"
    assert name_of(nameless.id, people) == "jonas"


def test_somebody_just_found_is_compared_with_those_one_has_met() -> None:
    found = PersonRecord(UserId("z"), "weiz", "Wei Zhang")
    assert person_of(found, Acquaintances({WEI.id: WEI})).name == "Wei Zhang @weiz"


def test_a_skeleton_is_what_the_eye_sees() -> None:
    assert skeleton("J\u00f6rg M\u00fcller") == skeleton("jorgmuller")
    assert skeleton("王伟") != skeleton("王偉")


def test_who_has_no_user_name_cannot_borrow_one() -> None:
    nobody = PersonRecord(UserId("z"), "", "Wei Zhang @wei")
    assert person_of(nobody, Acquaintances({WEI.id: WEI})).name == "Wei Zhang @wei @z"
