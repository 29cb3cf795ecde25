import os
import shutil
from pathlib import Path

import pytest
from sqlalchemy import Connection

from teamchat.clock import SystemClock
from teamchat.identity import certificate, statements
from teamchat.identity.key_directory import KeyDirectory
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.identity.statements import Added, Begun, Custodians, Removed, Rotated
from teamchat.ids import DeviceId, UserId, identifier
from teamchat.server import backup
from teamchat.server.composition import composed
from teamchat.server.services import key_log_beginning, restoration
from teamchat.server.services.key_log_beginning import OldDatabaseError, present
from teamchat.server.storage.database import Database
from teamchat.server.storage.log_key import LogKeyFiles
from teamchat.server.storage.queries import custody, key_log
from teamchat.server.storage.queries.custody import StoredDeposit, StoredRequest
from teamchat.server.storage.queries.identities import Rotation
from teamchat.server.storage.queries.key_log import RegisteredDevice
from teamchat.server.storage.schema import upgrade
from teamchat.transparency import Checkpoint, Policy, SignatureType, SignedNote, VerifierKey
from teamchat.wire.custody import AppointCustodians, CustodyShare
from tests.support.clock import FakeClock
from tests.support.key_log import URL, plain_root, writing
from tests.support.office import Office, office


async def entries(desk: Office) -> list[bytes]:
    def work(connection: Connection) -> list[bytes]:
        log = key_log.newest_log(connection)
        assert log is not None
        return key_log.log_entries(connection, log.begun, first=0, count=log.size)

    return await desk.parts.database.read(work)


async def forget_the_log(desk: Office) -> None:
    """Leave a database as a version had it that knew no log."""

    def work(connection: Connection) -> None:
        for statement in (
            "DELETE FROM key_log_entry", "DELETE FROM key_log_tile", "DELETE FROM key_log"
        ):  # fmt: skip
            connection.exec_driver_sql(statement)

    await desk.parts.database.write(work)


async def test_a_new_installation_has_an_empty_log_that_is_signed(tmp_path: Path) -> None:
    async with writing(tmp_path, FakeClock(1_790_000_000)) as desk:
        log = await desk.stored()
        assert log.origin == "chat.example/v1/keys/179000000006183"
        key = VerifierKey(log.origin, SignatureType.ED25519, log.public)
        assert Policy(key).check(log.signed).signed.checkpoint.head.root == plain_root([])
        assert desk.files.in_use() == (179_000_000_006_183,)


async def test_a_log_that_is_there_goes_on(tmp_path: Path) -> None:
    async with writing(tmp_path) as desk:
        await desk.append(2)
        await desk.signer.settle()
        first = await desk.stored()
    async with writing(tmp_path, FakeClock(1_900_000_000)) as desk:
        assert await desk.stored() == first


async def test_a_server_that_had_no_log_begins_one_with_the_devices_there_are(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as desk:
        mei, ben = await desk.worker("mei"), await desk.worker("ben")
        gone, kept = await desk.equip(mei), await desk.equip(ben)
        await desk.services.devices.remove(mei.actor, gone.id)
        await forget_the_log(desk)
        settings = desk.parts.settings
    for path in settings.data.glob("key-log-*"):
        path.unlink()
    async with composed(settings, clock=FakeClock(), random=bytes) as parts:
        found = Office(parts, FakeClock(), [])
        written = await entries(found)
        assert [statements.decode(each) for each in written] == [
            Added(ben.user, kept.id, kept.certificate, "2026-01-01")
        ]
        directory, told = KeyDirectory().after(written)
        assert not any(each.refused for each in told)
        assert directory.lists(kept.certificate)
        signed = Checkpoint.decode((await parts.services.key_log.shown()).checkpoint
                                   .partition("\n\n")[0].encode() + b"\n")  # fmt: skip
        assert signed.root == plain_root(written)


async def test_a_restored_backup_begins_another_log_that_names_the_old_one(tmp_path: Path) -> None:
    data, file = tmp_path / "office", tmp_path / "backup.tar"
    async with office(tmp_path) as desk:
        mei = await desk.worker("mei")
        device = await desk.equip(mei)
        shown = await desk.services.key_log.shown()
        backup.create(data, file, clock=SystemClock())
        later = await desk.worker("ben")
        await desk.equip(later)
        after = await desk.services.key_log.shown()
        settings = desk.parts.settings
    assert after.checkpoint != shown.checkpoint
    backup.restore(data, file, clock=SystemClock())
    assert not list(data.glob("key-log-*"))
    assert len(list(data.glob("replaced-*/key-log-*.seed"))) == 1
    async with composed(settings, clock=SystemClock(), random=bytes) as parts:
        anew = await parts.services.key_log.shown()
        assert anew.origin != shown.origin
        assert anew.key != shown.key
        written = await entries(Office(parts, FakeClock(), []))
        begun, added = (statements.decode(each) for each in written)
        assert isinstance(begun, Begun)
        assert begun.previous == shown.checkpoint
        Policy(VerifierKey.parse(shown.key)).check(SignedNote.decode(begun.previous.encode()))
        assert isinstance(added, Added)
        assert (added.user, added.device) == (mei.user, device.id)
        old = int(shown.origin.rpartition("/")[2])
        assert (await parts.services.key_log.checkpoint(old)).decode() == shown.checkpoint
        assert parts.signer.stopped == ""


async def test_a_backup_that_is_put_back_twice_begins_two_logs(tmp_path: Path) -> None:
    data, file = tmp_path / "office", tmp_path / "backup.tar"
    async with office(tmp_path) as desk:
        settings = desk.parts.settings
        backup.create(data, file, clock=SystemClock())
    origins = set()
    clock = FakeClock(2_000_000_000)
    for _ in range(2):
        backup.restore(data, file, clock=clock)
        async with composed(settings, clock=clock, random=bytes) as parts:
            origins.add((await parts.services.key_log.shown()).origin)
        clock.advance(1)
        for aside in data.glob("replaced-*"):
            shutil.rmtree(aside)
    assert len(origins) == 2


async def test_a_database_from_before_the_log_is_refused_where_one_was_signed(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as desk:
        settings = desk.parts.settings
        await forget_the_log(desk)
    with pytest.raises(OldDatabaseError, match="teamchat-server restore"):
        async with composed(settings, clock=FakeClock(), random=bytes):
            pass


async def test_what_a_server_left_that_died_while_it_began_is_in_nobodys_way(
    tmp_path: Path,
) -> None:
    now = FakeClock().now() * key_log_beginning.MOMENT
    chance = (
        int.from_bytes(bytes(range(8)), "big") % key_log_beginning.MOMENT
    )  # as `writing` has it
    for begun in (now - 5, now + chance):
        first = Checkpoint(f"chat.example/v1/keys/{begun}", 0, plain_root([]))
        LogKeyFiles(tmp_path).make(begun, bytes(32), first)
    async with writing(tmp_path) as desk:
        assert desk.files.in_use() == (now + chance,)
        await desk.append()
        await desk.signer.settle()
        assert (await desk.signed()).size == 1
        assert not desk.files.signed_path(now - 5).exists()


def test_many_devices_are_begun_with_in_order() -> None:
    tree, tiles = key_log_beginning._integrated([b"%d" % n for n in range(70_000)])
    assert tree.head.root == plain_root([b"%d" % n for n in range(70_000)])
    assert len(tiles) > 270


def test_who_vouched_stands_before_whom_they_vouched_for() -> None:
    """The first device was removed, and the third vouched for the second, which is older."""
    user, identity = UserId(identifier(b"u" * 16)), IdentityKey(b"i" * 32)
    keys = {name: DeviceKey(name.encode() * 32) for name in "abcde"}
    ids = {name: DeviceId(identifier(name.encode() * 16)) for name in "abcde"}

    def device(name: str, by: str = "", *, removed: bool = False) -> RegisteredDevice:
        if by:
            made = certificate.vouch(
                keys[by], by=ids[by], user=user, identity_key=identity.public,
                device=ids[name], device_key=keys[name].public, created=1,
            )  # fmt: skip
        else:
            made = certificate.issue(
                identity, user=user, device=ids[name], device_key=keys[name].public, created=1
            )
        return RegisteredDevice(user, ids[name], made, removed)

    devices = [
        device("a", removed=True), device("b", by="c"), device("c", by="a"),
        device("d", removed=True), device("e", by="b", removed=True),
    ]  # fmt: skip
    said = list(present(devices, "2026-11-21"))
    assert [(type(each), each.device) for each in said if isinstance(each, Added | Removed)] == [
        (Added, ids["a"]), (Added, ids["c"]), (Added, ids["b"]), (Removed, ids["a"]),
    ]  # fmt: skip
    directory, told = KeyDirectory().after(statements.encode(each) for each in said)
    assert [each.refused for each in told] == [""] * 4
    assert [directory.lists(each.certificate) for each in devices] == [
        False, True, True, False, False,
    ]  # fmt: skip


async def test_a_backup_put_back_twice_in_one_second_begins_two_logs_of_two_names(
    tmp_path: Path,
) -> None:
    """On two machines: nothing here knows of the other."""
    clock, names = FakeClock(), set()
    for place in ("one", "other"):
        (tmp_path / place).mkdir()
        async with Database(tmp_path / place / "teamchat.db") as database:
            await database.write(upgrade)
            files = LogKeyFiles(tmp_path / place)
            await key_log_beginning.ensure(database, files, clock, os.urandom, url=URL)
            log = await database.read(key_log.newest_log)
            assert log is not None
            assert log.begun // key_log_beginning.MOMENT == clock.now()
            names.add(log.origin)
    assert len(names) == 2


async def test_custodians_are_said_again_and_open_requests_are_gone_after_a_restore(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as desk:
        workers = [await desk.worker(name) for name in ("council", "dpo")]
        users = [each.user for each in workers]
        wanted = AppointCustodians(2, users)
        appointed = await desk.services.custodians.appoint(desk.owner.actor, wanted)
        person = await desk.worker("mei")
        deposit = StoredDeposit(identifier(bytes(16)), appointed.set, 1)
        request = StoredRequest(
            id=identifier(bytes(16)), person=person.user, claim_hash=bytes(32), slot=b"slot",
            made=1, opens=1, expires=2**40,
        )  # fmt: skip

        def asked(connection: Connection) -> None:
            shares = [CustodyShare(u, n, b"x", bytes(32)) for n, u in enumerate(users, 1)]
            custody.insert_deposit(connection, person.user, deposit, shares)
            custody.insert_request(connection, request)

        await desk.parts.database.write(asked)
        await desk.parts.database.write(lambda c: restoration.mark(c, sha256="", now=2))
        assert await desk.parts.database.read(custody.all_requests) == []
        assert await desk.parts.database.read(lambda c: custody.deposit_of(c, person.user))
        loaded = desk.parts.settings
    async with composed(loaded, clock=SystemClock(), random=os.urandom) as parts:
        said = [
            statements.decode(entry)
            for entry in await entries(Office(parts, FakeClock(1), desk.sites))
        ]
        assert isinstance(said[0], Begun)
        assert said[-1] == Custodians(appointed.set, tuple(sorted(users)), 2, said[-1].day)


def test_rotations_stand_behind_the_devices_of_the_key_before() -> None:
    """The laptop is gone; it has signed for the second key, and vouched for the phone."""
    first, second, third = (IdentityKey(bytes([n]) * 32) for n in (1, 2, 3))
    user = UserId(identifier(b"u" * 16))
    ids = [DeviceId(identifier(bytes([n]) * 16)) for n in range(4)]
    keys = [DeviceKey(bytes([n + 10]) * 32) for n in range(4)]

    def issued(at: int, identity: IdentityKey) -> bytes:
        return certificate.issue(
            identity, user=user, device=ids[at], device_key=keys[at].public, created=1
        )

    vouched = certificate.vouch(
        keys[0], by=ids[0], user=user, identity_key=second.public, device=ids[1],
        device_key=keys[1].public, created=2,
    )  # fmt: skip
    certificates = [issued(0, first), vouched, issued(2, third), issued(3, first)]
    devices = [
        RegisteredDevice(user, device, made, removed)
        for device, made, removed in zip(ids, certificates, [True, False, False, True], strict=True)
    ]
    said = [
        statements.rotate(first, second, keys[0], user=user, by=ids[0], day="2026-01-02"),
        statements.rotate(second, third, keys[1], user=user, by=ids[1], day="2026-01-03"),
    ]
    rotations = {user: [Rotation(first.public, said[0]), Rotation(second.public, said[1])]}
    written = list(present(devices, "2026-11-21", rotations))
    assert [type(each) for each in written] == [Added, Rotated, Added, Rotated, Added, Removed]
    assert {each.day for each in written} == {"2026-11-21"}
    directory, told = KeyDirectory().after(map(statements.encode, written))
    assert [each.refused for each in told] == [""] * 6
    assert directory.people[user].identity_key == third.public
    assert directory.people[user].former == {first.public, second.public}
    assert [directory.lists(each) for each in certificates] == [False, True, True, False]
