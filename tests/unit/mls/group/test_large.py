"""Groups of a thousand, and suites of every kind."""

import pytest

from teamchat.mls.crypto.suites import SUITES, CipherSuite
from teamchat.mls.group import ApplicationReceived, create_group, encrypt, join
from teamchat.mls.messages.proposals import Add, Remove
from tests.support.people import CRYPTO, NOW, REGISTRY, Crew, founded, person


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_thousand_are_added_at_once_and_all_but_two_removed() -> None:
    crew = founded("m0")
    people = [person(f"m{number}") for number in range(1, 1001)]
    bundles = [each.bundle() for each in people]
    pending = crew.commit("m0", *(Add(bundle.key_package) for bundle in bundles))
    crew.accept("m0", pending)
    for place in (0, 499, 999):
        crew[people[place].name] = crew.join(pending, bundles[place])
    crew.agree()
    assert len(crew["m1"].members()) == 1001
    crew.accept("m1000", crew.commit("m1000"))
    crew.agree()
    keep = {crew.leaf("m0"), crew.leaf("m1")}
    removes = [Remove(member.leaf) for member in crew["m0"].members() if member.leaf not in keep]
    crew.accept("m1", crew.commit("m1", *removes))
    assert sorted(crew) == ["m0", "m1"]
    crew.agree()
    assert crew["m0"].tree.leaf_count == 2
    crew["m0"], message = encrypt(CRYPTO, crew["m0"], b"just us")
    assert isinstance(crew.receive("m1", message), ApplicationReceived)


@pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: f"{suite.id:#06x}")
def test_every_suite_carries_a_group(suite: CipherSuite) -> None:
    alice, bob = person("alice", suite), person("bob", suite)
    bundle = bob.bundle()
    state = create_group(
        CRYPTO,
        group_id=b"suite",
        suite=suite,
        bundle=alice.bundle(),
        authentication=REGISTRY,
        now=NOW,
    )
    crew = Crew({"alice": alice, "bob": bob}, {"alice": state})
    pending = crew.commit("alice", Add(bundle.key_package))
    crew.accept("alice", pending)
    assert pending.welcome is not None
    crew["bob"] = join(
        CRYPTO,
        pending.welcome,
        {bundle.key_package.reference(CRYPTO, suite): bundle},
        ratchet_tree=pending.ratchet_tree,
        authentication=REGISTRY,
        now=NOW,
    )
    crew.accept("bob", crew.commit("bob"))
    crew.agree()
    crew["bob"], message = encrypt(CRYPTO, crew["bob"], b"hello")
    assert isinstance(crew.receive("alice", message), ApplicationReceived)
