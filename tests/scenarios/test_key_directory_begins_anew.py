"""A log begun anew lists what had ended: it stays out, and whom it concerns is told."""

import pytest

from teamchat.engine.commands import Wipe
from teamchat.engine.events import GroupAsked
from teamchat.engine.model import Link
from teamchat.i18n import Catalogue
from teamchat.identity import certificate, statements
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.identity.statements import Statement
from teamchat.ids import ConversationId, DeviceId, identifier
from teamchat.transparency import LogKey
from tests.scenarios.test_key_directory_lies import DAY, certified, keys_of, say
from tests.scenarios.test_removed_devices_go import devices_in
from tests.support.simulated_keys import KeyLog
from tests.support.simulated_server import CRYPTO
from tests.support.simulator import Peer, World
from tests.support.tlog import StoredLog
from tests.unit.engine.test_wiping import place_of_reset, prove, starts_anew_first
from tests.unit.engine.test_wiping import reset as reset_of

ANEW = "alarm-key-log-anew"


def removed(world: World, phone: Peer, by: Peer) -> None:
    """Let the company remove a device, and the others take it out of their conversations."""
    user, device = phone.account.user, phone.account.device
    world.server.devices[device].revoked = True
    phone.cut()
    world.server.enter(statements.Removed(user, device, DAY))
    world.advance(70)
    assert by.engine.desk.keys.directory.people[user].devices[device].ended


def vouched_by(phone: Peer) -> statements.Added:
    """A further device, by a device that was removed."""
    account, key = phone.account, DeviceKey(CRYPTO.random(32))
    device = DeviceId(identifier(CRYPTO.random(16)))
    signed = certificate.vouch(
        DeviceKey(account.device_seed), by=account.device, user=account.user,
        identity_key=account.identity_key, device=device, device_key=key.public, created=1,
    )  # fmt: skip
    return statements.Added(account.user, device, signed, DAY)


def devices_of(world: World, *first: Peer) -> list[Statement]:
    rows = {device: row.certificate for device, row in world.server.devices.items()}
    users = {device: row.user for device, row in world.server.devices.items()}
    ahead = [each.account.device for each in first]
    order = [*ahead, *(each for each in rows if each not in ahead)]
    return [statements.Added(users[each], each, rows[each], DAY) for each in order]


def begin_anew(
    world: World, *said: Statement, peers: tuple[Peer, ...] = (), begun: int = 9_999
) -> None:
    """Begin the log anew with these entries, behind the first one that names the log before."""
    key = LogKey(f"chat.example/v1/keys/179000{begun}", b"n" * 32)
    log = KeyLog(key, StoredLog(key=key))
    previous = world.server.keys.honest.note.encode().decode()
    log.append(statements.Begun(previous, DAY), *said)
    world.server.keys.honest = log
    for each in peers:
        each.restart()
    world.run()
    world.advance(60)


@pytest.fixture
def phone(world: World, bo: Peer, talk: ConversationId) -> Peer:
    """A device of Bo's that was removed."""
    made = world.device(bo.account.user)
    world.advance(30)
    removed(world, made, bo)
    return made


def test_a_removed_device_and_what_it_vouches_for_stay_out(
    world: World, anna: Peer, bo: Peer, talk: ConversationId, phone: Peer
) -> None:
    told = {peer: len(keys_of(peer)) for peer in (anna, bo)}
    ghost, (stolen, *others) = vouched_by(phone), devices_of(world, phone)
    begin_anew(world, stolen, ghost, *others, peers=(anna, bo))
    for peer in (anna, bo):
        devices = peer.engine.desk.keys.directory.people[bo.account.user].devices
        for device in (phone.account.device, ghost.device):
            assert (devices[device].ended, devices[device].kept_out) == (True, True)
        assert not devices[bo.account.device].ended
    assert keys_of(bo)[told[bo] :] == [ANEW, "alarm-own-device-returned"]
    assert keys_of(anna)[told[anna] :] == [ANEW, "alarm-device-returned"]
    finding = bo.engine.desk.keys.findings[-1]
    assert statements.decode(finding.entry) == stolen
    assert finding.theirs == world.server.keys.honest.note.encode()
    for peer in (anna, bo):
        before = dict(peer.engine.desk.keys.directory.people)
        peer.restart()
        world.run()
        assert dict(peer.engine.desk.keys.directory.people) == before
    assert len(keys_of(bo)) == told[bo] + 2


def test_a_server_that_serves_it_again_gives_it_nothing(
    world: World, anna: Peer, bo: Peer, talk: ConversationId, phone: Peer
) -> None:
    begin_anew(world, *devices_of(world, phone), peers=(anna, bo))
    world.server.devices[phone.account.device].revoked = False
    phone.restart()
    world.advance(120)
    say(anna, talk, "secret plan")
    team = ConversationId(anna.ask(lambda call: GroupAsked(call, "New", (bo.account.user,))))
    say(anna, team, "new secret")
    world.advance(60)
    assert (bo.texts(talk)[-1:], bo.texts(team)) == (["secret plan"], ["new secret"])
    for conversation in (talk, team):
        assert phone.account.device not in devices_in(anna, conversation)
    assert "secret plan" not in phone.texts(talk)
    assert team not in phone.engine.conversations


def test_it_can_be_removed_once_more_and_nothing_is_refused(
    world: World, anna: Peer, bo: Peer, talk: ConversationId, phone: Peer
) -> None:
    begin_anew(world, *devices_of(world, phone), peers=(anna, bo))
    world.server.enter(statements.Removed(bo.account.user, phone.account.device, DAY))
    world.run()
    assert keys_of(bo)[-1] == "notice-own-device-removed"
    for peer in (anna, bo):
        devices = peer.engine.desk.keys.directory.people[bo.account.user].devices
        assert not devices[phone.account.device].kept_out
        assert peer.engine.desk.keys.refused == ()
    world.server.enter(vouched_by(phone))
    world.run()
    assert keys_of(bo)[-1] == "alarm-own-entry-refused"


def test_a_log_that_lists_and_removes_again_who_vouched_is_no_alarm(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    """So an honest server says it: else nobody could check who vouched."""
    phone = world.device(bo.account.user)
    world.advance(30)
    further = vouched_by(phone)
    world.server.enter(further)
    world.advance(30)
    removed(world, phone, bo)
    told = {peer: len(keys_of(peer)) for peer in (anna, bo)}
    stolen, *others = devices_of(world, phone)
    gone = statements.Removed(bo.account.user, phone.account.device, DAY)
    begin_anew(world, stolen, further, *others, gone, peers=(anna, bo))
    devices = bo.engine.desk.keys.directory.people[bo.account.user].devices
    assert devices[phone.account.device].ended
    assert not devices[further.device].ended
    assert keys_of(bo)[told[bo] :] == keys_of(anna)[told[anna] :] == [ANEW]


def test_a_device_listed_before_ones_own_is_told(world: World, anna: Peer, bo: Peer) -> None:
    added = certified(world, bo, world.identities[bo.account.user])
    begin_anew(world, added, *devices_of(world), peers=(anna, bo))
    assert keys_of(bo) == [ANEW, "notice-own-device-added"]


def test_another_key_of_ones_own_is_the_alarm_of_a_reset(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    forged = certified(world, bo, IdentityKey(CRYPTO.random(32)))
    begin_anew(world, forged, *devices_of(world, anna)[:1], peers=(anna, bo))
    assert "alarm-own-reset" in keys_of(bo)
    assert "alarm-key-changed" in keys_of(anna)


def test_devices_of_ones_own_that_are_not_listed_any_more_are_told(
    world: World, anna: Peer, bo: Peer
) -> None:
    phone = world.device(bo.account.user)
    world.advance(30)
    _, *others = devices_of(world, phone)
    begin_anew(world, *others, peers=(anna, bo))
    assert keys_of(bo)[-2:] == [ANEW, "notice-own-devices-missing"]


def test_a_device_that_is_not_listed_any_more_is_erased_by_no_reset_of_before(
    world: World,
) -> None:
    user, identity = world.server.hire("dora")
    starts_anew_first(world, user)
    world.identities[user] = identity
    dora = world.device(user)
    tablet = world.device(user, dora)
    anna = world.person("anna")
    first, reset, *_ = map(statements.decode, world.server.keys.honest.stored.entries)
    others = devices_of(world, anna)[:1]
    begin_anew(world, *others * 3, first, reset, peers=(anna, dora, tablet))
    assert tablet.engine.desk.keys.directory.people[user].devices[tablet.account.device].ended
    prove(world, tablet, place_of_reset(world))
    assert (tablet.wiped, tablet.link) == (None, Link.SIGNED_OUT)
    for said, erased in ((reset, None), (reset_of(dora), Wipe("error-wiped-reset", DAY))):
        world.server.keys.honest.append(said)
        prove(world, tablet, world.server.keys.honest.size - 1)
        tablet.restart()
        world.advance(70)
        assert tablet.wiped == erased


def test_what_is_told_says_what_to_do() -> None:
    for language, word in (("en", "backup"), ("de", "Sicherung")):
        catalogue = Catalogue(language)
        for key in ("alarm-own-device-returned", "alarm-device-returned"):
            assert word in catalogue.text(key, who="Bo")
            assert "IT" in catalogue.text(key, who="Bo")
