import stat
from pathlib import Path

import pytest

from teamchat.server.storage.push_key import NAME, PushKeyError, push_key

SECRET = bytes(range(32))


def never() -> bytes:
    raise AssertionError("there is one already")


def test_it_is_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    assert push_key(tmp_path, lambda: SECRET) == SECRET
    assert push_key(tmp_path, never) == SECRET
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [NAME]


@pytest.mark.parametrize("kept", [b"", b"!", b"AAAA", b"A" * 300])
def test_a_damaged_one_is_not_replaced_by_itself(tmp_path: Path, kept: bytes) -> None:
    (tmp_path / NAME).write_bytes(kept)
    with pytest.raises(PushKeyError, match="delete it"):
        push_key(tmp_path, never)
