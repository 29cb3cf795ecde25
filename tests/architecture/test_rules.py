"""Every rule of MLS is enforced somewhere and broken somewhere (docs: one MUST, one name)."""

import pytest

from teamchat.mls.rules import Rule
from tests.support.mls_rules import PAGE, SOURCE, TESTS, broken, in_typescript, named, page, raised


@pytest.mark.parametrize("rule", Rule, ids=lambda rule: rule.name)
def test_a_rule_is_raised_and_tested(rule: Rule) -> None:
    assert raised().get(rule.name), "no code raises it"
    assert broken().get(rule.name), "no test expects it"


def test_rules_stand_in_the_order_of_the_rfc() -> None:
    sections = [[int(part) for part in rule.section.split(".")] for rule in Rule]
    assert sections == sorted(sections)


def test_only_rules_that_exist_are_named() -> None:
    assert set(Rule.__members__) >= named(SOURCE) | named(TESTS)


def test_a_name_in_passing_is_neither_raised_nor_broken() -> None:
    """`test_errors` makes an error of this rule; nobody is refused by it there."""
    places = broken()["LEAF_SIGNATURE"]
    assert all(path != "tests/unit/mls/test_errors.py" for path, _ in places)
    assert all(path.startswith("src/teamchat/") for path, _ in raised()["LEAF_SIGNATURE"])


def test_a_rule_in_a_comment_is_no_check() -> None:
    """`credentials.ts` says what a service throws; nothing there throws it."""
    assert "CREDENTIAL_NOT_AUTHENTICATED" not in in_typescript()
    assert "`credentials.ts`" not in page()


def test_the_page_of_the_rules_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.support.mls_rules"
