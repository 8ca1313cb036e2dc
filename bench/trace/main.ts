/*
 * The trace over 1,000,000 commits, 200,000 images and 100,000 deployments, and over a tenth of each:
 *
 *   node_modules/.bin/node bench/trace/main.ts
 *
 * BENCH_SCALE=0.01 makes all of it a hundredth. On a PostgreSQL of its own, which is gone afterwards. Says how many records a
 * second the index is made of from nothing, how long one answer takes against a read by primary key, and what the publish of
 * an analysis, an image and a deployment costs the index against a bare insert of as many rows, at both sizes. Ends with 1
 * when a link is wrong: each is held to a join over schema `data`. BENCH_CHECK=small holds only the smaller size to it.
 */
import { availableParallelism, tmpdir } from 'node:os';
import { rebuildLinks } from '../../src/features/trace/links/rebuild.ts';
import { traceReactions } from '../../src/features/trace/reactions.ts';
import { trace } from '../../src/features/trace/reading/trace.ts';
import { connect, type Database } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { startTestCluster } from '../../test/support/cluster.ts';
import { migrateEverything, templateDatabase } from '../../test/support/schema.ts';
import * as crowd from '../../test/support/trace-crowd.ts';
import { layTrueLinks, wrongLinks } from '../../test/trace/true-links.ts';

const scale = Number(process.env['BENCH_SCALE'] ?? 1);
const checked = process.env['BENCH_CHECK'] ?? 'both';
/** Answers asked for of each kind of station, and publishes of each kind of record. */
const samples = 200;
const now = new Date('2030-01-01T00:00:00Z');

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const count = (n: number): string => Math.round(n).toLocaleString('en');

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function quantile(times: readonly number[], q: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}

const sizesOf = (share: number): crowd.CrowdSizes => ({
  pullRequests: Math.max(100, Math.round(250_000 * scale * share)),
  images: Math.max(200, Math.round(200_000 * scale * share)),
  deployments: Math.max(60, Math.round(100_000 * scale * share)),
});

type Measured = Map<string, number>;

/** Fills a database, and measures in it what grows or should not. */
async function measure(db: Database, share: number, problems: string[]): Promise<Measured> {
  const sizes = sizesOf(share);
  const made = await timed(async () => {
    await crowd.layGround(db, sizes);
    await crowd.addPart(db, sizes, { from: 0, to: 1 });
    await crowd.changeCrowd(db, 1);
    await db.execute('vacuum analyze');
  });
  say(
    `\n${count(sizes.pullRequests * crowd.commitsPerPullRequest)} commits, ${count(sizes.images)} images, ${count(sizes.deployments)} deployments: made in ${count(made / 1000)} s`,
  );
  const rebuilt = await timed(() => rebuildLinks(db));
  const { records, links, size } = await db.one<{ records: number; links: number; size: string }>(
    `select (select count(*) from shared.pull_requests) + (select count(*) from shared.analyses) + (select count(*) from shared.images)
            + (select count(*) from shared.harness_executions) + (select count(*) from shared.deployments) as records,
            (select count(*) from trace.links) as links, pg_size_pretty(pg_database_size(current_database())) as size`,
  );
  say(
    `the index from nothing: ${count(links)} links of ${count(records)} records in ${count(rebuilt / 1000)} s, ${count((1000 * records) / rebuilt)} records a second; database ${size}`,
  );
  await db.execute('vacuum analyze');
  if (checked === 'both' || share < 1) await check(db, problems);
  const measured: Measured = new Map();
  await answers(db, measured);
  await publishes(db, measured);
  return measured;
}

async function check(db: Database, problems: string[]): Promise<void> {
  const took = await timed(async () => {
    await layTrueLinks(db, crowd.crowdHosts);
    const { said, unsaid } = await wrongLinks(db);
    for (const link of [...said, ...unsaid]) problems.push(JSON.stringify(link));
    await db.execute('drop schema truth cascade');
  });
  say(`every link held to a join over schema data in ${count(took / 1000)} s`);
}

async function answers(db: Database, measured: Measured): Promise<void> {
  const starts = await db.query<{ station: string; ref: string }>(
    `select station, station || ':' || key as ref from (
       select station, key, row_number() over (partition by station order by hashtext(key)) as n from (
         select 'commit' as station, to_key as key from trace.links where kind = 'merge'
         union all select 'image', id::text from shared.images union all select 'deployment', id::text from shared.deployments
         union all select 'pull_request', id::text from shared.pull_requests union all select 'execution', id::text from shared.harness_executions
         union all select 'analysis', id::text from shared.analyses) s) s
      where n <= $1 order by hashtext(key)`,
    [samples],
  );
  const { max } = await db.one<{ max: number }>('select max(id) as max from trace.links');
  const floor: number[] = [];
  const all: number[] = [];
  const by = new Map<string, number[]>();
  for (const [at, { station, ref }] of starts.entries()) {
    floor.push(
      await timed(() => db.query('select * from trace.links where id = $1', [1 + ((at * 7_919) % Number(max))])),
    );
    const took = await timed(() => trace(db, ref, now));
    all.push(took);
    by.set(station, [...(by.get(station) ?? []), took]);
  }
  const [p50, p95, bare] = [quantile(all, 0.5), quantile(all, 0.95), quantile(floor, 0.5)];
  measured.set('one answer', p50);
  say(
    `one answer: p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, longest ${Math.max(...all).toFixed(0)} ms; a read by primary key ${bare.toFixed(2)} ms, ${(p50 / bare).toFixed(0)} times that; p95 by station: ` +
      [...by].map(([station, times]) => `${station} ${quantile(times, 0.95).toFixed(0)}`).join(', '),
  );
}

/** The record is written as it was, but for one thing that its links say. */
const published = [
  {
    name: 'analysis',
    reaction: 'trace.analysis',
    owner: 'analysis',
    ids: 'select id from code_quality.analyses where deleted_at is null',
    change: 'update code_quality.analyses set deleted_at = now() where id = $1',
  },
  {
    name: 'image',
    reaction: 'trace.image',
    owner: 'image',
    ids: 'select id from images.images where gone_at is null',
    change: 'update images.images set gone_at = now() where id = $1',
  },
  {
    name: 'deployment',
    reaction: 'trace.deployment',
    owner: 'deployment',
    ids: `select id from deployments.deployments where status = 'succeeded' and not rolled_back`,
    change: `update deployments.deployments set status = 'failed' where id = $1`,
  },
] as const;

async function publishes(db: Database, measured: Measured): Promise<void> {
  const reactions = traceReactions({ db, enqueue: async () => undefined });
  await db.execute('create table public.floor_links (like trace.links including defaults including indexes)');
  for (const { name, reaction, owner, ids, change } of published) {
    const some = await db.query<{ id: number }>(`${ids} order by hashtext(id::text) limit $1`, [samples]);
    const handle = reactions.find((one) => one.name === reaction)?.handle;
    const times: number[] = [];
    const floor: number[] = [];
    for (const { id } of some) {
      await db.execute(change, [id]);
      times.push(await timed(async () => await handle?.(String(id), new AbortController().signal)));
      floor.push(
        await timed(() =>
          db.execute(
            'insert into public.floor_links overriding system value select * from trace.links where owner = $1 and owner_id = $2',
            [owner, id],
          ),
        ),
      );
    }
    const [p50, p95, bare] = [quantile(times, 0.5), quantile(times, 0.95), quantile(floor, 0.5)];
    measured.set(`a published ${name}`, p50);
    say(
      `a published ${name}: p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, ${(p50 / bare).toFixed(0)} times a bare insert of its links (${bare.toFixed(2)} ms)`,
    );
  }
}

async function main(): Promise<number> {
  say(`Node ${process.version}, ${availableParallelism()} cores, BENCH_SCALE=${scale}`);
  const cluster = await startTestCluster({}, tmpdir());
  const urlOf = (name: string): string =>
    `postgres://${cluster.user}:${encodeURIComponent(cluster.password)}@${cluster.host}:${cluster.port}/${name}`;
  const problems: string[] = [];
  try {
    await migrateEverything(urlOf('postgres'), urlOf, silentLog);
    const results: Measured[] = [];
    for (const [name, share] of [
      ['small', 0.1],
      ['whole', 1],
    ] as const) {
      const options = { applicationName: 'bench', log: silentLog };
      const admin = connect({ connectionString: urlOf('postgres'), ...options });
      await admin.execute(`create database ${name} template ${templateDatabase}`);
      await admin.close();
      const db = connect({ connectionString: urlOf(name), ...options });
      results.push(await measure(db, share, problems));
      await db.close();
    }
    const [small, whole] = results;
    say('\nat ten times the size, by p50:');
    for (const [what, ms] of whole ?? []) say(`${what}: ${(ms / (small?.get(what) ?? ms)).toFixed(2)} times as long`);
  } finally {
    await cluster.stop();
  }
  for (const problem of problems.slice(0, 20)) say(`WRONG ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

process.exitCode = await main();
