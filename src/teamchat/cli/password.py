"""`teamchat password`: set another password for one's account."""

from typing import TYPE_CHECKING

import click

from teamchat.cli.asking import Secret
from teamchat.cli.command import Command
from teamchat.cli.entering import password_too_short
from teamchat.cli.invocation import Invocation
from teamchat.cli.options import secret_options

if TYPE_CHECKING:
    from teamchat.client.account import Account


@click.command(cls=Command, short_help="Set another password for your account.")
@secret_options("password", "password of now")
@secret_options("new-password", "new password")
@click.pass_obj
def password(invocation: Invocation, password_from: Secret, new_password_from: Secret) -> None:
    """Set another password for your account, with the one of now.

    \b
      teamchat password

    Every other session of yours ends: your other devices keep everything and ask you to log in
    again, with the new password. The passphrases of your devices stay.
    """  # noqa: D301 - \b is Click's mark for lines to be kept
    out = invocation.out

    async def work(account: "Account") -> None:
        least = await account.password.characters()
        old = invocation.secret(password_from, "cli-ask-old-password", "--password-file")
        if least:
            out.note("cli-password-minimum", count=least)
        new = invocation.secret(
            new_password_from, "cli-ask-new-password", "--new-password-file",
            twice=True, wrong=lambda typed: password_too_short(typed, least),
        )  # fmt: skip
        await account.password.change(old, new)
        out.note("cli-password-changed")

    invocation.run(work)
