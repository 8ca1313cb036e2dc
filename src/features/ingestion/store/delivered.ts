import type { DeliveredFact } from '../../../connectors/contract.ts';
import type { Tx } from '../../../platform/database/index.ts';

/**
 * Keeps facts for the publishes of their slices. Of two facts about one thing the later counts, of two of the same
 * moment the greater text, so that the order of arrival says nothing.
 */
export async function keepFacts(tx: Tx, integrationId: number, facts: readonly DeliveredFact[]): Promise<void> {
  for (const { slice, stream, subject, about, changedAt, fact } of facts) {
    await tx.execute(
      `insert into ingestion.delivered as d (integration_id, slice, stream, subject, about, changed_at, fact)
       values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (integration_id, slice, stream, subject, about) do update
          set changed_at = excluded.changed_at, fact = excluded.fact, delivered_at = now()
        where (excluded.changed_at, excluded.fact::text) > (d.changed_at, d.fact::text)`,
      [integrationId, slice, stream, subject, about, changedAt, JSON.stringify(fact)],
    );
  }
}
