/**
 * Every MUST that this package checks, by its section of RFC 9420.
 *
 * A rule has an identity: it is raised in the source under its name and expected in a test
 * under its name. Names, sections and texts are those of the Python twin; a test compares them.
 */

/** One MUST: its name, the section that demands it, and what it demands. */
export interface Rule {
  readonly name: string;
  readonly section: string;
  readonly text: string;
}

const MUSTS = {
  CREDENTIAL_NOT_AUTHENTICATED: ["5.3.1", "the authentication service vouches for the credential"],
  CREDENTIAL_SAME_CLIENT: ["5.3.1", "a new credential belongs to the client it replaces"],

  APPLICATION_DATA_PRIVATE: ["6", "application data travels in a PrivateMessage"],
  GROUP_ID_MATCHES: ["6", "a message names the group it is given to"],
  CONTENT_SIGNATURE: ["6.1", "a message is signed by its sender"],
  CONFIRMATION_TAG: ["6.1", "a commit's sender and receiver arrive at the same epoch"],
  EXTERNAL_SENDER_KNOWN: ["6.1", "an external sender is one of the group's external_senders"],
  NEW_MEMBER_PROPOSES_ADD: ["6.1", "a new member proposes nothing but its own Add"],
  NEW_MEMBER_COMMITS: ["6.1", "a joining member sends nothing but its external commit"],
  MEMBERSHIP_TAG: ["6.2", "a member's PublicMessage was sent by a member"],
  CONTENT_DECRYPTS: ["6.3.1", "a PrivateMessage decrypts with its sender's key"],
  PADDING_ZERO: ["6.3.1", "padding is all zero"],
  SENDER_DATA_DECRYPTS: ["6.3.2", "sender data decrypts with the epoch's secret"],
  SENDER_LEAF_NOT_BLANK: ["6.3.2", "a sender's leaf is not blank"],

  DEFAULTS_UNLISTED: ["7.2", "our capabilities do not list what everyone supports"],
  LEAF_LIFETIME_CURRENT: ["7.2", "a leaf's lifetime contains the present"],
  LEAF_LIFETIME_BOUNDED: ["7.2", "a leaf's lifetime is not longer than the application allows"],
  LEAF_SIGNATURE: ["7.3", "a leaf node is signed by its own signature key"],
  LEAF_SOURCE: ["7.3", "a leaf node's source fits the place it came from"],
  LEAF_CREDENTIAL_SUPPORTED: ["7.3", "every member supports every other member's credential type"],
  LEAF_CREDENTIAL_IN_CAPABILITIES: ["7.3", "a leaf's capabilities name its own credential type"],
  LEAF_EXTENSIONS_IN_CAPABILITIES: ["7.3", "a leaf's capabilities name its own extensions"],
  LEAF_SUPPORTS_GROUP_CONTEXT: ["7.3", "a leaf supports every GroupContext extension"],
  LEAF_SUPPORTS_REQUIRED: ["7.3", "a leaf supports the group's required_capabilities"],
  LEAF_SUPPORTS_SUITE: ["7.3", "a leaf's capabilities name the group's version and cipher suite"],
  LEAF_SIGNATURE_KEY_UNIQUE: ["7.3", "signature_key differs from every other leaf's"],
  LEAF_ENCRYPTION_KEY_UNIQUE: ["7.3", "encryption_key differs from every other node's"],
  LEAF_UPDATE_CHANGES_KEY: ["7.3", "an updated leaf has a new encryption_key"],

  UPDATE_PATH_LENGTH: ["7.5", "an UpdatePath has one node per node of the filtered direct path"],
  UPDATE_PATH_KEYS_FRESH: ["7.5", "no key of an UpdatePath was in the tree before"],
  UPDATE_PATH_CIPHERTEXT_COUNT: ["7.6", "a path node carries one ciphertext per resolved node"],
  UPDATE_PATH_DECRYPTS: ["7.6", "a path secret decrypts with the receiver's key"],
  UPDATE_PATH_KEY_MATCHES: ["7.6", "a path secret derives the public key it came with"],
  UPDATE_PATH_PARENT_HASH: ["7.9", "an UpdatePath's leaf carries the parent hash of its path"],

  PSK_COUNT: ["8.4", "the pre-shared keys of an epoch can be counted in a uint16"],
  PSK_NONCE_LENGTH: ["8.4", "a psk_nonce is as long as the hash"],
  GENERATION_UNUSED: ["9.2", "a message key is used once and then deleted"],

  PUBLIC_KEY_VALID: ["10", "an HPKE public key is valid for the cipher suite"],
  KEY_PACKAGE_VERSION: ["10.1", "a KeyPackage has the group's protocol version"],
  KEY_PACKAGE_SUITE: ["10.1", "a KeyPackage has the group's cipher suite"],
  KEY_PACKAGE_SIGNATURE: ["10.1", "a KeyPackage is signed by its leaf's signature key"],
  KEY_PACKAGE_INIT_KEY: ["10.1", "a KeyPackage's init_key differs from its leaf's encryption_key"],

  REINIT_WELCOME_MATCHES: ["11.2", "a new group is what the ReInit announced"],
  REINIT_SAME_MEMBERS: ["11.2", "a reinitialised group keeps the old group's members"],
  BRANCH_WELCOME_MATCHES: ["11.3", "a branch has its group's version and cipher suite"],
  BRANCH_SUBSET: ["11.3", "a branch's members are members of its group"],
  TREE_BOUNDED: ["12.1.1", "a tree grows no larger than one who joins accepts"],
  REMOVE_MEMBER: ["12.1.3", "a Remove names a member"],
  PSK_USAGE: ["12.1.4", "reinit and branch keys are for new groups only"],
  REINIT_VERSION: ["12.1.5", "a ReInit does not lower the version"],
  EXTERNAL_SENDER_PROPOSALS: ["12.1.8", "an external sender sends only the proposals it may"],

  UPDATE_BY_MEMBER: ["12.2", "an Update is sent by the member whose leaf it replaces"],
  COMMITTER_NOT_UPDATED: ["12.2", "a commit holds no Update of its committer"],
  COMMITTER_NOT_REMOVED: ["12.2", "a commit does not remove its committer"],
  ONE_CHANGE_PER_LEAF: ["12.2", "a commit changes a leaf once"],
  ADD_CLIENT_ONCE: ["12.2", "a commit adds a client once"],
  ADD_NOT_A_MEMBER: ["12.2", "an added client is not a member, unless it is removed as well"],
  PSK_UNIQUE: ["12.2", "a commit names a pre-shared key once"],
  ONE_GROUP_CONTEXT_EXTENSIONS: ["12.2", "a commit replaces the extensions once"],
  REINIT_ALONE: ["12.2", "a ReInit is committed alone"],
  EXTERNAL_INIT_PLACE: ["12.2", "an ExternalInit stands in an external commit only"],
  PROPOSAL_TYPE_SUPPORTED: ["12.2", "every member supports a custom proposal's type"],
  EXTERNAL_COMMIT_ONE_INIT: ["12.2", "an external commit holds exactly one ExternalInit"],
  EXTERNAL_COMMIT_PROPOSALS: ["12.2", "an external commit holds no other proposals"],

  PATH_REQUIRED: ["12.4", "a commit carries a path unless its proposals can do without"],
  PROPOSAL_REFERENCE_KNOWN: ["12.4", "a commit refers to proposals seen in its epoch"],
  PROPOSALS_BOUNDED: ["12.4", "an epoch and a commit hold no more proposals than we allow"],
  COMMIT_BEFORE_APPLICATION_DATA: ["12.4", "pending proposals are committed before data is sent"],
  EPOCH_CURRENT: ["12.4.2", "a handshake message belongs to the current epoch"],
  PSK_AVAILABLE: ["12.4.2", "every pre-shared key of a commit is at hand"],
  GROUP_REINITIALISED: ["12.4.2", "a group that is reinitialised sends nothing more"],
  GROUP_INFO_SIGNATURE: ["12.4.3", "a GroupInfo is signed by the member it names"],
  GROUP_INFO_CURRENT: ["12.4.3", "a GroupInfo describes the epoch it is offered for"],
  GROUP_SUITE_KNOWN: ["12.4.3", "a group's version and cipher suite are ones we speak"],
  GROUP_ID_UNIQUE: ["12.4.3", "a new group is not one we are already in"],

  WELCOME_FOR_US: ["12.4.3.1", "a Welcome names a KeyPackage of ours"],
  WELCOME_SUITE: ["12.4.3.1", "Welcome, KeyPackage and GroupInfo have one cipher suite"],
  WELCOME_DECRYPTS: ["12.4.3.1", "a Welcome's secrets decrypt with our keys"],
  WELCOME_ONE_ORIGIN: ["12.4.3.1", "a Welcome names one reinit or branch key at most"],
  WELCOME_FIRST_EPOCH: ["12.4.3.1", "a group made of another begins with epoch 1"],
  OWN_LEAF_PRESENT: ["12.4.3.1", "the tree holds the leaf of our KeyPackage"],
  PATH_SECRET_PRESENT: [
    "12.4.3.1",
    "a Welcome gives the keys of every node above us that counts us in",
  ],
  PATH_SECRET_KEY_MATCHES: ["12.4.3.1", "a Welcome's path secret derives the tree's keys"],
  RATCHET_TREE_AT_HAND: ["12.4.3.1", "the ratchet tree is in the message or handed in"],
  TREE_HASH_MATCHES: ["12.4.3.1", "the ratchet tree hashes to the GroupContext's tree_hash"],
  TREE_PARENT_HASHES: ["12.4.3.1", "every parent node is parent-hash valid"],
  TREE_UNMERGED_LEAVES: ["12.4.3.1", "unmerged_leaves name leaves below, sorted and coherently"],
  EXTERNAL_COMMIT_PATH: ["12.4.3.2", "an external commit has a path"],
  EXTERNAL_COMMIT_NO_REFERENCES: ["12.4.3.2", "an external commit holds its proposals by value"],
  EXTERNAL_PUB_PRESENT: ["12.4.3.2", "a GroupInfo for external joiners names external_pub"],
  TREE_ENDS_IN_LEAF: ["12.4.3.3", "the last node of a ratchet tree is a leaf"],
  TREE_NOT_TRUNCATED: ["12.4.3.3", "a ratchet tree does not end in a blank node"],
  TREE_NODE_KINDS: ["12.4.3.3", "leaves stand at even and parents at odd positions"],

  EXTENSION_UNIQUE: ["13.4", "a list of extensions has no two of one type"],
  EXTENSION_ELSEWHERE: ["13.4", "an extension stands only where its type is allowed"],
  GREASE_PLACE: ["13.5", "we send no GREASE where it would have a message refused"],

  EPOCH_KNOWN: ["15.3", "a late message belongs to an epoch that is still kept"],
  GENERATION_WINDOW: ["15.3", "a message does not run too far ahead of its sender's last one"],
} as const satisfies Readonly<Record<string, readonly [section: string, text: string]>>;

export type RuleName = keyof typeof MUSTS;

function named(): Readonly<Record<RuleName, Rule>> {
  const rules = Object.entries(MUSTS).map(([name, [section, text]]) => [
    name,
    Object.freeze({ name, section, text }),
  ]);
  return Object.freeze(Object.fromEntries(rules)) as Readonly<Record<RuleName, Rule>>;
}

export const Rule: Readonly<Record<RuleName, Rule>> = named();
