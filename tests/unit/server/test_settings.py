import itertools
import tomllib
from pathlib import Path

import msgspec
import pytest

from teamchat.server.settings import (
    Settings,
    SettingsError,
    is_loopback,
    load,
    require_private_transport,
)

EXAMPLE = Path(__file__).resolve().parents[3] / "config" / "server.example.toml"

EVERYWHERE = "0.0.0.0"  # noqa: S104 - nothing listens: the settings are refused


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "teamchat.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_names_every_setting_with_its_default() -> None:
    assert tomllib.loads(EXAMPLE.read_text(encoding="utf-8")) == msgspec.to_builtins(Settings())


def test_the_example_says_why_of_every_setting() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    for before, line in itertools.pairwise(lines):
        if "=" in line and not line.startswith("#"):
            assert before.startswith("# "), line


def test_a_file_then_the_environment_then_the_command_line(tmp_path: Path) -> None:
    path = written(tmp_path, "[server]\nhost = '10.0.0.1'\nport = 1\n[sessions]\nidle_days = 3\n")
    settings = load(
        path, {"TEAMCHAT_SERVER_PORT": "2", "TEAMCHAT_SERVER_HOST": "10.0.0.2"}, server_port=3
    )
    assert (settings.server.host, settings.server.port) == ("10.0.0.2", 3)
    assert settings.sessions.idle_days == 3


def test_lists_come_from_the_environment_with_commas() -> None:
    settings = load(
        None, {"TEAMCHAT_SERVER_TRUSTED_PROXIES": "10.0.0.0/8, ::1", "TEAMCHAT_MLS_SUITES": "0x1,3"}
    )
    assert settings.server.trusted_proxies == ["10.0.0.0/8", "::1"]
    assert settings.mls.suites == [1, 3]


def test_relative_paths_start_at_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "[tls]\ncertificate = 'tls/a.pem'\nkey = '/k.pem'\n")
    settings = load(path, {})
    assert settings.data == tmp_path / "."
    assert settings.tls.certificate == str(tmp_path / "tls/a.pem")
    assert settings.tls.key == "/k.pem"


@pytest.mark.parametrize(
    "text",
    [
        "[server]\nprot = 1",
        "[surprise]\na = 1",
        "[server]\nport = 70000",
        "[server]\nport = 'x'",
        "[server]\ntrusted_proxies = ['nonsense']",
        "[server]\npublic_url = 'ftp://x'",
        "[tls]\ncertificate = 'only.pem'",
        "[passwords]\nmemory_kib = 16\nlanes = 4",
        "[passwords]\ncharacters = 3",
        "[mls]\nsuites = []",
        "not toml",
        "server = 3",
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError):
        load(written(tmp_path, text), {})


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"teamchat\.toml"):
        load(tmp_path / "teamchat.toml", {})


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({}, "http://127.0.0.1:8420"),
        ({"TEAMCHAT_SERVER_HOST": "::1"}, "http://[::1]:8420"),
        ({"TEAMCHAT_SERVER_PUBLIC_URL": "https://chat.example/"}, "https://chat.example"),
        ({"TEAMCHAT_TLS_CERTIFICATE": "a", "TEAMCHAT_TLS_KEY": "b"}, "https://127.0.0.1:8420"),
    ],
)
def test_the_address_of_invitation_links(environment: dict[str, str], url: str) -> None:
    assert load(None, environment).url == url


@pytest.mark.parametrize(
    ("environment", "private"),
    [
        ({}, True),
        ({"TEAMCHAT_SERVER_HOST": EVERYWHERE}, False),
        ({"TEAMCHAT_SERVER_HOST": "chat.example"}, False),
        ({"TEAMCHAT_SERVER_HOST": "::"}, False),
        (
            {
                "TEAMCHAT_SERVER_HOST": EVERYWHERE,
                "TEAMCHAT_SERVER_TRUSTED_PROXIES": "10.0.0.1",
            },
            True,
        ),
        (
            {
                "TEAMCHAT_SERVER_HOST": EVERYWHERE,
                "TEAMCHAT_TLS_CERTIFICATE": "a",
                "TEAMCHAT_TLS_KEY": "b",
            },
            True,
        ),
    ],
)
def test_passwords_never_cross_a_network_in_the_clear(
    environment: dict[str, str], *, private: bool
) -> None:
    settings = load(None, environment)
    if private:
        require_private_transport(settings)
    else:
        with pytest.raises(SettingsError, match="in the clear"):
            require_private_transport(settings)


def test_loopback() -> None:
    assert [is_loopback(host) for host in ("127.0.0.9", "::1", "localhost", "8.8.8.8", "x")] == [
        True,
        True,
        True,
        False,
        False,
    ]
