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
