from pathlib import Path

import pytest

from teamchat.server.routes.all_routes import ENDPOINTS
from tests.support.office import office


async def test_every_declared_route_is_served_and_no_other(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        router = desk.parts.app.router
        served = {
            (route.method, route.resource.canonical)
            for route in router.routes()
            if route.resource is not None
        }
    declared = {(each.method, each.path.replace(":.+", "")) for each in ENDPOINTS}
    assert served == declared | {("HEAD", each.path) for each in ENDPOINTS if each.is_page}


@pytest.mark.parametrize("audience", ["admin", "employee"])
def test_no_route_of_those_who_are_logged_in_is_for_anybody(audience: str) -> None:
    ours = [each for each in ENDPOINTS if f".routes.{audience}." in each.handler.__module__]
    assert ours
    open_ones = {each.path for each in ours if each.action is None}
    assert open_ones <= {"/v1/socket"}  # which says HELLO with a token before anything else
