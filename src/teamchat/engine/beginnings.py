"""What a log that takes another one's place means for people: compared with what was known.

It says all devices anew, so where an entry stands says nothing. Devices that had ended and are
listed again stay out (`key_anew`), and their people are told; so is whoever has another key in
it, or devices that it has not.
"""

from teamchat.engine import findings
from teamchat.engine.key_reading import Reading
from teamchat.engine.key_records import FindingRecord
from teamchat.engine.step import Step
from teamchat.identity.key_directory import Entry, KeyDirectory, Keys
from teamchat.identity.statements import Removed, Reset
from teamchat.ids import DeviceId, UserId


def heed(step: Step, reading: Reading, before: KeyDirectory) -> None:
    """Compare oneself, and those who are known, before and after.

    Args:
        step: The step.
        reading: What was read; its directory is the one that counts from now on.
        before: What counted before.
    """
    own = step.account.user
    for user, keys in sorted(reading.directory.people.items()):
        out = {device for device, each in keys.devices.items() if each.kept_out}
        if out and user == own:
            findings.find(step, _returned(step, "alarm-own-device-returned", reading, user, out))
        elif out and step.person(user) is not None:
            found = _returned(step, "alarm-device-returned", reading, user, out)
            findings.find(step, found, ("who", user))
    was, now = before.people.get(own), reading.directory.people.get(own)
    if was is not None and now is not None:
        _compare_own(step, reading, was, now)


def _returned(
    step: Step, kind: str, reading: Reading, user: UserId, out: set[DeviceId]
) -> FindingRecord:
    """Return the finding of devices that are listed again, with the entry of one if it was kept."""
    for entry in reading.notes.returned.get(user, ()):
        if getattr(entry.statement, "device", None) in out:
            return findings.of_entry(step, kind, entry, reading.offer.note)
    return findings.of_entry(step, kind, Entry(0, None), reading.offer.note)


def _compare_own(step: Step, reading: Reading, was: Keys, now: Keys) -> None:
    """Tell of another key that no entry led to, and of devices that are not listed any more."""
    told = [each for each in reading.notes.told if not each.refused]
    resets = [each for each in told if isinstance(each.statement, Reset)]
    renewed = was.identity_key in {now.identity_key, *now.renewed}
    if not renewed and not resets:
        own = (each for each in told if getattr(each.statement, "user", "") == step.account.user)
        entry = next(own, Entry(0, None))
        found = findings.of_entry(step, "alarm-own-reset", entry, reading.offer.note)
        day = getattr(entry.statement, "day", "")
        findings.find(step, found, ("day", day))
    said = {each.statement.device for each in told if isinstance(each.statement, Removed)}
    lost = {
        device
        for device, each in was.devices.items()
        if not each.ended and now.devices[device].ended and device not in said
    }
    if lost - {step.account.device} and not resets:
        step.alarm("notice-own-devices-missing", ("count", str(len(lost))))
