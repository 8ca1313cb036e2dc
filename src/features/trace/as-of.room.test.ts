import { describe, expect, it } from 'vitest';
import { testHub, type TestHub } from '../../../test/support/hub.ts';
import { randomOf } from '../../../test/support/random.ts';
import * as world from '../../../test/support/trace-world.ts';
import { settlePlaces } from '../deployments/deployed/places.ts';
import type { TraceAnswer } from './contract.ts';
import { traceData } from './integration-data.ts';
import { rebuildLinks } from './links/rebuild.ts';
import { traceReactions, traceReactsTo } from './reactions.ts';
import { traceRoutes } from './routes.ts';

/** Moments at which is asked; with another seed, others. */
const moments = Number(process.env['TRACE_MOMENTS'] ?? 25);
/** Texts that are asked for at each. */
const asked = 2;
const seed = Number(process.env['TRACE_SEED'] ?? Date.now() % 1_000_000);

const { commitOf, digestOf } = world;
const letters = ['a', 'b', 'c'] as const;
const commits = ['3', '4', '5'] as const;

type Random = ReturnType<typeof randomOf>;
type Happening = (w: world.World, random: Random, key: string) => Promise<world.Told[]>;

const pick = <T>(random: Random, all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
/** Now, in minutes of the world. */
const minute = (): number => (Date.now() - world.at(0).getTime()) / 60_000;

async function change(w: world.World, kind: string, statement: string, values: unknown[] = []): Promise<world.Told[]> {
  const rows = await w.db.query<{ id: number }>(`${statement} returning *`, values);
  return rows.map(({ id }) => ({ kind, id: Number(id) }));
}

/** What rooms say nothing of; the next look at all of it finds it. */
const unsaid = async (w: world.World, statement: string, values: unknown[] = []): Promise<world.Told[]> => {
  await w.db.execute(statement, values);
  return [{ kind: 'run_ended', id: 0 }];
};

/** Everything that an answer may depend on, and that time alone. */
const happenings: readonly Happening[] = [
  // The past of Harness is here from another day on.
  (w, random) =>
    unsaid(
      w,
      `with wanted as (insert into ingestion.sync_wants (integration_id, slice, phase, priority) values ($1, 'project:pay', 'history', 1) on conflict do nothing)
       insert into ingestion.slices (integration_id, slice, history_published_at, history_from) values ($1, 'project:pay', now(), $2)
           on conflict (integration_id, slice) do update set history_from = excluded.history_from`,
      [w.harness, pick(random, ['2001-01-01', '2098-01-01', '2099-01-01'])],
    ),
  async (w, random) => {
    const digest = digestOf(pick(random, letters));
    await w.db.execute(
      `update policy.results r set valid_to = clock_timestamp() where valid_to is null and image_id in (select id from images.images where digest = $1)`,
      [digest],
    );
    await w.db.execute(
      `insert into policy.results (policy, image_id, registry_id, repository_id, status, reason, message, evidence, evidence_hash, valid_from)
       select 'sonarqube-quality-gates', id, integration_id, repository_id, $2, 'GATE_FAILED', '', '{}', '', clock_timestamp() from images.images where digest = $1`,
      [digest, pick(random, ['failed', 'passed', 'no_data'])],
    );
    return [];
  },
  async (w, random) => {
    const ended = await w.db.execute('update policy.waivers set ended_at = clock_timestamp() where ended_at is null');
    if (ended > 0 && random() < 0.5) return [];
    await w.db.execute(
      `insert into policy.waivers (policy, registry_id, repository_id, reason, author, valid_from, expires_at)
       select 'sonarqube-quality-gates', integration_id, repository_id, 'known', 'Ada', clock_timestamp(), now() + interval '1 day'
         from images.images order by id limit 1`,
    );
    return [];
  },
  (w, random) =>
    world.analyse(w, {
      commit: commitOf(pick(random, commits)),
      minute: minute(),
      gate: pick(random, ['OK', 'ERROR', 'NONE']),
      ...(random() < 0.5 ? {} : { scope: 'pull_request' as const, branch: pick(random, ['17', '18']) }),
    }),
  (w, random) =>
    change(
      w,
      'analysis',
      `update code_quality.analyses set gate_status = $1, gate_evaluated = $2 where id = (select max(id) from code_quality.analyses)`,
      [pick(random, ['OK', 'ERROR']), random() < 0.8],
    ),
  async (w, random) => {
    const { id } = await w.db.one<{ id: number }>('select max(id) as id from code_quality.analyses');
    const metric = await w.add('code_quality.metrics', {
      integration_id: w.sonar,
      source_key: `m${String(random())}`,
      name: 'M',
      type: 'INT',
    });
    await w.add('code_quality.gate_conditions', {
      analysis_id: id,
      metric_id: metric,
      status: 'ERROR',
      actual_value: '7',
      threshold: '1',
    });
    return [{ kind: 'analysis', id }];
  },
  (w, random) =>
    change(
      w,
      'analysis',
      `update code_quality.analyses set deleted_at = now() where id = (select id from code_quality.analyses where deleted_at is null order by id offset $1 limit 1)`,
      [Math.floor(random() * 4)],
    ),
  (w, random, key) =>
    world.addPullRequest(w, {
      number: key,
      heads: [{ commit: commitOf(pick(random, commits)), from: minute() }],
      ...(random() < 0.5 ? {} : { merge: commitOf(pick(random, commits)) }),
    }),
  (w, random) =>
    change(
      w,
      'pull_request_changed',
      `update repositories.pull_requests set state = 'merged', merge_commit = $1, title = title || '+', closed_at = now() where source_key = '17'`,
      [commitOf(pick(random, commits))],
    ),
  (w) =>
    change(
      w,
      'pull_request_changed',
      `update repositories.pull_requests set deleted_at = now() where id = (select max(id) from repositories.pull_requests)`,
    ),
  async (w) => {
    const gone = await w.db.query<{ id: number }>('delete from repositories.bindings returning repository_id as id');
    return gone.length === 0 ? world.bind(w) : gone.map(({ id }) => ({ kind: 'bindings_changed', id: Number(id) }));
  },
  (w, random) => world.tag(w, { image: pick(random, letters), name: '1.0', minute: minute() }),
  (w, random) =>
    change(
      w,
      'image_published',
      `update images.platforms set outcome = $1, commit = $2, commit_exact = true where image_id = (select id from images.images where digest = $3 limit 1)`,
      ['resolved', commitOf(pick(random, commits)), digestOf(pick(random, letters))],
    ).then(async () =>
      (await w.db.query<{ id: number }>('select id from images.images')).map(({ id }) => ({
        kind: 'image_published',
        id,
      })),
    ),
  (w, random) =>
    change(
      w,
      'image_published',
      `update images.platforms set outcome = 'PROVENANCE_CONFLICT', commit = null where image_id = (select id from images.images where digest = $1 limit 1)`,
      [digestOf(pick(random, letters))],
    ).then(async () =>
      (await w.db.query<{ id: number }>('select id from images.images')).map(({ id }) => ({
        kind: 'image_published',
        id,
      })),
    ),
  (w, random) =>
    change(
      w,
      'image_published',
      `update images.images set gone_at = case when gone_at is null then now() end where digest = $1`,
      [digestOf(pick(random, letters))],
    ),
  (w, random, key) =>
    world.execute(w, {
      key: `execution-${key}`,
      commit: commitOf(pick(random, commits)),
      start: minute() - 1,
      end: minute(),
      built: [
        { image: 'team/ledger', tag: '1.0', ...(random() < 0.5 ? { digest: digestOf(pick(random, letters)) } : {}) },
      ],
      deploys: random() < 0.5 ? [] : [{ image: 'team/ledger:1.0', at: minute() }],
    }),
  (w, random) =>
    change(
      w,
      'execution',
      `update deployments.executions set status_class = $1, pipeline_name = 'Build ' || id where id = (select max(id) from deployments.executions)`,
      [pick(random, ['failure', 'cancelled'])],
    ),
  (w, random, key) =>
    world.report(w, {
      key: `reported-${key}`,
      service: pick(random, ['ledger', 'web']),
      at: minute(),
      image: pick(random, ['registry.example.com/team/ledger:1.0', 'nowhere.example.com/x:1', null]),
      digest: pick(random, [...letters.map(digestOf), null]),
      status: pick(random, ['succeeded', 'succeeded', 'failed', 'running']),
      link: `https://ci.example.com/${key}`,
    }),
  (w) =>
    change(
      w,
      'deployment',
      `update deployments.deployments set rolled_back = true, rolled_back_at = now() where id = (select max(id) from deployments.deployments)`,
    ),
  // What its room keeps for a time only goes, and what was said of it stays.
  (w) =>
    change(
      w,
      'deployment',
      `delete from deployments.deployments where id = (select min(id) from deployments.deployments)`,
    ),
  async (w, random) => {
    const ended = await change(
      w,
      'environment_image',
      'update policy.environment_images set valid_to = now() where valid_to is null',
    );
    return [
      ...ended,
      ...(await world.setEnvironment(w, { environment: 'staging', image: pick(random, letters), from: minute() })),
    ];
  },
  (w) => change(w, 'environment_image', 'update policy.environment_images set valid_to = now() where valid_to is null'),
  (w, random) => change(w, 'project', `update code_quality.projects set name = $1`, [`Ledger ${random()}`]),
  (w, random) => unsaid(w, `update repositories.repositories set slug = $1`, [pick(random, ['ledger', 'books'])]),
  (w, random) =>
    unsaid(
      w,
      `update deployments.deployments set service_name = $1 where id = (select max(id) from deployments.deployments)`,
      [pick(random, ['Ledger', 'Books'])],
    ).then(async () =>
      (
        await w.db.query<{ id: number }>('select max(id) as id from deployments.deployments having max(id) is not null')
      ).map(({ id }) => ({ kind: 'deployment', id })),
    ),
  (w, random) =>
    change(w, 'integration', `update integrations.integrations set name = $1 where id = $2`, [
      `sonar ${random()}`,
      w.sonar,
    ]),
  (w, random) =>
    unsaid(
      w,
      `insert into ingestion.runs (integration_id, kind, status, requested_by, started_at, finished_at) values ($1, 'full_sync', 'success', 'test', now(), now())`,
      [pick(random, [w.sonar, w.code, w.harness, ...w.registries])],
    ),
  (w, random) =>
    unsaid(w, 'update ingestion.schedules set interval_seconds = $2 where integration_id = $1', [
      pick(random, [w.sonar, ...w.registries]),
      pick(random, [600, 900]),
    ]),
];

interface Stage {
  hub: TestHub;
  w: world.World;
  /** Has rooms do what they do about this. */
  settle(told: readonly world.Told[]): Promise<void>;
  ask(text: string, more?: Record<string, string>): Promise<TraceAnswer>;
}

async function stageOf(): Promise<Stage> {
  const hub = await testHub({ routes: (db) => traceRoutes({ db, now: () => new Date() }) });
  const { db } = hub;
  const w = await world.traceWorld(db);
  await db.execute(
    `insert into ingestion.schedules (integration_id, next_run_at, interval_seconds) select id, now(), 900 from integrations.integrations`,
  );
  await db.execute(
    `insert into ingestion.runs (integration_id, kind, status, requested_by, started_at, finished_at)
     select id, 'full_sync', 'success', 'test', now() - interval '40 minutes', now() - interval '40 minutes' from integrations.integrations`,
  );
  const waiting: { name: string; key: string }[] = [];
  const reactions = traceReactions({ db, enqueue: async (_db, name, key) => void waiting.push({ name, key }) });
  return {
    hub,
    w,
    async settle(told) {
      const places = await db.query<{ id: number }>('select id from deployments.places');
      await db.transaction((tx) =>
        settlePlaces(
          tx,
          places.map(({ id }) => id),
        ),
      );
      for (const { kind, id } of told) waiting.push({ name: traceReactsTo[kind] ?? kind, key: String(id) });
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        await reactions.find(({ name }) => name === next?.name)?.handle(next.key, new AbortController().signal);
    },
    async ask(text, more = {}) {
      const query = new URLSearchParams({ text, ifNothing: 'empty', ...more });
      const { status, body } = await hub.call('GET', `/api/v1/trace?${query}`, { as: 'viewer' });
      if (status !== 200) throw new Error(JSON.stringify(body));
      return body as TraceAnswer;
    },
  };
}

/** A moment after everything so far, and before everything that comes. */
async function moment({ hub }: Stage): Promise<Date> {
  const { at } = await hub.db.one<{ at: Date }>(
    "select date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond' as at",
  );
  await hub.db.execute('select pg_sleep_until($1)', [new Date(at.getTime() + 1)]);
  return at;
}

const said = ({ asOf: _asOf, ...answer }: TraceAnswer): unknown => answer;

async function texts(w: world.World): Promise<string[]> {
  const rows = await w.db.query<{ ref: string }>(
    `select station || ':' || coalesce(station_id::text, station_key) as ref from data.trace_stations where station <> 'environment' order by 1`,
  );
  return [
    ...rows.map(({ ref }) => ref),
    'ledger',
    'PAY/ledger#17',
    'registry.example.com/team/ledger:1.0',
    digestOf('a'),
    'https://ci.example.com/3',
  ];
}

it(`says at any later time what it said then (TRACE_SEED=${seed})`, async () => {
  console.log(`TRACE_SEED=${seed} TRACE_MOMENTS=${moments}`);
  const random = randomOf(seed);
  const stage = await stageOf();
  const { hub, w } = stage;
  await world.addPullRequest(w, { number: '17', heads: [{ commit: commitOf('3'), from: 1 }] });
  await world.analyse(w, { commit: commitOf('3'), minute: 2 });
  for (const [place, letter] of letters.entries())
    await world.addImage(w, { letter, minute: 3, registry: 0, commits: [commitOf(commits[place] ?? '3')] });
  await world.addImage(w, { letter: 'a', minute: 3, registry: 1, commits: [commitOf('3')] });
  await rebuildLinks(hub.db);
  const log: { at: Date; text: string; answer: TraceAnswer }[] = [];
  const removeFrom = Math.ceil(moments * 0.8);
  const different = (): number => new Set(log.map(({ answer }) => JSON.stringify(answer))).size;
  // However few of the draws change what is said: it goes on until enough did.
  for (let count = 0; count < moments || different() <= moments / 2; count += 1) {
    if (count === removeFrom) await remove(stage, w.registries[1]);
    else await stage.settle(await pick(random, happenings)(w, random, String(100 + count)));
    const known = await texts(w);
    const at = await moment(stage);
    for (let each = 0; each < asked; each += 1) {
      const text = pick(random, known);
      log.push({ at, text, answer: await stage.ask(text) });
    }
  }
  const history = () => hub.db.query('select count(*) as n, max(id) as last from trace.said');
  const before = await history();
  await rebuildLinks(hub.db);
  expect(await history(), 'looked at again').toEqual(before);
  let removed = 0;
  for (const { at, text, answer } of log) {
    const told = await stage.ask(text, { asOf: at.toISOString() });
    const why = `${text} at ${at.toISOString()}`;
    if (told.asOf?.untold.some(({ code }) => code === 'said_by_removed') !== true) {
      expect(said(told), why).toEqual(said(answer));
      continue;
    }
    removed += 1;
    expect(
      told.asOf.untold.map(({ details }) => details),
      why,
    ).toEqual([['mirror']]);
    // What is left is what was said, and nothing of the one that was removed is.
    // Where one of several things that the text could mean is gone, one may be left, which had no line then.
    for (const link of answer.line === null ? [] : (told.line?.links ?? []))
      expect(answer.line?.links ?? [], why).toContainEqual(link);
    for (const one of answer.line === null ? told.found : [...told.found, ...(told.line?.stations ?? [])])
      expect([...answer.found, ...(answer.line?.stations ?? [])], why).toContainEqual(one);
    expect([...told.found, ...(told.line?.stations ?? [])].map(({ integration }) => integration?.name)).not.toContain(
      'mirror',
    );
  }
  expect(removed).toBe(removeFrom * asked);
}, 3_600_000);

describe('a line as of a time', () => {
  it('has what was said then, by value, whatever became of it, and what is known now beside it', async () => {
    const stage = await stageOf();
    const { w, hub, settle, ask } = stage;
    await rebuildLinks(hub.db);
    await settle(await world.analyse(w, { commit: commitOf('3'), minute: 2, gate: 'ERROR' }));
    const told = await world.addImage(w, { letter: 'a', minute: 3, commits: [commitOf('3')] });
    await settle(told);
    const text = `image:${told[0]?.id}`;
    const at = await moment(stage);
    const before = await ask(text);
    await settle(
      await change(w, 'image_published', `update images.platforms set commit = $1`, [commitOf('4')]).then(() => told),
    );
    await settle(await change(w, 'analysis', `update code_quality.analyses set gate_status = 'OK'`));
    await settle(await change(w, 'project', `update code_quality.projects set name = 'Books'`));
    const then = await ask(text, { asOf: at.toISOString() });
    expect(said(then)).toEqual(said(before));
    expect(then.line?.stations.find(({ station }) => station === 'analysis')).toMatchObject({
      title: 'Ledger',
      state: 'ERROR',
    });
    expect(then.asOf?.untold).toEqual([]);
    expect(then.asOf?.now?.differences).toContainEqual(
      expect.objectContaining({ what: 'link', at: [text, `commit:${commitOf('4')}`], before: null }),
    );
    expect(then.asOf?.now?.differences).toContainEqual(
      expect.objectContaining({ what: 'link', at: [text, `commit:${commitOf('3')}`], now: null }),
    );
    const now = await moment(stage);
    expect((await ask(text, { asOf: now.toISOString() })).asOf?.now).toBeNull();
  });

  it('is not told of a time before the history, and what is known now is no answer', async () => {
    const stage = await stageOf();
    const { w, hub, settle, ask } = stage;
    const [told] = await world.analyse(w, { commit: commitOf('3'), minute: 2 });
    const early = await moment(stage);
    const text = `analysis:${told?.id}`;
    const codes = async (): Promise<unknown> => {
      const { found, line, asOf } = await ask(text, { asOf: early.toISOString() });
      return [found, line, asOf?.untold.map(({ code }) => code), asOf?.now?.line?.start];
    };
    expect(await codes()).toEqual([[], null, ['said_before_history'], text]);
    await rebuildLinks(hub.db);
    await settle([]);
    expect(await codes()).toEqual([[], null, ['said_before_history'], text]);
    const future = await hub.call('GET', `/api/v1/trace?text=${text}&asOf=2999-01-01T00:00:00Z`, { as: 'viewer' });
    expect(future.status).toBe(400);
  });

  it('says of a system whose runs are kept no longer what was noted of its age then', async () => {
    const stage = await stageOf();
    const { w, hub, settle, ask } = stage;
    await rebuildLinks(hub.db);
    const [told] = await world.analyse(w, { commit: commitOf('3'), minute: 2 });
    await settle([
      { kind: 'analysis', id: told?.id ?? 0 },
      { kind: 'run_ended', id: w.sonar },
    ]);
    const at = await moment(stage);
    await hub.db.execute('delete from ingestion.runs');
    const then = await ask(`analysis:${told?.id}`, { asOf: at.toISOString() });
    expect(then.line?.stations[0]).toMatchObject({ readAt: null, staleSince: null, standing: 'good' });
    expect(then.asOf?.untold.map(({ code }) => code)).toEqual(['readings_forgotten']);
  });
});

/** As a person removes it. */
async function remove({ hub: { db }, settle }: Stage, id: number): Promise<void> {
  await db.execute(
    'delete from images.platforms where image_id in (select id from images.images where integration_id = $1)',
    [id],
  );
  await db.execute(
    'delete from images.claims where image_id in (select id from images.images where integration_id = $1)',
    [id],
  );
  for (const table of ['images.images', 'images.repositories'])
    await db.execute(`delete from ${table} where integration_id = $1`, [id]);
  await db.transaction(async (tx) => {
    while ((await traceData(db).purge(tx, id, 100)) > 0);
    await tx.execute(
      'insert into integrations.removed (integration_id, name, kind, created_at) select id, name, kind, created_at from integrations.integrations where id = $1',
      [id],
    );
    await tx.execute('delete from integrations.integrations where id = $1', [id]);
  });
  await settle([{ kind: 'integration', id }]);
}
