/** What has to be ended, the youngest first. */
export interface Endings {
  /** Where everything is ended already, this is ended at once. */
  add(end: () => Promise<unknown>): Promise<void>;
  /** One that fails keeps no other from its end; the first failure is thrown when all have been tried. */
  all(): Promise<void>;
}

export function createEndings(): Endings {
  const open: (() => Promise<unknown>)[] = [];
  let over = false;
  return {
    async add(end) {
      if (over) await end();
      else open.push(end);
    },
    async all() {
      over = true;
      const failures: unknown[] = [];
      for (let end = open.pop(); end !== undefined; end = open.pop())
        await end().catch((error: unknown) => failures.push(error));
      if (failures.length > 0) throw failures[0];
    },
  };
}
