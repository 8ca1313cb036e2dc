import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Sample, startSample } from '../../lab/simulators/bitbucket-server/testing.ts';
import { type Simulator, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import type { SimulatorState } from '../../lab/simulators/sonarqube/state/facade.ts';
import type { ProfileName } from '../../lab/simulators/sonarqube/profiles.ts';
import type { Run } from '../../src/features/ingestion/contract.ts';
import { type Hub, startHub } from '../../src/hub.ts';
import { loadConfig } from '../../src/platform/config/index.ts';
import type { Log } from '../../src/platform/telemetry/log.ts';
import { silentLog } from '../../src/platform/telemetry/index.ts';
import { cloneDatabase, type TestDatabase } from './database.ts';
import { signIn } from './sign-in.ts';

export interface RepositoriesHub {
  /** After a restart another one, at another address. */
  readonly hub: Hub;
  database: TestDatabase;
  sample: Sample;
  sonar: Simulator;
  bitbucketId: number;
  sonarqubeId: number;
  /** As the local administrator, or with another token or cookie. Throws what was refused. */
  api<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T>;
  /** The code of a refusal. */
  refused(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<string>;
  sync(integration: number): Promise<Run['status']>;
  /** Stops the hub, and starts it again on what it has stored and what is done meanwhile. */
  restart(meanwhile?: () => Promise<unknown>): Promise<void>;
  /** Adds an administrator and signs in: headers of a person. */
  signIn(email: string): Promise<Record<string, string>>;
  close(): Promise<void>;
}

/** A hub that reads a simulated SonarQube and a simulated Bitbucket Server, by their administrators' tokens. */
export async function startRepositoriesHub(options: {
  scenario(state: SimulatorState): void;
  profile?: ProfileName;
  log?: Log;
  /** Of the integration of Bitbucket. */
  settings?: object;
}): Promise<RepositoriesHub> {
  const database = await cloneDatabase();
  const home = await mkdtemp(join(tmpdir(), 'plumbline-import-'));
  const sample = await startSample({ contextPath: '/bitbucket' });
  const sonar = await startSimulator({ profile: options.profile ?? '26.9-developer', scenario: options.scenario });
  const start = (): Promise<Hub> =>
    startHub({
      config: loadConfig({ env: { PLUMBLINE_HOME: home, PLUMBLINE_PORT: '0' }, uid: 1000 }),
      log: options.log ?? silentLog,
      database: { connectionString: database.connectionString, embedded: false },
      role: 'all',
      webRoot: undefined,
      version: '0.0.0-test',
    });
  let hub = await start();
  const localToken = async (): Promise<string> => (await readFile(join(home, 'local.token'), 'utf8')).trim();
  let token = await localToken();
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const who = 'cookie' in headers ? {} : { authorization: `Bearer ${token}` };
    const init = { method, headers: { ...who, 'content-type': 'application/json', ...headers } };
    const answer = await fetch(
      new URL(path, hub.url),
      body === undefined ? init : { ...init, body: JSON.stringify(body) },
    );
    return { status: answer.status, text: await answer.text() };
  };
  const api: RepositoriesHub['api'] = async <T>(...sent: Parameters<typeof call>) => {
    const { status, text } = await call(...sent);
    if (status >= 300) throw new Error(`${sent[0]} ${sent[1]}: ${status} ${text}`);
    return JSON.parse(text) as T;
  };
  const sync: RepositoriesHub['sync'] = async (integration) => {
    const { id } = await api<Run>('POST', `/api/v1/integrations/${integration}/sync`, {});
    for (;;) {
      const run = await api<Run>('GET', `/api/v1/runs/${id}`);
      if (!['pending', 'running'].includes(run.status)) return run.status;
      await delay(100);
    }
  };
  const connect = async (name: string, kind: string, settings: object, secrets: object): Promise<number> => {
    const body = { name, kind, settings, secrets, syncIntervalSeconds: 86_400 };
    return (await api<{ integration: { id: number } }>('POST', '/api/v1/integrations', body)).integration.id;
  };
  const bitbucketId = await connect(
    'bitbucket',
    'bitbucket-server',
    { url: sample.bitbucket.url, ...options.settings },
    { token: sample.bot },
  );
  const sonarqubeId = await connect('sonar', 'sonarqube', { url: sonar.url }, { apiToken: sonar.tokens.admin });
  return {
    get hub() {
      return hub;
    },
    database,
    sample,
    sonar,
    bitbucketId,
    sonarqubeId,
    api,
    async refused(...sent) {
      const { status, text } = await call(...sent);
      return status < 300 ? 'not refused' : (JSON.parse(text) as { error: { code: string } }).error.code;
    },
    sync,
    async restart(meanwhile = async () => undefined) {
      await hub.stop();
      await meanwhile();
      hub = await start();
      token = await localToken();
    },
    signIn: (email) => signIn(hub, api, email),
    async close() {
      await hub.stop();
      await sample.bitbucket.close();
      await sonar.close();
      await database.drop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
