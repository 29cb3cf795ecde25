"""Who could be taken for whom: names that are the same to the eye.

A display name is what the organisation's server says, and nobody keeps two people from having
the same one, or one that only looks the same. Whoever could be taken for somebody else is
shown with the user name behind the name, wherever a name is shown. It stands behind an `@`;
a name that has one itself is shown with its user name always, so that none can imitate it.

Names are compared by a skeleton in the manner of UTS #39, with what matters in names:
compatibility forms, case, accents, spaces, and the Cyrillic and Greek letters that look Latin.
A name that mixes these scripts is odd by itself.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Final

from teamchat.engine.records import PersonRecord
from teamchat.ids import UserId

SIGN: Final = "@"

_ALIKE: Final = str.maketrans(
    "авгезіїјкмнопрстухѕһԁԛԝӏьαβγεηικνορτυχωϲϳiı1|0łøđɑɡ",  # noqa: RUF001 - they are here because they are ambiguous
    "abre3lljkmhonpctyxshdqwlbabyenlkvoptuxwcjllllolodag",
)
_SCRIPTS: Final = ("LATIN", "CYRILLIC", "GREEK")


class Acquaintances(Mapping[UserId, PersonRecord]):
    """Everybody an account has met; a value, so that what is found out of it stays true.

    Args:
        people: The records by user id.
    """

    def __init__(self, people: Mapping[UserId, PersonRecord]) -> None:
        self._people = dict(people)

    def __getitem__(self, user: UserId) -> PersonRecord:
        return self._people[user]

    def __iter__(self) -> Iterator[UserId]:
        return iter(self._people)

    def __len__(self) -> int:
        return len(self._people)

    def name(self, person: PersonRecord) -> str:
        """Return the name to show for somebody, who need not be among the acquaintances."""
        plain = person.name or person.user_name or person.id
        if plain in {person.user_name, person.id} or not self._confusable(person):
            return plain
        return f"{plain} {SIGN}{person.user_name or person.id}"

    def _confusable(self, person: PersonRecord) -> bool:
        return odd(person.name) or bool(
            self._by_skeleton.get(skeleton(person.name), frozenset()) - {person.id}
        )

    @cached_property
    def _by_skeleton(self) -> Mapping[str, frozenset[UserId]]:
        found: dict[str, set[UserId]] = {}
        for user, person in self._people.items():
            found.setdefault(skeleton(person.name or person.user_name), set()).add(user)
        return {each: frozenset(users) for each, users in found.items()}


@lru_cache(maxsize=16_384)
def skeleton(name: str) -> str:
    """Return what is left of a name when everything is gone that the eye may miss."""
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name).casefold())
    kept = (sign for sign in folded if unicodedata.category(sign)[0] in "LNS")
    return "".join(kept).translate(_ALIKE)


@lru_cache(maxsize=16_384)
def odd(name: str) -> bool:
    """Whether a name mixes scripts that look alike, or imitates a user name behind it."""
    plain = unicodedata.normalize("NFKC", name)
    scripts = {
        script
        for sign in plain
        if sign.isalpha()
        for script in _SCRIPTS
        if unicodedata.name(sign, "").startswith(script)
    }
    return len(scripts) > 1 or SIGN in plain
