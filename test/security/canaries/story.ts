import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { big } from '../../../lab/simulators/sonarqube/scenarios.ts';
import { type Simulator, startSimulator } from '../../../lab/simulators/sonarqube/index.ts';
import { type Product, startProduct } from '../../support/product.ts';
import { pipelines } from './pipelines-chapter.ts';
import { type Canaries, search, type Sighting } from './canaries.ts';

export interface Story {
  product: Product;
  /** Secrets that an answer repeated. */
  sightings: Sighting[];
  /** What was called, and with what status. */
  steps: string[];
  /** What a person did with the same words as a secret, for the test that plants them. */
  call: Call;
  close(): Promise<void>;
}

type Call = (
  method: string,
  path: string,
  options?: { body?: unknown; token?: string; headers?: Record<string, string>; raw?: string },
) => Promise<{ status: number; text: string; cookie: string | undefined }>;

/**
 * Lives through what people and programs do with secrets, well and badly. A later part adds its own chapter: it plants
 * its canaries with `canaries.make` or `canaries.add` and calls what uses them, with success and with failure.
 */
export async function tell(canaries: Canaries): Promise<Story> {
  const source = await startSimulator({
    profile: '26.9',
    scenario: big({ projects: 2, issuesPerProject: 40, seed: 3 }),
  });
  const echo = await startEcho();
  const product = await startProduct({ env: { PLUMBLINE_LOG_LEVEL: 'debug' } });
  const sightings: Sighting[] = [];
  const steps: string[] = [];
  const call: Call = async (method, path, options = {}) => {
    const token = options.token ?? (await readFile(join(product.home, 'local.token'), 'utf8')).trim();
    const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    const response = await fetch(new URL(path, product.url()), {
      method,
      headers: {
        ...(token === '' ? { 'sec-fetch-site': 'same-origin' } : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    // An answer that hands over a new secret comes before that secret is a canary.
    const step = `${method} ${path.split('?')[0]?.slice(0, 60)} ${response.status}`;
    steps.push(step);
    sightings.push(...search(step, text, canaries.all));
    return { status: response.status, text, cookie: response.headers.get('set-cookie')?.split(';')[0] };
  };
  const context: Chapter = { product, canaries, call, source, echo: echoUrl(echo), closing: [] };
  for (const chapter of chapters) await chapter(context);
  return {
    product,
    sightings,
    steps,
    call,
    async close() {
      await product.close();
      await source.close();
      await Promise.all(context.closing.map((end) => end()));
      echo.closeAllConnections();
      await new Promise((resolve) => echo.close(resolve));
    },
  };
}

export interface Chapter {
  product: Product;
  canaries: Canaries;
  call: Call;
  source: Simulator;
  /** An outside system that repeats in its errors what it was sent. */
  echo: string;
  /** What a chapter started is ended with the story. */
  closing: (() => Promise<unknown>)[];
}

const chapters: readonly ((context: Chapter) => Promise<void>)[] = [
  installation,
  people,
  integration,
  hostile,
  webhooks,
  pipelines,
  care,
];

/** Keys and tokens that the first start made. */
async function installation({ product, canaries }: Chapter): Promise<void> {
  for (const line of (await readFile(join(product.home, 'vault.keys'), 'utf8')).trim().split('\n'))
    canaries.add('vault key', line);
  canaries.add('local token', (await readFile(join(product.home, 'local.token'), 'utf8')).trim(), 'plblocal_'.length);
  canaries.add('database password', (await readFile(join(product.home, 'database.password'), 'utf8')).trim());
}

async function people({ product, canaries, call }: Chapter): Promise<void> {
  const link = /setup#(\S+)/.exec(product.log())?.[1];
  if (link === undefined) throw new Error('there is no set-up link');
  const setup = canaries.add('set-up secret', link);
  const password = canaries.make('password');
  const account = { email: 'ada@example.com', password };
  const wrongSetup = canaries.make('wrong set-up secret');
  await call('POST', 'api/v1/setup', { token: '', body: { secret: wrongSetup, ...account } });
  await expectStatus(200, call('POST', 'api/v1/setup', { token: '', body: { secret: setup, ...account } }));
  await call('POST', 'api/v1/setup', { token: '', body: { secret: setup, ...account } });

  await call('POST', 'api/v1/session', { token: '', body: { ...account, password: canaries.make('wrong password') } });
  const session = await expectStatus(200, call('POST', 'api/v1/session', { token: '', body: account }));
  const cookie = session.cookie ?? '';
  canaries.add('session cookie', cookie.slice(cookie.indexOf('=') + 1));
  const as = { token: '', headers: { cookie } };
  await expectStatus(200, call('GET', 'api/v1/users', as));
  await call('GET', 'api/v1/users', {
    token: '',
    headers: { cookie: `plumbline=${canaries.make('wrong cookie').replaceAll(/[^a-z0-9]/g, '')}` },
  });
  const next = canaries.make('new password');
  await call('POST', 'api/v1/account/password', { ...as, body: { currentPassword: password, newPassword: next } });
  await call('POST', 'api/v1/account/password', { ...as, body: { current: password, next } });
  await call('POST', 'api/v1/account/password', {
    ...as,
    raw: `{"currentPassword": "${next.replaceAll(/["\\]/g, '')}", `,
  });

  const made = await expectStatus(200, call('POST', 'api/v1/tokens', { body: { name: 'a program', role: 'admin' } }));
  const { id, secret } = JSON.parse(made.text) as { id?: number; token?: { id: number }; secret: string };
  canaries.add('API token', secret, 8);
  await expectStatus(200, call('GET', 'api/v1/users', { token: secret }));
  await call('DELETE', `api/v1/tokens/${id ?? 1}`);
  await call('GET', 'api/v1/users', { token: secret });
  await call('GET', `api/v1/users?token=${encodeURIComponent(secret)}`);
  await call('GET', 'api/v1/users', { token: canaries.make('wrong API token').replaceAll(/[^a-z0-9]/g, '') });
}

async function integration({ product, canaries, call, source }: Chapter): Promise<void> {
  const token = canaries.add('SonarQube token', source.tokens.admin, 4);
  await writeFile(
    join(product.home, 'plumbline.yaml'),
    JSON.stringify({
      integrations: [
        {
          name: 'source',
          kind: 'sonarqube',
          settings: { url: source.url },
          syncIntervalSeconds: 86_400,
          secrets: { apiToken: '${env:CANARY_TOKEN}' },
        },
      ],
    }),
  );
  const applied = await product.plumbline(['apply', '-f', join(product.home, 'plumbline.yaml')], {
    CANARY_TOKEN: token,
  });
  if (applied.status !== 0) throw new Error(applied.err);
  const body = (apiToken: unknown) => ({
    kind: 'sonarqube',
    name: 'another',
    settings: { url: source.url },
    secrets: { apiToken },
  });
  const wrong = canaries.make('refused token', 'squ_');
  const { name: _name, ...unsaved } = body(wrong);
  await call('POST', 'api/v1/integrations/check', { body: unsaved });
  await call('POST', 'api/v1/integrations', { body: body(wrong) });
  await call('POST', 'api/v1/integrations', { body: { ...body('x'), secrets: { apiToken: [wrong], other: wrong } } });
  await call('POST', 'api/v1/integrations', {
    body: { ...body('x'), settings: { url: `http://user:${encodeURIComponent(wrong)}@127.0.0.1:1/` } },
  });
  await call('POST', 'api/v1/integrations/source/reauthenticate', { body: { secrets: { apiToken: wrong } } });
  await call('POST', 'api/v1/integrations/source/credentials', {
    body: { label: 'second', secrets: { apiToken: source.tokens.analysis } },
  });
  canaries.add('second SonarQube token', source.tokens.analysis, 4);
  await call('POST', 'api/connections/1/credentials.create', {
    body: { name: 'third', secrets: { api_token: canaries.make('third token', 'squ_') } },
  });
  await finished(call);
}

async function finished(call: Call): Promise<void> {
  for (;;) {
    const { runs } = JSON.parse((await call('GET', 'api/v1/runs')).text) as {
      runs: { finishedAt: string | null; id: number | null }[];
    };
    if (runs.some((run) => run.id !== null && run.finishedAt !== null)) return;
    await delay(200);
  }
}

/** An outside system that says in its errors what it was sent must not bring a token into ours. */
async function hostile({ canaries, call, echo }: Chapter): Promise<void> {
  for (const prefix of ['squ_', 'sqp_']) {
    const apiToken = canaries.make(`token for an echo ${prefix}`, prefix).replaceAll(/[^\w]/g, '');
    canaries.add(`token for an echo ${prefix} as sent`, apiToken, prefix.length);
    const body = { kind: 'sonarqube', name: `echo ${prefix}`, settings: { url: echo }, secrets: { apiToken } };
    const { name: _name, ...unsaved } = body;
    await call('POST', 'api/v1/integrations/check', { body: unsaved });
    await call('POST', 'api/v1/integrations', { body });
  }
}

async function webhooks({ canaries, call, echo }: Chapter): Promise<void> {
  const handed = await call('POST', 'api/v1/integrations/source/webhook-secret', { body: {} });
  const { secret, url } = JSON.parse(handed.text) as { secret: string; url: string };
  canaries.add('webhook secret', secret, secret.indexOf('_') + 1);
  const path = new URL(url).pathname.replace(/^\//, '');
  const wrongKey = canaries.make('path key').replaceAll(/[^a-z0-9]/g, '');
  const headers = { 'x-sonar-webhook-hmac-sha256': canaries.make('signature').replaceAll(/[^a-z0-9]/g, '') };
  await call('POST', path, { token: '', headers, body: { project: { key: 'p' } } });
  await call('POST', `${path}/adapter/${wrongKey}`, { token: '', headers, body: {} });
  await call('POST', `${path}?secret=${wrongKey}`, { token: '', headers, raw: '{' });

  const made = await call('POST', 'api/v1/outgoing-webhooks', {
    body: { url: `${echo}/told`, events: ['health.changed'] },
  });
  const endpoint = JSON.parse(made.text) as { endpoint?: { id: number }; secret?: string };
  if (endpoint.endpoint === undefined || endpoint.secret === undefined) throw new Error(made.text);
  canaries.add('outgoing webhook secret', endpoint.secret, endpoint.secret.indexOf('_') + 1);
  await call('POST', `api/v1/outgoing-webhooks/${endpoint.endpoint.id}/test`);
  const rotated = await call('POST', `api/v1/outgoing-webhooks/${endpoint.endpoint.id}/rotate-secret`);
  const { secret: next } = JSON.parse(rotated.text) as { secret?: string };
  if (next !== undefined) canaries.add('rotated webhook secret', next, next.indexOf('_') + 1);
  await call('GET', `api/v1/outgoing-webhooks/${endpoint.endpoint.id}/deliveries`);
}

/** What an operator does: rotate the key, examine, and start with what is wrong. */
async function care({ product, canaries }: Chapter): Promise<void> {
  const rotated = await product.plumbline(['secrets', 'rotate']);
  if (rotated.status !== 0) throw new Error(rotated.err);
  const keys = (await readFile(join(product.home, 'vault.keys'), 'utf8')).trim().split('\n');
  canaries.add('new vault key', keys.at(-1) as string);
  const doctor = await product.plumbline(['doctor', '--json']);
  const leaked = search('doctor', doctor.out + doctor.err, canaries.all);
  if (leaked.length > 0) throw new Error(`doctor shows ${JSON.stringify(leaked)}`);
  const password = canaries.make('password of a database').replaceAll(/[^a-z0-9]/g, '');
  canaries.add('password of a database as given', password);
  const failed = await product.plumbline(['up', '--role', 'worker'], {
    DATABASE_URL: `postgres://plumbline:${password}@127.0.0.1:1/plumbline`,
    PLUMBLINE_HEALTH_PORT: '0',
  });
  const told = search('a start that failed', failed.out + failed.err, canaries.all);
  if (failed.status === 0 || told.length > 0)
    throw new Error(`it shows ${JSON.stringify(told)}: ${failed.err.slice(0, 300)}`);
}

async function expectStatus<T extends { status: number; text: string }>(status: number, call: Promise<T>): Promise<T> {
  const answer = await call;
  if (answer.status !== status) throw new Error(`${answer.status}: ${answer.text}`);
  return answer;
}

async function startEcho(): Promise<Server> {
  const server = createServer((request, response) => {
    response.writeHead(500, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ errors: [{ msg: `no: ${request.url} ${JSON.stringify(request.headers)}` }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function echoUrl(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
