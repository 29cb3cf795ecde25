"""Tamper-evident logs: RFC 6962 trees, C2SP checkpoints, tiles, cosignatures and proof files.

Pure: bytes and values in, bytes and values out. Nothing here reads a clock, a file or a socket,
or makes randomness; keys are made from seeds, times are handed in. It knows nothing of teamchat.

Read first: `monitor` for a client, `writer` for a log, `witness` for who may be believed.
"""

from teamchat.transparency.checkpoint import Checkpoint, SignedCheckpoint, open_checkpoint
from teamchat.transparency.compact import CompactRange, Node, TreeHead
from teamchat.transparency.errors import (
    ConflictError,
    Finding,
    ForkRefusedError,
    FormatError,
    InconsistentLogError,
    PolicyError,
    ProofError,
    SignatureError,
    SplitViewError,
    TransparencyError,
    UsageError,
)
from teamchat.transparency.hashing import EMPTY_ROOT, leaf_hash, node_hash
from teamchat.transparency.keys import (
    LogKey,
    Signature,
    SignatureType,
    VerifierKey,
    WitnessKey,
)
from teamchat.transparency.monitor import Demand, Monitor
from teamchat.transparency.note import SignedNote, Verified, verify_note
from teamchat.transparency.proofs import (
    verify_consistency,
    verify_extension,
    verify_inclusion,
)
from teamchat.transparency.tiled_tree import (
    TiledTree,
    tiles_for_consistency,
    tiles_for_inclusion,
    tiles_to_read,
)
from teamchat.transparency.tiles import (
    EntryBundle,
    Tile,
    decode_bundle,
    edge_tiles,
    encode_bundle,
    tile_at,
)
from teamchat.transparency.tlog_proof import TLogProof
from teamchat.transparency.witness import Policy, TrustedCheckpoint, cosign
from teamchat.transparency.writer import Integration, Intent, integrate, intend, resume

__all__ = [
    "EMPTY_ROOT",
    "Checkpoint",
    "CompactRange",
    "ConflictError",
    "Demand",
    "EntryBundle",
    "Finding",
    "ForkRefusedError",
    "FormatError",
    "InconsistentLogError",
    "Integration",
    "Intent",
    "LogKey",
    "Monitor",
    "Node",
    "Policy",
    "PolicyError",
    "ProofError",
    "Signature",
    "SignatureError",
    "SignatureType",
    "SignedCheckpoint",
    "SignedNote",
    "SplitViewError",
    "TLogProof",
    "Tile",
    "TiledTree",
    "TransparencyError",
    "TreeHead",
    "TrustedCheckpoint",
    "UsageError",
    "Verified",
    "VerifierKey",
    "WitnessKey",
    "cosign",
    "decode_bundle",
    "edge_tiles",
    "encode_bundle",
    "integrate",
    "intend",
    "leaf_hash",
    "node_hash",
    "open_checkpoint",
    "resume",
    "tile_at",
    "tiles_for_consistency",
    "tiles_for_inclusion",
    "tiles_to_read",
    "verify_consistency",
    "verify_extension",
    "verify_inclusion",
    "verify_note",
]
