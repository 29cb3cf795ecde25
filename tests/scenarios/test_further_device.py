"""A person logs in on a further computer, with real commands against a real server."""

import json
from pathlib import Path

import pytest

from tests.support.desk import Desk
from tests.support.server import running_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def said(lines: str) -> list[tuple[str, str, bool]]:
    """Return who wrote what, and whether it is one's own, of what `--json` wrote."""
    found = [json.loads(line) for line in lines.splitlines()]
    return [(x["sender_name"], x["text"], x["own"]) for x in found if x["kind"] == "text"]


async def test_a_further_device_is_at_home_when_login_ends(tmp_path: Path) -> None:
    async with running_server(tmp_path / "server") as server:
        laptop, bo = Desk(server, tmp_path, "anna"), Desk(server, tmp_path, "bo")
        recovery_key = await laptop.enter()
        await bo.enter()
        group = json.loads(await laptop.must("new", "--title", "Werk 深圳", "bo", "--json"))["id"]
        direct = json.loads(await laptop.must("new", "bo", "--json"))["id"]
        for talk in (group, direct):
            await laptop.must("send", talk, "before the tablet")
            await bo.must("send", talk, "an answer")
        await laptop.must("tail")

        tablet = Desk(server, tmp_path, "anna", "tablet")
        async with laptop.runs("tail", "-f"):
            lines = await tablet.come_too(recovery_key)
        assert "Your 2 conversations are here" in lines[1], lines
        assert "stays on your other devices" in lines[1]
        assert len(lines) == 2, lines  # nothing is missing: no word of titles

        await bo.must("send", group, "to both")
        await bo.must("send", direct, "to both of you")
        shown = await tablet.must("conversations", "--json", "--offline")
        assert {json.loads(each)["title"] for each in shown.splitlines()} == {"Werk 深圳", "Bo"}
        assert said(await tablet.must("tail", group, "--json")) == [("Bo", "to both", False)]
        assert said(await tablet.must("tail", direct, "--json")) == [
            ("Bo", "to both of you", False)
        ]
        spoken = await tablet.must("tail")
        assert "Bo" in spoken
        assert bo.name not in spoken.split()  # names, and no identifiers

        await tablet.must("send", "werk", "from the tablet")
        assert said(await laptop.must("tail", group, "--json"))[-2:] == [
            ("Bo", "to both", False), ("Anna", "from the tablet", True),
        ]  # fmt: skip
        assert said(await laptop.must("tail", group, "--json"))[0][1] == "before the tablet"
        assert said(await bo.must("tail", group, "--json"))[-1][1] == "from the tablet"


async def test_titles_come_as_soon_as_somebody_is_there(tmp_path: Path) -> None:
    async with running_server(tmp_path / "server") as server:
        laptop, bo = Desk(server, tmp_path, "anna"), Desk(server, tmp_path, "bo")
        recovery_key = await laptop.enter()
        await bo.enter()
        await laptop.must("new", "--title", "Werk 2", "bo")
        await bo.must("tail")
        tablet = Desk(server, tmp_path, "anna", "tablet")
        lines = await tablet.come_too(recovery_key)
        assert "has no title here yet" in lines[-1], lines
        await laptop.must("status")
        assert "Werk 2" in await tablet.must("conversations")
