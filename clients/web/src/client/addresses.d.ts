/** What the build makes of the address of a worker. */
declare module "*?worker&url" {
  const address: string;
  export default address;
}
