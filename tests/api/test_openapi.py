"""The API document is what the server serves, and what is checked in."""

import json
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import positive_data_acceptance

from teamchat.server.openapi import document
from teamchat.server.routes.all_routes import ENDPOINTS
from teamchat.wire.problems import Code
from tests.support.server import running_server, server_in_a_thread

ROOT = Path(__file__).resolve().parents[2]
CHECKED_IN = ROOT / "docs" / "reference" / "openapi.json"


def test_what_is_checked_in_is_what_the_routes_say() -> None:
    assert CHECKED_IN.read_bytes() == document(ENDPOINTS), (
        "run: python -m teamchat.server.openapi > docs/reference/openapi.json"
    )


async def test_what_is_served_is_what_is_checked_in(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        assert (await server.call("GET", "/openapi.json")).body == CHECKED_IN.read_bytes()


def test_every_route_has_a_line_and_a_name_of_its_own() -> None:
    assert all(endpoint.summary.endswith(".") for endpoint in ENDPOINTS)
    assert len({endpoint.name for endpoint in ENDPOINTS}) == len(ENDPOINTS)
    assert len({(each.method, each.path) for each in ENDPOINTS}) == len(ENDPOINTS)


def test_what_changes_something_says_who_may() -> None:
    for_anybody = {each.name for each in ENDPOINTS if each.action is None and each.takes}
    ways_in = {"entrance.look_up", "entrance.redeem", "entrance.log_in"}
    linking = {f"linking.{x}_mailbox" for x in ("open", "read", "write", "close")}
    assert for_anybody == ways_in | linking | {"linking.redeem", "removal.removal_proof"}


@pytest.mark.parametrize("code", list(Code), ids=lambda code: code.slug)
def test_every_problem_has_a_page(code: Code) -> None:
    text = (ROOT / "docs" / "problems" / f"{code.slug}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {code.slug}\n\n{code.title}. HTTP status {code.status}.\n")
    for section in ("## What happened", "## What is safe", "## What to do"):
        assert section in text


def test_every_page_is_a_problem() -> None:
    pages = {path.stem for path in (ROOT / "docs" / "problems").glob("*.md")} - {"README"}
    assert pages == {code.slug for code in Code}


@pytest.mark.timeout(300)
def test_the_server_does_what_the_document_says(tmp_path: Path) -> None:
    """Schemathesis sends what the document allows and what it does not, to every operation."""
    with server_in_a_thread(tmp_path) as (url, token):
        described = json.loads(document(ENDPOINTS))
        for path in ("/readyz", "/v1/socket"):
            described["paths"].pop(path, None)
        described["paths"].pop("/v1/logout")
        described["paths"]["/v1/me/devices/{device}"].pop("delete")
        schema = schemathesis.openapi.from_dict(described)
        schema.config.update(base_url=url)
        called = 0
        for found in schema.get_all_operations():
            assert isinstance(found, Ok), found
            _conforms(found.ok(), token)
            called += 1
        assert called == sum(len(methods) for methods in described["paths"].values())


def _conforms(
    operation: APIOperation,  # type: ignore[type-arg]  # its arguments are schemathesis' own
    token: str,
) -> None:
    """Send examples of one operation and check the answers against the document."""

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def conforms(case: Case) -> None:  # type: ignore[type-arg]  # as above
        case.call_and_validate(
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
            # A schema cannot say that a time zone exists or that a certificate is signed.
            excluded_checks=[positive_data_acceptance],
        )

    conforms()
