"""RFC 6962 proofs of transparency-dev/merkle: those that verify, and those that must not."""

import base64
import json
from collections.abc import Callable
from typing import cast

import pytest

from teamchat.transparency import ProofError, verify_consistency, verify_inclusion
from tests.support.vectors import directory

CASES = 98


def cases(name: str) -> list[dict[str, object]]:
    text = (directory("merkle") / f"{name}.json").read_text(encoding="utf-8")
    return cast("list[dict[str, object]]", json.loads(text))


def data(value: object) -> bytes:
    return base64.b64decode(cast("str | None", value) or "")


def hashes(value: object) -> list[bytes]:
    return [data(each) for each in cast("list[str] | None", value) or []]


def inclusion(case: dict[str, object]) -> None:
    index, size = cast("int", case["leafIdx"]), cast("int", case["treeSize"])
    verify_inclusion(data(case["leafHash"]), index, size, hashes(case["proof"]), data(case["root"]))


def consistency(case: dict[str, object]) -> None:
    old, new = cast("int", case["size1"]), cast("int", case["size2"])
    verify_consistency(old, new, hashes(case["proof"]), data(case["root1"]), data(case["root2"]))


@pytest.mark.parametrize("verify", [inclusion, consistency], ids=lambda verify: verify.__name__)
def test_every_case_is_accepted_or_refused_as_published(
    verify: Callable[[dict[str, object]], None],
) -> None:
    found = cases(verify.__name__)
    wrong = [case["name"] for case in found if not agrees(verify, case)]
    assert not wrong
    assert len(found) == CASES
    assert {case["wantErr"] for case in found} == {True, False}


def agrees(verify: Callable[[dict[str, object]], None], case: dict[str, object]) -> bool:
    try:
        verify(case)
    except ProofError:
        return bool(case["wantErr"])
    return not case["wantErr"]
