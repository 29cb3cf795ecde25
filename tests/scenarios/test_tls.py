"""TLS as an operator and a person meet it: a server process, `teamchat login`, a certificate.

The server serves from files that `teamchat-server tls init` made; the clients trust its
authority by --ca-file. A renewed certificate is shown after SIGHUP, and the server lives on.
"""

import hashlib
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from teamchat.server.composition import DATABASE
from tests.support.server import secret_in

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

PASSWORD = "correct horse battery"
CHEAP = {
    "TEAMCHAT_PASSWORDS_MEMORY_KIB": "64",
    "TEAMCHAT_PASSWORDS_PASSES": "1",
    "TEAMCHAT_PASSWORDS_WEAK_FOR_TESTS": "true",
}
SERVER = "from teamchat.server.entry import main; main()"
CLIENT = "from teamchat.cli.main import main; main()"


def run(program: str, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **CHEAP, "LANG": "en_GB.UTF-8", "PYTHONUNBUFFERED": "1", **more}
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def certificate(folder: Path, *hosts: str) -> Path:
    """Make an authority and a server certificate as an operator does."""
    named = [word for host in hosts for word in ("--host", host)]
    made = run(SERVER, "tls", "init", "--directory", folder, *named)
    assert made.returncode == 0, made.stderr
    return folder


@dataclass
class Serving:
    """A server process that speaks TLS, and one person who may enter."""

    process: subprocess.Popen[str]
    port: int
    folder: Path

    def log_in(self, host: str, authority: Path) -> subprocess.CompletedProcess[str]:
        home = self.folder / "home"
        return run(
            CLIENT, "login", f"https://{host}:{self.port}", "ada", "--ca-file", authority,
            "--password-file", self.folder / "password",
            "--passphrase-file", self.folder / "password", "--no-input",
            TEAMCHAT_HOME=str(home), PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring",
        )  # fmt: skip

    def shown(self) -> bytes:
        """Return the certificate that a new connection is shown."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=10) as plain,
            context.wrap_socket(plain) as encrypted,
        ):
            found = encrypted.getpeercert(binary_form=True)
        assert found is not None
        return found

    def hear(self, event: str) -> dict[str, object]:
        """Read the log until something has happened."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            told: dict[str, object] = json.loads(line)
            if told["event"] == event:
                return told
        raise AssertionError(f"the server ended before {event}")


@contextmanager
def serving(folder: Path, tls: Path | None) -> Iterator[Serving]:
    data = folder / "data"
    founded = run(
        SERVER, "init", "--data", data, "--organisation", "Beispiel AG", "--admin", "ada", "--json"
    )
    assert founded.returncode == 0, founded.stderr
    files = (
        []
        if tls is None
        else ["--tls-cert", tls / "server.pem", "--tls-key", tls / "server-key.pem"]
    )
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, "serve", "--data", str(data), "--port", "0"]
        + [str(word) for word in files],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **CHEAP, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stderr is not None
        url = process.stderr.readline().rpartition(" ")[2].strip()
        served = Serving(process, int(url.rpartition(":")[2]), folder)
        served.hear("listening")
        if tls is not None:
            redeem(served.port, founded.stdout, tls)
        yield served
    finally:
        process.terminate()
        process.communicate(timeout=20)


def redeem(port: int, founded: str, tls: Path) -> None:
    """Set the password by the invitation."""
    import requests

    secret = secret_in(json.loads(founded)["invitation"]["link"])
    got = requests.post(
        f"https://localhost:{port}/v1/invitations/redeem",
        json={"secret": secret, "password": PASSWORD},
        verify=str(tls / "ca.pem"),
        timeout=10,
    )
    assert got.status_code == 204, got.text


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Serving]:
    (tmp_path / "password").write_text(PASSWORD + "\n", encoding="utf-8")
    with serving(tmp_path, certificate(tmp_path / "tls", "localhost")) as opened:
        yield opened


def test_a_person_logs_in_and_a_wrong_authority_or_name_is_said_in_a_sentence(
    served: Serving,
) -> None:
    right = served.folder / "tls" / "ca.pem"
    other = certificate(served.folder / "other", "localhost") / "ca.pem"
    for host, authority, reason in (
        ("localhost", other, "verify failed|self-signed|unable to get|signature failure"),
        ("127.0.0.1", right, "IP address mismatch"),
    ):
        refused = served.log_in(host, authority)
        assert refused.returncode != 0
        assert refused.stdout == ""
        assert f"No certificate of {host} is valid here (" in refused.stderr, refused.stderr
        assert re.search(reason, refused.stderr), refused.stderr
        assert len(refused.stderr.strip().splitlines()) == 1, refused.stderr
    entered = served.log_in("localhost", right)
    assert entered.returncode == 0, entered.stderr
    assert "Beispiel AG" in entered.stderr


def test_a_renewed_certificate_is_shown_after_a_hang_up_and_a_broken_one_is_not(
    served: Serving,
) -> None:
    tls = served.folder / "tls"
    first = served.shown()
    other = certificate(served.folder / "other", "localhost")
    shutil.copy(other / "server.pem", tls / "server.pem")
    served.process.send_signal(signal.SIGHUP)
    assert "is not the key of" in str(served.hear("certificate-not-reloaded")["why"])
    assert served.shown() == first
    shutil.copy(other / "server-key.pem", tls / "server-key.pem")
    served.process.send_signal(signal.SIGHUP)
    served.hear("certificate-reloaded")
    renewed = served.shown()
    assert renewed != first
    assert rotations(served.folder / "data") == [hashlib.sha256(renewed).hexdigest()]
    assert served.process.poll() is None


def test_a_server_without_a_certificate_outlives_a_hang_up(tmp_path: Path) -> None:
    with serving(tmp_path, None) as opened:
        opened.process.send_signal(signal.SIGHUP)
        opened.hear("nothing-to-reload")
        assert opened.process.poll() is None


def rotations(data: Path) -> list[str]:
    """Return the certificates that the audit log says were put in place."""
    found: list[tuple[str]] = []
    connection = sqlite3.connect(data / DATABASE)
    try:
        for _ in range(100):
            found = connection.execute(
                "SELECT detail FROM audit_event WHERE event = 'tls.cert_rotated'"
            ).fetchall()
            if found:
                break
            time.sleep(0.05)
    finally:
        connection.close()
    return [json.loads(detail)["sha256"] for (detail,) in found]
