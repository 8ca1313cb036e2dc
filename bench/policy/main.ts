/*
 * The quality-gates policy on 100,000 images and 1,000,000 analyses:
 *
 *   node_modules/.bin/node bench/policy/main.ts
 *
 * BENCH_SCALE=0.01 makes both a hundredth. On a PostgreSQL of its own, which is gone afterwards. Says how long one
 * evaluation takes against a read by primary key, what one analysis touches and how long that takes against a bare insert of
 * the same rows, and how long a mapping change takes for a tenth of the images. Ends with 1 when anything but the images
 * that are meant is touched.
 */
import { availableParallelism, tmpdir } from 'node:os';
import { evaluateImages } from '../../src/features/policy/index.ts';
import { policyReactions } from '../../src/features/policy/reactions.ts';
import { insertRule } from '../../src/features/policy/store/settings.ts';
import { connect, type Database } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { startTestCluster } from '../../test/support/cluster.ts';
import { migrateEverything, templateDatabase } from '../../test/support/schema.ts';
import { generate } from './generate.ts';

const scale = Number(process.env['BENCH_SCALE'] ?? 1);
const sizes = {
  images: Math.round(100_000 * scale),
  analyses: Math.round(1_000_000 * scale),
  repositories: Math.max(20, Math.round(1_000 * scale)),
};
const samples = 1_000;
const analysesTold = 200;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const count = (n: number): string => n.toLocaleString('en');

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function quantile(times: readonly number[], q: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}

interface Bench {
  db: Database;
  react(name: string, key: number): Promise<void>;
  problems: string[];
}

async function main(): Promise<number> {
  say(
    `${count(sizes.images)} images, ${count(sizes.analyses)} analyses, Node ${process.version}, ${availableParallelism()} cores`,
  );
  const cluster = await startTestCluster({}, tmpdir());
  const urlOf = (name: string): string =>
    `postgres://${cluster.user}:${encodeURIComponent(cluster.password)}@${cluster.host}:${cluster.port}/${name}`;
  await migrateEverything(urlOf('postgres'), urlOf, silentLog);
  const db = connect({ connectionString: urlOf(templateDatabase), applicationName: 'bench', log: silentLog });
  try {
    const made = await timed(() => generate(db, sizes));
    say(`made in ${(made / 1000).toFixed(1)} s`);
    const announce = async (): Promise<void> => undefined;
    const reactions = policyReactions({ db, announce, enqueue: async () => undefined });
    const bench: Bench = {
      db,
      problems: [],
      async react(name, key) {
        await reactions.find((one) => one.name === name)?.handle(String(key), new AbortController().signal);
      },
    };
    await describe(db);
    await everyImage(bench, announce);
    await oneImage(bench, announce);
    await oneAnalysis(bench);
    await oneMapping(bench);
    for (const problem of bench.problems.slice(0, 20)) say(`WRONG ${problem}`);
    if (bench.problems.length === 0) say('only the images that were meant were touched');
    return bench.problems.length === 0 ? 0 : 1;
  } finally {
    await db.close();
    await cluster.stop();
  }
}

async function describe(db: Database): Promise<void> {
  const row = await db.one<{ commits: number; single: number; many: number; size: string; several: number }>(
    `with per as (select commit, count(*) as n from images.platforms group by 1)
     select count(*) as commits, count(*) filter (where n = 1) as single, count(*) filter (where n > 20) as many,
            (select count(*) from code_quality.projects where source_key like '%-2') as several,
            pg_size_pretty(pg_database_size(current_database())) as size from per`,
  );
  const percent = (n: number): string => `${((100 * n) / row.commits).toFixed(0)} %`;
  say(
    `${count(row.commits)} commits with images: ${percent(row.single)} with one, ${percent(row.many)} with more than 20; ` +
      `${count(row.several)} of ${count(sizes.repositories)} repositories with three projects; database ${row.size}`,
  );
}

async function everyImage({ db, problems }: Bench, announce: () => Promise<void>): Promise<void> {
  const ids = (await db.query<{ id: number }>('select id from images.images order by id')).map((row) => row.id);
  const first = await timed(() => evaluateImages({ db, announce }, ids));
  const again = await timed(async () => {
    const { changed } = await evaluateImages({ db, announce }, ids);
    if (changed !== 0) problems.push(`${changed} verdicts changed although nothing did`);
  });
  const rate = (ms: number): string => `${count(Math.round((1000 * ids.length) / ms))} a second`;
  say(
    `every image for the first time: ${(first / 1000).toFixed(1)} s, ${rate(first)}; again, nothing to write: ${rate(again)}`,
  );
  await db.execute('vacuum analyze policy.results');
}

async function oneImage({ db }: Bench, announce: () => Promise<void>): Promise<void> {
  const floor: number[] = [];
  const ours: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    const id = 1 + ((sample * 7_919) % sizes.images);
    floor.push(await timed(() => db.query('select * from images.images where id = $1', [id])));
    ours.push(await timed(() => evaluateImages({ db, announce }, [id])));
  }
  for (const q of [0.5, 0.95]) {
    const [a, b] = [quantile(ours, q), quantile(floor, q)];
    say(
      `one evaluation p${q * 100}: ${a.toFixed(2)} ms, ${(a / b).toFixed(1)} times a read by primary key (${b.toFixed(2)} ms)`,
    );
  }
}

/** A gate turns: the reaction must write for the images of that commit and for no other. */
async function oneAnalysis({ db, react, problems }: Bench): Promise<void> {
  await db.execute('create table public.floor_results (like policy.results including all)');
  // The same rows stand in it several times; an index like the one that keeps current verdicts apart must still be kept up.
  await db.execute(
    `do $$ declare name text; begin
       for name in select indexrelid::regclass from pg_index where indrelid = 'public.floor_results'::regclass and indisunique loop
         execute 'alter table public.floor_results drop constraint if exists ' || split_part(name, '.', 1);
         execute 'drop index if exists ' || name;
       end loop; end $$`,
  );
  await db.execute('create index on public.floor_results (id)');
  await db.execute('create index on public.floor_results (image_id, policy, platform_digest) where valid_to is null');
  const analyses = await db.query<{ id: number; commit: string; images: number }>(
    `select min(a.id) as id, a.revision as commit, (select count(*) from images.platforms p where p.commit = a.revision) as images
       from code_quality.analyses a join (select distinct commit from images.platforms) c on c.commit = a.revision
      group by a.revision order by hashtext(a.revision) limit $1`,
    [analysesTold],
  );
  let [ours, floor, touched] = [0, 0, 0];
  for (const { id, commit, images } of analyses) {
    const { max } = await db.one<{ max: number }>('select max(id) as max from policy.results');
    await db.execute(
      `update code_quality.analyses set gate_status = case gate_status when 'OK' then 'ERROR' else 'OK' end, changed_at = now() where id = $1`,
      [id],
    );
    ours += await timed(() => react('policy.analysis', id));
    const written = await db.query<{ imageId: number; ours: boolean }>(
      `select distinct r.image_id as "imageId", exists (select from images.platforms p where p.image_id = r.image_id and p.commit = $2) as ours
         from policy.results r where r.id > $1`,
      [max, commit],
    );
    touched += written.length;
    if (written.length !== images || written.some((row) => !row.ours))
      problems.push(`analysis ${id} touched ${written.length} images; its commit has ${images}`);
    floor += await timed(() =>
      db.execute(
        'insert into public.floor_results overriding system value select * from policy.results where id > $1',
        [max],
      ),
    );
  }
  say(
    `${analyses.length} gates turned: ${count(touched)} images judged again, ${(ours / analyses.length).toFixed(2)} ms an analysis, ` +
      `${(ours / touched).toFixed(2)} ms an image, ${(ours / floor).toFixed(1)} times a bare insert of the same rows`,
  );
}

/** A rule demands a project that nobody has analysed: every verdict under it changes. */
async function oneMapping({ db, react, problems }: Bench): Promise<void> {
  const [{ max }, { meant }] = [
    await db.one<{ max: number }>('select max(id) as max from policy.results'),
    await db.one<{ meant: number }>(
      `select count(*) as meant from images.images i join images.repositories r on r.id = i.repository_id where r.source_key like 'team-3/%'`,
    ),
  ];
  const id = await insertRule(db, {
    kind: 'image',
    registryId: null,
    pattern: 'team-3/*',
    repositoryKey: null,
    repositoryUrl: null,
    origin: 'person',
    createdBy: 'bench',
    projects: [
      {
        projectKey: 'nobody',
        integrationId: null,
        directory: null,
      },
    ],
  });
  const ours = await timed(() => react('policy.rule', id));
  const { changed } = await db.one<{ changed: number }>(
    'select count(distinct image_id) as changed from policy.results where id > $1',
    [max],
  );
  if (changed !== meant) problems.push(`the mapping touched ${changed} images; it speaks of ${meant}`);
  const floor = await timed(() =>
    db.execute('insert into public.floor_results overriding system value select * from policy.results where id > $1', [
      max,
    ]),
  );
  say(
    `a mapping change for ${count(changed)} images: ${(ours / 1000).toFixed(1)} s, ${(ours / changed).toFixed(2)} ms an image, ` +
      `${(ours / floor).toFixed(1)} times a bare insert of the same rows`,
  );
}

process.exitCode = await main();
