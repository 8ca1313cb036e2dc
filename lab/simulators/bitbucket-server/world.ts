import type { Project, Repository, Token, User } from './model.ts';
import { type Profile, type ProfileName, profileOf } from './profiles.ts';
import type { BuildStatus } from './state/check-model.ts';
import type { WebhookDelivery } from './state/webhook-model.ts';
import type { Language } from './texts.ts';

export type { Level, Project, Repository, Subject, Token, User } from './model.ts';

export interface RateLimit {
  capacity: number;
  /** Requests that come back each second. */
  refill: number;
  /** `retry-after` as real servers mostly say it; `none`; or absurdly long. Default the first. */
  says?: 'retry-after' | 'none' | 'absurd';
}

/** Pages of lists as they are after permissions took rows out. */
export interface Gaps {
  /** After so many rows come … */
  every: number;
  /** … so many that nobody sees. */
  hidden: number;
  /** Hidden rows make a page of their own, which is empty. */
  emptyPages?: boolean;
}

export interface WorldOptions {
  /** Default 9.4. */
  version?: ProfileName;
  /** As the server calls its version, e.g. `10.2.0-rc1`. */
  release?: string;
  language?: Language;
  now?: () => Date;
  /** Directory for the git repositories; default one below the system's temporary directory, removed by `close`. */
  directory?: string;
  /** Reports without `data` are refused, as the document says; programs made for real servers send them. */
  strictReports?: boolean;
  /** Every call that changes something must say `X-Atlassian-Token: no-check`, not only what a form could send. */
  strictXsrf?: boolean;
  /** What an unknown token is: refused, or nobody, who sees what is public. */
  badTokens?: 'refuse' | 'anonymous';
  /** Anonymous users see what is public; default true. */
  publicAccess?: boolean;
  /** Head of a fork's pull request in its target: known once its changes or commits were read (default), or at once. */
  forkHeads?: 'on-read' | 'at-once';
  /** What a renamed or moved repository's old address answers; default `redirect`. */
  renames?: 'redirect' | 'answer';
  /** Annotations a report may hold; default 1000. */
  maxAnnotations?: number;
  /** How too many annotations are refused; default 413. */
  overflowStatus?: 400 | 409 | 413;
  /** Lines of a diff after which it is cut; default 10,000. */
  maxDiffLines?: number;
  /** Rows of `/changes` after which they are cut; default 1000. */
  maxChanges?: number;
  rateLimit?: RateLimit;
  gaps?: Gaps;
  /** State that `/status` tells; default RUNNING. */
  status?: string;
  /** Deliveries that may fail in a row before the next ones are skipped; default 5. */
  webhookFailures?: number;
  /** How long every call waits for its answer; default 0. */
  answersAfterMs?: number;
}

export interface World extends Required<Omit<WorldOptions, 'version' | 'release' | 'rateLimit' | 'gaps'>> {
  profile: Profile;
  rateLimit: RateLimit | null;
  gaps: Gaps | null;
  /** Base URL, known once it listens. */
  url: string;
  users: User[];
  tokens: Token[];
  projects: Project[];
  repositories: Repository[];
  /** Places at which repositories were before, `PAY/ledger` in lower case. */
  moved: Map<string, Repository>;
  /** Build statuses by commit: they belong to no repository. */
  builds: Map<string, BuildStatus[]>;
  deliveries: WebhookDelivery[];
  /** Deliveries on their way. */
  sending: Set<Promise<void>>;
  nextId: number;
}

export function createWorld(options: WorldOptions, directory: string): World {
  return {
    profile: profileOf(options.version ?? '9.4', options.release),
    language: 'en',
    now: () => new Date(),
    strictReports: false,
    strictXsrf: false,
    badTokens: 'refuse',
    publicAccess: true,
    forkHeads: 'on-read',
    renames: 'redirect',
    maxAnnotations: 1000,
    maxDiffLines: 10_000,
    maxChanges: 1000,
    overflowStatus: 413,
    status: 'RUNNING',
    webhookFailures: 5,
    answersAfterMs: 0,
    rateLimit: options.rateLimit ?? null,
    gaps: options.gaps ?? null,
    url: '',
    users: [],
    tokens: [],
    projects: [],
    repositories: [],
    moved: new Map(),
    builds: new Map(),
    deliveries: [],
    sending: new Set(),
    nextId: 1,
    ...given(options),
    directory,
  };
}

/** Options that were really given, so that none overwrites a default with nothing. */
function given({ version: _version, release: _release, ...options }: WorldOptions): Omit<WorldOptions, 'version'> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

export function nextId(world: World): number {
  const id = world.nextId;
  world.nextId += 1;
  return id;
}

export const millis = (world: World): number => world.now().getTime();
