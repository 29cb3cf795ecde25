"""Asking how far the key directory is; what comes of it is in `following`."""

from dataclasses import replace

from teamchat.engine import requests
from teamchat.engine.state import ForKeyLog
from teamchat.engine.step import Step


def look(step: Step) -> None:
    """See how far the log is, unless that is being done."""
    if step.session.greeted and not step.desk.keys.busy:
        number = step.ask(ForKeyLog(), requests.key_log())
        step.desk = replace(step.desk, keys=replace(step.desk.keys, asking=number, again=False))


def look_afresh(step: Step) -> None:
    """See how far the log is now: a look that has begun already is not enough."""
    if step.desk.keys.busy:
        step.desk = replace(step.desk, keys=replace(step.desk.keys, again=True))
    else:
        look(step)
