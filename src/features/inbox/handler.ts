import type { ParsedDelivery } from '../../connectors/contract.ts';
import type { Tx } from '../../platform/database/index.ts';

/** A stored delivery, parsed by its connector. */
export interface HandledDelivery {
  integrationId: number;
  adapter: string;
  parsed: ParsedDelivery;
}

/**
 * What came of it: `reading` what it is about, `nothing_to_read` because nothing changed at the source, `looked_for`
 * something nobody knows yet, `kept` until the integration is resumed.
 */
export type Outcome = 'reading' | 'nothing_to_read' | 'looked_for' | 'kept';

export interface Handled {
  outcome: Outcome;
  /** The run that reads it; null when none was started. */
  runId: number | null;
}

/**
 * The socket a room fills that wants the deliveries of a connector kind. Called in the transaction that marks the
 * delivery as done, after the sender was answered: at least once, in any order, also long after the fact.
 */
export interface Handler {
  kind: string;
  handle(tx: Tx, delivery: HandledDelivery): Promise<Handled>;
  /** Called after that transaction. */
  handled(): void;
}
