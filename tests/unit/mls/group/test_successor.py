"""Groups made of groups (RFC 9420 §11.2, §11.3)."""

from dataclasses import replace
from functools import partial

import pytest

from teamchat.mls.credentials import BasicCredential, Credential
from teamchat.mls.errors import UsageError
from teamchat.mls.group import (
    CommitOptions,
    GroupState,
    PendingCommit,
    branch,
    commit,
    create_group,
    encrypt,
    join,
    propose_reinit,
    propose_remove,
    reinitialize,
)
from teamchat.mls.group.origin import check_origin
from teamchat.mls.group.psk_store import PSKs
from teamchat.mls.key_package import KeyPackageBundle
from teamchat.mls.messages.proposals import Add, PreSharedKey, ReInit
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.key_names import ResumptionPSKID, ResumptionPSKUsage
from tests.support.mallory import refused
from tests.support.people import CRYPTO, NOW, REGISTRY, SUITE, Crew, by_reference, founded, person

REINIT = ReInit(b"the new group", 1, 1, ())
NAMES = ("alice", "bob", "carol")


def ended() -> Crew:
    """Return a group that a commit has ended."""
    crew = founded(*NAMES)
    made = propose_reinit(CRYPTO, crew["bob"], REINIT)
    crew["bob"] = made.state
    for name in ("alice", "carol"):
        crew[name] = crew.receive(name, made.message).state  # type: ignore[attr-defined]
    crew.accept("carol", crew.commit("carol"))
    crew.agree()
    return crew


def bundles_of(crew: Crew) -> dict[str, KeyPackageBundle]:
    return {name: crew.people[name].bundle() for name in NAMES}


def enter(pending: PendingCommit, bundle: KeyPackageBundle, old: GroupState | None) -> GroupState:
    assert pending.welcome is not None
    return join(
        CRYPTO,
        pending.welcome,
        by_reference(bundle),
        ratchet_tree=pending.ratchet_tree,
        psks=PSKs() if old is None else PSKs(resumptions=old.resumption_psks()),
        authentication=REGISTRY,
        now=NOW,
        old_groups=lambda _group_id: old,
    )


def test_a_reinitialised_group_is_silent() -> None:
    crew = ended()
    for attempt in (
        lambda: encrypt(CRYPTO, crew["alice"], b"anybody?"),
        lambda: crew.commit("alice"),
        lambda: propose_remove(CRYPTO, crew["alice"], 1),
    ):
        with refused(Rule.GROUP_REINITIALISED):
            attempt()


def test_a_reinitialised_group_follows_nothing() -> None:
    crew = ended()
    restless = replace(crew["alice"], reinit=None)
    made = propose_remove(CRYPTO, restless, 1)
    again = commit(CRYPTO, restless, authentication=REGISTRY, now=NOW)
    for message in (made.message, again.message):
        with refused(Rule.GROUP_REINITIALISED):
            crew.receive("bob", message)


def test_the_new_group_has_everybody() -> None:
    crew = ended()
    bundles = bundles_of(crew)
    packages = [bundles["bob"].key_package, bundles["carol"].key_package]
    pending = reinitialize(
        CRYPTO, crew["alice"], bundles["alice"], packages, authentication=REGISTRY, now=NOW
    )
    new = Crew(crew.people, {"alice": pending.adopt()})
    for name in ("bob", "carol"):
        new[name] = enter(pending, bundles[name], crew[name])
    new.agree()
    assert new["bob"].group_id == REINIT.group_id
    assert new["bob"].epoch == 1


def test_nobody_is_left_behind() -> None:
    crew = ended()
    bundles = bundles_of(crew)
    with refused(Rule.REINIT_SAME_MEMBERS):
        reinitialize(
            CRYPTO,
            crew["alice"],
            bundles["alice"],
            [bundles["bob"].key_package],
            authentication=REGISTRY,
            now=NOW,
        )


def test_a_group_that_goes_on_is_not_reinitialised() -> None:
    crew = founded(*NAMES)
    with pytest.raises(UsageError):
        reinitialize(
            CRYPTO,
            crew["alice"],
            crew.people["alice"].bundle(),
            [],
            authentication=REGISTRY,
            now=NOW,
        )


def branched(crew: Crew, bundles: dict[str, KeyPackageBundle], *names: str) -> PendingCommit:
    return branch(
        CRYPTO,
        crew["alice"],
        b"a branch",
        bundles["alice"],
        [bundles[name].key_package for name in names],
        authentication=REGISTRY,
        now=NOW,
    )


def test_a_branch_has_some() -> None:
    crew = founded(*NAMES)
    bundles = bundles_of(crew)
    pending = branched(crew, bundles, "bob")
    new = Crew(crew.people, {"alice": pending.adopt()})
    new["bob"] = enter(pending, bundles["bob"], crew["bob"])
    new.agree()


def test_a_branch_has_no_others() -> None:
    crew = founded(*NAMES)
    bundles = bundles_of(crew) | {"dave": person("dave").bundle()}
    with refused(Rule.BRANCH_SUBSET):
        branched(crew, bundles, "bob", "dave")


class ByFirstLetter:
    """A service for which two names of one initial are one client."""

    def authenticate(self, credential: Credential, signature_key: bytes) -> None:
        REGISTRY.authenticate(credential, signature_key)

    def same_client(self, old: Credential, new: Credential) -> bool:
        assert isinstance(old, BasicCredential)
        assert isinstance(new, BasicCredential)
        return old.identity[:1] == new.identity[:1]


@pytest.mark.parametrize(("newcomer", "belongs"), [("robert", False), ("bobby", True)])
def test_a_client_under_another_name_is_who_the_service_says(
    newcomer: str,
    belongs: bool,  # noqa: FBT001
) -> None:
    crew = founded(*NAMES)
    bundles = bundles_of(crew) | {newcomer: person(newcomer).bundle()}
    making = partial(
        branch,
        CRYPTO,
        crew["alice"],
        b"a branch",
        bundles["alice"],
        [bundles["carol"].key_package, bundles[newcomer].key_package],
        authentication=ByFirstLetter(),
        now=NOW,
    )
    if belongs:
        assert len(making().next.roster) == 3
    else:
        with refused(Rule.BRANCH_SUBSET):
            making()


def test_the_old_group_must_be_known() -> None:
    crew = founded(*NAMES)
    bundles = bundles_of(crew)
    pending = branched(crew, bundles, "bob")
    with refused(Rule.PSK_AVAILABLE):
        enter(pending, bundles["bob"], None)
    # Nor does it help that somebody handed its key in.
    psk = ResumptionPSKID(ResumptionPSKUsage.BRANCH, crew["bob"].group_id, 1, bytes(32))
    after = pending.next
    with refused(Rule.PSK_AVAILABLE):
        check_origin(psk, None, after.context, after.roster, REGISTRY)


def claiming(
    crew: Crew, bundle: KeyPackageBundle, *psks: ResumptionPSKID, group_id: bytes = b"x"
) -> PendingCommit:
    """Return the first commit of a group that claims to be made of another."""
    new = create_group(
        CRYPTO,
        group_id=group_id,
        suite=SUITE,
        bundle=crew.people["alice"].bundle(),
        authentication=REGISTRY,
        now=NOW,
    )
    return commit(
        CRYPTO,
        new,
        proposals=[Add(bundle.key_package), *map(PreSharedKey, psks)],
        psks=PSKs(resumptions=crew["alice"].resumption_psks()),
        authentication=REGISTRY,
        now=NOW,
        options=CommitOptions(usages=frozenset(ResumptionPSKUsage)),
    )


def key_of(crew: Crew, usage: ResumptionPSKUsage) -> ResumptionPSKID:
    state = crew["alice"]
    return ResumptionPSKID(usage, state.group_id, state.epoch, CRYPTO.random(32))


def test_a_group_is_made_of_one_other_at_most() -> None:
    crew = founded(*NAMES)
    bundle = crew.people["bob"].bundle()
    keys = (key_of(crew, ResumptionPSKUsage.BRANCH), key_of(crew, ResumptionPSKUsage.BRANCH))
    with refused(Rule.WELCOME_ONE_ORIGIN):
        enter(claiming(crew, bundle, *keys), bundle, crew["bob"])


def test_a_successor_is_what_was_announced() -> None:
    crew = ended()
    bundle = crew.people["bob"].bundle()
    pending = claiming(crew, bundle, key_of(crew, ResumptionPSKUsage.REINIT))
    with refused(Rule.REINIT_WELCOME_MATCHES):
        enter(pending, bundle, crew["bob"])
    with refused(Rule.REINIT_WELCOME_MATCHES):
        enter(pending, bundle, replace(crew["bob"], reinit=None))


def test_a_successor_leaves_nobody_behind() -> None:
    crew = ended()
    bundle = crew.people["bob"].bundle()
    key = key_of(crew, ResumptionPSKUsage.REINIT)
    pending = claiming(crew, bundle, key, group_id=REINIT.group_id)
    with refused(Rule.REINIT_SAME_MEMBERS):
        enter(pending, bundle, crew["bob"])


def test_a_branch_keeps_the_suite() -> None:
    crew = founded(*NAMES)
    bundle = crew.people["bob"].bundle()
    pending = claiming(crew, bundle, key_of(crew, ResumptionPSKUsage.BRANCH))
    other = replace(crew["bob"], context=replace(crew["bob"].context, cipher_suite=3))
    with refused(Rule.BRANCH_WELCOME_MATCHES):
        enter(pending, bundle, other)


def test_a_successor_begins_with_epoch_one() -> None:
    crew = founded(*NAMES)
    bundle = crew.people["bob"].bundle()
    first = claiming(crew, crew.people["carol"].bundle()).adopt()
    pending = commit(
        CRYPTO,
        first,
        proposals=[
            Add(bundle.key_package),
            PreSharedKey(key_of(crew, ResumptionPSKUsage.BRANCH)),
        ],
        psks=PSKs(resumptions=crew["alice"].resumption_psks()),
        authentication=REGISTRY,
        now=NOW,
        options=CommitOptions(usages=frozenset(ResumptionPSKUsage)),
    )
    with refused(Rule.WELCOME_FIRST_EPOCH):
        enter(pending, bundle, crew["bob"])
