import { afterAll, beforeAll, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { randomOf } from '../../../test/support/random.ts';
import * as world from '../../../test/support/trace-world.ts';
import { rebuildLinks } from './links/rebuild.ts';
import { traceReactions, traceReactsTo } from './reactions.ts';

/** As many orders of arrival; with another seed, others. */
const orders = Number(process.env['TRACE_ORDERS'] ?? 6);
const seed = Number(process.env['TRACE_SEED'] ?? Date.now() % 1_000_000);

let clone: TestDatabase;
beforeAll(async () => {
  clone = await cloneDatabase();
});
afterAll(() => clone?.drop());

type Step = (at: world.World) => Promise<world.Told[]>;
const { at, commitOf, digestOf } = world;

async function change(w: world.World, kind: string, statement: string, values: unknown[] = []): Promise<world.Told[]> {
  const rows = await w.db.query<{ id: number }>(statement, values);
  return rows.map(({ id }) => ({ kind, id: Number(id) }));
}

/** What happens, in threads: what stands in one comes in its order, and threads in any. */
const threads: readonly (readonly Step[])[] = [
  [
    (w) =>
      world.addPullRequest(w, {
        number: '17',
        heads: [
          { commit: commitOf('1'), from: 5, to: 9 },
          { commit: commitOf('2'), from: 9 },
        ],
      }),
    (w) =>
      change(
        w,
        'pull_request_changed',
        `update repositories.pull_requests set state = 'merged', merge_commit = $1, closed_at = $2 where source_key = '17' returning id`,
        [commitOf('3'), at(30)],
      ),
  ],
  [(w) => world.addPullRequest(w, { number: '18', heads: [{ commit: commitOf('4'), from: 12 }] })],
  [
    world.bind,
    (w) => change(w, 'bindings_changed', 'delete from repositories.bindings returning repository_id as id'),
    world.bind,
  ],
  [(w) => world.analyse(w, { commit: commitOf('1'), minute: 6, scope: 'pull_request', branch: '17', gate: 'ERROR' })],
  [(w) => world.analyse(w, { commit: commitOf('2'), minute: 10, scope: 'pull_request', branch: '17' })],
  [
    (w) => world.analyse(w, { commit: commitOf('3'), minute: 31 }),
    (w) =>
      change(w, 'analysis', `update code_quality.analyses set deleted_at = $2 where revision = $1 returning id`, [
        commitOf('3'),
        at(90),
      ]),
  ],
  [
    (w) => world.addImage(w, { letter: 'a', minute: 33, commits: [commitOf('3')] }),
    (w) => world.tag(w, { image: 'a', name: '1.0', minute: 33 }),
    (w) => world.addImage(w, { letter: 'b', minute: 50, commits: [commitOf('4').slice(0, 9)] }),
    (w) => world.tag(w, { image: 'b', name: '1.0', minute: 50 }),
    (w) => world.setEnvironment(w, { environment: 'staging', image: 'a', from: 40, to: 55 }),
    (w) =>
      change(
        w,
        'image_published',
        'update images.images set gone_at = $2 where digest = $1 and integration_id = $3 returning id',
        [digestOf('a'), at(95), w.registries[0]],
      ),
  ],
  [
    (w) =>
      world.addImage(w, {
        letter: 'a',
        minute: 36,
        registry: 1,
        commits: [commitOf('3')],
        trust: 'signed',
        signature: 'verified',
      }),
    (w) =>
      change(
        w,
        'integration',
        `update integrations.integrations set settings = '{"url": "https://other.example.com"}' where name = 'mirror' returning id`,
      ),
  ],
  [
    (w) =>
      world.execute(w, {
        key: 'build-1',
        commit: commitOf('3'),
        start: 31,
        end: 34,
        built: [
          { image: 'registry.example.com/team/ledger', tag: '1.0' },
          { image: 'team/ledger', tag: '1.0', digest: digestOf('a') },
        ],
      }),
  ],
  [
    (w) =>
      world.execute(w, {
        key: 'deploy-1',
        start: 44,
        end: 52,
        deploys: [{ image: 'team/ledger:1.0', start: 45, at: 51 }],
      }),
    (w) =>
      change(
        w,
        'execution',
        `update deployments.deployments set rolled_back = true, rolled_back_at = $1 where source_key = 'deploy-1/ledger' returning execution_id as id`,
        [at(53)],
      ),
  ],
  [(w) => world.execute(w, { key: 'deploy-2', start: 70, end: 72, deploys: [{ image: 'team/ledger:1.0', at: 71 }] })],
  [
    (w) =>
      world.execute(w, {
        key: 'deploy-0',
        start: 20,
        end: 22,
        deploys: [
          { image: 'team/ledger:1.0', at: 21 },
          { service: 'web', at: 22 },
        ],
      }),
    (w) =>
      change(
        w,
        'execution',
        `delete from deployments.deployments where source_key = 'deploy-0/web' returning execution_id as id`,
      ),
  ],
  [
    (w) => world.report(w, { key: 'p1', digest: digestOf('a'), commit: commitOf('3'), at: 41 }),
    (w) =>
      change(
        w,
        'deployment',
        `update deployments.deployments set at = $1, ended_at = $1 where source_key = 'p1' returning id`,
        [at(62)],
      ),
  ],
  [(w) => world.report(w, { key: 'p2', image: 'other.example.com/team/ledger', digest: digestOf('a'), at: 60 })],
  [
    (w) =>
      world.report(w, {
        key: 'p3',
        image: 'registry.example.com/team/ledger:1.0',
        digest: `sha256:${'b'.repeat(63)}0`,
        at: 61,
        status: 'failed',
      }),
  ],
];

const emptied = `truncate integrations.integrations, repositories.repositories, code_quality.projects, images.repositories, deployments.places,
  deployments.executions, deployments.stage_outcomes, policy.environment_images, trace.links, trace.mentions, trace.registry_hosts restart identity cascade`;

/** Every link, and every name that was noted; without the numbers that the order of arrival gives. */
const everything = (w: world.World): Promise<unknown[]> =>
  w.db.query(
    `select owner, owner_id, kind, from_station, from_id, to_station, to_id, to_key, certainty, note, integration_id, stream, record,
            seen_at, valid_from, valid_to, ended_by from trace.links order by 1, 2, 3, 5, 7, 8, 15`,
  );
const mentions = (w: world.World): Promise<unknown[]> =>
  w.db.query('select * from trace.mentions order by owner, owner_id, repository, tag, digest, from_at');
const named = (w: world.World): Promise<unknown[]> =>
  w.db.query(
    `select l.kind, l.record, coalesce(l.to_key, i.source_name, e.source_key, p.source_key) as "to", l.certainty, l.note, l.seen_at, l.valid_from, l.valid_to
       from trace.links l
       left join lateral (select i.repository || '@' || i.digest || ' ' || n.name as source_name from shared.images i join shared.integrations n on n.id = i.integration_id
                           where l.to_station = 'image' and i.id = l.to_id) i on true
       left join shared.harness_executions e on l.to_station = 'execution' and e.id = l.to_id
       left join shared.pull_requests p on l.to_station = 'pull_request' and p.id = l.to_id
      order by 1, 2, 3, 4, 6, 7`,
  );

/** One order of arrival, with reactions at any moment, twice, and in any order. */
async function grow(random: () => number): Promise<world.World> {
  await clone.db.execute(emptied);
  const w = await world.traceWorld(clone.db);
  const waiting = new Map<string, { name: string; key: string }>();
  const ask = (name: string, key: string): void => void waiting.set(`${name} ${key}`, { name, key });
  const reactions = traceReactions({ db: clone.db, enqueue: async (_db, name, key) => ask(name, key) });
  const react = async (): Promise<void> => {
    const [id, wanted] = [...waiting][Math.floor(random() * waiting.size)] ?? [];
    if (id === undefined || wanted === undefined) return;
    waiting.delete(id);
    await reactions.find(({ name }) => name === wanted.name)?.handle(wanted.key, new AbortController().signal);
    if (random() < 0.1) ask(wanted.name, wanted.key);
  };
  const left = threads.map((steps) => [...steps]);
  while (left.some((steps) => steps.length > 0)) {
    const open = left.filter((steps) => steps.length > 0);
    const step = open[Math.floor(random() * open.length)]?.shift();
    for (const { kind, id } of (await step?.(w)) ?? []) ask(traceReactsTo[kind] ?? kind, String(id));
    while (waiting.size > 0 && random() < 0.5) await react();
  }
  while (waiting.size > 0) await react();
  return w;
}

it('makes the same index in any order of arrival, and again from nothing', async () => {
  console.log(`TRACE_SEED=${seed}`);
  let first: unknown[] | undefined;
  for (let order = 0; order < orders; order += 1) {
    const w = await grow(randomOf(seed + order));
    const grown = [await everything(w), await mentions(w)];
    const inWords = await named(w);
    first ??= inWords;
    expect(inWords, `order ${order} of TRACE_SEED=${seed}`).toEqual(first);
    await rebuildLinks(w.db);
    expect(
      [await everything(w), await mentions(w)],
      `looked at again after order ${order} of TRACE_SEED=${seed}`,
    ).toEqual(grown);
    await w.db.execute('truncate trace.links, trace.mentions');
    await rebuildLinks(w.db);
    expect([await everything(w), await mentions(w)], `rebuilt after order ${order} of TRACE_SEED=${seed}`).toEqual(
      grown,
    );
  }
  expect(first?.length).toBeGreaterThan(30);
});
