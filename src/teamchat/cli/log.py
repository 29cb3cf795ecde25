"""`teamchat log`: what this device has seen of the key directory, and proofs out of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from teamchat.cli import resolve, shapes
from teamchat.cli.command import Group
from teamchat.cli.failure import Failure
from teamchat.cli.invocation import Invocation
from teamchat.cli.options import common_options
from teamchat.cli.output import base64

if TYPE_CHECKING:
    from teamchat.cli.doors import Account
    from teamchat.cli.output import Output
    from teamchat.engine.model import LogStatus


ONLINE_SECONDS: Final = 20.0


@click.group(cls=Group, params=common_options(), short_help="The list of everybody's devices.")
def log() -> None:
    """The list of everybody's devices, which cannot be changed unseen.

    \b
      teamchat log status
      teamchat log prove -o laptop.tlog-proof
    """  # noqa: D301 - \b is Click's mark for lines to be kept


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
                (out.say("cli-log-refused"), str(len(seen.refused))),
            ]
        )
    for refusal in seen.refused:
        out.must_know("cli-log-refusal", index=refusal.index, who=refusal.who or "?")
    for finding in seen.findings:
        text = out.say(finding.key, who=finding.who)
        out.must_know("cli-log-finding", time=out.clock(finding.time_ms), text=text)


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
    try:
        with out.into(path):
            if out.as_json:
                out.record(shapes.log_proof(chosen, seen, proof))
            elif path is None:
                out.line(proof.removesuffix("\n"))  # the names of witnesses are others' words
            else:
                out.raw(proof)
    except FileExistsError as error:
        raise Failure("cli-file-exists", path=str(path)) from error
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Failure("cli-file-not-written", path=str(path)) from error
    out.note("cli-log-proved", key=seen.key)
