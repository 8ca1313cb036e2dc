import { afterAll, beforeAll, expect, it } from 'vitest';
import { audit, type ConnectedProduct, connectProduct, differencesOf } from './connected-product.ts';
import { describeReal } from './real-server.ts';

/** What the vendor of Harness SEI asks firewalls to let through. */
const vendorsSix = [
  'api/projects/search',
  'api/issues/search',
  'api/hotspots/search',
  'api/measures/search_history',
  'api/measures/component',
  'api/metrics/search',
];
const large = 'lab-twelve-thousand';
const small = 'lab-checkout';

/** A proxy that blocks an endpoint takes away its stream, never the integration. */
export function describeSixEndpoints(): void {
  describeReal('Behind a proxy that lets six endpoints pass', (server) => {
    let connected: ConnectedProduct;
    beforeAll(async () => {
      connected = await connectProduct({ target: server().url, allow: vendorsSix });
    });
    afterAll(async () => connected?.close());

    it('every issue of a project with 12,000 equal ones arrives, and the audit agrees', async () => {
      const declared = { token: server().tokens.user, settings: { projectKeys: [large, small] } };
      expect(await connected.apply(declared)).toMatchObject({ status: 0, err: '' });
      const { product, proxy } = connected;
      const synced = await product.plumbline(['sync', 'sonar-lab', '--wait']);
      expect(synced.status, synced.out + synced.err).toBe(0);
      const { status, audit: found } = await audit(product);
      expect({ status, differences: differencesOf(found) }).toEqual({ status: 0, differences: [] });
      const counted = found.scopes.filter(({ stream, slice }) => stream === 'issues' && slice === `project:${large}`);
      expect(counted.map(({ source, stored }) => ({ source, stored }))).toEqual([{ source: 12_000, stored: 12_000 }]);
      const passed = new Set(proxy.entries.filter(({ blocked }) => !blocked).map(({ path }) => path));
      expect([...passed].filter((path) => !vendorsSix.includes(path))).toEqual([]);
      expect(proxy.entries.some(({ blocked }) => blocked)).toBe(true);
    });

    it('measures, history and metrics arrive too', async () => {
      const counts = await connected.db.one<Record<string, number>>(
        `select (select count(*) from data.sonarqube_metrics where api_accessible) as metrics,
                (select count(*) from data.sonarqube_project_metrics where date is null) as measures,
                (select count(distinct date) from data.sonarqube_project_metrics where date is not null) as history`,
      );
      expect(counts['metrics']).toBeGreaterThan(80);
      expect(counts['measures']).toBeGreaterThan(20);
      expect(counts['history']).toBeGreaterThanOrEqual(6);
    });
  });
}
