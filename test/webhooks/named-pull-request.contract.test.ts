import { expect, it } from 'vitest';
import { deliveries, hubOn, recordedServer } from './recorded-life.ts';

it('a delivery of a pull request of SonarQube reads that pull request, and no branch', async () => {
  const server = await recordedServer('final');
  const hub = await hubOn(server);
  await hub.poll();
  const rows = () =>
    hub.db.query('select source_key, row_hash, deleted_at from code_quality.branches order by source_key');
  const before = await rows();
  const { name } = await hub.db.one<{ name: string }>(
    "select name from code_quality.branches where kind = 'pull_request' and deleted_at is null and analyzed_at is not null order by name limit 1",
  );
  const successes = deliveries.map(({ body }) => JSON.parse(body) as { branch?: { type: string }; status: string });
  const told = successes.find(({ branch, status }) => branch?.type === 'PULL_REQUEST' && status === 'SUCCESS');
  const body = JSON.stringify({ ...told, branch: { ...told?.branch, name } });
  // The recording has not every answer of every branch, which would be asked for again first.
  await hub.db.execute('update ingestion.sync_wants set done_generation = wanted_generation, unread = null');
  // As if it was never read: so each stream of it is.
  await hub.db.execute('delete from ingestion.bookmarks where scope = $1', [`pull_request:${name}`]);
  const from = server.journal.entries.length;
  expect(await hub.deliver(body)).toBe(204);
  await hub.settled();
  const asked = server.journal.entries.slice(from).map(({ url }) => new URL(url, 'http://x'));
  const paths = new Set(asked.map(({ pathname }) => pathname));
  expect(paths).toContain('/api/project_pull_requests/list');
  expect([...paths]).not.toContain('/api/project_branches/list');
  expect([...paths]).not.toContain('/api/components/search_projects');
  const scoped = asked.filter(({ searchParams }) => searchParams.has('pullRequest'));
  expect(new Set(scoped.map(({ searchParams }) => searchParams.get('pullRequest')))).toEqual(new Set([name]));
  expect(asked.some(({ searchParams }) => searchParams.has('branch'))).toBe(false);
  expect(await rows()).toEqual(before);
  const runs = await hub.db.query("select status from ingestion.runs where kind = 'webhook'");
  expect(runs).toEqual([{ status: 'success' }]);
});
