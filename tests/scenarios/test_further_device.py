"""A person logs in on a further computer, with real commands against a real server."""

import json
import re
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from teamchat.client.account import Account
from teamchat.client.arriving import Arrival
from teamchat.client.enrol import login
from teamchat.client.errors import AccountError
from tests.scenarios.test_real_server import account_of, no_recovery_key, source, until
from tests.support.desk import Desk
from tests.support.server import PASSWORD, running_server

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
        await laptop.must("send", group, "before the tablet")
        await bo.must("send", group, "an answer")

        tablet = Desk(server, tmp_path, "anna", "tablet")
        async with laptop.runs("tail", "-f"):
            lines = await tablet.come_too(recovery_key)
        assert "Your 2 conversations are here" in lines[1], lines
        assert "Your other devices were asked" in lines[2]
        assert len(lines) == 4, lines  # nothing is missing: no word of titles

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
        assert not re.search("[a-z2-7]{26}", spoken)  # names, and no identifiers

        await tablet.must("send", "werk", "from the tablet")
        assert said(await laptop.must("tail", group, "--json")) == [
            ("Anna", "before the tablet", True), ("Bo", "an answer", False),
            ("Bo", "to both", False), ("Anna", "from the tablet", True),
        ]  # fmt: skip
        assert said(await bo.must("tail", group, "--json"))[-1][1] == "from the tablet"


async def test_a_title_comes_as_soon_as_somebody_is_there(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(tmp_path))
        await server.enter("anna", await server.create("anna"))
        first = await login(
            server.url, "anna", PASSWORD, "laptop",
            profile_dir=tmp_path / "laptop", key_source=source(), ask_recovery_key=no_recovery_key,
        )  # fmt: skip
        async with (
            account_of(server, "bo", tmp_path) as bo,
            await Account.open(tmp_path / "laptop", source()) as laptop,
        ):
            await laptop.wait_online(60)
            await laptop.create_group("Werk 2", [bo.profile.user])
            await until(lambda: any(each.title for each in bo.conversations()))

        asked: list[str] = []

        async def typed() -> str:
            asked.append("recovery key")
            return first.recovery_key or ""

        with pytest.raises(AccountError, match="error-wrong-credentials"):
            await login(
                server.url, "anna", "not the password", "laptop",
                profile_dir=tmp_path / "tablet", key_source=source(), ask_recovery_key=typed,
                ready=lambda: asked.append("passphrase"),
            )  # fmt: skip
        assert asked == [], "a passphrase is invented once the password is right"
        entered = await login(
            server.url, "anna", PASSWORD, "laptop",
            profile_dir=tmp_path / "tablet", key_source=source(), ask_recovery_key=typed,
            ready=lambda: asked.append("passphrase"),
        )  # fmt: skip
        assert asked == ["recovery key", "passphrase"]
        assert entered.recovery_key is None
        tablet = await stack.enter_async_context(await Account.open(tmp_path / "tablet", source()))
        assert {each.name for each in await tablet.devices()} == {"laptop", "laptop 2"}
        await tablet.catch_up(20)  # as a command does after a login that was broken off
        assert [each.joined for each in tablet.conversations()] == [True]
        told: list[Arrival] = []
        arrived = await tablet.arrive(20, told.append)
        assert arrived == Arrival(conversations=1, joined=1, untitled=1)
        assert told == sorted(told, key=lambda each: each.joined)
        async with await Account.open(tmp_path / "bo", source()):
            await until(lambda: tablet.conversations()[0].title == "Werk 2")
