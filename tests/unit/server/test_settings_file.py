from pathlib import Path

import pytest

from teamchat.server import settings_file
from teamchat.server.settings import FILE_NAME, Settings, load
from teamchat.server.settings_values import SettingsError

URL = "https://chat.example:9443"


def kept(tmp_path: Path, **given: object) -> Settings:
    settings_file.keep(load(None, {}, server_data=str(tmp_path), **given))
    return load(tmp_path / FILE_NAME, {})


def test_a_file_that_is_there_is_never_changed(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("[sessions]\nidle_days = 3\n", encoding="utf-8")
    read = kept(tmp_path, server_public_url=URL)
    assert (read.sessions.idle_days, read.server.public_url) == (3, "")


@pytest.mark.parametrize("text", ["", "[server]\npublic_url = 'https://chat.example'\n"])
def test_an_address_that_the_file_does_not_say_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")
    settings = load(None, {}, server_data=str(tmp_path))
    with pytest.raises(SettingsError, match="leave --public-url out"):
        settings_file.check(settings, public_url=URL)
    settings_file.check(settings, public_url=None)


def test_an_address_that_the_file_says_too_is_not(tmp_path: Path) -> None:
    settings = kept(tmp_path, server_public_url=URL)
    settings_file.check(settings, public_url=URL)


def test_a_missing_file_is_no_contradiction(tmp_path: Path) -> None:
    settings_file.check(load(None, {}, server_data=str(tmp_path)), public_url=URL)


def test_the_port_of_the_address_is_the_port_to_listen_on(tmp_path: Path) -> None:
    read = kept(tmp_path, server_public_url=URL)
    assert (read.server.public_url, read.server.port, read.url) == (URL, 9443, URL)
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("url", "given"), [(URL, 8443), ("https://chat.example", None), ("https://[::1]/", None)]
)
def test_a_port_that_was_given_otherwise_or_not_at_all_is_not_written(
    tmp_path: Path, url: str, given: int | None
) -> None:
    kept(tmp_path, server_public_url=url, server_port=given)
    assert "port" not in (tmp_path / FILE_NAME).read_text(encoding="utf-8")
