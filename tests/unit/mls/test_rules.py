import re

from teamchat.mls.rules import Rule


def test_every_rule_has_a_section_and_one_line() -> None:
    for rule in Rule:
        assert re.fullmatch(r"\d+(\.\d+)*", rule.section), rule
        assert rule.text, rule
        assert "\n" not in rule.text
        assert not rule.text.endswith("."), rule


def test_rules_are_sorted_by_section() -> None:
    sections = [tuple(map(int, rule.section.split("."))) for rule in Rule]
    assert sections == sorted(sections)
