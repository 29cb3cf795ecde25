"""What the page for people says of `--json` is what is written."""

import ast
import inspect
import re
from pathlib import Path

import pytest

from teamchat.cli import shapes

PAGE = Path(__file__).resolve().parents[3] / "docs/use/terminal.md"
ROW = re.compile(r"^\| `([a-z_]+)` \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
ADDED = {"profile": {"recovery_key"}}
"""What a command adds to a shape."""


def _shapes() -> dict[str, set[str]]:
    """Return the fields of each type, as the functions of the module write them."""
    found: dict[str, set[str]] = {}
    for function in ast.parse(inspect.getsource(shapes)).body:
        if not isinstance(function, ast.FunctionDef):
            continue
        returned = next(each.value for each in function.body if isinstance(each, ast.Return))
        assert isinstance(returned, ast.Dict)
        fields: set[str] = set()
        for key, value in zip(returned.keys, returned.values, strict=True):
            if isinstance(key, ast.Constant):
                fields.add(str(key.value))
            else:  # the fields of another shape, written before
                assert isinstance(value, ast.Call)
                assert isinstance(value.func, ast.Name)
                fields |= found[value.func.id]
        found[function.name] = fields - {"type"}
    return found


def _told() -> dict[str, set[str]]:
    """Return the fields of each type, as the page names them."""
    rows = {
        name: re.sub(r"\([^)]*\)", "", words)
        for name, words in ROW.findall(PAGE.read_text("utf-8"))
    }
    named = {name: set(re.findall(r"`([a-z_]+)`", words)) for name, words in rows.items()}
    people = {name for name, words in rows.items() if "the fields of a person" in words}
    return {
        name: told | (named["person"] if name in people else set()) for name, told in named.items()
    }


@pytest.mark.parametrize("name", _shapes())
def test_the_page_names_every_field(name: str) -> None:
    assert _told()[name] == _shapes()[name] | ADDED.get(name, set())
