import { expect, it } from 'vitest';
import type { TableDescription } from '../../../src/features/explorer/contract.ts';
import { matchSchema } from './match-schema.ts';

const table = (name: string, comment: string, columns: [string, string][]): TableDescription => ({
  name,
  comment,
  source: null,
  rows: { count: 0, estimated: false },
  freshAt: null,
  columns: columns.map(([column, words]) => ({
    name: column,
    type: 'text',
    comment: words,
    example: null,
    isPrimaryKey: false,
    foreignKey: null,
    source: null,
  })),
  referencedBy: [],
});
const tables = [
  table('sonarqube_issues', 'Issues of every project.', [
    ['rule', 'Key of the rule.'],
    ['severity', 'As the server says it.'],
  ]),
  table('runs', 'Ingestion runs.', [['status', 'How it ended.']]),
];

it('finds tables by name, comment and column', () => {
  expect(matchSchema(tables, '')).toHaveLength(2);
  expect(matchSchema(tables, 'ISSUES every').map(({ name, columns }) => [name, columns.length])).toEqual([
    ['sonarqube_issues', 2],
  ]);
  expect(matchSchema(tables, 'issues severity').map(({ columns }) => columns.map((column) => column.name))).toEqual([
    ['severity'],
  ]);
  expect(matchSchema(tables, 'nothing like it')).toEqual([]);
});
