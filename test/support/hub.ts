import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { onTestFinished } from 'vitest';
import type { Connector } from '../../src/connectors/contract.ts';
import {
  type Access,
  createAccess,
  type Role,
  type Route,
  type ScopeResolver,
} from '../../src/features/access/index.ts';
import {
  type CheckElsewhere,
  createIntegrations,
  type Integrations,
  type IntegrationData,
} from '../../src/features/integrations/index.ts';
import { hostPauses } from '../../src/features/ingestion/index.ts';
import type { Database } from '../../src/platform/database/index.ts';
import type { Outbound, OutboundOptions } from '../../src/platform/outbound/types.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { openVault, type Vault } from '../../src/platform/vault/index.ts';
import { createHttpServer, type HttpServerOptions } from '../../src/surfaces/http/index.ts';
import { testDatabase } from './database.ts';
import { checkAnswers } from './declared-answers.ts';

export interface TestHub {
  db: Database;
  app: FastifyInstance;
  access: Access;
  integrations: Integrations;
  vault: Vault;
  localToken: string;
  /** What the integrations room told others of, in order. */
  changed: readonly { kind: 'integration'; id: number }[];
  /** A call from our own page or program: as a role by its API token, as a session by its cookie, or as nobody. */
  call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, options?: CallOptions): Promise<Answer>;
  /** Makes an administrator with password `correct horse battery` and returns their cookie. */
  administrator(email?: string): Promise<string>;
}

interface CallOptions {
  as?: Role | 'nobody';
  cookie?: string;
  body?: object;
  headers?: Record<string, string>;
  remoteAddress?: string;
}

export interface Answer {
  status: number;
  // Each test looks at the fields it is about.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
  text: string;
  cookie: string | undefined;
  headers: Record<string, unknown>;
}

export interface TestHubOptions {
  /** Another process of this hub: the same database, the same keys. */
  beside?: Pick<TestHub, 'db' | 'vault'>;
  connectors?: readonly Connector[];
  data?: readonly IntegrationData[] | ((db: Database) => readonly IntegrationData[]);
  insecureHttp?: boolean;
  /** What nodes of org trees hold. */
  teams?: ScopeResolver;
  openOutbound?(options: OutboundOptions): Outbound;
  now?(): Date;
  checkElsewhere?: CheckElsewhere;
  /** Routes of the room under test. */
  routes?(db: Database, vault: Vault): readonly Route[];
  /** A room above the integrations, with its routes and the door for deliveries. */
  rooms?(below: {
    db: Database;
    vault: Vault;
    integrations: Integrations;
  }): Pick<HttpServerOptions, 'routes' | 'hooks' | 'satellites'>;
}

export const password = 'correct horse battery';
export const localToken = 'plblocal_for-tests-only';

const noSatellite: CheckElsewhere = () => {
  throw new Error('this test has no satellite');
};

const deafOutbound = (): Outbound => ({
  request: () => Promise.reject(new Error('this test has no network')),
  concurrency: () => 1,
  stats: () => ({ requests: 0, retries: 0, bytes: 0 }),
  close: () => Promise.resolve(),
});

/** Access and integrations behind the HTTP surface, on a database of their own; closed when the test ends. */
export async function testHub(options: TestHubOptions = {}): Promise<TestHub> {
  const db = options.beside?.db ?? (await testDatabase());
  const home = await mkdtemp(join(tmpdir(), 'plumbline-hub-'));
  const vault = options.beside?.vault ?? (await openVault({ db, keyFile: join(home, 'master.keys') }));
  const cost = { memory: 64, passes: 1 };
  const insecureHttp = options.insecureHttp ?? false;
  const changed: { kind: 'integration'; id: number }[] = [];
  const openOutbound = options.openOutbound ?? deafOutbound;
  const teams = options.teams === undefined ? {} : { teams: options.teams };
  const access = createAccess({
    db,
    vault,
    localToken,
    insecureHttp,
    version: '0.0.0-test',
    cost,
    connectTo: (address, signal, use) => integrations.connectTo(address, signal, use),
    publicUrl: () => new URL('https://plumb.example/'),
    ...teams,
  });
  const integrations: Integrations = createIntegrations({
    db,
    vault,
    log: silentLog,
    connectors: options.connectors ?? [],
    data: typeof options.data === 'function' ? options.data(db) : (options.data ?? []),
    openOutbound,
    outbound: { loopbackAllowed: true },
    pauses: hostPauses(db),
    network: {
      publicUrl: new URL('https://plumb.example/'),
      listen: { host: '127.0.0.1', port: 8420, tls: false },
      database: { host: '127.0.0.1', port: 5432, embedded: true },
    },
    enqueueReactions: async (_tx, changes) => void changed.push(...changes),
    lastSyncedAt: async () => new Map(),
    checkElsewhere: options.checkElsewhere ?? noSatellite,
    now: options.now ?? (() => new Date()),
  });
  const above = options.rooms?.({ db, vault, integrations });
  const app = await createHttpServer({
    config: {
      publicUrl: new URL('https://plumb.example/'),
      tls: undefined,
      trustedProxies: [],
      version: '0.0.0-test',
      signInCallsPerMinute: 1000,
    },
    log: silentLog,
    routes: [
      ...access.routes,
      ...integrations.routes,
      ...(options.routes?.(db, vault) ?? []),
      ...(above?.routes ?? []),
    ],
    ...(above?.hooks === undefined ? {} : { hooks: above.hooks }),
    ...(above?.satellites === undefined ? {} : { satellites: above.satellites }),
    access,
    metrics: { text: async () => ({ contentType: 'text/plain', body: '' }) },
    health: { ready: async () => ({ ready: true, checks: {} }) },
    webRoot: undefined,
  });
  const expectDeclared = checkAnswers(app);
  onTestFinished(async () => {
    await integrations.stop();
    await app.close();
    await rm(home, { recursive: true });
    expectDeclared();
  });
  const call = caller(app, roleTokens(app));
  return {
    db,
    app,
    access,
    integrations,
    vault,
    localToken,
    changed,
    call,
    administrator: (email) => signUp(access, call, email),
  };
}

type Call = TestHub['call'];

async function signUp(access: Access, call: Call, email = 'ada@example.com'): Promise<string> {
  await access.createFirstAdministrator({ email, password });
  const answer = await call('POST', '/api/v1/session', { as: 'nobody', body: { email, password } });
  if (answer.cookie === undefined) throw new Error(`no session: ${answer.text}`);
  return answer.cookie;
}

/** One API token per role, made on first use with the local token. */
function roleTokens(app: FastifyInstance): (role: Role) => Promise<string> {
  const made = new Map<Role, Promise<string>>();
  const make = async (role: Role): Promise<string> => {
    const response = await app.inject({
      method: 'POST',
      url: '/api/v1/tokens',
      headers: { host: 'localhost', authorization: `Bearer ${localToken}` },
      payload: { name: role, role },
    });
    return response.json().secret;
  };
  return (role) => {
    const token = made.get(role) ?? make(role);
    made.set(role, token);
    return token;
  };
}

function caller(app: FastifyInstance, tokenOf: (role: Role) => Promise<string>): Call {
  return async (method, url, options = {}) => {
    const headers: Record<string, string> = { host: 'localhost', ...options.headers };
    const as = options.as ?? (options.cookie === undefined ? 'admin' : 'nobody');
    if (as === 'nobody') headers['sec-fetch-site'] ??= 'same-origin';
    else headers['authorization'] = `Bearer ${await tokenOf(as)}`;
    if (options.cookie !== undefined) headers['cookie'] = options.cookie;
    const request: InjectOptions = { method, url, headers, remoteAddress: options.remoteAddress ?? '127.0.0.1' };
    const response = await app.inject(options.body === undefined ? request : { ...request, payload: options.body });
    const json = response.headers['content-type']?.toString().startsWith('application/json') === true;
    return {
      status: response.statusCode,
      body: json ? response.json() : undefined,
      text: response.body,
      cookie: response.headers['set-cookie']?.toString().split(';')[0],
      headers: response.headers,
    };
  };
}
