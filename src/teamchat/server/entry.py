"""The command `teamchat-server`: hears SIGHUP before it imports the rest, which takes a second."""

import sys

from teamchat.garbage import look_seldom
from teamchat.server import hang_ups


def main() -> None:
    """Run the command line (`server.cli`)."""
    look_seldom()
    if sys.argv[1:2] == ["serve"]:
        hang_ups.remember()
    from teamchat.server.cli import main as command

    command()
