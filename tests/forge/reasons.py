"""Why some rules have no case: nothing that anybody can send breaks them."""

from collections.abc import Mapping
from typing import Final

from teamchat.mls.rules import Rule

WITHOUT: Final[Mapping[Rule, str]] = {
    Rule.DEFAULTS_UNLISTED: (
        "Asked of our own KeyPackages when they are made; others' needless values are ignored."
    ),
    Rule.GREASE_PLACE: (
        "Asked of our own proposals and groups when they are made; a receiver treats GREASE "
        "as any other unknown value."
    ),
    Rule.TREE_BOUNDED: (
        "Needs a tree of 65,536 leaves and one Add more: a state of more than 20 MB."
    ),
    Rule.PSK_COUNT: (
        "Needs 65,536 keys in one Welcome, a message of 2.5 MB; PROPOSALS_BOUNDED stops a commit "
        "long before."
    ),
}
