"""`teamchat log evidence`: what was found in the key directory, as files that anybody can check.

What is signed is written byte for byte as it came. Everything is for its owner alone: it names
people and conversations, and who is to see it is for that person to decide.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from teamchat.cli import shapes
from teamchat.cli.command import Command
from teamchat.cli.failure import Failure
from teamchat.cli.invocation import Invocation

if TYPE_CHECKING:
    from teamchat.cli.output import Output
    from teamchat.client.account import Account
    from teamchat.engine.model import LogEvidence

FOLDER: Final = "teamchat-evidence"
PROOF: Final = "entry.tlog-proof"
_TOLD: Final = {
    "log.vkey": "cli-evidence-key",
    "known.checkpoint": "cli-evidence-known",
    "shown.checkpoint": "cli-evidence-shown",
    "claim.txt": "cli-evidence-claim",
    "entry.json": "cli-evidence-entry",
    PROOF: "cli-evidence-proof",
    "certificate.cbor": "cli-evidence-certificate",
}
"""What each file is, by its name; in the order in which they are told."""


@click.command("evidence", cls=Command, short_help="Write what was found into files.")
@click.option(
    "--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(FOLDER),
    show_default=True, metavar="DIR", help="Where; it must not be there yet.",
)  # fmt: skip
@click.pass_obj
def evidence(invocation: Invocation, folder: Path) -> None:
    """Write everything that was found in the list of devices into files that anybody can check.

    \b
      teamchat log evidence
      teamchat log evidence --to for-the-works-council

    Each finding has a folder of its own, with a text that says what happened and how it is
    checked. The files are for you alone until you hand them on.
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> "tuple[LogEvidence, ...]":
        await invocation.catch_up(account)
        return tuple(await account.log_evidence())

    found, out = invocation.run(work), invocation.out
    if not found:
        out.note("cli-evidence-none")
        return
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError as error:
        raise Failure("cli-file-exists", path=str(folder)) from error
    except OSError as error:
        raise Failure("cli-file-not-written", path=str(folder)) from error
    for number, each in enumerate(found, 1):
        name = f"{number:02d}-{each.finding.key.removeprefix('alarm-')}"
        files = {**each.files, **({PROOF: each.proof.encode()} if each.proof else {})}
        files["READ-ME.txt"] = described(out, each, files).encode()
        _write(folder / name, files)
        if out.as_json:
            out.record(shapes.log_evidence(str(folder / name), each, files))
        else:
            out.line(str(folder / name))
    out.note("cli-evidence-written", count=len(found))


def described(out: "Output", evidence: "LogEvidence", files: Mapping[str, bytes]) -> str:
    """Return what happened, what the files are and how they are checked, in plain words."""
    found = evidence.finding
    text = out.say(found.key, who=found.who, day=found.day)
    lines = [out.say("cli-log-finding", time=out.clock(found.time_ms), text=text), ""]
    lines += [
        f"{name}: {out.say(key, who=found.who, index=found.index)}"
        for name, key in _TOLD.items()
        if name in files
    ]
    if found.entry and not evidence.proof:
        lines.append(out.say("cli-evidence-no-proof"))
    lines += ["", out.say("cli-evidence-how"), "", out.say("cli-evidence-digest"), evidence.digest]
    return "\n".join([*lines, ""])


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    try:
        folder.mkdir(mode=0o700)
        for name, data in files.items():
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            with os.fdopen(os.open(folder / name, flags, 0o600), "wb") as file:
                file.write(data)
    except OSError as error:
        raise Failure("cli-file-not-written", path=str(folder)) from error
