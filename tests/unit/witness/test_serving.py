"""A witness on a real port: what comes over the wire, byte for byte."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from hashlib import sha256
from pathlib import Path

import pytest

from teamchat.transparency import SignedNote, verify_note
from teamchat.witness import box
from teamchat.witness.box import Box
from teamchat.witness.errors import WitnessError
from teamchat.witness.request import MAX_REQUEST_BYTES
from teamchat.witness.serving import Address, Limits, listening, tls_context
from teamchat.witness.witness import Witness
from tests.support.clock import FakeClock
from tests.support.tlog import LOG_KEY, NOW, checkpoint, entries, log_of
from tests.support.witnessing import asked, body, two_stories

ORIGIN = LOG_KEY.verifier.name
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
LOCAL = Address("127.0.0.1", 0)


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Streams]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


class Wire:
    """Speaks HTTP by hand."""

    def __init__(self, port: int, opened: Box) -> None:
        self.port = port
        self.box = opened
        self.witness = opened.key.verifier

    async def send(self, data: bytes) -> tuple[int, dict[str, str], bytes]:
        async with connected(self.port) as (reader, writer):
            writer.write(data)
            return await read_answer(reader)

    async def post(self, content: bytes, path: str = "/add-checkpoint") -> tuple[int, str, bytes]:
        status, headers, answer = await self.send(posted(content, path))
        return status, headers["content-type"], answer

    async def get(self, path: str) -> tuple[int, str, bytes]:
        head = f"GET {path} HTTP/1.1\r\nHost: w\r\n\r\n"
        status, headers, answer = await self.send(head.encode())
        return status, headers["content-type"], answer


def posted(content: bytes, path: str = "/add-checkpoint") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: w\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii").removesuffix("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    content = await reader.readexactly(int(headers["content-length"]))
    return int(first.split()[1]), headers, content


@asynccontextmanager
async def wire(folder: Path, limits: Limits | None = None) -> AsyncIterator[Wire]:
    box.make(folder / "box", "witness.example/council")
    with box.opened(folder / "box") as opened:
        opened.ledger.follow(LOG_KEY.verifier)
        witness = Witness(opened, FakeClock(NOW))
        async with listening(witness, LOCAL, None, limits or Limits()) as url:
            yield Wire(int(url.rpartition(":")[2]), opened)


SENTENCE = "text/plain; charset=utf-8"


async def test_a_log_is_cosigned_as_the_specification_says(tmp_path: Path) -> None:
    async with wire(tmp_path) as at:
        for old, new in [(0, 5), (5, 5), (5, 9), (9, 300)]:
            note = checkpoint(log_of(new).tree.head)
            status, kind, lines = await at.post(asked(log_of(new), old))
            assert (status, kind) == (200, SENTENCE)
            assert lines.startswith("— witness.example/council ".encode())
            assert lines.count(b"\n") == 1
            (verified,) = verify_note(SignedNote.decode(note.encode() + lines), [at.witness])
            assert verified.time == NOW


async def test_every_refusal_has_its_status(tmp_path: Path) -> None:
    _, other = two_stories(3, 5)
    log = log_of(9)
    unsigned = asked(log, 5).replace(ORIGIN.encode(), b"chat.example/audit/2")
    async with wire(tmp_path) as at:
        assert (await at.post(asked(log_of(5), 0)))[0] == 200
        for status, content in [
            (400, b""),
            (400, asked(log, 5)[:-1]),
            (400, body(10, (), checkpoint(log.tree.head))),
            (400, body(5, [b"h" * 32] * 64, checkpoint(log.tree.head))),
            (403, asked(log, 5).replace(b"\n9\n", b"\n8\n")),
            (404, unsigned),
            (422, body(5, (), checkpoint(log.tree.head))),
            (422, asked(other, 5)),
        ]:
            answered, kind, words = await at.post(content)
            assert (answered, kind) == (status, SENTENCE), words
            assert words.endswith(b".\n")
        assert await at.post(asked(log, 4)) == (409, "text/x.tlog.size", b"5\n")
        assert await at.post(asked(log, 0)) == (409, "text/x.tlog.size", b"5\n")
        assert (await at.post(asked(log, 5)))[0] == 200
        assert await at.post(asked(log, 5)) == (409, "text/x.tlog.size", b"9\n")


async def test_the_newest_checkpoint_is_served(tmp_path: Path) -> None:
    path = f"/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    async with wire(tmp_path) as at:
        assert (await at.get(path))[0] == 404
        _, _, line = await at.post(asked(log_of(5), 0))
        note = checkpoint(log_of(5).tree.head).encode()
        assert await at.get(path) == (200, SENTENCE, note + line)
        assert (await at.get(path.upper().replace("CHECKPOINT", "checkpoint")))[0] == 404


async def test_a_disk_that_fails_is_answered_in_a_sentence(tmp_path: Path) -> None:
    path = f"/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    async with wire(tmp_path) as at:
        at.box.ledger._connection.execute("DROP TABLE log")
        for answer in (await at.get(path), await at.post(asked(log_of(5), 0))):
            assert answer[:2] == (503, SENTENCE)
            assert answer[2].endswith(b"try again later.\n")


async def test_there_are_no_other_addresses(tmp_path: Path) -> None:
    async with wire(tmp_path) as at:
        for path in ("/", "/add-checkpoint/", "/sign-subtree", "/x/checkpoint", "/../witness.key"):
            status, _, words = await at.get(path)
            assert status == 404, path
            assert words == b"A witness has no such address: logs post to add-checkpoint.\n"
        status, headers, words = await at.send(b"GET /add-checkpoint HTTP/1.1\r\nHost: w\r\n\r\n")
        assert (status, headers["allow"]) == (405, "POST")
        assert words.endswith(b"logs post to add-checkpoint.\n")
        assert headers["server"] == "teamchat-witness"


async def test_a_connection_is_kept_for_the_next_request(tmp_path: Path) -> None:
    log = log_of(5)
    async with wire(tmp_path) as at, connected(at.port) as (reader, writer):
        for size in (5, 6, 7):
            writer.write(posted(asked(log_of(size), size - 1 if size > 5 else 0)))
            assert (await read_answer(reader))[0] == 200
        writer.write(posted(asked(log, 0)) + posted(asked(log.append(entries(5, 5)), 7)))
        assert [(await read_answer(reader))[0] for _ in range(2)] == [409, 200]


async def test_requests_at_the_same_time_are_one_after_the_other(tmp_path: Path) -> None:
    """Two that begin at the same size: one gets through."""
    async with wire(tmp_path) as at:
        await at.post(asked(log_of(5), 0))
        answers = await asyncio.gather(
            *(at.post(asked(log_of(5 + n), 5)) for n in range(1, 9) for _ in range(3))
        )
        assert sorted(status for status, _, _ in answers) == [200] + [409] * 23
        (size,) = {int(content) for status, _, content in answers if status == 409}
        assert (await at.post(asked(log_of(size), size)))[0] == 200


async def test_a_large_body_is_refused_before_it_is_read(tmp_path: Path) -> None:
    head = f"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: {MAX_REQUEST_BYTES + 1}"
    async with wire(tmp_path) as at:
        status, headers, _ = await at.send(f"{head}\r\n\r\n".encode())
        assert (status, headers["connection"]) == (413, "close")


async def test_a_body_without_a_length_is_bounded_too(tmp_path: Path) -> None:
    head = b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\n"
    piece = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
    async with wire(tmp_path) as at:
        assert (await at.send(head + piece * 5))[0] == 413
        content = asked(log_of(5), 0)
        whole = f"{len(content):x}\r\n".encode() + content + b"\r\n0\r\n\r\n"
        assert (await at.send(head + whole))[0] == 200


async def test_a_body_that_does_not_come_is_not_waited_for(tmp_path: Path) -> None:
    async with wire(tmp_path, Limits(body_seconds=0.1)) as at:
        status, headers, _ = await at.send(posted(asked(log_of(5), 0))[:-1])
        assert (status, headers["connection"]) == (408, "close")


@pytest.mark.parametrize("beginning", [b"", b"POST /add-ch", b"POST /x HTTP/1.1\r\nHost: w\r\n"])
async def test_a_request_that_does_not_come_is_not_waited_for(
    tmp_path: Path, beginning: bytes
) -> None:
    limits = Limits(idle_seconds=0.1)
    async with wire(tmp_path, limits) as at, connected(at.port) as (reader, writer):
        writer.write(beginning)
        assert await reader.read() == b""


async def test_one_connection_too_many_is_closed_at_once(tmp_path: Path) -> None:
    async with wire(tmp_path, Limits(connections=2)) as at, AsyncExitStack() as stack:
        for _ in range(2):
            reader, writer = await stack.enter_async_context(connected(at.port))
            writer.write(posted(b"old"))
            assert (await read_answer(reader))[0] == 400
        third, _ = await stack.enter_async_context(connected(at.port))
        with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
            await third.readexactly(1)


@pytest.mark.parametrize(
    "junk", [b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"POST /add-checkpoint\r\n\r\n"]
)
async def test_what_is_no_http_is_refused(tmp_path: Path, junk: bytes) -> None:
    async with wire(tmp_path) as at:
        async with connected(at.port) as (reader, writer):
            writer.write(junk + b"\r\n\r\n")
            assert b" 400 " in await reader.readuntil(b"\r\n")
        assert (await at.post(asked(log_of(5), 0)))[0] == 200


async def test_a_compressed_body_is_no_request(tmp_path: Path) -> None:
    async with wire(tmp_path) as at:
        data = posted(b"\x1f\x8b" + bytes(50)).replace(
            b"Host: w\r\n", b"Host: w\r\nContent-Encoding: gzip\r\n"
        )
        assert (await at.send(data))[0] == 400


async def test_an_address_in_use_is_said_in_a_sentence(tmp_path: Path) -> None:
    async with wire(tmp_path) as at:
        with box.looked_at(tmp_path / "box") as opened:
            second = listening(
                Witness(opened, FakeClock(NOW)), Address("127.0.0.1", at.port), None, Limits()
            )
            with pytest.raises(WitnessError, match="in use"):
                await second.__aenter__()


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("127.0.0.1:8425", Address("127.0.0.1", 8425)),
        ("[::1]:0", Address("::1", 0)),
        ("witness.example:443", Address("witness.example", 443)),
    ],
)
def test_an_address_is_host_and_port(written: str, address: Address) -> None:
    assert Address.parse(written) == address
    assert address.written == written


@pytest.mark.parametrize("written", ["", ":1", "x", "x:", "x:y", "x:65536", "x:-1", "x:٣"])
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(WitnessError, match="HOST:PORT"):
        Address.parse(written)


async def test_a_host_that_is_none_is_refused(tmp_path: Path) -> None:
    box.make(tmp_path / "box", "witness.example/council")
    with box.opened(tmp_path / "box") as opened:
        witness = Witness(opened, FakeClock(NOW))
        for host in ("a..b", "no such host"):
            listens = listening(witness, Address(host, 1), None, Limits())
            with pytest.raises(WitnessError, match="Cannot listen"):
                await listens.__aenter__()


def test_files_that_are_no_certificate_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WitnessError, match="cannot be used"):
        tls_context(tmp_path / "no.pem", tmp_path / "no.key")
    (tmp_path / "x.pem").write_text("nothing")
    with pytest.raises(WitnessError, match="PEM"):
        tls_context(tmp_path / "x.pem", tmp_path / "x.pem")
