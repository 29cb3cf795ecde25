"""Any order of sending, repeating, losing races, failing and restarting keeps the log in order.

The model is three lines: an accepted message has the next place, a repeated one its first
place, and a handshake of another epoch none.
"""

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Connection

from teamchat.ids import ConversationId
from teamchat.server.services.admission import Accepted, Refused
from teamchat.server.storage import schema
from teamchat.server.storage.database import Database
from teamchat.wire.frames import Kind, NackCode
from teamchat.wire.limits import PAST_EPOCHS
from tests.support.delivery import DeliveryHalf, Member, assemble
from tests.support.invariants import History, violations

WHO = st.integers(0, 2)


class DeliveryMachine(RuleBasedStateMachine):
    """A conversation of three devices and its database, restarted at will."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.scratch = tempfile.TemporaryDirectory()
        self.path = Path(self.scratch.name) / "t.db"
        self.accepted: dict[tuple[int, bytes], int] = {}
        self.messages: dict[tuple[int, bytes], tuple[Kind, int]] = {}
        self.epoch = self.head = 0
        self.client_ids = 1_000

    def run(self, work: object) -> object:
        return self.runner.run(work)  # type: ignore[arg-type]  # every caller hands in a coroutine

    @initialize()
    def found(self) -> None:
        async def work() -> None:
            await self.open()
            self.members = [await self.half.member(n) for n in range(3)]
            self.room = await self.half.converse(self.members[0])
            first, *others = self.members
            await self.half.commit(first, self.room, 0, add=others)

        self.histories = []
        self.run(work())
        self.histories = [History(each.device) for each in self.members]
        self.epoch = self.head = 1

    async def open(self) -> None:
        self.database = Database(self.path)
        await self.database.write(schema.upgrade)
        self.half: DeliveryHalf = assemble(self.database)

    half: DeliveryHalf
    members: list[Member]
    room: ConversationId
    histories: list[History]

    @rule(who=WHO, kind=st.sampled_from([*Kind]), age=st.integers(-1, PAST_EPOCHS + 2))
    def send(self, who: int, kind: Kind, age: int) -> None:
        self.client_ids += 1
        key = who, self.client_ids.to_bytes(16, "big")
        self.messages[key] = kind, max(0, self.epoch - age)
        self.transmit([key])

    @precondition(lambda self: self.messages)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        keys = st.sampled_from(sorted(self.messages))
        self.transmit(data.draw(st.lists(keys, min_size=1, max_size=4)))

    @rule(senders=st.lists(WHO, min_size=2, max_size=3, unique=True))
    def race(self, senders: list[int]) -> None:
        keys = []
        for who in senders:
            self.client_ids += 1
            keys.append((who, self.client_ids.to_bytes(16, "big")))
            self.messages[keys[-1]] = Kind.COMMIT, self.epoch
        epoch = self.epoch
        self.transmit(keys)
        assert self.epoch == epoch + 1

    def transmit(self, keys: list[tuple[int, bytes]]) -> None:
        """Send several at once; the model follows the order in which they came to be."""

        async def work() -> list[Accepted | Refused]:
            return await asyncio.gather(*(self.one(key) for key in keys))

        answers = self.runner.run(work())
        found = sorted(
            zip(keys, answers, strict=True),
            key=lambda pair: pair[1].seq if isinstance(pair[1], Accepted) else 0,
        )
        for key, answer in found:
            if isinstance(answer, Accepted):
                self.follow(key, answer)
        for key, answer in found:
            if isinstance(answer, Refused):
                assert key not in self.accepted
                assert answer.code is NackCode.STALE_EPOCH
                assert not self.is_timely(*self.messages[key]) or len(keys) > 1

    async def one(self, key: tuple[int, bytes]) -> Accepted | Refused:
        kind, epoch = self.messages[key]
        member = self.members[key[0]]
        return await self.half.send(member, member.message(self.room, epoch, kind), key[1])

    def follow(self, key: tuple[int, bytes], answer: Accepted) -> None:
        self.histories[key[0]].acknowledged.append((self.room, key[1], answer.seq))
        if key in self.accepted:
            assert answer.duplicate
            assert answer.seq == self.accepted[key]
            return
        kind, epoch = self.messages[key]
        assert answer.seq == self.head + 1
        assert self.is_timely(kind, epoch)
        self.accepted[key], self.head = answer.seq, answer.seq
        self.epoch += kind is Kind.COMMIT

    def is_timely(self, kind: Kind, epoch: int) -> bool:
        oldest = self.epoch - (PAST_EPOCHS if kind is Kind.APPLICATION else 0)
        return oldest <= epoch <= self.epoch

    @rule(who=WHO)
    def fail_in_the_middle(self, who: int) -> None:
        """A closure that fails shares its batch with a message; the message survives."""

        def fail(_connection: Connection) -> None:
            raise KeyError

        self.client_ids += 1
        key = who, self.client_ids.to_bytes(16, "big")
        self.messages[key] = Kind.APPLICATION, self.epoch

        async def work() -> Accepted | Refused:
            sending = asyncio.ensure_future(self.one(key))
            with pytest.raises(KeyError):
                await self.half.database.write(fail)
            return await sending

        answer = self.runner.run(work())
        assert isinstance(answer, Accepted)
        self.follow(key, answer)

    @rule()
    def restart(self) -> None:
        async def work() -> None:
            await self.database.close()
            await self.open()

        self.run(work())

    @rule(who=WHO, seq=st.integers(0, 40))
    def acknowledge(self, who: int, seq: int) -> None:
        history = self.histories[who]
        highest = max((each for _, each in history.noted), default=0)
        if highest <= seq <= self.head:
            history.noted.append((self.room, seq))
        self.run(self.half.cursors.acknowledge(self.members[who].device, {self.room: seq}, 0))

    @invariant()
    def nothing_is_broken(self) -> None:
        if self.histories:
            assert violations(self.path, self.acknowledged_only()) == []

    def acknowledged_only(self) -> list[History]:
        """Repeated acknowledgements come in any order: only the first of each tells of turns."""
        told = []
        for history in self.histories:
            first = {each[1]: each for each in reversed(history.acknowledged)}
            ordered = sorted(first.values(), key=lambda each: each[2])
            told.append(History(history.device, acknowledged=ordered, noted=history.noted))
        return told

    def teardown(self) -> None:
        async def work() -> None:
            await self.database.close()

        if hasattr(self, "database"):
            self.run(work())
        self.runner.close()
        self.scratch.cleanup()


DeliveryMachine.TestCase.settings = settings(max_examples=12, stateful_step_count=20, deadline=None)
TestDelivery = DeliveryMachine.TestCase
