"""The server side of one socket, in memory: what is pushed to a device, and when."""

from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING

from teamchat.ids import ConversationId, DeviceId
from teamchat.wire.frames import (
    Ack,
    Batch,
    Bye,
    CaughtUp,
    ClientFrame,
    Hello,
    InboxBatch,
    Nack,
    Ping,
    Pong,
    Ready,
    Reset,
    Send,
    ServerFrame,
    Sync,
)
from tests.support.simulated_log import Log

if TYPE_CHECKING:
    from tests.support.simulated_server import Simulator


class Connection:
    """One socket's server side."""

    def __init__(self, simulator: "Simulator", device: DeviceId) -> None:
        self.simulator = simulator
        self.device = device
        self.out: deque[ServerFrame] = deque()
        self.at: dict[ConversationId, int] = {}
        self.inbox_at: int | None = None
        self.inbox_held = 0
        self.inbox_ended = False
        self.open = True
        self.greeted = False

    def receive(self, frame: ClientFrame) -> None:
        match frame:
            case Hello():
                row = self.simulator.devices[self.device]
                if row.revoked:
                    self.out.append(Bye("revoked", ""))
                    self.open = False
                    return
                now = self.simulator.clock.now_ms()
                self.greeted = True
                self.out.append(Ready(1, now, self.device, 25, 262144))
            case Sync(cursors, inbox):
                self._sync(cursors, inbox)
            case Send():
                answer = self.simulator.take(self.device, frame)
                if isinstance(answer, Nack):
                    self.simulator.refused[self.device, frame.client_id].add(frame.body)
                if len(self.simulator.received) % 2:  # either may come first
                    self.simulator.fan_out()
                    self.out.append(answer)
                else:
                    self.out.append(answer)
                    self.simulator.fan_out()
            case Ack(cursors, inbox):
                self.simulator.acknowledge(self.device, cursors)
                self.inbox_held = max(self.inbox_held, inbox)
                self._end_inbox()
            case Ping(number):
                self.out.append(Pong(number))
            case _:
                pass

    def _sync(self, cursors: Mapping[ConversationId, tuple[int, int]], inbox: int) -> None:
        first = self.inbox_at is None
        self.inbox_at = inbox
        self.inbox_held = max(self.inbox_held, inbox)
        self.push_inbox()
        self._end_inbox()
        for log in self.simulator.logs.values():
            if not log.reads(self.device) or (not first and log.id not in cursors):
                continue
            start = min(first_seq for first_seq, _ in log.spans[self.device]) - 1
            epoch, seq = cursors.get(log.id, (log.log_epoch, start))
            if epoch != log.log_epoch or seq + 1 < log.min_seq or seq > log.head:
                floor = max(log.min_seq, start + 1)
                self.out.append(Reset(log.id, log.log_epoch, floor, log.head))
                self.at.pop(log.id, None)
                continue
            self.at[log.id] = max(seq, start)
            self.push(log)
            self.out.append(CaughtUp(log.id, self._head(log)))
        read = {log.id for log in self.simulator.logs.values() if log.reads(self.device)}
        self.out.extend(CaughtUp(unknown, 0) for unknown in cursors if unknown not in read)

    def _head(self, log: Log) -> int:
        if log.id in self.simulator.lie.heads:
            return self.simulator.lie.heads.pop(log.id)
        return min(log.head, max(last for _, last in log.spans[self.device]))

    def push_inbox(self) -> None:
        if self.inbox_at is None:
            return
        items = self.simulator.devices[self.device].inbox[self.inbox_at :]
        if items:
            self.out.append(InboxBatch(self.inbox_at + 1, items))
            self.inbox_at += len(items)
            self.inbox_ended = False

    def _end_inbox(self) -> None:
        """Say that this was all, once all of it is acknowledged."""
        end = len(self.simulator.devices[self.device].inbox)
        if self.simulator.says_the_end and not self.inbox_ended and self.inbox_held >= end:
            self.inbox_ended = True
            self.out.append(InboxBatch(end + 1, []))

    def push(self, log: Log) -> None:
        at = self.at.get(log.id)
        if at is None:
            return
        items = []
        for seq in range(at + 1, log.head + 1):
            if not log.may_read(self.device, seq):
                break
            items.append(log.items[seq - 1])
        if items:
            self.at[log.id] = at + len(items)
            self.out.append(Batch(log.id, log.log_epoch, at + 1, self.simulator.lie.apply(items)))
