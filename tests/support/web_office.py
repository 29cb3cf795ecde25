"""`python -m tests.support.web_office FOLDER`: a server with a built web client, and colleagues.

Whoever tests the web client in a browser starts it, reads its address from the first line, and
then asks in lines of JSON, `["invite", "anna"]`: each is answered by one line of JSON. Colleagues
are real clients of the terminal's kind. It ends with its standard input: nobody leaves it behind.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import Connection, select, update

from teamchat.client.account import Account
from teamchat.client.custody_opening import Asked, open_with_custodians
from teamchat.client.enrol import login, redeem_invitation
from teamchat.client.invitation import read_invitation
from teamchat.client.vault_file import Passphrase
from teamchat.clock import SystemClock
from teamchat.engine.events import EditAsked, WithdrawAsked
from teamchat.engine.model import Message, MessageKind
from teamchat.identity import vault
from teamchat.ids import ConversationId, UserId
from teamchat.server import tls
from teamchat.server.storage.tables.identities import identity_reset
from teamchat.server.storage.tables.people import device
from teamchat.server.storage.tables.push import push_subscription
from teamchat.transparency import Policy, TLogProof, VerifierKey, leaf_hash
from teamchat.wire.bodies import ChangePassword, CreateUser
from teamchat.wire.custody import AppointCustodians
from teamchat.wire.devices import ManagedDevices
from teamchat.wire.room_policy import ALL
from tests.support.cheap_vaults import CHEAP as CHEAP_VAULT
from tests.support.office_linking import Host, Newcomer
from tests.support.push_service import PushService, push_service
from tests.support.seeding import seed
from tests.support.server import PASSWORD, RunningServer, running_server

SECONDS: Final = 60.0
LOOK_SECONDS: Final = 0.05
MANY: Final = 1000
"""Lines of a conversation, more than any test writes."""


class Office:
    """The server, and the colleagues of whoever sits at the browser."""

    def __init__(
        self,
        server: RunningServer,
        folder: Path,
        open_until: AsyncExitStack,
        push: PushService,
    ) -> None:
        self._server = server
        self._folder = folder
        self._open_until = open_until
        self._push = push
        self._colleagues: dict[str, Account] = {}
        self._newcomers: dict[str, Newcomer] = {}
        self._hosts: dict[str, Host] = {}
        self._words: dict[str, str] = {}
        self._opening: dict[str, asyncio.Task[str]] = {}

    async def invite(self, name: str) -> str:
        """Provision somebody; return the whole link of their invitation."""
        wanted = CreateUser(name, name.title(), self._server.site)
        got = await self._server.call(
            "POST", "/v1/admin/users", wanted, token=self._server.admin_token
        )
        return str(msgspec.json.decode(got.body)["invitation"]["link"])

    async def join(self, name: str) -> str:
        """Let a colleague in, with a client of the terminal's kind; return who they are."""
        link = await self.invite(name)
        shown = await redeem_invitation(link, PASSWORD)
        source = Passphrase(lambda: "passphrase", CHEAP_VAULT)
        invitation, place = read_invitation(link), self._folder / name
        made = await login(
            invitation.server, shown.user_name, PASSWORD, "Terminal", profile_dir=place,
            key_source=source, ask_recovery_key=_nobody, promise=invitation.promise,
        )  # fmt: skip
        self._words[name] = made.recovery_key or ""
        account = await self._open_until.enter_async_context(await Account.open(place, source))
        self._colleagues[name] = account
        await account.wait_online(SECONDS)
        return account.profile.user

    async def direct(self, name: str, other: str) -> str:
        """Let a colleague begin a conversation with somebody."""
        account = self._colleagues[name]
        (found,) = await account.find_people(other)
        return await account.create_direct(found.id)

    async def group(self, name: str, title: str, *others: str) -> str:
        """Let a colleague make a group."""
        account = self._colleagues[name]
        users = [(await account.find_people(other))[0].id for other in others]
        return await account.create_group(title, [UserId(user) for user in users])

    async def open_group(self, name: str, title: str, *others: str) -> str:
        """Let a colleague make a group that others manage too; newcomers see what was before."""
        account = self._colleagues[name]
        users = [(await account.find_people(other))[0].id for other in others]
        conversation = await account.create_group(title, users, ALL)
        for user in users:
            await account.set_admin(conversation, user, True)  # noqa: FBT003 - the agreed name
        return conversation

    async def add(self, name: str, conversation: str, other: str) -> None:
        """Let a colleague add somebody."""
        account = self._colleagues[name]
        (found,) = await account.find_people(other)
        await account.add(ConversationId(conversation), [found.id])

    async def send(self, name: str, conversation: str, text: str) -> None:
        """Let a colleague write."""
        await self._colleagues[name].send_text(ConversationId(conversation), text)

    async def reads(self, name: str, text: str) -> str:
        """Wait until a colleague reads a text; return in which conversation."""
        account = self._colleagues[name]
        async with asyncio.timeout(SECONDS):
            while True:
                for each in account.conversations():
                    if any(line.text == text for line in account.timeline(each.id)):
                        return each.id
                await asyncio.sleep(LOOK_SECONDS)

    async def texts(self, name: str, conversation: str) -> list[str]:
        """Return what a colleague has in a conversation, the oldest first."""
        lines = self._colleagues[name].timeline(ConversationId(conversation))
        return [line.text for line in lines if line.kind is MessageKind.TEXT]

    async def answer(self, name: str, conversation: str, to: str, text: str) -> None:
        """Let a colleague answer the message that says `to`."""
        message = self._said(name, conversation, to)
        await self._colleagues[name].send_text(ConversationId(conversation), text, message.id)

    async def edit(self, name: str, conversation: str, old: str, text: str) -> None:
        """Let a colleague put another text in the place of one of theirs."""
        message = self._said(name, conversation, old)
        await self._colleagues[name].edit(message.conversation, message.id, text)

    async def react(self, name: str, conversation: str, text: str, reaction: str) -> None:
        """Let a colleague put an emoji at a message."""
        message = self._said(name, conversation, text)
        await self._colleagues[name].react(message.conversation, message.id, reaction)

    async def take_back(self, name: str, conversation: str, text: str, reaction: str) -> None:
        """Let a colleague take their emoji back."""
        message = self._said(name, conversation, text)
        await self._colleagues[name].react(message.conversation, message.id, reaction, back=True)

    async def withdraw(self, name: str, conversation: str, text: str) -> None:
        """Let a colleague delete a message of theirs for everybody."""
        message = self._said(name, conversation, text)
        await self._colleagues[name].withdraw(message.conversation, message.id)

    async def forge(self, name: str, conversation: str, old: str, text: str) -> None:
        """Let a colleague's client say that what somebody else wrote says something else, or,
        without a text, nothing any more; as one that does not ask itself whether it may."""
        account = self._colleagues[name]
        message = self._said(name, conversation, old)
        line = account._store.line(message.conversation, message.id)
        assert line is not None
        claimed = msgspec.structs.replace(line, sender=account.profile.user)
        await account._runner.call(
            lambda call: EditAsked(call, claimed, text) if text else WithdrawAsked(call, claimed)
        )

    async def shown(self, name: str, conversation: str) -> list[dict[str, object]]:
        """Return what a colleague is shown of the messages of a conversation."""
        lines = self._colleagues[name].timeline(ConversationId(conversation))
        return [
            {
                "text": each.text,
                "quote": None if each.quote is None else each.quote.text,
                "reactions": {one.reaction: [*one.names, *(["own"] if one.own else [])]
                              for one in each.reactions},
                "versions": [one.text for one in each.versions],
                "withdrawn": each.withdrawn,
            }
            for each in lines if each.kind is MessageKind.TEXT
        ]  # fmt: skip

    def _said(self, name: str, conversation: str, text: str) -> Message:
        lines = self._colleagues[name].timeline(ConversationId(conversation), limit=MANY)
        return next(each for each in lines if each.text == text)

    async def sockets(self, name: str) -> int:
        """Return how many connections somebody has."""
        hub = self._server.parts.sockets._desk.hub
        return len(hub._people.get(UserId(await self._user(name)), ()))

    async def push_service(self) -> str:
        """Return the address of the push service that pretends."""
        return self._push.origin

    async def wakes(self, name: str) -> bool:
        """Wait until the server knows where a device of somebody is woken."""
        user = UserId(await self._user(name))
        subscribed = select(push_subscription.c.device).join(
            device, device.c.id == push_subscription.c.device
        )
        theirs = subscribed.where(device.c.person == user)
        async with asyncio.timeout(SECONDS):
            while True:
                if await self._server.parts.database.read(lambda c: c.scalar(theirs)):
                    return True
                await asyncio.sleep(LOOK_SECONDS)

    async def called(self, path: str) -> dict[str, str]:
        """Wait until the push service was called for an address; return what it was told."""
        async with asyncio.timeout(SECONDS):
            while True:
                for each in self._push.calls:
                    if each.path == path:
                        return {"urgency": each.urgency, "contact": str(each.claims["sub"])}
                await asyncio.sleep(LOOK_SECONDS)

    async def calls(self) -> int:
        """Return how many calls the push service has had."""
        return len(self._push.calls)

    async def titles(self, name: str) -> list[str]:
        """Return what the conversations of a colleague are called."""
        return [each.title for each in self._colleagues[name].conversations()]

    async def safety_number(self, name: str, other: str) -> str:
        """Return the number that a colleague compares with somebody."""
        (found,) = await self._colleagues[name].find_people(other)
        return await self._colleagues[name].safety_number(found.id)

    async def appoint(self, threshold: str, *names: str) -> None:
        """Make people the custodians of the company; the colleagues among them accept."""
        users = [UserId(await self._user(name)) for name in names]
        wanted = AppointCustodians(int(threshold), users)
        token = self._server.admin_token
        got = await self._server.call("PUT", "/v1/admin/custodians", wanted, token=token)
        assert got.status == 200, got
        for name in names:
            if name in self._colleagues:
                await self._colleagues[name].custody.accept()

    async def entrust(self, name: str) -> None:
        """Let a colleague entrust their recovery words to the custodians."""
        await self._colleagues[name].custody.entrust(self._words[name])

    async def approve(self, name: str, code: str) -> None:
        """Let a colleague, as a custodian, give their part to whoever has read out a code."""
        desk = self._colleagues[name].custody
        async with asyncio.timeout(SECONDS):
            while not (asking := await desk.requests()):  # noqa: ASYNC110 - the server is asked
                await asyncio.sleep(LOOK_SECONDS)
        await desk.approve(asking[0], code)

    async def ask_custodians(self, name: str) -> str:
        """Let a colleague ask the custodians from another computer; return the code."""
        code = asyncio.get_running_loop().create_future()

        def tell(asked: Asked) -> None:
            if not code.done():
                code.set_result(asked.code)

        self._opening[name] = asyncio.create_task(
            open_with_custodians(
                self._server.url, name, PASSWORD, profile_dir=self._folder / f"{name} anew",
                tell=tell, look_seconds=LOOK_SECONDS,
            )
        )  # fmt: skip
        async with asyncio.timeout(SECONDS):
            return str(await code)

    async def opened(self, name: str) -> bool:
        """Say whether a colleague has got their own words from the custodians."""
        async with asyncio.timeout(SECONDS):
            return await self._opening[name] == self._words[name]

    async def waited(self) -> None:
        """Let the fresh starts be due that people have asked for."""

        def work(connection: Connection) -> None:
            connection.execute(update(identity_reset).values(due=SystemClock().now()))

        await self._server.parts.database.write(work)

    async def checked(self, proof: str) -> bool:
        """Check a proof as anybody would who has the key of the list of devices."""
        account = next(iter(self._colleagues.values()))
        read = TLogProof.decode(proof.encode())
        key = VerifierKey.parse(account.log_status().key)
        read.verify(leaf_hash(read.extra), Policy(key))
        return True

    async def newcomers_see(self, name: str, title: str) -> str:
        """Return what a colleague reads of what newcomers of a conversation see."""
        conversations = self._colleagues[name].conversations()
        return next((each.newcomers_see for each in conversations if each.title == title), "")

    async def alarms(self, name: str) -> list[str]:
        """Return what a colleague was alarmed by."""
        return [each.key for each in self._colleagues[name].alarms()]

    async def end_sessions(self, name: str) -> None:
        """End every session of somebody, as a change of password does; theirs stays as it was."""
        session = await self._server.log_in(name)
        for old, new in ((PASSWORD, f"another {PASSWORD}"), (f"another {PASSWORD}", PASSWORD)):
            got = await self._server.call(
                "PUT", "/v1/me/password", ChangePassword(old, new), token=session.token
            )
            assert got.status == 204, got

    async def devices(self, name: str) -> list[str]:
        """Return what the devices of somebody are called."""
        path = f"/v1/admin/users/{await self._user(name)}/devices"
        got = await self._server.call("GET", path, token=self._server.admin_token)
        return [each.name for each in got.read(ManagedDevices).devices]

    async def show_code(self, name: str) -> str:
        """Let a further device of somebody show the code that is typed into one they have."""
        self._newcomers[name] = Newcomer(self._server.url, self._folder / f"{name}-further")
        return await self._newcomers[name].code()

    async def pictures(self, name: str) -> list[str]:
        """Return what that device shows to be compared."""
        return await self._newcomers[name].pictures()

    async def say_same(self, name: str) -> None:
        """Say there that both show the same."""
        await self._newcomers[name].say_same()

    async def come_in(self, name: str) -> None:
        """Wait until that device is in, and let it fetch what was written before."""
        account = await self._newcomers[name].account()
        self._colleagues[name] = await self._open_until.enter_async_context(account)
        await account.wait_online(SECONDS)
        await account.history.ask()

    async def fetch_history(self, name: str) -> None:
        """Wait until that device has what was written before."""
        async with asyncio.timeout(SECONDS):
            await self._colleagues[name].history.follow()

    async def words(self, name: str) -> str:
        """Return the recovery words of a colleague."""
        return self._words[name]

    async def seed(self, name: str, conversation: str, count: str) -> None:
        """Let a colleague have a long history."""
        await self._colleagues[name].close()
        source, place = Passphrase(lambda: "passphrase", CHEAP_VAULT), self._folder / name
        seed(place, source, ConversationId(conversation), int(count))
        account = await self._open_until.enter_async_context(await Account.open(place, source))
        self._colleagues[name] = account
        await account.wait_online(SECONDS)

    async def back_up(self, name: str) -> None:
        """Let a colleague keep a backup of their messages."""
        await self._colleagues[name].history.back_up()

    async def come_back(self, name: str, words: str) -> int:
        """Let somebody enter at another terminal with their words; return what the backup held."""

        async def typed() -> str:
            return words

        source, place = Passphrase(lambda: "passphrase", CHEAP_VAULT), self._folder / f"{name}-back"
        await login(
            self._server.url, name, PASSWORD, "Terminal", profile_dir=place, key_source=source,
            ask_recovery_key=typed,
        )  # fmt: skip
        account = await self._open_until.enter_async_context(await Account.open(place, source))
        self._colleagues[name] = account
        await account.wait_online(SECONDS)
        return await account.history.restore()

    async def meet(self, name: str, code: str) -> list[str]:
        """Let a colleague meet who shows a code; return what is to be compared."""
        self._hosts[name] = Host(self._colleagues[name])
        return await self._hosts[name].meet(code)

    async def let_in(self, name: str) -> str:
        """Let a colleague say that it is the same, and give what was written before."""
        return await self._hosts[name].let_in()

    async def dismiss(self, name: str) -> None:
        """Remove every device of somebody, for the company."""
        token = self._server.admin_token
        path = f"/v1/admin/users/{await self._user(name)}/devices"
        got = await self._server.call("GET", path, token=token)
        for each in got.read(ManagedDevices).devices:
            await self._server.call("DELETE", f"{path}/{each.id}", token=token)

    async def _user(self, name: str) -> str:
        token = self._server.admin_token
        got = await self._server.call("GET", f"/v1/users?query={name}&limit=1", token=token)
        return str(msgspec.json.decode(got.body)["users"][0]["id"])


async def _nobody() -> str:
    raise AssertionError("nobody has a recovery key yet")


async def _serve(built: Path, folder: Path) -> None:
    setattr(vault, "DEFAULT_COST", CHEAP_VAULT)  # noqa: B010 - it is not to be changed elsewhere
    files = tls.make(folder / "tls", names=["localhost"], organisation="Push", now=int(time.time()))
    os.environ["SSL_CERT_FILE"] = str(files.authority)
    async with (
        push_service(tls.context(files.certificate, files.key)) as service,
        running_server(
            folder,
            built,
            push_contact="mailto:it@chat.example",
            push_private_hosts=["localhost"],
            custody_delay_hours=0,
            policy_history_backup=True,
        ) as server,
        AsyncExitStack() as open_until,
    ):
        await server.add_device(server.admin)
        await answer(Office(server, folder, open_until, service), server.url)


async def answer(office: Office, url: str) -> None:
    """Say where the server is, and answer whatever is asked until nobody asks any more."""
    _say(url)
    while line := await asyncio.to_thread(sys.stdin.readline):
        name, *given = json.loads(line)
        _say(await getattr(office, name)(*given))


def _say(answer: object) -> None:
    sys.stdout.write(f"{json.dumps(answer)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        asyncio.run(_serve(Path(sys.argv[1]), Path(scratch)))
