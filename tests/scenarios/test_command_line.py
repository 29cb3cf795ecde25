"""The commands as people run them: one process each, a real server, a vault under a passphrase."""

import json
from pathlib import Path

import pytest

from tests.support.desk import Desk
from tests.support.proof_checker import checked
from tests.support.server import running_server
from tests.support.tlog import WITNESSES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


async def test_two_people_talk_in_commands(tmp_path: Path) -> None:
    async with running_server(tmp_path / "server") as server:
        anna, wei = Desk(server, tmp_path, "anna"), Desk(server, tmp_path, "wei")
        await anna.enter()
        await wei.enter()

        made = json.loads(await anna.must("new", "--title", "Werk 深圳", "wei", "--json"))
        assert (made["title"], made["members"]) == ("Werk 深圳", 2)
        await anna.must("send", "werk", "Grüß Gott 🙂\nzweite Zeile")

        (line,) = [
            json.loads(each)
            for each in (await wei.must("tail", "werk", "--json")).splitlines()
            if json.loads(each)["kind"] == "text"
        ]
        assert line["text"] == "Grüß Gott 🙂\nzweite Zeile"
        assert line["sender_name"] == "Anna"
        assert json.loads(await wei.must("conversations", "--json"))["title"] == "Werk 深圳"

        await wei.must("send", "werk", "-", typed="aus der Leitung\n")
        assert "Wei: aus der Leitung" in await anna.must("read", "werk")
        assert not await anna.must("read", "werk")

        ours = await anna.must("verify", "wei", "--confirm", "--yes")
        theirs = await wei.must("verify", "anna")
        assert ours == theirs
        assert "✓ verified in person" in await anna.must("members", "werk")
        code = json.loads(await anna.must("verify", "wei", "--json"))["code"]
        await wei.must("verify", "anna", "--compare", "-", "--yes", typed=code)
        assert "✓ verified in person" in await wei.must("members", "werk")
        other = ours.replace(ours[0], str((int(ours[0]) + 1) % 10), 1)
        assert (await wei.run("verify", "anna", "--compare", other))[0] == 5

        mine, theirs = [
            json.loads(await each.must("log", "status", "--json")) for each in (anna, wei)
        ]
        assert (mine["size"], mine["root"]) == (theirs["size"], theirs["root"])
        assert (mine["size"], mine["findings"]) == (2, [])
        await wei.must("log", "prove", "-o", str(tmp_path / "wei.tlog-proof"))
        proof = (tmp_path / "wei.tlog-proof").read_text("utf-8")
        assert checked(proof, mine["log_key"]) != checked(
            await anna.must("log", "prove"), theirs["log_key"]
        )

        await anna.must("log", "witnesses", WITNESSES[0].verifier.vkey)
        required = json.loads(await anna.must("log", "status", "--json", "--offline"))["required"]
        assert (required["names"], required["late"]) == ([WITNESSES[0].verifier.name], False)
        assert await anna.must("log", "witnesses", "--none") == "no witnesses\n"

        await anna.must("remove", "werk", "wei", "--yes")
        await anna.must("send", "werk", "ohne Wei")
        code, _out, err = await wei.run("send", "werk", "Hallo?")
        assert code == 1, err
        assert "ohne Wei" not in await wei.must("export", "werk")

        code, out, _err = await anna.run("admin", "user", "list")
        assert (code, out) == (1, "")

    code, _out, err = await anna.run("send", "werk", "ohne Server", "--wait", "0.5")
    assert (code, "waits" in err) == (4, True)
    code, out, _err = await anna.run("status", "--json")
    assert code == 4
    assert json.loads(out)["queued"] == 1


async def test_nobody_is_logged_in(tmp_path: Path) -> None:
    async with running_server(tmp_path / "server") as server:
        desk = Desk(server, tmp_path, "anna")
        code, out, err = await desk.run("status", "--json")
        assert (code, out) == (3, "")
        assert json.loads(err)["error"] == "error-not-logged-in"


async def test_who_comes_later_sees_what_the_group_lets_them_see(tmp_path: Path) -> None:
    async with running_server(tmp_path / "server") as server:
        anna, bo, wei = (Desk(server, tmp_path, name) for name in ("anna", "bo", "wei"))
        for each in (anna, bo, wei):
            await each.enter()
        await anna.must("new", "--title", "Werk", "--newcomers", "30d", "bo")
        await anna.must("send", "werk", "Guten Morgen")
        await bo.must("read", "werk")
        await bo.must("send", "werk", "早上好")
        await anna.must("read", "werk")
        code, _, said = await anna.run("add", "werk", "wei")
        assert code == 0
        assert "New members see the last 30 days" in said
        assert "Wei gets the earlier messages" in said
        lines = (await wei.must("tail", "werk")).splitlines()
        assert [each for each in lines if "not proven" in each] == [
            each for each in lines if "Guten Morgen" in each or "早上好" in each
        ]
        assert sum("given by Anna, not proven" in each for each in lines) == 2
        assert "Anna gave Wei the history since" in await bo.must("tail", "werk")
        code, _, said = await bo.run("newcomers", "werk", "all")
        assert code == 1
        assert "Only who manages this conversation" in said
