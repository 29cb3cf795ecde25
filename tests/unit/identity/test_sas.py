import pytest

from teamchat.identity.errors import IdentityError
from teamchat.identity.sas import ALL, ShortAuthenticationString


def test_sixty_four_pictures_with_names_of_their_own() -> None:
    assert len(ALL) == 64
    for names in (
        {each.emoji for each in ALL}, {each.english for each in ALL}, {each.german for each in ALL},
    ):  # fmt: skip
        assert len(names) == 64
        assert all(name == name.strip() != "" for name in names)


def test_the_pictures_are_where_matrix_has_them() -> None:
    known = {0: "Dog", 16: "Tree", 21: "Cloud", 29: "Heart", 32: "Hat", 48: "Hammer", 63: "Pin"}
    assert {at: ALL[at].english for at in known} == known
    assert ALL[21].emoji == "\u2601\ufe0f"
    assert (ALL[0].name("de"), ALL[0].name("en"), ALL[0].name("fr")) == ("Hund", "Dog", "Dog")


def test_forty_two_bits_are_pictures_and_thirty_nine_are_numbers() -> None:
    bits = "000000000001111111100000010101001100111110" + "111111"
    shown = ShortAuthenticationString(int(bits, 2).to_bytes(6, "big"))
    assert shown.pictures() == tuple(ALL[each] for each in (0, 1, 63, 32, 21, 12, 62))
    thirteen = [int(bits[at : at + 13], 2) for at in (0, 13, 26)]
    assert shown.numbers() == tuple(1000 + each for each in thirteen)


def test_the_numbers_as_matrix_writes_them_down() -> None:
    """With shifts over five bytes, as its specification does."""
    for data in (bytes(range(200, 206)), bytes(6), b"\xff" * 6, b"\x12\x34\x56\x78\x9a\xbc"):
        first, second, third, fourth, fifth = data[:5]
        assert ShortAuthenticationString(data).numbers() == (
            (first << 5 | second >> 3) + 1000,
            ((second & 7) << 10 | third << 2 | fourth >> 6) + 1000,
            ((fourth & 0x3F) << 7 | fifth >> 1) + 1000,
        )


def test_numbers_have_four_digits() -> None:
    assert ShortAuthenticationString(bytes(6)).numbers() == (1000, 1000, 1000)
    assert ShortAuthenticationString(b"\xff" * 6).numbers() == (9191, 9191, 9191)


def test_what_is_shown_does_not_print() -> None:
    shown = ShortAuthenticationString(bytes(range(6)))
    assert repr(shown) == "ShortAuthenticationString(…)"
    assert shown == ShortAuthenticationString(bytes(range(6)))
    assert shown != ShortAuthenticationString(bytes(6))
    assert hash(shown) == hash(ShortAuthenticationString(bytes(range(6))))
    for wrong in (b"", bytes(5), bytes(7)):
        with pytest.raises(IdentityError):
            ShortAuthenticationString(wrong)
