"""Showing custodians, and a request to them: what the person reads out, and how it stands."""

from typing import TYPE_CHECKING

from teamchat.cli import custody_shapes

if TYPE_CHECKING:
    from teamchat.cli.output import Output
    from teamchat.client.custody_opening import Asked
    from teamchat.wire.custody import Custodians


class Told:
    """Shows a request: all of it once, and then what has changed.

    Args:
        out: Where.
    """

    def __init__(self, out: "Output") -> None:
        self._out = out
        self._begun = False
        self._approved = 0

    def __call__(self, asked: "Asked") -> None:
        """Show how it stands."""
        if self._out.as_json:
            shape = custody_shapes.own_request(asked.request)
            self._out.record({**shape, "code": asked.code})
            return
        if not self._begun:
            self._begin(asked)
        approved = sum(each.verdict.value == "approved" for each in asked.request.answers)
        if approved != self._approved:
            self._approved = approved
            threshold = asked.custodians.threshold
            self._out.must_know("cli-custody-answers", approved=approved, threshold=threshold)

    def _begin(self, asked: "Asked") -> None:
        self._begun = True
        out, request = self._out, asked.request
        out.must_know("cli-custody-asking")
        show_custodians(out, asked.custodians)
        out.must_know("cli-custody-code")
        out.line(f"    {asked.code}")
        when, until = out.moment(request.opens * 1000), out.moment(request.expires * 1000)
        out.must_know("cli-custody-not-before", when=when, until=until)


def show_custodians(out: "Output", found: "Custodians") -> None:
    """Say who they are, and what they could do."""
    if not found.set:
        out.note("cli-custody-none")
        return
    out.note("cli-custody-who", threshold=found.threshold, count=len(found.custodians))
    out.table(
        (each.user.display_name, each.user.user_name, out.say(_state_of(each.active, each.key)))
        for each in found.custodians
    )


def _state_of(active: bool, key: object) -> str:
    if not active:
        return "cli-inactive"
    return "cli-custody-has-accepted" if key is not None else "cli-custody-not-accepted"
