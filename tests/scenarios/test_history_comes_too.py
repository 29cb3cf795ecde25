"""A new device gets what was said before it came: from another one, or from the backup."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, select, update

from teamchat.client import history, history_backup
from teamchat.client.account import Account
from teamchat.client.enrol import login
from teamchat.client.errors import AccountError
from teamchat.client.sqlite_store import SqliteStore
from teamchat.engine.history import giving
from teamchat.engine.model import Message
from teamchat.engine.store import DropLine
from teamchat.identity.device_box import Party, SlotKey
from teamchat.identity.errors import IdentityError
from teamchat.identity.keys import DeviceKey
from teamchat.ids import ConversationId, DeviceId
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.server.composition import BLOBS
from teamchat.server.storage.tables.history import history_archive
from teamchat.server.storage.tables.history import history_backup as history_backup_table
from teamchat.wire.policy import Policy
from tests.scenarios.test_device_is_linked import linked
from tests.scenarios.test_real_server import account_of, no_recovery_key, source, texts, until
from tests.support.seeding import seed
from tests.support.server import PASSWORD, RunningServer, running_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

SAID = ["before the tablet", "Grüße nach 深圳 👋", "a third"]


async def first_device(server: RunningServer, name: str, folder: Path) -> str:
    """Log somebody in for the first time; return their recovery key."""
    await server.enter(name, await server.create(name))
    made = await login(
        server.url, name, PASSWORD, "laptop",
        profile_dir=folder / name, key_source=source(), ask_recovery_key=no_recovery_key,
    )  # fmt: skip
    assert made.recovery_key is not None
    return made.recovery_key


async def further_device(server: RunningServer, name: str, folder: Path, recovery_key: str) -> Path:
    """Log somebody in on another device; return its profile."""

    async def typed() -> str:
        return recovery_key

    profile = folder / f"{name}-tablet"
    await login(
        server.url, name, PASSWORD, "tablet",
        profile_dir=profile, key_source=source(), ask_recovery_key=typed,
    )  # fmt: skip
    return profile


@asynccontextmanager
async def opened(profile: Path) -> AsyncIterator[Account]:
    async with await Account.open(profile, source()) as account:
        await account.wait_online(60)
        yield account


def lines(account: Account, talk: ConversationId) -> list[Message]:
    return [each for each in account.timeline(talk, limit=5000) if each.kind.value == "text"]


@asynccontextmanager
async def two_devices(
    tmp_path: Path, said: list[str], *, policy: str = "all"
) -> AsyncIterator[tuple[RunningServer, Account, Account, ConversationId]]:
    """Anna's laptop, where something was said with Bo, and her tablet, which came later."""
    async with (
        running_server(
            tmp_path / "server", policy_history_backup=True, policy_history_for_new_devices=policy
        ) as server,
        account_of(server, "bo", tmp_path) as bo,
    ):
        recovery_key = await first_device(server, "anna", tmp_path)
        async with opened(tmp_path / "anna") as laptop:
            talk = await laptop.create_group("Werk", [bo.profile.user])
            for text in said:
                await laptop.send_text(talk, text)
            await until(lambda: texts(bo, talk) == said)
            await until(lambda: texts(laptop, talk) == said and laptop.queued == 0)
            profile = await further_device(server, "anna", tmp_path, recovery_key)
            async with opened(profile) as tablet:
                await until(lambda: any(each.joined for each in tablet.conversations()))
                known = laptop.log_status
                await until(lambda: known().size == tablet.log_status().size)
                yield server, laptop, tablet, talk


async def arrives(laptop: Account, tablet: Account) -> None:
    """Ask on the tablet, say yes on the laptop, and take it in."""
    await tablet.history.ask()
    (wish,) = await laptop.history.wishes()
    assert wish.device == tablet.profile.device
    await laptop.history.give(wish.id)
    assert await tablet.history.take()


async def refused(work: object, key: str) -> None:
    with pytest.raises(AccountError) as caught:
        await work  # type: ignore[misc]  # a coroutine
    assert caught.value.key == key


def manifest_row(connection: Connection) -> tuple[int, bytes]:
    row = connection.execute(select(history_backup_table)).one()
    return row.version, row.manifest


def put_manifest(connection: Connection, version: int, manifest: bytes) -> None:
    connection.execute(update(history_backup_table).values(version=version, manifest=manifest))


def archives(connection: Connection) -> list[str]:
    return list(connection.scalars(select(history_archive.c.id)))


def parts_on_disk(tmp_path: Path) -> list[Path]:
    return sorted(
        (path for path in (tmp_path / "server" / "server" / BLOBS).rglob("*") if path.is_file()),
        key=lambda path: path.stat().st_mtime_ns,
    )


async def test_a_new_device_gets_the_history_and_marks_it(tmp_path: Path) -> None:
    async with two_devices(tmp_path, SAID) as (_, laptop, tablet, talk):
        assert texts(tablet, talk) == []
        await laptop.send_text(talk, "to both")
        await until(lambda: texts(tablet, talk) == ["to both"])
        await arrives(laptop, tablet)
        found = lines(tablet, talk)
        assert [each.text for each in found] == [*SAID, "to both"]
        assert [each.given_device for each in found] == [laptop.profile.device] * 3 + [None]
        assert all(each.own for each in found)
        assert [each.position for each in found] == [x.position for x in lines(laptop, talk)]
        (conversation,) = tablet.conversations()
        assert conversation.unread == 0
        assert conversation.last is not None
        assert conversation.last.text == "to both"
        assert await laptop.history.wishes() == []
        await refused(tablet.history.take(), "error-history-not-asked")


async def test_who_waits_for_it_is_not_refused_because_it_went_on_by_itself(tmp_path: Path) -> None:
    async with two_devices(tmp_path, SAID) as (_, laptop, tablet, talk):
        await refused(tablet.history.follow(), "error-history-not-asked")
        await tablet.history.ask()
        (wish,) = await laptop.history.wishes()
        await laptop.history.give(wish.id)
        await asyncio.gather(tablet.history._go_on_taking(), tablet.history.follow())
        assert texts(tablet, talk) == SAID


async def test_a_backup_brings_it_back(tmp_path: Path) -> None:
    async with two_devices(tmp_path, SAID) as (_, laptop, tablet, talk):
        await refused(tablet.history.restore(), "error-history-no-backup")
        await laptop.history.back_up()
        assert await tablet.history.restore() >= 3
        assert [each.text for each in lines(tablet, talk)] == SAID
        assert lines(tablet, talk)[0].given_device == laptop.profile.device
        await laptop.send_text(talk, "more")
        await until(lambda: texts(tablet, talk) == [*SAID, "more"])
        await tablet.history.back_up()
        status = await laptop.history.status()
        assert status.backup.exists
        await laptop.history.forget_backup()
        assert not (await laptop.history.status()).backup.exists


async def test_what_the_organisation_keeps_back_is_not_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two_devices(tmp_path, SAID, policy="none") as (_, laptop, tablet, talk):
        await refused(tablet.history.ask(), "error-history-policy")
        assert not await tablet.history.ask_if_allowed()
        with monkeypatch.context() as changed:  # a program that does not keep to it
            changed.setattr(giving, "bound", lambda *_: 0)
            await tablet.history.ask()
        (wish,) = await laptop.history.wishes()
        await refused(laptop.history.give(wish.id), "error-history-policy")
        await laptop.history.back_up()
        await refused(tablet.history.restore(), "error-history-policy")
        assert texts(tablet, talk) == []


async def test_what_is_older_than_allowed_stays_behind(tmp_path: Path) -> None:
    async with two_devices(tmp_path, SAID, policy="7") as (_, laptop, tablet, talk):
        await laptop.close()
        seed(tmp_path / "anna", source(), talk, 10)
        async with opened(tmp_path / "anna") as again:
            await arrives(again, tablet)
            assert texts(tablet, talk) == SAID
            await again.history.back_up()
            assert await tablet.history.restore() >= 13  # read, and left out
            assert texts(tablet, talk) == SAID


async def test_a_changed_part_is_not_taken_in(tmp_path: Path) -> None:
    async with two_devices(tmp_path, SAID) as (_, laptop, tablet, talk):
        await tablet.history.ask()
        (wish,) = await laptop.history.wishes()
        await laptop.history.give(wish.id)
        (part,) = parts_on_disk(tmp_path)
        whole = part.read_bytes()
        part.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        await refused(tablet.history.take(), "error-history-changed")
        assert texts(tablet, talk) == []
        part.write_bytes(whole)
        assert await tablet.history.take()
        assert texts(tablet, talk) == SAID


async def test_nobody_takes_what_was_made_for_somebody_else(tmp_path: Path) -> None:
    """A server that shows one person the transfer of another."""
    async with (
        two_devices(tmp_path, SAID) as (server, laptop, tablet, talk),
        AsyncExitStack() as stack,
    ):
        recovery_key = await first_device(server, "cem", tmp_path)
        phone = await stack.enter_async_context(opened(tmp_path / "cem"))
        profile = await further_device(server, "cem", tmp_path, recovery_key)
        cems = await stack.enter_async_context(opened(profile))
        await until(lambda: phone.log_status().size == cems.log_status().size)
        for new in (tablet, cems):
            await new.history.ask()
        (wish,) = await laptop.history.wishes()
        await laptop.history.give(wish.id)
        (theirs,) = await phone.history.wishes()
        await phone.history.give(theirs.id)

        def swap(connection: Connection) -> None:
            boxes = {row.id: row for row in connection.execute(select(history_archive)).all()}
            for which, other in ((wish.id, theirs.id), (theirs.id, wish.id)):
                connection.execute(
                    update(history_archive)
                    .where(history_archive.c.id == which)
                    .values(box=boxes[other].box, head=boxes[other].head)
                )

        await server.parts.database.write(swap)
        await refused(tablet.history.take(), "error-history-not-yours")
        await refused(cems.history.take(), "error-history-not-yours")
        assert texts(tablet, talk) == []


async def test_nothing_is_given_to_a_key_that_no_device_has_signed(tmp_path: Path) -> None:
    """A server that puts a key of its own in the place of the new device's."""
    async with two_devices(tmp_path, SAID) as (server, laptop, tablet, _):
        await tablet.history.ask()
        (wish,) = await laptop.history.wishes()
        servers = SlotKey.make(
            DefaultCrypto(), DeviceKey(os.urandom(32)), purpose="history",
            receiver=Party(user=tablet.profile.user, device=tablet.profile.device), now=1,
        )  # fmt: skip

        def work(connection: Connection) -> None:
            connection.execute(update(history_archive).values(slot=servers.slot.encode()))

        await server.parts.database.write(work)
        await refused(laptop.history.give(wish.id), "error-history-not-yours")
        assert parts_on_disk(tmp_path) == []


async def test_both_sides_cancel(tmp_path: Path) -> None:
    async with two_devices(tmp_path, SAID) as (_, laptop, tablet, talk):
        await tablet.history.ask()
        (wish,) = await laptop.history.wishes()
        await tablet.history.cancel()
        await refused(laptop.history.give(wish.id), "error-history-gone")
        await tablet.history.ask()
        (wish,) = await laptop.history.wishes()
        await laptop.history.give(wish.id)
        await laptop.history.cancel()
        await refused(tablet.history.take(), "error-history-gone")
        await refused(tablet.history.take(), "error-history-not-asked")
        assert texts(tablet, talk) == []
        await arrives(laptop, tablet)
        assert texts(tablet, talk) == SAID


async def test_an_older_backup_is_noticed_and_a_changed_one_refused(tmp_path: Path) -> None:
    async with two_devices(tmp_path, SAID) as (server, laptop, tablet, talk):
        await laptop.history.back_up()
        first = await server.parts.database.read(manifest_row)
        await laptop.send_text(talk, "later")
        await until(lambda: laptop.queued == 0 and "later" in texts(tablet, talk))
        await laptop.history.back_up()
        second = await server.parts.database.read(manifest_row)
        await server.parts.database.write(lambda c: put_manifest(c, *first))
        await refused(laptop.history.back_up(), "error-history-backup-older")
        await server.parts.database.write(lambda c: put_manifest(c, second[0], first[1]))
        await refused(laptop.history.back_up(), "error-history-backup-older")
        await refused(tablet.history.restore(), "error-history-backup-changed")
        assert texts(tablet, talk) == ["later"]
        await server.parts.database.write(lambda c: put_manifest(c, *second))
        await tablet.history.restore()
        assert texts(tablet, talk) == [*SAID, "later"]


async def test_many_segments_become_one_and_nothing_of_them_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_backup, "COMPACT_AT", 2)
    async with two_devices(tmp_path, SAID) as (server, laptop, tablet, talk):
        await laptop.history.back_up()
        await tablet.send_text(talk, "from the tablet")
        await until(lambda: "from the tablet" in texts(laptop, talk) and tablet.queued == 0)
        await tablet.history.back_up()
        assert texts(tablet, talk) == ["from the tablet"]
        await tablet.history.back_up()  # takes in what it lacks, and writes everything anew
        assert texts(tablet, talk) == [*SAID, "from the tablet"]
        assert len(await server.parts.database.read(archives)) == 1


async def test_what_was_deleted_for_everybody_is_in_no_backup_that_is_added_to(
    tmp_path: Path,
) -> None:
    async with two_devices(tmp_path, SAID) as (server, laptop, tablet, talk):
        await laptop.history.back_up()
        before = await server.parts.database.read(archives)
        await laptop.withdraw(talk, next(x.id for x in lines(laptop, talk) if x.text == SAID[1]))
        await until(lambda: laptop.queued == 0 and SAID[1] not in texts(laptop, talk))
        await laptop.history.back_up()
        after = await server.parts.database.read(archives)
        assert len(after) == 1
        assert after != before
        assert len(parts_on_disk(tmp_path)) == 1
        await tablet.history.restore()
        assert SAID[0] in texts(tablet, talk)
        assert SAID[1] not in texts(tablet, talk)


async def test_a_restoring_that_was_broken_off_goes_on_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two_devices(tmp_path, SAID) as (_, laptop, tablet, talk):
        await laptop.history.back_up()
        parts, ask = tablet.history._parts, tablet.history._parts.ask

        async def fails(
            method: str, path: str, body: msgspec.Struct | bytes | None = None
        ) -> bytes:
            if "/parts/" in path:
                raise AccountError("error-offline")
            return await ask(method, path, body)

        parts.ask = fails  # type: ignore[method-assign]  # the network, where it is lost
        await refused(tablet.history.restore(), "error-offline")
        assert texts(tablet, talk) == []
        monkeypatch.setattr(history, "REST_SECONDS", 0.05)
        await tablet.close()
        async with opened(tmp_path / "anna-tablet") as again:
            await until(lambda: texts(again, talk) == SAID)


async def test_a_linked_device_gets_the_key_of_the_backup_with_the_history(tmp_path: Path) -> None:
    async with (
        running_server(tmp_path / "server", policy_history_backup=True) as server,
        account_of(server, "anna", tmp_path) as laptop,
        account_of(server, "bo", tmp_path) as bo,
    ):
        talk = await laptop.create_group("Werk", [bo.profile.user])
        await laptop.send_text(talk, "before")
        await until(lambda: texts(bo, talk) == ["before"] and laptop.queued == 0)
        await laptop.history.back_up()
        await linked(server, laptop, tmp_path / "terminal")
        async with opened(tmp_path / "terminal") as terminal:
            await until(lambda: any(each.joined for each in terminal.conversations()))
            await refused(terminal.history.restore(), "error-history-no-key")
            await refused(terminal.history.back_up(), "error-history-no-key")
            await arrives(laptop, terminal)
            assert texts(terminal, talk) == ["before"]
            await terminal.history.restore()
            await terminal.history.back_up()
        async with opened(tmp_path / "terminal") as again:
            assert (await again.history.status()).backup.key_known


async def test_a_full_disk_at_the_server_stops_it_and_nothing_is_lost(tmp_path: Path) -> None:
    async with two_devices(tmp_path, SAID) as (server, laptop, tablet, talk):
        rules = server.parts.services.history._rules
        await tablet.history.ask()
        (wish,) = await laptop.history.wishes()
        object.__setattr__(rules, "free_bytes", 2**62)
        await refused(laptop.history.give(wish.id), "error-history-no-room")
        assert parts_on_disk(tmp_path) == []
        object.__setattr__(rules, "free_bytes", 1)
        (wish,) = await laptop.history.wishes()
        assert wish.mine
        await laptop.history.give(wish.id)
        assert await tablet.history.take()
        assert texts(tablet, talk) == SAID


def breaks_off(account: Account, at: int, *, arrives_first: bool) -> None:
    """Lose the connection once, at a part: before the server has it, or behind that."""
    parts = account.history._parts
    asked, count = parts.ask, 0

    async def ask(method: str, path: str, body: msgspec.Struct | bytes | None = None) -> bytes:
        nonlocal count
        count += method == "PUT" and "/parts/" in path
        breaks = count == at and method == "PUT" and "/parts/" in path
        if breaks and not arrives_first:
            raise AccountError("error-offline")
        answer = await asked(method, path, body)
        if breaks:
            raise AccountError("error-offline")
        return answer

    parts.ask = ask  # type: ignore[method-assign]  # the network, where it is lost


@pytest.mark.parametrize("arrives_first", [False, True])
async def test_what_was_broken_off_goes_on_after_opening_again(
    tmp_path: Path, *, arrives_first: bool
) -> None:
    async with two_devices(tmp_path, SAID) as (server, laptop, tablet, talk):
        await laptop.close()
        seed(tmp_path / "anna", source(), talk, 4_000)
        await tablet.history.ask()
        async with opened(tmp_path / "anna") as again:
            wish = await again.history.wish_soon(60)
            assert wish is not None
            breaks_off(again, 3, arrives_first=arrives_first)
            await refused(again.history.give(wish.id), "error-offline")
            assert not await tablet.history.take()
            half = len(lines(tablet, talk))
            assert 0 < half < 4_000
        async with opened(tmp_path / "anna") as again:
            (wish,) = await again.history.wishes()
            assert wish.mine
            seen: list[int] = []
            await again.history.give(wish.id, lambda now: seen.append(now.lines))
            assert len(seen) == len(parts_on_disk(tmp_path)) - (3 if arrives_first else 2)
            assert await tablet.history.take()
            assert [x.id for x in lines(tablet, talk)] == [x.id for x in lines(again, talk)]

            breaks_off(again, 3, arrives_first=arrives_first)
            await refused(again.history.back_up(), "error-offline")
        async with opened(tmp_path / "anna") as again:
            await again.history.back_up()
            assert len(await server.parts.database.read(archives)) == 1
        await tablet.close()
        profile = tmp_path / "anna-tablet"
        with SqliteStore(profile, source().unlock(profile)) as store:
            store.commit([DropLine(talk, each.id) for each in store.lines(talk, None, 9_000)])
        async with opened(profile) as emptied:
            await emptied.history.restore()
            assert len(lines(emptied, talk)) == 4_003


async def test_what_was_broken_off_does_not_go_on_to_a_device_that_was_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if the server goes on showing what that device asked for."""
    async with two_devices(tmp_path, SAID) as (_, laptop, tablet, _):
        await tablet.history.ask()
        (wish,) = await laptop.history.wishes()
        breaks_off(laptop, 1, arrives_first=False)
        await refused(laptop.history.give(wish.id), "error-offline")
        shown = await laptop.history._transfers.shown()
        removed = tablet.profile.device
        await laptop.remove_device(removed)
        await until(lambda: is_ended(laptop, removed))

        async def transfers() -> object:
            return shown

        sent: list[str] = []

        async def ask(method: str, path: str, _body: object = None) -> bytes:
            sent.append(f"{method} {path}")
            return b""

        monkeypatch.setattr(laptop.history._transfers, "shown", transfers)
        monkeypatch.setattr(laptop.history._parts, "ask", ask)
        await laptop.history._go_on_giving()
        assert sent == [f"DELETE /archives/{wish.id}"]
        assert "alarm-history-stopped" in [each.key for each in laptop.alarms()]
        sent.clear()
        await laptop.history._go_on_giving()
        assert sent == []


async def test_a_device_that_is_removed_between_two_parts_gets_no_more(tmp_path: Path) -> None:
    async with two_devices(tmp_path, SAID) as (_, laptop, tablet, talk):
        await laptop.close()
        seed(tmp_path / "anna", source(), talk, 4_000)
        await tablet.history.ask()
        async with opened(tmp_path / "anna") as again:
            wish = await again.history.wish_soon(60)
            assert wish is not None
            seen: list[int] = []
            history = again.history
            own = history._transfers.device_key

            def ended(device: DeviceId) -> bytes:
                if seen:
                    raise IdentityError("not a device of the person")
                return own(device)

            history._transfers.device_key = ended  # type: ignore[method-assign]  # as the directory says it
            give = history.give(wish.id, lambda now: seen.append(now.lines))
            await refused(give, "error-history-receiver")
            assert len(seen) == 1
            await until(lambda: parts_on_disk(tmp_path) == [])


async def test_what_was_broken_off_stops_for_good_when_the_policy_lets_nothing_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two_devices(tmp_path, SAID) as (_, laptop, tablet, _):
        await tablet.history.ask()
        (wish,) = await laptop.history.wishes()
        breaks_off(laptop, 1, arrives_first=False)
        await refused(laptop.history.give(wish.id), "error-offline")

        async def nothing() -> Policy:
            return Policy(history_for_new_devices="none")

        monkeypatch.setattr(laptop.history._transfers, "policy", nothing)
        await laptop.history._go_on_giving()
        assert await laptop.history.wishes() == []
        assert "alarm-history-stopped" in [each.key for each in laptop.alarms()]


def is_ended(account: Account, device: DeviceId) -> bool:
    return account._engine.desk.keys.directory.people[account.profile.user].devices[device].ended
