"""Telling the server that there is an alarm about its key directory: once for each, no content.

An honest company learns from it that something is wrong. A hostile one learns little: what it has
shown to whom it knows (docs/decisions/0015-alarms-are-reported.md).
"""

from dataclasses import replace
from typing import Final

from teamchat.engine import requests
from teamchat.engine.evidence import digest_of
from teamchat.engine.key_log import KeyLogState
from teamchat.engine.key_reading import begun
from teamchat.engine.state import ForReport
from teamchat.engine.step import Step
from teamchat.engine.store import Put, Table
from teamchat.transparency import TransparencyError, VerifierKey
from teamchat.wire.alarms import AlarmKind, ReportAlarm

KINDS: Final = {
    "alarm-key-log-forked": AlarmKind.FORK,
    "alarm-key-log-unproven": AlarmKind.FORK,
    "alarm-key-log-unsigned": AlarmKind.FORK,
    "alarm-key-log-other": AlarmKind.FORK,
    "alarm-key-log-rolled-back": AlarmKind.ROLLBACK,
    "alarm-key-log-split": AlarmKind.SPLIT,
    "alarm-device-unlisted": AlarmKind.GHOST,
    "alarm-own-reset": AlarmKind.GHOST,
    "alarm-own-entry-refused": AlarmKind.GHOST,
    "alarm-own-device-returned": AlarmKind.GHOST,
    "alarm-key-log-unfit": AlarmKind.GHOST,
}
"""What is reported. Not: a log that began anew, which its operator did, and entries about others,
whom their own devices report."""


def report(step: Step) -> None:
    """Report the first finding that was not reported yet, if there is a connection."""
    keys = _skipped(step.desk.keys)
    if keys.reporting or not step.session.greeted or keys.reported >= len(keys.findings):
        step.desk = replace(step.desk, keys=keys)
        return
    found = keys.findings[keys.reported]
    body = ReportAlarm(KINDS[found.kind], _begun(found.log_key), digest_of(found))
    step.ask(ForReport(), requests.report_alarm(body))
    step.desk = replace(step.desk, keys=replace(keys, reporting=True))


def take_answer(step: Step) -> None:
    """The server knows of it."""
    keys = step.desk.keys
    keys = replace(keys, reported=keys.reported + 1, reporting=False)
    step.desk = replace(step.desk, keys=keys)
    step.write(Put(Table.KEY_LOG, "pin", keys.record().encode()))
    report(step)


def _skipped(keys: KeyLogState) -> KeyLogState:
    """Pass over what is not reported."""
    reported = keys.reported
    while reported < len(keys.findings) and keys.findings[reported].kind not in KINDS:
        reported += 1
    return replace(keys, reported=reported)


def _begun(log_key: str) -> int:
    try:
        return begun(VerifierKey.parse(log_key)) if log_key else 0
    except TransparencyError:
        return 0
