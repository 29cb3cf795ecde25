"""Known answers of other people: where they are, and what happens when they are not there.

The files are large and not ours, so they are not in the repository. They are looked for
in `shared/vectors` beside the checkout, or where TEAMCHAT_VECTORS points. Without them a
test skips with one clear line; under CI it fails, so that nobody ships unchecked.
"""

import json
import os
from pathlib import Path
from typing import cast

import pytest

_CHECKOUT = Path(__file__).resolve().parents[2]


def directory(name: str) -> Path:
    """Return the folder of one set of vectors (`mls`, `merkle`, `mimi-content`)."""
    root = Path(os.environ.get("TEAMCHAT_VECTORS", str(_CHECKOUT.parent / "shared" / "vectors")))
    found = root / name
    if found.is_dir():
        return found
    reason = f"no known answers at {found}: set TEAMCHAT_VECTORS to run this test"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def mls(name: str) -> list[dict[str, object]]:
    """Return the cases of one IETF MLS file, `mls("treekem")`."""
    text = (directory("mls") / f"{name}.json").read_text(encoding="utf-8")
    return cast("list[dict[str, object]]", json.loads(text))
