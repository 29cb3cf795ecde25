"""What one run of `teamchat` knows: its settings, how it speaks and asks, and its account."""

from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

from teamchat.cli.asking import TYPED, NobodyThereError, Secret, prompt, read_secret
from teamchat.cli.failure import Failure
from teamchat.cli.output import Output, wants_color
from teamchat.errors import TeamchatError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from teamchat.cli.doors import Doors
    from teamchat.client.account import Account
    from teamchat.client.administration import Administration

    Wrong = Callable[[str], Failure | None]

CATCH_UP_SECONDS: Final = 20.0
LET_GO_SECONDS: Final = 5.0
LOOK_SECONDS: Final = 0.05
TRIES: Final = 5
"""How often something is asked that was not answered well."""
_YES: Final = frozenset({"y", "yes", "j", "ja"})
_NO: Final = frozenset({"n", "no", "nein"})
DECISIONS: Final = frozenset(
    {
        "cli-confirm-accept",
        "cli-confirm-changed",
        "cli-confirm-matched",
        "cli-confirm-verify",
        "cli-custody-appoint",
        "cli-custody-confirm",
        "cli-history-confirm",
        "cli-linking-same-here",
        "cli-linking-same-there",
        "cli-lost-through",
    }
)
"""Questions that decide who reads along or is believed: there an empty answer is neither."""
Result = TypeVar("Result")


@dataclass(frozen=True)
class Invocation:
    """One run of `teamchat`."""

    doors: "Doors"
    profile: str = "default"
    as_json: bool = False
    quiet: bool = False
    no_input: bool = False
    no_color: bool = False
    passphrase_from: Secret = TYPED
    passphrase_asked: "Callable[[], str] | None" = None
    """Knows the passphrase already, because this run has asked for it."""
    zone: tzinfo | None = None

    @cached_property
    def out(self) -> Output:
        """What prints."""
        from teamchat.i18n import Catalogue, language

        environment = self.doors.environment
        wish = environment.get("TEAMCHAT_LANGUAGE") or self.doors.language(self.profile)
        return Output(
            Catalogue(language(wish, environment), "cli"),
            as_json=self.as_json,
            quiet=self.quiet,
            color=wants_color(environment, refused=self.no_color or self.as_json),
            zone=self.zone,
        )

    # --- asking -----------------------------------------------------------------------

    def confirm(self, yes: bool, key: str, /, **arguments: str | int) -> None:
        """Go on only if the person agrees.

        Raises:
            Failure: They do not, or nobody can be asked and `--yes` was not given.
        """
        if yes:
            return
        if not self.somebody_is_there:
            raise Failure("cli-needs-yes", option="--yes")
        if not self.agreed(key, **arguments):
            raise Failure("cli-nothing-done")

    def agreed(self, key: str, /, **arguments: str | int) -> bool:
        """Ask until the answer is yes or no; an empty one is no, except at one of `DECISIONS`.

        Raises:
            Failure: Nobody can be asked, or no answer was of use.
        """
        decides = key in DECISIONS
        choice = self.out.say("cli-yes-or-no-typed" if decides else "cli-yes-or-no")
        question = f"{self.out.say(key, **arguments)} {choice}"
        for _ in range(TRIES):
            answer = self._confirmed(question).strip().casefold()
            if answer in _YES:
                return True
            if answer in _NO or not (answer or decides):
                return False
            self.out.must_know("cli-yes-or-no-please")
        raise Failure("cli-too-many-tries")

    def confirm_by_typing(
        self, yes: bool, name: str, key: str, /, *, option: str = "--yes"
    ) -> None:
        """Go on only if the person types the name of what this is about.

        Raises:
            Failure: They do not, or nobody can be asked and the option was not given.
        """
        if yes:
            return
        if not self.somebody_is_there:
            raise Failure("cli-needs-yes", option=option)
        if self._confirmed(self.out.say(key, name=name), option).strip() != name:
            raise Failure("cli-nothing-done")

    def _confirmed(self, question: str, option: str = "--yes") -> str:
        try:
            return prompt(self.out.wrapped(question), default="", show_default=False)
        except NobodyThereError as error:
            raise Failure("cli-needs-yes", option=option) from error

    def secret(
        self,
        source: Secret,
        key: str,
        option: str,
        *,
        twice: bool = False,
        wrong: "Wrong | None" = None,
    ) -> str:
        """Return a secret from a file, a descriptor or the person.

        Args:
            source: Where to look first.
            key: The question.
            option: Which option could have given it, for who runs without a person.
            twice: Ask for it twice, because it is a new one.
            wrong: Says what is wrong with it, as soon as it is typed.

        Raises:
            Failure: It cannot be read, or nobody can be asked.
        """
        if source != TYPED:
            return read_secret(source)
        return self.ask(key, option, twice=twice, hidden=True, wrong=wrong)

    def ask(
        self,
        key: str,
        option: str,
        *,
        twice: bool = False,
        hidden: bool = False,
        wrong: "Wrong | None" = None,
    ) -> str:
        """Return what the person types; what cannot be is said at once, and asked again.

        Raises:
            Failure: Nobody can be asked, or no answer was of use.
        """
        if not self.somebody_is_there:
            raise Failure("cli-needs-input", option=option)
        for _ in range(TRIES):
            typed = self._typed(key, option, hidden=hidden)
            problem = Failure("cli-typed-nothing") if not typed else wrong and wrong(typed)
            if (
                not problem
                and twice
                and typed != self._typed("cli-ask-again", option, hidden=hidden)
            ):
                problem = Failure("cli-not-the-same")
            if not problem:
                return typed
            self.out.must_know(problem.key, **problem.arguments)
        raise Failure("cli-too-many-tries")

    def _typed(self, key: str, option: str, *, hidden: bool) -> str:
        try:
            return prompt(self.out.say(key), default="", show_default=False, hide_input=hidden)
        except NobodyThereError as error:
            raise Failure("cli-needs-input", option=option) from error

    def passphrase(self) -> str:
        """Return the passphrase of this profile."""
        return self.secret(self.passphrase_from, "cli-ask-passphrase", "--passphrase-file")

    @property
    def somebody_is_there(self) -> bool:
        """Whether a question may be asked."""
        return not self.no_input

    # --- working ----------------------------------------------------------------------

    def run(
        self,
        work: "Callable[[Account], Awaitable[Result]]",
        *,
        network: bool = True,
        logging_out: bool = False,
    ) -> Result:
        """Open the account, do the work, close the account.

        Raises:
            Failure: The session has ended, and nobody asked for that. What is here was shown.
        """
        import asyncio

        async def inside() -> Result:
            async with self.doors.account(
                self.profile, self.passphrase_asked or self.passphrase, network=network
            ) as account:
                result = await work(account)
                await _let_go(account)
                if not logging_out and _signed_out(account):
                    raise _why_ended(account)
                return result

        return asyncio.run(inside())

    def administer(self, work: "Callable[[Administration], Awaitable[None]]") -> None:
        """Open the administration of the organisation, and do the work."""
        import asyncio

        async def inside() -> None:
            passphrase = self.passphrase_asked or self.passphrase
            async with self.doors.administration(self.profile, passphrase) as administration:
                await work(administration)

        asyncio.run(inside())

    async def catch_up(self, account: "Account") -> None:
        """Wait for what came in the meantime; if that fails say so, and go on with what is here.

        That the session has ended is said once, at the end (`run`).

        Raises:
            WipedError: This device was removed: nothing is here to go on with.
        """
        from teamchat.client.errors import AccountError, WipedError

        try:
            await account.catch_up(CATCH_UP_SECONDS)
        except WipedError:
            raise
        except AccountError as error:
            if not _signed_out(account):
                self.out.must_know(error.key, **error.arguments)


def _signed_out(account: "Account") -> bool:
    from teamchat.engine.model import Link

    return account.link is Link.SIGNED_OUT


def _why_ended(account: "Account") -> TeamchatError:
    """Return why there is no session any more: the device was removed, or it has only ended."""
    from teamchat.client.errors import WipedError

    trouble = account.trouble
    return trouble if isinstance(trouble, WipedError) else Failure("error-signed-out")


async def _let_go(account: "Account") -> None:
    """Let what was queued leave, if there is a connection, before the account is closed."""
    import asyncio

    from teamchat.engine.model import Link

    loop = asyncio.get_running_loop()
    end = loop.time() + LET_GO_SECONDS
    while (  # noqa: ASYNC110 - no one event stands for all of it
        account.queued and account.link is Link.ONLINE and loop.time() < end
    ):
        await asyncio.sleep(LOOK_SECONDS)
