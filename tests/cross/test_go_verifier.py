"""What teamchat hands out as proof is judged by the Go project's code, and by none of ours.

`teamchat log prove` is run as a process, against a server process with a witness process; its file
is accepted, and no changed file proves anything else. What a hostile server has signed is written
by `teamchat log evidence`, and convicts it before the same judge.
"""

import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from teamchat.identity import certificate, statements
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.ids import DeviceId, UserId, identifier
from tests.cross.golang import GoVerifier, built
from tests.support.desk import Desk
from tests.support.hostile_proxy import EVERYBODY, HostileProxy, hostile_proxy, retold, stolen_key
from tests.support.server import ReachedServer
from tests.support.server_process import ServerProcess, reached, server_process
from tests.support.tlog import LOG_KEY, StoredLog, log_of
from tests.support.witness_process import Serving, witness_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400), pytest.mark.xdist_group("go-verifier")]

NAME = "witness.example/council"
SIZES = (1, 2, 5, 255, 256, 257, 1030)


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> GoVerifier:
    return built(tmp_path_factory.mktemp("go"))


class Company:
    """A server with a witness, before which a proxy may stand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.witness = ""
        self.serving: Serving | None = None

    def settings(self, data: Path) -> str:
        box = self.folder / "box"
        self.witness = witness_of(box, stolen_key(data).verifier.vkey, NAME)
        self.serving = Serving(box)
        return f'[[key_log.witnesses]]\nurl = "{self.serving.url}"\nkey = "{self.witness}"\n'


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServerProcess, str]]:
    folder = tmp_path_factory.mktemp("company")
    made = Company(folder)
    try:
        with server_process(folder / "data", made.settings) as running:
            yield running, made.witness
    finally:
        if made.serving is not None:
            made.serving.process.kill()
            made.serving.process.communicate()


@pytest.fixture
async def place(
    company: tuple[ServerProcess, str],
) -> AsyncIterator[tuple[ReachedServer, HostileProxy]]:
    async with AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(hostile_proxy(company[0].url))
        yield await stack.enter_async_context(reached(company[0], proxy.url)), proxy


async def test_a_proof_is_accepted_and_no_changed_one_proves_anything_else(
    go: GoVerifier,
    company: tuple[ServerProcess, str],
    place: tuple[ReachedServer, HostileProxy],
    tmp_path: Path,
) -> None:
    server, _ = place
    await Desk(server, tmp_path, "anna").enter()
    desk = Desk(server, tmp_path, "bo")
    await desk.enter()
    file = tmp_path / "bo.tlog-proof"
    await desk.must("log", "prove", "-o", str(file))
    seen = json.loads(await desk.must("log", "status", "--json"))
    key, size = seen["log_key"], seen["size"]
    (accepted,) = go.proofs(key, [file], company[1])
    head, said = accepted.split(": ")
    assert head.startswith("entry ")
    assert f" of {size}, signed by {seen['origin']} and {NAME}" in head
    entry = statements.decode(bytes.fromhex(said))
    assert isinstance(entry, statements.Added)
    assert entry.user == json.loads(await desk.must("status", "--json"))["user"]
    data = file.read_bytes()
    (tmp_path / "mutants").mkdir()
    mutants = []
    for place_of, byte in enumerate(data):
        mutants.append(tmp_path / "mutants" / str(place_of))
        mutants[-1].write_bytes(data[:place_of] + bytes([byte ^ 1]) + data[place_of + 1 :])
    verdicts = go.proofs(key, mutants)
    assert len(verdicts) == len(data)
    others = {each for each in verdicts if not each.startswith("refused")}
    assert others <= {go.proofs(key, [file])[0]}  # a changed cosignature changes nothing proven
    assert sum(each.startswith("refused") for each in verdicts) > len(data) // 2
    assert go.proofs(LOG_KEY.verifier.vkey, [file])[0].startswith("refused")


@pytest.mark.parametrize("size", SIZES)
def test_proofs_in_trees_of_every_shape(go: GoVerifier, size: int, tmp_path: Path) -> None:
    log: StoredLog = log_of(size)
    log.publish()
    files, indexes = [], sorted({0, 1 % size, size // 2, size - 1})
    for index in indexes:
        proof = log.proof_file(index)
        files.append(tmp_path / str(index))
        files[-1].write_bytes(replace(proof, extra=log.entries[index]).encode())
    verdicts = go.proofs(log.key.verifier.vkey, files)
    assert verdicts == [
        f"entry {index} of {size}, signed by {log.origin}: {log.entries[index].hex()}"
        for index in indexes
    ]


def ghost(user: UserId) -> statements.Added:
    """An entry that nobody vouched for."""
    device = DeviceId(identifier(os.urandom(16)))
    signed = certificate.issue(
        IdentityKey(os.urandom(32)), user=user, device=device,
        device_key=DeviceKey(os.urandom(32)).public, created=1,
    )  # fmt: skip
    return statements.Added(user, device, signed, "2026-11-21")


async def test_evidence_of_two_lists_convicts_the_server(
    go: GoVerifier, company: tuple[ServerProcess, str],
    place: tuple[ReachedServer, HostileProxy], tmp_path: Path,
) -> None:  # fmt: skip
    server, proxy = place
    cem = Desk(server, tmp_path, "cem")
    await cem.enter()
    await cem.must("log", "status")
    key = stolen_key(company[0].data)
    log = await proxy.copied(server.admin_token, key)
    user = json.loads(await cem.must("status", "--json"))["user"]
    proxy.logs[EVERYBODY] = retold(log, ghost(user), without=1)
    code, _, said = await cem.run("log", "status")
    assert code == 5
    assert "The server now shows another list of devices than before" in said
    folder = tmp_path / "evidence"
    await cem.must("log", "evidence", "--to", str(folder))
    (found,) = folder.iterdir()
    assert found.name == "01-key-log-forked"
    assert {each.stat().st_mode & 0o777 for each in found.iterdir()} == {0o600}
    assert {each.stat().st_mode & 0o777 for each in (folder, found)} == {0o700}
    vkey = (found / "log.vkey").read_text("utf-8").strip()
    assert vkey == key.verifier.vkey
    judged = go.pair(vkey, found / "known.checkpoint", found / "shown.checkpoint")
    assert judged == f"two trees of {log.size} entries, both signed by {key.verifier.name}"
    text = (found / "READ-ME.txt").read_text("utf-8")
    assert "it has two. Somebody may be reading along." in text
    assert go.pair(vkey, found / "known.checkpoint", found / "known.checkpoint") == "the same"


async def test_evidence_of_a_ghost_is_a_proof_that_it_was_logged(
    go: GoVerifier, company: tuple[ServerProcess, str],
    place: tuple[ReachedServer, HostileProxy], tmp_path: Path,
) -> None:  # fmt: skip
    server, proxy = place
    dora = Desk(server, tmp_path, "dora")
    await dora.enter()
    await dora.must("log", "status")
    key = stolen_key(company[0].data)
    log = await proxy.copied(server.admin_token, key)
    entry = ghost(json.loads(await dora.must("status", "--json"))["user"])
    proxy.logs[EVERYBODY] = retold(log, entry)
    code, _, said = await dora.run("log", "status")
    assert code == 5
    assert "could not show that it was you" in said
    await dora.must("log", "evidence", "--to", str(tmp_path / "evidence"))
    (found,) = (tmp_path / "evidence").iterdir()
    assert (found / "entry.json").read_bytes() == statements.encode(entry)
    vkey = (found / "log.vkey").read_text("utf-8").strip()
    (judged,) = go.proofs(vkey, [found / "entry.tlog-proof"])
    head = f"entry {log.size} of {log.size + 1}, signed by {key.verifier.name}"
    assert judged == f"{head}: {statements.encode(entry).hex()}"
    proxy.silent.add(f"/keys/{key.verifier.name.rpartition('/')[2]}")
    await dora.must("log", "evidence", "--to", str(tmp_path / "kept back"))
    (found,) = (tmp_path / "kept back").iterdir()
    assert not (found / "entry.tlog-proof").exists()
    assert "did not give out what proves" in (found / "READ-ME.txt").read_text("utf-8")
