"""What new entries of the key directory mean for people: for oneself, and for those one knows.

A device that this one did not make is told of, a reset of oneself is an alarm, and another
identity key of somebody known is the changed key of `directory`.
"""

import msgspec

from teamchat.engine import beginnings, departure, directory, findings, listing
from teamchat.engine.key_reading import Reading
from teamchat.engine.step import Step
from teamchat.identity.key_directory import Entry, KeyDirectory
from teamchat.identity.statements import (
    Added,
    Custodians,
    Removed,
    Reset,
    Rotated,
    Statement,
)


def heed(step: Step, reading: Reading, before: KeyDirectory, *, anew: bool = False) -> None:
    """Look at what was read: at one's own entries, and at the keys of those who are known.

    Args:
        step: The step.
        reading: What was read.
        before: What was known before: a log that begins anew tells of old devices again.
        anew: Whether that is the case; where its entries stand says nothing then.
    """
    own = step.account.user
    since = -1 if anew else _own_index(step)
    for entry in reading.notes.told:
        if entry.index <= since:
            continue
        if isinstance(entry.statement, Custodians):
            _heed_custodians(step, entry.statement, before)
        elif entry.refused or not _known(entry.statement, before):
            _heed_own(step, entry, reading)
    if reading.notes.missed_at > since:
        step.alarm("alarm-own-entries-more", ("count", str(reading.notes.missed)))
    _heed_refused(step, reading)
    if anew:
        beginnings.heed(step, reading, before)
    for user in sorted(reading.changed - {own}):
        if step.person(user) is not None:
            directory.holds(step, user, reading.directory.people[user].identity_key)


def _known(said: Statement | None, before: KeyDirectory) -> bool:
    """Whether an entry says only what was known, as the first ones of a log that begins anew."""
    match said:
        case Added(certificate=brought) | Reset(certificate=brought):
            return before.has_listed(brought)
        case Removed(user=user, device=device):
            keys = before.people.get(user)
            listed = keys.devices.get(device) if keys else None
            return listed is not None and listed.ended and not listed.kept_out
        case Rotated(user=user, identity_key=key):
            keys = before.people.get(user)
            return keys is not None and key in {keys.identity_key, *keys.former}
        case _:
            return False


def look_through(step: Step) -> None:
    """Compare the groups that there are with the first directory that there is."""
    for each in list(step.conversations()):
        unlisted = () if each.group is None else listing.strangers(step, each.group)
        if unlisted:
            departure.give_up(step, each, each.record.seq, alarm="")
            listing.tell(step, each.id, unlisted[0])


def _heed_refused(step: Step, reading: Reading) -> None:
    """Somebody has tried to change the devices of people who are known, or the log is padded."""
    notes, note = reading.notes, reading.offer.note
    for user, entry in notes.of_known.items():
        found = findings.of_entry(step, "alarm-entry-refused", entry, note)
        findings.find(step, found, ("who", user))
    if notes.first_unfit is not None:
        entry, said = notes.first_unfit
        found = findings.of_entry(step, "alarm-key-log-unfit", entry, note, said)
        findings.find_once(step, found, ("count", str(notes.unfit)))


def _heed_own(step: Step, entry: Entry, reading: Reading) -> None:
    if entry.refused:
        found = findings.of_entry(step, "alarm-own-entry-refused", entry, reading.offer.note)
        findings.find(step, found)
        return
    match entry.statement:
        case Added(certificate=brought) if _vouched_for(step, brought) or _out(step, brought):
            pass  # this device was asked, by the person before it; or it is told as come back
        case Added(device=device, certificate=brought, day=day) if (
            brought != step.account.certificate
        ):
            step.alarm("notice-own-device-added", ("day", day), ("device", device))
        case Reset(certificate=brought, day=day) if brought != step.account.certificate:
            found = findings.of_entry(step, "alarm-own-reset", entry, reading.offer.note)
            findings.find(step, found, ("day", day))
        case Rotated():
            _heed_renewal(step, entry.statement)
        case Removed(device=device, by="", day=day):
            step.alarm("notice-own-device-removed", ("day", day), ("device", device))
        case Removed(device=device, by=by, day=day) if by == device != step.account.device:
            step.alarm("notice-own-device-left", ("day", day), ("device", device))
        case Removed(device=device, by=by, day=day) if by != step.account.device:
            said = ("day", day), ("device", device), ("by", by)
            step.alarm("notice-own-device-removed-by-own", *said)
        case _:
            pass


def _vouched_for(step: Step, certificate: bytes) -> bool:
    """Whether this device itself has let the other one in."""
    found = step.desk.keys.directory.certificate_of(certificate)
    return found is not None and found.by == step.account.device


def _out(step: Step, certificate: bytes) -> bool:
    return step.desk.keys.directory.keeps_out(certificate)


def _heed_custodians(step: Step, said: Custodians, before: KeyDirectory) -> None:
    """Tell of custodians that were not there before; a log that begins anew says them again."""
    if before.custodians is not None and before.custodians.which == said.which:
        return
    if said.people:
        counts = ("threshold", str(said.threshold)), ("count", str(len(said.people)))
        step.alarm("notice-custodians", *counts, ("day", said.day))
    else:
        step.alarm("notice-custodians-none", ("day", said.day))


def _heed_renewal(step: Step, said: Rotated) -> None:
    """The person's key was renewed; if not by this device, the person is to know."""
    own = step.person(step.account.user)
    if own is not None:
        former = tuple(sorted({*own.former_keys, own.identity_key}))
        step.put_person(
            msgspec.structs.replace(own, identity_key=said.identity_key, former_keys=former)
        )
    step.renew_identity(said.identity_key)
    if said.by != step.account.device:
        step.alarm("alarm-own-key-renewed", ("day", said.day))


def _own_index(step: Step) -> int:
    """Return where the log lists this device; what came before, this device need not be told."""
    keys = step.desk.keys.directory.people.get(step.account.user)
    listed = keys.devices.get(step.account.device) if keys else None
    return -1 if listed is None else listed.index
