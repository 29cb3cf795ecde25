import itertools
import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from teamchat.server.settings import (
    Settings,
    WitnessSettings,
    is_loopback,
    load,
    require_private_transport,
)
from teamchat.server.settings_values import SettingsError
from teamchat.transparency import LogKey, WitnessKey

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


PORT = "allowed is a whole number from 0 to 65535"
NETWORK = "such as 10.0.0.0/8 or 2001:db8::/32"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[server]\nprot = 1", "prot in [server] is no setting; did you mean port?"),
        ("[tls]\nx = 1", "x in [tls] is no setting; [tls] has certificate, key"),
        ("[surprise]\na = 1", "there is no table [surprise]; the tables are [server], [tls]"),
        ("server = 3", "server must be a table; write [server] and its settings below it"),
        ("[server]\nport = 70000", f"port in [server] is 70000; {PORT}"),
        ("[server]\nport = 'x'", f'port in [server] is "x"; {PORT}'),
        ("[server]\nport = 1.5", f"port in [server] is 1.5; {PORT}"),
        ("[server]\nport = [1]", f"port in [server] is [1]; {PORT}"),
        ("[server]\nhost = 7", "host in [server] is 7; allowed is a text in quotation marks"),
        ("[server]\ndrain_seconds = 0", "allowed is a number above 0 and up to 3600"),
        ("[limits]\nbody_seconds = nan", "allowed is a number above 0 and up to 3600"),
        ("[server]\ntrusted_proxies = 'nonsense'", f'is "nonsense"; allowed is .* {NETWORK}'),
        ("[server]\ntrusted_proxies = [3]", "is [3]; allowed is a list of texts"),
        ("[server]\ntrusted_proxies = ['10.0.0.1/8']", "the network itself: 10.0.0.0/8"),
        ("[server]\ntrusted_proxies = ['::ffff:10.0.0.1']", "an IPv4 network in its own writing"),
        ("[server]\npublic_url = 'ftp://x'", "an address that begins with https://"),
        ("[server]\npublic_url = 'chat.example'", "such as https://chat.example"),
        ("[server]\npublic_url = 'http://chat.example'", "an address that begins with https://"),
        ("[server]\npublic_url = 'https://chat.example/team'", "scheme, host and port alone"),
        ("[server]\npublic_url = 'https://a:b@chat.example'", "scheme, host and port alone"),
        ("[server]\npublic_url = 'https://chat.example:0'", "scheme, host and port alone"),
        ("[server]\npublic_url = 'https://chat.example:x'", "such as https://chat.example:8443"),
        ("[tls]\ncertificate = 'only.pem'", "[tls] wants both certificate and key, or neither"),
        ("[passwords]\nmemory_kib = 16\nlanes = 4", "is 16; allowed is at least 8 for each"),
        ("[passwords]\nmemory_kib = 19455\npasses = 2", "is 19455; allowed is at least 19456"),
        ("[passwords]\nmemory_kib = 47103\npasses = 1", "is 47103; allowed is at least 47104"),
        ("[passwords]\nmemory_kib = 19455\npasses = 99", "is 19455; allowed is at least 19456"),
        ("[passwords]\nweak_for_tests = 'yes'", 'is "yes"; allowed is true or false'),
        ("[passwords]\ncharacters = 3", "is 3; allowed is a whole number from 8 to 128"),
        ("[mls]\nsuites = []", "is []; allowed is a list of 1 to 16 whole numbers"),
        ("[mls]\nsuites = [1, 7]", "is [1, 7]; allowed is each of 0x0001 and 0x0003 and 0xF00D"),
        ("[mls]\nsuites = [1, 1]", "at most once"),
        ("[server]\nhost = 'a'\nhost = 'b'", "cannot be read as TOML: "),
        ("not toml", "cannot be read as TOML: .* line 1"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(
    tmp_path: Path, text: str, words: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SettingsError) as refused:
        load(path, {})
    said = str(refused.value)
    assert re.search(".*".join(map(re.escape, words.split(".*"))), said), said
    assert str(path) in said
    assert "\n" not in said
    assert "$." not in said


def test_what_stands_in_the_environment_or_on_the_command_line_is_named_so(tmp_path: Path) -> None:
    path = written(tmp_path, "server = 3")
    with pytest.raises(SettingsError, match="server must be a table"):
        load(path, {}, server_port=1)
    with pytest.raises(SettingsError, match=r'^TEAMCHAT_SERVER_PORT in the environment is "x"; '):
        load(None, {"TEAMCHAT_SERVER_PORT": "x"})
    with pytest.raises(SettingsError, match=r"^TEAMCHAT_TLS_KEE in the environment is no setting"):
        load(None, {"TEAMCHAT_TLS_KEE": "x"})
    with pytest.raises(SettingsError, match=r"^TEAMCHAT_MLS_SUITES in the environment is"):
        load(None, {"TEAMCHAT_MLS_SUITES": "one"})
    with pytest.raises(SettingsError, match=r"^the command line: port in \[server\] is 70000"):
        load(None, {}, server_port=70_000)


def test_a_long_value_is_not_repeated_whole() -> None:
    with pytest.raises(SettingsError) as refused:
        load(None, {"TEAMCHAT_SERVER_PORT": "x" * 10_000})
    assert len(str(refused.value)) < 200


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


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"PUBLIC_URL": "https://localhost:9443"}, "speaks plain HTTP: give --tls-cert"),
        ({"PUBLIC_URL": "https://localhost:9443", "HOST": EVERYWHERE}, "or name the proxy"),
        ({"PUBLIC_URL": "https://localhost", "TRUSTED_PROXIES": "127.0.0.1"}, ""),
        ({"PUBLIC_URL": "http://localhost:8420"}, ""),
    ],
)
def test_links_promise_nothing_that_is_not_spoken(environment: dict[str, str], words: str) -> None:
    settings = load(None, {f"TEAMCHAT_SERVER_{name}": each for name, each in environment.items()})
    if words:
        with pytest.raises(SettingsError, match=words):
            require_private_transport(settings)
    else:
        require_private_transport(settings)
        assert settings.listens_on.startswith("http://")


def test_links_to_a_server_with_a_certificate_begin_with_https() -> None:
    tls = {"TEAMCHAT_TLS_CERTIFICATE": "a", "TEAMCHAT_TLS_KEY": "b"}
    with pytest.raises(SettingsError, match="speaks HTTPS"):
        require_private_transport(load(None, {**tls, "TEAMCHAT_SERVER_PUBLIC_URL": "http://[::1]"}))
    require_private_transport(load(None, {**tls, "TEAMCHAT_SERVER_PUBLIC_URL": "https://[::1]"}))


WITNESS = WitnessKey("witness.example/council", bytes(32)).verifier
LOG = LogKey("chat.example/v1/keys/1", bytes(32)).verifier


def witnesses(tmp_path: Path, *each: tuple[str, str]) -> list[WitnessSettings]:
    listed = ", ".join(f'{{url = "{url}", key = "{key}"}}' for url, key in each)
    return load(written(tmp_path, f"[key_log]\nwitnesses = [{listed}]\n"), {}).key_log.witnesses


def test_witnesses_are_named_with_address_and_key(tmp_path: Path) -> None:
    assert witnesses(tmp_path) == []
    addresses = ("https://witness.example", "http://10.0.0.7:8425/w/")
    other = WitnessKey("witness.example/dpo", bytes(range(32))).verifier
    found = witnesses(tmp_path, (addresses[0], WITNESS.vkey), (addresses[1], other.vkey))
    assert [(each.url, each.key) for each in found] == [
        (addresses[0], WITNESS.vkey), (addresses[1], other.vkey)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "key", "words"),
    [
        ("https://witness.example", "witness.example/council", "teamchat-witness"),
        ("https://witness.example", LOG.vkey, "the key of a witness"),
        ("file:///etc/passwd", WITNESS.vkey, "an address such as"),
        ("https://a:b@witness.example", WITNESS.vkey, "an address such as"),
        ("https://witness.example/?a=b", WITNESS.vkey, "an address such as"),
        ("https://", WITNESS.vkey, "an address such as"),
        ("https://witness.example:0", WITNESS.vkey, "an address such as"),
        ("https://witness.example:x", WITNESS.vkey, "an address such as"),
        ("witness.example", WITNESS.vkey, "an address such as"),
    ],
)
def test_a_witness_that_cannot_be_asked_is_refused(
    tmp_path: Path, url: str, key: str, words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        witnesses(tmp_path, (url, key))


def test_a_witness_stands_there_once_and_completely(tmp_path: Path) -> None:
    again = WitnessKey("witness.example/other", bytes(32)).verifier
    for second in (WITNESS, again):
        with pytest.raises(SettingsError, match="there twice"):
            witnesses(
                tmp_path, ("https://a.example", WITNESS.vkey), ("https://b.example", second.vkey)
            )
    with pytest.raises(SettingsError, match=r'\[\{url = "…", key = "…"\}\]'):
        load(written(tmp_path, '[key_log]\nwitnesses = [{url = "https://a.example"}]\n'), {})
    with pytest.raises(SettingsError, match=r'\[\{url = "…", key = "…"\}\]'):
        load(None, {"TEAMCHAT_KEY_LOG_WITNESSES": "https://a.example"})


def test_cheap_hashes_have_a_door_of_their_own() -> None:
    load(None, {}, passwords_memory_kib=64, passwords_passes=1, passwords_weak_for_tests=True)
    load(None, {}, passwords_memory_kib=19_456, passwords_passes=2)


def test_loopback() -> None:
    assert [is_loopback(host) for host in ("127.0.0.9", "::1", "localhost", "8.8.8.8", "x")] == [
        True,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("contact", ["", "mailto:it@chat.example", "https://chat.example/it"])
def test_whom_a_push_service_may_ask(tmp_path: Path, contact: str) -> None:
    path = written(
        tmp_path, f'[push]\ncontact = "{contact}"\nprivate_hosts = ["push", "10.0.0.7"]\n'
    )
    push = load(path, {}).push
    assert (push.contact, push.private_hosts) == (contact, ["push", "10.0.0.7"])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('contact = "it@chat.example"', "contact in [push]"),
        ('contact = "http://chat.example"', "contact in [push]"),
        ('contact = "mailto:it@chat.example evil"', "contact in [push]"),
        ('hosts = ["*"]', "hosts in [push]"),
        ('hosts = ["*.com"]', "hosts in [push]"),
        ('hosts = ["127.0.0.1"]', "hosts in [push]"),
        ('hosts = ["https://push.example"]', "hosts in [push]"),
        ('hosts = ["push.example:443"]', "hosts in [push]"),
        ('hosts = ["PUSH.example"]', "hosts in [push]"),
        ('hosts = ["localhost"]', "hosts in [push]"),
        ('private_hosts = ["*.internal.example"]', "private_hosts in [push]"),
    ],
)
def test_push_services_that_cannot_be(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(said)):
        load(written(tmp_path, f"[push]\n{line}\n"), {})
