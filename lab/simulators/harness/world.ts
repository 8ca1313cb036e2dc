import type { Execution } from './execution.ts';
import type { Mass } from './generate/mass.ts';
import type { Rule, Sent } from './notifications/model.ts';
import { type Profile, type ProfileName, profileOf } from './profiles.ts';

interface Named {
  identifier: string;
  name: string;
  description: string;
  tags: Record<string, string>;
  createdAt: number;
  lastModifiedAt: number;
}

export interface Service extends Named {
  type: string;
}

export interface Environment extends Named {
  type: 'Production' | 'PreProduction';
}

/** What may hold services and environments of its own: an account, an organization, a project. */
export interface Scope {
  services: Map<string, Service>;
  environments: Map<string, Environment>;
}

export interface Pipeline extends Named {
  project: Project;
  stages: string[];
  modules: string[];
  storeType: 'INLINE' | 'REMOTE' | 'INLINE_HC';
  /** Its executions are listed no more. */
  deleted: boolean;
}

export interface Project extends Named, Scope {
  organization: Organization;
  /** Number on the server; part of the ids of generated executions. */
  ordinal: number;
  modules: string[];
  pipelines: Map<string, Pipeline>;
  /** Made one by one. */
  executions: Map<string, Execution>;
  /** Made as functions of their number. */
  mass: Mass | null;
}

export interface Organization extends Named, Scope {
  account: Account;
  harnessManaged: boolean;
  projects: Map<string, Project>;
}

export interface Account extends Scope {
  id: string;
  name: string;
  organizations: Map<string, Organization>;
}

export interface Token {
  kind: 'pat' | 'sat';
  account: Account;
  id: string;
  /** As it is shown in `x-api-key`. */
  value: string;
  owner: { name: string; email: string; uuid: string };
  /** Milliseconds; null: never. */
  expiresAt: number | null;
  revoked: boolean;
  /** `org`, `org/project`; null: the account with all below it. Whoever sees less does not see the account's own. */
  sees: readonly string[] | null;
  /** Permissions it lacks although it sees the place. */
  lacks: readonly Permission[];
  /** Pipelines it may see; null: all. */
  pipelines: readonly string[] | null;
}

export const permissions = ['account', 'pipelines', 'executions', 'services', 'environments', 'tokens'] as const;
export type Permission = (typeof permissions)[number];

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
