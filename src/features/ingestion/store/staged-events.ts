import { ControlEvent } from '../../../connectors/contract.ts';
import type { Queryable, Tx } from '../../../platform/database/index.ts';
import { stageLost } from './stage-proof.ts';

/** Events of one stream and scope (both empty: of none), in their order. */
export interface EventBlock {
  stream: string;
  scope: string;
  seq: number;
  events: readonly ControlEvent[];
}

/**
 * Where an event belongs: what is said of a stream and scope is forgotten and counted with its records. A poll is about
 * another slice than the one that is read.
 */
export function eventPlace(event: ControlEvent): { stream: string; scope: string } {
  return 'stream' in event && event.type !== 'polled'
    ? { stream: event.stream, scope: event.scope }
    : { stream: '', scope: '' };
}

/** Bytes are kept as bytes: such an event has a block of its own. */
export async function appendEvents(tx: Tx, taskId: number, blocks: readonly EventBlock[]): Promise<void> {
  if (blocks.length === 0) return;
  const rows = blocks.map(({ stream, scope, seq, events }) => {
    const [first] = events;
    const bytes = first?.type === 'fingerprints' ? Buffer.from(first.bytes) : null;
    const text = JSON.stringify(
      events.map((event) => (event.type === 'fingerprints' ? { ...event, bytes: null } : event)),
    );
    return { stream, scope, seq, text, bytes };
  });
  await tx.execute(
    `insert into ingestion.staged_events (task_id, seq, stream, scope, events, bytes)
     select $1, * from unnest($2::bigint[], $3::text[], $4::text[], $5::json[], $6::bytea[])`,
    [
      taskId,
      rows.map((row) => row.seq),
      rows.map((row) => row.stream),
      rows.map((row) => row.scope),
      rows.map((row) => row.text),
      rows.map((row) => row.bytes),
    ],
  );
}

/** Everything that was said while the task's slice was read. Throws `stage_lost` for what this version does not understand. */
export async function readEvents(db: Queryable, taskId: number): Promise<ControlEvent[]> {
  const rows = await db.query<{ events: object[]; bytes: Buffer | null }>(
    'select events, bytes from ingestion.staged_events where task_id = $1 order by seq',
    [taskId],
    'staged events',
  );
  return rows.flatMap(({ events, bytes }) =>
    events.map((event) => understood(bytes === null ? event : { ...event, bytes })),
  );
}

function understood(event: object): ControlEvent {
  const parsed = ControlEvent.safeParse(event);
  if (!parsed.success) throw stageLost('it was staged by another version');
  return parsed.data;
}
