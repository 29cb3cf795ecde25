/**
 * Tamper-evident logs: RFC 6962 trees, C2SP checkpoints, tiles, cosignatures and proof files.
 *
 * The twin of `src/teamchat/transparency`, as far as a client reads a log: nothing here writes or
 * signs one. Pure: no clock, no storage, no randomness; times are handed in. It knows nothing of
 * teamchat, and of `mls` only its byte strings and curves. This file is only a map; import from
 * the rooms, so that a bundle holds what it uses. From the ground up:
 *
 *     errors, encoding    whose fault a failure is; strict, canonical text
 *     keys, hashing       who signs; leaf and node hashes
 *     note, compact       signed notes; perfect subtrees and roots
 *     checkpoint, proofs, tiles
 *     witness, tiled_tree who may be believed; trees read from tiles that nobody vouches for
 *     monitor, tlog_proof what a client has seen; proofs to keep
 *
 * Sizes, indexes and times are `bigint`: they go up to 2^63 - 1. Whatever checks a signature
 * returns a Promise, all else is synchronous.
 */

export {};
