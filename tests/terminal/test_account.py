"""What the screens want of an account is what the client offers; the type checker compares."""

from teamchat.client.account import Account as ClientAccount
from teamchat_terminal.account import Account
from tests.terminal.stage import StagedAccount


def _real(account: ClientAccount) -> Account:
    return account


def _staged(account: StagedAccount) -> Account:
    return account


def test_the_client_and_the_pretend_account_have_all_of_it() -> None:
    wanted = {name for name in vars(Account) if not name.startswith("_")}
    assert wanted <= set(dir(ClientAccount))
    assert wanted <= set(dir(StagedAccount()))
