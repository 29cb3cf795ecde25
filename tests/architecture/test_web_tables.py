"""The tables of the web client are made from ours: `python -m tests.support.web_tables`."""

from pathlib import Path

import pytest

from tests.support.web_tables import tables


@pytest.mark.parametrize(
    ("file", "says"), tables().items(), ids=lambda each: getattr(each, "name", "")
)
def test_a_table_is_ours(file: Path, says: str) -> None:
    assert file.read_text(encoding="utf-8") == says
