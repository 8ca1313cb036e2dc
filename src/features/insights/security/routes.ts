import { type CsvCell, csvStream } from '../../../platform/csv/index.ts';
import type { Database, Tx } from '../../../platform/database/index.ts';
import { type Route, route, StreamedAnswer } from '../../access/index.ts';
import {
  AgesQuery,
  FilterQuery,
  FindingsQuery,
  NodesQuery,
  SecurityAges,
  SecurityFilters,
  SecurityFindings,
  SecurityNodes,
  SecurityQuery,
  SecurityResolveTimes,
  SecuritySummary,
  SecurityTargets,
  SecurityTrend,
  TargetsQuery,
  TopProjects,
  TopProjectsQuery,
  TrendQuery,
} from '../contract.ts';
import { securityAges } from './ages.ts';
import { securityBelow } from './below.ts';
import { presentByProject, type ProjectCounts } from './counts.ts';
import {
  ageColumns,
  ageRow,
  findingColumns,
  findingRow,
  projectColumns,
  projectRow,
  targetColumns,
  targetRow,
  timeColumns,
  timeRow,
  trendColumns,
  trendRow,
} from './csv-rows.ts';
import { readDataState } from './data-state.ts';
import { securityFilters } from './filters.ts';
import { allFindings, findingsPage, listingOf, pageSize } from './findings.ts';
import { securityResolveTimes } from './resolve-times.ts';
import { readScope } from './node-scope.ts';
import type { Scope } from './scope.ts';
import { securitySummary } from './summary.ts';
import { securityTargets } from '../targets/counts.ts';
import { securityTrend } from './trend.ts';

export interface SecurityRouteOptions {
  db: Database;
  now(): Date;
}

const open = { class: 'vulnerability', state: 'open' } as const;

/** Security Insights. Every answer is of one snapshot, so that its numbers fit together. */
export function securityRoutes({ db, now }: SecurityRouteOptions): Route[] {
  return [
    summaryRoute(db, now),
    trendRoute(db, now),
    agesRoute(db, now),
    targetsRoute(db, now),
    resolveTimesRoute(db, now),
    projectsRoute(db, now),
    findingsRoute(db, now),
    filtersRoute(db),
    nodesRoute(db),
  ];
}

const shared = {
  method: 'GET',
  permission: 'insights:read',
  scope: 'rows',
  tag: 'Insights',
  errors: ['org_node_not_found', 'org_node_not_then'],
} as const;

function summaryRoute(db: Database, now: () => Date): Route {
  return route({
    ...shared,
    path: '/api/v1/insights/security/summary',
    summary: 'Counts open vulnerabilities by severity, with their change over 30 days.',
    query: SecurityQuery,
    response: SecuritySummary,
    handle: ({ query }) => snapshot(db, async (tx) => securitySummary(tx, await readScope(tx, query), now())),
  });
}

function trendRoute(db: Database, now: () => Date): Route {
  return route({
    ...shared,
    path: '/api/v1/insights/security/trend',
    summary: 'Open, created and resolved vulnerabilities per week, month or quarter.',
    query: TrendQuery,
    response: SecurityTrend,
    streams: ['text/csv'],
    async handle({ query }) {
      const { granularity, preset, from, to } = query;
      const options = { granularity, preset, from, to, now: now() };
      const trend = await snapshot(db, async (tx) => securityTrend(tx, await readScope(tx, query), options));
      if (query.format === 'json') return trend;
      return csv('security-trend', trendColumns, trend.buckets.map(trendRow), now());
    },
  });
}

function agesRoute(db: Database, now: () => Date): Route {
  return route({
    ...shared,
    path: '/api/v1/insights/security/ages',
    summary: 'Counts open vulnerabilities by how long ago they were created.',
    query: AgesQuery,
    response: SecurityAges,
    async handle({ query }) {
      const ages = await snapshot(db, async (tx) => securityAges(tx, await readScope(tx, query), now()));
      if (query.format === 'json') return ages;
      return csv('security-ages', ageColumns, ages.buckets.map(ageRow), now());
    },
  });
}

function targetsRoute(db: Database, now: () => Date): Route {
  return route({
    ...shared,
    path: '/api/v1/insights/security/targets',
    summary: 'Counts open vulnerabilities that keep their targets, are about to break them, and broke them.',
    query: TargetsQuery,
    response: SecurityTargets,
    streams: ['text/csv'],
    async handle({ query }) {
      const asked = { at: query.at, by: query.targets, now: now() };
      const targets = await snapshot(db, async (tx) => securityTargets(tx, await readScope(tx, query), asked));
      if (query.format === 'json') return targets;
      return csv('security-targets', targetColumns, targets.severities.map(targetRow), now());
    },
  });
}

function resolveTimesRoute(db: Database, now: () => Date): Route {
  return route({
    ...shared,
    path: '/api/v1/insights/security/resolve-times',
    summary: 'Median and 90th percentile of the days vulnerabilities were open, by when they were fixed.',
    query: TrendQuery,
    response: SecurityResolveTimes,
    async handle({ query }) {
      const { granularity, preset, from, to } = query;
      const options = { granularity, preset, from, to, now: now() };
      const times = await snapshot(db, async (tx) => securityResolveTimes(tx, await readScope(tx, query), options));
      if (query.format === 'json') return times;
      return csv('security-resolve-times', timeColumns, times.buckets.map(timeRow), now());
    },
  });
}

function projectsRoute(db: Database, now: () => Date): Route {
  return route({
    ...shared,
    path: '/api/v1/insights/security/projects',
    summary: 'Projects with the most open vulnerabilities.',
    query: TopProjectsQuery,
    response: TopProjects,
    streams: ['text/csv'],
    async handle({ query }) {
      const { state, projects } = await snapshot(db, async (tx) => {
        const scope = await readScope(tx, query);
        return { projects: mostFirst(await presentByProject(tx, scope, open)), state: await readDataState(tx, scope) };
      });
      if (query.format === 'csv') return csv('security-projects', projectColumns, projects.map(projectRow), now());
      const top = projects.slice(0, query.limit);
      return {
        state,
        projects: top.map(({ counts, ...project }) => ({ ...project, open: counts })),
        total: projects.length,
      };
    },
  });
}

function mostFirst(projects: ProjectCounts[]): ProjectCounts[] {
  return projects.toSorted((a, b) => b.counts.total - a.counts.total || (a.name < b.name ? -1 : 1));
}

function findingsRoute(db: Database, now: () => Date): Route {
  return route({
    ...shared,
    path: '/api/v1/insights/security/findings',
    summary: 'Lists the findings behind a number, 50 a page.',
    query: FindingsQuery,
    response: SecurityFindings,
    streams: ['text/csv'],
    async handle({ query }) {
      const listing = listingOf(query, now());
      if (query.format === 'csv') {
        const scope = await readScope(db, query);
        return csv('security-findings', findingColumns, exported(db, scope, listing), now());
      }
      return snapshot(db, async (tx) => {
        const scope = await readScope(tx, query);
        const { page } = query;
        return {
          ...(await findingsPage(tx, scope, listing, page)),
          state: await readDataState(tx, scope),
          page,
          pageSize,
        };
      });
    },
  });
}

async function* exported(db: Database, scope: Scope, listing: ReturnType<typeof listingOf>): AsyncGenerator<CsvCell[]> {
  for await (const finding of allFindings(db, scope, listing)) yield findingRow(finding);
}

function filtersRoute(db: Database): Route {
  return route({
    ...shared,
    path: '/api/v1/insights/security/filters',
    summary: 'Lists the projects, severities and asset types that have findings.',
    query: FilterQuery,
    response: SecurityFilters,
    handle: ({ query }) => snapshot(db, async (tx) => securityFilters(tx, await readScope(tx, query))),
  });
}

function nodesRoute(db: Database): Route {
  return route({
    ...shared,
    path: '/api/v1/insights/security/nodes',
    summary:
      'Counts open vulnerabilities of the nodes below a node of an org tree, what they share and what is nobody’s.',
    errors: ['org_tree_not_found', 'org_node_not_found', 'org_node_not_then'],
    query: NodesQuery,
    response: SecurityNodes,
    handle: ({ query: { tree, ...query } }) =>
      snapshot(db, async (tx) =>
        securityBelow(tx, await readScope(tx, query), { tree, node: query.node, treeAt: query.treeAt }),
      ),
  });
}

function snapshot<T>(db: Database, read: (tx: Tx) => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.execute('set transaction isolation level repeatable read, read only');
    return read(tx);
  });
}

function csv(
  name: string,
  columns: readonly string[],
  rows: Iterable<CsvCell[]> | AsyncIterable<CsvCell[]>,
  at: Date,
): StreamedAnswer {
  const fileName = `${name}-${at.toISOString().slice(0, 10)}.csv`;
  return new StreamedAnswer('text/csv; charset=utf-8', csvStream(columns, rows), fileName);
}
