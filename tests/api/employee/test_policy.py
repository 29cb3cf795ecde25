from pathlib import Path

from teamchat.wire.policy import Policy
from tests.support.server import running_server


async def test_the_rules_are_told_to_whoever_has_a_session(tmp_path: Path) -> None:
    async with running_server(
        tmp_path, limits_devices=3, policy_linking_needs_admin=True
    ) as server:
        got = await server.call("GET", "/v1/me/policy", token=server.admin_token)
        assert got.read(Policy) == Policy(
            devices_at_most=3, linking_needs_admin=True, identity_reset_delay_hours=24
        )
        assert (await server.call("GET", "/v1/me/policy")).problem == "not-logged-in"


async def test_nothing_is_asked_by_default(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        got = await server.call("GET", "/v1/me/policy", token=server.admin_token)
        assert got.read(Policy) == Policy(devices_at_most=10, identity_reset_delay_hours=24)
