import type { Account, Project, Token } from './model.ts';
import type { Rule, Sent } from './notifications/model.ts';
import { type Profile, type ProfileName, profileOf } from './profiles.ts';

export interface WorldOptions {
  /** Default `cloud`. */
  profile?: ProfileName;
  /** The server's own clock, which may be wrong; executions move by it. */
  now?: () => Date;
  /** Id of the first account; default `acc`. */
  account?: string;
  /** Below which path the API answers; `/gateway` and nothing are both in use. Default both. */
  prefixes?: 'both' | 'bare' | 'gateway';
  /** Requests a minute and token; default none counted. The cloud's is 400. */
  rateLimit?: number | null;
  /** What a request above it gets beside its 429, which nobody documented. Default JSON. */
  rateLimitBody?: 'json' | 'html' | 'empty';
  /** Status of a bad token: documented is 401, the vendor's code lets 400 look possible. Default 401. */
  badTokens?: 401 | 400;
  /** Where nothing is known the member is left out, or null. Default left out. */
  nulls?: 'omitted' | 'explicit';
  /** A project that is not there, asked for its pipelines or executions. Default denied. */
  unknownProjects?: 'denied' | 'empty';
  /** A token that sees some pipelines only: is the list denied, or filtered? Default filtered. */
  partialPipelines?: 'denied' | 'filtered';
  /** `filterIdentifier` beside a filter in the body: documents disagree. Default refused. */
  savedFilters?: 'refused' | 'win';
  /** `showAllExecutions`: without effect, or the executions of every project that the token sees. Default ignored. */
  showAllExecutions?: 'ignored' | 'every project';
  /** Members that come from the server's insides (`unknownFields`, `__recast`). Default there. */
  noise?: boolean;
}

export interface World extends Required<Omit<WorldOptions, 'profile' | 'account'>> {
  profile: Profile;
  accounts: Map<string, Account>;
  /** Base URL, for links and notifications. */
  url: string;
  tokens: Token[];
  projectsMade: number;
  /** Who is told of what. */
  rules: Rule[];
  sent: Sent[];
  sending: Set<Promise<unknown>>;
}

export function createWorld(options: WorldOptions): World {
  const world: World = {
    now: options.now ?? (() => new Date()),
    prefixes: options.prefixes ?? 'both',
    rateLimit: options.rateLimit ?? null,
    rateLimitBody: options.rateLimitBody ?? 'json',
    badTokens: options.badTokens ?? 401,
    nulls: options.nulls ?? 'omitted',
    unknownProjects: options.unknownProjects ?? 'denied',
    partialPipelines: options.partialPipelines ?? 'filtered',
    savedFilters: options.savedFilters ?? 'refused',
    showAllExecutions: options.showAllExecutions ?? 'ignored',
    noise: options.noise ?? true,
    profile: profileOf(options.profile ?? 'cloud'),
    accounts: new Map(),
    url: '',
    tokens: [],
    projectsMade: 0,
    rules: [],
    sent: [],
    sending: new Set(),
  };
  return world;
}

export const projectsOf = (account: Account): Project[] =>
  [...account.organizations.values()].flatMap(({ projects }) => [...projects.values()]);
