from hypothesis import given
from hypothesis import strategies as st

from teamchat.ids import ConversationId
from teamchat.server.realtime.feed import Feed, Pace
from teamchat.server.storage.queries.conversations import Span

ROOM = ConversationId("r" * 26)


def span(first: int, last: int | None, *, head: int, least: int = 1) -> Span:
    return Span(ROOM, 1, least, head, first, last, 0)


def test_what_was_before_joining_is_never_sent() -> None:
    feed = Feed.start([span(5, None, head=9)], sent=0)
    assert (feed.sent, feed.last, feed.pace, feed.is_open) == (4, 9, Pace.BEHIND, True)


def test_what_is_after_leaving_is_never_sent() -> None:
    feed = Feed.start([span(1, 4, head=9)], sent=2)
    assert (feed.last, feed.is_open) == (4, False)
    assert Feed.start([span(1, 4, head=9)], sent=4).pace is Pace.ENDED
    assert Feed.start([span(1, 4, head=9)], sent=8).pace is Pace.ENDED


def test_what_was_deleted_is_skipped() -> None:
    feed = Feed.start([span(1, None, head=9, least=7)], sent=0)
    assert feed.sent == 6


def test_between_two_spans_nothing_is_sent() -> None:
    feed = Feed.start([span(1, 3, head=9), span(7, None, head=9)], sent=3)
    assert (feed.sent, feed.last, feed.pace) == (6, 9, Pace.BEHIND)


def test_who_has_everything_is_live_until_they_hear_of_more() -> None:
    feed = Feed.start([span(1, None, head=9)], sent=9)
    assert feed.pace is Pace.LIVE
    assert feed.heard_of(11).last == 11
    assert feed.heard_of(2).head == 9


def test_leaving_and_coming_back() -> None:
    feed = Feed.start([span(1, None, head=3)], sent=3).heard_of(4).ended_at(4)
    assert (feed.last, feed.is_open, feed.settled().pace) == (4, False, Pace.BEHIND)
    back = feed.reopened_at(8).heard_of(8)
    assert (back.last, back.is_open) == (4, True)
    assert back.ended_at(9).spans == ((1, 4), (8, 9))


@given(
    lengths=st.lists(st.tuples(st.integers(1, 6), st.integers(0, 6)), min_size=1, max_size=5),
    head=st.integers(0, 60),
    last_is_open=st.booleans(),
)
def test_only_what_may_be_read_is_sent(
    *, lengths: list[tuple[int, int]], head: int, last_is_open: bool
) -> None:
    spans, place = [], 0
    for gap, length in lengths:
        spans.append((place + gap, place + gap + length))
        place += gap + length
    ends: list[int | None] = [last for _, last in spans]
    if last_is_open:
        ends[-1] = None
    head = max(head, place)
    feed = Feed.start(
        [span(first, last, head=head) for (first, _), last in zip(spans, ends, strict=True)], 0
    )
    sent = []
    while feed.pace is Pace.BEHIND:
        sent.append(feed.sent + 1)
        feed = type(feed)(
            feed.conversation, feed.log_epoch, feed.spans, feed.sent + 1, feed.head
        ).settled()
    allowed = {
        seq
        for (first, _), last in zip(spans, ends, strict=True)
        for seq in range(first, (head if last is None else last) + 1)
    }
    assert sent == sorted(allowed)
