import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createProject, deleteProject, projectExists } from '../../lab/sonarqube/admin.ts';
import type { LabVersion } from '../../lab/sonarqube/releases.ts';
import { analyse, prepareScanner, type Scanner } from '../../lab/sonarqube/scan.ts';
import { type Sonarqube, startSonarqube } from '../../lab/sonarqube/server.ts';
import type { DeliveryList, InboxState } from '../../src/features/inbox/contract.ts';
import { freePort } from '../../src/platform/database/embedded/cluster.ts';
import { testLab } from '../support/test-lab.ts';
import { type ConnectedProduct, connectProduct, syncWell } from './connected-product.ts';
import { describeReal, type RealServer } from './real-server.ts';

const project = 'recovered-after-a-stop';
const revisionOf = (version: number): string => String(version).padStart(40, 'a');

/** What the documentation promises for a hub that comes back. */
const promisedMs = 60_000;

/** An analysis of the time in which the hub was down is known soon after its start, not at the next poll. */
export function describeRecovered(): void {
  describeReal('A delivery that nobody took', (server) => {
    let connected: ConnectedProduct;
    let scan: { scanner: Scanner; server: Sonarqube };
    beforeAll(async () => {
      const { context } = testLab(() => undefined);
      const version = server().version as LabVersion;
      scan = { scanner: await prepareScanner(context), server: await startSonarqube(context, { version }) };
      await removeProject(server());
      await createProject(server().admin, { key: project });
      await analyseVersion(1);
      // The server goes on delivering to the address it was told.
      connected = await connectProduct({ target: server().url }, { PLUMBLINE_PORT: String(await freePort()) });
      // Polls come once a day: nothing but the list of deliveries can tell.
      const declared = { token: server().tokens.user, settings: { projectKeys: [project] } };
      expect(await connected.apply(declared)).toMatchObject({ status: 0, err: '' });
      await syncWell(connected.product);
    });
    afterAll(async () => {
      if (connected !== undefined) await call('DELETE', 'webhook', {}).catch(() => undefined);
      await connected?.close();
      await removeProject(server());
    });

    const analyseVersion = (version: number) =>
      analyse(scan.scanner, scan.server, {
        projectKey: project,
        revision: revisionOf(version),
        version: String(version),
        files: { 'src/a.txt': `line of version ${version}` },
        issues: [],
      });

    async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
      const { status, text } = await connected.product.api(`api/v1/integrations/sonar-lab/${path}`, { method, body });
      expect([path, status, status < 300 ? '' : text]).toEqual([path, status, '']);
      return JSON.parse(text) as T;
    }

    /** Milliseconds until the analysis of this version is in the store. */
    async function known(version: number): Promise<number> {
      const started = performance.now();
      const stored = 'select count(*)::int as n from data.sonarqube_analyses where revision = $1';
      while ((await connected.db.one<{ n: number }>(stored, [revisionOf(version)])).n === 0) {
        const waited = performance.now() - started;
        if (waited > promisedMs) throw new Error(`the analysis is unknown after ${Math.round(waited / 1000)} s`);
        await delay(100);
      }
      return performance.now() - started;
    }

    async function runsEnded(): Promise<void> {
      const open = `select count(*)::int as n from ingestion.runs where finished_at is null`;
      while ((await connected.db.one<{ n: number }>(open)).n > 0) await delay(100);
    }

    it('is read from the server’s list within a minute of the start, and the Inbox says how late', async () => {
      const set = await call<InboxState>('PUT', 'webhook', { scope: 'projects', projects: [project] });
      expect(set.webhooks).toMatchObject([{ state: 'active', error: null }]);
      await analyseVersion(2);
      const told = await known(2);
      // A run that is under way at the stop goes on after it, and would read the next analysis along.
      await runsEnded();
      await connected.product.stop();
      await analyseVersion(3);
      const stoppedFor = performance.now();
      await delay(2_000);
      await connected.product.start();
      const late = performance.now() - stoppedFor;
      const found = await known(3);
      const list = await call<DeliveryList>('GET', 'deliveries');
      expect(list.deliveries.map(({ origin, event, state }) => [origin, event, state])).toEqual([
        ['recovered', 'analysis', 'done'],
        ['delivered', 'analysis', 'done'],
      ]);
      const [missed] = list.deliveries;
      const lateMs = Date.parse(missed?.receivedAt ?? '') - Date.parse(missed?.sentAt ?? '');
      expect(lateMs).toBeGreaterThan(2_000);
      expect((await call<InboxState>('GET', 'inbox')).counts).toMatchObject({ total: 2, recovered: 1, failed: 0 });
      process.stdout.write(
        `delivered: known after ${Math.round(told)} ms; sent to a hub that was down: known ${Math.round(found)} ms after the ` +
          `start (${Math.round(late)} ms after the analysis), recorded as ${lateMs} ms late\n`,
      );
    });
  });
}

async function removeProject(server: RealServer): Promise<void> {
  if (await projectExists(server.admin, project)) await deleteProject(server.admin, project);
}
