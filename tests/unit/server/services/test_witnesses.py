"""Witnesses: a fake one that does whatever it likes, and the real program."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from teamchat.server.services.announcements import KeysSigned
from teamchat.server.services.witness_door import MOST, Answer, open_door
from teamchat.server.services.witnesses import (
    FIRST_PAUSE,
    RENEW,
    RefusedError,
    Witness,
    Witnesses,
    size_in,
)
from teamchat.server.storage.queries.governance import audit_events
from teamchat.transparency import (
    Policy,
    SignatureType,
    SignedNote,
    VerifierKey,
    WitnessKey,
    open_checkpoint,
)
from teamchat.witness import box
from teamchat.witness.serving import Address, Limits, listening
from teamchat.witness.witness import Witness as RealWitness
from tests.support.clock import FakeClock
from tests.support.key_log import Writing, plain_checkpoint, writing

pytestmark = pytest.mark.slow

KEY = WitnessKey("witness.example/council", bytes(range(1, 33)))
NOW = FakeClock().now()
Answering = Callable[[web.Request, bytes], Awaitable[web.StreamResponse]]


@dataclass
class Fake:
    """A witness that believes everything, unless it is told what to answer."""

    url: str = ""
    seen: int = 0
    asked: list[bytes] = field(default_factory=list)
    instead: Answering | None = None
    shown: bytes = b""
    """What it shows to everybody."""
    key: WitnessKey = KEY

    async def show(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(body=self.shown)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.asked.append(body)
        if self.instead is not None:
            return await self.instead(request, body)
        head, _, note = body.partition(b"\n\n")
        if head.split(b"\n")[0] != b"old %d" % self.seen:
            return sized(self.seen)
        self.seen = plain_checkpoint(note)[1]
        return web.Response(text=self.key.sign(SignedNote.decode(note).text, NOW).line)


def sized(size: int) -> web.Response:
    return web.Response(status=409, text=f"{size}\n", content_type="text/x.tlog.size")


@asynccontextmanager
async def fake() -> AsyncIterator[Fake]:
    made, app = Fake(), web.Application()
    app.router.add_post("/w/add-checkpoint", made.answer)
    app.router.add_get("/w/{page}/checkpoint", made.show)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/w"
    try:
        yield made
    finally:
        await runner.cleanup()


def watched(desk: Writing, clock: FakeClock, *witnesses: Witness) -> Witnesses:
    made = Witnesses(
        desk.database, clock, desk.signer, witnesses=witnesses, announce=desk.announced.append
    )
    desk.signer.paused = False
    return made


async def ask(witnesses: Witnesses) -> None:
    async with open_door() as door:
        await witnesses.ask_all(door)


async def shown(desk: Writing) -> SignedNote:
    return SignedNote.decode((await desk.log.shown()).checkpoint.encode())


def policy(log: VerifierKey, *keys: VerifierKey) -> Policy:
    return Policy(log, keys, quorum=len(keys))


async def log_key(desk: Writing) -> VerifierKey:
    return VerifierKey.parse((await desk.log.shown()).key)


async def refusals(desk: Writing) -> list[str]:
    rows = await desk.database.read(audit_events)
    return [detail for event, *_, detail in rows if event == "witness.refused"]


async def test_each_checkpoint_is_cosigned_and_served_with_it(tmp_path: Path) -> None:
    async with writing(tmp_path) as desk, fake() as there:
        witnesses = watched(desk, FakeClock(), Witness(there.url, KEY.verifier))
        for count in (1, 2, 300):
            await desk.append(count)
            await desk.signer.settle()
            await ask(witnesses)
            trusted = policy(await log_key(desk), KEY.verifier).check(await shown(desk))
            assert trusted.cosigned == ((KEY.verifier.name, NOW),)
        assert there.seen == 303
        assert desk.announced == [KeysSigned(size) for size in (1, 1, 3, 3, 303, 303)]
        await desk.append()
        await desk.signer.settle()
        assert len((await shown(desk)).signatures) == 1, "a cosignature is of one checkpoint"


async def test_the_old_size_is_asked_for_once(tmp_path: Path) -> None:
    async with writing(tmp_path) as desk, fake() as there:
        await desk.append(5)
        await desk.signer.settle()
        await ask(watched(desk, FakeClock(), Witness(there.url, KEY.verifier)))
        await desk.append(5)
        await desk.signer.settle()
        await ask(watched(desk, FakeClock(), Witness(there.url, KEY.verifier)))
        firsts = [body.partition(b"\n")[0] for body in there.asked]
        assert firsts == [b"old 0", b"old 0", b"old 5"]


async def test_a_cosignature_is_renewed_before_it_gets_old(tmp_path: Path) -> None:
    clock = FakeClock()
    async with writing(tmp_path) as desk, fake() as there:
        witnesses = watched(desk, clock, Witness(there.url, KEY.verifier))
        for pause, asked in ((0, 1), (10, 1), (RENEW, 2)):
            clock.advance(pause)
            await ask(witnesses)
            assert len(there.asked) == asked


async def test_a_witness_that_is_away_costs_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = FakeClock()
    async with writing(tmp_path) as desk:
        async with fake() as there:
            witnesses = watched(desk, clock, Witness(there.url, KEY.verifier))
        await desk.append()
        await desk.signer.settle()
        with caplog.at_level(logging.INFO):
            for _ in range(4):
                await ask(witnesses)
                clock.advance(1_000)
        assert [each.message for each in caplog.records] == ["witness-has-not-cosigned"]
        assert len((await shown(desk)).signatures) == 1
        assert await refusals(desk) == []


async def test_a_witness_that_is_away_is_left_alone_for_a_while(tmp_path: Path) -> None:
    clock = FakeClock()

    async def busy(_request: web.Request, _body: bytes) -> web.StreamResponse:
        return web.Response(status=503)

    async with writing(tmp_path) as desk, fake() as there:
        there.instead = busy
        witnesses = watched(desk, clock, Witness(there.url, KEY.verifier))
        for pause, asked in ((0, 1), (1, 1), (FIRST_PAUSE, 2), (FIRST_PAUSE, 2), (10_000, 3)):
            clock.advance(pause)
            await ask(witnesses)
            assert len(there.asked) == asked
        there.instead = None
        clock.advance(10_000)
        await ask(witnesses)
        assert len((await shown(desk)).signatures) == 2


def foreign(text: bytes) -> str:
    return WitnessKey(KEY.verifier.name, bytes(32)).sign(text, NOW).line


BAD: dict[str, Callable[[bytes], web.Response]] = {
    "unknown log": lambda _: web.Response(status=404),
    "wrong signature": lambda _: web.Response(status=403),
    "wrong proof": lambda _: web.Response(status=422),
    "nothing": lambda _: web.Response(text=""),
    "nonsense": lambda _: web.Response(body=b"\xff\x00\n" * 9),
    "another key": lambda text: web.Response(text=foreign(text)),
    "another text": lambda text: web.Response(text=KEY.sign(text + b"x\n", NOW).line),
    "no size": lambda _: web.Response(status=409, text="7\n"),
    "a size that is none": lambda _: web.Response(
        status=409, text="07\n", content_type="text/x.tlog.size"
    ),
    "always another size": lambda _: sized(0),
    "a redirect": lambda _: web.Response(status=307, headers={"Location": "http://127.0.0.1:9/"}),
}


@pytest.mark.parametrize("what", list(BAD))
async def test_what_is_no_cosignature_is_refused_and_written_down_once(
    tmp_path: Path, what: str
) -> None:
    clock = FakeClock()

    async def answer(_request: web.Request, body: bytes) -> web.StreamResponse:
        return BAD[what](SignedNote.decode(body.partition(b"\n\n")[2]).text)

    async with writing(tmp_path) as desk, fake() as there:
        await desk.append(2)
        await desk.signer.settle()
        there.instead = answer
        witnesses = watched(desk, clock, Witness(there.url, KEY.verifier))
        for _ in range(3):
            await ask(witnesses)
            clock.advance(1_000)
        (detail,) = await refusals(desk)
        assert '"name":"witness.example/council"' in detail
        assert len((await shown(desk)).signatures) == 1
        assert desk.signer.stopped == ""


async def test_an_answer_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    sent = 0

    async def endless(request: web.Request, _body: bytes) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while sent < 10_000 * MOST:
            await response.write(bytes(MOST))
            sent += MOST
        return response

    async with writing(tmp_path) as desk, fake() as there:
        there.instead = endless
        async with asyncio.timeout(60):
            await ask(watched(desk, FakeClock(), Witness(there.url, KEY.verifier)))
        assert sent < 10_000 * MOST
        assert await refusals(desk) == []


async def more(_request: web.Request, _body: bytes) -> web.StreamResponse:
    return sized(700)


async def test_a_witness_that_shows_more_of_the_log_stops_the_signer(tmp_path: Path) -> None:
    """A machine that was put back whole has forgotten, with all its files; a witness has not."""
    for place in ("before", "after"):
        (tmp_path / place).mkdir()
    async with writing(tmp_path / "before") as desk, fake() as there:
        await desk.append(7)
        await desk.signer.settle()
        there.shown = (await shown(desk)).encode()
        log = await desk.stored()
        seed = desk.files.seed_path(log.begun).read_bytes()
    async with writing(tmp_path / "after") as desk, fake() as again:
        again.instead, again.shown = more, there.shown
        log = await desk.stored()
        assert desk.files.seed_path(log.begun).read_bytes() == seed  # the same log, put back
        await desk.append(5)
        await desk.signer.settle()
        await ask(watched(desk, FakeClock(), Witness(again.url, KEY.verifier)))
        assert "with 7 entries that was signed here" in desk.signer.stopped
        assert "only 5 are here" in desk.signer.stopped
        await desk.append(5)
        await desk.signer.settle()
        assert (await desk.signed()).size == 5


LIES: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _note: b"",
    "what is here": lambda note: note,
    "a checkpoint that is not signed": lambda note: note.replace(b"\n5\n", b"\n700\n"),
    "no note": lambda _note: b"\xff" * 100,
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_witness_that_only_says_to_have_seen_more_stops_nothing(
    lie: str, tmp_path: Path
) -> None:
    async with writing(tmp_path) as desk, fake() as there, fake() as honest:
        await desk.append(5)
        await desk.signer.settle()
        clock = FakeClock()
        there.instead = more
        there.shown = LIES[lie]((await shown(desk)).encode())
        other = WitnessKey("witness.example/other", bytes(range(2, 34)))
        honest.key = other
        witnesses = watched(
            desk, clock, Witness(there.url, KEY.verifier), Witness(honest.url, other.verifier)
        )
        for size in (6, 7, 8):
            await ask(witnesses)
            await desk.append()
            await desk.signer.settle()
            assert desk.signer.stopped == ""
            assert (await desk.signed()).size == size
            clock.advance(1_000)
        await ask(witnesses)
        policy(await log_key(desk), other.verifier).check(await shown(desk))
        (detail,) = await refusals(desk)
        assert '"http_status":409' in detail
        there.instead, there.seen = None, 0
        clock.advance(1_000)
        await ask(witnesses)
        policy(await log_key(desk), KEY.verifier).check(await shown(desk))


async def test_nothing_is_signed_before_the_witnesses_were_asked(tmp_path: Path) -> None:
    async with writing(tmp_path) as desk, fake() as there:
        witnesses = Witnesses(
            desk.database, FakeClock(), desk.signer,
            witnesses=[Witness(there.url, KEY.verifier)], announce=desk.announced.append,
        )  # fmt: skip
        await desk.append()
        await desk.signer.settle()
        assert (await desk.signed()).size == 0
        tasks = [asyncio.create_task(each) for each in (desk.signer.run(), witnesses.run())]
        async with asyncio.timeout(60):
            while there.seen < 1:  # noqa: ASYNC110 - a test looks from outside
                await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        assert plain_checkpoint(there.asked[0].partition(b"\n\n")[2])[1] == 0


def test_a_size_is_read_strictly() -> None:
    assert size_in(Answer(409, "text/x.tlog.size", b"12\n")) == 12
    for body in (b"12", b"12\n\n", b"-1\n", b"1e3\n", b"\xff\n", b"", b"9" * 30 + b"\n"):
        with pytest.raises(RefusedError):
            size_in(Answer(409, "text/x.tlog.size", body))
    with pytest.raises(RefusedError):
        size_in(Answer(409, "text/plain", b"12\n"))


async def test_the_real_witness_cosigns(tmp_path: Path) -> None:
    folder = tmp_path / "witness"
    key = box.make(folder, "witness.example/real")
    assert key.type is SignatureType.COSIGNATURE_V1
    (tmp_path / "server").mkdir()
    async with writing(tmp_path / "server") as desk:
        with box.opened(folder) as opened:
            opened.ledger.follow(await log_key(desk))
            real = RealWitness(opened, FakeClock())
            async with listening(real, Address("127.0.0.1", 0), None, Limits()) as url:
                witnesses = watched(desk, FakeClock(), Witness(url, key))
                for count in (0, 1, 2, 300):
                    if count:
                        await desk.append(count)
                    await desk.signer.settle()
                    await ask(witnesses)
                    policy(await log_key(desk), key).check(await shown(desk))
                await ask(watched(desk, FakeClock(), Witness(url, key)))
        assert await refusals(desk) == []
        note = await shown(desk)
        assert open_checkpoint(note, await log_key(desk)).checkpoint.size == 303
