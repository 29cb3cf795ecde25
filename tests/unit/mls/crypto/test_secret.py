import copy
import json
import pickle

import pytest

from teamchat.mls.crypto import Secret
from teamchat.mls.errors import UsageError

SECRET = Secret(b"do not tell")


def test_it_does_not_print() -> None:
    assert repr(SECRET) == str(SECRET) == "Secret(11 bytes)"
    assert "tell" not in f"{SECRET} {SECRET!r} {[SECRET]}"


def test_it_compares_by_content() -> None:
    assert Secret(b"do not tell") == SECRET
    assert Secret(b"do not tall") != SECRET
    assert SECRET != b"do not tell"
    assert len(SECRET) == 11
    assert Secret(b"")


def test_it_is_revealed_on_purpose_only() -> None:
    assert SECRET.reveal() == b"do not tell"
    with pytest.raises(TypeError):
        hash(SECRET)
    with pytest.raises(TypeError):
        json.dumps(SECRET)
    with pytest.raises(UsageError):
        pickle.dumps(SECRET)
    with pytest.raises(UsageError):
        copy.copy(SECRET)
    with pytest.raises(TypeError):
        bytes(SECRET)  # type: ignore[call-overload]


def test_its_working_form_is_made_once_and_does_not_print() -> None:
    asked: list[bytes] = []

    def expand(data: bytes) -> bytes:
        asked.append(data)
        return data * 2

    secret = Secret(b"seed")
    assert [secret.expanded(expand) for _ in range(3)] == [b"seedseed"] * 3
    assert asked == [b"seed"]
    assert secret == Secret(b"seed")
    assert "seed" not in repr(secret)
