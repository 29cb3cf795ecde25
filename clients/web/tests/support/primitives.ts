/** mls-primitives.json of this repository: what every client of ours accepts, seals and opens alike. */

/** Where it is. */
export const PRIMITIVES = new URL(
  "../../../../tests/vectors/data/mls-primitives.json",
  import.meta.url,
);

/** What it holds. */
export interface Primitives {
  readonly ed25519: readonly {
    readonly name: string;
    readonly public_key: string;
    readonly message: string;
    readonly signature: string;
    readonly accepted: boolean;
  }[];
  readonly low_order_x25519: readonly string[];
  readonly x_wing: {
    readonly private_key: string;
    readonly public_key_sha256: string;
    readonly kem_output: string;
    readonly shared_secret: string;
  };
  readonly hpke: readonly {
    readonly cipher_suite: number;
    readonly key_material: string;
    readonly private_key: string;
    readonly public_key_sha256: string;
    readonly info: string;
    readonly plaintext: string;
    readonly kem_output: string;
    readonly ciphertext: string;
    readonly exporter_context: string;
    readonly exporter_kem_output: string;
    readonly exported: string;
  }[];
}
