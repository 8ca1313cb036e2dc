import { afterAll, beforeAll, expect, it } from 'vitest';
import { audit, type ConnectedProduct, connectProduct, differencesOf, syncWell } from './connected-product.ts';
import { dataContents } from '../crash/data-contents.ts';
import { damage, type Damage } from './damage.ts';
import { describeReal, issueTotals } from './real-server.ts';
import { dataState, reactionsDone } from './data-state.ts';
import { expectNoSecret } from './secrets.ts';
import { readThroughSatellite } from './through-satellite.ts';

/** The main job from two commands on, in the order a person lives it: each test goes on where the one before stopped. */
export function describeStory({ satellite = false } = {}): void {
  describeReal('The story', (server) => {
    let connected: ConnectedProduct;
    beforeAll(async () => {
      connected = await connectProduct({ target: server().url });
    });
    afterAll(async () => connected?.close());

    it('is declared by a file, and applying it twice changes nothing', async () => {
      const declared = { token: server().tokens.user, settings: { projectKeys: server().projectKeys } };
      expect(await connected.apply(declared)).toMatchObject({ status: 0, err: '' });
      const again = await connected.apply(declared);
      expect(again).toMatchObject({ status: 0, out: 'integration sonar-lab: unchanged\n' });
    });

    it('is read whole: every issue the server holds is stored, project by project', async () => {
      await syncWell(connected.product);
      const { status, audit: found } = await audit(connected.product);
      expect(differencesOf(found)).toEqual([]);
      expect({ status, is: found.status }).toEqual({ status: 0, is: 'equal' });
      const issues = found.scopes.filter((scope) => scope.stream === 'issues');
      const totals = await issueTotals(server());
      const analysed = [...totals].filter(([, total]) => total > 0);
      expect(Object.fromEntries(issues.filter(({ source }) => source > 0).map(projectAndCount))).toEqual(
        Object.fromEntries(analysed),
      );
    });

    it('is counted in SQL as the server counts', async () => {
      const totals = await issueTotals(server());
      const sum = [...totals.values()].reduce((all, total) => all + total, 0);
      const sql = 'select count(*), count(distinct source_key) from data.sonarqube_issues where deleted_at is null';
      const { status, out } = await connected.product.plumbline(['sql', sql, '--format', 'csv']);
      expect({ status, counts: out.trim().split(/\r?\n/)[1] }).toEqual({ status: 0, counts: `${sum},${sum}` });
      expect(totals.get('lab-twelve-thousand')).toBe(12_000);
      expect(totals.get('lab-thirty-thousand')).toBe(30_000);
    });

    it('stays as it is when the hub is started again: nothing is written, and little is asked', async () => {
      const { product, proxy, db } = connected;
      await reactionsDone(db);
      // A process hands in what it counted when it ends at the latest.
      await product.stop();
      const before = await dataState(db);
      proxy.clear();
      await product.start();
      await syncWell(product);
      const asked = proxy.entries.map(({ method, path }) => `${method} ${path}`);
      await reactionsDone(db);
      await product.stop();
      expect(await dataState(db)).toEqual(before);
      await product.start();
      expect(asked.length, asked.join('\n')).toBeLessThanOrEqual(10);
    });

    let damaged: Damage;
    it('finds what somebody changed in the store, and names it', async () => {
      damaged = await damage(connected.db);
      const { status, audit: found } = await audit(connected.product);
      expect({ status, is: found.status }).toEqual({ status: 2, is: 'different' });
      const differences = found.scopes.flatMap((scope) => scope.differences);
      const named = differences.map(({ kind, sourceKey, fields }) => ({
        kind,
        sourceKey,
        fields: fields.map(({ name }) => name),
      }));
      expect(named).toHaveLength(4);
      expect(named).toEqual(expect.arrayContaining([...damaged.expected]));
    });

    it('is repaired by the next sync; what the server never had is kept apart', async () => {
      await syncWell(connected.product);
      const { status, audit: found } = await audit(connected.product);
      expect(differencesOf(found)).toEqual([]);
      expect({ status, is: found.status }).toEqual({ status: 0, is: 'equal' });
      const retained = found.scopes.filter((scope) => scope.stream === 'issues' && scope.retained > 0);
      expect(retained.map(({ slice, retained: count }) => ({ slice, count }))).toEqual([
        { slice: damaged.inventedIn, count: 1 },
      ]);
    });

    // Not of those that were damaged, of which one holds more than the server ever had.
    const apart = ['lab-shipping', 'lab-archive', 'lab-batch', 'lab-vault'];
    const throughSatellite = async (): Promise<void> => {
      const { product, db } = connected;
      const { url, tokens } = server();
      const far = await readThroughSatellite(product, 'sonar-far', {
        kind: 'sonarqube',
        settings: { url, projectKeys: apart },
        secrets: { apiToken: tokens.user },
      });
      const { id: direct } = await db.one<{ id: number }>(
        "select id from shared.integrations where name = 'sonar-lab'",
      );
      for (const project of apart) {
        const [one, other] = [direct, far].map((integrationId) =>
          dataContents(db, { integrationId, project, besideAnother: true }),
        );
        expect(await other, project).toEqual(await one);
      }
      const { n } = await db.one<{ n: number }>(
        'select count(*)::int as n from data.sonarqube_issues where integration_id = $1',
        [far],
      );
      expect(n).toBeGreaterThan(0);
    };
    if (satellite) it('is the same, row by row, when a satellite reads it', throughSatellite);

    it('has shown no secret anywhere', async () => {
      const { user, scan, browse } = server().tokens;
      await expectNoSecret(connected, [user, scan, browse]);
    });
  });
}

function projectAndCount({ slice, stored }: { slice: string; stored: number }): [string, number] {
  return [slice.replace(/^project:/, ''), stored];
}
