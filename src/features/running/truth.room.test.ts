import { expect, it } from 'vitest';
import { testHub } from '../../../test/support/hub.ts';
import { randomOf } from '../../../test/support/random.ts';
import { layRunningGround, settleCrowd } from '../../../test/support/running-crowd.ts';
import * as crowd from '../../../test/support/trace-crowd.ts';
import { layTrueRunning, trueAnswers, trueCounts, wrongRunning } from '../../../test/running/true-running.ts';
import type { Database, Queryable } from '../../platform/database/index.ts';
import { createPolicy, policyReactsTo } from '../policy/index.ts';
import { createTrace, traceReactsTo } from '../trace/index.ts';
import type { RunningList, RunningRow } from './contract.ts';
import { everything, refreshRows } from './deriving/refresh.ts';
import { createRunning, runningReactsTo } from './index.ts';

/**
 * So many pull requests, four times as many commits, twice as many images, six deployments to ten pull requests: with
 * RUNNING_TRUTH=5000 there are 20,000 commits, 10,000 images and 3,000 deployments.
 */
const pullRequests = Number(process.env['RUNNING_TRUTH'] ?? 100);
const sizes = {
  pullRequests,
  images: pullRequests * 2,
  deployments: Math.round(pullRequests * 0.6),
  repositories: Math.max(8, Math.round(pullRequests / 25)),
};
/** What comes before this part of 1 is looked at as by the nightly jobs, and not change by change. */
const grownFrom = Number(process.env['RUNNING_GROWN_FROM'] ?? 0);
const seed = Number(process.env['RUNNING_SEED'] ?? Date.now() % 1_000_000);

type Answer = string | { readonly name: string; readonly key: string };

/** Every room's reactions to the changes of others, as the hub has them, in any order, some of them twice. */
function roomsOf(db: Database, random: () => number) {
  const waiting = new Map<string, { name: string; key: string }>();
  const ask = async (_db: Queryable, name: string, key: string): Promise<void> =>
    void waiting.set(`${name} ${key}`, { name, key });
  const maps: readonly Readonly<Record<string, Answer>>[] = [policyReactsTo, traceReactsTo, runningReactsTo];
  const tell = async (_db: Queryable, changes: readonly { kind: string; id: number }[]): Promise<void> => {
    for (const { kind, id } of changes)
      for (const answer of maps.flatMap((map) => map[kind] ?? []))
        if (typeof answer === 'string') await ask(db, answer, String(id));
        else await ask(db, answer.name, answer.key);
  };
  const now = (): Date => new Date();
  const common = { db, now, tell, enqueue: ask };
  const never = async (): Promise<never> => Promise.reject(new Error('nothing is read on demand'));
  const policy = createPolicy({ ...common, announce: async () => undefined, readOnDemand: never });
  const running = createRunning({ db });
  const reactions = [policy, createTrace(common), running].flatMap((room) => room.reactions);
  const handlers = new Map(reactions.map(({ name, handle }) => [name, handle]));
  return {
    running,
    tell,
    /** Answers this share of what is asked for; 1: until nothing is. */
    async react(share: number): Promise<void> {
      do {
        const order = [...waiting].map((one) => ({ one, at: random() })).toSorted((a, b) => a.at - b.at);
        for (const { one } of order.slice(0, Math.ceil(order.length * share))) {
          const [id, { name, key }] = one;
          waiting.delete(id);
          await handlers.get(name)?.(key, new AbortController().signal);
          if (random() < 0.02) waiting.set(id, { name, key });
        }
      } while (share === 1 && waiting.size > 0);
    },
    async nightly(): Promise<void> {
      waiting.clear();
      for (const name of ['policy.everything', 'trace.everything', 'running.everything']) await ask(db, name, '0');
      while (waiting.size > 0)
        for (const [id, { name, key }] of [...waiting].toSorted()) {
          waiting.delete(id);
          await handlers.get(name)?.(key, new AbortController().signal);
        }
      await refreshRows(db, everything);
    },
  };
}

async function grow(db: Database): Promise<void> {
  const random = randomOf(seed);
  await crowd.layGround(db, sizes);
  await layRunningGround(db, sizes);
  const rooms = roomsOf(db, random);
  await rooms.running.startWorking();
  const cuts = grownFrom === 0 ? [0, 0.4, 1] : [0, grownFrom, 1];
  for (const [part, from] of cuts.slice(0, -1).entries()) {
    const kinds = crowd.everyKind.map((kind) => ({ kind, at: random() })).toSorted((a, b) => a.at - b.at);
    const nightly = from < grownFrom;
    for (const { kind } of kinds) {
      const told = await crowd.addPart(db, sizes, { from, to: cuts[part + 1] ?? 1, kinds: [kind] });
      await settleCrowd(db);
      await rooms.tell(db, told);
      if (!nightly) await rooms.react(0.4);
    }
    await db.execute('analyze');
    if (nightly) await rooms.nightly();
    const changed = await crowd.changeCrowd(db, part);
    await settleCrowd(db);
    await rooms.tell(db, changed);
    await rooms.react(0.6);
  }
  await rooms.react(1);
  // Some were not judged yet.
  await db.execute(
    'delete from policy.result_projects p using policy.results r where r.id = p.result_id and r.image_id % 9 = 4',
  );
  await db.execute('delete from policy.results where image_id % 9 = 4');
  const unjudged = await db.query<{ id: number }>('select id from images.images where id % 9 = 4');
  await rooms.tell(
    db,
    unjudged.map(({ id }) => ({ kind: 'verdict', id })),
  );
  await rooms.react(1);
}

const brief = (row: RunningRow): unknown[] => [
  row.deploymentId,
  row.service,
  row.environment.name,
  row.image?.id ?? null,
  row.state,
  row.verdict,
  row.reason,
  row.saidBy,
  row.certainty,
  row.doubt,
  row.commit,
  row.image?.digest ?? null,
  row.runsSince,
  row.failingSince,
  row.newestFactAt,
  row.readAt,
  row.staleSince !== null,
  row.open === null ? null : [row.open.critical, row.open.high, row.open.medium, row.open.low],
  row.criticalsSince,
  row.teams.map(({ id }) => id),
  row.failing
    .map(({ metric, operator, threshold, actualValue, status }) =>
      [metric, operator, threshold, actualValue, status].join(' '),
    )
    .toSorted(),
];
const sorted = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).toSorted();

/** What is asked for, and which rows of the join answer it. */
const questions: readonly [query: Record<string, string>, where: string][] = [
  [{}, 'true'],
  [{ state: 'failed' }, `state = 'failed'`],
  [{ state: 'stale,no_verdict' }, `state in ('stale', 'no_verdict')`],
  [{ state: 'waived,passed' }, `state in ('waived', 'passed')`],
  [{ environment: 'prod,stage' }, `environment in ('prod', 'stage')`],
  [{ type: 'production' }, `environment_type = 'production'`],
  [{ type: 'none', state: 'failed' }, `environment_type is null and state = 'failed'`],
  [{ team: 'team 3' }, `'team 3' = any (teams)`],
  [{ open: 'critical' }, 'critical > 0'],
  [{ open: 'high', environment: 'prod' }, `(critical > 0 or high > 0) and environment = 'prod'`],
  [{ stale: 'true' }, 'is_stale'],
  [{ search: 'app-3' }, `(service like '%app-3%' or repository like '%app-3%')`],
];

it(`says of everything that runs what a join over what people can query says (RUNNING_SEED=${seed})`, {
  timeout: 3_600_000,
}, async () => {
  console.log(`RUNNING_SEED=${seed}`);
  const hub = await testHub({ routes: (of) => createRunning({ db: of }).routes });
  const { db } = hub;
  await grow(db);
  await layTrueRunning(db);
  expect(await wrongRunning(db)).toEqual({ said: [], unsaid: [] });
  const kept = async (): Promise<unknown[]> =>
    db.query(
      `select to_jsonb(v) - 'id' - 'valid_from' as row from running.verdicts v where valid_to is null order by row_key`,
    );
  const grown = await kept();
  await db.execute('truncate running.verdicts');
  await refreshRows(db, everything);
  expect(await kept()).toEqual(grown);
  expect(await wrongRunning(db)).toEqual({ said: [], unsaid: [] });

  const ask = async (query: Record<string, string>): Promise<RunningList> => {
    const { body } = await hub.call('GET', `/api/v1/running?${new URLSearchParams(query)}`, { as: 'viewer' });
    return body as RunningList;
  };
  const all = async (query: Record<string, string>): Promise<RunningRow[]> => {
    const rows: RunningRow[] = [];
    for (let page = 1; ; page += 1) {
      const list = await ask({ pageSize: '500', ...query, page: String(page) });
      rows.push(...list.rows);
      if (list.rows.length === 0 || rows.length >= list.total) return rows;
    }
  };
  for (const [query, where] of questions) {
    const expected = await trueAnswers(db, where);
    const rows = await all(query);
    expect(sorted(rows.map(brief)), JSON.stringify(query)).toEqual(sorted(expected));
    expect((await ask(query)).total).toBe(expected.length);
  }
  const whole = await all({});
  expect((await all({ pageSize: '7' })).map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
  expect((await ask({})).counts).toEqual(await trueCounts(db));
  const said = new Map<string, number>();
  for (const { state, reason, saidBy } of whole)
    said.set(`${state} ${reason} ${saidBy}`, (said.get(`${state} ${reason} ${saidBy}`) ?? 0) + 1);
  console.log(`${whole.length} rows`, Object.fromEntries([...said].toSorted()));
  expect(said.size).toBeGreaterThan(4);
});
