"""The password of one's account: another one is set with the one of now, on one's own device."""

from teamchat.client.errors import AccountError
from teamchat.client.http import Http, RefusedError
from teamchat.client.refusals import errors_for_people
from teamchat.wire.bodies import ChangePassword, Server
from teamchat.wire.problems import Code


class OwnPassword:
    """Changes the password.

    Args:
        http: Asks the server.
    """

    def __init__(self, http: Http) -> None:
        self._http = http

    async def characters(self) -> int:
        """Return how many a new password has at least; 0 if the server does not say.

        Raises:
            AccountError: The server did not answer.
        """
        with errors_for_people():
            return (await self._http.ask("GET", "/server", Server)).password_characters

    async def change(self, old: str, new: str) -> None:
        """Set another password; every session of the person ends but this one.

        Raises:
            AccountError: The old one is wrong, the new one is not taken, or the server did not
                answer.
        """
        with errors_for_people():
            try:
                await self._http.fetch("PUT", "/me/password", ChangePassword(old, new))
            except RefusedError as error:
                if error.code == Code.WRONG_CREDENTIALS:
                    raise AccountError("error-wrong-old-password") from error
                raise
