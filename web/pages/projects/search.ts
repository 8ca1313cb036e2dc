import type { GateFilter, ProjectSort } from '../../../src/features/code-quality/contract.ts';
import { day, flag, ids, manyOf, oneOf, positive, text } from '../../address/search.ts';

export const gateFilters: readonly GateFilter[] = ['passed', 'failed', 'not_evaluated', 'none'];
const projectSorts: readonly ProjectSort[] = [
  'name',
  'key',
  'gate',
  'coverage',
  'duplication',
  'security',
  'reliability',
  'maintainability',
  'vulnerabilities',
  'lastAnalysis',
];

export interface ProjectsSearch {
  q?: string | undefined;
  integration?: number[] | undefined;
  /** A node of an org tree; left out: the organization. */
  node?: number | undefined;
  gate?: GateFilter[] | undefined;
  deleted?: true | undefined;
  sort?: ProjectSort | undefined;
  direction?: 'desc' | undefined;
  page?: number | undefined;
  columns?: string | undefined;
}

export function projectsSearch(raw: Record<string, unknown>): ProjectsSearch {
  return {
    q: text(raw['q']),
    integration: ids(raw['integration']),
    node: positive(raw['node']),
    gate: manyOf(raw['gate'], gateFilters),
    deleted: flag(raw['deleted']),
    sort: oneOf(raw['sort'], projectSorts),
    direction: oneOf(raw['direction'], ['desc']),
    page: positive(raw['page']),
    columns: text(raw['columns']),
  };
}

export interface ProjectHistorySearch {
  branch?: number | undefined;
  range?: '3m' | '12m' | '24m' | undefined;
  from?: string | undefined;
  to?: string | undefined;
  table?: true | undefined;
}

export function projectHistorySearch(raw: Record<string, unknown>): ProjectHistorySearch {
  return {
    branch: positive(raw['branch']),
    range: oneOf(raw['range'], ['3m', '12m', '24m']),
    from: day(raw['from']),
    to: day(raw['to']),
    table: flag(raw['table']),
  };
}
