"""Vaults whose passphrase costs little to try; what a vault costs stands in its file.

By default a try costs a third of a second and 256 MiB, for each command that a test runs. In the
tests' own processes a fixture sees to it, in those of commands `PROGRAM`: it is `teamchat`, but
for that. `tests/scenarios/test_tls.py` runs the program as it is.
"""

from typing import Final

from teamchat.identity import vault

CHEAP: Final = vault.Cost(passes=1, memory_kib=8)
PROGRAM: Final = "from tests.support.cheap_vaults import main; main()"


def main() -> None:
    """Run `teamchat` with the arguments of this process."""
    setattr(vault, "DEFAULT_COST", CHEAP)  # noqa: B010 - it is not to be changed elsewhere
    from teamchat.cli.main import main as teamchat

    teamchat()
