import type { FigureDays, StatusClass } from '../../../src/features/deployments/contract.ts';
import { ids, manyOf, oneOf, positive, text } from '../../address/search.ts';

export const sorts = ['name', 'runs', 'success', 'duration'] as const;

export interface PipelinesSearch {
  q?: string | undefined;
  integration?: number[] | undefined;
  days?: '7' | '90' | undefined;
  sort?: (typeof sorts)[number] | undefined;
  direction?: 'asc' | undefined;
  page?: number | undefined;
}

export function pipelinesSearch(raw: Record<string, unknown>): PipelinesSearch {
  return {
    q: text(raw['q']),
    integration: ids(raw['integration']),
    days: oneOf(raw['days'], ['7', '90']),
    sort: oneOf(raw['sort'], sorts),
    direction: oneOf(raw['direction'], ['asc']),
    page: positive(raw['page']),
  };
}

export const statuses = [
  'failure',
  'running',
  'waiting',
  'success',
  'cancelled',
  'neutral',
  'unknown',
] as const satisfies readonly StatusClass[];

export interface PipelineSearch {
  days?: '7' | '90' | undefined;
  status?: StatusClass[] | undefined;
  q?: string | undefined;
  /** The days of the charts as a table. */
  table?: true | undefined;
  /** Id of the execution that is open. */
  run?: number | undefined;
  page?: number | undefined;
}

export function pipelineSearch(raw: Record<string, unknown>): PipelineSearch {
  return {
    days: oneOf(raw['days'], ['7', '90']),
    status: manyOf(raw['status'], statuses),
    q: text(raw['q']),
    table: raw['table'] === true || raw['table'] === '1' ? true : undefined,
    run: positive(raw['run']),
    page: positive(raw['page']),
  };
}

export const figureDays = (chosen: '7' | '90' | undefined): FigureDays => chosen ?? '30';
