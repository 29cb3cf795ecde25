"""Files for new members of a conversation, over HTTP."""

from pathlib import Path
from typing import Final

from teamchat.wire.bodies import Blob
from teamchat.wire.gifts import SetTakers
from tests.support.companions import bring_together
from tests.support.server import running_server

OCTETS: Final = {"Content-Type": "application/octet-stream"}


async def test_a_gift_is_read_as_any_file_until_it_is_taken(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        ben = await server.add_device(await server.invite("ben"))
        people = [(each.user, each.device) for each in (mei, ben)]
        await server.parts.database.write(lambda connection: bring_together(connection, people))
        up = await server.call("POST", "/v1/gifts", b"sealed", token=mei.token, headers=OCTETS)
        assert up.status == 201
        path = f"/v1/gifts/{up.read(Blob).id}"
        file = f"/v1/blobs/{up.read(Blob).id}"
        takers = SetTakers((ben.device,))
        assert (await server.call("PUT", f"{path}/takers", takers, token=mei.token)).status == 204
        again = await server.call("PUT", f"{path}/takers", takers, token=mei.token)
        assert (again.status, again.problem) == (409, "conflict")
        assert (await server.call("GET", file, token=ben.token)).body == b"sealed"
        refused = await server.call("PUT", f"{path}/takers", takers, token=ben.token)
        assert refused.problem == "not-found"
        refused = await server.call("POST", f"{path}/taken", token=mei.token)
        assert refused.problem == "not-found"
        assert (await server.call("POST", f"{path}/taken", token=ben.token)).status == 204
        assert (await server.call("GET", file, token=ben.token)).problem == "not-found"


async def test_what_is_malformed_is_refused(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        path = f"/v1/gifts/{'a' * 26}"
        many = {"devices": ["a" * 26] * 5_001}
        for body in ({"devices": ["?"]}, {"devices": "x"}, {}, many):
            refused = await server.call("PUT", f"{path}/takers", body, token=mei.token)
            assert refused.problem == "invalid"
        refused = await server.call("PUT", f"{path}/takers", SetTakers(()), token=mei.token)
        assert refused.problem == "not-found"
        assert (await server.call("POST", f"{path}/taken", token=mei.token)).problem == "not-found"
        assert (await server.call("POST", "/v1/gifts", {}, token=mei.token)).status == 415
        assert (await server.call("POST", f"{path}/taken")).status == 401
