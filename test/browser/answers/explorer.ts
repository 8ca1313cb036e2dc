import { z } from 'zod';
import * as contract from '../../../src/features/explorer/contract.ts';
import type { ColumnDescription, SavedQuery, TableDescription } from '../../../src/features/explorer/contract.ts';
import { prepared } from '../stage.ts';

const column = (
  name: string,
  type: string,
  comment: string,
  change: Partial<ColumnDescription> = {},
): ColumnDescription => ({
  name,
  type,
  comment,
  example: null,
  isPrimaryKey: false,
  foreignKey: null,
  source: null,
  ...change,
});

const tables: TableDescription[] = [
  {
    name: 'sonarqube_issues',
    comment: 'Every issue of every branch, in every status the server holds.',
    source: 'api/issues/search',
    rows: { count: 81_170, estimated: false },
    freshAt: '2026-11-21T09:41:00.000Z',
    columns: [
      column('id', 'bigint', 'Our own number of the row.', { isPrimaryKey: true, example: '4711' }),
      column('source_key', 'text', 'The server’s key.', {
        example: 'AZqT0k8Wb1xY5dV9cN3m',
        source: 'api/issues/search issues[].key',
      }),
      column('project_id', 'bigint', 'The project it belongs to.', {
        foreignKey: { table: 'sonarqube_projects', column: 'id' },
        example: '3',
      }),
      column('created_at', 'timestamp with time zone', 'When the server first found it.', {
        example: '2026-10-01 08:00:00+00',
        source: 'api/issues/search issues[].creationDate',
      }),
    ],
    referencedBy: [{ table: 'sonarqube_issue_tags', column: 'issue_id', to: 'id' }],
  },
  {
    name: 'sonarqube_projects',
    comment: 'Projects of every integration.',
    source: 'api/projects/search',
    rows: { count: 148, estimated: true },
    freshAt: null,
    columns: [
      column('id', 'bigint', 'Our own number of the row.', { isPrimaryKey: true }),
      column('source_key', 'text', 'The server’s key, case-sensitive.'),
    ],
    referencedBy: [{ table: 'sonarqube_issues', column: 'project_id', to: 'id' }],
  },
];

const saved: SavedQuery = {
  id: 1,
  slug: 'critical-issues-by-project',
  name: 'Critical issues by project',
  description: 'For the weekly round.',
  sql: "select p.name, count(*)\nfrom sonarqube_issues i\njoin sonarqube_projects p on p.id = i.project_id\nwhere i.severity = 'BLOCKER'\ngroup by 1\norder by 2 desc",
  createdBy: 'ada@example.com',
  createdAt: '2026-11-01T08:00:00.000Z',
  updatedAt: '2026-11-14T08:00:00.000Z',
  editable: true,
};

export const explorerAnswers = () => [
  prepared('GET', '/api/v1/explorer/schema', contract.SchemaDescription, () => ({
    schema: 'data' as const,
    tables,
    generatedAt: '2026-11-21T10:00:00.000Z',
  })),
  prepared('GET', '/api/v1/explorer/queries', contract.SavedQueryList, () => ({
    queries: [saved, { ...saved, id: 2, slug: 'other', name: 'Somebody else’s query', editable: false }],
  })),
  prepared('GET', '/api/v1/explorer/queries/:id', contract.SavedQuery, () => saved),
  prepared('POST', '/api/v1/explorer/query', contract.QueryAnswer, () => ({
    columns: [
      { name: 'name', type: 'text' },
      { name: 'count', type: 'bigint' },
      { name: 'note', type: 'text' },
    ],
    rows: Array.from({ length: 240 }, (_, index) => [
      `project-${index}`,
      1000 - index,
      index % 7 === 0 ? null : 'text',
    ]),
    rowCount: 240,
    truncated: true,
    limitedBy: 'rows' as const,
    limits: { rows: 10_000, bytes: 20_000_000, seconds: 30 },
    durationMs: 34,
  })),
  prepared('DELETE', '/api/v1/explorer/query/:queryId', z.object({ cancelled: z.boolean() }), () => ({
    cancelled: true,
  })),
  prepared('GET', '/api/v1/explorer/analysts', contract.AnalystList, () => ({
    analysts: [
      {
        id: 1,
        name: 'grafana',
        scope: 'read_write' as const,
        role: 'plumbline_analyst_1',
        createdBy: 'ada@example.com',
        createdAt: '2026-11-01T08:00:00.000Z',
        expiresAt: '2027-01-30T08:00:00.000Z',
        expired: false,
        sessions: 2,
      },
    ],
  })),
  prepared('GET', '/api/v1/explorer/connection', contract.ConnectionInfo, () => ({
    host: '127.0.0.1',
    port: 54_329,
    database: 'plumbline',
    schema: 'data' as const,
    sslMode: 'disable' as const,
    loopbackOnly: true,
    available: true,
    reason: null,
  })),
];
