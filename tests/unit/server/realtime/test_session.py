from collections.abc import Sequence

import msgspec

from teamchat.ids import ConversationId, DeviceId, UserId
from teamchat.server.realtime import events as on
from teamchat.server.realtime.events import Effect, SessionEvent
from teamchat.server.realtime.outlet import QUEUE_BYTES
from teamchat.server.realtime.session import (
    HELLO_SECONDS,
    SENDS,
    SILENCE_SECONDS,
    SLOW_SECONDS,
    Session,
    State,
)
from teamchat.server.services.announcements import Joined, Left
from teamchat.server.storage.queries.conversations import Span
from teamchat.server.storage.queries.logs import Piece
from teamchat.wire import frames
from teamchat.wire.frames import EphemeralKind, InboxItem, InboxKind, Item, Kind, ServerFrame
from teamchat.wire.limits import CREDIT_BYTES

ROOM, HALL = ConversationId("room".ljust(26, "a")), ConversationId("hall".ljust(26, "a"))
DEVICE, OTHER = DeviceId("device"), DeviceId("other")


def item(seq: int, size: int = 10) -> Item:
    return Item(Kind.APPLICATION, 0, OTHER, seq.to_bytes(16, "big"), 0, bytes(size))


def span(
    head: int, *, first: int = 1, last: int | None = None, min_seq: int = 1, log_epoch: int = 1
) -> Span:
    return Span(ROOM, log_epoch, min_seq, head, first, last, 0)


END = frames.InboxBatch(1, [])
"""An empty batch: the inbox is read."""


class Talk:
    """A session, and what it says and asks for."""

    def __init__(self) -> None:
        self.session = Session(0.0, lambda: 1_000)
        self.now = 0.0

    def happen(self, event: SessionEvent) -> list[Effect | ServerFrame]:
        """Let something happen; frames are shown decoded."""
        return [self._shown(each) for each in self.session.handle(event, self.now)]

    def say(self, frame: frames.ClientFrame) -> list[Effect | ServerFrame]:
        return self.happen(on.Arrived(frame))

    def live(self, seq: int, log_epoch: int = 1, size: int = 10) -> list[Effect | ServerFrame]:
        frame = frames.encode(frames.Batch(ROOM, log_epoch, seq, [item(seq, size)]))
        return self.happen(on.Live(ROOM, log_epoch, seq, frame))

    def read(
        self, after: int, upto: int, head: int | None = None, *, min_seq: int = 1, size: int = 10
    ) -> list[Effect | ServerFrame]:
        items = [item(seq, size) for seq in range(after + 1, upto + 1)]
        piece = Piece(1, min_seq, upto if head is None else head, items)
        return self.happen(on.LogRead(ROOM, after, piece))

    def _shown(self, effect: Effect) -> Effect | ServerFrame:
        if not isinstance(effect, on.Tell):
            return effect
        frame = frames.decode_server(effect.frame)
        assert frame is not None
        return frame


def greeted() -> Talk:
    talk = Talk()
    assert talk.say(frames.Hello(1, "secret")) == [on.Authenticate("secret")]
    answer = talk.happen(on.Greeted(UserId("user"), DEVICE))
    assert answer == [on.Subscribe(DEVICE), frames.Ready(1, 1_000, DEVICE, 25, CREDIT_BYTES)]
    return talk


def running(
    cursors: dict[ConversationId, tuple[int, int]] | None = None, spans: Sequence[Span] = ()
) -> Talk:
    """A session that has been positioned and has read an empty inbox."""
    talk = greeted()
    wanted = talk.say(frames.Sync(cursors or {}, 0))
    assert wanted == [on.Note({}, 0), on.ReadPositions(DEVICE)]
    talk.first = talk.happen(on.Positioned(spans))  # type: ignore[attr-defined]  # for the tests below
    end, *after = talk.happen(on.InboxRead(1, []))
    assert end == END
    talk.then = after  # type: ignore[attr-defined]  # for the tests below
    return talk


def first(talk: Talk) -> list[Effect | ServerFrame]:
    return talk.first  # type: ignore[attr-defined, no-any-return]  # set by `running`


def then(talk: Talk) -> list[Effect | ServerFrame]:
    return talk.then  # type: ignore[attr-defined, no-any-return]  # set by `running`


def closed(answer: list[Effect | ServerFrame]) -> int:
    assert isinstance(answer[-2], frames.Bye)
    assert isinstance(answer[-1], on.Close)
    return answer[-1].code


def test_hello_comes_first_and_once() -> None:
    assert closed(Talk().say(frames.Ping(1))) == frames.CLOSE_PROTOCOL
    assert closed(Talk().say(frames.Hello(99, "t"))) == frames.CLOSE_PROTOCOL
    assert closed(greeted().say(frames.Hello(1, "t"))) == frames.CLOSE_PROTOCOL
    impatient = Talk()
    impatient.say(frames.Hello(1, "t"))
    assert closed(impatient.say(frames.Ping(1))) == frames.CLOSE_PROTOCOL


def test_who_is_not_known_is_turned_away() -> None:
    talk = Talk()
    talk.say(frames.Hello(1, "t"))
    assert talk.happen(on.TurnedAway("revoked")) == [
        frames.Bye("revoked", ""),
        on.Close(frames.CLOSE_REVOKED),
    ]
    assert talk.session.state is State.CLOSED
    assert talk.say(frames.Ping(1)) == []


def test_a_ping_is_answered() -> None:
    assert greeted().say(frames.Ping(7)) == [frames.Pong(7)]


def test_who_holds_everything_is_caught_up_without_a_reading() -> None:
    talk = running({ROOM: (1, 5)}, [span(5)])
    assert first(talk) == [
        frames.CaughtUp(ROOM, 5),
        on.AskDelivered((ROOM,)),
        on.ReadInbox(0),
    ]
    assert then(talk) == []
    assert talk.live(6) == [frames.Batch(ROOM, 1, 6, [item(6)])]


def test_what_is_missing_is_read_before_what_is_live() -> None:
    talk = running({ROOM: (1, 2)}, [span(5)])
    assert then(talk) == [on.ReadLog(ROOM, 2, 5)]
    assert talk.live(6) == []
    assert talk.read(2, 4, 6) == [
        frames.Batch(ROOM, 1, 3, [item(3), item(4)]),
        on.ReadLog(ROOM, 4, 6),
    ]
    assert talk.read(4, 6) == [
        frames.Batch(ROOM, 1, 5, [item(5), item(6)]),
        frames.CaughtUp(ROOM, 6),
    ]
    assert talk.live(6) == []
    assert talk.live(7) == [frames.Batch(ROOM, 1, 7, [item(7)])]


def test_a_gap_in_what_is_live_is_read() -> None:
    talk = running({ROOM: (1, 5)}, [span(5)])
    assert talk.live(7) == [on.ReadLog(ROOM, 5, 7)]
    assert talk.read(5, 7)[-1] == frames.CaughtUp(ROOM, 7)


def test_what_happens_while_positions_are_read_is_not_lost() -> None:
    talk = greeted()
    talk.say(frames.Sync({ROOM: (1, 5)}, 0))
    assert talk.live(6) == []
    assert frames.CaughtUp(ROOM, 5) not in talk.happen(on.Positioned([span(5)]))
    assert talk.happen(on.InboxRead(1, [])) == [END, on.ReadLog(ROOM, 5, 6)]


def test_conversations_that_are_not_named_come_from_where_they_may_be_read() -> None:
    talk = running({}, [span(9, first=4)])
    assert then(talk) == [on.ReadLog(ROOM, 3, 9)]


def test_of_a_conversation_that_was_left_only_the_rest_comes() -> None:
    talk = running({ROOM: (1, 2)}, [span(9, last=4)])
    assert then(talk) == [on.ReadLog(ROOM, 2, 4)]
    assert talk.read(2, 4, 9) == [
        frames.Batch(ROOM, 1, 3, [item(3), item(4)]),
        on.Unfollow(ROOM),
        frames.CaughtUp(ROOM, 4),
    ]
    assert talk.live(10) == []
    left_long_ago = running({}, [Span(ROOM, 1, 1, 9, 1, 4, 4)])
    assert first(left_long_ago) == [on.ReadInbox(0)]


def test_what_was_said_between_leaving_and_coming_back_is_skipped() -> None:
    talk = running({ROOM: (1, 3)}, [span(9, last=4), span(9, first=8)])
    assert then(talk) == [on.ReadLog(ROOM, 3, 4)]
    assert talk.read(3, 4, 9)[-1] == on.ReadLog(ROOM, 7, 9)


def test_a_useless_cursor_is_reset() -> None:
    other_log = running({ROOM: (1, 5)}, [span(7, log_epoch=2)])
    assert frames.Reset(ROOM, 2, 1, 7) in first(other_log)
    assert then(other_log) == [on.ReadLog(ROOM, 0, 7)]
    ahead = running({ROOM: (1, 9)}, [span(7)])
    assert frames.Reset(ROOM, 1, 1, 7) in first(ahead)
    shortened = running({ROOM: (1, 2)}, [span(9, min_seq=6)])
    assert frames.Reset(ROOM, 1, 6, 9) in first(shortened)
    assert then(shortened) == [on.ReadLog(ROOM, 5, 9)]


def test_a_log_that_is_shortened_while_it_is_read_is_reset() -> None:
    talk = running({ROOM: (1, 2)}, [span(9)])
    assert talk.read(2, 2, 9, min_seq=6) == [
        frames.Reset(ROOM, 1, 6, 9),
        on.ReadLog(ROOM, 5, 9),
    ]


def test_a_log_that_is_replaced_while_it_is_read_ends_the_connection() -> None:
    talk = running({ROOM: (1, 2)}, [span(9)])
    answer = talk.happen(on.LogRead(ROOM, 2, Piece(2, 1, 9, [item(3)])))
    assert closed(answer) == frames.CLOSE_DRAIN


def test_a_later_sync_rewinds_what_it_names() -> None:
    talk = running({ROOM: (1, 5)}, [span(5)])
    assert on.ReadPositions(DEVICE) in talk.say(frames.Sync({ROOM: (1, 3)}, 0))
    talk.happen(on.Positioned([span(5)]))
    assert talk.happen(on.InboxRead(1, [])) == [END, on.ReadLog(ROOM, 3, 5)]
    assert talk.read(3, 5)[-1] == frames.CaughtUp(ROOM, 5)


def test_a_sync_while_positions_are_read_asks_for_nothing_more() -> None:
    talk = greeted()
    talk.say(frames.Sync({}, 0))
    assert talk.say(frames.Sync({ROOM: (1, 3)}, 0)) == [on.Note({}, 0)]
    talk.happen(on.Positioned([span(5)]))
    assert talk.happen(on.InboxRead(1, [])) == [END, on.ReadLog(ROOM, 3, 5)]


def test_without_credit_there_is_one_lag_and_then_the_database() -> None:
    talk = running({ROOM: (1, 0)}, [span(0)])
    seq = 0
    while talk.session.outlet.credit > 0:
        seq += 1
        assert isinstance(talk.live(seq, size=50_000)[0], frames.Batch)
    assert talk.live(seq + 1) == [frames.Lag(ROOM, seq + 1)]
    assert talk.live(seq + 2) == []
    assert talk.say(frames.Credit(100_000)) == [on.ReadLog(ROOM, seq, seq + 2)]
    assert talk.read(seq, seq + 2)[-1] == frames.CaughtUp(ROOM, seq + 2)


def test_nobody_gets_more_credit_than_there_is() -> None:
    talk = running()
    talk.say(frames.Credit(10_000_000))
    assert talk.session.outlet.credit == CREDIT_BYTES


def test_a_device_that_joins_hears_what_follows() -> None:
    talk = running()
    assert talk.happen(Joined(DEVICE, ROOM, 1, 4)) == [
        on.Follow(ROOM),
        frames.CaughtUp(ROOM, 3),
    ]
    assert talk.live(4) == [frames.Batch(ROOM, 1, 4, [item(4)])]
    assert talk.happen(Left(DEVICE, ROOM, 4)) == [on.Unfollow(ROOM)]
    assert talk.live(5) == []
    back = talk.happen(Joined(DEVICE, ROOM, 1, 9))
    assert frames.CaughtUp(ROOM, 8) in back
    assert talk.live(9) == [frames.Batch(ROOM, 1, 9, [item(9)])]


def test_leaving_while_the_log_is_read_ends_it_where_it_may_be_read() -> None:
    talk = running({ROOM: (1, 1)}, [span(9)])
    talk.happen(Left(DEVICE, ROOM, 5))
    assert talk.read(1, 4, 9)[-1] == on.ReadLog(ROOM, 4, 5)


def test_joining_and_leaving_while_positions_are_read_comes_after_them() -> None:
    talk = greeted()
    talk.say(frames.Sync({ROOM: (1, 5)}, 0))
    assert talk.happen(Left(DEVICE, ROOM, 5)) == []
    answer = talk.happen(on.Positioned([span(5)]))
    assert on.Unfollow(ROOM) in answer
    assert talk.live(6) == []
    twice = greeted()
    twice.say(frames.Sync({}, 0))
    twice.happen(Joined(DEVICE, ROOM, 1, 3))
    told = twice.happen(on.Positioned([span(2, first=3)]))
    assert [each for each in told if isinstance(each, frames.CaughtUp)] == [
        frames.CaughtUp(ROOM, 2)
    ]


def test_who_has_left_hears_nothing_more_while_positions_are_read() -> None:
    talk = greeted()
    talk.say(frames.Sync({ROOM: (1, 5)}, 0))
    talk.happen(on.Positioned([span(5)]))
    talk.say(frames.Sync({HALL: (1, 0)}, 0))
    talk.happen(Left(DEVICE, ROOM, 5))
    assert talk.live(6) == []
    talk.happen(on.Positioned([span(6, last=5)]))
    assert talk.live(7) == []


def inbox_item() -> InboxItem:
    return InboxItem(InboxKind.KEY_PACKAGES_LOW, ConversationId(""), 0, 0, 0, b"")


def test_the_inbox_comes_first_and_goes_on_when_it_is_acknowledged() -> None:
    talk = greeted()
    talk.say(frames.Sync({ROOM: (1, 2)}, 4))
    assert talk.happen(on.Positioned([span(5)]))[-1] == on.ReadInbox(4)
    assert talk.happen(on.InboxRead(5, [inbox_item(), inbox_item()])) == [
        frames.InboxBatch(5, [inbox_item(), inbox_item()]),
        on.ReadLog(ROOM, 2, 5),
    ]
    talk.read(2, 5)
    assert talk.happen(on.InboxHint()) == []
    assert talk.say(frames.Ack({}, 5)) == [on.Note({}, 5)]
    assert talk.say(frames.Ack({}, 6)) == [on.Note({}, 6), on.ReadInbox(6)]
    assert talk.happen(on.InboxRead(7, [])) == [frames.InboxBatch(7, [])]
    assert talk.happen(on.InboxHint()) == [on.ReadInbox(6)]


def test_a_send_is_handed_on_and_answered() -> None:
    talk = running({ROOM: (1, 0)}, [span(0)])
    send = frames.Send(1, ROOM, bytes(16), b"body")
    assert talk.say(send) == [on.Deliver(send)]
    assert talk.happen(on.Answered(frames.Sent(1, 1, 5, duplicate=False))) == [
        frames.Sent(1, 1, 5, duplicate=False)
    ]


def test_a_client_with_many_unanswered_sends_is_not_read() -> None:
    talk = running()
    for request in range(SENDS):
        assert talk.session.takes_more
        talk.say(frames.Send(request, ROOM, bytes(16), b""))
    assert not talk.session.takes_more
    talk.happen(on.Answered(frames.Sent(0, 1, 1, duplicate=False)))
    assert talk.session.takes_more


def ephemeral(body: bytes, sender: DeviceId = OTHER) -> frames.EphemeralEvent:
    return frames.EphemeralEvent(ROOM, sender, EphemeralKind.TYPING, 100, body)


def test_of_what_is_not_kept_the_newest_wins_when_too_much_waits() -> None:
    talk = running({ROOM: (1, 0)}, [span(0)])
    assert talk.happen(on.Heard(ephemeral(b"1"))) == [ephemeral(b"1")]
    while not talk.session.outlet.is_full:
        talk.say(frames.Ping(1))
    assert not talk.session.takes_more
    assert talk.happen(on.Heard(ephemeral(b"2"))) == []
    assert talk.happen(on.Heard(ephemeral(b"3"))) == []
    assert talk.happen(on.Written(talk.session.outlet.queued)) == [ephemeral(b"3")]


def test_only_who_is_in_the_group_speaks_and_hears() -> None:
    talk = running({ROOM: (1, 0)}, [span(0)])
    frame = frames.Ephemeral(ROOM, EphemeralKind.TYPING, 100)
    assert talk.say(frame) == [on.Spread(frame)]
    assert talk.say(msgspec.structs.replace(frame, conversation=HALL)) == []
    talk.live(1)
    told = frames.Delivered(ROOM, 5, [frames.Stretch(2, 3)])
    assert talk.happen(on.DeliveredTo(ROOM, 5, ((2, 3),))) == [told]
    talk.happen(Left(DEVICE, ROOM, 1))
    assert talk.say(frame) == []
    assert talk.happen(on.Heard(ephemeral(b"1"))) == []
    assert talk.happen(on.DeliveredTo(ROOM, 5)) == []


def test_a_client_that_says_nothing_is_closed() -> None:
    mute = Talk()
    mute.now = HELLO_SECONDS + 1
    assert closed(mute.happen(on.Ticked())) == frames.CLOSE_PROTOCOL
    silent = running()
    silent.happen(on.Written(silent.session.outlet.queued))
    silent.now = SILENCE_SECONDS
    assert silent.happen(on.Ticked()) == []
    silent.now += 1
    assert closed(silent.happen(on.Ticked())) == frames.CLOSE_SLOW


def test_a_client_that_does_not_read_is_closed() -> None:
    talk = running({ROOM: (1, 0)}, [span(0)])
    talk.happen(on.Written(talk.session.outlet.queued))
    talk.happen(on.Ticked())
    seq = 0
    while talk.session.outlet.credit > 0:
        seq += 1
        talk.live(seq, size=50_000)
    talk.happen(on.Written(talk.session.outlet.queued))
    talk.live(seq + 1)
    talk.happen(on.Written(talk.session.outlet.queued))
    for _ in range(2):
        talk.now += SLOW_SECONDS / 2
        talk.say(frames.Ping(1))
        assert talk.happen(on.Ticked()) == []
    talk.now += 1
    assert closed(talk.happen(on.Ticked())) == frames.CLOSE_SLOW


def test_an_ended_session_is_closed_at_once() -> None:
    assert running().happen(on.Revoked()) == [
        frames.Bye("revoked", ""),
        on.Close(frames.CLOSE_REVOKED),
    ]


def test_a_server_that_goes_says_when_to_come_back() -> None:
    answer = running().happen(on.Draining(700))
    assert answer[0] == frames.Drain(700)
    assert closed(answer) == frames.CLOSE_DRAIN


def test_a_hint_from_elsewhere_is_read() -> None:
    talk = running({ROOM: (1, 5)}, [span(5)])
    assert talk.happen(on.HeadMoved(ROOM, 8)) == [on.ReadLog(ROOM, 5, 8)]
    assert talk.happen(on.HeadMoved(ROOM, 7)) == []


def test_a_conversation_that_the_server_has_not_is_not_waited_for() -> None:
    talk = running({HALL: (1, 7)}, [span(1)])
    assert frames.CaughtUp(HALL, 0) in first(talk)
    assert talk.say(frames.Ping(1)) == [frames.Pong(1)]


def test_a_checkpoint_of_the_key_directory_is_told_at_once_and_costs_no_credit() -> None:
    talk = greeted()
    credit = talk.session.outlet.credit
    assert talk.happen(on.KeysGrew(7)) == [frames.Keys(7)]
    assert talk.session.outlet.credit == credit


def test_of_checkpoints_that_were_held_back_the_newest_is_told() -> None:
    talk = greeted()
    talk.session.outlet.queued = QUEUE_BYTES
    for size in (7, 8, 9):
        assert talk.happen(on.KeysGrew(size)) == []
    assert talk.happen(on.Written(QUEUE_BYTES)) == [frames.Keys(9)]
    assert talk.happen(on.Written(10)) == []


def test_a_change_of_the_own_account_is_told_and_each_kind_held_back_once() -> None:
    talk = greeted()
    credit = talk.session.outlet.credit
    assert talk.happen(on.OwnHint(frames.OwnKind.RESET)) == [frames.Own("reset")]
    assert talk.session.outlet.credit == credit
    talk.session.outlet.queued = QUEUE_BYTES
    for kind in (frames.OwnKind.LINKING, frames.OwnKind.HISTORY, frames.OwnKind.LINKING):
        assert talk.happen(on.OwnHint(kind)) == []
    told = talk.happen(on.Written(QUEUE_BYTES))
    assert sorted(told, key=str) == [frames.Own("history"), frames.Own("linking")]
    assert talk.happen(on.Written(10)) == []
