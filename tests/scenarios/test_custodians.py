"""Somebody who has lost everything comes back with two of three custodians, at a real server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import update

from teamchat.client import custody_opening, custody_pending
from teamchat.client.account import Account
from teamchat.client.custody_opening import Asked, helpers, open_with_custodians
from teamchat.client.enrol import login
from teamchat.client.errors import AccountError
from teamchat.client.http import Http
from teamchat.identity import custody as law
from teamchat.identity.device_box import Party, SlotKey
from teamchat.identity.keys import DeviceKey
from teamchat.ids import BYTES, DeviceId, identifier
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.crypto.suites import MLS_256_XWING_AES256GCM_SHA512_Ed25519 as SUITE
from teamchat.server.storage.tables.custody import custodian, custody_answer, custody_request
from teamchat.wire.custody import CustodyRequests, Verdict
from tests.scenarios.test_real_server import no_recovery_key, source, until
from tests.support.server import ADMIN, PASSWORD, RunningServer, running_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
CRYPTO = DefaultCrypto()
NAMES = ("council", "dpo", "lead")


@dataclass
class Company:
    """A server, its owner, three custodians, and Anna with her laptop and recovery key."""

    server: RunningServer
    folder: Path
    owner: Account
    custodians: dict[str, Account]
    anna: Account
    recovery_key: str
    recovery_keys: dict[str, str]

    async def ask(self, told: list[Asked], computer: str = "computer") -> str:
        return await open_with_custodians(
            self.server.url, "anna", PASSWORD,
            profile_dir=self.folder / computer, tell=told.append, look_seconds=0.1,
        )  # fmt: skip

    async def approve(self, name: str, code: str) -> None:
        desk = self.custodians[name].custody
        [request] = await desk.requests()
        await desk.approve(request, code)

    async def appoint(self) -> None:
        users = [each.profile.user for each in self.custodians.values()]
        await self.owner.administration.appoint_custodians(2, users)

    async def events(self) -> list[str]:
        return [each for each, *_ in await self.server.audited() if each.startswith("custod")]

    def alarms(self, account: Account) -> list[str]:
        return [each.key for each in account.alarms()]


async def enter(server: RunningServer, name: str, folder: Path) -> tuple[Account, str]:
    if name != ADMIN:
        await server.enter(name, await server.create(name))
    made = await login(
        server.url, name, PASSWORD, "laptop",
        profile_dir=folder / name, key_source=source(), ask_recovery_key=no_recovery_key,
    )  # fmt: skip
    return await Account.open(folder / name, source()), made.recovery_key or ""


@asynccontextmanager
async def company(folder: Path, *, entrusted: bool = True) -> AsyncIterator[Company]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(folder, custody_delay_hours=0))
        accounts, keys = {}, {}
        for name in (*NAMES, "anna", ADMIN):  # a device of the owner ends the session that invites
            account, keys[name] = await enter(server, name, folder)
            accounts[name] = await stack.enter_async_context(account)
            await account.wait_online(60)
        it = Company(
            server, folder, accounts[ADMIN], {name: accounts[name] for name in NAMES},
            accounts["anna"], keys["anna"], keys,
        )  # fmt: skip
        await it.appoint()
        for each in it.custodians.values():
            await each.custody.accept()
        if entrusted:
            await it.anna.custody.entrust(keys["anna"])
        yield it


async def test_who_can_help_is_said_only_to_whoever_has_entrusted_something(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        found = await helpers(it.server.url, "anna", PASSWORD)
        assert found is not None
        assert {each.user.user_name for each in found.custodians} == set(it.custodians)
        await it.anna.custody.withdraw()
        assert await helpers(it.server.url, "anna", PASSWORD) is None


async def test_two_of_three_give_an_identity_back_and_everybody_sees_it(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        told: list[Asked] = []
        opening = asyncio.create_task(it.ask(told))
        await until(lambda: bool(told))
        await until(lambda: "alarm-custody-requested" in it.alarms(it.anna))
        for each in it.custodians.values():
            await until(lambda each=each: "notice-custody-asked" in it.alarms(each))
        await it.approve("council", told[0].code)
        council = it.custodians["council"].custody
        [given] = await council.requests()
        await council.take_back(given)
        with pytest.raises(AccountError) as caught:
            await council.take_back(given)
        assert caught.value.key == "error-custody-not-given"
        await it.approve("council", told[0].code)
        lead = it.custodians["lead"].custody
        await lead.decline((await lead.requests())[0])
        await asyncio.sleep(0.3)
        assert not opening.done(), "one alone opens nothing"
        await it.approve("dpo", told[0].code)
        key = await opening
        assert key == it.recovery_key
        verdicts = [each.verdict for each in told[-1].request.answers]
        assert sorted(verdicts) == [Verdict.APPROVED, Verdict.APPROVED, Verdict.DECLINED]

        async def typed() -> str:
            return key

        await login(
            it.server.url, "anna", PASSWORD, "computer",
            profile_dir=tmp_path / "computer", key_source=source(), ask_recovery_key=typed,
        )  # fmt: skip
        custody_pending.forget(tmp_path / "computer")
        assert not (tmp_path / "computer" / custody_pending.PENDING).exists()
        await until(lambda: "notice-own-device-added" in it.alarms(it.anna))
        await until(lambda: "notice-custody-opened" in it.alarms(it.anna))
        for each in it.custodians.values():
            assert not [x for x in it.alarms(each) if "key-changed" in x]
        assert (await it.events())[-7:] == [
            "custody.requested", "custody.approved", "custody.taken_back", "custody.approved",
            "custody.declined", "custody.approved", "custody.opened",
        ]  # fmt: skip


async def test_the_laptop_says_no(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        told: list[Asked] = []
        opening = asyncio.create_task(it.ask(told))
        await until(lambda: bool(told))
        await until(lambda: "alarm-custody-requested" in it.alarms(it.anna))
        await it.approve("council", told[0].code)
        await it.anna.custody.refuse()
        with pytest.raises(AccountError, match="error-custody-ended"):
            await opening
        assert await it.custodians["dpo"].custody.requests() == []


async def test_a_key_that_the_server_has_put_in_is_found_out_by_its_code(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        told: list[Asked] = []
        opening = asyncio.create_task(it.ask(told))
        await until(lambda: bool(told))
        user = it.anna.profile.user
        theirs = SlotKey.make(
            CRYPTO, DeviceKey(CRYPTO.random(32)), purpose=law.PURPOSE, now=1,
            receiver=Party(user=user, device=DeviceId(identifier(CRYPTO.random(BYTES)))),
        )  # fmt: skip
        await it.server.parts.database.write(
            lambda c: c.execute(update(custody_request).values(slot=theirs.slot.encode()))
        )
        for name in NAMES:
            with pytest.raises(AccountError, match="error-custody-code"):
                await it.approve(name, told[0].code)
        assert "custody.approved" not in await it.events()
        with pytest.raises(AccountError, match="error-custody-ended"):
            await opening  # the new computer sees that it is not its request any more


async def test_a_code_that_is_mistyped_gives_nothing(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        told: list[Asked] = []
        opening = asyncio.create_task(it.ask(told))
        await until(lambda: bool(told))
        for typed in ("", "1", "00000 00000 00000 00000 00000 00000", told[0].code[:-1]):
            with pytest.raises(AccountError, match="error-custody-code"):
                await it.approve("council", typed)
        await it.approve("council", told[0].code.replace(" ", ""))
        opening.cancel()


async def test_a_server_that_names_others_or_other_keys_gets_nothing_entrusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teamchat.client.custody.AGREE_SECONDS", 0.5)
    async with company(tmp_path, entrusted=False) as it:
        council = it.custodians["council"].profile.user
        pair = CRYPTO.hpke_key_pair(SUITE)
        kept = custodian.c.person == council
        await it.server.parts.database.write(
            lambda c: c.execute(update(custodian).where(kept).values(public_key=pair.public_key))
        )
        with pytest.raises(AccountError, match="error-custodian-key"):
            await it.anna.custody.entrust(it.recovery_key)
        puppet = it.owner.profile.user
        await it.server.parts.database.write(
            lambda c: c.execute(update(custodian).where(kept).values(person=puppet))
        )
        with pytest.raises(AccountError, match="error-custodians-disagree"):
            await it.anna.custody.entrust(it.recovery_key)
        assert "custody.entrusted" not in await it.events()


async def test_a_share_of_somebody_else_is_not_handed_over(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        told: list[Asked] = []
        opening = asyncio.create_task(it.ask(told))
        await until(lambda: bool(told))
        desk, bo = it.custodians["council"].custody, it.custodians["lead"].profile.user
        [asking] = await desk.requests()
        request = asking.request
        slot = SlotKey.make(
            CRYPTO, DeviceKey(CRYPTO.random(32)), purpose=law.PURPOSE, now=1,
            receiver=Party(user=bo, device=DeviceId(identifier(CRYPTO.random(BYTES)))),
        ).slot  # fmt: skip
        key = it.custodians["lead"]._engine.desk.account.identity_key
        user = msgspec.structs.replace(request.user, id=bo, identity_key=key)
        as_bo = msgspec.structs.replace(request, slot=slot.encode(), user=user)
        lead = replace(asking, request=as_bo)
        with pytest.raises(AccountError, match="error-custody-share"):
            await desk.approve(lead, law.code(slot, bo, "anna"))
        opening.cancel()


async def test_a_server_that_calls_the_request_of_somebody_known_by_another_name_gets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one reads the code in their own voice: to a name that is not theirs."""
    async with company(tmp_path) as it:
        for each in it.custodians.values():
            await meet(it.anna, each)
        told: list[Asked] = []
        opening = asyncio.create_task(it.ask(told))
        await until(lambda: bool(told))
        call_anna(monkeypatch, "mallory", "Mallory Real")
        for each in it.custodians.values():
            [asking] = await each.custody.requests()
            assert asking.user_name == "anna"
            assert asking.met
            with pytest.raises(AccountError, match="error-custody-name"):
                await each.custody.approve(asking, told[0].code)
        assert "custody.approved" not in await it.events()
        monkeypatch.undo()
        for name in ("council", "dpo"):
            await it.approve(name, told[0].code)
        assert await opening == it.recovery_key


async def test_the_code_of_somebody_never_met_is_of_the_name_that_the_server_gives_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with company(tmp_path) as it:
        told: list[Asked] = []
        opening = asyncio.create_task(it.ask(told))
        await until(lambda: bool(told))
        call_anna(monkeypatch, "mallory", "Mallory Real")
        desk = it.custodians["council"].custody
        [asking] = await desk.requests()
        assert not asking.met
        with pytest.raises(AccountError, match="error-custody-code"):
            await desk.approve(asking, told[0].code)
        opening.cancel()


async def meet(one: Account, other: Account) -> None:
    """Have two in a conversation, so that each has the other's key and names."""
    await one.create_direct(other.profile.user)
    mine = one.profile.user

    def known() -> bool:
        found = other._engine.people.get(mine)
        return found is not None and bool(found.identity_key and found.user_name)

    await until(known)


def call_anna(monkeypatch: pytest.MonkeyPatch, user_name: str, name: str) -> None:
    """Have the server call whoever asks by another name."""
    honest = Http.ask

    async def lying(
        self: Http,
        method: str,
        path: str,
        *rest: Any,  # noqa: ANN401 - passed on
    ) -> Any:  # noqa: ANN401 - whatever was asked for
        got = await honest(self, method, path, *rest)
        if not isinstance(got, CustodyRequests):
            return got
        replaced = [
            msgspec.structs.replace(
                each,
                user=msgspec.structs.replace(each.user, user_name=user_name, display_name=name),
            )
            for each in got.requests
        ]
        return CustodyRequests(replaced)

    monkeypatch.setattr(Http, "ask", lying)


async def test_a_request_goes_on_after_the_computer_was_off_and_works_once(
    tmp_path: Path,
) -> None:
    async with company(tmp_path) as it:
        told: list[Asked] = []
        opening = asyncio.create_task(it.ask(told))
        await until(lambda: bool(told))
        opening.cancel()
        await asyncio.wait([opening])
        kept = (tmp_path / "computer" / custody_pending.PENDING).read_bytes()
        assert len(kept) < 8_192
        with pytest.raises(AccountError, match="error-reason-custody-asked"):
            await it.ask([], "elsewhere")
        for name in ("council", "dpo"):
            await it.approve(name, told[0].code)
        assert await it.ask(told) == it.recovery_key
        assert len({each.code for each in told}) == 1
        assert await it.ask(told) == it.recovery_key, "what follows may have failed"
        assert (await it.events()).count("custody.opened") == 1
        custody_pending.forget(tmp_path / "computer")
        again: list[Asked] = []
        opening = asyncio.create_task(it.ask(again))
        await until(lambda: bool(again))
        assert again[0].code != told[0].code
        assert {each.verdict for each in again[0].request.answers} == {Verdict.WAITING}
        opening.cancel()
        await asyncio.wait([opening])
        await custody_opening.cancel(
            it.server.url, "anna", PASSWORD, profile_dir=tmp_path / "computer"
        )
        assert await it.custodians["dpo"].custody.requests() == []


async def test_a_custodian_who_gives_rubbish_is_passed_over(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        told: list[Asked] = []
        opening = asyncio.create_task(it.ask(told))
        await until(lambda: bool(told))
        opening.cancel()
        await asyncio.wait([opening])
        for name in NAMES:
            await it.approve(name, told[0].code)
        council = it.custodians["council"].profile.user
        spoilt = update(custody_answer).where(custody_answer.c.custodian == council)
        await it.server.parts.database.write(lambda c: c.execute(spoilt.values(box=b"rubbish")))
        assert await it.ask(told) == it.recovery_key
        dpo = it.custodians["dpo"].profile.user
        spoilt = update(custody_answer).where(custody_answer.c.custodian == dpo)
        await it.server.parts.database.write(lambda c: c.execute(spoilt.values(box=b"rubbish")))
        with pytest.raises(AccountError, match="error-custody-shares"):
            await it.ask(told)


async def test_a_custodian_who_has_come_back_is_one_still(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        told: list[Asked] = []
        opening = asyncio.create_task(it.ask(told))
        await until(lambda: bool(told))
        key = it.recovery_keys["council"]

        async def typed() -> str:
            return key

        await login(
            it.server.url, "council", PASSWORD, "another",
            profile_dir=tmp_path / "another", key_source=source(), ask_recovery_key=typed,
        )  # fmt: skip
        async with await Account.open(tmp_path / "another", source()) as another:
            await another.wait_online(60)
            [request] = await another.custody.requests()
            await another.custody.approve(request, told[0].code)
        await it.approve("lead", told[0].code)
        assert await opening == it.recovery_key


async def test_what_is_kept_of_a_request_opens_with_the_password_alone(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        opening = asyncio.create_task(it.ask(told := []))  # type: ignore[var-annotated]
        await until(lambda: bool(told))
        opening.cancel()
        await asyncio.wait([opening])
        path = tmp_path / "computer" / custody_pending.PENDING
        assert path.stat().st_mode & 0o077 == 0
        for damaged in (b"", b"{}", path.read_bytes()[:-20] + b"x" * 18 + b'"}'):
            path.write_bytes(damaged)
            with pytest.raises(AccountError, match="error-reason-custody-asked"):
                await it.ask([])


async def test_other_custodians_make_it_void_and_the_person_is_told(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        assert (await it.anna.custody.own()).deposit
        before = it.alarms(it.anna).count("notice-custodians")
        await it.appoint()
        await until(lambda: it.alarms(it.anna).count("notice-custodians") == before + 1)
        assert not (await it.anna.custody.own()).deposit
        with pytest.raises(AccountError, match="error-reason-nothing-entrusted"):
            await it.ask([])
        with pytest.raises(AccountError, match="error-reason-custodians-not-ready"):
            await it.anna.custody.entrust(it.recovery_key)


async def test_a_new_recovery_key_makes_what_was_entrusted_void(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        words: list[str] = []

        async def show(new: str) -> None:
            words.append(new)

        await it.anna.recovery.renew(it.recovery_key, show)
        assert not (await it.anna.custody.own()).deposit
        assert (await it.events())[-1] == "custody.withdrawn"
        await it.anna.custody.entrust(words[0])
        told: list[Asked] = []
        opening = asyncio.create_task(it.ask(told))
        await until(lambda: bool(told))
        for name in ("council", "dpo"):
            await it.approve(name, told[0].code)
        assert await opening == words[0]


async def test_what_cannot_be_entrusted(tmp_path: Path) -> None:
    async with company(tmp_path, entrusted=False) as it:
        with pytest.raises(AccountError, match="error-recovery-word"):
            await it.anna.custody.entrust("not a key")
        with pytest.raises(AccountError, match="error-no-custodian"):
            await it.anna.custody.accept()
        await it.owner.administration.end_custodians()
        await until(lambda: "notice-custodians-none" in it.alarms(it.anna))
        with pytest.raises(AccountError, match="error-no-custodians"):
            await it.anna.custody.entrust(it.recovery_key)
