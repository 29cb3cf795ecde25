"""Titles: newcomers learn them from exactly one device, and what comes late takes nothing back."""

from collections import Counter

import msgspec

from teamchat.engine.events import AddAsked, GroupAsked, RenameAsked, TextWritten
from teamchat.engine.records import Errand
from teamchat.engine.store import Put, Table
from teamchat.ids import ConversationId
from tests.support.simulator import Peer, World, everyone_agrees


def group_of(first: Peer, *others: Peer) -> ConversationId:
    users = tuple(dict.fromkeys(peer.account.user for peer in others))
    return ConversationId(first.ask(lambda call: GroupAsked(call, "Team", users)))


def rename(peer: Peer, talk: ConversationId, title: str) -> None:
    peer.ask(lambda call: RenameAsked(call, talk, title))


def title(peer: Peer, talk: ConversationId) -> str:
    return peer.state(talk).record.title


def sent_since(world: World, mark: int, talk: ConversationId) -> Counter[str]:
    """Count what was sent to a conversation, by the name of who sent it."""
    names = {peer.account.device: peer.account.user_name for peer in world.peers}
    log = world.server.logs[talk]
    return Counter(names[item.sender] for item in log.items[mark:])


def test_a_further_device_learns_the_title_from_the_persons_other_device_alone() -> None:
    world = World()
    anna, bo, cem = (world.person(name) for name in ("anna", "bo", "cem"))
    talk = group_of(anna, bo, cem)
    mark = world.server.logs[talk].head
    tablet = world.device(cem.account.user)
    world.advance(60)
    assert title(tablet, talk) == "Team"
    assert tablet.system(talk) == ["system-joined"]  # a title that is learned is no renaming
    assert sent_since(world, mark, talk) == Counter(cem=2)  # the tablet's joining, and the title
    assert not any(peer.state(talk).record.title_owed for peer in world.peers)


def test_a_device_that_is_away_is_replaced_by_the_next() -> None:
    world = World()
    anna, bo, cem = (world.person(name) for name in ("anna", "bo", "cem"))
    talk = group_of(anna, bo, cem)
    cem.go_offline()
    mark = world.server.logs[talk].head
    tablet = world.device(cem.account.user)
    world.advance(60)
    assert title(tablet, talk) == "Team"
    assert sent_since(world, mark, talk) == Counter(cem=1, anna=1)
    cem.come_back()
    world.advance(120)
    assert sent_since(world, mark, talk) == Counter(cem=1, anna=1)


def test_it_is_told_when_somebody_comes_back_although_the_process_ended_in_between() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = group_of(anna, bo)
    anna.go_offline()
    bo.go_offline()
    tablet = world.device(bo.account.user)
    world.advance(60)
    assert not title(tablet, talk)
    anna.kill_after = anna.performed + 12  # it has read who came, and has said nothing
    anna.come_back()
    world.advance(200)
    assert title(tablet, talk) == "Team"
    bo.come_back()
    world.advance(100)
    assert everyone_agrees(world, talk)


def test_many_who_are_there_do_not_all_speak() -> None:
    world = World()
    people = [world.person(f"p{number}") for number in range(12)]
    talk = group_of(people[0], *people[1:])
    for away in people[:4]:  # all who have a turn of their own
        away.go_offline()
    mark = world.server.logs[talk].head
    tablet = world.device(people[3].account.user)
    world.advance(120)
    assert title(tablet, talk) == "Team"
    assert world.server.logs[talk].head - mark == 2


def test_a_title_that_is_repeated_late_takes_nothing_back() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = group_of(anna, bo)
    bo.go_offline()
    rename(anna, talk, "Werk 2")
    state = bo.state(talk)
    assert state.record.title == "Team"
    world.device(bo.account.user)
    world.advance(60)
    bo.come_back()
    world.advance(100)
    assert {title(peer, talk) for peer in world.peers} == {"Werk 2"}
    assert anna.system(talk).count("system-renamed") == 1


def test_who_is_renamed_past_in_flight_still_learns_the_last_title() -> None:
    """A repeats the old title, while B's new one went out before the newcomer could read it."""
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = group_of(anna, bo)
    bo.go_offline()
    bo.tell(lambda call: RenameAsked(call, talk, "Werk 2"))
    world.run()
    tablet = world.device(anna.account.user)
    world.advance(5)
    assert title(tablet, talk) == "Team"
    bo.come_back()
    world.advance(100)
    assert {title(peer, talk) for peer in world.peers} == {"Werk 2"}


def lie(world: World, liar: Peer, talk: ConversationId, title: str) -> None:
    """A client that is not ours repeats a title that nobody has given."""
    mark = world.server.logs[talk].head
    record = liar.state(talk).record
    false = msgspec.structs.replace(
        record, title=title, titled=record.seq - 1, title_owed=liar.state(talk).held_group().epoch
    )
    liar.store.commit([Put(Table.CONVERSATION, talk, false.encode())])
    liar.restart()
    world.advance(60)
    assert sent_since(world, mark, talk)[liar.account.user_name]


def test_who_has_read_a_title_believes_no_repetition_of_another() -> None:
    world = World()
    anna, bo, eve = (world.person(name) for name in ("anna", "bo", "eve"))
    talk = group_of(anna, bo, eve)
    rename(anna, talk, "Werk 2")
    before = {peer: peer.system(talk) for peer in (anna, bo)}
    lie(world, eve, talk, "Werk 3")
    for peer, lines in before.items():
        assert title(peer, talk) == "Werk 2"
        assert peer.system(talk) == lines


def test_a_newcomer_who_was_told_a_lie_is_told_the_truth_and_by_whom() -> None:
    world = World()
    anna, bo, eve = (world.person(name) for name in ("anna", "bo", "eve"))
    talk = group_of(anna, bo, eve)
    rename(bo, talk, "Werk 2")
    anna.go_offline()
    bo.go_offline()
    tablet = world.device(anna.account.user)
    lie(world, eve, talk, "Werk 3")
    assert title(tablet, talk) == "Werk 3"
    anna.come_back()
    world.advance(60)
    assert title(tablet, talk) == "Werk 2"
    told = tablet.messages(talk)[-1]
    assert told.text == "system-title-told"
    assert {("by", "Anna"), ("title", "Werk 2")} <= {*told.arguments}
    bo.come_back()
    world.advance(100)
    assert title(bo, talk) == "Werk 2"


def test_a_lie_that_comes_last_is_named() -> None:
    world = World()
    anna, bo, eve = (world.person(name) for name in ("anna", "bo", "eve"))
    talk = group_of(anna, bo, eve)
    tablet = world.device(bo.account.user)
    world.advance(60)
    lie(world, eve, talk, "Werk 3")
    assert title(anna, talk) == "Team"
    for told in (tablet.messages(talk)[-1], bo.messages(talk)[-1]):
        assert told.text == "system-title-told"
        assert {("by", "Eve"), ("title", "Werk 3")} <= {*told.arguments}
    rename(anna, talk, "Werk 4")
    world.advance(60)
    lie(world, eve, talk, "Werk 5")
    assert title(tablet, talk) == "Werk 4"


def test_a_title_written_before_somebody_came_is_repeated_to_who_has_read_another() -> None:
    """Between the newcomer's joining and the old epoch's title, a new epoch's title is read."""
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = group_of(anna, bo)
    bo.go_offline()
    bo.tell(lambda call: RenameAsked(call, talk, "Werk 2"))
    world.run()
    tablet = world.device(anna.account.user)
    world.advance(60)
    rename(anna, talk, "Werk 3")
    assert title(tablet, talk) == "Werk 3"
    bo.come_back()
    world.advance(100)
    assert {title(peer, talk) for peer in world.peers} == {"Werk 2"}


def test_people_who_are_added_are_told_once() -> None:
    world = World()
    anna, bo, cem = (world.person(name) for name in ("anna", "bo", "cem"))
    talk = group_of(anna, bo)
    mark = world.server.logs[talk].head
    anna.ask(lambda call: AddAsked(call, talk, (cem.account.user,)))
    world.advance(60)
    assert title(cem, talk) == "Team"
    assert sent_since(world, mark, talk) == Counter(anna=2)
    assert not any(
        item.errand is Errand.TITLE_AGAIN
        for peer in world.peers
        for item in peer.state(talk).outgoing
    )


def test_what_is_said_first_dates_the_coming_in() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    bo.go_offline()
    talk = group_of(anna, bo)
    anna.ask(lambda call: TextWritten(call, talk, "early"))
    world.advance(5 * 3600)
    bo.come_back()
    world.advance(100)
    lines = bo.messages(talk)
    assert [line.text for line in lines] == ["system-added", "early"]
    assert lines[0].time_ms <= lines[1].time_ms < world.clock.now_ms() - 3600_000
