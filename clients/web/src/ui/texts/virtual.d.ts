/** What `build/catalogue.ts` hands to the build. */
declare module "virtual:texts/*" {
  const source: string;
  export default source;
}
