"""What is stored, as people see it: names, oneself, trust."""

from dataclasses import replace

import msgspec
import pytest

from teamchat.engine.events import AddAsked, GroupAsked, LeaveAsked, RemoveAsked, RenameAsked
from teamchat.engine.model import Trust
from teamchat.engine.records import AlarmRecord, PersonRecord
from teamchat.engine.view import alarm_of, conversation_of, name_of, person_of
from teamchat.i18n import Catalogue
from teamchat.ids import ConversationId, UserId
from tests.support.simulator import Peer, World


def read(peer: Peer, talk: ConversationId, language: str) -> list[str]:
    catalogue = Catalogue(language)
    lines = (each for each in peer.messages(talk) if each.kind.value == "system")
    return [catalogue.text(each.text, **dict(each.arguments)) for each in lines]


@pytest.fixture
def story() -> tuple[dict[str, Peer], ConversationId]:
    """Anna makes a group with Bo, adds Cem and Dia, renames it, removes Cem; Bo leaves."""
    world = World()
    peers = {name: world.person(name) for name in ("anna", "bo", "cem", "dia")}
    anna, bo, cem, dia = peers.values()
    users = {name: peer.account.user for name, peer in peers.items()}
    talk = ConversationId(anna.ask(lambda call: GroupAsked(call, "Team", (users["bo"],))))
    anna.ask(lambda call: AddAsked(call, talk, (users["cem"], users["dia"])))
    anna.ask(lambda call: RenameAsked(call, talk, "Werk"))
    anna.ask(lambda call: RemoveAsked(call, talk, users["cem"]))
    bo.ask(lambda call: LeaveAsked(call, talk))
    world.advance(30)
    assert cem.messages(talk)
    assert dia.messages(talk)
    return peers, talk


def test_a_conversation_says_what_encrypts_it(
    story: tuple[dict[str, Peer], ConversationId],
) -> None:
    peers, talk = story
    anna = peers["anna"]
    shown = conversation_of(anna.state(talk), anna.account, {})
    assert shown.suite == 0xF00D
    assert conversation_of(replace(anna.state(talk), group=None), anna.account, {}).suite is None


def test_a_group_without_a_title_says_who_is_in_it() -> None:
    world = World()
    anna, zoe, bo = (world.person(name) for name in ("anna", "Zoe", "bo"))
    people = (zoe.account.user, bo.account.user)
    talk = ConversationId(anna.ask(lambda call: GroupAsked(call, "Team", people)))
    state = anna.state(talk)
    nameless = replace(state, record=msgspec.structs.replace(state.record, title=""))
    shown = conversation_of(nameless, anna.account, anna.engine.people)
    assert (shown.title, shown.names) == ("", ("Bo", "Zoe"))
    assert conversation_of(state, anna.account, anna.engine.people).names == ()


def test_who_did_it_reads_of_themselves(story: tuple[dict[str, Peer], ConversationId]) -> None:
    peers, talk = story
    said = read(peers["anna"], talk, "de")
    assert said[:2] == ["Sie haben die Unterhaltung begonnen.", "Sie haben Bo hinzugefügt."]
    assert said[2] in {
        "Sie haben Cem, Dia hinzugefügt.", "Sie haben Dia, Cem hinzugefügt."
    }  # fmt: skip
    assert said[3:] == [
        "Sie haben die Unterhaltung „Werk“ genannt.",
        "Sie haben Cem entfernt.",
        "Bo hat die Unterhaltung verlassen.",
    ]


def test_to_whom_it_was_done_reads_of_themselves(
    story: tuple[dict[str, Peer], ConversationId],
) -> None:
    peers, talk = story
    said = read(peers["cem"], talk, "de")
    assert said[0] == "Anna hat Sie hinzugefügt."
    assert said[-1] == "Anna hat Sie entfernt."
    said = read(peers["bo"], talk, "en")
    assert said[0] == "Anna added you."
    assert said[-1] == "You left the conversation."


def test_oneself_among_others_is_named_apart() -> None:
    arguments = {"who": "Wei", "who-own": "too", "by": "Anna"}
    assert Catalogue("de").text("system-added", **arguments) == "Anna hat Sie und Wei hinzugefügt."
    assert Catalogue("en").text("system-removed", who="Wei", **{"who-own": "yes"}) == (
        "You were removed."
    )


def test_an_alarm_names_people() -> None:
    anna, bo = UserId("a"), UserId("b")
    people = {anna: PersonRecord(anna, "anna", "Anna"), bo: PersonRecord(bo, "bo")}
    record = AlarmRecord("alarm-key-changed", (("who", "a,b,c"), ("n", "a")), ConversationId(""), 5)
    alarm = alarm_of(record, people)
    assert alarm.arguments == (("who", "Anna, bo, c"), ("n", "a"))
    assert alarm.conversation is None
    assert name_of(UserId("c"), people) == "c"


def test_a_changed_key_outweighs_that_it_was_verified() -> None:
    person = PersonRecord(UserId("a"), verified=True)
    assert person_of(person).trust is Trust.VERIFIED
    changed = PersonRecord(UserId("a"), verified=True, changed_key=b"x")
    assert person_of(changed).trust is Trust.CHANGED
