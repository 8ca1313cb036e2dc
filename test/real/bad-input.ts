import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ProxyFault, startProxy } from '../../lab/simulators/proxy.ts';
import { startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { twoOrganizations } from '../../lab/simulators/sonarqube/scenarios.ts';
import { createToken, createUser, grantUser, revokeToken, revokeUser } from '../../lab/sonarqube/admin.ts';
import type { CheckStreamLine } from '../../src/features/integrations/contract.ts';
import { audit, type ConnectedProduct, connectProduct, type Declared, differencesOf } from './connected-product.ts';
import { hideProjects } from './hide-projects.ts';
import { describeReal, issueTotal } from './real-server.ts';
import { expectNoSecret } from './secrets.ts';

/** Of the lab's projects a small one that everybody may see. */
const small = 'lab-shipping';
const hidden = 'lab-vault';
const operator = 'plumbline-operator';
const stranger = 'plumbline-stranger';
const wrongToken = `squ_${'0123456789'.repeat(4)}`;

/** What is entered wrongly is named by its code and leaves nothing behind; what is merely limited is taken. */
export function describeBadInput(): void {
  describeReal('Bad input', (server) => {
    let connected: ConnectedProduct;
    /** Every token any of these tests used. */
    const used: string[] = [wrongToken];
    beforeAll(async () => {
      connected = await connectProduct({ target: server().url });
      used.push(...Object.values(server().tokens));
    });
    afterAll(async () => connected?.close());

    /** Applies and expects a refusal; returns what was said. */
    async function refused(declared: Declared, code: string): Promise<string> {
      used.push(declared.token);
      const { status, out, err } = await connected.apply({ name: 'refused', ...declared });
      expect({ status, said: err.split(': ').slice(0, 2) }, err).toEqual({
        status: 2,
        said: ['integration refused', `not applied, ${code}`],
      });
      // The failed check stands above it, with what to do.
      expect(out).toContain(`(${code})`);
      const saved = await connected.db.one<{ integrations: number; credentials: number }>(
        `select (select count(*) from integrations.integrations where name = 'refused') as integrations,
                (select count(*) from integrations.credentials c join integrations.integrations i on i.id = c.integration_id
                  where i.name = 'refused') as credentials`,
      );
      expect(saved).toEqual({ integrations: 0, credentials: 0 });
      expect(out + err).not.toContain(declared.token);
      return out + err;
    }

    it('a wrong token', async () => {
      await refused({ token: wrongToken }, 'invalid_credentials');
    });

    it('a user who sees no project', async ({ skip }) => {
      skip(!server().ours, 'every project of this server would be hidden for a moment, and others may be using it');
      const { admin } = server();
      await createUser(admin, { login: stranger, name: 'Sees nothing' });
      const token = await createToken(admin, { name: 'test', login: stranger });
      const show = await hideProjects(admin);
      try {
        await refused({ token }, 'no_resources');
      } finally {
        await show();
        await revokeToken(admin, { name: 'test', login: stranger });
      }
    });

    it('a user who sees a project but may not read it', async () => {
      const { admin } = server();
      await createUser(admin, { login: operator, name: 'Operates and does not read' });
      await grantUser(admin, { login: operator, permission: 'admin' });
      const token = await createToken(admin, { name: 'test', login: operator });
      try {
        const said = await refused({ token, settings: { projectKeys: [hidden] } }, 'invalid_permissions');
        expect(said).toMatch(/api\/\w+\/\w+/);
      } finally {
        await revokeToken(admin, { name: 'test', login: operator });
        await revokeUser(admin, { login: operator, permission: 'admin' });
      }
    });

    it.each(['http://127.0.0.1:9', 'http://no-such-host.invalid:9000'])(
      'an address without a server: %s',
      async (url) => {
        const said = await refused({ url, token: server().tokens.user }, 'unreachable');
        expect(said).toMatch(/hub runs on: curl .* '/);
        expect(said).toContain(`'${url}/api/system/status'`);
      },
    );

    it('a web page', async () => {
      const proxy = await startProxy({ target: server().url });
      proxy.setHtml(true);
      await refused({ url: proxy.url, token: server().tokens.user }, 'not_a_sonarqube_server');
      await proxy.close();
    });

    it('a certificate that nobody vouches for; entered as the setting, it is trusted', async () => {
      const proxy = await startProxy({ target: server().url, tls: true });
      const { user } = server().tokens;
      await refused({ url: proxy.url, token: user }, 'tls_error');
      const trusted = await tried({ url: proxy.url, caCertificate: proxy.ca }, user);
      expect(trusted.failed).toEqual([]);
      await proxy.close();
    });

    it('a server that still starts', async () => {
      const proxy = await startProxy({ target: server().url });
      for (const fault of starting(Number.POSITIVE_INFINITY)) proxy.addFault(fault);
      await refused({ url: proxy.url, token: server().tokens.user }, 'server_not_ready');
      await proxy.close();
    });

    it('a version that is too old', async () => {
      const proxy = await startProxy({ target: server().url });
      proxy.addFault(statusFault({ version: '8.9.10.61524', status: 'UP' }, Number.POSITIVE_INFINITY));
      await refused({ url: proxy.url, token: server().tokens.user }, 'unsupported_version');
      await proxy.close();
    });

    it('an organization that Cloud does not have', async () => {
      const cloud = await startSimulator({ profile: 'cloud', scenario: twoOrganizations });
      const declared = { url: cloud.url, token: cloud.tokens.admin, settings: { organization: 'acme, nobody' } };
      expect(await refused(declared, 'organization_not_found')).toContain('“nobody”');
      await cloud.close();
    });

    /** A check that saves nothing. */
    async function tried(
      settings: Record<string, unknown>,
      apiToken: string,
    ): Promise<{ failed: string[]; warned: string[]; lost: string[] }> {
      used.push(apiToken);
      const body = { kind: 'sonarqube', settings: { url: connected.proxy.url, ...settings }, secrets: { apiToken } };
      const { text } = await connected.product.api('api/v1/integrations/check', { method: 'POST', body });
      const lines = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as CheckStreamLine);
      const report = lines.flatMap((line) => (line.type === 'report' ? [line.report] : []))[0];
      if (report === undefined) throw new Error(text);
      const of = (outcome: string): string[] =>
        report.checks.filter((check) => check.outcome === outcome).map(({ name, code }) => `${name}: ${code ?? ''}`);
      const lost = report.capabilities.filter(({ available }) => !available).map(({ name }) => name);
      return { failed: of('failed'), warned: of('warning'), lost };
    }

    it('a project key in the wrong case is named with its near match, and saved all the same', async () => {
      const settings = { projectKeys: [small.toUpperCase(), small] };
      const { status, out } = await connected.apply({ name: 'wrong case', token: server().tokens.user, settings });
      expect(status).toBe(0);
      expect(out).toContain(`“${small.toUpperCase()}” for this token. Did you mean “${small}”?`);
      expect(out).toContain('(project_not_found)');
      expect(await connected.product.plumbline(['integration', 'remove', 'wrong case', '--yes'])).toMatchObject({
        status: 0,
      });
    });

    it('analysis tokens are taken as limited, and read every issue they can', async () => {
      const { admin, tokens } = server();
      const settings = { projectKeys: [small] };
      const global = await tried(settings, tokens.scan);
      expect(global.failed).toEqual([]);
      expect(global.warned).toContain('token_kind: ');
      expect(global.lost).toEqual(expect.arrayContaining(['history', 'analyses', 'hotspots', 'webhooks']));
      const own = await createToken(admin, {
        name: 'plumbline test sqp',
        type: 'PROJECT_ANALYSIS_TOKEN',
        projectKey: small,
      });
      expect(own).toMatch(/^sqp_/);
      expect((await tried(settings, own)).failed).toEqual([]);
      await revokeToken(admin, { name: 'plumbline test sqp' });

      expect(await connected.apply({ token: tokens.scan, settings })).toMatchObject({ status: 0, err: '' });
      const synced = await connected.product.plumbline(['sync', 'sonar-lab', '--wait']);
      expect(synced.status, synced.out + synced.err).toBe(0);
      expect(await storedIssues()).toBe(await issueTotal(admin, small));
      const { status, audit: found } = await audit(connected.product);
      expect({ status, differences: differencesOf(found) }).toEqual({ status: 0, differences: [] });
    });

    it('a server that starts while a sync wants to read is waited for', async () => {
      for (const fault of starting(2)) connected.proxy.addFault(fault);
      const { status, out, err } = await connected.product.plumbline([
        'sync',
        'sonar-lab',
        '--full',
        '--wait',
        '--json',
      ]);
      expect({ status, err: status === 0 ? '' : err }).toEqual({ status: 0, err: '' });
      expect((JSON.parse(out) as { retries: number }).retries).toBeGreaterThanOrEqual(1);
    });

    it('a token whose known end has passed is called expired, not wrong', async () => {
      const { admin } = server();
      await createUser(admin, { login: stranger, name: 'Sees nothing' });
      const expirationDate = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
      const token = await createToken(admin, { name: 'expiring', login: stranger, expirationDate });
      used.push(token);
      const { product, db } = connected;
      expect(await connected.apply({ token, name: 'expiring', settings: { projectKeys: [small] } })).toMatchObject({
        status: 0,
      });
      const stored = await db.one<{ day: string }>(
        `update integrations.credentials c set expires_at = now() - interval '1 hour'
           from (select id, expires_at from integrations.credentials) before, integrations.integrations i
          where before.id = c.id and i.id = c.integration_id and i.name = 'expiring'
         returning to_char(before.expires_at at time zone 'UTC', 'YYYY-MM-DD') as day`,
      );
      expect(stored.day).toBe(expirationDate);
      await revokeToken(admin, { name: 'expiring', login: stranger });
      const { status, out } = await product.plumbline(['integration', 'check', 'expiring']);
      expect({ status, expired: out.includes('(expired_credentials)') }, out).toEqual({ status: 2, expired: true });
    });

    it('has shown no token anywhere', async () => {
      await expectNoSecret(connected, [...new Set(used)]);
    });

    async function storedIssues(): Promise<number> {
      const sql = 'select count(*) as n from data.sonarqube_issues where deleted_at is null';
      const { out } = await connected.product.plumbline(['sql', sql, '--format', 'csv']);
      return Number(out.trim().split(/\r?\n/)[1]);
    }
  });
}

function statusFault(status: { version: string; status: string }, times: number): ProxyFault {
  const body = JSON.stringify({ id: '147B411E-AaH9', ...status });
  return { path: 'api/system/status', times, kind: { status: 200, body } };
}

/** Until a server is up only its status is answered; every other address is unknown to it. */
function starting(times: number): ProxyFault[] {
  const body = '{"errors":[{"msg":"Unknown url : /api"}]}';
  return [
    statusFault({ version: '26.9.0.129388', status: 'STARTING' }, times),
    ...(times === Number.POSITIVE_INFINITY ? [{ times, kind: { status: 404, body } }] : []),
  ];
}
