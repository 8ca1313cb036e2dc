import type { ParsedDelivery } from '../../../connectors/contract.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { Handled, Handler } from '../../inbox/index.ts';
import type { Sources, SourceSummary } from '../source.ts';
import { keepFacts } from '../store/delivered.ts';
import { ensureHost } from '../store/tasks.ts';
import { want } from '../store/wants.ts';
import { lockStarting } from '../store/runs.ts';
import { isKnown, lookForSlices, priorityOf, runForWants } from '../store/webhook-runs.ts';

export interface ReceivingOptions {
  sources: Sources;
  /** A task may be due now. */
  wake(): void;
}

/**
 * What a delivery leads to: its facts are kept for the next publish of the slice, the slice is wanted, and a run with a
 * task for it is there when the transaction commits, without a discovery. All of it is the same done twice.
 */
export function createDeliveryHandler(kind: string, { sources, wake }: ReceivingOptions): Handler {
  return {
    kind,
    async handle(tx, { integrationId, parsed }) {
      const source = (await sources.active()).find((active) => active.id === integrationId);
      return receive(tx, { integrationId, source }, parsed);
    },
    handled: wake,
  };
}

async function receive(
  tx: Tx,
  { integrationId, source }: { integrationId: number; source: SourceSummary | undefined },
  parsed: ParsedDelivery,
): Promise<Handled> {
  await keepFacts(tx, integrationId, parsed.facts);
  if (parsed.reads.length === 0) return { outcome: 'nothing_to_read', runId: null };
  // Two deliveries of one burst share a run.
  await lockStarting(tx, integrationId);
  const known: ParsedDelivery['reads'][number][] = [];
  for (const read of parsed.reads) if (await isKnown(tx, integrationId, read.slice)) known.push(read);
  for (const { slice, parts } of known) {
    for (const part of parts) {
      await want(tx, integrationId, slice, part, { reason: 'webhook', priority: priorityOf(part) });
    }
  }
  // Paused: what is wanted is read by the first run after it is resumed.
  if (source === undefined) return { outcome: 'kept', runId: null };
  await ensureHost(tx, source.hostKey);
  if (known.length < parsed.reads.length) return { outcome: 'looked_for', runId: await lookForSlices(tx, source) };
  return { outcome: 'reading', runId: await runForWants(tx, source, known) };
}
