import { type Told, toldBy } from '../wire/told.ts';
import { type BitbucketSimulator, type BitbucketSimulatorOptions, startBitbucketSimulator } from './index.ts';
import type { Project, Repository } from './world.ts';

/** A server with one project, one repository and two people, as most tests want it. */
export interface Sample {
  bitbucket: BitbucketSimulator;
  project: Project;
  repository: Repository;
  /** Of `bot`, who may read. */
  bot: string;
  /** Of `ada`, who administers the project. */
  ada: string;
  /** First commit of `main`. */
  first: string;
}

export async function startSample(options: BitbucketSimulatorOptions = {}): Promise<Sample> {
  const bitbucket = await startBitbucketSimulator({ now: () => new Date('2026-03-02T10:00:00Z'), ...options });
  const { state } = bitbucket;
  state.addUser({ name: 'ada', displayName: 'Ada Byron', password: 'ada-pw' });
  state.addUser({ name: 'bot', displayName: 'Bot', password: 'bot-pw' });
  const project = state.addProject({ key: 'PAY', name: 'Payments' });
  state.grant(project, 'ada', 'admin');
  state.grant(project, 'bot', 'read');
  const repository = await state.addRepository({ project, name: 'ledger' });
  const first = await state.push(repository, { branch: 'main', files: { 'src/a.ts': lines(20) }, message: 'Begin' });
  const admin = { user: 'ada', permissions: ['PROJECT_ADMIN', 'REPO_ADMIN'] };
  return { bitbucket, project, repository, bot: state.addToken({ user: 'bot' }), ada: state.addToken(admin), first };
}

/** `line 1` to `line n`, some of them replaced. */
export const lines = (count: number, changed: Readonly<Record<number, string>> = {}): string =>
  Array.from({ length: count }, (_nothing, index) => `${changed[index + 1] ?? `line ${index + 1}`}\n`).join('');

export interface Asked {
  method?: string;
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** One call; `path` is below `rest/`, or whole when it begins with a slash. */
export async function ask(bitbucket: { url: string }, path: string, asked: Asked = {}): Promise<Told> {
  const { method = 'GET', token, body, headers } = asked;
  const answer = await fetch(`${bitbucket.url}${path.startsWith('/') ? path : `/rest/${path}`}`, {
    method,
    redirect: 'manual',
    headers: {
      Accept: 'application/json',
      'X-Atlassian-Token': 'no-check',
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return toldBy(answer);
}

export const exceptionOf = ({ body }: Told): string | undefined =>
  (body?.errors?.[0]?.exceptionName as string | null | undefined)?.split('.').at(-1);
