"""`teamchat`: the root command. Every command is imported when it is called for."""

from importlib import import_module
from typing import TYPE_CHECKING, Final

import click

from teamchat import __version__
from teamchat.cli.asking import TYPED
from teamchat.cli.command import Command, Group
from teamchat.cli.failure import Failure
from teamchat.cli.invocation import Invocation
from teamchat.cli.options import common_options
from teamchat.garbage import look_seldom

if TYPE_CHECKING:
    from teamchat.cli.doors import Doors

COMMANDS: Final = {
    "login": "login:login",
    "join": "login:join",
    "link": "linking:link",
    "recover": "recover:recover",
    "password": "password:password",
    "logout": "login:logout",
    "status": "login:status",
    "tui": "main:tui",
    "conversations": "conversations:conversations",
    "new": "conversations:new",
    "send": "messages:send",
    "read": "messages:read",
    "tail": "messages:tail",
    "export": "messages:export",
    "members": "conversations:members",
    "add": "conversations:add",
    "remove": "conversations:remove",
    "leave": "conversations:leave",
    "rename": "conversations:rename",
    "accept": "conversations:accept",
    "rejoin": "conversations:rejoin",
    "role": "conversations:role",
    "newcomers": "newcomers:newcomers",
    "verify": "verify:verify",
    "verify-web": "verify_web:verify_web",
    "devices": "devices:devices",
    "history": "history:history",
    "custody": "custody:custody",
    "log": "log:log",
    "admin": "admin:admin",
    "completion": "main:completion",
}
"""In the order of the help."""
SHELLS: Final = ("bash", "zsh", "fish")


class Root(Group):
    """Finds a command by its name and imports it then."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - Click's signature
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        found = getattr(import_module(f"teamchat.cli.{module}"), name)
        return found if isinstance(found, click.Command) else None


@click.group(
    cls=Root,
    params=common_options(),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=True,
)
@click.version_option(__version__, prog_name="teamchat")
def teamchat() -> None:
    """The end-to-end-encrypted messenger of your company.

    \b
      teamchat login https://chat.example anna
      teamchat send wei "Bin gleich da"
      teamchat tail -f
      teamchat tui

    \b
    Exit codes:
      0 done                             4 no connection; what was sent waits
      1 it did not work                  5 what was compared does not match
      2 wrong usage                      6 this device was removed and erased
      3 not logged in, or locked       141 whoever read the output stopped
    """  # noqa: D301 - \b is Click's mark for lines to be kept


@click.command(cls=Command)
@click.pass_obj
def tui(invocation: Invocation) -> None:
    """Open the full-screen client.

    \b
      teamchat tui
    """  # noqa: D301 - \b is Click's mark for lines to be kept
    given = invocation.passphrase if invocation.passphrase_from != TYPED else None
    code = invocation.doors.terminal(invocation.profile, given)
    click.get_current_context().exit(code)


@click.command(cls=Command, short_help="Write a script for shell completion.")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_obj
def completion(invocation: Invocation, shell: str) -> None:
    """Write what makes SHELL complete the commands of teamchat.

    \b
      teamchat completion bash > ~/.local/share/bash-completion/completions/teamchat
    """  # noqa: D301 - \b is Click's mark for lines to be kept
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is None:  # pragma: no cover - SHELLS are Click's own
        raise Failure("cli-failed", reason=shell)
    invocation.out.raw(found(teamchat, {}, "teamchat", "_TEAMCHAT_COMPLETE").source())


def main(doors: "Doors | None" = None) -> None:
    """Run the command line of this process."""
    look_seldom()
    if doors is None:
        from teamchat.cli.client_doors import ClientDoors

        doors = ClientDoors()
    teamchat(prog_name="teamchat", obj=Invocation(doors))
