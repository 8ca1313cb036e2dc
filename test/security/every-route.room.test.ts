import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Actor, may, type Permission } from '../../src/features/access/index.ts';
import { type Hub, startHub } from '../../src/hub.ts';
import { loadConfig } from '../../src/platform/config/index.ts';
import { catalogue } from '../../src/platform/errors/index.ts';
import { silentLog } from '../../src/platform/telemetry/index.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';

interface Operation {
  method: string;
  path: string;
  permission: Permission | 'public' | 'signed_in';
  codes: string[];
  statuses: string[];
  parameters: { name: string; in: string; required?: boolean }[];
  body: Schema | undefined;
}

interface Schema {
  type?: string;
  format?: string;
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
}

let database: TestDatabase;
let hub: Hub;
let home: string;
let operations: Operation[];
const tokens: Record<string, string> = {};
const holders = {
  admin: { role: 'admin' },
  team_manager: { role: 'team_manager' },
  viewer: { role: 'viewer' },
  pipeline: { role: 'admin', only: 'deployments' },
} as const satisfies Record<string, Pick<Actor, 'role' | 'only'>>;

/** With no browser between: what it proves itself by is in its body. */
const calledByProviders: ReadonlySet<string> = new Set(['/api/v1/sign-in/back-channel-logout']);

const call = (method: string, path: string, token: string | undefined, init: RequestInit = {}): Promise<Response> =>
  fetch(new URL(path, hub.url), {
    method,
    ...init,
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...init.headers },
  });

beforeAll(async () => {
  database = await cloneDatabase();
  home = await mkdtemp(join(tmpdir(), 'plumbline-routes-'));
  const config = loadConfig({ env: { PLUMBLINE_HOME: home, PLUMBLINE_PORT: '0' }, uid: 1000 });
  const { connectionString } = database;
  hub = await startHub({
    config,
    log: silentLog,
    database: { connectionString, embedded: false },
    role: 'web',
    webRoot: undefined,
    version: '0.0.0-test',
  });
  const local = (await readFile(join(home, 'local.token'), 'utf8')).trim();
  for (const [name, rights] of Object.entries(holders)) {
    const headers = { 'content-type': 'application/json' };
    const made = await call('POST', '/api/v1/tokens', local, { headers, body: JSON.stringify({ name, ...rights }) });
    tokens[name] = ((await made.json()) as { secret: string }).secret;
  }
  operations = readOperations((await (await call('GET', '/api/v1/openapi.json', undefined)).json()) as Document);
});

afterAll(async () => {
  await hub?.stop();
  await database?.drop();
  await rm(home, { recursive: true, force: true });
});

interface Document {
  paths: Record<string, Record<string, Record<string, unknown>>>;
}

/** Those of rooms: what is open to other programs of the machine or proves itself otherwise has tests of its own. */
function readOperations(document: Document): Operation[] {
  const ofRooms = Object.entries(document.paths).filter(([path]) => /^\/api\/(?!v1\/openapi\.json)/.test(path));
  return ofRooms.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: path.replace(/\{\w+\}/g, '1'),
      permission: operation['x-permission'] as Operation['permission'],
      codes: operation['x-error-codes'] as string[],
      statuses: Object.keys(operation['responses'] as object),
      parameters: (operation['parameters'] ?? []) as Operation['parameters'],
      body: (operation['requestBody'] as { content: Record<string, { schema: Schema }> } | undefined)?.content[
        'application/json'
      ]?.schema,
    })),
  );
}

/** Calls in the manner of remote procedures answer every failure with 401, 404 or 422 and a flat body. */
const isRpc = (path: string): boolean => path.startsWith('/api/connections');

async function failure(response: Response): Promise<[status: number, code: string]> {
  const { ok, error } = (await response.json()) as { ok?: boolean; error: string | { code: string } };
  if (typeof error !== 'string') return [response.status, error.code];
  return [response.status, ok === false ? error : 'a failure without ok: false'];
}

describe('every route of the hub', () => {
  it('declares who may call it and what it answers when it fails', () => {
    expect(operations.length).toBeGreaterThan(40);
    for (const { path, permission, codes } of operations) {
      expect([path, permission]).not.toContain(undefined);
      for (const code of codes) expect(Object.keys(catalogue)).toContain(code);
    }
  });

  it('is open to nobody who does not say who they are, apart from signing in and set-up', async () => {
    const open: string[] = [];
    for (const { method, path, permission } of operations) {
      if (permission === 'public') {
        open.push(`${method} ${path}`);
        continue;
      }
      const response = await call(method, path, undefined);
      expect([method, path, ...(await failure(response))]).toEqual([method, path, 401, 'not_authed']);
    }
    expect(open.sort()).toEqual([
      'DELETE /api/v1/session',
      'GET /api/v1/session',
      'GET /api/v1/setup',
      'GET /api/v1/sign-in',
      'POST /api/v1/session',
      'POST /api/v1/setup',
      'POST /api/v1/sign-in/back-channel-logout',
      'POST /api/v1/sign-in/finish',
      'POST /api/v1/sign-in/second-factor',
      'POST /api/v1/sign-in/start',
    ]);
  });

  it('refuses roles without its permission before it looks at the request', async () => {
    let refused = 0;
    for (const { method, path, permission } of operations) {
      if (permission === 'public') continue;
      for (const role of ['viewer', 'team_manager', 'pipeline'] as const) {
        if (may(holders[role], permission)) continue;
        const headers = { 'content-type': 'application/json' };
        const response = await call(
          method,
          path,
          tokens[role],
          method === 'GET' ? {} : { headers, body: '{"not json' },
        );
        const status = isRpc(path) ? 422 : 403;
        expect([method, path, role, ...(await failure(response))]).toEqual([
          method,
          path,
          role,
          status,
          'not_authorized',
        ]);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(20);
  });

  it('refuses parameters it does not know', async () => {
    for (const { method, path } of operations) {
      const separator = path.includes('?') ? '&' : '?';
      const headers = { 'sec-fetch-site': 'same-origin' };
      const response = await call(method, `${path}${separator}nobodyKnowsThis=1`, tokens['admin'], { headers });
      const expected = isRpc(path) ? [422, 'invalid_field'] : [400, 'invalid_request'];
      expect([method, path, ...(await failure(response))]).toEqual([method, path, ...expected]);
    }
  });

  it('that changes something refuses what another web site makes a browser send', async () => {
    const pages = operations.filter(
      (operation) => operation.method !== 'GET' && !calledByProviders.has(operation.path),
    );
    for (const { method, path } of pages) {
      const headers = { origin: 'https://evil.example', cookie: 'plumbline=stolen' };
      const response = await call(method, path, tokens['admin'], { headers });
      const status = isRpc(path) ? 422 : 403;
      expect([method, path, ...(await failure(response))]).toEqual([method, path, status, 'foreign_origin']);
    }
  });

  it('that another system calls believes its signed token alone, whoever is signed in', async () => {
    const headers = {
      origin: 'https://evil.example',
      cookie: 'plumbline=stolen',
      'content-type': 'application/x-www-form-urlencoded',
    };
    for (const path of calledByProviders) {
      const response = await call('POST', path, tokens['admin'], { headers, body: 'logout_token=forged' });
      expect([path, ...(await failure(response))]).toEqual([path, 404, 'sso_not_configured']);
    }
  });

  it('answers hostile input with a code of its own, never with an internal error', async () => {
    let sent = 0;
    const undeclared = new Set<string>();
    for (const operation of operations.filter(({ permission }) => permission !== 'public')) {
      for (const text of hostile) {
        for (const request of hostileRequests(operation, text)) {
          const headers = { 'content-type': 'application/json' };
          const init = request.body === undefined ? {} : { headers, body: request.body };
          const response = await call(operation.method, request.address, tokens['admin'], init);
          const text = await response.text();
          const answer = response.ok ? undefined : text;
          expect([operation.method, request, response.status, answer]).not.toContain(500);
          if (!declared(operation, response.status, answer))
            undeclared.add(`${operation.method} ${operation.path} ${answer}`);
          sent++;
        }
      }
    }
    expect(sent).toBeGreaterThan(500);
    expect([...undeclared]).toEqual([]);
    // Thousands of requests, one after the other: of a busy machine that takes minutes.
  }, 900_000);
});

/** The document names the status and, of a failure, the code. */
function declared({ statuses, codes }: Operation, status: number, answer: string | undefined): boolean {
  const named = statuses.includes(String(status)) || statuses.includes(`${String(status)[0]}XX`);
  if (answer === undefined) return named;
  const { error } = JSON.parse(answer) as { error: string | { code: string } };
  return named && codes.includes(typeof error === 'string' ? error : error.code);
}

const hostile = ['\u0000', '\ud800', '%', "'; drop table access.users; --", '9'.repeat(30), '-1', 'NaN', '[]', '../..'];

/** The text in the path, in each query parameter alone, and in every text of the body. */
function hostileRequests({ path, parameters, body }: Operation, text: string): { address: string; body?: string }[] {
  const encoded = encodeURIComponent(text.toWellFormed());
  const queries = parameters.filter((parameter) => parameter.in === 'query');
  const requests: { address: string; body?: string }[] = queries.map(({ name }) => ({
    address: `${path}?${name}=${encoded}`,
  }));
  if (path.includes('/1')) requests.push({ address: path.replace('/1', `/${encoded}`) });
  if (body !== undefined) requests.push({ address: path, body: JSON.stringify(sample(body, text)) });
  return requests;
}

/** A value of the schema's shape with the text wherever a text may stand. */
function sample(schema: Schema, text: string): unknown {
  const [choice] = schema.anyOf ?? [];
  if (choice !== undefined) return sample(choice, text);
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.type === 'object' && schema.properties === undefined) return { url: text, apiToken: text };
  if (schema.type === 'object') {
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, sample(inner, text)]),
    );
  }
  if (schema.type === 'array') return schema.items === undefined ? [] : [sample(schema.items, text)];
  if (schema.type === 'integer' || schema.type === 'number') return Number.MAX_SAFE_INTEGER;
  if (schema.type === 'boolean') return true;
  if (schema.format === 'email') return 'mallory@example.com';
  return schema.format === 'date-time' ? '9999-12-31T23:59:59.999Z' : text;
}
