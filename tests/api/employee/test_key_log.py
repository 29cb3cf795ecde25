"""The key directory over HTTP, checked by hashlib alone and by transparency's own reader."""

import asyncio
import base64
import hashlib
import os
import struct
from pathlib import Path

from nacl.signing import VerifyKey

from teamchat.clock import SystemClock
from teamchat.identity import statements
from teamchat.identity.key_directory import KeyDirectory
from teamchat.identity.keys import DeviceKey
from teamchat.identity.statements import Added, Removed
from teamchat.server.composition import composed
from teamchat.server.settings import load
from teamchat.transparency import (
    EntryBundle,
    Policy,
    PolicyError,
    SignedNote,
    TiledTree,
    TrustedCheckpoint,
    VerifierKey,
    tile_at,
    tiles_for_inclusion,
)
from teamchat.wire import frames
from teamchat.wire.bodies import Devices, KeyLog, RemoveDevice
from teamchat.wire.frames import Hello, Keys
from teamchat.witness import box
from teamchat.witness.serving import Address, Limits, listening
from teamchat.witness.witness import Witness as RealWitness
from tests.support.key_log import plain_checkpoint, plain_root, removal
from tests.support.server import CHEAP, Person, RunningServer, running_server


async def log_of(server: RunningServer) -> KeyLog:
    return (await server.call("GET", "/v1/keys", token=server.admin_token)).read(KeyLog)


def begun_of(log: KeyLog) -> str:
    return log.origin.rpartition("/")[2]


async def fetch(server: RunningServer, path: str) -> bytes:
    got = await server.call("GET", path, token=server.admin_token)
    assert got.status == 200, got
    return got.body


async def append(server: RunningServer, count: int) -> None:
    log = server.parts.services.key_log
    await server.parts.database.write(lambda c: [log.append(c, removal(n)) for n in range(count)])


def removed_by(person: Person, which: Person, by: Person) -> RemoveDevice:
    signature = statements.sign_removal(
        by.device_key, user=person.user, device=which.device, by=by.device
    )
    return RemoveDevice(by.device, signature)


async def test_what_is_served_is_what_hashlib_says(tmp_path: Path) -> None:
    """Nothing of ours checks here: bundles by struct, hashes by hashlib, the note by PyNaCl."""
    async with running_server(tmp_path) as server:
        await append(server, 600)
        log = await log_of(server)
        prefix = f"/v1/keys/{begun_of(log)}"
        note = await fetch(server, f"{prefix}/checkpoint")
        assert note.decode() == log.checkpoint
        origin, size, root = plain_checkpoint(note)
        assert (origin, size) == (log.origin, 600)
        text, _, lines = note.partition(b"\n\n")
        signature = base64.b64decode(lines.split(b" ")[2])
        public = base64.b64decode(log.key.split("+", 2)[2])[1:]
        VerifyKey(public).verify(text + b"\n", signature[4:])
        entries = []
        for path in ("000", "001", "002.p/88"):
            bundle = await fetch(server, f"{prefix}/tile/entries/{path}")
            while bundle:
                (length,) = struct.unpack(">H", bundle[:2])
                entries.append(bundle[2 : 2 + length])
                bundle = bundle[2 + length :]
        assert len(entries) == 600
        assert plain_root(entries) == root
        leaves = [hashlib.sha256(b"\x00" + entry).digest() for entry in entries]
        assert await fetch(server, f"{prefix}/tile/0/000") == b"".join(leaves[:256])
        assert await fetch(server, f"{prefix}/tile/0/002.p/88") == b"".join(leaves[512:])
        assert await fetch(server, f"{prefix}/tile/1/000.p/2") == b"".join(
            plain_root(entries[at : at + 256]) for at in (0, 256)
        )


async def test_our_own_reader_takes_every_entry(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        await append(server, 300)
        log = await log_of(server)
        trusted = Policy(VerifierKey.parse(log.key)).check(
            SignedNote.decode(log.checkpoint.encode())
        )
        head = trusted.signed.checkpoint.head
        wanted = {each for n in range(300) for each in tiles_for_inclusion(n, head.size)}
        prefix = f"/v1/keys/{begun_of(log)}"
        tiles = {each: await fetch(server, f"{prefix}/{each.path}") for each in wanted}
        tree = TiledTree.authenticate(head, tiles)
        for index in (0, 1):
            bundle = EntryBundle(index, tile_at(0, index, 300).width)
            assert tree.entries(bundle, await fetch(server, f"{prefix}/{bundle.path}"))


async def test_devices_come_and_go_in_the_directory(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        ben = await server.add_device(await server.invite("ben"))
        session = await server.log_in("ben")
        second = Person(ben.user, "ben", session.token, ben.identity)
        await server.add_device(second)
        wrong = RemoveDevice(ben.device, bytes(64))
        foreign = removed_by(ben, second, second)
        path = f"/v1/me/devices/{second.device}/removal"
        for bad in (wrong, RemoveDevice(server.admin.user, foreign.signature)):  # type: ignore[arg-type]  # no device
            got = await server.call("POST", path, bad, token=ben.token)
            assert (got.status, got.problem) == (422, "invalid")
        got = await server.call("POST", path, removed_by(ben, second, ben), token=ben.token)
        assert got.status == 204
        again = await server.call("POST", path, removed_by(ben, second, ben), token=ben.token)
        assert again.problem == "not-found"
        got = await server.call("DELETE", f"/v1/me/devices/{ben.device}", token=ben.token)
        assert got.status == 204
        log = await log_of(server)
        bundle = await fetch(server, f"/v1/keys/{begun_of(log)}/tile/entries/000.p/4")
        entries = split(bundle)
        directory, told = KeyDirectory().after(entries)
        assert [each.refused for each in told] == [""] * 4
        first, added, gone, last = (statements.decode(each) for each in entries)
        assert isinstance(first, Added)
        assert isinstance(added, Added)
        assert isinstance(gone, Removed)
        assert isinstance(last, Removed)
        assert (gone.device, gone.by) == (second.device, ben.device)
        assert (last.device, last.by) == (ben.device, "")
        assert not directory.lists(ben.certificate)
        assert directory.has_listed(ben.certificate)
        rows = [each for each in await server.audited() if each[0].startswith("device.")]
        assert ['"key_log_idx":' + str(n) in row[3] for n, row in enumerate(rows)] == [True] * 4


def split(bundle: bytes) -> list[bytes]:
    entries = []
    while bundle:
        length = int.from_bytes(bundle[:2], "big")
        entries.append(bundle[2 : 2 + length])
        bundle = bundle[2 + length :]
    return entries


async def test_what_is_full_is_kept_for_ever_and_what_grows_is_not(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        await append(server, 257)
        log = await log_of(server)
        prefix = f"/v1/keys/{begun_of(log)}"
        kinds = {
            "tile/0/000": "private, max-age=31536000, immutable",
            "tile/entries/000": "private, max-age=31536000, immutable",
            "tile/0/000.p/7": "no-store",
            "tile/entries/001.p/1": "no-store",
            "checkpoint": "no-store",
        }
        for path, kept in kinds.items():
            got = await server.call("GET", f"{prefix}/{path}", token=server.admin_token)
            assert (got.status, got.headers["Cache-Control"]) == (200, kept)
        got = await server.call("GET", f"{prefix}/checkpoint", token=server.admin_token)
        assert got.headers["Content-Type"] == "text/plain; charset=utf-8"


NOWHERE = (
    "tile/0/001.p/2", "tile/0/001", "tile/0/002.p/1", "tile/0/0", "tile/0/000.p/0",
    "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/x000/000", "tile/00/000", "tile/-1/000",
    "tile/1/000.p/2", "tile/64/000", "tile/2/000", "tile/entries/001.p/2", "tile/entries",
    "tile/0%2F000", "tile/0/000/", "tile/0//000", "tile/data/000", "tile/",
    "tile/0/x999/x999/x999/x999/x999/x999/999",
)  # fmt: skip


async def test_a_place_has_one_path_and_what_is_not_signed_none(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        await append(server, 257)
        prefix = f"/v1/keys/{begun_of(await log_of(server))}"
        await fetch(server, f"{prefix}/tile/entries/001.p/1")
        for path in NOWHERE:
            got = await server.call("GET", f"{prefix}/{path}", token=server.admin_token)
            assert (got.status, got.problem) == (404, "not-found"), path


async def test_only_those_who_are_logged_in_read_it(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        begun = begun_of(await log_of(server))
        for path in ("", f"/{begun}/checkpoint", f"/{begun}/tile/0/000.p/1"):
            got = await server.call("GET", f"/v1/keys{path}")
            assert (got.status, got.problem) == (401, "not-logged-in")
        for other in ("0", f"0{begun}", "x", "9" * 17):
            got = await server.call("GET", f"/v1/keys/{other}/checkpoint", token=server.admin_token)
            assert got.problem == "not-found"


async def test_every_socket_hears_of_a_checkpoint(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        await log_of(server)
        socket = await server.http.ws_connect(server.url + "/v1/socket")
        await socket.send_bytes(frames.encode(Hello(1, mei.token)))
        await socket.receive_bytes()
        ben = await server.invite("ben")
        await server.add_device(ben)
        async with asyncio.timeout(60):
            heard = frames.decode_server(await socket.receive_bytes())
        assert heard == Keys(2)
        await socket.close()


async def test_a_removal_is_signed_for_one_device_alone(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        ben = await server.add_device(await server.invite("ben"))
        second = Person(ben.user, "ben", (await server.log_in("ben")).token, ben.identity)
        await server.add_device(second)
        signed = removed_by(ben, second, ben)
        for body, which in (
            (signed, ben.device),
            (RemoveDevice(second.device, signed.signature), second.device),
            (removed_by(ben, second, Person(ben.user, "", "", ben.identity, ben.device,
                                            DeviceKey(os.urandom(32)))), second.device),
        ):  # fmt: skip
            path = f"/v1/me/devices/{which}/removal"
            got = await server.call("POST", path, body, token=ben.token)
            assert got.problem == "invalid"
        left = await server.call("GET", "/v1/me/devices", token=ben.token)
        assert len(left.read(Devices).devices) == 2


async def test_a_server_with_a_witness_serves_what_it_cosigned(tmp_path: Path) -> None:
    data, folder = tmp_path / "server", tmp_path / "witness"
    key = box.make(folder, "witness.example/council")
    settings = load(None, {}, server_data=str(data), **CHEAP)
    async with composed(settings, clock=SystemClock(), random=os.urandom) as parts:
        log_key = VerifierKey.parse((await parts.services.key_log.shown()).key)
    with box.opened(folder) as opened:
        opened.ledger.follow(log_key)
        real = RealWitness(opened, SystemClock())
        async with listening(real, Address("127.0.0.1", 0), None, Limits()) as url:
            named = [{"url": url, "key": key.vkey}]
            async with running_server(tmp_path, key_log_witnesses=named) as server:
                await server.add_device(server.admin)
                policy = Policy(log_key, (key,), quorum=1)
                trusted = await cosigned(server, policy)
                assert trusted.signed.checkpoint.size == 1


async def cosigned(server: RunningServer, policy: Policy) -> TrustedCheckpoint:
    """Ask until the newest checkpoint is one that the policy trusts now."""
    async with asyncio.timeout(60):
        while True:
            note = SignedNote.decode((await log_of(server)).checkpoint.encode())
            try:
                found = policy.check_fresh(note, now=SystemClock().now(), maximum_age=60)
            except PolicyError:
                await asyncio.sleep(0.05)
                continue
            if found.signed.checkpoint.size:
                return found
            await asyncio.sleep(0.05)


async def test_of_a_bundle_the_rest_can_be_asked_for(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        for name in ("anna", "bo", "cem"):
            await server.add_device(await server.invite(name))
        path = f"/v1/keys/{begun_of(await log_of(server))}/tile/entries/000.p/3"
        whole = await server.call("GET", path, token=server.admin_token)

        async def ranged(asked: str) -> tuple[int, bytes, str]:
            headers = {"Range": asked}
            got = await server.call("GET", path, token=server.admin_token, headers=headers)
            return got.status, got.body, got.headers.get("Content-Range", "")

        size = len(whole.body)
        part = await ranged("bytes=100-")
        assert part == (206, whole.body[100:], f"bytes 100-{size - 1}/{size}")
        for asked in ("bytes=0-", f"bytes={size}-", "bytes=-5", "bytes=1-2", "bytes=1-,4-", "x"):
            assert await ranged(asked) == (200, whole.body, "")
