"""`teamchat verify-web`: whether a server hands out the web client that the list of devices names.

It needs no account. What the list must be comes from an invitation link, from a key, or from the
account of this profile: never from the server alone, unless there is a build of one's own.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from teamchat.cli import shapes
from teamchat.cli.asking import TYPED, Secret
from teamchat.cli.command import Command
from teamchat.cli.doors import WebQuestion
from teamchat.cli.failure import Failure
from teamchat.cli.invocation import Invocation
from teamchat.cli.options import secret_options
from teamchat.cli.output import base64

if TYPE_CHECKING:
    from teamchat.cli.output import Output
    from teamchat.client.account import Account
    from teamchat.client.web_check import WebCheck
    from teamchat.client.web_served import Difference
    from teamchat.engine.model import LogStatus, Profile

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
MANIFEST_BYTES: Final = 2**20


@click.command("verify-web", cls=Command, short_help="Compare a web client with the list.")
@click.argument("server", metavar="URL")
@secret_options("link", "invitation link")
@click.option("--log-key", metavar="KEY", help="The key of the list of devices.")
@click.option(
    "--manifest", type=_FILE, help="Compare with a build of your own: its manifest.json, too."
)
@click.option("--ca-file", type=_FILE, help="Trust the authority in this file, and no other.")
@click.pass_obj
def verify_web(
    invocation: Invocation,
    server: str,
    link_from: Secret,
    log_key: str | None,
    manifest: Path | None,
    ca_file: Path | None,
) -> None:
    """Compare the web client that URL hands out with the one that the list of devices names.

    \b
      teamchat verify-web https://chat.example
      teamchat verify-web https://chat.example --link-file invitation.txt
      teamchat verify-web https://chat.example --manifest built/manifest.json

    With an account at URL the list is the one that this device has followed. Without one, an
    invitation or --log-key says which it must be. Exit code 5 says that something differs.
    """  # noqa: D301 - \b is Click's mark for lines to be kept
    import asyncio

    link = None
    if link_from != TYPED:
        link = invocation.secret(link_from, "cli-ask-link", "--link-file")
    followed = None
    if link is None and log_key is None and manifest is None:
        followed = _followed(invocation, server)
    question = WebQuestion(
        server=server,
        link=link,
        log_key=log_key,
        followed=followed,
        own=None if manifest is None else _read(manifest),
        ca_file=ca_file,
    )
    seen = asyncio.run(invocation.doors.check_web(question))
    out = invocation.out
    if out.as_json:
        out.record(shapes.web_check(server, seen))
    else:
        _show(out, server, seen, compared=manifest is not None)
    if seen.differences:
        raise Failure("cli-web-differs", count=len(seen.differences))
    if not out.as_json:
        out.note("cli-web-limit")


def _followed(invocation: Invocation, server: str) -> "LogStatus":
    """Return the list as the account of this profile has followed it, whose server this must be."""
    from teamchat.client.errors import AccountError

    async def work(account: "Account") -> "tuple[Profile, LogStatus]":
        await invocation.catch_up(account)
        return account.profile, account.log_status()

    try:
        profile, seen = invocation.run(work)
    except AccountError as error:
        if error.key != "error-not-logged-in":
            raise
        raise Failure("error-web-needs-link") from error
    if profile.server.rstrip("/") != server.rstrip("/"):
        raise Failure("error-web-needs-account", server=profile.server)
    if not seen.origin:
        raise Failure("cli-log-not-read")
    return seen


def _read(manifest: Path) -> bytes:
    try:
        with manifest.open("rb") as file:
            return file.read(MANIFEST_BYTES)
    except OSError as error:
        raise Failure("cli-web-no-manifest", path=str(manifest)) from error


def _show(out: "Output", server: str, seen: "WebCheck", *, compared: bool) -> None:
    build = seen.build
    if not seen.differences:
        out.line(out.say("cli-web-same", server=server))
    entry = out.say("cli-web-entry", day=build.day, index=build.index)
    files = out.say("cli-web-files", files=len(build.manifest.files), guises=seen.guises)
    rows = [
        (out.say("cli-web-version"), build.manifest.version),
        (out.say("cli-web-hash"), build.sha256.hex()),
        (out.say("cli-web-since"), entry),
        (out.say("cli-web-compared"), files),
        (out.say("cli-log-origin"), build.key.name),
        (out.say("cli-log-size"), str(build.head.size)),
        (out.say("cli-log-root"), base64(build.head.root)),
    ]
    if compared and not seen.differences:
        rows.append((out.say("cli-web-own"), out.say("cli-web-own-same")))
    out.table(rows)
    if not seen.known:
        out.must_know("cli-web-believed")
    for each in seen.differences:
        out.must_know(each.key, **_arguments(out, each))


def _arguments(out: "Output", difference: "Difference") -> dict[str, str]:
    said = dict(difference.arguments)
    if "guise" in said:
        said["as"] = out.say("cli-web-guise", guise=said.pop("guise"))
    return said
