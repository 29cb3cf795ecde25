"""Account: the one object that command line, terminal and bots hold.

Reads come from what is stored and never wait. Writes are stored when they return; what
needs the server says so when it is not there. Interfaces are told what changed and read
again what they show.
"""

import contextlib
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, Self

from teamchat.client import wiping
from teamchat.client.administration import Administration
from teamchat.client.arriving import Arrival, Arriving
from teamchat.client.blob_files import BlobFiles
from teamchat.client.changes import Changes
from teamchat.client.colleagues import Colleagues
from teamchat.client.custody import CustodyDesk
from teamchat.client.errors import AccountError, NotLoggedInError
from teamchat.client.history import OwnHistory
from teamchat.client.http import Http, ServerAddress
from teamchat.client.key_log import KeyLogBook
from teamchat.client.linking import DeviceLinking
from teamchat.client.messages import Messages
from teamchat.client.own_devices import OwnDevices
from teamchat.client.own_password import OwnPassword
from teamchat.client.own_recovery import OwnRecovery
from teamchat.client.refusals import errors_for_people
from teamchat.client.room_history import RoomHistory
from teamchat.client.room_policies import RoomPolicies
from teamchat.client.runner import Runner
from teamchat.client.settings import STORE
from teamchat.client.sqlite_store import Lock, SqliteStore
from teamchat.client.vault_file import KeySource
from teamchat.clock import Clock, SystemClock
from teamchat.engine import view
from teamchat.engine.engine import Engine
from teamchat.engine.events import (
    AddAsked,
    DirectAsked,
    DiscardAsked,
    Event,
    GroupAsked,
    LeaveAsked,
    LookAsked,
    MembersAccepted,
    ReadUpTo,
    RejoinAsked,
    RemoveAsked,
    RenameAsked,
    RetryAsked,
    WitnessesRequired,
)
from teamchat.engine.model import (
    Alarm,
    Change,
    Conversation,
    Link,
    LogEvidence,
    LogStatus,
    Member,
    Message,
    OwnDevice,
    Person,
    Profile,
)
from teamchat.engine.records import AccountRecord, PersonRecord
from teamchat.engine.state import ConversationState
from teamchat.engine.step import Surroundings, queued_in
from teamchat.engine.store import Cut, Drop, Put, Table
from teamchat.ids import ConversationId, DeviceId, UserId
from teamchat.mls.crypto import CryptoProvider
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.wire.bodies import Conversation as ConversationBody
from teamchat.wire.bodies import MemberRole, SetMemberRole
from teamchat.wire.room_policy import NONE, History

CHANGE_SECONDS: Final = 60.0
"""How long a change to a group is waited for; it goes on in the background."""
HISTORY_SECONDS: Final = 10.0
"""How long a command waits for what was said before this person came into a conversation."""


class Account:
    """An open account; made by `Account.open`."""

    def __init__(
        self, profile: Path, store: SqliteStore, engine: Engine, http: Http, *, network: bool
    ) -> None:
        self._directory = profile
        self._store = store
        self._engine = engine
        self._http = http
        self._network = network
        self._changes = Changes()
        self._runner = Runner(
            engine, store, http, self._changes.publish, lambda why: wiping.wipe(profile, why),
            RoomHistory(profile, store, BlobFiles(http), self._changes.publish),
        )  # fmt: skip
        self._arriving = Arriving(engine, self._runner, http, self._changes)
        self._colleagues = Colleagues(engine, self._runner, http)
        self._devices = OwnDevices(engine.desk.account, self._runner, http, store)
        self._key_log = KeyLogBook(engine, http)
        self._messages = Messages(engine, self._runner, store)
        self._history = OwnHistory(engine, self._runner, store, http)
        self._closed = False

    @classmethod
    async def open(
        cls,
        profile_dir: Path,
        key_source: KeySource,
        *,
        network: bool = True,
        clock: Clock | None = None,
        crypto: CryptoProvider | None = None,
    ) -> "Account":
        """Open the account of a profile; it runs within `async with`.

        Raises:
            AccountError: There is none, its vault does not open, or another process has it; or
                (`WipedError`) it was being erased, because the device had been removed.
        """
        wiping.resume(profile_dir)
        if not (profile_dir / STORE).exists():
            raise NotLoggedInError
        Lock.check(profile_dir)
        store = SqliteStore(profile_dir, key_source.unlock(profile_dir))
        surroundings = Surroundings(clock or SystemClock(), crypto or DefaultCrypto())
        try:
            engine = Engine(store, surroundings)
            record = engine.desk.account
            http = Http(ServerAddress(record.server, record.ca_file), record.token)
        except LookupError as error:
            store.close()
            raise AccountError("error-store-damaged") from error
        except BaseException:
            store.close()
            raise
        return cls(profile_dir, store, engine, http, network=network)

    async def __aenter__(self) -> Self:
        await self._runner.start(network=self._network)
        if self._network:
            self._history.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connection and the store; nothing is lost."""
        if self._closed:
            return
        self._closed = True
        await self._history.stop()
        await self._runner.stop()
        await self._http.close()
        if self._runner.wiped is not None:  # what was still being fetched may have left a file
            with contextlib.suppress(AccountError):
                wiping.erase(self._directory)
        self._store.close()
        self._changes.end()

    # --- reads ----------------------------------------------------------------------------

    @property
    def profile(self) -> Profile:
        """Whose account this is."""
        return view.profile_of(self._engine.desk.account)

    @property
    def history(self) -> OwnHistory:
        """What was said before a device came: asked for, given, kept as a backup."""
        return self._history

    @property
    def administration(self) -> Administration:
        """What this person's role lets them do in the organisation."""
        return Administration(self._http)

    @property
    def linking(self) -> DeviceLinking:
        """Links further devices."""
        return DeviceLinking(self._engine, self._http)

    @property
    def recovery(self) -> OwnRecovery:
        """The person's recovery key, and who asks for another identity in their name."""
        return OwnRecovery(self._engine, self._http)

    @property
    def password(self) -> OwnPassword:
        """The password of the account."""
        return OwnPassword(self._http)

    @property
    def room_policies(self) -> RoomPolicies:
        """What conversations allow, for those who manage them."""
        return RoomPolicies(self._engine, self._runner)

    @property
    def custody(self) -> CustodyDesk:
        """What is entrusted to custodians, and what this person does as one."""
        return CustodyDesk(self._engine, self._http, DefaultCrypto())

    @property
    def link(self) -> Link:
        """How the account stands to its server."""
        return self._engine.desk.session.link

    @property
    def trouble(self) -> AccountError | None:
        """Why there is no connection, if it is not that the server is not reached.

        A `WipedError` says that this device was removed, and that nothing is stored any more.
        """
        if self._runner.wiped is not None:
            return self._runner.wiped
        untrusted = self._http.untrusted
        if self._runner.out_of_room:
            return AccountError("link-not-stored")
        return None if untrusted is None or self.link is Link.ONLINE else untrusted.for_people()

    @property
    def queued(self) -> int:
        """How many messages wait to be sent."""
        return queued_in(self._engine.conversations.values())

    def conversations(self) -> list[Conversation]:
        """Return every conversation, the one with the latest line first."""
        states = sorted(self._engine.conversations.values(), key=_latest, reverse=True)
        return [view.conversation_of(each, self._record, self._people) for each in states]

    def timeline(
        self, conversation: ConversationId, before: Cut | None = None, limit: int = 50
    ) -> list[Message]:
        """Return the last lines before the cut, the oldest first."""
        state = self._state(conversation)
        lines = self._store.lines(conversation, before, limit)
        return [self._messages.show(state, each) for each in lines]

    def members(self, conversation: ConversationId) -> list[Member]:
        """Return who is in a conversation, by name."""
        return view.members_of(self._state(conversation), self._record, self._people)

    async def members_now(self, conversation: ConversationId) -> list[Member]:
        """Return who is in a conversation, by name, and who of them is deactivated by now."""
        members = self.members(conversation)
        if self.link is not Link.ONLINE:
            return members
        others = [each.person.id for each in members if not each.own]
        gone = await self._colleagues.deactivated(others)
        return [
            replace(each, person=replace(each.person, active=each.person.id not in gone))
            for each in members
        ]

    def person(self, user: UserId) -> Person | None:
        """Return a person this account has met."""
        known = self._people.get(user)
        return view.person_of(known, self._people) if known else None

    def alarms(self) -> list[Alarm]:
        """Return everything the person had to be told, the oldest first."""
        return [view.alarm_of(each, self._people) for each in self._engine.alarms]

    def draft(self, conversation: ConversationId) -> str:
        """Return what was begun and not sent; empty if nothing."""
        kept = self._store.table(Table.DRAFT).get(conversation, b"")
        return kept.decode("utf-8", "replace")

    def changes(self) -> AsyncGenerator[Change, None]:
        """Go through what changes from now on, until the account is closed."""
        return self._changes.follow()

    # --- messages -------------------------------------------------------------------------

    async def send_text(
        self, conversation: ConversationId, text: str, answers: str = ""
    ) -> Message:
        """Queue a text; it is stored when this returns, and is sent when it can be.

        Args:
            conversation: Where.
            text: What is said.
            answers: The id of the message that it answers; empty for none.

        Raises:
            AccountError: This is not sendable here, or what it answers is not here.
        """
        return await self._messages.write(conversation, text, answers)

    async def edit(self, conversation: ConversationId, message: str, text: str) -> None:
        """Put another text in the place of one's own message.

        Raises:
            AccountError: It is somebody else's, too old, or not here; or this is not sendable.
        """
        await self._messages.edit(conversation, message, text)

    async def react(
        self, conversation: ConversationId, message: str, reaction: str, *, back: bool = False
    ) -> None:
        """Put an emoji at a message, or take it back.

        Raises:
            AccountError: That cannot be said here, or the message is not here.
        """
        await self._messages.react(conversation, message, reaction, back=back)

    async def withdraw(self, conversation: ConversationId, message: str) -> None:
        """Delete one's own message for everybody.

        Raises:
            AccountError: It is somebody else's, or not here.
        """
        await self._messages.withdraw(conversation, message)

    async def hide(self, conversation: ConversationId, message: str) -> None:
        """Delete a message on this device; the others keep it.

        Raises:
            AccountError: It is not here, or not sent yet.
        """
        await self._messages.hide(conversation, message)

    async def retry(self, message: str) -> None:
        """Send a failed message again."""
        await self._runner.call(lambda call: RetryAsked(call, message))

    async def discard(self, message: str) -> None:
        """Forget a message that was not sent."""
        await self._runner.call(lambda call: DiscardAsked(call, message))

    async def mark_read(self, conversation: ConversationId, position: int) -> None:
        """Everything up to and including this position has been seen."""
        await self._runner.call(lambda call: ReadUpTo(call, conversation, position))

    async def set_draft(self, conversation: ConversationId, text: str) -> None:
        """Keep what was begun; it is sealed like everything else and leaves this device never."""
        kept = text.encode("utf-8", "replace")
        change = Put(Table.DRAFT, conversation, kept) if kept else Drop(Table.DRAFT, conversation)
        self._store.commit([change])

    # --- conversations --------------------------------------------------------------------

    async def create_direct(self, user: UserId) -> ConversationId:
        """Return the conversation with one person; it is made if there is none."""
        return await self._change(lambda call: DirectAsked(call, user))

    async def create_group(
        self, title: str, users: Iterable[UserId], history: History = NONE
    ) -> ConversationId:
        """Make a conversation of these people and oneself.

        Args:
            title: What it is called; the server does not learn it.
            users: Who is in it from the beginning.
            history: What those who come later see of what was said before.
        """
        people = tuple(users)
        return await self._change(lambda call: GroupAsked(call, title, people, history))

    async def add(self, conversation: ConversationId, users: Iterable[UserId]) -> None:
        """Add people."""
        await self._change(lambda call: AddAsked(call, conversation, tuple(users)))

    async def remove(self, conversation: ConversationId, user: UserId) -> None:
        """Remove a person."""
        await self._change(lambda call: RemoveAsked(call, conversation, user))

    async def leave(self, conversation: ConversationId) -> None:
        """Leave; the history stays on this device."""
        await self._change(lambda call: LeaveAsked(call, conversation))

    async def rename(self, conversation: ConversationId, title: str) -> None:
        """Give a conversation another title; the server does not learn it."""
        await self._change(lambda call: RenameAsked(call, conversation, title))

    async def set_admin(self, conversation: ConversationId, user: UserId, admin: bool) -> None:  # noqa: FBT001 - the agreed name
        """Let a member manage the conversation, or no longer."""
        role = SetMemberRole(MemberRole.ADMIN if admin else MemberRole.MEMBER)
        path = f"/conversations/{conversation}/members/{user}"
        with errors_for_people():
            await self._http.ask("PUT", path, ConversationBody, role)
        await self._change(LookAsked)

    # --- people and devices ---------------------------------------------------------------

    async def find_people(self, query: str, limit: int = 20) -> list[Person]:
        """Search colleagues by name."""
        return await self._colleagues.find(query, limit)

    async def devices(self) -> list[OwnDevice]:
        """Return one's own devices."""
        return await self._devices.list()

    def device_names(self) -> Mapping[DeviceId, str]:
        """Return what one's own devices were called, also those that are none any more."""
        return self._devices.names()

    async def devices_at_most(self) -> int:
        """Return how many devices one person may have; 0 if the server does not say."""
        return await self._devices.most()

    async def remove_device(self, device: DeviceId) -> None:
        """End one of one's own other devices, and take it out of every conversation."""
        await self._devices.remove(device, CHANGE_SECONDS)

    def log_status(self) -> LogStatus:
        """Return how far the key directory was followed, and what was found."""
        return self._key_log.status()

    async def log_proof(self, device: DeviceId | None = None) -> str:
        """Return a proof file (c2sp.org/tlog-proof) that one of one's own devices is listed.

        Raises:
            AccountError: It is not, or the server did not give what proves it.
        """
        return await self._key_log.proof(device)

    async def log_evidence(self) -> tuple[LogEvidence, ...]:
        """Return everything that the key directory should not have shown, with what proves it."""
        return await self._key_log.evidence()

    async def require_witnesses(
        self, witnesses: Iterable[str], quorum: int, maximum_age: int
    ) -> None:
        """Require that witnesses of the key directory have cosigned; none if `quorum` is 0.

        Args:
            witnesses: Their keys as vkey lines.
            quorum: How many of them.
            maximum_age: How long ago at most, in seconds.

        Raises:
            AccountError: A key is none, or there are fewer than are to cosign.
        """
        keys = tuple(witnesses)
        await self._runner.call(lambda call: WitnessesRequired(call, keys, quorum, maximum_age))

    async def safety_number(self, user: UserId) -> str:
        """Return 12 groups of 5 digits, the same on the other side.

        Raises:
            AccountError: No key of this person is known, or it is oneself.
        """
        return self._colleagues.safety_number(user)

    async def mark_verified(self, user: UserId, number: str = "") -> None:
        """The safety number was compared and is right.

        Args:
            user: Whose it is.
            number: What was compared; by default what `safety_number` returned last.

        Raises:
            AccountError: The person's key has changed since, so this number says nothing of it.
        """
        await self._colleagues.mark_verified(user, number)

    async def keep_key(self, user: UserId) -> None:
        """The new key is not this person's: the one known before stays.

        Raises:
            AccountError: A device with the new key is in a conversation.
        """
        await self._colleagues.keep_key(user)

    async def accept_members(
        self, conversation: ConversationId, shown: Iterable[UserId] | None = None
    ) -> None:
        """Those who were new when this device came back belong there; what waits is sent.

        Args:
            conversation: Where.
            shown: Who the person was shown; None for whoever is there now.

        Raises:
            AccountError: Somebody else is there by now, whom the person was not shown.
        """
        users = None if shown is None else tuple(shown)
        await self._runner.call(lambda call: MembersAccepted(call, conversation, users))

    async def rejoin(self, conversation: ConversationId) -> None:
        """Join a conversation again that is broken here, or whose group went another way.

        Raises:
            AccountError: It is neither, there is no connection, or it broke again.
        """
        await self._change(lambda call: RejoinAsked(call, conversation))

    async def sign_out(self, *, offline: bool = False) -> bool:
        """End this device at the server and erase its profile.

        Args:
            offline: Erase without asking the server.

        Returns:
            Whether the server has taken the device out of the person's account. It has not if
            it was not asked, or if it had ended the session before.

        Raises:
            AccountError: The server was not reached; nothing is erased.
        """
        asked = not offline and self.link is not Link.SIGNED_OUT
        removed = asked and await self._devices.remove_this()
        await self.close()
        wiping.erase(self._directory)
        return removed

    async def wait_online(self, timeout: float) -> None:  # noqa: ASYNC109 - the agreed name
        """Wait until everything has caught up.

        Raises:
            AccountError: It did not in time, or the session has ended.
        """
        await self._arriving.online(timeout)

    async def catch_up(self, timeout: float) -> None:  # noqa: ASYNC109 - as `wait_online`
        """Wait until everything is here that the server has for this device at this moment.

        And, if they come soon, the names of the people; for who looks once and closes.

        Raises:
            AccountError: It did not in time, or the session has ended.
        """
        await self._arriving.catch_up(timeout)
        await self.room_policies.receive(min(timeout, HISTORY_SECONDS))

    async def learn_names(self) -> None:
        """Wait, shortly, for the names of those who have come into a conversation."""
        await self._arriving.names()

    async def arrive(self, within: float, tell: Callable[[Arrival], None]) -> Arrival:
        """Wait until this device is in every conversation of its person, and has caught up.

        Args:
            within: How many seconds at most; then it goes on in the background.
            tell: Is told how far it has come, each time it has come further.

        Raises:
            AccountError: There was no connection in time, or the session has ended.
        """
        return await self._arriving.arrive(within, tell)

    # --- inside ---------------------------------------------------------------------------

    @property
    def _record(self) -> AccountRecord:
        return self._engine.desk.account

    @property
    def _people(self) -> Mapping[UserId, PersonRecord]:
        return self._engine.people

    def _state(self, conversation: ConversationId) -> ConversationState:
        state = self._engine.conversations.get(conversation)
        if state is None:
            raise AccountError("error-no-such-conversation")
        return state

    async def _change(self, make: Callable[[int], Event]) -> ConversationId:
        return ConversationId(await self._runner.call(make, CHANGE_SECONDS))


def _latest(state: ConversationState) -> int:
    return state.last.time_ms if state.last else 0
