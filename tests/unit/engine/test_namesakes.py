"""Names that are the same to the eye are shown with the user name; others are left alone."""

import pytest

from teamchat.engine.namesakes import Acquaintances, odd, skeletons
from teamchat.engine.records import PersonRecord
from teamchat.engine.view import name_of, person_of
from teamchat.ids import UserId
from teamchat.wire.limits import NAME_CHARACTERS

# ruff: noqa: RUF001 - the letters are here because they are ambiguous

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
    ],
)
def test_who_could_be_taken_for_somebody_is_shown_with_the_user_name(name: str) -> None:
    wei, other = among(name)
    assert wei == "Wei Zhang @wei"
    assert other == f"{name} @mallory"


def test_a_name_steers_nothing_and_is_no_long_text() -> None:
    assert among("\u202egnahZ ieW\n") == ("Wei Zhang", "gnahZ ieW @mallory")
    assert among("\u2067\x1b[2J")[1] == "[2J @mallory"
    assert among("x" * 10_000)[1] == "x" * NAME_CHARACTERS
    assert among("\u202e")[1] == "mallory"


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
    assert skeletons("J\u00f6rg M\u00fcller") == skeletons("jorgmuller")
    assert not skeletons("王伟") & skeletons("王偉")
    assert not skeletons("राम") & skeletons("रमा")


@pytest.mark.parametrize(
    ("name", "twin"),
    [
        ("Bo Chen", "B\u0585 Chen"),  # Armenian
        ("Bo Chen", "B\u03bf Chen"),  # Greek
        ("Oz", "\u0585z"),
        ("Ulf", "\u054dlf"),
        ("Una", "\u054d\u0578\u0430"),  # Armenian and Cyrillic
        ("Anna", "Ann\u0251"),  # the alpha of phonetics
        ("Anna Meier", "\u0391nn\u0430 Meier"),  # Greek and Cyrillic
        ("Tom Cook", "Tom \u0421\u043e\u043ek"),
        ("Tim", "T\u0456m"),
        ("Scope", "\u0405\u0441\u043e\u0440\u0435"),  # all of it Cyrillic
        ("vi", "\u0475\u0456"),
        ("HAN", "\u0397\u0391\u039d"),  # all of it Greek, of capitals only
        ("Гри", "\u0393\u0440\u0438"),
        ("Mara", "\u13b7ARA"),  # Cherokee
        ("Lee", "\u13deee"),
        ("Dora", "\u13a0ora"),
        ("TOM", "\ua4d4\ua4f3\ua4df"),  # Lisu
        ("Hans", "\ua4e7ans"),
        ("Sofia", "\ua731ofia"),  # small capitals
        ("Ben Roth", "Ben R\u1d0fth"),
        ("Wolf", "Wol\u017f"),  # a long s
        ("Mario Kern", "Mario Kem"),
        ("Wolf", "VVolf"),
        ("Clara", "Dara"),
        ("日本", "曰本"),
        ("吉野", "\U00020bb7野"),
        ("カ", "力"),
        ("رضا علی", "رضا علي"),  # Persian and Arabic
        ("امیر حسین", "امیر\u200cحسین"),
        ("Anna", "Anna\u200d"),
        ("Anna", "Anna\u3164"),  # Hangul fillers
        ("Anna", "Anna\uffa0"),
        ("Anna", "An\u115fna"),
        ("Anna", "An\u034fna"),
        ("Anna", "Anna\ufe0f"),
        ("Anna", "Anna\u2800"),
        ("Anna", "Anna\u00ad"),
        ("Anna", "Anna\u1680"),
        ("Anna", "Anna\ue000"),
        ("Anna", "Anna\U000e0041"),
        ("Anna", "Anna\u0378"),  # unassigned
        ("Bo", "B\u0966"),  # a zero
    ],
)
def test_whoever_looks_like_somebody_else_is_shown_with_the_user_name(name: str, twin: str) -> None:
    real, false = PersonRecord(UserId("r"), "u1", name), PersonRecord(UserId("f"), "u2", twin)
    people = Acquaintances({each.id: each for each in (real, false)})
    assert name_of(false.id, people) == f"{twin} @u2"


ORDINARY = """
    Hans Müller;Anna-Lena Groß;Łukasz Żółć;Søren Kierkegård;Þórður Ægisson;Đorđe Šćepanović;
    Seán O’Brien
    Dr. Wei Zhang (Shanghai);Smith, John;
    Jean–Luc d'Arc;Müller & Söhne;Lager 3;Anna | HR;Mª José
    Nguyễn Thị Phương Đặng;Trần Văn Ơn;İbrahim Şahin;Işıl Yıldız;Əli Məmmədov;Ștefan Țepeș;Ċensu Ħal
    王小明;张伟(Zhang Wei);陳大文;欧阳 娜娜;阿卜杜拉·买买提;佐々木 健太;山﨑ひろみ;マリー・キュリー;
    山田　太郎;김민준
    Γιώργος Παπαδόπουλος;ΕΛΕΝΗ;Анна Каренина;Вера;Демʼян Їжак;Ђорђе Његош;
    Нұрсұлтан Әбішұлы;Արամ Խաչատրյան
    محمد عبد الله;فاطمة الزهراء;رضا علی;امیر‌حسین;پرویز;דוד בן־גוריון;
    राम कृष्ण;ශ්‍රීමතී;சுப்ரமணியம்;สมชาย ใจดี
    თამარ მეფე;አበበ በቂላ
"""


def test_ordinary_names_are_left_alone_also_side_by_side() -> None:
    names = [name.strip() for name in ORDINARY.replace("\n", ";").split(";") if name.strip()]
    met = [PersonRecord(UserId(f"{i:03}"), f"u{i}", name) for i, name in enumerate(names)]
    people = Acquaintances({each.id: each for each in met})
    assert len(names) > 50
    assert [people.name(each) for each in met] == names


def test_who_has_no_user_name_cannot_borrow_one() -> None:
    nobody = PersonRecord(UserId("z"), "", "Wei Zhang @wei")
    assert person_of(nobody, Acquaintances({WEI.id: WEI})).name == "Wei Zhang @wei @z"
