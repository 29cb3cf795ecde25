"""Where profiles live."""

from pathlib import Path

import pytest

from teamchat.client.errors import AccountError
from teamchat.client.settings import home, profile_directory, profiles, spoken_language


def test_teamchat_home_wins(tmp_path: Path) -> None:
    environment = {"TEAMCHAT_HOME": str(tmp_path)}
    assert home(environment) == tmp_path
    assert profile_directory("work", environment) == tmp_path / "work"
    assert home({}) != tmp_path


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden", "x" * 65, "a\n"])
def test_a_name_that_is_no_folder_is_refused(name: str) -> None:
    with pytest.raises(AccountError, match="error-profile-name"):
        profile_directory(name)


def test_the_language_of_a_profile_is_read_within_bounds(tmp_path: Path) -> None:
    assert not spoken_language(tmp_path)
    for written, read in ((b"de\n", "de"), (b"\xff", ""), (b"x" * 1000, "x" * 35)):
        (tmp_path / "language").write_bytes(written)
        assert spoken_language(tmp_path) == read


def test_only_profiles_with_an_account_are_listed(tmp_path: Path) -> None:
    environment = {"TEAMCHAT_HOME": str(tmp_path)}
    assert profiles({"TEAMCHAT_HOME": str(tmp_path / "none")}) == []
    (tmp_path / "empty").mkdir()
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "store.db").touch()
    assert profiles(environment) == ["used"]
