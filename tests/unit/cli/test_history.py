"""`teamchat history give`: what was given once is not given twice, and that is said."""

from click.testing import CliRunner

from teamchat.cli.failure import Exit
from teamchat.cli.invocation import Invocation
from teamchat.cli.main import teamchat
from tests.support.fake_account import PHONE
from tests.support.fake_doors import FakeDoors


def test_giving_twice_says_who_has_it_and_what_to_do_there() -> None:
    doors = FakeDoors()
    doors.fake.history.wish(PHONE)
    doors.fake.refuse("error-conflict")
    result = CliRunner().invoke(teamchat, ["history", "give", "--yes"], obj=Invocation(doors))
    assert result.exit_code == Exit.FAILED
    assert "Telefon has been given them already" in result.stderr.replace("\u2068", "")
    assert "teamchat history ask" in result.stderr
