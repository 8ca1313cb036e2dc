import type { Tx } from '../platform/database/index.ts';
import type { Jobs } from '../platform/jobs/index.ts';
import type { Room } from './room.ts';

export interface Change {
  kind: string;
  id: number;
}

/** Asks for what the rooms do about changes, in their transaction. Throws for a kind that no room tells of. */
export function reactionsOf(rooms: readonly Room[]) {
  const told = new Set(rooms.flatMap((room) => room.changes ?? []));
  const answers = rooms.flatMap((room) => Object.entries(room.reactsTo ?? {}));
  return async (jobs: Pick<Jobs, 'enqueue'>, tx: Tx, changes: readonly Change[]): Promise<void> => {
    for (const { kind, id } of changes) {
      if (!told.has(kind)) throw new Error(`no room declares changes of kind ${kind}`);
      for (const [answered, answer] of answers) {
        if (answered !== kind) continue;
        const { name, key } = typeof answer === 'string' ? { name: answer, key: String(id) } : answer;
        await jobs.enqueue(tx, name, key);
      }
    }
  };
}
