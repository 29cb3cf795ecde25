"""A witness as its operator runs it: a process that is killed, cut off, and lied to.

Whatever happens, the cosignatures that have left it are of one history, and no size goes back.
"""

import base64
import contextlib
import functools
import hashlib
import http.client
import random
import shutil
import signal
import ssl
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from teamchat.server import tls
from teamchat.transparency import (
    Node,
    Signature,
    SignedNote,
    TreeHead,
    VerifierKey,
    leaf_hash,
    node_hash,
)
from teamchat.transparency.compact import perfect_nodes, root_of
from teamchat.transparency.proofs import consistency_spans, make_proof
from tests.support.tlog import LOG_KEY, checkpoint
from tests.support.witness_process import Serving, posted, run, serving, witness_of
from tests.support.witnessing import body

NAME = "witness.example/council"
ORIGIN = LOG_KEY.verifier.name
SHADOW = Path(__file__).parents[1] / "crash" / "shadow.c"
COMMON = 40
"""How many entries the two stories have in common."""


@dataclass(frozen=True)
class Story:
    """One of the histories that a log tells; it never ends."""

    number: int

    @functools.cache  # noqa: B019 - as long as the test
    def hash_of(self, node: Node) -> bytes:
        if node.level:
            left = Node(node.level - 1, 2 * node.index)
            return node_hash(self.hash_of(left), self.hash_of(Node(left.level, left.index + 1)))
        story = self.number if node.index >= COMMON else 0
        return leaf_hash(f"{story}/{node.index}".encode())

    def head(self, size: int) -> TreeHead:
        return TreeHead(size, root_of([self.hash_of(node) for node in perfect_nodes(0, size)]))

    def request(self, old: int, size: int) -> bytes:
        spans = consistency_spans(old, size) if 0 < old < size else ()
        return body(old, make_proof(spans, self.hash_of), checkpoint(self.head(size)))


STORIES = (Story(0), Story(1))


def made(directory: Path) -> VerifierKey:
    """Make a witness that follows the log."""
    return VerifierKey.parse(witness_of(directory, LOG_KEY.verifier.vkey, NAME))


@dataclass
class Cosigned:
    """Every cosignature that has left the witness, however often it was killed since.

    Attributes:
        roots: What was cosigned of each size.
        newest: The largest size that anybody was told.
        wrong: What must never be.
    """

    key: VerifierKey
    roots: dict[int, set[bytes]] = field(default_factory=dict)
    newest: int = 0
    wrong: list[str] = field(default_factory=list)
    count: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, head: TreeHead, before: int, line: bytes) -> None:
        """Note an answer; `before` is the largest size known when the request was sent."""
        self.key.verify(checkpoint(head).text, Signature.parse(line.decode().removesuffix("\n")))
        with self.lock:
            self.count += 1
            self.roots.setdefault(head.size, set()).add(head.root)
            self.newest = max(self.newest, head.size)
            if head.size < before:
                self.wrong.append(f"{head.size} was cosigned after {before}")

    def told(self, size: int) -> None:
        """Note the size that the witness says it has."""
        if size < self.newest:
            self.wrong.append(f"it has {size} and had cosigned {self.newest}")

    def check(self) -> None:
        assert self.wrong == []
        assert all(len(roots) == 1 for roots in self.roots.values())
        assert any(
            all(roots == {story.head(size).root} for size, roots in self.roots.items())
            for story in STORIES
        )


def press(port: int, story: Story, cosigned: Cosigned, seed: int) -> None:
    """Post a story until the witness is gone: mostly as it continues, sometimes anything."""
    dice, old = random.Random(seed), 0
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        while True:
            old = old if dice.random() < 0.9 else dice.randrange(old + 2)
            head, before = story.head(old + dice.randrange(4)), cosigned.newest
            status, answer = posted(connection, story.request(old, head.size))
            if status == 200:
                cosigned.add(head, before, answer)
                old = head.size
            elif status == 409:
                old = int(answer)


def under_load(process: Serving, cosigned: Cosigned, seconds: float, seed: int) -> None:
    """Let two stories compete for a while, then kill the witness without a warning."""
    status, answer = process.post(STORIES[0].request(0, 1))
    if status == 409:
        cosigned.told(int(answer))
    workers = [
        threading.Thread(target=press, args=(process.port, story, cosigned, seed + number))
        for number in range(2)
        for story in STORIES
    ]
    for worker in workers:
        worker.start()
    threading.Event().wait(seconds)
    assert process.end(signal.SIGKILL) == -signal.SIGKILL, process.said
    for worker in workers:
        worker.join(60)
    cosigned.check()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_witness_that_is_killed_again_and_again_signs_one_history(tmp_path: Path) -> None:
    directory = tmp_path / "box"
    cosigned, dice = Cosigned(made(directory)), random.Random(5)
    for number in range(15):
        under_load(Serving(directory), cosigned, dice.uniform(0.05, 0.4), 10 * number)
    with serving(directory) as last:
        status, answer = last.post(STORIES[0].request(0, 1))
        assert status == 409
        cosigned.told(int(answer))
    cosigned.check()
    assert cosigned.count > 20


@pytest.fixture(scope="module")
def shadow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that remembers what was synced (tests/crash)."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler: the power cut is not emulated")
    library = tmp_path_factory.mktemp("shadow") / "shadow.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SHADOW], check=True)
    return library


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_witness_signs_one_history_through_power_cuts(tmp_path: Path, shadow: Path) -> None:
    """After each kill it goes on with nothing but what was synced."""
    cosigned, dice = Cosigned(made(tmp_path / "before")), random.Random(6)
    synced = tmp_path / "before"
    for number in range(8):
        disk, after = tmp_path / f"disk{number}", tmp_path / f"after{number}"
        shutil.copytree(synced, disk)
        shutil.copytree(synced, after)
        names = {"LD_PRELOAD": shadow, "SHADOW_FROM": disk, "SHADOW_TO": after}
        process = Serving(disk, environment={name: str(path) for name, path in names.items()})
        under_load(process, cosigned, dice.uniform(0.1, 0.5), 10 * number)
        for copy in after.iterdir():
            if not (disk / copy.name).exists():  # unfinished, or removed since it was synced
                copy.unlink()
        synced = after
    with serving(synced) as last:
        cosigned.told(int(last.post(STORIES[0].request(0, 1))[1]))
    cosigned.check()
    assert cosigned.count > 20


def test_a_program_that_knows_only_the_specification(tmp_path: Path) -> None:
    """By hand, from c2sp.org/tlog-witness, -cosignature and -checkpoint, with other libraries."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public = b"\x01" + key.public_key().public_bytes_raw()
    origin = "log.example/by-hand"
    key_id = hashlib.sha256(origin.encode() + b"\n" + public).digest()[:4]
    leaves = [hashlib.sha256(b"\x00" + entry).digest() for entry in (b"a", b"b")]
    root = hashlib.sha256(b"\x01" + leaves[0] + leaves[1]).digest()

    def signed(size: int, root: bytes) -> tuple[str, str]:
        text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
        signature = base64.b64encode(key_id + key.sign(text.encode())).decode()
        return text, f"{text}\n— {origin} {signature}\n"

    directory = tmp_path / "box"
    witness = run("init", directory, "--name", NAME).stdout.strip()
    vkey = f"{origin}+{key_id.hex()}+{base64.b64encode(public).decode()}"
    assert run("follow", directory, vkey).returncode == 0
    one, two = signed(1, leaves[0]), signed(2, root)
    proof = base64.b64encode(leaves[1]).decode()
    with serving(directory) as at:
        first, line = at.post(f"old 0\n\n{one[1]}".encode())
        assert (first, is_cosigned(witness, one[0], line)) == (200, True)
        assert at.post(f"old 0\n\n{two[1]}".encode()) == (409, b"1\n")
        assert at.post(f"old 1\n\n{two[1]}".encode())[0] == 422
        second, line = at.post(f"old 1\n{proof}\n\n{two[1]}".encode())
        assert (second, is_cosigned(witness, two[0], line)) == (200, True)
        connection = http.client.HTTPConnection("127.0.0.1", at.port, timeout=30)
        with contextlib.closing(connection):
            connection.request("GET", f"/{hashlib.sha256(origin.encode()).hexdigest()}/checkpoint")
            assert connection.getresponse().read() == two[1].encode() + line


def is_cosigned(vkey: str, text: str, line: bytes) -> bool:
    """Check a signature line by hand; whatever is wrong raises."""
    name, key_id, encoded = vkey.split("+", 2)
    public = base64.b64decode(encoded)
    assert public[:1] == b"\x04"
    dash, signer, written = line.decode().removesuffix("\n").split(" ")
    data = base64.b64decode(written)
    assert (dash, signer, data[:4].hex()) == ("—", name, key_id)
    assert hashlib.sha256(name.encode() + b"\n" + public).digest()[:4] == data[:4]
    when = int.from_bytes(data[4:12], "big")
    assert when > 0
    message = f"cosignature/v1\ntime {when}\n{text}".encode()
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(data[12:], message)
    return True


def test_an_operators_day(tmp_path: Path) -> None:
    """Serve, look, be refused a second process, stop, go on; the key is never shown."""
    directory = tmp_path / "box"
    key = made(directory)
    secret = (directory / "witness.key").read_text("utf-8").strip().rpartition("+")[2]
    with serving(directory) as at:
        assert at.said.startswith(f"{NAME} follows 1 log and listens on http://127.0.0.1:")
        assert at.post(STORIES[0].request(0, 5))[0] == 200
        status = run("status", directory)
        assert f"{ORIGIN}: 5 entries" in status.stdout
        second = run("serve", directory, "--listen", "127.0.0.1:0")
        assert (second.returncode, "stop that one first" in second.stderr) == (1, True)
        assert at.post(STORIES[1].request(5, 5))[0] == 200
        assert at.post(STORIES[0].request(5, COMMON + 5))[0] == 200
        assert at.post(STORIES[1].request(COMMON + 5, COMMON + 5))[0] == 422
        assert at.end(signal.SIGTERM) == 0
    assert f"critical {ORIGIN} has signed two histories" in at.said
    assert run("status", directory).returncode == 1
    with serving(directory) as at:
        old = COMMON + 5
        status_line, line = at.post(STORIES[0].request(old, old + 1))
        assert status_line == 200
        note = SignedNote.decode(checkpoint(STORIES[0].head(old + 1)).encode() + line)
        assert key.verify(note.text, note.signatures[-1])
        at.end(signal.SIGTERM)
    everything = status.stdout + status.stderr + second.stderr + at.said
    assert secret not in everything


def test_a_witness_speaks_tls(tmp_path: Path) -> None:
    made(tmp_path / "box")
    files = tls.make(tmp_path / "tls", names=["127.0.0.1"], organisation="x", now=int(time.time()))
    more = ("--tls-cert", files.certificate, "--tls-key", files.key)
    with serving(tmp_path / "box", *more) as at:
        assert at.url.startswith("https://")
        context = ssl.create_default_context(cafile=files.authority)
        connection = http.client.HTTPSConnection("127.0.0.1", at.port, context=context, timeout=30)
        with contextlib.closing(connection):
            assert posted(connection, STORIES[0].request(0, 5))[0] == 200
        assert at.end(signal.SIGTERM) == 0
