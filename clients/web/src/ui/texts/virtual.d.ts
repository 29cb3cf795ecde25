/** What `build/catalogue.ts` hands to the build. */
declare module "virtual:texts/de" {
  const patterns: Readonly<Record<string, string>>;
  export default patterns;
}

declare module "virtual:texts/en" {
  const patterns: Readonly<Record<string, string>>;
  export default patterns;
}

/** By language. */
declare module "virtual:texts/later/*" {
  const patterns: Readonly<Record<"de" | "en", Readonly<Record<string, string>>>>;
  export default patterns;
}

/** The emojis of all clients (`src/teamchat/i18n/emoji.txt`). */
declare module "virtual:emoji" {
  export interface Emoji {
    readonly emoji: string;
    readonly name: string;
    /** Under which it is found. */
    readonly words: string;
  }
  /** Those that are offered at once. */
  export const OFTEN: readonly string[];
  export function emojisIn(language: string): readonly Emoji[];
}
