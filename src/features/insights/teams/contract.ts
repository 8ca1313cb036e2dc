import { z } from 'zod';
import { DataState } from '../security/contract.ts';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);

export const teamSorts = [
  'name',
  'tree',
  'people',
  'projects',
  'open',
  'critical',
  'high',
  'medium',
  'low',
  'broken',
] as const;
export type TeamSort = (typeof teamSorts)[number];

export const TeamNumbersQuery = z.strictObject({
  /** Part of the team’s, its tree’s or its manager’s name. */
  search: z.string().max(400).optional(),
  sort: z.enum(teamSorts).default('name'),
  direction: z.enum(['asc', 'desc']).default('asc'),
  page: z.coerce.number().int().min(1).max(100_000).default(1),
});
export type TeamNumbersQuery = z.input<typeof TeamNumbersQuery>;

const count = z.int();

export const TeamNumbers = z.object({
  id: rowId,
  name: z.string(),
  tree: z.object({ id: rowId, name: z.string() }),
  manager: z.string().nullable(),
  people: count,
  /** That count for it: of the integrations of its section Security. */
  projects: count,
  /** Open vulnerabilities of main branches, as Security Insights counts them. */
  open: z.object({ critical: count, high: count, medium: count, low: count, unrated: count, total: count }),
  /** Of them those that broke their targets; null while nobody has set any. */
  broken: count.nullable(),
});
export type TeamNumbers = z.infer<typeof TeamNumbers>;

/** `GET /api/v1/insights/teams`: leaves of all trees with their numbers, 50 a page. */
export const TeamNumbersList = z.object({
  state: DataState,
  teams: z.array(TeamNumbers),
  total: count,
  page: count,
  pageSize: count,
});
export type TeamNumbersList = z.infer<typeof TeamNumbersList>;
