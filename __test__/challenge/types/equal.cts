/** Whether two types are the very same, labels of tuples aside. */
export type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles for `true` alone: `expect<Equal<A, B>>()`. */
export function expect<_T extends true>(): void {}
