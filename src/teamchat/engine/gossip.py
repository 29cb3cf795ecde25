"""What others have seen of the key directory: said inside their messages, and to be proved.

A claim is not signed. A tree that was pinned here before needs no proof; a smaller one is proved
from tiles, which the server need not be believed for; a larger one has to be shown by the server
at the next look. What is not proved contradicts: the member or the server lies, and that is told.
"""

from dataclasses import replace
from typing import Final

from teamchat.content.profile import Seen
from teamchat.engine import findings, looking, requests
from teamchat.engine.key_log import Pin, Proving
from teamchat.engine.key_reading import begun
from teamchat.engine.state import ForTile, Leaf
from teamchat.engine.step import Step
from teamchat.engine.store import Put, Table
from teamchat.ids import UserId
from teamchat.transparency import (
    Demand,
    Monitor,
    Tile,
    TiledTree,
    TransparencyError,
    TreeHead,
    tiles_for_consistency,
)
from teamchat.wire.problems import Code

STRANGE: Final = 8
"""How many claims to have seen a newer log wait for one look."""
_NEVER: Final = frozenset({Code.NOT_FOUND, Code.FORBIDDEN, Code.INVALID})
"""Refusals that no later try would change: then what was heard stays unproved."""


def seen(step: Step) -> Seen | None:
    """Return what this device says of itself to have seen."""
    pin = step.desk.keys.pin
    if pin is None or not pin.head.size:
        return None
    return Seen(begun(pin.key), pin.head.size, pin.head.root)


def hear(step: Step, sender: Leaf, claim: Seen | None) -> None:
    """A member says what it has seen."""
    pin = step.desk.keys.pin
    if claim is None or pin is None or claim.begun < begun(pin.key):
        return  # of a log that ours continues
    head = TreeHead(claim.size, claim.root)
    if claim.begun > begun(pin.key):
        strange = (*step.desk.keys.strange, (sender.user, head))[:STRANGE]
        step.desk = replace(step.desk, keys=replace(step.desk.keys, strange=strange))
        looking.look_afresh(step)
        return
    known = {each.size: each for each in (*pin.past, pin.head)}.get(head.size)
    if known is not None:
        if known != head:
            _tell(step, sender.user, head)
        return
    monitor = pin.monitor.hear(f"{sender.user}.{sender.device}", head)
    if monitor == pin.monitor:
        return  # heard before, and what was to be done is done
    _put(step, pin, monitor)
    if head.size > pin.head.size:
        looking.look_afresh(step)
    else:
        prove(step)


def judge(step: Step) -> None:
    """After a look: a tree that others had seen before it, and the server does not show."""
    pin, strange = step.desk.keys.pin, step.desk.keys.strange
    if pin is None:
        return
    step.desk = replace(step.desk, keys=replace(step.desk.keys, strange=()))
    for who, head in strange:
        _tell(step, who, head)
    for source, head in pin.monitor.heard:
        if head.size > pin.head.size:
            _tell(step, _user(source), head)
    prove(step)


def prove(step: Step) -> None:
    """Ask for the tiles that prove the next of the smaller trees."""
    keys = step.desk.keys
    if keys.pin is None or keys.proving is not None or not step.session.greeted:
        return
    demand = next(iter(keys.pin.monitor.demands()), None)
    if demand is None:
        return
    tiles = tiles_for_consistency(demand.old.size, demand.new.size)
    proving = Proving(demand, frozenset(tiles))
    step.desk = replace(step.desk, keys=replace(keys, proving=proving))
    for tile in tiles:
        step.ask(ForTile(tile), requests.of_key_log(begun(keys.pin.key), tile.path))
    _finish(step, proving)


def take_tile(step: Step, tile: Tile, body: object) -> None:
    """A tile is here."""
    proving = step.desk.keys.proving
    if proving is None or not isinstance(body, bytes):
        return
    proving = replace(proving, here={**proving.here, tile: body})
    step.desk = replace(step.desk, keys=replace(step.desk.keys, proving=proving))
    _finish(step, proving)


def take_no_tile(step: Step, code: Code | None) -> None:
    """A tile is not shown: what was heard is not proved, or not now."""
    proving = step.desk.keys.proving
    step.desk = replace(step.desk, keys=replace(step.desk.keys, proving=None))
    if proving is not None and code in _NEVER:
        _settle(step, proving.demand, proved=False)


def _finish(step: Step, proving: Proving) -> None:
    """Judge a claim once every tile is here that it takes."""
    if not proving.tiles <= proving.here.keys():
        return
    step.desk = replace(step.desk, keys=replace(step.desk.keys, proving=None))
    pin = step.desk.keys.pin
    if pin is not None and pin.head == proving.demand.new:
        _settle(step, proving.demand, proved=_is_proved(pin.monitor, proving))
    prove(step)


def _is_proved(monitor: Monitor, proving: Proving) -> bool:
    demand, tiles = proving.demand, {tile: proving.here[tile] for tile in proving.tiles}
    try:
        proof = TiledTree.authenticate(demand.new, tiles).consistency_proof(demand.old.size)
        monitor.settle(demand, proof)
    except TransparencyError:
        return False
    return True


def _settle(step: Step, demand: Demand, *, proved: bool) -> None:
    """A tree is proved to be ours, or is not: for all who have seen it."""
    pin = step.desk.keys.pin
    if pin is None:
        return
    alike = [each for each in pin.monitor.heard if each[1] == demand.old]
    rest = tuple(each for each in pin.monitor.heard if each[1] != demand.old)
    _put(step, pin, replace(pin.monitor, heard=rest))
    for source, head in () if proved else alike:
        _tell(step, _user(source), head)


def _put(step: Step, pin: Pin, monitor: Monitor) -> None:
    if monitor != pin.monitor:
        keys = replace(step.desk.keys, pin=replace(pin, monitor=monitor))
        step.desk = replace(step.desk, keys=keys)
        step.write(Put(Table.KEY_LOG, "pin", keys.record().encode()))


def _tell(step: Step, who: UserId, head: TreeHead) -> None:
    claim = f"{head.size} {head.root.hex()}"
    findings.find(step, findings.of_claim(step, who, claim), ("who", who))


def _user(source: str) -> UserId:
    return UserId(source.partition(".")[0])
