import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { PullRequestDetail, PullRequestList } from '../../src/features/reports/contract.ts';
import type { Run } from '../../src/features/ingestion/contract.ts';
import { type Hub, startHub } from '../../src/hub.ts';
import { loadConfig } from '../../src/platform/config/index.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/index.ts';
import { cloneDatabase } from '../support/database.ts';
import { signIn } from '../support/sign-in.ts';

/** A hub between a SonarQube and a Bitbucket Server, both of which are really called. */
export interface CompanionStage {
  db: Database;
  hub: Hub;
  token: string;
  sonarqube: number;
  bitbucket: number;
  api<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T>;
  /** The answer, whatever its status. */
  ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: unknown }>;
  /** Adds an administrator and signs in: headers of a person. */
  signIn(email: string): Promise<Record<string, string>>;
  /** Reads everything of an integration that is due, and waits for what follows from it. */
  sync(integration: number): Promise<Run>;
  detail(number: number): Promise<PullRequestDetail>;
  settled(): Promise<void>;
  close(): Promise<void>;
}

interface System {
  url: string;
  token: string;
  settings?: object;
}

export async function startCompanionStage(systems: { sonarqube: System; bitbucket: System }): Promise<CompanionStage> {
  const database = await cloneDatabase();
  const { db } = database;
  const home = await mkdtemp(join(tmpdir(), 'plumbline-companions-'));
  const hub = await startHub({
    config: loadConfig({ env: { PLUMBLINE_HOME: home, PLUMBLINE_PORT: '0' }, uid: 1000 }),
    log: silentLog,
    database: { connectionString: database.connectionString, embedded: false },
    role: 'all',
    webRoot: undefined,
    version: '0.0.0-test',
    leaseSeconds: 5,
  });
  const token = (await readFile(join(home, 'local.token'), 'utf8')).trim();
  const ask: CompanionStage['ask'] = async (method, path, body, headersOf) => {
    const who = headersOf ?? { authorization: `Bearer ${token}` };
    const headers = { ...who, 'content-type': 'application/json' };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const answer = await fetch(new URL(path, hub.url), init);
    return { status: answer.status, body: JSON.parse(await answer.text()) as unknown };
  };
  const api = async <T>(...sent: Parameters<CompanionStage['ask']>): Promise<T> => {
    const answer = await ask(...sent);
    if (answer.status >= 300) throw new Error(`${sent[0]} ${sent[1]}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  };
  const connect = async (kind: string, { url, token: secret, settings }: System): Promise<number> => {
    const secrets = kind === 'sonarqube' ? { apiToken: secret } : { token: secret };
    const wanted = { name: kind, kind, settings: { url, ...settings }, secrets, syncIntervalSeconds: 86_400 };
    return (await api<{ integration: { id: number } }>('POST', '/api/v1/integrations', wanted)).integration.id;
  };
  const sonarqube = await connect('sonarqube', systems.sonarqube);
  const bitbucket = await connect('bitbucket-server', systems.bitbucket);

  const settled = async (): Promise<void> => {
    for (let tries = 0; tries < 2_400; tries += 1) {
      const { busy } = await db.one<{ busy: boolean }>(
        `select exists (select from reports.reports where due_at <= now() or lease_until > now())
             or exists (select from ingestion.runs where status in ('pending', 'running'))
             or exists (select from jobs.job where name like 'reports.%' and name <> 'reports.reconcile' and state < 'completed') as busy`,
      );
      if (!busy) return;
      await delay(50);
    }
    throw new Error('reports are still being worked on');
  };
  return {
    db,
    hub,
    token,
    sonarqube,
    bitbucket,
    api,
    ask,
    settled,
    signIn: (email) => signIn(hub, api, email),
    async sync(integration) {
      const { id } = await api<Run>('POST', `/api/v1/integrations/${integration}/sync`, { full: false });
      for (;;) {
        const run = await api<Run>('GET', `/api/v1/runs/${id}`);
        if (!['pending', 'running'].includes(run.status)) {
          await settled();
          return run;
        }
        await delay(50);
      }
    },
    async detail(number) {
      await settled();
      const { pullRequests } = await api<PullRequestList>('GET', '/api/v1/pull-requests?page=1');
      const found = pullRequests.find((one) => one.number === number);
      if (found === undefined) throw new Error(`pull request ${number} is not listed`);
      return api('GET', `/api/v1/pull-requests/${found.id}`);
    },
    async close() {
      await hub.stop();
      await database.drop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
