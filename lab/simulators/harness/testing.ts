import { type Told, toldBy } from '../wire/told.ts';
import { type HarnessSimulator, type HarnessSimulatorOptions, startHarnessSimulator } from './index.ts';
import type { Build, Deployment, Pipeline, Project } from './model.ts';
import type { StageWish } from './state/executions.ts';

/** A clock that a test moves. */
export interface Clock {
  now: () => Date;
  forward: (milliseconds: number) => void;
}

export function clockAt(text: string): Clock {
  let at = Date.parse(text);
  return { now: () => new Date(at), forward: (milliseconds) => void (at += milliseconds) };
}

/** A server with `pay/ledger` in it: a pipeline, a service, two environments, and a token that sees everything. */
export interface Sample {
  harness: HarnessSimulator;
  clock: Clock;
  project: Project;
  pipeline: Pipeline;
  token: string;
}

export async function startSample(options: HarnessSimulatorOptions = {}): Promise<Sample> {
  const clock = clockAt('2026-03-02T10:00:00Z');
  const harness = await startHarnessSimulator({ now: clock.now, ...options });
  const { state } = harness;
  state.addOrganization({ identifier: 'pay', name: 'Payments' });
  const project = state.addProject({ organization: 'pay', identifier: 'ledger', name: 'The ledger' });
  const pipeline = state.addPipeline(project, {
    identifier: 'deploy',
    name: 'Deploy',
    stages: ['build', 'production'],
  });
  state.addService(project, { identifier: 'web', name: 'Web' });
  state.addEnvironment(project, { identifier: 'production', name: 'Production' });
  state.addEnvironment(project, { identifier: 'staging', name: 'Staging', type: 'PreProduction' });
  return { harness, clock, project, pipeline, token: state.addToken() };
}

const hex = (n: number, length: number): string => n.toString(16).padStart(length, '0');

/** A stage that builds commit `n` and pushes `web:1.<n>`. */
export function buildStage(n: number, more: Partial<Build> = {}): StageWish {
  const head = hex(n, 40);
  const build: Build = {
    repository: 'web',
    url: 'https://git.example.com/pay/web.git',
    branch: 'main',
    commits: [
      {
        id: head,
        message: `Change ${n}`,
        ownerName: 'Ada',
        ownerEmail: 'ada@example.com',
        timeStamp: 1_772_000_000_000,
      },
    ],
    head,
    images: [imageNumber(n)],
    ...more,
  };
  return { identifier: 'build', type: 'CI', build };
}

const imageNumber = (n: number) => ({
  host: 'registry.example.com',
  path: 'pay/web',
  tag: `1.${n}`,
  digest: `sha256:${hex(n, 64)}`,
});

/** A stage that deploys `web:1.<n>`. */
export function deployStage(
  n: number,
  environment: 'production' | 'staging' = 'production',
  more: Partial<StageWish> = {},
): StageWish {
  const production = environment === 'production';
  const deployment: Deployment = {
    service: { identifier: 'web', name: 'Web', type: 'Kubernetes' },
    environment: production
      ? { identifier: 'production', name: 'Production', type: 'Production' }
      : { identifier: 'staging', name: 'Staging', type: 'PreProduction' },
    infrastructure: `k8s_${environment}`,
    image: imageNumber(n),
  };
  return { identifier: environment, type: 'Deployment', deployment, ...more };
}

export interface Asked {
  token?: string;
  /** Sent as JSON with POST. */
  body?: unknown;
  /** Default the account `acc`. */
  account?: string | null;
  headers?: Record<string, string>;
}

/** One call; `path` may have a query. */
export async function ask(harness: { url: string }, path: string, asked: Asked = {}): Promise<Told> {
  const { token, body, account = 'acc', headers } = asked;
  const url = new URL(`${harness.url}/${path}`);
  if (account !== null && !url.searchParams.has('accountIdentifier'))
    url.searchParams.set('accountIdentifier', account);
  const answer = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(token === undefined ? {} : { 'x-api-key': token }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return toldBy(answer);
}

const place = 'orgIdentifier=pay&projectIdentifier=ledger';

/** One page of the executions of the sample's project. */
export const listExecutions = (
  harness: { url: string },
  token: string,
  body: object = {},
  query = 'size=1000',
): Promise<Told> =>
  ask(harness, `pipeline/api/pipelines/execution/summary?${place}&${query}`, {
    token,
    body: { filterType: 'PipelineExecution', ...body },
  });

export const readExecution = (harness: { url: string }, token: string, id: string, query = ''): Promise<Told> =>
  ask(harness, `pipeline/api/pipelines/execution/v2/${id}?${place}&${query}`, { token });
