"""The attacks on the key directory against the real thing: what people read, and what was sent.

A real server process, real clients, and between them an operator who turned hostile and has the
key of the log (docs/security/threat-model.md, "The key directory").
"""

import contextlib
import json
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from teamchat.client.account import Account
from teamchat.client.enrol import login
from teamchat.client.errors import AccountError
from teamchat.engine import groups
from teamchat.engine.model import LogFinding, Standing
from teamchat.engine.records import AccountRecord
from teamchat.engine.roster import Certificates, certificates
from teamchat.i18n import LANGUAGES, Catalogue
from teamchat.identity import certificate, statements
from teamchat.identity.certificate import VouchedCertificate
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.ids import ConversationId, DeviceId, identifier
from teamchat.mls.credentials import Credential
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.transparency import LogKey, SignedNote, open_checkpoint
from teamchat.wire import bodies
from teamchat.wire.bodies import ClaimedKeyPackage
from teamchat.wire.frames import Item, Keys, Kind
from tests.scenarios.test_device_is_linked import linked
from tests.scenarios.test_real_server import source, texts
from tests.scenarios.test_real_server import until as until_within
from tests.support.hostile_proxy import HostileProxy, hostile_proxy, retold, stolen_key
from tests.support.server import PASSWORD, ReachedServer
from tests.support.server_process import ServerProcess, reached, server_process
from tests.support.simulated_keys import KeyLog

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hostile-proxy")]

DAY = "2026-11-21"
CRYPTO = DefaultCrypto()


async def until(condition: object, seconds: float = 60) -> None:
    """Wait for what comes by itself, on a machine that is busy with other tests."""
    await until_within(condition, seconds)


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with server_process(tmp_path_factory.mktemp("server") / "data") as running:
        yield running


@dataclass
class Scene:
    """A hostile server, and people who do not know yet."""

    server: ReachedServer
    proxy: HostileProxy
    key: LogKey
    folder: Path
    stack: AsyncExitStack
    number: int = 0

    async def enters(self, name: str) -> tuple[Account, str]:
        """Let somebody in who is new; return their first device and their recovery key."""
        user_name = f"{name}-{self.folder.name}".replace("_", "-").lower()[-40:]
        await self.server.enter(user_name, await self.server.create(user_name))
        return await self._device(user_name, "")

    async def comes_too(self, account: Account, recovery_key: str) -> Account:
        """Let a person log in on a further device."""
        opened, _ = await self._device(account.profile.user_name, recovery_key)
        return opened

    async def _device(self, user_name: str, recovery_key: str) -> tuple[Account, str]:
        self.number += 1
        profile = self.folder / f"profile{self.number}"

        async def asked() -> str:
            return recovery_key

        entered = await login(
            self.server.url, user_name, PASSWORD, f"laptop {self.number}",
            profile_dir=profile, key_source=source(), ask_recovery_key=asked,
        )  # fmt: skip
        account = await self.stack.enter_async_context(await Account.open(profile, source()))
        await account.wait_online(60)
        await until(lambda: account.log_status().size)
        return account, entered.recovery_key or ""

    async def copied(self, account: Account) -> KeyLog:
        """Return the directory as it is, once the account has read all of it."""
        log = await self.proxy.copied(token(account), self.key)
        await until(lambda: account.log_status().size == log.size)
        return log


@pytest.fixture
async def scene(process: ServerProcess, tmp_path: Path) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(hostile_proxy(process.url))
        server = await stack.enter_async_context(reached(process, proxy.url))
        yield Scene(server, proxy, stolen_key(process.data), tmp_path, stack)


def token(account: Account) -> str:
    return account._engine.desk.account.token


def record(account: Account) -> AccountRecord:
    return account._engine.desk.account


def told(account: Account, language: str = "en") -> list[str]:
    """What the person has read that is an alarm."""
    catalogue = Catalogue(language)
    return [
        catalogue.text(each.key, **dict(each.arguments))
        for each in account.alarms()
        if each.key.startswith("alarm-")
    ]


async def reads(account: Account, *sentences: str) -> LogFinding:
    """Check what a person reads in English and German; return the evidence that is kept."""
    await until(lambda: told(account))
    assert [told(account, language) for language in LANGUAGES] == [[each] for each in sentences]
    (finding,) = account.log_status().findings
    return finding


async def refusal(account: Account, talk: ConversationId, text: str = "secret") -> str:
    """Try to send, and return why it was refused."""
    with pytest.raises(AccountError) as caught:
        await account.send_text(talk, text)
    return caught.value.key


def certified(
    account: Account, identity: IdentityKey, key: DeviceKey | None = None
) -> statements.Added:
    """An entry for another device of somebody, certified by any identity key."""
    user, device = account.profile.user, DeviceId(identifier(os.urandom(16)))
    signed = certificate.issue(
        identity, user=user, device=device,
        device_key=(key or DeviceKey(os.urandom(32))).public, created=1,
    )  # fmt: skip
    return statements.Added(user, device, signed, DAY)


def as_ghost(
    account: Account, entry: statements.Added | statements.Reset, seed: bytes
) -> AccountRecord:
    """Return a device of somebody that the server made."""
    return msgspec.structs.replace(
        record(account), device=entry.device, certificate=entry.certificate, device_seed=seed
    )


class Ghostly(Certificates):
    """What a ghost takes for its own: whatever it is called by."""

    def authenticate(self, credential: Credential, signature_key: bytes) -> None:
        pass

    def same_client(self, old: Credential, new: Credential) -> bool:
        return True


async def joins_by_itself(
    scene: Scene, account: Account, talk: ConversationId, ghost: AccountRecord
) -> None:
    """Have a ghost join a group by an external commit, as only this account is shown it."""
    answer = await scene.proxy.get(token(account), f"/conversations/{talk}/group")
    group = msgspec.json.decode(answer, type=bodies.Group)
    made = groups.join_external(
        CRYPTO, ghost, talk, group.group_info, group.ratchet_tree, int(time.time()), Ghostly()
    )
    item = Item(Kind.COMMIT, group.epoch, ghost.device, os.urandom(16), 1, made.body)
    await scene.proxy.slip_in(token(account), talk, item)


def haunt(scene: Scene, ghost: AccountRecord) -> None:
    """Have a ghost's key package handed out whenever somebody adds this person."""
    _, made = groups.make_key_package(CRYPTO, ghost, int(time.time()), 86_400, last_resort=True)
    claimed = ClaimedKeyPackage(ghost.user, ghost.device, made.key_package)
    scene.proxy.ghosts.append(claimed)


def heads(finding: LogFinding, key: LogKey) -> list[tuple[int, bytes]]:
    """Return the trees of two notes that are evidence, both signed by the log."""
    opened = [
        open_checkpoint(SignedNote.decode(note), key.verifier).checkpoint
        for note in (finding.ours, finding.theirs)
    ]
    return [(each.size, each.root) for each in opened]


# --- 1: a logged ghost ------------------------------------------------------------------------


async def test_a_ghost_that_is_logged_as_a_reset_stops_everything_to_that_person(
    scene: Scene,
) -> None:
    anna, _ = await scene.enters("anna")
    bo, recovery_key = await scene.enters("bo")
    tablet = await scene.comes_too(bo, recovery_key)
    talk = await anna.create_direct(bo.profile.user)
    await anna.send_text(talk, "before")
    await until(lambda: texts(bo, talk) == texts(tablet, talk) == ["before"])
    seed = os.urandom(32)
    ghost = certified(bo, IdentityKey(os.urandom(32)), DeviceKey(seed))
    reset = statements.Reset(ghost.user, ghost.device, ghost.certificate, DAY)
    await scene.proxy.show(retold(await scene.copied(anna), reset))
    for device in (bo, tablet):
        finding = await reads(
            device,
            "Your security key was replaced on 21 November 2026, and another device now stands for"
            " you. If that was not you, tell your IT department at once and warn your colleagues.",
            "Ihr Sicherheitsschlüssel wurde am 21. November 2026 ersetzt, und ein anderes Gerät"
            " steht jetzt für Sie. Wenn Sie das nicht waren, sagen Sie sofort Ihrer IT Bescheid und"
            " warnen Sie Ihre Kollegen.",
        )
        assert statements.decode(finding.entry) == reset
    await until(lambda: told(anna))
    name = anna.person(bo.profile.user).name  # type: ignore[union-attr]  # it is there
    assert [told(anna, language)[0] for language in LANGUAGES] == [
        (f"The key of {name} has changed. Compare the safety number before you write anything"
         " confidential."),
        (f"Der Schlüssel von {name} hat sich geändert. Vergleichen Sie die Sicherheitsnummer,"
         " bevor Sie Vertrauliches schreiben."),
    ]  # fmt: skip
    assert await refusal(anna, talk) == "error-peer-absent"
    await until(lambda: [each.key for each in anna.alarms()][1:] == ["alarm-device-stays"])
    await joins_by_itself(scene, anna, talk, as_ghost(bo, reset, seed))
    await until(lambda: len(anna.members(talk)) == 2 and anna.conversations()[0].changed)
    before = len([*scene.proxy.sends(token(anna))])
    assert await refusal(anna, talk) == "error-key-changed"
    assert len([*scene.proxy.sends(token(anna))]) == before


async def test_a_ghost_that_is_logged_as_an_addition_that_nobody_vouched_for(scene: Scene) -> None:
    anna, _ = await scene.enters("anna")
    bo, recovery_key = await scene.enters("bo")
    tablet = await scene.comes_too(bo, recovery_key)
    talk = await anna.create_direct(bo.profile.user)
    seed = os.urandom(32)
    ghost = certified(bo, IdentityKey(os.urandom(32)), DeviceKey(seed))
    log = await scene.copied(anna)
    await scene.proxy.show(retold(log, ghost))
    for device in (bo, tablet):
        finding = await reads(
            device,
            "Somebody tried to change your devices, and could not show that it was you. It was"
            " refused. Tell your IT department.",
            "Jemand wollte Ihre Geräte ändern und konnte nicht zeigen, dass Sie es sind. Das wurde"
            " abgelehnt. Sagen Sie Ihrer IT Bescheid.",
        )
        assert (statements.decode(finding.entry), finding.index) == (ghost, log.size)
    name = anna.person(bo.profile.user).name  # type: ignore[union-attr]  # it is there
    finding = await reads(
        anna,
        f"Somebody tried to change the devices of {name}, and could not show that it was {name}."
        f" It was refused, and nothing is sent to such a device. Tell {name} and your IT"
        " department.",
        f"Jemand wollte die Geräte von {name} ändern und konnte nicht zeigen, dass es {name} war."
        " Das wurde abgelehnt, und an ein solches Gerät wird nichts gesendet. Sagen Sie"
        f" {name} und Ihrer IT Bescheid.",
    )
    assert statements.decode(finding.entry) == ghost
    await nobody_is_added(scene, anna, bo, as_ghost(bo, ghost, seed))
    await anna.send_text(talk, "to the honest devices")
    await until(lambda: texts(tablet, talk) == texts(bo, talk) == ["to the honest devices"])
    assert ghost.certificate not in certificates(anna._engine.conversations[talk].group)  # type: ignore[arg-type]  # it is there


async def nobody_is_added(scene: Scene, anna: Account, bo: Account, ghost: AccountRecord) -> None:
    """Check that a device which the directory does not list gets no group, Welcome or word."""
    haunt(scene, ghost)
    before = given(scene, anna)
    with pytest.raises(AccountError) as caught:
        await anna.create_group("Team", [bo.profile.user])
    assert caught.value.key == "error-device-unlisted"
    assert given(scene, anna) == before
    scene.proxy.ghosts.clear()


def given(scene: Scene, account: Account) -> tuple[int, set[ConversationId]]:
    """Return to how many newcomers an account has given a key, and where it is a member."""
    welcomes = [each for each in scene.proxy.sends(token(account)) if each.welcome]
    return len(welcomes), {each.id for each in account.conversations()}


# --- 2: a ghost that is not logged ------------------------------------------------------------


async def test_a_ghost_that_is_not_logged_is_given_nothing(scene: Scene) -> None:
    anna, _ = await scene.enters("anna")
    bo, _ = await scene.enters("bo")
    talk = await anna.create_direct(bo.profile.user)
    seed = os.urandom(32)
    ghost = certified(bo, IdentityKey(os.urandom(32)), DeviceKey(seed))
    await nobody_is_added(scene, anna, bo, as_ghost(bo, ghost, seed))
    assert told(anna) == []
    await anna.send_text(talk, "as ever")
    await until(lambda: texts(bo, talk) == ["as ever"])


async def test_a_ghost_that_is_not_logged_and_joins_by_itself_ends_the_conversation(
    scene: Scene,
) -> None:
    anna, _ = await scene.enters("anna")
    bo, _ = await scene.enters("bo")
    talk = await anna.create_direct(bo.profile.user)
    seed = os.urandom(32)
    entry = certified(bo, IdentityKey(os.urandom(32)), DeviceKey(seed))
    await joins_by_itself(scene, anna, talk, as_ghost(bo, entry, seed))
    finding = await reads(
        anna,
        "A device was put into a conversation that is not in the list of devices. This device has"
        " left the conversation, and nothing is sent there. Tell your IT department.",
        "In eine Unterhaltung wurde ein Gerät gebracht, das nicht in der Geräteliste steht. Dieses"
        " Gerät hat die Unterhaltung verlassen, und dort wird nichts gesendet. Sagen Sie Ihrer IT"
        " Bescheid.",
    )
    assert finding.certificate == entry.certificate
    assert anna.conversations()[0].standing is Standing.BROKEN
    before = len([*scene.proxy.sends(token(anna))])
    assert await refusal(anna, talk) == "error-not-a-member"
    assert len([*scene.proxy.sends(token(anna))]) == before


# --- 3: two views -----------------------------------------------------------------------------


async def test_two_views_are_found_out_by_one_message(scene: Scene) -> None:
    anna, _ = await scene.enters("anna")
    bo, _ = await scene.enters("bo")
    talk = await anna.create_direct(bo.profile.user)
    await until(lambda: any(each.joined for each in bo.conversations()))
    log = await scene.copied(bo)
    other = retold(log, certified(bo, IdentityKey(os.urandom(32))))
    await scene.proxy.show(other, token(bo))
    await until(lambda: bo.log_status().size == other.size)
    assert told(anna) == []
    await bo.send_text(talk, "one message")
    await until(lambda: texts(anna, talk) == ["one message"])
    name = anna.person(bo.profile.user).name  # type: ignore[union-attr]  # it is there
    finding = await reads(
        anna,
        f"{name} was shown another list of devices than you. Either the server has two lists, or"
        f" the device of {name} does not tell the truth. Write nothing confidential, speak to each"
        " other, and tell your data protection officer.",
        f"{name} hat eine andere Geräteliste gezeigt bekommen als Sie. Entweder führt der Server"
        f" zwei Listen, oder das Gerät von {name} sagt nicht die Wahrheit. Schreiben Sie nichts"
        " Vertrauliches, sprechen Sie miteinander und sagen Sie Ihrem Datenschutzbeauftragten"
        " Bescheid.",
    )
    head = other.stored.tree.head
    assert finding.claim == f"{head.size} {head.root.hex()}"
    pinned = open_checkpoint(SignedNote.decode(finding.ours), scene.key.verifier).checkpoint
    assert (pinned.size, pinned.root) == (log.size, log.stored.tree.head.root)


# --- 4 and 5: erased, rolled back -------------------------------------------------------------


async def test_an_erased_entry_is_found_out(scene: Scene) -> None:
    anna, _ = await scene.enters("anna")
    bo, _ = await scene.enters("bo")
    log = await scene.copied(anna)
    more = [certified(each, IdentityKey(os.urandom(32))) for each in (anna, bo)]
    before = anna.log_status()
    await scene.proxy.show(retold(log, *more, without=1), token(anna))
    finding = await reads(
        anna,
        "The list of devices that the server gives out is not the one it has signed: something in"
        " it was changed or taken out. None of it is believed. Tell your data protection officer;"
        " this device keeps the evidence.",
        "Die Geräteliste, die der Server herausgibt, ist nicht die, die er unterschrieben hat:"
        " Darin wurde etwas geändert oder entfernt. Nichts davon wird geglaubt. Sagen Sie Ihrem"
        " Datenschutzbeauftragten Bescheid; dieses Gerät bewahrt die Beweise auf.",
    )
    assert [size for size, _ in heads(finding, scene.key)] == [log.size, log.size + 1]
    after = anna.log_status()
    assert (after.size, after.root) == (before.size, before.root)


async def test_a_rollback_is_found_out_and_what_was_known_stays(scene: Scene) -> None:
    anna, _ = await scene.enters("anna")
    old = await scene.copied(anna)
    bo, _ = await scene.enters("bo")
    await until(lambda: anna.log_status().size == bo.log_status().size)
    now = anna.log_status()
    await scene.proxy.show(old, token(anna))
    finding = await reads(
        anna,
        "The server shows an older list of devices than before: entries are missing. Write nothing"
        " confidential, and tell your IT department; this device keeps the evidence.",
        "Der Server zeigt eine ältere Geräteliste als vorher: Es fehlen Einträge. Schreiben Sie"
        " nichts Vertrauliches und sagen Sie Ihrer IT Bescheid; dieses Gerät bewahrt die Beweise"
        " auf.",
    )
    assert [size for size, _ in heads(finding, scene.key)] == [now.size, old.size]
    assert anna.log_status().size == now.size
    talk = await anna.create_direct(bo.profile.user)
    await anna.send_text(talk, "to whom it was known")
    await until(lambda: texts(bo, talk) == ["to whom it was known"])


async def test_one_size_and_two_roots_convict_the_log(scene: Scene) -> None:
    anna, _ = await scene.enters("anna")
    log = await scene.copied(anna)
    other = retold(log, certified(anna, IdentityKey(os.urandom(32))), without=1)
    await scene.proxy.show(other, token(anna))
    finding = await reads(
        anna,
        "The server now shows another list of devices than before, of the same length: it has two."
        " Somebody may be reading along. Write nothing confidential, and tell your data protection"
        " officer; this device keeps the evidence.",
        "Der Server zeigt jetzt eine andere Geräteliste als vorher, gleich lang: Er führt zwei."
        " Vielleicht liest jemand mit. Schreiben Sie nichts Vertrauliches und sagen Sie Ihrem"
        " Datenschutzbeauftragten Bescheid; dieses Gerät bewahrt die Beweise auf.",
    )
    (ours, our_root), (theirs, their_root) = heads(finding, scene.key)
    assert (ours, our_root != their_root) == (theirs, True)


# --- 6: forged vouching -----------------------------------------------------------------------


@pytest.mark.parametrize("forger", ["a stranger", "a removed device", "a device of another"])
async def test_a_forged_vouching_is_refused(scene: Scene, forger: str) -> None:
    anna, _ = await scene.enters("anna")
    bo, recovery_key = await scene.enters("bo")
    tablet = await scene.comes_too(bo, recovery_key)
    await until(lambda: anna.log_status().size == tablet.log_status().size)
    talk = await anna.create_direct(bo.profile.user)
    by, seed = {
        "a stranger": (tablet.profile.device, os.urandom(32)),
        "a removed device": (tablet.profile.device, record(tablet).device_seed),
        "a device of another": (anna.profile.device, record(anna).device_seed),
    }[forger]
    if forger == "a removed device":
        await bo.remove_device(tablet.profile.device)
    device, own = DeviceId(identifier(os.urandom(16))), os.urandom(32)
    forged = certificate.vouch(
        DeviceKey(seed), by=by, identity_key=record(bo).identity_key, user=bo.profile.user,
        device=device, device_key=DeviceKey(own).public, created=1,
    )  # fmt: skip
    entry = statements.Added(bo.profile.user, device, forged, DAY)
    await scene.proxy.show(retold(await scene.copied(anna), entry))
    finding = await reads(
        bo,
        "Somebody tried to change your devices, and could not show that it was you. It was"
        " refused. Tell your IT department.",
        "Jemand wollte Ihre Geräte ändern und konnte nicht zeigen, dass Sie es sind. Das wurde"
        " abgelehnt. Sagen Sie Ihrer IT Bescheid.",
    )
    assert statements.decode(finding.entry) == entry
    await until(lambda: told(anna))
    assert [each.key for each in anna.alarms()] == ["alarm-entry-refused"]
    await nobody_is_added(scene, anna, bo, as_ghost(bo, entry, own))
    await joins_by_itself(scene, anna, talk, as_ghost(bo, entry, own))
    await until(lambda: anna.alarms()[-1].key == "alarm-device-unlisted")
    assert anna.log_status().findings[-1].certificate == forged
    before = len([*scene.proxy.sends(token(anna))])
    assert await refusal(anna, talk) == "error-not-a-member"
    assert len([*scene.proxy.sends(token(anna))]) == before


# --- 7: nothing of it -------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["the recovery key", "the other device vouches"])
async def test_an_honest_second_device_is_no_alarm(scene: Scene, way: str) -> None:
    anna, _ = await scene.enters("anna")
    bo, recovery_key = await scene.enters("bo")
    talk = await anna.create_direct(bo.profile.user)
    if way == "the recovery key":
        tablet = await scene.comes_too(bo, recovery_key)
    else:
        await linked(scene.server, bo, scene.folder / "linked")
        opened = await Account.open(scene.folder / "linked", source())
        tablet = await scene.stack.enter_async_context(opened)
        await tablet.arrive(20, lambda _: None)
        assert isinstance(certificate.read_any(record(tablet).certificate), VouchedCertificate)
    await until(lambda: any(each.joined for each in tablet.conversations()))
    await anna.send_text(talk, "to both")
    await until(lambda: texts(bo, talk) == texts(tablet, talk) == ["to both"])
    await tablet.send_text(talk, "from the tablet")
    await until(lambda: texts(anna, talk)[-1:] == ["from the tablet"])
    assert [told(each) for each in (anna, bo, tablet)] == [[], [], []]
    told_by = {"the recovery key": ["notice-own-device-added"], "the other device vouches": []}
    assert [each.key for each in bo.alarms()] == told_by[way]  # it has vouched itself
    assert [each.key for each in anna.alarms()] == []
    assert all(each.log_status().findings == () for each in (anna, bo, tablet))


# --- withheld ---------------------------------------------------------------------------------


async def test_a_directory_that_is_kept_back_is_told_and_new_devices_wait(scene: Scene) -> None:
    anna, _ = await scene.enters("anna")
    scene.proxy.silent.add("/keys")
    await scene.proxy.tell(token(anna), Keys(1_000_000))
    await until(lambda: told(anna))
    english = (
        "The server does not give out its list of devices. New devices have to wait until it does."
        " If it stays so, tell your IT department."
    )
    german = (
        "Der Server gibt seine Geräteliste nicht heraus. Neue Geräte müssen warten, bis er es tut."
        " Bleibt es so, sagen Sie Ihrer IT Bescheid."
    )
    assert [told(anna, language) for language in LANGUAGES] == [[english], [german]]


# --- reported ---------------------------------------------------------------------------------


async def test_an_alarm_is_reported_to_the_real_server_once(
    process: ServerProcess, scene: Scene
) -> None:
    anna, _ = await scene.enters("anna")
    old = await scene.copied(anna)
    await scene.enters("bo")
    await until(lambda: anna.log_status().size > old.size)
    await scene.proxy.show(old, token(anna))
    await until(lambda: ("POST", "/me/alarms") in {each[1:] for each in scene.proxy.asked})
    (evidence,) = await anna.log_evidence()
    device = anna.profile.device
    await until(lambda: reported_by(process, device))
    assert reported_by(process, device) == [("rollback", evidence.digest)]
    await scene.proxy.show(old, token(anna))
    await until(lambda: not anna._engine.desk.keys.busy)
    assert len([each for each in scene.proxy.asked if each[2] == "/me/alarms"]) == 1


def reported_by(process: ServerProcess, device: DeviceId) -> list[tuple[str, str]]:
    """Return what a device has reported, as an auditor reads it beside the server."""
    place = f"file:{process.data / 'teamchat.db'}?mode=ro"
    with contextlib.closing(sqlite3.connect(place, uri=True)) as database:
        rows = database.execute(
            "SELECT detail FROM audit_event WHERE event = 'directory.alarm_reported'"
            " AND actor = ?", (device,)
        ).fetchall()  # fmt: skip
    found = [json.loads(detail) for (detail,) in rows]
    return [(each["kind"], each["evidence_sha256"]) for each in found]
