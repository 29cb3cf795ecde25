import hashlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from teamchat.server.cli import main
from teamchat.server.composition import DATABASE

pytestmark = pytest.mark.slow

FOUND = ["--organisation", "Beispiel AG", "--site", "Stuttgart=Europe/Berlin", "--admin", "ada"]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def init(data: Path, *more: str) -> Result:
    return run("init", "--data", str(data), *FOUND, *more)


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAMCHAT_PASSWORDS_MEMORY_KIB", "64")
    monkeypatch.setenv("TEAMCHAT_PASSWORDS_PASSES", "1")
    monkeypatch.setenv("TEAMCHAT_PASSWORDS_WEAK_FOR_TESTS", "true")
    monkeypatch.setenv("TEAMCHAT_BLOBS_FREE_BYTES", "1")


def test_init_founds_and_prints_the_link(tmp_path: Path) -> None:
    result = init(tmp_path / "d")
    assert result.exit_code == 0, result.output
    assert re.search(r"http://127\.0\.0\.1:8420/join#[\w-]{43}", result.output)
    assert "`teamchat join`" in result.output
    assert "First:" not in result.output
    assert (tmp_path / "d").stat().st_mode & 0o077 == 0
    assert (tmp_path / "d" / DATABASE).stat().st_mode & 0o077 == 0
    assert (tmp_path / "d" / "teamchat.toml").exists()


def test_init_can_be_read_by_a_program(tmp_path: Path) -> None:
    result = init(tmp_path, "--json", "--site", "Shanghai=Asia/Shanghai")
    told = json.loads(result.stdout)
    assert told["organisation"] == "Beispiel AG"
    assert [site["name"] for site in told["sites"]] == ["Stuttgart", "Shanghai"]
    assert told["admin"]["user_name"] == "ada"
    assert "/join#" in told["invitation"]["link"]


def test_a_second_init_changes_nothing(tmp_path: Path) -> None:
    init(tmp_path)
    before = counted(tmp_path)
    again = init(tmp_path)
    assert again.exit_code == 1
    assert "nothing was changed" in again.output
    assert "join#" not in again.output
    assert counted(tmp_path) == before


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (["--site", "Nowhere"], '--site is "Nowhere"; allowed is a name and its time zone'),
        (["--site", "S=Europa/Berlin"], "did you mean Europe/Berlin?"),
        (["--site", "Stuttgart=UTC"], "--site Stuttgart is there twice"),
        (["--admin", "Ada Müller"], '--admin is "Ada Müller"; allowed is a user name of small'),
        (["--admin-name", ""], '--admin-name is ""; allowed is one line'),
        (["--organisation", " "], '--organisation is " "; allowed is one line'),
        (["--public-url", "http://chat.example"], "public_url"),
        (["--language", "klingon"], "'klingon' is not one of 'en', 'de'"),
    ],
)
def test_what_is_typed_wrongly_is_said_so_and_leaves_nothing(
    tmp_path: Path, wrong: list[str], words: str
) -> None:
    refused = init(tmp_path / "d", *wrong)
    assert refused.exit_code in {1, 2}
    assert words in refused.output
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_a_mistyped_directory_is_refused_and_not_made(tmp_path: Path, command: str) -> None:
    init(tmp_path / "data")
    typo = tmp_path / "dta"
    result = run(command, "--data", str(typo))
    assert result.exit_code == 1
    assert f"there is no directory {typo}; is --data right?" in result.output
    assert not typo.exists()
    empty = tmp_path / "empty"
    empty.mkdir()
    result = run(command, "--data", str(empty))
    assert result.exit_code == 1
    assert "run teamchat-server init" in result.output
    assert list(empty.iterdir()) == []


def test_an_address_that_promises_tls_wants_it(tmp_path: Path) -> None:
    founded = init(tmp_path, "--public-url", "https://localhost:9443")
    assert founded.exit_code == 0
    assert "First: people are told https://localhost:9443, but without a cert" in founded.output
    refused = run("serve", "--data", str(tmp_path))
    assert refused.exit_code == 1
    assert "`teamchat-server tls init` makes them" in refused.output
    assert "trusted_proxies" in refused.output
    doctor = run("doctor", "--data", str(tmp_path))
    assert doctor.exit_code == 1
    assert re.search(r"failed +transport +people are told https://localhost:9443", doctor.output)


def test_the_doctor_is_content_with_what_init_made(tmp_path: Path) -> None:
    init(tmp_path)
    result = run("doctor", "--data", str(tmp_path), "--json")
    findings = [json.loads(line) for line in result.stdout.splitlines()]
    assert {finding["subject"] for finding in findings} >= {
        "transport",
        "files",
        "database",
        "organisation",
        "disk",
    }
    wrong = [finding["subject"] for finding in findings if finding["state"] != "ok"]
    assert wrong == ["passwords"], "these tests ask for cheap hashes"


def test_the_doctor_finds_what_is_wrong(tmp_path: Path) -> None:
    nothing = run("doctor", "--data", str(tmp_path / "nothing"))
    assert nothing.exit_code == 1
    assert "is --data right?" in nothing.output
    init(tmp_path)
    (tmp_path / DATABASE).chmod(0o644)
    result = run("doctor", "--data", str(tmp_path))
    assert result.exit_code == 1
    database = tmp_path / DATABASE
    assert f"can be read by others (644): chmod 600 {database}" in result.output
    tmp_path.chmod(0o755)
    assert f"(755): chmod 700 {tmp_path}" in run("doctor", "--data", str(tmp_path)).output


def test_tls_init_serves_and_never_replaces(tmp_path: Path) -> None:
    made = ["tls", "init", "--directory", str(tmp_path), "--host", "localhost"]
    first = run(*made)
    assert first.exit_code == 0, first.output
    assert "ca.pem" in first.output
    second = run(*made)
    assert second.exit_code == 1
    assert "nothing was changed" in second.output


@pytest.mark.parametrize("option", ["--tls-cert", "--tls-key"])
def test_a_certificate_and_its_key_are_given_together(tmp_path: Path, option: str) -> None:
    init(tmp_path)
    result = run("serve", "--data", str(tmp_path), option, str(tmp_path / "a.pem"))
    assert result.exit_code == 2
    assert "go together" in result.output


def test_where_init_founds_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("init", *FOUND)
    assert f"Without --data the server is founded in {tmp_path}." in result.stderr
    assert "TEAMCHAT_SERVER_DATA" in run("init", "--help").output


def test_an_address_that_nobody_gets_to_is_warned_of(tmp_path: Path) -> None:
    init(tmp_path, "--public-url", "https://chat.example:9443")
    run("tls", "init", "--directory", str(tmp_path / "tls"), "--host", "chat.example")
    with (tmp_path / "teamchat.toml").open("a") as file:
        file.write('[tls]\ncertificate = "tls/server.pem"\nkey = "tls/server-key.pem"\n')
    doctor = run("doctor", "--data", str(tmp_path)).output
    assert re.search(r"warning +transport .*nobody except this machine.*host = ", doctor)
    process, _ = serve(tmp_path)
    try:
        assert process.stderr is not None
        warned = process.stderr.readline()
        assert "Warning: people are told https://chat.example:9443" in warned
        assert "trusted_proxies" in warned
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_plain_http_beyond_this_machine_is_refused(tmp_path: Path) -> None:
    init(tmp_path)
    result = run("serve", "--data", str(tmp_path), "--host", "0.0.0.0")  # noqa: S104 - refused
    assert result.exit_code == 1
    assert "in the clear" in result.output


def test_a_server_that_was_not_founded_does_not_serve(tmp_path: Path) -> None:
    result = run("serve", "--data", str(tmp_path), "--port", "0")
    assert result.exit_code == 1
    assert "init" in result.output


def test_a_setting_that_is_unknown_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "teamchat.toml").write_text("[server]\nprot = 1\n", encoding="utf-8")
    result = run("doctor", "--data", str(tmp_path))
    assert result.exit_code == 1
    assert "prot" in result.output


def test_an_owner_without_a_password_is_invited_at_the_console(tmp_path: Path) -> None:
    init(tmp_path)
    result = run("invite", "ada", "--data", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert re.search(r"http://127\.0\.0\.1:8420/join#[\w-]{43}", result.output)
    told = json.loads(run("invite", "Ada", "--data", str(tmp_path), "--json").stdout)
    assert "/join#" in told["link"]
    assert recorded(tmp_path)[-2:] == [
        ("invite.revoked", "operator"),
        ("invite.created", "operator"),
    ]
    before = recorded(tmp_path)
    for wrong, words in (("nobody", "nobody called nobody"), ("", "")):
        refused = run("invite", wrong, "--data", str(tmp_path))
        assert refused.exit_code == 1
        assert words in refused.output
    nowhere = run("invite", "ada", "--data", str(tmp_path / "nowhere"))
    assert nowhere.exit_code == 1
    assert not (tmp_path / "nowhere").exists()
    assert recorded(tmp_path) == before


def test_a_backup_is_put_back(tmp_path: Path) -> None:
    data, file = tmp_path / "d", tmp_path / "b.tar"
    init(data)
    made = run("backup", "--data", str(data), "--to", str(file))
    assert made.exit_code == 0, made.output
    assert hashlib.sha256(file.read_bytes()).hexdigest() in made.output
    assert run("backup", "--data", str(data), "--to", str(file)).exit_code == 1
    put = run("restore", "--data", str(data), "--from", str(file))
    assert put.exit_code == 0, put.output
    assert "replaced-" in put.output
    assert "Settings are not in a backup" in put.output
    assert recorded(data)[-1] == ("backup.restored", "operator")
    doctor = run("doctor", "--data", str(data))
    assert doctor.output.count("failed") == doctor.output.count("failed   passwords") == 1
    elsewhere = run("restore", "--data", str(tmp_path / "e" / "f"), "--from", str(file))
    assert f"there is no {tmp_path / 'e' / 'f' / 'teamchat.toml'}, copy" in elsewhere.output
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert run("restore", "--data", str(data), "--from", str(file)).exit_code == 1
    assert run("restore", "--data", str(tmp_path / "g" / "h"), "--from", str(file)).exit_code == 1
    assert not (tmp_path / "g").exists()


def recorded(data: Path) -> list[tuple[str, str]]:
    connection = sqlite3.connect(data / DATABASE)
    try:
        return connection.execute("SELECT event, actor FROM audit_event ORDER BY n").fetchall()
    finally:
        connection.close()


def serve(data: Path, *more: str) -> tuple[subprocess.Popen[str], str]:
    """Start a server of its own; return it and its address."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "teamchat.server.cli", "serve"),
            *("--data", str(data), "--port", "0", *more),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stderr is not None
    line = process.stderr.readline()
    assert "listens on " in line, line
    return process, line.rpartition(" ")[2].strip()


def test_serve_answers_and_goes_when_told(tmp_path: Path) -> None:
    import requests

    init(tmp_path)
    process, url = serve(tmp_path)
    try:
        assert requests.get(url + "/readyz", timeout=5).status_code == 204
        second = run("serve", "--data", str(tmp_path), "--port", "0")
        assert second.exit_code == 1
        assert "in use by another" in second.output
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 0, err
    assert time.monotonic() - started < 10
    events = [json.loads(line)["event"] for line in out.splitlines()]
    events = [event for event in events if event != "no-web-client"]  # it need not be built here
    assert events == ["listening", "request", "draining"]
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        found = [row[0] for row in connection.execute("SELECT event FROM audit_event ORDER BY n")]
    connection.close()
    assert found[-2:] == ["server.started", "server.stopped"]


def test_serve_speaks_tls(tmp_path: Path) -> None:
    import requests

    init(tmp_path)
    run("tls", "init", "--directory", str(tmp_path / "tls"), "--host", "127.0.0.1")
    files = ("--tls-cert", str(tmp_path / "tls/server.pem"))
    process, url = serve(tmp_path, *files, "--tls-key", str(tmp_path / "tls/server-key.pem"))
    try:
        assert url.startswith("https://")
        got = requests.get(url + "/v1/server", verify=str(tmp_path / "tls/ca.pem"), timeout=5)
        assert got.json()["organisation"] == "Beispiel AG"
        assert got.headers["Strict-Transport-Security"] == "max-age=31536000"
    finally:
        process.terminate()
        process.communicate(timeout=20)


def counted(data: Path) -> list[tuple[int]]:
    connection = sqlite3.connect(data / DATABASE)
    try:
        return connection.execute(
            "SELECT count(*) FROM person UNION ALL SELECT count(*) FROM audit_event"
            " UNION ALL SELECT count(*) FROM invitation"
        ).fetchall()
    finally:
        connection.close()
