from dataclasses import dataclass, field

from teamchat.ids import ConversationId, DeviceId, UserId
from teamchat.server.realtime.events import (
    DeliveredTo,
    Draining,
    Failed,
    HeadMoved,
    Heard,
    InboxHint,
    KeysGrew,
    Live,
    OwnHint,
    Revoked,
    SessionEvent,
)
from teamchat.server.realtime.hub import SOCKETS_PER_DEVICE, SOCKETS_PER_PERSON, Hub
from teamchat.server.services.announcements import (
    Announcement,
    InboxGrew,
    Joined,
    KeysSigned,
    Left,
    Logged,
    OwnChanged,
)
from teamchat.server.services.held import Held
from teamchat.wire import frames
from teamchat.wire.frames import Ephemeral, EphemeralKind, Item, Kind, OwnKind

ROOM, HALL = ConversationId("room".ljust(26, "a")), ConversationId("hall".ljust(26, "a"))


@dataclass(eq=False)
class Ear:
    """A socket that remembers what it heard."""

    user: UserId
    device: DeviceId
    heard: list[SessionEvent] = field(default_factory=list)

    def happen(self, event: SessionEvent) -> None:
        self.heard.append(event)


def ear(name: str) -> Ear:
    return Ear(UserId(name), DeviceId(f"{name}'s"))


def logged(seq: int) -> Logged:
    item = Item(Kind.APPLICATION, 0, DeviceId("x"), bytes(16), 0, b"body")
    return Logged(ROOM, 1, seq, item)


def test_followers_hear_a_message_as_one_encoded_batch() -> None:
    hub, alice, bob = Hub(), ear("alice"), ear("bob")
    for each in (alice, bob):
        hub.register(each)
    hub.follow(alice, [ROOM])
    hub.announce(logged(4))
    (live,) = alice.heard
    assert isinstance(live, Live)
    assert frames.decode_server(live.frame) == frames.Batch(ROOM, 1, 4, [logged(4).item])
    assert bob.heard == []
    hub.unfollow(alice, ROOM)
    hub.announce(logged(5))
    assert len(alice.heard) == 1


def test_a_device_hears_what_is_for_it_alone() -> None:
    hub, alice, bob = Hub(), ear("alice"), ear("bob")
    hub.register(alice)
    hub.register(bob)
    joined, left = Joined(alice.device, ROOM, 1, 3), Left(alice.device, ROOM, 5)
    for announcement in (joined, left, InboxGrew(alice.device)):
        hub.announce(announcement)
    assert alice.heard == [joined, left, InboxHint()]
    hub.close_device(alice.device)
    assert alice.heard[-1] == Revoked()
    assert bob.heard == []


def test_who_is_gone_hears_nothing() -> None:
    hub, alice = Hub(), ear("alice")
    hub.register(alice)
    hub.follow(alice, [ROOM, HALL])
    assert len(hub) == 1
    hub.forget(alice)
    hub.forget(alice)
    hub.follow(alice, [ROOM])
    hub.announce(logged(1))
    hub.close_device(alice.device)
    assert (alice.heard, len(hub)) == ([], 0)


def test_a_device_with_too_many_sockets_loses_the_oldest() -> None:
    hub = Hub()
    sockets = [ear("alice") for _ in range(SOCKETS_PER_DEVICE + 1)]
    for each in sockets:
        hub.register(each)
    assert sockets[0].heard == [Failed(frames.CLOSE_TOO_MANY, "too-many-requests")]
    assert not any(each.heard for each in sockets[1:])
    assert len(hub) == SOCKETS_PER_DEVICE


def test_a_person_with_too_many_sockets_loses_the_oldest() -> None:
    hub, bob = Hub(), ear("bob")
    hub.register(bob)
    sockets = [
        Ear(UserId("alice"), DeviceId(f"alice's {number}"))
        for number in range(SOCKETS_PER_PERSON + 1)
    ]
    for each in sockets:
        hub.register(each)
    assert sockets[0].heard == [Failed(frames.CLOSE_TOO_MANY, "too-many-requests")]
    assert not any(each.heard for each in (bob, *sockets[1:]))
    assert len(hub) == SOCKETS_PER_PERSON + 1
    for each in sockets[1:]:
        hub.forget(each)
    again = ear("alice")
    hub.register(again)
    assert again.heard == []


def test_what_is_not_kept_goes_to_the_others() -> None:
    hub, alice, bob = Hub(), ear("alice"), ear("bob")
    for each in (alice, bob):
        hub.register(each)
        hub.follow(each, [ROOM])
    hub.spread(alice.device, Ephemeral(ROOM, EphemeralKind.TYPING, 100, b"x"))
    assert alice.heard == []
    (heard,) = bob.heard
    assert isinstance(heard, Heard)
    assert (heard.event.sender, heard.event.body) == (alice.device, b"x")


def test_each_person_hears_how_far_all_the_others_are() -> None:
    hub, alice, bob, carol = Hub(), ear("alice"), ear("bob"), ear("carol")
    for each in (alice, bob, carol):
        hub.register(each)
        hub.follow(each, [ROOM])
    hub.tell_delivered(
        ROOM, {alice.user: Held(9), bob.user: Held(4, ((2, 3),)), carol.user: Held(7)}
    )
    assert alice.heard == [DeliveredTo(ROOM, 4, ((2, 3),))]
    assert bob.heard == [DeliveredTo(ROOM, 7, ((2, 3),))]
    assert carol.heard == [DeliveredTo(ROOM, 4, ((2, 3),))]
    hub.tell_delivered(ROOM, {alice.user: Held(9)})
    assert len(alice.heard) == 1


def test_everybody_hears_of_the_key_directory() -> None:
    hub, alice, bob = Hub(), ear("alice"), ear("bob")
    for each in (alice, bob):
        hub.register(each)
    hub.announce(KeysSigned(7))
    assert alice.heard == bob.heard == [KeysGrew(7)]
    hub.forget(bob)
    hub.announce(KeysSigned(8))
    assert (len(alice.heard), len(bob.heard)) == (2, 1)


def test_all_devices_of_one_person_hear_that_their_account_changed() -> None:
    hub, phone, bob = Hub(), ear("alice"), ear("bob")
    laptop = Ear(UserId("alice"), DeviceId("alice's laptop"))
    for each in (phone, laptop, bob):
        hub.register(each)
    hub.announce(OwnChanged(UserId("alice"), OwnKind.LINKING))
    assert phone.heard == laptop.heard == [OwnHint(OwnKind.LINKING)]
    assert bob.heard == []


def test_hints_go_in_and_announcements_out() -> None:
    told: list[Announcement] = []
    hub, alice = Hub(told.append), ear("alice")
    hub.register(alice)
    hub.follow(alice, [ROOM])
    hub.hint({ROOM: 12, HALL: 3})
    assert alice.heard == [HeadMoved(ROOM, 12)]
    hub.announce(logged(13))
    assert told == [logged(13)]


def test_draining_tells_everybody_another_time() -> None:
    hub, alice, bob = Hub(), ear("alice"), ear("bob")
    hub.register(alice)
    hub.register(bob)
    hub.drain(iter([5, 9, 11]))
    assert (alice.heard, bob.heard) == ([Draining(5)], [Draining(9)])


def test_a_device_has_a_connection_until_the_last_of_its_sockets_is_gone() -> None:
    hub, one = Hub(), ear("alice")
    other = Ear(one.user, one.device)
    assert not hub.is_live(one.device)
    for each in (one, other):
        hub.register(each)
    hub.forget(one)
    assert hub.is_live(one.device)
    hub.forget(other)
    assert not hub.is_live(one.device)
