import type { ParsedDelivery } from '../../../connectors/contract.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { Handled, Handler } from '../../inbox/index.ts';
import type { Sink } from '../sink.ts';
import type { Sources } from '../source.ts';
import { atMainSlices } from './main-slices.ts';
import { keepFacts } from '../store/delivered.ts';
import { ensureHost } from '../store/tasks.ts';
import { want } from '../store/wants.ts';
import { lockStarting } from '../store/runs.ts';
import { isKnown, lookForSlices, priorityOf, runForWants } from '../store/webhook-runs.ts';

export interface ReceivingOptions {
  sources: Sources;
  /** Of the kind; where nothing is stored of it, nothing of it is a companion. */
  sink?: Pick<Sink, 'mainSlice'>;
  /** A task may be due now. */
  wake(): void;
}

/**
 * What a delivery leads to: its facts are kept for the next publish of the slice, the slice is wanted, and a run with a
 * task for it is there when the transaction commits, without a discovery. All of it is the same done twice.
 */
export function createDeliveryHandler(kind: string, { sources, sink = {}, wake }: ReceivingOptions): Handler {
  return {
    kind,
    async handle(tx, { integrationId, parsed }) {
      const { reads, facts } = await atMainSlices(tx, integrationId, parsed, sink);
      await keepFacts(tx, integrationId, facts);
      return readSoon(tx, { integrationId, sources }, reads);
    },
    handled: wake,
  };
}

/** Wants slices, and has a run with a task for each when the transaction commits; one that nobody knows is looked for. */
export async function readSoon(
  tx: Tx,
  { integrationId, sources }: { integrationId: number; sources: Pick<Sources, 'active' | 'connector'> },
  reads: ParsedDelivery['reads'],
): Promise<Handled> {
  if (reads.length === 0) return { outcome: 'nothing_to_read', runId: null };
  const source = (await sources.active()).find((active) => active.id === integrationId);
  // Two deliveries of one burst share a run.
  await lockStarting(tx, integrationId);
  const known: ParsedDelivery['reads'][number][] = [];
  for (const read of reads) if (await isKnown(tx, integrationId, read.slice)) known.push(read);
  for (const { slice, phases, named } of known) {
    for (const phase of phases) {
      const asked = { reason: 'webhook', priority: priorityOf(phase), ...(named === undefined ? {} : { named }) };
      await want(tx, integrationId, slice, phase, asked);
    }
  }
  // Paused: what is wanted is read by the first run after it is resumed.
  if (source === undefined) return { outcome: 'kept', runId: null };
  await ensureHost(tx, source.hostKey, source.place);
  const sought = reads.filter((read) => read.lookFor === true || !known.includes(read)).map(({ slice }) => slice);
  if (sought.length === 0) return { outcome: 'reading', runId: await runForWants(tx, source, known) };
  // Known ones need not wait for what nobody knows.
  if (known.length > 0) await runForWants(tx, source, known);
  const byName = sources.connector(source.kind).findsNamedSlices === true;
  return { outcome: 'looked_for', runId: await lookForSlices(tx, source, byName ? sought : null) };
}
