import { expect, test } from 'vitest';
import { sonarqube } from '../../src/connectors/sonarqube/index.ts';
import { describeReal, issueTotal, type RealServer } from '../real/real-server.ts';
import { allowOnly, createFetchOutbound, vendorsSix } from './fetch-outbound.ts';
import {
  completionOf,
  contextOf,
  keysOf,
  readSlice,
  recordsOf,
  requestOf,
  type Stage,
  unavailableStreams,
} from './stage.ts';

const project = 'lab-twelve-thousand';
const slice = `project:${project}`;

function current(server: RealServer, token: string, purpose: 'ingest' | 'audit' = 'ingest'): Promise<Stage> {
  return readSlice({ url: server.url, token }, requestOf('current', slice, { purpose }));
}

async function expectWhole(server: RealServer, stage: Stage): Promise<void> {
  const total = await issueTotal(server.admin, project);
  expect(total).toBeGreaterThanOrEqual(12_000);
  expect(keysOf(stage, 'issues')).toHaveLength(total);
  expect(completionOf(stage, 'issues')).toMatchObject({
    sourceCount: total,
    proof: 'counts_equal',
    absenceTrusted: true,
  });
}

/** The connector alone against a real server: 12,000 issues of one second, by every kind of token. */
export function describeConnector(): void {
  describeReal('the connector', (server) => {
    test('a user’s token reads every issue, and an audit finds the same', async () => {
      const ingest = await current(server(), server().tokens.browse);
      await expectWhole(server(), ingest);
      const audit = await current(server(), server().tokens.browse, 'audit');
      await expectWhole(server(), audit);
      const sorted = (stage: Stage): string[] =>
        recordsOf(stage, 'issues')
          .map((issue) => JSON.stringify(issue))
          .sort();
      expect(sorted(audit)).toEqual(sorted(ingest));
      expect(completionOf(audit, 'issues').method).not.toBe(completionOf(ingest, 'issues').method);
    });

    test('an analysis token searches in slices', async () => {
      const stage = await current(server(), server().tokens.scan);
      await expectWhole(server(), stage);
      expect(unavailableStreams(stage)).toContain('hotspots: invalid_permissions');
    });

    test('with only the vendor’s six endpoints issues, hotspots, measures and history arrive whole', async () => {
      const http = createFetchOutbound({ intercept: allowOnly(vendorsSix) });
      const connection = { url: server().url, token: server().tokens.user, http };
      const stage = await readSlice(connection, requestOf('current', slice));
      await expectWhole(server(), stage);
      expect(recordsOf(stage, 'measures').length).toBeGreaterThan(20);
      expect(completionOf(stage, 'hotspots').proof).toBe('counts_equal');
      const past = await readSlice(connection, requestOf('history', slice));
      expect(completionOf(past, 'measure_history').proof).toBe('counts_equal');
      expect(recordsOf(past, 'analysis_history').length).toBeGreaterThan(0);
    });

    test('an idle discovery costs at most 8 calls', async () => {
      const http = createFetchOutbound();
      const connection = { url: server().url, token: server().tokens.user, http };
      const cursors = { changes: new Date().toISOString() };
      const stage = await readSlice(connection, requestOf('discovery', 'discovery', { cursors }));
      expect(http.journal.length).toBeLessThanOrEqual(8);
      expect(unavailableStreams(stage)).toEqual([]);
      expect(keysOf(stage, 'projects')).toContain(project);
    });

    test('a check of each token fails nowhere', async () => {
      for (const token of Object.values(server().tokens)) {
        const run = sonarqube.check(contextOf({ url: server().url, token }));
        let next = await run.next();
        while (next.done !== true) next = await run.next();
        expect(next.value.checks.filter((check) => check.outcome === 'failed')).toEqual([]);
      }
    });
  });
}
