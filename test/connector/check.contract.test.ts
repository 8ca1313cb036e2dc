import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Simulator } from '../../lab/simulators/sonarqube/index.ts';
import { small, twoOrganizations } from '../../lab/simulators/sonarqube/scenarios.ts';
import type { CheckReport, CheckResult } from '../../src/connectors/contract.ts';
import { sonarqube } from '../../src/connectors/sonarqube/index.ts';
import { PlumblineError } from '../../src/platform/errors/index.ts';
import type { Outbound } from '../../src/platform/outbound/types.ts';
import { allowOnly, createFetchOutbound, vendorsSix } from './fetch-outbound.ts';
import { createSimulators } from './simulators.ts';
import { type Connection, contextOf, keysOf, readSlice, requestOf } from './stage.ts';

const simulators = createSimulators();
const web: Server[] = [];
afterEach(async () => {
  await simulators.closeAll();
  for (const server of web.splice(0)) server.close();
});

interface Checked extends CheckReport {
  yielded: CheckResult[];
  of(name: string): CheckResult;
}

async function check(connection: Connection): Promise<Checked> {
  const run = sonarqube.check(contextOf(connection));
  const yielded: CheckResult[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done === true) {
      const of = (name: string): CheckResult => next.value.checks.find((one) => one.name === name) as CheckResult;
      return { ...next.value, yielded, of };
    }
    yielded.push(next.value);
  }
}

const failuresOf = (report: CheckReport): string[] =>
  report.checks.filter((one) => one.outcome === 'failed').map((one) => `${one.name}: ${one.code}`);
const lostOf = (report: CheckReport): string[] =>
  report.capabilities.filter((one) => !one.available).map((one) => one.name);

describe('a connection that works', () => {
  for (const profile of ['9.9', '10.7', '2025.1', '26.9'] as const) {
    test(`${profile}, an administrator’s token: every check passes`, async () => {
      const server = await simulators.start(profile, small);
      const report = await check({ url: server.url, token: server.tokens.admin });
      expect(report.checks.filter((one) => one.outcome !== 'ok' && one.outcome !== 'skipped')).toEqual([]);
      expect(report.yielded).toEqual(report.checks);
      expect(lostOf(report)).toEqual([]);
      expect(report.facts).toMatchObject({
        tokenKind: 'user',
        login: 'admin',
        authentication: profile === '9.9' ? 'basic' : 'bearer',
      });
    });
  }

  test('Browse is enough but for webhooks, which is a warning', async () => {
    const server = await simulators.start('26.9', small);
    const report = await check({ url: server.url, token: server.tokens.browse });
    expect(failuresOf(report)).toEqual([]);
    expect(report.of('administer')).toMatchObject({
      outcome: 'warning',
      code: 'invalid_permissions',
      saveAllowed: true,
    });
    expect(lostOf(report)).toEqual(['webhooks']);
  });

  test('an analysis token is accepted as limited, with what is lost and the least permission that would give it', async () => {
    const server = await simulators.start('26.9', small);
    const report = await check({ url: server.url, token: server.tokens.analysis });
    expect(failuresOf(report)).toEqual([]);
    expect(report.of('token_kind')).toMatchObject({ outcome: 'warning', saveAllowed: true });
    expect(lostOf(report)).toEqual(['history', 'analyses', 'hotspots', 'webhooks']);
    expect(report.capabilities.find((one) => one.name === 'history')?.leastPermission).toContain('Browse');
  });

  test('a project analysis token is accepted for its own project', async () => {
    const server = await simulators.start('26.9', small);
    const token = server.state.addToken({ kind: 'sqp', projectKey: 'shop' });
    const report = await check({ url: server.url, token });
    expect(failuresOf(report)).toEqual([]);
    expect(report.of('list_projects').message).toMatch(/^1 project/);
  });

  test('Cloud: all organizations of the user, a scoped token too', async () => {
    const server = await simulators.start('cloud', twoOrganizations);
    const report = await check({ url: server.url, token: server.tokens.admin });
    expect(failuresOf(report)).toEqual([]);
    expect(report.facts).toMatchObject({ isCloud: true, organizations: ['acme', 'globex'] });
    const scoped = server.state.addToken({ kind: 'sqco', organization: 'acme', permissions: ['browse', 'scan'] });
    const limited = await check({ url: server.url, token: scoped, settings: { organization: 'acme' } });
    expect(failuresOf(limited)).toEqual([]);
    expect(limited.of('token_kind').outcome).toBe('warning');
  });

  test('with only the vendor’s six endpoints nothing fails', async () => {
    const server = await simulators.start('26.9', small);
    const http = createFetchOutbound({ intercept: allowOnly(vendorsSix) });
    const report = await check({ url: server.url, token: server.tokens.admin, http });
    expect(failuresOf(report)).toEqual([]);
    expect(lostOf(report)).toEqual(['analyses', 'gate_definitions', 'rules', 'tags', 'webhooks']);
    const pages = createFetchOutbound({ intercept: allowOnly(vendorsSix, 200) });
    expect(failuresOf(await check({ url: server.url, token: server.tokens.admin, http: pages }))).toEqual([]);
  });

  test('an organization on a server is ignored, with a word', async () => {
    const server = await simulators.start('26.9', small);
    const report = await check({ url: server.url, token: server.tokens.admin, settings: { organization: 'acme' } });
    expect(report.of('organization')).toMatchObject({ outcome: 'warning', saveAllowed: true });
    expect(report.of('organization').message).toContain('ignored');
  });

  test('a pasted dashboard address finds the server below its web context', async () => {
    const server = await simulators.start('26.9', small);
    const report = await check({ url: `${server.url}/dashboard?id=shop`, token: server.tokens.admin });
    expect(failuresOf(report)).toEqual([]);
  });
});

describe('webhooks', () => {
  const refused = {
    status: 403,
    contentType: 'application/json',
    body: '{"errors":[{"msg":"Insufficient privileges"}]}',
  };
  /** A token that administers these projects and nothing else. */
  const administers = (...keys: string[]) =>
    createFetchOutbound({
      intercept: (url) => {
        if (!url.pathname.endsWith('/api/webhooks/list')) return undefined;
        return keys.includes(url.searchParams.get('project') ?? '') ? undefined : refused;
      },
    });

  test('on one project of four is no webhook for all: each is tried, and the sentence says how many', async () => {
    const server = await simulators.start('26.9', small);
    const http = administers('billing');
    const report = await check({ url: server.url, token: server.tokens.admin, http });
    const asked = http.journal.filter(({ path }) => path === 'api/webhooks/list');
    expect(asked).toHaveLength(5);
    expect(report.of('administer')).toMatchObject({ outcome: 'warning', upstream: 'Insufficient privileges' });
    expect(report.of('administer').message).toContain('on 1 of the 4 projects tried');
    expect(report.capabilities.find(({ name }) => name === 'webhooks')).toMatchObject({ available: false });
    expect(report.webhooks).toMatchObject({
      places: [{ scope: 'project', target: 'billing', within: null }],
      called: 'projects',
      single: { allowed: 1, tried: 4, total: 4 },
    });
  });

  test('are not looked for on companions of pull requests, which are no projects', async () => {
    const server = await simulators.start('26.9', small);
    // Where webhooks are set up for projects one by one, each project counts.
    const connection = { url: server.url, token: server.tokens.admin, http: administers('billing') };
    const before = await check(connection);
    const reachOf = () => sonarqube.ownWebhooks?.reach(contextOf(connection));
    const reach = await reachOf();
    server.state.addProject({ key: 'shop:pr-1', tags: ['plumbline-companion'] });
    const after = await check(connection);
    expect(after.of('list_projects').message).toBe(before.of('list_projects').message);
    expect(await reachOf()).toEqual(reach);
    expect(reach?.single.total).toBeGreaterThan(0);
    // One that only looks like a companion is a project.
    server.state.addProject({ key: 'shop:pr-2' });
    expect((await check(connection)).of('list_projects').message).not.toBe(before.of('list_projects').message);
    expect((await reachOf())?.single.total).toBe((reach?.single.total ?? 0) + 1);
  });

  test('are looked for in the scope only, and at most a hundred projects are tried', async () => {
    const server = await simulators.start('26.9', small);
    const named = await check({
      url: server.url,
      token: server.tokens.admin,
      http: administers('billing'),
      settings: { projectKeys: 'billing' },
    });
    expect(named.of('administer')).toMatchObject({
      outcome: 'ok',
      message: expect.stringContaining('the one project'),
    });
    const many = await simulators.start('26.9', (state) => {
      for (let n = 0; n < 130; n += 1) state.addProject({ key: `p${n}` });
    });
    const http = administers();
    const report = await check({ url: many.url, token: many.tokens.admin, http });
    expect(http.journal.filter(({ path }) => path === 'api/webhooks/list')).toHaveLength(101);
    expect(report.of('administer').message).toContain(
      'on 0 of the 100 projects tried. 30 projects of 130 were not tried.',
    );
  });
});

describe('what was not asked', () => {
  test('is neither had nor lacking: nothing was tried on a server that does not answer', async () => {
    const report = await check({ url: 'http://127.0.0.1:9', token: 'squ_secret' });
    expect(report.capabilities.every(({ untried }) => untried === true)).toBe(true);
    expect(report.checks.filter(({ outcome }) => outcome === 'skipped').every(({ untried }) => untried === true)).toBe(
      true,
    );
  });

  test('is told apart from what does not apply', async () => {
    const server = await simulators.start('26.9', small);
    const report = await check({ url: server.url, token: server.tokens.admin });
    expect(report.of('organization')).toMatchObject({ outcome: 'skipped' });
    expect(report.of('organization').untried).toBeUndefined();
  });
});

describe('a token that expires', () => {
  const expiring = async (server: Simulator, days: number): Promise<Checked> => {
    server.state.addUser({ login: 'bot' });
    const expiresAt = new Date(Date.now() + days * 86_400_000);
    const token = server.state.addToken({ kind: 'squ', login: 'bot', expiresAt });
    return check({ url: server.url, token });
  };

  test('soon is a warning, later is not, and the day is kept', async () => {
    const server = await simulators.start('26.9', small);
    const soon = await expiring(server, 10);
    expect(soon.of('token_expiry')).toMatchObject({ outcome: 'warning', saveAllowed: true });
    expect(soon.facts['tokenExpiresAt']).toMatch(/^\d{4}-\d\d-\d\dT/);
    const other = await simulators.start('26.9', small);
    expect((await expiring(other, 200)).of('token_expiry').outcome).toBe('ok');
  });
});

describe('bad input', () => {
  const code = async (connection: Connection): Promise<string[]> => failuresOf(await check(connection));

  test('a wrong token', async () => {
    for (const profile of ['26.9', '9.9'] as const) {
      const server = await simulators.start(profile, small);
      const report = await check({ url: server.url, token: 'squ_0000000000000000000000000000000000000000' });
      expect(failuresOf(report)).toEqual(['token_valid: invalid_credentials']);
      expect(report.of('list_projects').outcome).toBe('skipped');
      expect(JSON.stringify(report)).not.toContain('squ_0000');
    }
  });

  test('a user who sees no project', async () => {
    const server = await simulators.start('26.9', small);
    expect(await code({ url: server.url, token: server.tokens.stranger })).toEqual(['list_projects: no_resources']);
  });

  test('a user who sees a project but may not read it, with the probe that failed', async () => {
    const server = await simulators.start('26.9', (state) => {
      state.addProject({ key: 'secret', visibility: 'private', analyses: [{ issues: { count: 3 } }] });
      state.addUser({ login: 'operator', permissions: ['admin'], seesPublicProjects: false });
    });
    const path = { path: 'api/project_analyses/search' };
    const refused = {
      type: 'status',
      status: 403,
      contentType: 'application/json',
      body: '{"errors":[{"msg":"Insufficient privileges"}]}',
    } as const;
    for (const blocked of ['api/measures/search_history', 'api/components/show', 'api/components/search_projects']) {
      server.faults.add({ match: { path: blocked }, kind: refused, times: Number.POSITIVE_INFINITY });
    }
    server.faults.add({ match: path, kind: refused, times: Number.POSITIVE_INFINITY });
    const report = await check({ url: server.url, token: server.tokens.admin });
    expect(report.of('read_issues')).toMatchObject({
      outcome: 'failed',
      code: 'invalid_permissions',
      upstream: 'Insufficient privileges',
    });
    expect(report.of('read_issues').message).toContain('api/project_analyses/search');
    expect(report.of('read_issues').saveAllowed).toBe(false);
  });

  test('an address where nothing listens: the curl command is in the remedy, without the token', async () => {
    const report = await check({ url: 'http://127.0.0.1:9', token: 'squ_secret' });
    expect(failuresOf(report)).toEqual(['reachable: unreachable']);
    expect(report.of('reachable').remedy).toContain("curl -sS -m 10 'http://127.0.0.1:9/api/system/status'");
    expect(JSON.stringify(report)).not.toContain('squ_secret');
  });

  test('a certificate that is not trusted', async () => {
    const http: Outbound = {
      ...createFetchOutbound(),
      request: () => Promise.reject(new PlumblineError('tls_error', { upstream: 'self-signed certificate' })),
    };
    const report = await check({ url: 'https://sonar.example.com', token: 'squ_x', http });
    expect(failuresOf(report)).toEqual(['tls_trusted: tls_error']);
    expect(report.of('reachable').outcome).toBe('ok');
  });

  test('a web page, with 200 or 404, and JSON of something else', async () => {
    const answers = [
      [200, 'text/html', '<html><title>Welcome to nginx!</title></html>'],
      [404, 'text/html', '<h1>Not Found</h1>'],
      [200, 'application/json', '{"name":"something else"}'],
      [404, 'application/json', '{"message":"no such route"}'],
    ] as const;
    for (const [status, type, body] of answers) {
      const server = createServer((_, response) => response.writeHead(status, { 'content-type': type }).end(body));
      web.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      expect(await code({ url, token: 'squ_x' })).toEqual(['is_sonarqube: not_a_sonarqube_server']);
    }
  });

  test('a server that still starts, and one that is too old', async () => {
    const server = await simulators.start('26.9', small);
    server.state.setStatus('STARTING');
    expect(await code({ url: server.url, token: server.tokens.admin })).toEqual(['server_ready: server_not_ready']);
    server.state.setStatus('UP');
    const edit = (body: Record<string, unknown>): unknown => ({ ...body, version: '8.9.10.61524' });
    server.faults.add({ match: { path: 'api/system/status' }, kind: { type: 'edit', edit } });
    expect(await code({ url: server.url, token: server.tokens.admin })).toEqual([
      'version_supported: unsupported_version',
    ]);
  });

  test('an organization that does not exist, and a user of none', async () => {
    const server = await simulators.start('cloud', twoOrganizations);
    const report = await check({
      url: server.url,
      token: server.tokens.admin,
      settings: { organization: 'acme, nobody' },
    });
    expect(failuresOf(report)).toEqual(['organization: organization_not_found']);
    expect(report.of('organization').message).toContain('nobody');
    expect(await code({ url: server.url, token: server.tokens.stranger })).toEqual(['organization: no_resources']);
  });

  test('project keys in the wrong case or misspelt are named with the near match, and may be saved all the same', async () => {
    const server = await simulators.start('26.9', small);
    for (const token of [server.tokens.admin, server.tokens.browse, server.tokens.analysis]) {
      const report = await check({ url: server.url, token, settings: { projectKeys: 'Shop, biling, search' } });
      expect(failuresOf(report)).toEqual(['named_projects: project_not_found']);
      expect(report.of('named_projects')).toMatchObject({ saveAllowed: true });
      expect(report.of('named_projects').message).toContain('“Shop” for this token. Did you mean “shop”?');
      expect(report.of('named_projects').message).toContain('“biling” for this token. Did you mean “billing”?');
      expect(report.of('named_projects').suggestions).toEqual([
        { field: 'projectKeys', entered: 'Shop', instead: 'shop' },
        { field: 'projectKeys', entered: 'biling', instead: 'billing' },
      ]);
      expect(report.of('read_issues').outcome).toBe('ok');
    }
  });
});

test('9.9 whose version is hidden is spoken to with Basic after all, by calls at the same time too', async () => {
  const server = await simulators.start('9.9', small);
  const http = createFetchOutbound({ intercept: allowOnly(vendorsSix) });
  const stage = await readSlice(
    { url: server.url, token: server.tokens.admin, http },
    requestOf('discovery', 'discovery'),
  );
  expect(keysOf(stage, 'projects')).toHaveLength(4);
  expect(keysOf(stage, 'metrics').length).toBeGreaterThan(50);
});
