import type { z } from 'zod';
import { csvStream } from '../../../platform/csv/index.ts';
import type { Database, Tx } from '../../../platform/database/index.ts';
import { type Route, route, StreamedAnswer } from '../../access/index.ts';
import { ProjectParams } from '../contract.ts';
import * as contract from './contract.ts';
import { inSnapshot } from './in-snapshot.ts';
import { cellsOf, columnsOf } from './listing/csv-columns.ts';
import { countFacets } from './listing/facets.ts';
import { findingsOfFile, idsForFile, listFindings } from './listing/list-findings.ts';
import { readFinding } from './listing/read-finding.ts';
import { organizationScope, projectScope, type Scope } from './listing/scope.ts';
import { createTurns } from './listing/turns.ts';

export interface FindingRouteOptions {
  db: Database;
  now(): Date;
  /** How long counting may take, and gathering a file; as PostgreSQL writes times. */
  timeouts?: { page: string; file: string };
}

/** A question may look at millions of rows: it ends with words that say so, not with the patience of a browser. */
const usualTimeouts = { page: '15s', file: '120s' };

/** Of the connections of a process most stay for everybody else, however many facets people open. */
const questionsAtOnce = 3;

const shared = { method: 'GET', permission: 'findings:read', scope: 'rows', tag: 'Findings' } as const;

/** The list of findings, of the organization and of a project: one filter, one order, one set of columns. */
export function findingRoutes({ db, now, timeouts = usualTimeouts }: FindingRouteOptions): Route[] {
  const inTurn = createTurns(questionsAtOnce);
  const bounded = <T>(timeout: string, signal: AbortSignal, read: (tx: Tx) => Promise<T>): Promise<T> =>
    inTurn(signal, () => inSnapshot(db, timeout, read));
  const list = async (
    query: ListQuery,
    signal: AbortSignal,
    scopeOf: ScopeOf,
  ): Promise<contract.Findings | StreamedAnswer> => {
    const { format, columns, page, ...filter } = query;
    if (format === 'csv') {
      const { ids, scope } = await bounded(timeouts.file, signal, async (tx) => {
        const scope = await scopeOf(tx);
        return { scope, ids: await idsForFile(tx, scope, { ...filter, now: now() }) };
      });
      const chosen = columnsOf(columns);
      const name = `findings-${now().toISOString().slice(0, 10)}.csv`;
      return new StreamedAnswer(
        'text/csv; charset=utf-8',
        csvStream(chosen, cellsOf(findingsOfFile(db, ids, scope.counting), chosen)),
        name,
      );
    }
    return bounded(timeouts.page, signal, async (tx) =>
      listFindings(tx, await scopeOf(tx), { ...filter, page, now: now() }),
    );
  };
  const count = (query: CountQuery, signal: AbortSignal, scopeOf: ScopeOf): Promise<contract.Facets> => {
    const { facets, facetSearch, limit, ...filter } = query;
    return bounded(timeouts.page, signal, async (tx) =>
      countFacets(tx, await scopeOf(tx), filter, { facets, facetSearch, limit, now: now() }),
    );
  };
  return [
    route({
      ...shared,
      path: '/api/v1/findings',
      summary: 'Lists the issues and hotspots of all projects that count, 50 a page; as CSV all of them.',
      errors: ['findings_timeout'],
      query: contract.FindingsQuery,
      response: contract.Findings,
      streams: ['text/csv'],
      handle: ({ query, signal }) => list(query, signal, async () => organizationScope(query)),
    }),
    route({
      ...shared,
      path: '/api/v1/findings/facets',
      summary:
        'Counts the findings of all projects by severity, rule, file and more, each under all filters but its own.',
      errors: ['findings_timeout'],
      query: contract.FacetsQuery,
      response: contract.Facets,
      handle: ({ query, signal }) => count(query, signal, async () => organizationScope(query)),
    }),
    route({
      ...shared,
      path: '/api/v1/findings/:id',
      summary: 'Shows one finding: its rule, its history and why it has its level.',
      errors: ['not_found'],
      params: contract.FindingParams,
      query: contract.FindingQuery,
      response: contract.FindingDetail,
      handle: ({ params, query }) => readFinding(db, params.id, query.counting),
    }),
    route({
      ...shared,
      path: '/api/v1/projects/:id/findings',
      summary: 'Lists issues and hotspots of one branch or pull request of a project, 50 a page; as CSV all of them.',
      errors: ['not_found', 'findings_timeout'],
      params: ProjectParams,
      query: contract.FindingsQuery,
      response: contract.Findings,
      streams: ['text/csv'],
      handle: ({ params, query, signal }) => list(query, signal, (tx) => projectScope(tx, params.id, query)),
    }),
    route({
      ...shared,
      path: '/api/v1/projects/:id/findings/facets',
      summary: 'Counts the findings of one branch of a project by severity, rule, file and more.',
      errors: ['not_found', 'findings_timeout'],
      params: ProjectParams,
      query: contract.FacetsQuery,
      response: contract.Facets,
      handle: ({ params, query, signal }) => count(query, signal, (tx) => projectScope(tx, params.id, query)),
    }),
  ];
}

type ScopeOf = (tx: Tx) => Promise<Scope>;
type ListQuery = z.output<typeof contract.FindingsQuery>;
type CountQuery = z.output<typeof contract.FacetsQuery>;
