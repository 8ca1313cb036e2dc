import type { Database } from '../../platform/database/index.ts';
import { type Route, route } from '../access/index.ts';
import * as contract from './contract.ts';
import { traceAsOf } from './reading/as-of.ts';
import { meanings, trace } from './reading/trace.ts';

export function traceRoutes({ db, now }: { db: Database; now(): Date }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/trace',
      permission: 'deployments:read',
      scope: 'rows',
      tag: 'Trace',
      summary:
        'Shows the line that goes through a commit, pull request, analysis, image, execution or deployment, and why it ends where it does.',
      errors: ['trace_nothing_found'],
      query: contract.TraceQuery,
      response: contract.TraceAnswer,
      handle: ({ query: { text, only, ifNothing, maxAge = null, asOf } }) => {
        if (asOf !== undefined) return traceAsOf(db, text, { at: new Date(asOf), now: now(), maxAge });
        return only === 'found'
          ? meanings(db, text, now())
          : trace(db, text, now(), { mayBeNothing: ifNothing === 'empty', maxAge });
      },
    }),
  ];
}
