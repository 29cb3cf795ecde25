"""Who asks a custodian: the names are those that this device has, and a server's others refused."""

import pytest

from teamchat.client.custody_asking import asking
from teamchat.client.errors import AccountError
from teamchat.engine.records import PersonRecord
from teamchat.ids import SiteId, UserId, identifier
from teamchat.wire.bodies import Site, User
from teamchat.wire.custody import CustodyRequest, Verdict

ANNA, MALLORY = (UserId(identifier(bytes([n]) * 16)) for n in (1, 2))
KNOWN = PersonRecord(ANNA, user_name="anna", name="Anna Weber", identity_key=b"key")
OTHER = PersonRecord(MALLORY, user_name="mallory", name="Mallory Real", identity_key=b"other")


def request(user_name: str = "anna", name: str = "Anna Weber") -> CustodyRequest:
    user = User(ANNA, user_name, name, Site(SiteId(""), "", ""), active=True)
    return CustodyRequest("r", user, "s", "d", 2, 1, b"", b"", b"", 0, 0, 0, Verdict.WAITING, 0)


def test_somebody_known_is_called_as_this_device_knows_them() -> None:
    found = asking(request(), {ANNA: KNOWN, MALLORY: OTHER})
    assert (found.user_name, found.name, found.met, found.called) == (
        "anna", "Anna Weber", True, "",
    )  # fmt: skip
    found.check()


@pytest.mark.parametrize(
    ("user_name", "name"),
    [("mallory", "Mallory Real"), ("anna", "Mallory Real"), ("mallory", "Anna Weber")],
)
def test_another_name_of_the_servers_is_refused(user_name: str, name: str) -> None:
    found = asking(request(user_name, name), {ANNA: KNOWN})
    assert (found.user_name, found.name) == ("anna", "Anna Weber")
    with pytest.raises(AccountError) as caught:
        found.check()
    assert caught.value.key == "error-custody-name"
    assert dict(caught.value.arguments) == {
        "name": "Anna Weber", "called": f"{name} ({user_name})",
    }  # fmt: skip


def test_somebody_never_met_is_said_to_be_so() -> None:
    found = asking(request(), {})
    assert (found.user_name, found.met, found.called) == ("anna", False, "")
    from_an_archive = PersonRecord(ANNA, user_name="anna", name="Anna Weber")
    assert not asking(request(), {ANNA: from_an_archive}).met


def test_somebody_never_met_is_not_called_as_somebody_who_was() -> None:
    with pytest.raises(AccountError, match="error-custody-name"):
        asking(request("Mallory", "Mallory Real"), {MALLORY: OTHER}).check()
    alike = asking(request("mallory2", "Mallory Real"), {MALLORY: OTHER})
    assert alike.name != "Mallory Real", "the name says whose user name is behind it"
