/** What `build/catalogue.ts` hands to the build. */
declare module "virtual:texts/*" {
  const patterns: Readonly<Record<string, string>>;
  export default patterns;
}
