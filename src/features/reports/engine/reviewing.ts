import type { CodeReview, ConnectorContext } from '../../../connectors/contract.ts';

type Context = ConnectorContext<unknown, unknown>;

/** The server, for as long as one report is written. */
export interface Reviewing {
  review: CodeReview<Context>;
  context: Context;
}
