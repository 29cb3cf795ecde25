"""The key directory as a fake account sees it: five entries, cosigned by one witness."""

from dataclasses import replace
from typing import Final

from teamchat.engine.model import (
    LogDevice,
    LogEvidence,
    LogFinding,
    LogRefusal,
    LogStatus,
    LogWitnesses,
)
from teamchat.engine.witnesses import GRACE_SECONDS
from teamchat.transparency import TLogProof, TransparencyError, TreeHead, VerifierKey
from tests.support.tlog import LOG_KEY, WITNESSES, StoredLog, checkpoint, log_of, witnessed

TIME_MS: Final = 1_795_000_000_000


class FakeKeyLog:
    """A log of a few entries; what it has done wrong is said by the test."""

    def __init__(self, own: tuple[LogDevice, ...] = ()) -> None:
        self._log: StoredLog = log_of(5)
        self._log.publish()
        self._note = witnessed(self._log.published[-1], WITNESSES[0])
        self.status = LogStatus(
            origin=self._log.origin,
            key=LOG_KEY.verifier.vkey,
            size=5,
            root=self._log.tree.head.root,
            checked=TIME_MS // 1000,
            cosigners=(WITNESSES[0].verifier.name,),
            checkpoint=self._note.encode(),
            findings=(),
            refused=(),
            own=own,
        )

    def proof(self, index: int) -> str:
        """Return the proof file of an entry."""
        entry = self._log.entries[index]
        return TLogProof(index, self._log.inclusion(index), self._note, entry).encode().decode()

    def unread(self) -> None:
        """Nothing of the log was seen yet."""
        self.status = LogStatus("", "", 0, b"", 0, (), b"", (), ())

    def fork(self) -> None:
        """The server has shown another tree of the same size."""
        theirs = checkpoint(TreeHead(5, bytes(32))).encode()
        self._find("alarm-key-log-forked", theirs=theirs)

    def split(self, who: str) -> None:
        """A colleague says to have seen something else."""
        self._find("alarm-key-log-split", claim="5 " + "00" * 32, who=who)

    def refuse(self, index: int, who: str, reason: str) -> None:
        """An entry breaks a rule."""
        refused = (*self.status.refused, LogRefusal(index, who, reason))
        self.status = replace(self.status, refused=refused)

    def require(self, vkeys: tuple[str, ...], quorum: int, maximum_age: int) -> bool:
        """Require witnesses, if that is possible."""
        try:
            keys = [VerifierKey.parse(each) for each in vkeys]
        except TransparencyError:
            return False
        if quorum > len(keys):
            return False
        names = tuple(key.name for key in keys)
        met = TIME_MS // 1000 - 3600
        until = met + maximum_age
        required = LogWitnesses(
            names, quorum, maximum_age, late=False, missing=False, met=met, until=until,
            stops=until + GRACE_SECONDS,
        )  # fmt: skip
        self.status = replace(self.status, required=required if quorum else None)
        return True

    def stay_away(self, *, a_day: bool) -> None:
        """The required witnesses do not sign."""
        assert self.status.required is not None
        late = replace(self.status.required, late=True, missing=a_day)
        self.status = replace(self.status, required=late)

    def evidence(self) -> tuple[LogEvidence, ...]:
        """Return what was found; whatever is in the log is proved."""
        return tuple(map(self._as_files, self.status.findings))

    def _as_files(self, found: LogFinding) -> LogEvidence:
        files = {
            "log.vkey": f"{found.log_key}\n".encode(),
            "known.checkpoint": found.ours,
            "shown.checkpoint": found.theirs,
            "claim.txt": found.claim.encode(),
            "entry.json": found.entry,
        }
        kept = {name: data for name, data in files.items() if data}
        return LogEvidence(found, kept, "00" * 32, self.proof(found.index) if found.entry else "")

    def haunt(self, who: str) -> None:
        """The last entry is one about somebody that nobody vouched for."""
        finding = LogFinding(
            "alarm-entry-refused", TIME_MS, b"", self.status.checkpoint, "", who, None,
            certificate=b"", entry=self._log.entries[4], index=4, day="2026-11-18",
            log_key=self.status.key,
        )  # fmt: skip
        self.status = replace(self.status, findings=(*self.status.findings, finding))

    def _find(self, key: str, *, theirs: bytes = b"", claim: str = "", who: str = "") -> None:
        finding = LogFinding(
            key,
            TIME_MS,
            self.status.checkpoint,
            theirs,
            claim,
            who,
            None,
            certificate=b"",
            log_key=self.status.key,
        )
        self.status = replace(self.status, findings=(*self.status.findings, finding))
