"""Who could be taken for whom: names that are the same to the eye.

A display name is what the organisation's server says, and nobody keeps two people from having
the same one, or one that only looks the same. Whoever could be taken for somebody else is
shown with the user name behind the name, wherever a name is shown. It stands behind an `@`;
a name that has one itself is shown with its user name always, so that none can imitate it.

Two rules. Names of the letters that people write their names with are compared by skeletons in
the manner of UTS #39, with what matters in names: compatibility forms, case, accents, spaces,
and letters that look alike. Any other name is odd by itself, with nothing to compare it to: a
word of two scripts, of a script few people write (UAX #31), of a rare letter, or with a sign
nobody sees. A list of what is ordinary stays right when Unicode grows; one of what is not would
always be a version behind.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Final

from teamchat.engine.records import PersonRecord
from teamchat.ids import UserId
from teamchat.wire.limits import NAME_CHARACTERS

# ruff: noqa: RUF001 - the letters are here because they are ambiguous

SIGN: Final = "@"

_MIMICS: Final = {
    "Latin": "a-zæœøđðþħłŋıŧəɛɔɓɗƙƴ",
    "Cyrillic": "\u0430-\u045f\u048b-\u04ff",
    "Greek": "α-ω",
    "Armenian": "\u0561-\u0587",
}
"""Alphabets that look like one another: a name keeps to one of them, not only each word of it."""

_OTHERS: Final = {
    "East Asian": "﨑々〆ぁ-ゖァ-ヺーㄅ-ㄯ一-\u9fff가-\ud7a3",
    "Hebrew": "א-ת",
    "Arabic": "\u0621-\u063a\u0641-\u064aٱٹپچڈڑژکگںھہۂۃۆۇۈۋیېےە\u200c\u200d",
    "Thaana": "\u0780-\u07b1",
    **{
        f"Indic {start:x}": f"{chr(start)}-{chr(start + 0x7F)}\u200c\u200d"
        for start in range(0x900, 0xE00, 0x80)
    },
    "Thai": "\u0e01-\u0e4e",
    "Lao": "\u0e81-\u0ecd",
    "Tibetan": "\u0f40-\u0fbc",
    "Myanmar": "\u1000-\u109f",
    "Georgian": "\u10d0-\u10fa",
    "Ethiopic": "\u1200-\u135a",
    "Khmer": "\u1780-\u17b3\u17b6-\u17d3",
}
_SCRIPTS: Final = {
    script: re.compile(f"[0-9{letters}]+") for script, letters in (_MIMICS | _OTHERS).items()
}
_BETWEEN_WORDS: Final = re.compile(
    r"[ \-‐–—'’‘ʼʻʹ.,·()\[\]/&+|\"“”„«»:;#?*_・、。،־״׳「」『』【】]+"
)
_UNSEEN: Final = re.compile(
    "[\u02b9\u02bb\u02bc\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\ufe00-\ufe0f"
    "\U000e0000-\U000e0fff]"
)
"""Letters, marks and symbols that show nothing, or an apostrophe: a skeleton has none."""

_STEERING: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb]"
)
"""Signs that end a line or turn the order of others: a name that a server made up may have them."""

_CAPITALS: Final = str.maketrans("ΑΒΓΕΖΗΙΚΜΝΟΡΤΥΧՕՏՍԼ", "ABГEZHIKMNOPTYXOSUL")
"""Capitals that look like another letter than their small ones do."""

_DRAWN_ALIKE: Final = (
    "aаαɑ bвьҍβɓ cсҫϲ dԁđðɗ eеҽҿәεɛə fƒք gցɡ hнңӈӊһћђհիħ jјϳյ kкқҡҝӄҟκƙ lіӏιi1|ıłլ mмӎ nпπηոռղŋ "
    "oоөοσθøօ0 pрҏρþ qԛգզ rгґғ sѕ tтҭτŧ uυսμ vνѵ wωԝա xхҳχ yуүұγƴ 3зҙӡ 6б иҋ лӆ жҗ чҷӌҹ фφփ "
    "日曰 未末 土士 己已巳 戊戌戍戉 人入 千干于 天夭 王玉 刀刃 口囗ロ 力カ 二ニ 夕タ 卜ト 八ハ "
    "工エ 一ー 户戶戸 内內 吕呂 黄黃 吴吳呉 高髙 崎﨑 德徳 青靑 清淸 郎郞 俞兪 晚晩 研硏 "
    "黑黒 鎮鎭 絶絕 併倂 値值 啓啟 塡填 墫壿 媯嬀 帡帲 朌肦 朏胐 朐胊 朓脁 朘脧 朣膧 胼腁 杮柿 "
    "榝樧 溈潙 蒍蔿 蘷虁 訮詽 讆讏 豜豣 趆赿 跥跺 躗躛 軿輧 隷隸 鹂鹃 イ亻 へヘ りリ シツッ ソンノ "
    "يیىې كک هہھةۃە"
)
_ALIKE: Final = str.maketrans(
    {sign: group[0] for group in _DRAWN_ALIKE.split() for sign in group[1:]}
    | {"æ": "ae", "œ": "oe", "ӕ": "ae", "ю": "lo", "ы": "bl"}
)
_FALSE_FRIENDS: Final = re.compile("[ſϲϹ˛ͺ]")
"""What NFKC takes for another letter than the one the eye does."""

_RARE: Final = frozenset({"Cn", "Nd", "No"})
"""Unassigned, and digits of other scripts, some of which look like letters."""

_PAIRS: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"))


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
        plain = legible(person.name) or person.user_name or person.id
        if plain in {person.user_name, person.id} or not self._confusable(person):
            return plain
        return f"{plain} {SIGN}{person.user_name or person.id}"

    def _confusable(self, person: PersonRecord) -> bool:
        return odd(person.name) or any(
            self._by_skeleton.get(each, frozenset()) - {person.id}
            for each in skeletons(person.name)
        )

    @cached_property
    def _by_skeleton(self) -> Mapping[str, frozenset[UserId]]:
        found: dict[str, set[UserId]] = {}
        for user, person in self._people.items():
            for each in skeletons(person.name or person.user_name):
                found.setdefault(each, set()).add(user)
        return {each: frozenset(users) for each, users in found.items()}


def legible(name: str) -> str:
    """Return what of a name may be shown: nothing that steers what is around it, no long text."""
    return _STEERING.sub("", name)[:NAME_CHARACTERS]


@lru_cache(maxsize=16_384)
def skeletons(name: str) -> frozenset[str]:
    """Return what is left of a name when everything is gone that the eye may miss.

    There are two where capitals look like one letter and small ones like another, as of Greek.
    """
    shown = _UNSEEN.sub("", _without_accents(name))
    return frozenset(map(_skeleton, (shown, shown.translate(_CAPITALS))))


@lru_cache(maxsize=16_384)
def odd(name: str) -> bool:
    """Whether a name is not in the ordinary letters of a script, or imitates a user name."""
    plain = _without_accents(name)
    words = [word for word in _BETWEEN_WORDS.split(_without_accents(plain.casefold())) if word]
    scripts = {_script(word) for word in words if not (word.isascii() and word.isdecimal())}
    return (
        SIGN in plain
        or not words
        or None in scripts
        or len(scripts & _MIMICS.keys()) > 1
        or _FALSE_FRIENDS.search(name) is not None
        or any(unicodedata.category(sign) in _RARE and not sign.isascii() for sign in plain)
    )


def _script(word: str) -> str | None:
    return next((script for script, letters in _SCRIPTS.items() if letters.fullmatch(word)), None)


def _skeleton(shown: str) -> str:
    folded = _without_accents(shown.casefold())
    kept = "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LMNS")
    drawn = kept.translate(_ALIKE)
    for pair, like in _PAIRS:
        drawn = drawn.replace(pair, like)
    return drawn


def _without_accents(name: str) -> str:
    # Vowel signs of Indic scripts are marks too, and they are not accents: their class is 0.
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name))
    kept = (sign for sign in apart if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", "".join(kept))
