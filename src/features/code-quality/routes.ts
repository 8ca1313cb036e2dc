import type { Database } from '../../platform/database/index.ts';
import { type CsvCell, csvStream } from '../../platform/csv/index.ts';
import { type HeldByNode, noNodes, type Route, route, StreamedAnswer } from '../access/index.ts';
import * as contract from './contract.ts';
import { findingRoutes } from './findings/routes.ts';
import { Located, LocatedQuery } from './located/contract.ts';
import { locateAnywhere } from './located/locate.ts';
import { readHistory } from './measures/read-history.ts';
import { everyProject, listProjects } from './projects/list-projects.ts';
import { readProject } from './projects/read-project.ts';

export interface CodeQualityRouteOptions {
  db: Database;
  now(): Date;
  heldBy?: HeldByNode;
}

const tag = 'Projects';
const permission = 'findings:read';

/** Every route of the room. */
export function codeQualityRoutes({ db, now, heldBy = noNodes }: CodeQualityRouteOptions): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/projects',
      permission,
      scope: 'rows',
      summary: 'Lists projects with gate, coverage, duplication, issues by quality and open vulnerabilities.',
      tag,
      query: contract.ProjectQuery,
      errors: ['org_node_not_found'],
      response: contract.ProjectList,
      streams: ['text/csv'],
      async handle({ query: { page, format, node, ...asked } }) {
        const filter = { ...asked, ids: node === undefined ? undefined : await heldBy(db, node, 'project') };
        if (format === 'json') return listProjects(db, filter, page);
        return new StreamedAnswer('text/csv', csvStream(projectColumns, projectCells(db, filter)), 'projects.csv');
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/located',
      permission,
      scope: 'rows',
      summary: 'Finds what an issue key or a commit is about: findings and analyses of every integration.',
      tag,
      query: LocatedQuery,
      response: Located,
      handle: ({ query }) => locateAnywhere(db, query.text),
    }),
    route({
      method: 'GET',
      path: '/api/v1/projects/:id',
      permission,
      scope: 'rows',
      summary: 'Shows one project: gate and conditions, measures, branches, pull requests, analyses, completeness.',
      tag,
      errors: ['not_found'],
      params: contract.ProjectParams,
      response: contract.Project,
      handle: ({ params }) => readProject(db, params.id),
    }),
    route({
      method: 'GET',
      path: '/api/v1/projects/:id/history',
      permission,
      scope: 'rows',
      summary: 'Shows how metrics of a branch moved, one point per analysis.',
      tag,
      errors: ['not_found'],
      params: contract.ProjectParams,
      query: contract.HistoryQuery,
      response: contract.ProjectHistory,
      streams: ['text/csv'],
      async handle({ params, query }) {
        const history = await readHistory(db, { projectId: params.id, query, now: now() });
        if (query.format === 'json') return history;
        const rows = history.series.flatMap(({ metric, points }) =>
          points.map(({ at, value }): CsvCell[] => [metric, at, value]),
        );
        return new StreamedAnswer('text/csv', csvStream(['metric', 'analyzed_at', 'value'], rows), 'history.csv');
      },
    }),
    ...findingRoutes({ db, now }),
  ];
}

const projectColumns = [
  'key',
  'name',
  'integration',
  'gate',
  'gate_evaluated',
  'coverage',
  'duplication',
  'security_issues',
  'reliability_issues',
  'maintainability_issues',
  'open_vulnerabilities',
  'last_analysis_at',
] as const;

async function* projectCells(
  db: Database,
  filter: Parameters<typeof everyProject>[1],
): AsyncGenerator<readonly CsvCell[]> {
  for await (const project of everyProject(db, filter)) {
    const { security, reliability, maintainability } = project.issues;
    yield [
      project.key,
      project.name,
      project.integration.name,
      project.gate?.status ?? null,
      project.gate?.evaluated ?? null,
      project.coverage,
      project.duplication,
      security,
      reliability,
      maintainability,
      project.openVulnerabilities,
      project.lastAnalysisAt,
    ];
  }
}
