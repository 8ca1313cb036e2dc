import { expect, it } from 'vitest';
import { randomOf } from '../../../test/support/random.ts';
import { runningStage, type RunningStage, world } from '../../../test/support/running-stage.ts';
import type { RunningList } from './contract.ts';

/** Moments at which is asked; with another seed, others. */
const moments = Number(process.env['RUNNING_MOMENTS'] ?? 25);
const seed = Number(process.env['RUNNING_SEED'] ?? Date.now() % 1_000_000);

const { commitOf, digestOf } = world;
const letters = ['a', 'b', 'c'] as const;
const commits = ['3', '4', '5'] as const;

type Random = ReturnType<typeof randomOf>;
type Happening = (stage: RunningStage, random: Random, minute: number) => Promise<unknown>;

const pick = <T>(random: Random, all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;

/** Everything that an answer may depend on, and that time alone. */
const happenings: readonly Happening[] = [
  ({ w }, random, minute) =>
    world.analyse(w, { commit: commitOf(pick(random, commits)), minute, gate: pick(random, ['OK', 'ERROR', 'NONE']) }),
  ({ hub }, random) =>
    hub.db.execute(
      'update code_quality.analyses set gate_status = $1, changed_at = now() where id = (select max(id) from code_quality.analyses)',
      [pick(random, ['OK', 'ERROR'])],
    ),
  ({ w }, random, minute) =>
    world.report(w, {
      key: `k${minute}`,
      service: pick(random, ['ledger', 'web', 'job']),
      at: minute,
      image: 'registry.example.com/team/ledger:1.0',
      digest: pick(random, [...letters.map(digestOf), null]),
      status: pick(random, ['succeeded', 'succeeded', 'failed']),
    }),
  ({ w }, random, minute) =>
    world.report(w, { key: `c${minute}`, service: 'cron', at: minute, commit: commitOf(pick(random, commits)) }),
  ({ w }, random, minute) => world.tag(w, { image: pick(random, letters), name: '1.0', minute }),
  async ({ w, hub }, random) => {
    await hub.db.execute('update policy.environment_images set valid_to = now() where valid_to is null');
    return world.setEnvironment(w, { environment: 'staging', image: pick(random, letters), from: 1 });
  },
  ({ hub }) => hub.db.execute('update policy.environment_images set valid_to = now() where valid_to is null'),
  ({ hub }, random) =>
    hub.db.execute(
      `insert into policy.waivers (policy, registry_id, repository_id, image_id, reason, author, valid_from, expires_at)
       select 'sonarqube-quality-gates', i.integration_id, i.repository_id, case when $1 then i.id end, 'known', 'Ada', clock_timestamp(), now() + interval '1 day'
         from images.images i order by i.id limit 1`,
      [random() < 0.5],
    ),
  ({ hub }) => hub.db.execute('update policy.waivers set ended_at = clock_timestamp() where ended_at is null'),
  ({ hub, w }, random) =>
    hub.db.execute(
      `insert into ingestion.runs (integration_id, kind, status, requested_by, started_at, finished_at) values ($1, 'full_sync', 'success', 'test', now(), now())`,
      [pick(random, [w.sonar, ...w.registries])],
    ),
  ({ hub, w }, random) =>
    hub.db.execute('update ingestion.schedules set interval_seconds = $2 where integration_id = $1', [
      pick(random, [w.sonar, ...w.registries]),
      pick(random, [600, 900]),
    ]),
  ({ hub, w }) =>
    hub.db.execute(
      `insert into inbox.webhooks (integration_id, scope, secret_id, error_code, broken_since)
       select $1, 'global', id, 'permission_denied', clock_timestamp() from inbox.secrets limit 1
       on conflict (integration_id, scope, target) do update set error_code = excluded.error_code, broken_since = coalesce(webhooks.broken_since, excluded.broken_since)`,
      [w.sonar],
    ),
  ({ hub }) => hub.db.execute('update inbox.webhooks set error_code = null, broken_since = null'),
  ({ finding }, random, minute) =>
    finding({ from: Math.floor(random() * minute), level: pick(random, ['BLOCKER', 'HIGH']) }),
  ({ hub }) =>
    hub.db.execute(
      `update code_quality.findings set counted_state = 'accepted', state = 'accepted' where id = (select max(id) from code_quality.findings where counted_state = 'open')`,
    ),
];

/** What is asked about the present alone is not of a time. */
const said = ({ asOf: _asOf, setup: _setup, rows, ...rest }: RunningList): unknown => ({
  ...rest,
  rows: rows.map(({ now: _now, ...row }) => row),
});

it(`says at any later time what it said then (RUNNING_SEED=${seed})`, async () => {
  console.log(`RUNNING_SEED=${seed} RUNNING_MOMENTS=${moments}`);
  const random = randomOf(seed);
  const stage = await runningStage();
  const { hub, w } = stage;
  await hub.db.execute(
    `update ingestion.runs set started_at = now() - interval '40 minutes', finished_at = now() - interval '40 minutes'`,
  );
  await hub.db.execute(`insert into inbox.secrets (integration_id, purpose, sealed) values ($1, 'own', '{}')`, [
    w.sonar,
  ]);
  await world.analyse(w, { commit: commitOf('3'), minute: 1 });
  for (const [place, letter] of letters.entries())
    await world.addImage(w, { letter, minute: 2, commits: [commitOf(commits[place] ?? '3')] });
  const log: { at: Date; answer: unknown }[] = [];
  const ask = async (): Promise<void> => {
    const { at } = await hub.db.one<{ at: Date }>(
      "select date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond' as at",
    );
    log.push({ at, answer: said(await stage.ask({ pageSize: '500' })) });
  };
  const different = (): number => new Set(log.map(({ answer }) => JSON.stringify(answer))).size;
  // However few of the draws change what is said: it goes on until enough did.
  for (let moment = 0; moment < moments || different() <= moments / 8; moment += 1) {
    await pick(random, happenings)(stage, random, 10 + moment);
    await stage.settle();
    await ask();
  }
  for (const { at, answer } of log)
    expect(said(await stage.ask({ pageSize: '500', asOf: at.toISOString() })), at.toISOString()).toEqual(answer);
}, 3_600_000);

/** A time at which all this was said, and what was said. */
async function noted({ hub, settle, ask }: RunningStage): Promise<{ at: string; rows: RunningList['rows'] }> {
  await settle();
  const { at } = await hub.db.one<{ at: Date }>(
    "select date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond' as at",
  );
  return { at: at.toISOString(), rows: (await ask()).rows };
}

const states = (rows: RunningList['rows']): unknown =>
  rows.map(({ state, reason, service, staleSince }) => [service, state, reason, staleSince]);

async function oneRuns(stage: RunningStage): Promise<void> {
  const { w } = stage;
  await world.analyse(w, { commit: commitOf('3'), minute: 1 });
  await world.addImage(w, { letter: 'a', minute: 2, commits: [commitOf('3')] });
  await world.setEnvironment(w, { environment: 'staging', image: 'a', from: 1 });
}

it('holds when the runs of that time are kept no more: what was noted then stands in for them, and says so', async () => {
  const stage = await runningStage();
  const { hub, ask, readAll } = stage;
  await oneRuns(stage);
  const fresh = await noted(stage);
  expect(fresh.rows).toMatchObject([{ state: 'passed' }]);
  await hub.db.execute('delete from ingestion.runs');
  await readAll(7200);
  const late = await noted(stage);
  expect(late.rows).toMatchObject([{ state: 'stale' }]);
  await readAll();
  const again = await noted(stage);
  expect((await ask({ asOf: again.at })).untold).toEqual([]);

  await hub.db.execute('delete from ingestion.runs');
  for (const { at, rows } of [fresh, late, again]) {
    const then = await ask({ asOf: at });
    expect(states(then.rows)).toEqual(states(rows));
    expect(then.untold).toMatchObject([{ code: 'readings_forgotten' }]);
    expect(then.rows).toMatchObject([{ readAt: null }]);
    // Of nothing whose age is not known any more is it said that it was young enough.
    if (at !== late.at) expect((await ask({ asOf: at, maxAge: '86400' })).rows).toMatchObject([{ state: 'stale' }]);
  }
});

it('says that what was said by an integration is gone that was removed since', async () => {
  const stage = await runningStage();
  const { hub, ask } = stage;
  await oneRuns(stage);
  const { at } = await noted(stage);
  await hub.db.execute(
    `insert into integrations.removed (integration_id, name, kind, created_at, removed_at)
     values (901, 'Old registry', 'oci-registry', now() - interval '9 days', clock_timestamp()),
            (902, 'Gone before', 'oci-registry', now() - interval '9 days', now() - interval '8 days'),
            (903, 'Made since', 'oci-registry', clock_timestamp() + interval '1 minute', clock_timestamp() + interval '2 minutes')`,
  );
  expect((await ask({ asOf: at })).untold).toMatchObject([{ code: 'said_by_removed', details: ['Old registry'] }]);
  expect((await ask()).untold).toEqual([]);
});
