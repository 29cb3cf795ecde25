"""What `--json` writes about custodians."""

from typing import TYPE_CHECKING

from teamchat.cli.output import instant

if TYPE_CHECKING:
    from teamchat.client.custody_asking import Asking
    from teamchat.wire.custody import Custodians, Custody, OwnRequest


def status(found: "Custodians", own: "Custody") -> dict[str, object]:
    """Return who the custodians are, and what is entrusted to them."""
    return {
        **custodians(found),
        "type": "custody",
        "entrusted": instant(own.made * 1000) if own.deposit else None,
        "request": None if own.request is None else own_request(own.request),
    }


def custodians(found: "Custodians") -> dict[str, object]:
    """Return who the custodians are."""
    return {
        "type": "custodians",
        "threshold": found.threshold,
        "delay_hours": found.delay_hours,
        "custodians": [
            {
                "id": each.user.id,
                "user_name": each.user.user_name,
                "name": each.user.display_name,
                "active": each.active,
                "accepted": each.key is not None,
            }
            for each in found.custodians
        ],
    }


def own_request(request: "OwnRequest") -> dict[str, object]:
    """Return how a request for one's own recovery key stands."""
    return {
        "type": "own_custody_request",
        "id": request.id,
        "made": instant(request.made * 1000),
        "opens": instant(request.opens * 1000),
        "expires": instant(request.expires * 1000),
        "standing": request.standing.value,
        "answers": {each.user.user_name: each.verdict.value for each in request.answers},
    }


def request(who: "Asking") -> dict[str, object]:
    """Return a request as a custodian sees it."""
    found = who.request
    return {
        "type": "custody_request",
        "id": found.id,
        "user_name": who.user_name,
        "name": who.name,
        "met": who.met,
        "called": who.called,
        "made": instant(found.made * 1000),
        "opens": instant(found.opens * 1000),
        "expires": instant(found.expires * 1000),
        "verdict": found.verdict.value,
        "approved": found.approved,
        "threshold": found.threshold,
    }
