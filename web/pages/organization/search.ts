import type { TeamSort } from '../../../src/features/insights/contract.ts';
import type { ThingKind } from '../../../src/features/teams/contract.ts';
import { day, flag, oneOf, positive, text } from '../../address/search.ts';

export interface PeopleSearch {
  q?: string | undefined;
  /** The one whose details are open. */
  person?: number | undefined;
  page?: number | undefined;
}

export function peopleSearch(raw: Record<string, unknown>): PeopleSearch {
  return { q: text(raw['q']), person: positive(raw['person']), page: positive(raw['page']) };
}

export interface TreeSearch {
  /** The node whose people are listed. */
  node?: number | undefined;
  unmapped?: true | undefined;
  /** As the tree stood at the end of a day. */
  at?: string | undefined;
  page?: number | undefined;
}

export function treeSearch(raw: Record<string, unknown>): TreeSearch {
  return {
    node: positive(raw['node']),
    unmapped: flag(raw['unmapped']),
    at: day(raw['at']),
    page: positive(raw['page']),
  };
}

export interface AccountsSearch {
  q?: string | undefined;
  /** Also those that are proposed to nobody. */
  all?: true | undefined;
  page?: number | undefined;
}

export function accountsSearch(raw: Record<string, unknown>): AccountsSearch {
  return { q: text(raw['q']), all: flag(raw['all']), page: positive(raw['page']) };
}

const teamSorts: readonly TeamSort[] = [
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
];

export interface TeamsSearch {
  q?: string | undefined;
  sort?: TeamSort | undefined;
  direction?: 'desc' | undefined;
  page?: number | undefined;
}

export const isTeamSort = (text: string): text is TeamSort => teamSorts.some((sort) => sort === text);

export const teamsSearch = (raw: Record<string, unknown>): TeamsSearch => ({
  q: text(raw['q']),
  sort: oneOf(raw['sort'], teamSorts),
  direction: oneOf(raw['direction'], ['desc']),
  page: positive(raw['page']),
});

const things = ['repository', 'service', 'pipeline', 'environment', 'image'] as const satisfies readonly ThingKind[];

export interface BelongingsSearch {
  /** Left out: SonarQube projects. */
  thing?: ThingKind | undefined;
  /** Left out: what is nobody’s. */
  state?: 'shared' | 'owned' | undefined;
  q?: string | undefined;
  page?: number | undefined;
}

export const belongingsSearch = (raw: Record<string, unknown>): BelongingsSearch => ({
  thing: oneOf(raw['thing'], things),
  state: oneOf(raw['state'], ['shared', 'owned']),
  q: text(raw['q']),
  page: positive(raw['page']),
});
