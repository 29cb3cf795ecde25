"""What two devices show for their owner to compare: 7 pictures, or 3 numbers of 4 digits.

Both follow from the same 48 bits, of which the pictures show 42 and the numbers 39. The 64
pictures and the way to the numbers are those of Matrix (Client-Server API, short authentication
strings), which many people have seen before; the names are ours, so that the pictures can be read
out. What is secret about them is only that nobody may know them early: they do not print.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from teamchat.identity.errors import IdentityError

BYTES: Final = 6
PICTURES: Final = 7
NUMBERS: Final = 3
_PICTURE_BITS: Final = 6
_NUMBER_BITS: Final = 13
_FIRST_NUMBER: Final = 1000
"""So that every number has four digits."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that everybody calls the same.

    Attributes:
        emoji: As Unicode has it.
        english: Its name.
        german: Its name.
    """

    emoji: str
    english: str
    german: str

    def name(self, language: str) -> str:
        """Return its name; English for whoever speaks neither language."""
        return self.german if language == "de" else self.english


# fmt: off
ALL: Final[tuple[Picture, ...]] = (
    Picture("🐶", "Dog", "Hund"), Picture("🐱", "Cat", "Katze"),
    Picture("🦁", "Lion", "Löwe"), Picture("🐎", "Horse", "Pferd"),
    Picture("🦄", "Unicorn", "Einhorn"), Picture("🐷", "Pig", "Schwein"),
    Picture("🐘", "Elephant", "Elefant"), Picture("🐰", "Rabbit", "Hase"),
    Picture("🐼", "Panda", "Panda"), Picture("🐓", "Rooster", "Hahn"),
    Picture("🐧", "Penguin", "Pinguin"), Picture("🐢", "Turtle", "Schildkröte"),
    Picture("🐟", "Fish", "Fisch"), Picture("🐙", "Octopus", "Oktopus"),
    Picture("🦋", "Butterfly", "Schmetterling"), Picture("🌷", "Flower", "Blume"),
    Picture("🌳", "Tree", "Baum"), Picture("🌵", "Cactus", "Kaktus"),
    Picture("🍄", "Mushroom", "Pilz"), Picture("🌏", "Globe", "Globus"),
    Picture("🌙", "Moon", "Mond"), Picture("☁️", "Cloud", "Wolke"),
    Picture("🔥", "Fire", "Feuer"), Picture("🍌", "Banana", "Banane"),
    Picture("🍎", "Apple", "Apfel"), Picture("🍓", "Strawberry", "Erdbeere"),
    Picture("🌽", "Corn", "Mais"), Picture("🍕", "Pizza", "Pizza"),
    Picture("🎂", "Cake", "Kuchen"), Picture("❤️", "Heart", "Herz"),
    Picture("😀", "Smiley", "Lächeln"), Picture("🤖", "Robot", "Roboter"),
    Picture("🎩", "Hat", "Hut"), Picture("👓", "Glasses", "Brille"),
    Picture("🔧", "Spanner", "Schraubenschlüssel"), Picture("🎅", "Santa", "Weihnachtsmann"),
    Picture("👍", "Thumbs up", "Daumen hoch"), Picture("☂️", "Umbrella", "Regenschirm"),
    Picture("⌛", "Hourglass", "Sanduhr"), Picture("⏰", "Clock", "Uhr"),
    Picture("🎁", "Gift", "Geschenk"), Picture("💡", "Light bulb", "Glühbirne"),
    Picture("📕", "Book", "Buch"), Picture("✏️", "Pencil", "Bleistift"),
    Picture("📎", "Paperclip", "Büroklammer"), Picture("✂️", "Scissors", "Schere"),
    Picture("🔒", "Lock", "Schloss"), Picture("🔑", "Key", "Schlüssel"),
    Picture("🔨", "Hammer", "Hammer"), Picture("☎️", "Telephone", "Telefon"),
    Picture("🏁", "Flag", "Flagge"), Picture("🚂", "Train", "Zug"),
    Picture("🚲", "Bicycle", "Fahrrad"), Picture("✈️", "Aeroplane", "Flugzeug"),
    Picture("🚀", "Rocket", "Rakete"), Picture("🏆", "Trophy", "Pokal"),
    Picture("⚽", "Ball", "Ball"), Picture("🎸", "Guitar", "Gitarre"),
    Picture("🎺", "Trumpet", "Trompete"), Picture("🔔", "Bell", "Glocke"),
    Picture("⚓", "Anchor", "Anker"), Picture("🎧", "Headphones", "Kopfhörer"),
    Picture("📁", "Folder", "Ordner"), Picture("📌", "Pin", "Stecknadel"),
)
# fmt: on


class ShortAuthenticationString:
    """What both devices show; the same on both, unless somebody is between them.

    Args:
        secret: 6 bytes that both devices have derived.

    Raises:
        IdentityError: There are not 6 bytes.
    """

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) != BYTES:
            raise IdentityError(f"{BYTES} bytes are shown, not {len(secret)}")
        self._secret: Final = secret

    def pictures(self) -> tuple[Picture, ...]:
        """Return 7 pictures: the first 42 bits, 6 each."""
        return tuple(ALL[each] for each in self._parts(_PICTURE_BITS, PICTURES))

    def numbers(self) -> tuple[int, ...]:
        """Return 3 numbers from 1000 to 9191: the first 39 bits, 13 each, and 1000 more."""
        return tuple(each + _FIRST_NUMBER for each in self._parts(_NUMBER_BITS, NUMBERS))

    def _parts(self, bits: int, count: int) -> Sequence[int]:
        whole = int.from_bytes(self._secret, "big")
        ends = range(BYTES * 8 - bits, BYTES * 8 - bits * count - 1, -bits)
        return [whole >> end & (1 << bits) - 1 for end in ends]

    def __repr__(self) -> str:
        return "ShortAuthenticationString(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ShortAuthenticationString) and hmac.compare_digest(
            self._secret, other._secret
        )

    def __hash__(self) -> int:
        return hash(self._secret)
