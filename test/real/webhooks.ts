import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import {
  acceptWord,
  createProject,
  createWebhook,
  deleteProject,
  doTransition,
  projectExists,
} from '../../lab/sonarqube/admin.ts';
import type { GenericIssue, GenericRule } from '../../lab/sonarqube/generic-issues.ts';
import { analyse, prepareScanner, type Scanner } from '../../lab/sonarqube/scan.ts';
import { type Sonarqube, startSonarqube } from '../../lab/sonarqube/server.ts';
import type { LabVersion } from '../../lab/sonarqube/releases.ts';
import { get, post } from '../../lab/sonarqube/web-api.ts';
import { type DataContents, dataContents } from '../crash/data-contents.ts';
import { testLab } from '../support/test-lab.ts';
import { type DeliveringHub, deliveringHub } from '../webhooks/delivering-hub.ts';
import { describeReal, type RealServer } from './real-server.ts';

const project = 'webhooks-five-lives';

const rule: GenericRule = {
  id: 'WEAK',
  engine: 'hints',
  name: 'Weak hint',
  description: 'A hint for tests.',
  type: 'VULNERABILITY',
  severity: 'MAJOR',
  cleanCodeAttribute: 'CLEAR',
  impacts: [{ softwareQuality: 'SECURITY', severity: 'HIGH' }],
};

const issue = (line: number): GenericIssue => ({ rule, file: 'src/a.txt', line, message: `hint ${line}` });

/** What an analysis takes. */
interface Scan {
  scanner: Scanner;
  server: Sonarqube;
}

/** What happens to a delivery between the server and one hub. */
type Fate = 'delivered' | 'delayed' | 'duplicated' | 'reordered' | 'lost';
const fates: readonly Fate[] = ['delivered', 'delayed', 'duplicated', 'reordered', 'lost'];

interface Life {
  fate: Fate;
  hub: DeliveringHub;
  relay: Relay;
}

/** The server's deliveries lead to the same data whatever befalls them, each to a hub with a store of its own. */
export function describeWebhooks(): void {
  describeReal('Webhooks', (server) => {
    let scan: Scan;
    beforeAll(async () => {
      const { context } = testLab(() => undefined);
      const version = server().version as LabVersion;
      scan = { scanner: await prepareScanner(context), server: await startSonarqube(context, { version }) };
      await removeProject(server());
    });
    afterAll(() => removeProject(server()));

    it('sets up, is told, is refused and cleans up on the real server', async () => {
      await analyseProject(scan, { version: '0', issues: [issue(1)] });
      const relay = await startRelay('delivered');
      const hub = await hubOf(server(), relay);
      const path = `/api/v1/integrations/${hub.integrationId}`;
      const wanted = { scope: 'projects', projects: [project] };
      const setUp = await hub.call('PUT', `${path}/webhook`, { body: wanted });
      expect(setUp.body.webhooks).toMatchObject([{ scope: 'project', target: project, state: 'active', error: null }]);
      expect(await ownWebhooks(server())).toMatchObject([{ name: 'sonar', hasSecret: true }]);
      const [before] = await ownWebhooks(server());
      await hub.call('POST', `${path}/webhook/rotate`, {});
      await hub.call('PATCH', path, { body: { name: 'renamed' } });
      await hub.call('PUT', `${path}/webhook`, { body: wanted });
      // The same webhook, not a second one.
      expect(await ownWebhooks(server())).toMatchObject([{ key: before?.key, name: 'renamed' }]);
      const long = 'n'.repeat(100);
      await hub.call('PATCH', path, { body: { name: long } });
      await hub.call('PUT', `${path}/webhook`, { body: wanted });
      expect(await ownWebhooks(server())).toMatchObject([{ key: before?.key, name: long }]);
      // Ten a project: the eleventh is refused in the server's words, with a code and a remedy.
      await hub.call('DELETE', `${path}/webhook`, {});
      expect(await ownWebhooks(server())).toEqual([]);
      for (let n = 0; n < 10; n++) {
        await post(server().admin, 'api/webhooks/create', { name: `n${n}`, url: `http://example.com/${n}`, project });
      }
      const refused = await hub.call('PUT', `${path}/webhook`, { body: wanted });
      expect(refused.body.webhooks).toMatchObject([
        {
          state: 'failed',
          error: {
            code: 'webhook_limit_reached',
            upstream: `Maximum number of webhook reached for project '${project}'`,
          },
        },
      ]);
      for (const { key } of await ownWebhooks(server()))
        await post(server().admin, 'api/webhooks/delete', { webhook: key });
      await hub.call('PUT', `${path}/webhook`, { body: wanted });
      expect(await ownWebhooks(server())).toHaveLength(1);
      // With the integration the webhook goes as well.
      const gone = await hub.call('DELETE', path, { body: { name: long } });
      expect(gone.status).toBe(200);
      expect(await ownWebhooks(server())).toEqual([]);
    });

    it('a delivery delivered, delayed, duplicated, reordered against the poll or lost leads to the same data', async () => {
      await removeProject(server());
      await analyseProject(scan, { version: '1', issues: [] });
      const lives: Life[] = [];
      for (const fate of fates) lives.push(await beginLife(server(), fate));
      // A failed gate, then the issue is accepted by hand: a delivery without a task.
      await analyseProject(scan, { version: '2', issues: [issue(1), issue(2)] });
      await whatArrives(lives, 1);
      await acceptAll(server());
      await whatArrives(lives, 2);
      // A superseded analysis whose gate the history tells otherwise than it was in the end.
      await analyseProject(scan, { version: '3', issues: [issue(1), issue(2)] });
      await whatArrives(lives, 3);
      const contents = new Map<Fate, DataContents>();
      for (const life of lives) contents.set(life.fate, await endLife(life));
      const delivered = contents.get('delivered') as DataContents;
      for (const fate of fates) expect(contents.get(fate), fate).toEqual(delivered);
      await expectTold(lives);
      for (const { hub } of lives) await hub.call('DELETE', `/api/v1/integrations/${hub.integrationId}/webhook`, {});
    });
  });
}

async function beginLife(server: RealServer, fate: Fate): Promise<Life> {
  const relay = await startRelay(fate);
  const hub = await hubOf(server, relay);
  await hub.poll();
  const path = `/api/v1/integrations/${hub.integrationId}`;
  if (fate === 'reordered') {
    // By hand, or each poll would take in from the server's list what is still on its way.
    const { body } = await hub.call('POST', `${path}/webhook-secret`, { body: {} });
    await createWebhook(server.admin, { name: 'by hand', url: body.url, project, secret: body.secret });
  } else {
    const { body } = await hub.call('PUT', `${path}/webhook`, { body: { scope: 'projects', projects: [project] } });
    expect(body.webhooks, fate).toMatchObject([{ state: 'active', error: null }]);
  }
  return { fate, hub, relay };
}

async function hubOf(server: RealServer, relay: Relay): Promise<DeliveringHub> {
  const hub = await deliveringHub({
    url: server.url,
    token: server.tokens.user,
    projectKeys: [project],
    publicUrl: relay.url,
  });
  relay.forwardTo(hub);
  return hub;
}

/** After the server has delivered: what is delivered at once is read before anything else happens. */
async function whatArrives(lives: readonly Life[], count: number): Promise<void> {
  for (const { relay } of lives) {
    while (relay.received() < count) await delay(100);
  }
  for (const { fate, hub } of lives) {
    if (fate === 'reordered') await hub.poll();
    await hub.settled();
  }
}

async function endLife({ fate, hub, relay }: Life): Promise<DataContents> {
  if (fate === 'reordered') {
    await hub.poll();
    await relay.release('backwards');
  }
  if (fate === 'delayed') await relay.release('in order');
  await hub.settled();
  if (fate !== 'reordered') await hub.poll();
  return dataContents(hub.db);
}

/** The lives were what they were called, and the facts are there. */
async function expectTold(lives: readonly Life[]): Promise<void> {
  for (const { fate, hub } of lives) {
    const { body } = await hub.call('GET', `/api/v1/integrations/${hub.integrationId}/deliveries`);
    const deliveries = body.deliveries as { origin: string; times: number; event: string; state: string }[];
    expect(deliveries.map(({ event }) => event).toSorted(), fate).toEqual(['analysis', 'analysis', 'gate_changed']);
    expect(new Set(deliveries.map(({ origin }) => origin)), fate).toEqual(
      new Set([fate === 'lost' ? 'recovered' : 'delivered']),
    );
    if (fate === 'duplicated') expect(deliveries.map(({ times }) => times)).toEqual([3, 3, 3]);
    const rows = await hub.db.query<{ status: string; later: boolean }>(
      `select gate_status as status, changed_at > analyzed_at as later from data.sonarqube_analyses order by analyzed_at`,
    );
    // The second failed and was accepted by hand: its history still says ERROR.
    expect(
      rows.map(({ status, later }) => `${status} ${later}`),
      fate,
    ).toEqual(['OK false', 'OK true', 'OK false']);
  }
}

interface Relay {
  url: URL;
  forwardTo(hub: DeliveringHub): void;
  /** How many deliveries the server has made. */
  received(): number;
  release(order: 'in order' | 'backwards'): Promise<void>;
}

interface Parcel {
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** Stands where the server believes the hub to be. */
async function startRelay(fate: Fate): Promise<Relay> {
  let hub: DeliveringHub | undefined;
  const kept: Parcel[] = [];
  let received = 0;
  const forward = async ({ path, headers, body }: Parcel): Promise<number> => {
    const answer = await hub?.app.inject({
      method: 'POST',
      url: path,
      payload: body,
      headers: { ...headers, host: 'localhost' },
    });
    return answer?.statusCode ?? 503;
  };
  const treat = async (parcel: Parcel): Promise<number | undefined> => {
    switch (fate) {
      case 'delivered':
        return forward(parcel);
      case 'duplicated':
        await forward(parcel);
        await forward(parcel);
        return forward(parcel);
      case 'delayed':
      case 'reordered':
        kept.push(parcel);
        return 202;
      case 'lost':
        return undefined;
      default:
        return fate satisfies never;
    }
  };
  const server = createServer((request, response) => {
    void take(request, response);
  });
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.fromEntries(
      Object.entries(request.headers)
        .filter(([name]) => !['connection', 'content-length', 'transfer-encoding'].includes(name))
        .map(([name, value]) => [name, String(value)]),
    );
    const status = await treat({ path: request.url ?? '/', headers, body: Buffer.concat(chunks) });
    received++;
    if (status === undefined) response.destroy();
    else response.writeHead(status).end();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
    forwardTo(target) {
      hub = target;
    },
    received: () => received,
    async release(order) {
      const parcels = kept.splice(0);
      for (const parcel of order === 'backwards' ? parcels.toReversed() : parcels) {
        expect(await forward(parcel)).toBe(204);
      }
    },
  };
}

async function analyseProject(
  { scanner, server }: Scan,
  { version, issues }: { version: string; issues: readonly GenericIssue[] },
): Promise<void> {
  if (!(await projectExists(server.admin, project))) await createProject(server.admin, { key: project });
  await analyse(scanner, server, {
    projectKey: project,
    revision: version.padStart(40, '0'),
    version,
    files: { 'src/a.txt': Array.from({ length: 40 }, (_, line) => `line ${line} of ${version}`).join('\n') },
    issues,
  });
}

async function acceptAll(server: RealServer): Promise<void> {
  const { issues } = await get<{ issues: { key: string }[] }>(server.admin, 'api/issues/search', {
    componentKeys: project,
    resolved: 'false',
  });
  for (const { key } of issues) await doTransition(server.admin, key, acceptWord(server.version));
}

async function ownWebhooks(server: RealServer): Promise<{ key: string; name: string; url: string }[]> {
  const { webhooks } = await get<{ webhooks: { key: string; name: string; url: string }[] }>(
    server.admin,
    'api/webhooks/list',
    { project },
  );
  return webhooks;
}

async function removeProject(server: RealServer): Promise<void> {
  if (await projectExists(server.admin, project)) await deleteProject(server.admin, project);
}
