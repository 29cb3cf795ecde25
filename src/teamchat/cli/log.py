"""`teamchat log`: what this device has seen of the key directory, and proofs out of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from teamchat.cli import resolve, shapes
from teamchat.cli.command import Group
from teamchat.cli.failure import Failure
from teamchat.cli.invocation import Invocation
from teamchat.cli.log_evidence import evidence
from teamchat.cli.options import common_options
from teamchat.cli.output import base64

if TYPE_CHECKING:
    from collections.abc import Iterator

    from teamchat.cli.output import Output
    from teamchat.client.account import Account
    from teamchat.engine.model import LogStatus, LogWitnesses


ONLINE_SECONDS: Final = 20.0
SECONDS_OF_AN_HOUR: Final = 3600
MOST_HOURS: Final = 366 * 24


@click.group(cls=Group, params=common_options(), short_help="The list of everybody's devices.")
def log() -> None:
    """The list of everybody's devices, which cannot be changed unseen.

    \b
      teamchat log status
      teamchat log prove -o laptop.tlog-proof
    """  # noqa: D301 - \b is Click's mark for lines to be kept


log.add_command(evidence)


@log.command("status", short_help="Show what was seen of the list of devices.")
@click.option("--offline", is_flag=True, help="Do not connect.")
@click.pass_obj
def log_status(invocation: Invocation, *, offline: bool) -> None:
    """Show how far this device has followed the list of devices, and what it has found.

    \b
      teamchat log status
      teamchat log status --json | jq -r .root

    Two people who see the same root at the same size see the same list. Exit code 5 says that
    something was found that the server should not have shown; --json writes the evidence.
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> "LogStatus":
        if not offline:
            await invocation.catch_up(account)
        return account.log_status()

    seen = invocation.run(work, network=not offline)
    if not seen.origin and not seen.findings:
        raise Failure("cli-log-not-read")
    out = invocation.out
    if out.as_json:
        out.record(shapes.log(seen))
    else:
        _show(out, seen)
    if seen.required is not None and seen.required.missing:
        raise Failure("error-witnesses-missing")
    if seen.findings:
        raise Failure("cli-log-found", count=len(seen.findings))


def _show(out: "Output", seen: "LogStatus") -> None:
    if seen.origin:
        nobody = out.say("cli-log-nobody")
        out.table(
            [
                (out.say("cli-log-origin"), seen.origin),
                (out.say("cli-log-size"), str(seen.size)),
                (out.say("cli-log-root"), base64(seen.root)),
                (out.say("cli-log-checked"), out.clock(seen.checked * 1000)),
                (out.say("cli-log-cosigners"), ", ".join(seen.cosigners) or nobody),
                (out.say("cli-log-required"), _required(out, seen.required)),
                *_witnessed(out, seen.required),
                (out.say("cli-log-refused"), str(len(seen.refused))),
            ]
        )
    if seen.required is not None and seen.required.late and not seen.required.missing:
        out.must_know("notice-witnesses-late")
    for refusal in seen.refused:
        out.must_know("cli-log-refusal", index=refusal.index, who=refusal.who or "?")
    for finding in seen.findings:
        text = out.say(finding.key, who=finding.who, day=finding.day)
        out.must_know("cli-log-finding", time=out.clock(finding.time_ms), text=text)


def _witnessed(out: "Output", required: "LogWitnesses | None") -> "Iterator[tuple[str, str]]":
    """Say when the required witnesses had signed, how long that will do, and what comes then."""
    if required is None:
        return
    met = out.moment(required.met * 1000) if required.met else out.say("cli-log-never-met")
    yield out.say("cli-log-met"), met
    until, stops = out.moment(required.until * 1000), out.moment(required.stops * 1000)
    key = "cli-log-until-stopped" if required.missing else "cli-log-until-when"
    yield out.say("cli-log-until"), out.say(key, until=until, stops=stops)


def _required(out: "Output", required: "LogWitnesses | None") -> str:
    """Return which witnesses are required, in words."""
    if required is None:
        return out.say("cli-log-no-witnesses")
    return out.say(
        "cli-log-quorum",
        quorum=required.quorum,
        count=len(required.names),
        hours=required.maximum_age // SECONDS_OF_AN_HOUR,
        names=", ".join(required.names),
    )


@log.command("prove", short_help="Prove that a device of yours is in the list.")
@click.option("--device", metavar="DEVICE", help="One of your devices, by name or id; else this.")
@click.option(
    "-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path),
    help="Write into a new file that only you may read, instead of standard output.",
)  # fmt: skip
@click.pass_obj
def log_prove(invocation: Invocation, device: str | None, path: Path | None) -> None:
    """Write a proof that a device of yours is in the list of devices.

    \b
      teamchat log prove -o laptop.tlog-proof
      teamchat log prove --device Telefon

    The proof is a file of c2sp.org/tlog-proof. Anybody can check it with any program that reads
    this format and the key of the log, without teamchat and without the server.
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> "tuple[str, str, LogStatus]":
        await account.catch_up(ONLINE_SECONDS)
        chosen = account.profile.device
        if device is not None:
            chosen = resolve.device(await account.devices(), device).id
        return chosen, await account.log_proof(chosen), account.log_status()

    chosen, proof, seen = invocation.run(work)
    out = invocation.out
    with out.into(path):
        if out.as_json:
            out.record(shapes.log_proof(chosen, seen, proof))
        elif path is None:
            out.line(proof.removesuffix("\n"))  # the names of witnesses are others' words
        else:
            out.raw(proof)
    out.note("cli-log-proved", key=seen.key)


@log.command("witnesses", short_help="Require that witnesses have signed the list.")
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("--quorum", type=click.IntRange(min=1), help="How many of them; all, if left out.")
@click.option(
    "--max-age", "hours", type=click.IntRange(1, MOST_HOURS), default=24, show_default=True,
    metavar="HOURS", help="How long ago they may have signed.",
)  # fmt: skip
@click.option("--none", "nobody", is_flag=True, help="Require no witnesses any more.")
@click.pass_obj
def log_witnesses(
    invocation: Invocation,
    keys: tuple[str, ...],
    quorum: int | None,
    hours: int,
    *,
    nobody: bool,
) -> None:
    """Require that witnesses have signed the list of devices, each named by its KEY.

    \b
      teamchat log witnesses
      teamchat log witnesses works-council.example+1a2b3c4d+AQ… --max-age 48
      teamchat log witnesses --none

    Whoever runs a witness tells you its key. If too few of them sign, you are told; a day later
    nothing is sent any more. Without KEY it says which ones are required.
    """  # noqa: D301 - \b is Click's mark for lines to be kept
    if nobody and (keys or quorum):
        raise Failure("cli-log-none-and-some")

    async def work(account: "Account") -> "LogStatus":
        if keys or nobody:
            wanted = 0 if nobody else quorum or len(keys)
            await account.require_witnesses(keys, wanted, hours * SECONDS_OF_AN_HOUR)
        return account.log_status()

    required = invocation.run(work, network=False).required
    out = invocation.out
    if out.as_json:
        out.record(shapes.log_witnesses(required))
    else:
        out.line(_required(out, required))
