"""The tables that the web client shares with us: the pictures, and the words of the recovery key.

`python -m tests.support.web_tables` writes them; a test fails when they are not these.
"""

import textwrap
from pathlib import Path
from typing import Final

from teamchat.identity import sas
from teamchat.identity.words import english, german

IDENTITY: Final = Path(__file__).resolve().parents[2] / "clients" / "web" / "src" / "identity"
_MADE: Final = "Made by `python -m tests.support.web_tables`: change the Python module instead."


def tables() -> dict[Path, str]:
    """Return what every file has to say."""
    return {
        IDENTITY / "sas_pictures.ts": pictures(),
        IDENTITY / "words" / "english.ts": words(english.WORDS, english.__doc__ or ""),
        IDENTITY / "words" / "german.ts": words(german.WORDS, german.__doc__ or ""),
    }


def pictures() -> str:
    """Return the table of pictures."""
    rows = "".join(f'  ["{each.emoji}", "{each.english}", "{each.german}"],\n' for each in sas.ALL)
    head = f"/**\n * The 64 pictures: emoji, English and German name.\n *\n * {_MADE}\n */\n\n"
    table = "export const PICTURES: readonly (readonly [string, string, string])[] = [\n"
    return f"{head}{table}{rows}];\n"


def words(listed: tuple[str, ...], says: str) -> str:
    """Return the table of one list of words, with what its Python module says of it."""
    lines = [*says.strip().splitlines(), "", _MADE]
    head = "".join(f" * {line}".rstrip() + "\n" for line in lines)
    text = textwrap.fill(" ".join(listed), 99)
    table = f"const TEXT = `\n{text}\n`;\n\nexport const WORDS: readonly string[] = "
    return f"/**\n{head} */\n\n{table}TEXT.trim().split(/\\s+/);\n"


if __name__ == "__main__":
    for file, says in tables().items():
        file.write_text(says, encoding="utf-8")
