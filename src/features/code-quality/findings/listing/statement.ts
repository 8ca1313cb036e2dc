import { escaped, type Queryable } from '../../../../platform/database/index.ts';

/** Values of a statement under construction; each gets its own parameter. */
export class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}

/** A pattern for `ilike` that finds the text anywhere, taken as it stands. */
export function containing(text: string): string {
  return `%${escaped(text)}%`;
}

export function beginningWith(text: string): string {
  return `${escaped(text)}%`;
}

/** What a server that is not ours may think of disks and compiling. Groups are hashed: sorting a million rows spills to disk. */
const forMany = { random_page_cost: '1.1', parallel_tuple_cost: '0.01', jit: 'off', enable_sort: 'off' };

const setting = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([name, value]) => `set local ${name} = ${value}`)
    .join('; ');

/**
 * Runs a statement of a transaction that reads a large part of all findings. What an index alone does not answer is read
 * in the order of the table, by several processes: row by row in the order of an index takes three times as long.
 */
export async function readingMany<T>(tx: Queryable, indexAlone: boolean, read: () => Promise<T>): Promise<T> {
  await tx.execute(setting({ ...forMany, ...(indexAlone ? { enable_seqscan: 'off' } : { enable_indexscan: 'off' }) }));
  const result = await read();
  await tx.execute(setting({ enable_seqscan: 'on', enable_indexscan: 'on', enable_sort: 'on' }));
  return result;
}
