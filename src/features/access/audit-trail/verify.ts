import type { Database, Tx } from '../../../platform/database/index.ts';
import type { AuditChain, BrokenPlace } from './contract.ts';
import { hashedFields, hashOfRow } from './hash.ts';

interface Head {
  sequence: number;
  hash: string;
  removedSequence: number;
  removedHash: string;
  removedAt: Date | null;
}

interface ChainedRow {
  sequence: number;
  eventId: number;
  previous: string;
  hash: string;
  /** Null: the row itself is gone. */
  fields: (string | null)[] | null;
  action: string | null;
  at: Date | null;
}

const pageRows = 1_000;

/**
 * Reads the whole trail, a page at a time and of one moment, hashes each row again, and names the first place where it is
 * not what was written. Whoever can write to the database can write a whole trail anew: that is seen only by who has kept
 * the hash of an earlier row elsewhere.
 */
export function verifyAuditTrail(
  db: Database,
  { signal, now }: { signal?: AbortSignal; now: () => Date },
): Promise<AuditChain> {
  return db.transaction(async (tx) => {
    await tx.execute('set transaction isolation level repeatable read, read only');
    const head = await tx.maybeOne<Head>(
      `select sequence, encode(hash, 'hex') as hash, removed_sequence as "removedSequence",
              encode(removed_hash, 'hex') as "removedHash", removed_at as "removedAt" from access.audit_head`,
    );
    const inserted = await unchained(tx);
    const walked = head === undefined ? { rows: 0, broken: noHead } : await walk(tx, head, signal);
    const broken = earlier(walked.broken, inserted);
    return {
      whole: broken === null,
      rows: walked.rows,
      last: head === undefined || head.sequence === 0 ? null : { sequence: head.sequence, hash: head.hash },
      removed:
        head === undefined || head.removedAt === null
          ? null
          : { sequence: head.removedSequence, hash: head.removedHash, at: head.removedAt.toISOString() },
      broken,
      checkedAt: now().toISOString(),
    };
  });
}

const noHead: BrokenPlace = {
  kind: 'no_head',
  sequence: null,
  eventId: null,
  message: 'The end of the trail is not written down any more: rows at its end may be gone.',
};

const earlier = (one: BrokenPlace | null, other: BrokenPlace | null): BrokenPlace | null =>
  one !== null && other !== null
    ? (one.eventId ?? Infinity) <= (other.eventId ?? Infinity)
      ? one
      : other
    : (one ?? other);

/** A row that no transaction of ours wrote has no place in the trail. */
async function unchained(tx: Tx): Promise<BrokenPlace | null> {
  const row = await tx.maybeOne<{ id: number; action: string; at: Date }>(
    `select e.id, e.action, e.at from access.audit_events e
      where not exists (select from access.audit_chain c where c.event_id = e.id) order by e.id limit 1`,
  );
  if (row === undefined) return null;
  const message = `${entry(row.id, row)} was put into the trail past the hub.`;
  return { kind: 'inserted_row', sequence: null, eventId: row.id, message };
}

async function walk(
  tx: Tx,
  head: Head,
  signal: AbortSignal | undefined,
): Promise<{ rows: number; broken: BrokenPlace | null }> {
  let before = { sequence: head.removedSequence, hash: head.removedHash };
  let rows = 0;
  for (let after = 0; ; ) {
    signal?.throwIfAborted();
    const page = await readPage(tx, after);
    for (const row of page) {
      const broken = judge(row, before, head);
      if (broken !== null) return { rows, broken };
      before = row;
      rows += 1;
    }
    if (page.length < pageRows) break;
    after = page.at(-1)?.sequence ?? after;
  }
  return { rows, broken: judgeEnd(before, head) };
}

const readPage = (tx: Tx, after: number): Promise<ChainedRow[]> =>
  tx.query<ChainedRow>(
    `select c.sequence, c.event_id as "eventId", encode(c.previous_hash, 'hex') as previous, encode(c.hash, 'hex') as hash,
            case when e.id is not null then ${hashedFields} end as fields, e.action, e.at
       from access.audit_chain c left join access.audit_events e on e.id = c.event_id
      where c.sequence > $1 order by c.sequence limit ${pageRows}`,
    [after],
  );

interface Place {
  sequence: number;
  hash: string;
}

function judge(row: ChainedRow, before: Place, head: Head): BrokenPlace | null {
  const { sequence, eventId, fields } = row;
  const broken = (kind: BrokenPlace['kind'], place: number, message: string): BrokenPlace => ({
    kind,
    sequence: place,
    eventId,
    message,
  });
  const expected = before.sequence + 1;
  if (sequence > head.sequence)
    return broken(
      'inserted_row',
      sequence,
      `Row ${sequence} stands behind the end of the trail, which is ${head.sequence}.`,
    );
  if (sequence < expected)
    return broken('inserted_row', sequence, `Row ${sequence} is there, although retention has removed it.`);
  if (sequence > expected)
    return broken('missing_row', expected, `Row ${expected} is gone; the next one is ${sequence}.`);
  if (fields === null) return broken('missing_row', sequence, `Row ${sequence}, entry ${eventId}, is gone.`);
  if (row.previous === before.hash && row.hash === hashOfRow({ sequence, fields, previous: before.hash })) return null;
  return broken('changed_row', sequence, `Row ${sequence}, ${entry(eventId, row)}, is not as it was written.`);
}

function judgeEnd(last: Place, head: Head): BrokenPlace | null {
  const { sequence } = head;
  if (last.sequence < sequence) {
    const count = sequence - last.sequence;
    const message = `The trail ends with row ${last.sequence}, and ${sequence} were written: the last ${count === 1 ? 'one is' : `${count} are`} gone.`;
    return { kind: 'cut_tail', sequence: last.sequence + 1, eventId: null, message };
  }
  if (last.hash === head.hash) return null;
  const message = `Row ${sequence} is not the one that was written last: rows before it were written anew.`;
  return { kind: 'changed_row', sequence, eventId: null, message };
}

const entry = (id: number, { action, at }: { action: string | null; at: Date | null }): string =>
  `entry ${id} (${action ?? ''}, ${at?.toISOString() ?? ''})`;
