"""Write the corpus."""

from tests.forge.corpus import FOLDER
from tests.forge.make import files


def main() -> None:
    """Write every file of the corpus anew, and nothing else into its folder."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = files()
    for old in FOLDER.glob("*.json"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


main()
