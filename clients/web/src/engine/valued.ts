/** Values that are made with some of their fields left out. */

/** Makes values of one type; `Optional` may be left out. */
export interface Valued<T, Optional extends keyof T> {
  readonly of: (given: Omit<T, Optional> & Partial<Pick<T, Optional>>) => T;
}

/** Say what the fields of a type are where they are left out: `valued<Person>()({ active: true })`. */
export function valued<T>() {
  return <D extends Partial<T>>(defaults: D): Valued<T, keyof D & keyof T> => ({
    of: (given) => ({ ...defaults, ...given }) as T,
  });
}
