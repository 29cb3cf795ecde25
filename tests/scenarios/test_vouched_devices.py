"""Devices that another device has let in: in groups they count if the key directory lists them."""

import pytest

from teamchat.engine.events import AddAsked, DirectAsked, GroupAsked, TextWritten
from teamchat.engine.model import Standing
from teamchat.engine.roster import Certificates
from teamchat.engine.view import conversation_of
from teamchat.identity import statements
from teamchat.ids import ConversationId
from tests.scenarios.test_key_directory_lies import another_log, keys_of, show
from tests.support.simulator import Peer, World, everyone_agrees

DAY = "2026-09-21"


def say(peer: Peer, conversation: ConversationId, text: str) -> None:
    peer.ask(lambda call: TextWritten(call, conversation, text))


def standing(peer: Peer, conversation: ConversationId) -> Standing:
    state = peer.state(conversation)
    return conversation_of(state, peer.account, peer.engine.people).standing


def stale(world: World, peer: Peer) -> None:
    """Let the server keep from one device what is new in the log."""
    show(world, peer, another_log(world))


def test_it_comes_into_what_there_is_and_into_what_is_new(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    phone = world.device(bo.account.user, by=bo)
    world.advance(30)
    say(anna, talk, "to both")
    assert phone.texts(talk)[-1:] == bo.texts(talk)[-1:] == ["to both"]
    say(phone, talk, "from the phone")
    assert anna.texts(talk)[-1:] == ["from the phone"]
    team = ConversationId(anna.ask(lambda call: GroupAsked(call, "Team", (bo.account.user,))))
    say(phone, team, "here too")
    assert anna.texts(team) == bo.texts(team) == ["here too"]
    assert everyone_agrees(world, talk)
    assert keys_of(anna) == keys_of(bo) == keys_of(phone) == []


def test_one_that_another_linked_device_has_let_in_outlives_both(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    phone = world.device(bo.account.user, by=bo)
    tablet = world.device(bo.account.user, by=phone)
    world.advance(30)
    for gone in (bo, phone):
        world.server.devices[gone.account.device].revoked = True
        gone.cut()
        said = statements.Removed(gone.account.user, gone.account.device, DAY)
        world.server.enter(said)
    world.advance(30)
    say(anna, talk, "only the tablet is left")
    assert tablet.texts(talk)[-1:] == ["only the tablet is left"]
    assert {leaf.device for leaf in anna.state(talk).roster} == {
        anna.account.device, tablet.account.device
    }  # fmt: skip
    anna.restart()
    tablet.restart()
    world.run()
    say(tablet, talk, "after a restart")
    assert anna.texts(talk)[-1:] == ["after a restart"]


def test_who_has_not_read_of_it_yet_looks_before_it_goes_on(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    stale(world, anna)
    honest = world.server.keys.others[anna.account.device]
    phone = world.device(bo.account.user, by=bo)
    entries = world.server.keys.honest.stored.entries
    honest.append(*entries[honest.size :])  # the next look finds it; nobody has told anna
    world.advance(30)
    assert standing(anna, talk) is Standing.MEMBER
    say(phone, talk, "I am new")
    assert anna.texts(talk)[-1:] == ["I am new"]
    assert keys_of(anna) == []


def test_where_the_log_never_shows_it_the_group_is_left_alone(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    stale(world, anna)
    world.device(bo.account.user, by=bo)
    world.advance(30)
    assert standing(anna, talk) is Standing.BROKEN
    assert keys_of(anna) == ["alarm-device-unlisted"]
    (found,) = anna.engine.desk.keys.findings
    assert found.certificate
    assert Certificates().directory.certificate_of(found.certificate) is None


@pytest.mark.parametrize("shown", [True, False])
def test_a_welcome_into_a_group_with_it_waits_for_the_log(
    world: World, anna: Peer, bo: Peer, *, shown: bool
) -> None:
    cy = world.person("cy")
    stale(world, cy)
    late = world.server.keys.others[cy.account.device]
    phone = world.device(bo.account.user, by=bo)
    team = ConversationId(anna.ask(lambda call: GroupAsked(call, "Team", (bo.account.user,))))
    if shown:  # and nobody tells cy
        late.append(*world.server.keys.honest.stored.entries[late.size :])
    anna.ask(lambda call: AddAsked(call, team, (cy.account.user,)))
    world.advance(30)
    assert standing(cy, team) is (Standing.MEMBER if shown else Standing.BROKEN)
    assert keys_of(cy) == ([] if shown else ["alarm-device-unlisted"])
    if shown:
        say(phone, team, "welcome")
        assert cy.texts(team) == ["welcome"]


def test_a_certificate_that_nobody_has_signed_brings_nobody_in(
    world: World, anna: Peer, bo: Peer
) -> None:
    """The server signs as the voucher with a key of its own."""
    world.server.lists_devices = False
    world.device(bo.account.user, by=anna)  # vouched for by somebody else's device
    refused = anna.refused(lambda call: DirectAsked(call, bo.account.user))
    assert refused == "error-device-unlisted"
    assert keys_of(anna) == []
