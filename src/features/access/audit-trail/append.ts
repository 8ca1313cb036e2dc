import type { Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { hashOfRow } from './hash.ts';

/** A row that was written and has no place in the trail yet. */
export interface UnchainedEvent {
  id: number;
  fields: readonly (string | null)[];
}

const waiting = new WeakMap<Tx, UnchainedEvent[]>();

/** The rows of a transaction get their places at its end, all at once: nobody waits for a place any longer than that takes. */
export function chainAtTheEnd(tx: Tx, event: UnchainedEvent): void {
  const others = waiting.get(tx);
  if (others !== undefined) {
    others.push(event);
    return;
  }
  const events = [event];
  waiting.set(tx, events);
  tx.beforeCommit(async () => {
    waiting.delete(tx);
    await append(tx, events);
  });
}

/**
 * The row of the head is locked until the commit: the places of two transactions never mix. It is the one lock that everybody
 * who changes something comes to, each for no longer than a commit takes; on a slow disk twenty of those are many seconds.
 */
async function append(tx: Tx, events: readonly UnchainedEvent[]): Promise<void> {
  await tx.execute("set local lock_timeout = '60s'");
  const head = await tx.maybeOne<{ sequence: number; hash: string }>(
    "select sequence, encode(hash, 'hex') as hash from access.audit_head for update",
  );
  // With a new head the trail would begin anew, and nobody would know of the one before.
  if (head === undefined) throw new PlumblineError('audit_head_missing');
  let { sequence, hash } = head;
  const rows = events.map(({ id, fields }) => {
    sequence += 1;
    const previous = hash;
    hash = hashOfRow({ sequence, fields, previous });
    return { sequence, id, previous, hash };
  });
  await tx.execute(
    `insert into access.audit_chain (sequence, event_id, previous_hash, hash)
     select sequence, event_id, decode(previous, 'hex'), decode(hash, 'hex')
       from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]) as row (sequence, event_id, previous, hash)`,
    [
      rows.map((row) => row.sequence),
      rows.map(({ id }) => id),
      rows.map((row) => row.previous),
      rows.map((row) => row.hash),
    ],
  );
  await tx.execute("update access.audit_head set sequence = $1, hash = decode($2, 'hex')", [sequence, hash]);
}
