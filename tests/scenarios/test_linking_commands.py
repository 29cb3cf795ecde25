"""A terminal is linked with the commands that people type, each in a process of its own."""

import asyncio
import json
import re
import signal
from asyncio.subprocess import Process
from pathlib import Path

import pytest

from tests.support.desk import Desk
from tests.support.server import running_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

CODE = re.compile(r"teamchat devices link ([0-9A-Z]{5}-[0-9A-Z]{5})")
SECONDS = 60.0


async def heard(process: Process, wanted: str) -> str:
    """Return what a process has said up to something."""
    assert process.stderr is not None
    said = ""
    async with asyncio.timeout(SECONDS):
        while wanted not in said:
            piece = await process.stderr.read(1000)
            assert piece, said
            said += piece.decode()
    return said


async def code_of(process: Process) -> str:
    found = CODE.search(await heard(process, "teamchat devices link"))
    assert found
    return found[1]


def type_into(process: Process, text: str) -> None:
    assert process.stdin is not None
    process.stdin.write(text.encode())


async def ended(process: Process) -> tuple[int, str, str]:
    async with asyncio.timeout(SECONDS):
        out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_a_terminal_is_linked(tmp_path: Path) -> None:
    async with running_server(tmp_path / "server") as server:
        laptop, bo = Desk(server, tmp_path, "anna"), Desk(server, tmp_path, "bo")
        await laptop.enter()
        await bo.enter()
        group = json.loads(await laptop.must("new", "--title", "Werk", "bo", "--json"))["id"]
        terminal = Desk(server, tmp_path, "anna", "terminal")
        async with (
            terminal.asks("link", server.url, "--device-name", "terminal", "--numbers") as new,
            laptop.asks("devices", "link", await code_of(new), "--numbers") as old,
        ):
            await asyncio.gather(
                heard(new, "in this order? [y/n]"), heard(old, "in this order? [y/n]")
            )
            type_into(new, "yes\n")
            type_into(old, "yes\n")
            linked = await heard(old, "Give your messages to terminal?")
            type_into(old, "no\n")
            ends = await asyncio.gather(ended(new), ended(old))
        assert [code for code, _, _ in ends] == [0, 0], ends
        assert ends[0][1] == ends[1][1]  # the numbers, and nothing else
        assert "is yours now" in linked
        assert "Your conversation is here" in ends[0][2], ends[0][2]
        await bo.must("send", group, "to both")
        assert "to both" in await terminal.must("tail", group)
        assert "to both" in await laptop.must("tail", group)
        listed = [
            json.loads(each) for each in (await laptop.must("devices", "--json")).splitlines()
        ]
        assert [each["name"] for each in listed] == ["laptop", "terminal"]
        assert listed[1]["by"] == listed[0]["id"]


async def test_breaking_off_leaves_nothing_and_is_told(tmp_path: Path) -> None:
    async with running_server(tmp_path / "server") as server:
        laptop = Desk(server, tmp_path, "anna")
        await laptop.enter()
        terminal = Desk(server, tmp_path, "anna", "terminal")
        async with (
            terminal.asks("link", server.url, "--no-qr") as new,
            laptop.asks("devices", "link", await code_of(new)) as old,
        ):
            await asyncio.gather(
                heard(new, "in this order? [y/n]"), heard(old, "in this order? [y/n]")
            )
            new.send_signal(signal.SIGINT)
            code, _, _ = await ended(new)
            assert code == 1
            type_into(old, "yes\n")
            code, _, said = await ended(old)
        assert code == 1
        assert "The linking was broken off on one of the two devices." in said
        assert {each.name for each in terminal.profile.glob("*")} <= {"lock"}
        assert len((await laptop.must("devices", "--json")).splitlines()) == 1


async def test_a_server_that_is_away_is_named(tmp_path: Path) -> None:
    async with running_server(tmp_path / "server") as server:
        terminal = Desk(server, tmp_path, "anna", "terminal")
        async with terminal.asks("link", "http://127.0.0.1:9") as new:
            code, _, said = await ended(new)
        assert code == 4
        assert "No teamchat server answers at http://127.0.0.1:9." in said
