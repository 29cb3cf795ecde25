/** The ratchet tree of public keys (RFC 9420 §4, §7). Its secrets are in `treekem.ts`. */

export { LeafNode, ParentNode } from "./nodes.ts";
export { UpdatePath } from "./path.ts";
export { RatchetTree } from "./ratchet_tree.ts";
