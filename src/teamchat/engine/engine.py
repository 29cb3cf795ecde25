"""Engine.handle(event) -> commands: dispatch only; the rules are in the other files.

An event is one step. When it is over, every conversation it touched is asked whether it has
something to do. If a step raises, the engine is as it was before.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import msgspec

from teamchat.engine import (
    absence,
    amending,
    clearing,
    commits,
    custody,
    departure,
    directory,
    following,
    gifts,
    giving_turns,
    governing,
    groups,
    inbox,
    joining,
    key_log,
    key_packages,
    looking,
    membership,
    outbox,
    own_account,
    reporting,
    session,
    sharing,
    sync,
    title_turns,
    wiping,
    wishes,
    witnesses,
)
from teamchat.engine.commands import Command
from teamchat.engine.events import (
    AddAsked,
    Answered,
    DeviceRevoked,
    DirectAsked,
    DiscardAsked,
    EditAsked,
    Event,
    GroupAsked,
    HideAsked,
    HistoryFailed,
    HistoryGathered,
    HistoryGiveAsked,
    HistoryGoverned,
    HistoryKeyGiven,
    HistoryOpened,
    HistoryRead,
    HistoryStopped,
    KeyKept,
    LeaveAsked,
    LookAsked,
    MembersAccepted,
    NameClaimed,
    PersonVerified,
    ReactionAsked,
    ReadUpTo,
    Recalled,
    Received,
    Refused,
    RejoinAsked,
    RemoveAsked,
    RenameAsked,
    RetryAsked,
    TextWritten,
    TimerFired,
    TimerKind,
    WithdrawAsked,
    WitnessesRequired,
)
from teamchat.engine.history import taking
from teamchat.engine.records import (
    AccountRecord,
    AlarmRecord,
    ConversationRecord,
    KeyPackageRecord,
    Outgoing,
    PendingRecord,
    PersonRecord,
)
from teamchat.engine.roster import Certificates, roster_of
from teamchat.engine.state import (
    ConversationState,
    Desk,
    ForComparison,
    ForCustody,
    ForEntries,
    ForGroupOfPeople,
    ForIntent,
    ForKeyLog,
    ForLook,
    ForOne,
    ForOwnReset,
    ForPerson,
    ForRecall,
    ForRemoval,
    ForStock,
    ForTile,
    ForWelcome,
    Purpose,
    SessionState,
)
from teamchat.engine.step import Holdings, Step, Surroundings, in_turn
from teamchat.engine.store import Store, Table
from teamchat.identity.key_directory import KeyDirectory
from teamchat.ids import ConversationId, UserId
from teamchat.wire.frames import (
    Batch,
    CaughtUp,
    Delivered,
    InboxBatch,
    Keys,
    Lag,
    Nack,
    Own,
    Ready,
    Reset,
    Sent,
    ServerFrame,
)
from teamchat.wire.problems import Code

ROUNDS: Final = 64
"""How often one event may make one conversation take another step."""


class Engine:
    """One account's mind.

    Args:
        store: Read once, here; from now on only commands change it.
        surroundings: Time and cryptography.

    Raises:
        LookupError: The store holds no account.
    """

    def __init__(self, store: Store, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._held = load(store)

    def set_back(self, store: Store) -> None:
        """Be as the store says: what came after it was not stored, and so has not happened.

        The connection begins anew, with `events.Started`.
        """
        self._held = load(store)

    @property
    def surroundings(self) -> Surroundings:
        """Time and cryptography."""
        return self._surroundings

    @property
    def desk(self) -> Desk:
        """The account and its connection."""
        return self._held.desk

    @property
    def conversations(self) -> Mapping[ConversationId, ConversationState]:
        """Every conversation."""
        return self._held.conversations

    @property
    def people(self) -> Mapping[UserId, PersonRecord]:
        """Everybody known."""
        return self._held.people

    @property
    def alarms(self) -> tuple[AlarmRecord, ...]:
        """Every alarm, the oldest first."""
        return tuple(self._held.alarms.values())

    def handle(self, event: Event) -> list[Command]:
        """Return what is to be done because of an event, in this order."""
        step = Step(self._held, self._surroundings)
        before = step.session.state
        session.happen(step, event)
        _dispatch(step, event)
        joining.read_next(step)  # a Welcome may have waited for what has just happened
        session.arrive(step)
        if step.session.state is SessionState.ONLINE is not before:
            _come_online(step)
        _proceed(step)
        return step.adopt()


def _proceed(step: Step) -> None:
    """Ask what was touched what is to be done; whoever is never content has to wait."""
    rounds: Counter[ConversationId] = Counter()
    while step.touched:
        conversation = next(iter(step.touched))
        del step.touched[conversation]
        found = step.conversation(conversation)
        rounds[conversation] += 1
        if found is None or rounds[conversation] > ROUNDS:
            continue
        if rounds[conversation] == ROUNDS:
            outbox.hold(step, found, outbox.RETRY_SECONDS)
        else:
            membership.proceed(step, found)
            title_turns.proceed(step, step.conversation(conversation) or found)
            giving_turns.proceed(step, step.conversation(conversation) or found)
            sharing.proceed(step, step.conversation(conversation) or found)
            gifts.proceed(step, step.conversation(conversation) or found)


# --- loading --------------------------------------------------------------------------------


def load(store: Store) -> Holdings:
    """Read everything that was stored.

    Raises:
        LookupError: There is no account.
    """
    account = store.table(Table.ACCOUNT)
    if "profile" not in account:
        raise LookupError("the store holds no account")
    alarms = store.table(Table.ALARM)
    desk = Desk(
        account=msgspec.msgpack.decode(account["profile"], type=AccountRecord),
        inbox=int(account.get("inbox", b"0")),
        alarms=max(map(int, alarms), default=0),
        keys=key_log.load(store),
    )
    people = {
        UserId(user): msgspec.msgpack.decode(data, type=PersonRecord)
        for user, data in store.table(Table.PERSON).items()
    }
    key_packages = {
        ref: msgspec.msgpack.decode(data, type=KeyPackageRecord)
        for ref, data in store.table(Table.KEY_PACKAGE).items()
    }
    told = {int(n): msgspec.msgpack.decode(alarms[n], type=AlarmRecord) for n in sorted(alarms)}
    return Holdings(
        desk, _load_conversations(store, desk.keys.directory), people, key_packages, told
    )


def _load_conversations(
    store: Store, directory: KeyDirectory
) -> dict[ConversationId, ConversationState]:
    parts = _by_conversation(store.table(Table.GROUP))
    outgoing = _by_conversation(store.table(Table.OUTGOING))
    pending, last = store.table(Table.PENDING), store.last_lines()
    loaded, authentication = {}, Certificates(directory)
    for key, data in store.table(Table.CONVERSATION).items():
        record = _without_calls(msgspec.msgpack.decode(data, type=ConversationRecord))
        queue = (
            [msgspec.msgpack.decode(each, type=Outgoing) for each in outgoing[key].values()]
            if key in outgoing
            else []
        )
        group = groups.restored(parts[key]) if key in parts else None
        loaded[record.id] = ConversationState(
            record=record,
            group=group,
            roster=roster_of(group, authentication) if group else (),
            pending=msgspec.msgpack.decode(pending[key], type=PendingRecord)
            if key in pending
            else None,
            outgoing=tuple(sorted(queue, key=in_turn)),
            last=last.get(record.id),
        )
    return loaded


def _by_conversation(table: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    found: dict[str, dict[str, bytes]] = {}
    for key, data in table.items():
        conversation, _, rest = key.partition("/")
        found.setdefault(conversation, {})[rest] = data
    return found


def _without_calls(record: ConversationRecord) -> ConversationRecord:
    """Nobody waits any more for what was asked before the restart."""
    intents = tuple(msgspec.structs.replace(intent, call=0) for intent in record.intents)
    return msgspec.structs.replace(record, intents=intents)


# --- dispatch -------------------------------------------------------------------------------


def _come_online(step: Step) -> None:
    joining.look_soon(step)
    key_packages.schedule(step)
    directory.ask_for_names(step)
    for conversation in step.conversations():
        step.touched[conversation.id] = None


def _dispatch(step: Step, event: Event) -> None:
    match event:
        case Received(frame, size):
            _take_frame(step, frame, size)
        case Recalled(conversation, lines):
            sync.begin_anew(step, conversation, lines)
        case HistoryRead() | HistoryKeyGiven() | HistoryStopped():
            taking.take(step, event)
        case HistoryGathered() | HistoryOpened() | HistoryFailed():
            _take_history(step, event)
        case TimerFired(timer):
            sharing.try_again(step, timer)
            giving_turns.take_turn(step, timer)
            _take_timer(step, timer.kind, timer.conversation)
        case Answered(number, body):
            purpose = _purpose(step, number)
            if purpose is not None:
                _take_answer(step, number, purpose, body)
        case Refused(number, code, retry_after):
            purpose = _purpose(step, number)
            if purpose is not None:
                _take_refusal(step, number, purpose, code, retry_after)
        case _:
            _take_wish(step, event)


def _take_history(step: Step, event: HistoryGathered | HistoryOpened | HistoryFailed) -> None:
    match event:
        case HistoryGathered():
            sharing.take_gathered(step, event)
        case HistoryOpened():
            gifts.take_part(step, event)
        case HistoryFailed(_, blob) if blob:
            gifts.take_failure(step, event)
        case HistoryFailed():
            sharing.take_failure(step, event)


def _take_frame(step: Step, frame: ServerFrame, size: int) -> None:
    match frame:
        case Ready():
            sync.start(step)
            looking.look(step)
            reporting.report(step)
            own_account.heed(step)
        case Batch():
            sync.take_batch(step, frame, size)
        case CaughtUp():
            sync.take_caught_up(step, frame)
        case InboxBatch():
            joining.take_inbox(step, frame)
        case Lag():
            sync.take_lag(step, frame)
        case Reset():
            sync.take_reset(step, frame)
        case Delivered():
            sync.take_delivered(step, frame)
        case Sent() | Nack():
            _take_landing(step, frame)
        case Keys() | Own():
            _take_hint(step, frame)
        case _:
            pass


def _take_hint(step: Step, frame: Keys | Own) -> None:
    """Somewhere there is something new."""
    match frame:
        case Keys(size):
            following.take_size(step, size)
        case Own(kind):
            own_account.heed(step, kind)


def _take_landing(step: Step, frame: Sent | Nack) -> None:
    """A SEND is answered."""
    flights = dict(step.desk.flights)
    flight = flights.pop(frame.request, None)
    found = step.conversation(flight.conversation) if flight else None
    if flight is None or found is None:
        return
    step.desk = replace(step.desk, flights=flights)
    landed = step.put(replace(found, flight=0))
    if isinstance(frame, Sent):
        commits.take_sent(step, landed, flight.client_id, frame)
    else:
        commits.take_nack(step, landed, flight.client_id, frame)


def _take_timer(step: Step, kind: TimerKind, conversation: ConversationId) -> None:
    match kind:
        case TimerKind.ACK:
            sync.acknowledge(step)
        case TimerKind.RETRY:
            clearing.go_on(step, conversation)
        case TimerKind.SETTLE:
            membership.settle(step, conversation)
        case TimerKind.STOCK_TAKE:
            key_packages.take_stock(step)
            witnesses.look(step)
        case TimerKind.INBOX:
            joining.take_end(step)
        case TimerKind.TITLE:
            title_turns.take_turn(step, conversation)
        case TimerKind.LOOK_AROUND:
            joining.look(step)
        case TimerKind.KEY_LOG:
            looking.look(step)
        case _:
            pass  # the session's own, and those of histories


def _purpose(step: Step, number: int) -> Purpose | None:
    purposes = dict(step.desk.purposes)
    found = purposes.pop(number, None)
    step.desk = replace(step.desk, purposes=purposes)
    return found


def _take_answer(step: Step, number: int, purpose: Purpose, body: object) -> None:
    match purpose:
        case ForIntent(conversation):
            found = step.conversation(conversation)
            if found is not None and found.asking == number:
                membership.take_answer(step, found, body)
        case ForWelcome():
            joining.take_tree(step, body)
        case ForLook():
            joining.take_look(step, purpose, body)
        case ForOne():
            joining.take_one_answer(step, body)
        case ForComparison():
            departure.compare(step, purpose, body)
        case ForGroupOfPeople():
            wishes.take_people(step, purpose, body)
        case ForPerson(user):
            directory.take_person(step, user, body)
        case ForStock() | ForRemoval() | ForRecall() | ForCustody() | ForOwnReset():
            _take_rare_answer(step, purpose, body)
        case _:
            following.take_answer(step, number, purpose, body)


def _take_rare_answer(
    step: Step,
    purpose: ForStock | ForRemoval | ForRecall | ForCustody | ForOwnReset,
    body: object,
) -> None:
    match purpose:
        case ForStock():
            key_packages.take_count(step, body)
        case ForRemoval():
            wiping.take_answer(step, body)
        case ForCustody():
            custody.take_answer(step, body)
        case ForRecall():
            absence.recall(step, purpose, body)
        case ForOwnReset():
            own_account.take_reset(step, body)


def _take_refusal(
    step: Step, number: int, purpose: Purpose, code: Code | None, retry_after: int
) -> None:
    match purpose:
        case ForIntent(conversation):
            found = step.conversation(conversation)
            if found is not None and found.asking == number:
                membership.take_refusal(step, found, code, retry_after)
        case ForWelcome():
            joining.take_no_tree(step, code)
        case ForRemoval():
            wiping.take_refusal(step, code)
        case ForOne(conversation):
            governing.take_refusal(step, step.conversation(conversation), number)
        case ForKeyLog() | ForEntries() | ForTile():
            following.take_refusal(step, purpose, code)
        case ForComparison():
            departure.not_compared(step, purpose, retry_after)
        case ForLook(call) | ForGroupOfPeople(call):
            step.decline(call, "error-offline" if code is None else "error-not-possible")
        case ForPerson(user):
            directory.take_no_person(step, user, code)
        case _:
            pass  # asked again on the next connection


def _take_wish(step: Step, event: Event) -> None:
    match event:
        case TextWritten() | RetryAsked() | DiscardAsked():
            outbox.take(step, event)
        case EditAsked() | ReactionAsked() | WithdrawAsked() | HideAsked():
            amending.wish(step, event)
        case ReadUpTo(call, conversation, position):
            inbox.read_up_to(step, call, conversation, position)
        case LookAsked(call):
            joining.look(step, call)
        case DirectAsked() | GroupAsked() | AddAsked() | RemoveAsked() | LeaveAsked():
            wishes.take(step, event)
        case RenameAsked() | DeviceRevoked() | HistoryGoverned() | HistoryGiveAsked():
            wishes.take(step, event)
        case PersonVerified() | KeyKept() | MembersAccepted() | RejoinAsked():
            wishes.decide(step, event)
        case WitnessesRequired() | NameClaimed():
            wishes.decide(step, event)
        case _:
            pass  # the session's own
