"""What `tail -f` shows while time goes on, and how `read` and `send` look back."""

import asyncio
from dataclasses import replace

import pytest
from click.testing import CliRunner

from teamchat.cli.failure import Exit
from teamchat.cli.invocation import Invocation
from teamchat.cli.main import teamchat
from teamchat.cli.messages import _settled, _Tail, _unread
from teamchat.cli.telling import PAGE, everything
from teamchat.client.errors import AccountError
from teamchat.engine.model import Delivery, Link, Member
from teamchat.ids import ConversationId, UserId
from tests.support.fake_account import DIRECT, MARA, PROJECT, WEI, FakeAccount
from tests.support.fake_doors import FakeDoors


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_comes_is_shown_once_and_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    account = FakeAccount()
    tail = _Tail(Invocation(FakeDoors(account)), account.as_account(), None, plain=True)
    tail.begin(0)
    following = asyncio.create_task(tail.follow())
    await settle()
    account.receive(PROJECT, WEI, "eins")
    account.receive(DIRECT, WEI, "zwei")
    await account.send_text(PROJECT, "drei")
    account.go_offline()
    await account.send_text(PROJECT, "vier wartet")
    account.change_key(WEI.id)
    await settle()
    account.receive(PROJECT, MARA, "fünf")
    account.go_online()
    await settle()
    following.cancel()
    seen = capsys.readouterr()
    shown = [line.split(": ", 1)[1] for line in seen.out.splitlines()]
    assert sorted(shown[:3]) == ["drei", "eins", "zwei"]
    assert shown.index("eins") < shown.index("drei")
    assert shown[3:] == ["fünf", "vier wartet"]
    assert "key of Wei Zhang has changed" in seen.err


async def test_who_follows_is_told_that_the_connection_is_gone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    account = FakeAccount()
    tail = _Tail(Invocation(FakeDoors(account)), account.as_account(), None, plain=True)
    following = asyncio.create_task(tail.follow())
    await settle()
    account.go_offline()
    account.go_offline()
    await settle()
    account.go_online()
    await settle()
    following.cancel()
    assert capsys.readouterr().err.splitlines() == [
        "The connection is gone. What comes is shown as soon as it is back.",
        "The connection is back.",
    ]


async def test_a_reader_that_missed_much_is_told_everything(
    capsys: pytest.CaptureFixture[str],
) -> None:
    account = FakeAccount()
    (chosen,) = [one for one in account.conversations() if one.id == DIRECT]
    tail = _Tail(Invocation(FakeDoors(account)), account.as_account(), chosen, plain=True)
    tail.begin(1)
    for number in range(3 * PAGE):
        account.receive(DIRECT, WEI, f"Nummer {number}")
    tail._show_new()
    tail._show_new()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + 3 * PAGE
    assert lines[-1].endswith(f"Nummer {3 * PAGE - 1}")


async def test_everything_is_told_in_order_however_long_it_is() -> None:
    account = FakeAccount()
    for number in range(2 * PAGE - 1):
        account.receive(DIRECT, WEI, str(number))
    texts = [line.text async for line in everything(account.as_account(), DIRECT)]
    assert texts == ["Hast du kurz Zeit?", *map(str, range(2 * PAGE - 1))]


def stand_together(account: FakeAccount, count: int) -> None:
    """Let all but the first and the last ones stand at one position, as given ones may."""
    messages = account.rooms[DIRECT].messages
    place = messages[1].position
    messages[1:-count] = [replace(each, position=place) for each in messages[1:-count]]


async def test_everything_is_told_where_many_lines_stand_together() -> None:
    account = FakeAccount()
    for number in range(3 * PAGE):
        account.receive(DIRECT, WEI, str(number))
    stand_together(account, 9)
    texts = [line.text async for line in everything(account.as_account(), DIRECT)]
    assert sorted(texts) == sorted(["Hast du kurz Zeit?", *map(str, range(3 * PAGE))])
    assert texts[-9:] == [*map(str, range(3 * PAGE - 9, 3 * PAGE))]


async def test_what_is_unread_is_found_where_many_lines_stand_together() -> None:
    account = FakeAccount()
    await account.mark_read(DIRECT, 1)
    for number in range(2 * PAGE):
        account.receive(DIRECT, WEI, str(number))
    (chosen,) = [one for one in account.conversations() if one.id == DIRECT]
    stand_together(account, 9)
    found = [line.text for line in _unread(account.as_account(), chosen)]
    assert sorted(found) == sorted(map(str, range(2 * PAGE)))


async def test_what_is_unread_is_found_behind_a_page() -> None:
    account = FakeAccount()
    await account.mark_read(DIRECT, 1)
    for number in range(PAGE + 50):
        account.receive(DIRECT, WEI, str(number))
    (chosen,) = [one for one in account.conversations() if one.id == DIRECT]
    assert [line.text for line in _unread(account.as_account(), chosen)] == [
        *map(str, range(PAGE + 50))
    ]


async def test_sending_waits_until_the_server_has_it() -> None:
    account = FakeAccount()
    account.go_offline()
    message = await account.send_text(DIRECT, "Hallo")
    assert (await _settled(account.as_account(), message, 0.1)).delivery is Delivery.QUEUED
    waiting = asyncio.create_task(_settled(account.as_account(), message, 5))
    await settle()
    account.go_online()
    assert (await waiting).delivery is Delivery.SENT


async def test_following_ends_with_the_session() -> None:
    account = FakeAccount()
    tail = _Tail(Invocation(FakeDoors(account)), account.as_account(), None, plain=True)
    following = asyncio.create_task(tail.follow())
    await settle()
    assert not following.done()
    account.end_session()
    async with asyncio.timeout(60):
        await following


async def test_nothing_is_waited_for_when_the_session_has_ended() -> None:
    account = FakeAccount()
    account.end_session()
    message = await account.send_text(DIRECT, "geht nicht hinaus")
    async with asyncio.timeout(60):
        settled = await _settled(account.as_account(), message, 3600)
    assert settled.delivery is Delivery.QUEUED


async def test_a_line_is_shown_when_the_names_are_known(capsys: pytest.CaptureFixture[str]) -> None:
    account = FakeAccount()
    name = account.people[WEI.id]

    async def learn() -> None:
        account.people[WEI.id] = name

    account.learn_names = learn  # type: ignore[method-assign] # the names come a little later
    tail = _Tail(Invocation(FakeDoors(account)), account.as_account(), None, plain=True)
    tail.begin(0)
    following = asyncio.create_task(tail.follow())
    await settle()
    account.people[WEI.id] = replace(name, name=WEI.id)
    account.receive(DIRECT, MARA, "wer schreibt?")
    await settle()
    following.cancel()
    shown = capsys.readouterr().out
    assert "Wei Zhang · Mara Keller: wer schreibt?" in shown


def test_a_new_conversation_is_called_by_the_name_that_was_found() -> None:
    class Late(FakeAccount):
        """Forgets the name, as where it comes a little after the conversation."""

        async def create_direct(self, user: UserId) -> ConversationId:
            self.people[user] = replace(self.people[user], name=user)
            return await super().create_direct(user)

    result = CliRunner().invoke(teamchat, ["new", "jonas"], obj=Invocation(FakeDoors(Late())))
    assert result.stderr == "The conversation is begun: Jonas Braun.\n"


class _Full(FakeAccount):
    """The disk of this device is full."""

    @property
    def trouble(self) -> AccountError:
        return AccountError("link-not-stored")


def test_a_message_that_waits_for_room_says_so() -> None:
    account = _Full()
    account.go_offline()
    arguments = ["send", "wei", "Hallo", "--wait", "0"]
    result = CliRunner().invoke(teamchat, arguments, obj=Invocation(FakeDoors(account)))
    assert result.exit_code == Exit.NETWORK
    assert "waits and is sent as soon as there is room" in " ".join(result.stderr.split())
    assert "disk of this device is full" in " ".join(result.stderr.split())


class _Barred(FakeAccount):
    """There is a connection, and the server does not take a message yet."""

    @property
    def link(self) -> Link:
        return Link.ONLINE


def test_a_message_that_waits_though_there_is_a_connection_does_not_blame_that() -> None:
    account = _Barred()
    account.go_offline()
    arguments = ["send", "wei", "Hallo", "--wait", "0"]
    result = CliRunner().invoke(teamchat, arguments, obj=Invocation(FakeDoors(account)))
    assert result.exit_code == Exit.NETWORK
    assert "still waits and leaves by itself" in " ".join(result.stderr.split())
    assert "no connection" not in result.stderr


class _Deviceless(FakeAccount):
    """Wei's devices have all ended, and the message is found to reach nobody once it is queued."""

    def members(self, conversation: ConversationId) -> list[Member]:
        return [replace(one, devices=int(one.own)) for one in super().members(conversation)]


def test_whose_devices_have_all_ended_is_named_at_once_and_nothing_waits() -> None:
    account = _Deviceless()
    account.go_offline()
    arguments = ["send", "wei", "Hallo", "--wait", "3600"]
    result = CliRunner().invoke(teamchat, arguments, obj=Invocation(FakeDoors(account)))
    assert result.exit_code == Exit.FAILED
    assert "Wei Zhang has no device in use at the moment" in " ".join(result.stderr.split())
    assert all(line.text != "Hallo" for line in account.timeline(DIRECT))
