import { expect, it } from 'vitest';
import { testDatabase } from '../../../../../test/support/database.ts';
import type { Database } from '../../../../platform/database/index.ts';
import { listDeployments } from '../read.ts';
import type { DeploymentStatus } from '../model.ts';
import { DeploymentQuery } from '../contract.ts';
import { DeliveryQuery, type FailureDefinition, LeadTimeQuery, RestoreQuery } from './contract.ts';
import { readDelivery, scopeOf } from './figures.ts';
import { listLeadTimes } from './lead-times.ts';
import { listRestores } from './restores.ts';

const now = new Date('2026-11-30T12:00:00Z');
const day = 86_400_000;
const first = Date.parse('2026-06-01T00:00:00Z');

/** Two services of Harness with one name, one with another, and one that a pipeline reports. */
const services = [
  { integration: 1, scope: 'pay/ledger', key: 'shop', name: 'Shop' },
  { integration: 1, scope: 'pay', key: 'shop', name: 'Shop' },
  { integration: 1, scope: 'pay/ledger', key: 'cart', name: 'Cart' },
  { integration: null, scope: '', key: 'mail', name: 'Mail' },
] as const;
const environments = [
  { name: 'prod', type: 'production' },
  { name: 'prod-eu', type: 'production' },
  { name: 'qa', type: 'pre_production' },
  { name: 'lab', type: null },
] as const;
const statuses: readonly DeploymentStatus[] = ['succeeded', 'failed', 'aborted', 'skipped', 'running', 'unknown'];

interface One {
  service: (typeof services)[number];
  environment: (typeof environments)[number];
  infrastructure: string;
  status: DeploymentStatus;
  rolledBack: boolean;
  takesBack: boolean;
  superseded: boolean;
  commit: string | null;
  at: number;
}

/** Numbers that look drawn, the same for the same seed. */
function drawing(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function world(seed: number, count: number): One[] {
  const draw = drawing(seed);
  const pick = <T>(all: readonly T[]): T => all[draw(all.length)] as T;
  return Array.from({ length: count }, () => ({
    service: pick(services),
    environment: pick(environments),
    infrastructure: pick(['', 'eu']),
    status: pick([...statuses, 'succeeded', 'succeeded', 'failed']),
    rolledBack: draw(8) === 0,
    takesBack: draw(10) === 0,
    superseded: draw(10) === 0,
    commit: draw(3) === 0 ? null : String(draw(9)).repeat(40),
    // Many at the very edges of days.
    at: first + draw(182) * day + pick([0, day - 1, draw(day)]),
  }));
}

async function store(db: Database, all: readonly One[]): Promise<Map<string, number>> {
  for (const table of ['deployments', 'places', 'services', 'levels'])
    await db.execute(`delete from deployments.${table}`);
  const rows = all.map(({ service, environment, ...one }, n) => ({
    ...one,
    n,
    integration: service.integration,
    scope: service.scope,
    key: service.key,
    name: service.name,
    environment: environment.name,
    type: environment.type,
    at: new Date(one.at).toISOString(),
  }));
  await db.execute(
    `with told as (
       select * from jsonb_to_recordset($1::jsonb) as t (n int, integration bigint, scope text, key text, name text, environment text, type text,
              infrastructure text, status text, "rolledBack" boolean, "takesBack" boolean, superseded boolean, commit text, at timestamptz)),
     placed as (
       insert into deployments.places (integration_id, service_scope, service, environment_scope, environment, infrastructure, service_name,
              environment_name, environment_type)
       select distinct integration, scope, key, scope, environment, infrastructure, name, environment, type from told returning *)
     insert into deployments.deployments (source, integration_id, source_key, place_id, status, rolled_back, takes_back, superseded, service_name,
            environment_name, commit, at)
     select case when t.integration is null then 'pushed' else 'harness' end, t.integration, t.n, p.id, t.status, t."rolledBack", t."takesBack",
            t.superseded, t.name, t.environment, t.commit, t.at
       from told t join placed p on p.integration_id is not distinct from t.integration and p.service_scope = t.scope and p.service = t.key
        and p.environment = t.environment and p.infrastructure = t.infrastructure order by t.n`,
    [JSON.stringify(rows)],
  );
  const held = new Map<string, number>();
  for (const { integration, scope, key } of services) {
    if (integration === null) continue;
    const [organization, project = null] = scope.split('/');
    const { id } = await db.one<{ id: number }>(
      `with level as (insert into deployments.levels (integration_id, slice, organization, project) values ($1, $2, $3, $4)
         on conflict (integration_id, slice) do update set slice = excluded.slice returning id)
       insert into deployments.services (integration_id, level_id, source_key, row_hash, tags)
       select $1, id, $5, gen_random_uuid(), '[]' from level returning id`,
      [integration, scope, organization, project, key],
    );
    held.set(`${scope} ${key}`, id);
  }
  return held;
}

interface Asked {
  from: string;
  to: string;
  service?: string | undefined;
  environment?: string | undefined;
  /** Scope and key of the one service that the node has. */
  node?: string | undefined;
}

function outcome(one: One, { rolledBackFails, abortedFails, supersededCounts }: FailureDefinition) {
  if (one.takesBack || (one.superseded && !supersededCounts)) return null;
  if (one.status === 'failed' || (rolledBackFails && one.rolledBack) || (abortedFails && one.status === 'aborted'))
    return 'failed';
  return one.status === 'succeeded' ? 'successful' : null;
}

const within = (one: One, { service, environment, node }: Asked): boolean =>
  (service === undefined || one.service.name === service) &&
  (environment === undefined ? one.environment.type === 'production' : one.environment.name === environment) &&
  (node === undefined || `${one.service.scope} ${one.service.key}` === node);

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Counted from the deployments one by one, without the database. */
function plain(all: readonly One[], asked: Asked, definition: FailureDefinition) {
  const ordered = all.map((one, n) => ({ ...one, n })).toSorted((a, b) => a.at - b.at || a.n - b.n);
  const of = ordered.filter((one) => within(one, asked) && outcome(one, definition) !== null);
  const inside = (at: number): boolean => dayOf(at) >= asked.from && dayOf(at) <= asked.to;
  const count = (wanted: string): number =>
    of.filter((one) => inside(one.at) && outcome(one, definition) === wanted).length;
  const delivered = new Set<string>();
  let repeated = 0;
  let firsts = 0;
  const broken = new Map<string, number>();
  let restored = 0;
  for (const one of of) {
    const service = `${one.service.integration} ${one.service.scope} ${one.service.key}`;
    const place = `${service} ${one.environment.name} ${one.infrastructure}`;
    if (outcome(one, definition) === 'failed') {
      if (!broken.has(place)) broken.set(place, one.at);
      continue;
    }
    if (broken.delete(place) && inside(one.at)) restored += 1;
    const commit = `${service} ${one.commit ?? one.n}`;
    if (inside(one.at) && delivered.has(commit)) repeated += 1;
    else if (inside(one.at)) firsts += 1;
    delivered.add(commit);
  }
  const since = of[0]?.at;
  const known = Array.from({ length: 400 }, (_nothing, n) => dayOf(first + n * day)).filter(
    (one) => since !== undefined && one >= dayOf(since) && one >= asked.from && one <= asked.to,
  );
  return {
    successful: count('successful'),
    failed: count('failed'),
    days: known.length,
    restored,
    open: [...broken.values()].filter(inside).length,
    repeated,
    firsts,
  };
}

const definitions = [0, 3, 5, 6].map((n) => ({
  rolledBackFails: (n & 1) === 0,
  abortedFails: (n & 2) !== 0,
  supersededCounts: (n & 4) !== 0,
}));

const oneDay = '2026-09-07';
const ranges: [string, string][] = [
  ['2026-06-01', '2026-11-30'],
  ['2026-06-01', '2026-08-19'],
  ['2026-08-20', '2026-11-30'],
];

it('delivery figures are a plain count: by service, environment, node and range, and their parts are together the whole', async () => {
  const db = await testDatabase();
  for (const [n, definition] of definitions.entries()) {
    const all = world(n + 1, 220);
    const held = await store(db, all);
    await db.execute('delete from deployments.settings');
    await db.execute(
      `insert into deployments.settings (rolled_back_fails, aborted_fails, superseded_counts, changed_by) values ($1, $2, $3, 'test')`,
      [definition.rolledBackFails, definition.abortedFails, definition.supersededCounts],
    );
    const nodes = [...held.keys()];
    const heldBy = async (_db: unknown, node: number): Promise<number[]> => [held.get(nodes[node - 1] ?? '') ?? 0];
    const around = { now, heldBy };
    const figures = async ({ node, ...asked }: Asked, granularity: 'week' | 'month' | 'quarter' = 'week') => {
      const own = { ...asked, granularity, node: node === undefined ? undefined : nodes.indexOf(node) + 1 };
      const query = { service: own.service, environment: own.environment, node: own.node };
      const delivery = await readDelivery(db, DeliveryQuery.parse(own), around);
      const should = plain(all, { ...asked, node }, definition);
      const { frequency, changeFailure, restore, leadTime, buckets, days } = delivery;
      const { noCommit, notAnalysed, analysedAfter } = leadTime.unlinked;
      expect({
        successful: frequency.successful,
        failed: changeFailure.failed,
        days,
        restored: restore.restored,
        open: restore.open,
        repeated: leadTime.repeated,
        firsts: leadTime.linked + noCommit + notAnalysed + analysedAfter,
      }).toEqual(should);
      // Whatever the parts are, they are the whole.
      const sum = (name: 'successful' | 'failed' | 'restored' | 'linked'): number =>
        buckets.reduce((total, one) => total + (one[name] ?? 0), 0);
      expect([sum('successful'), sum('failed'), sum('restored'), sum('linked')]).toEqual([
        should.successful,
        should.failed,
        should.restored,
        leadTime.linked,
      ]);
      expect([changeFailure.total, should.firsts + should.repeated]).toEqual([
        should.successful + should.failed,
        should.successful,
      ]);
      expect(frequency.aDay.values).toBe(days);
      if (days > 0) expect(frequency.aDay.mean).toBeCloseTo(should.successful / days);
      // The rows behind them are as many.
      const range = { from: `${asked.from}T00:00:00.000Z`, to: new Date(Date.parse(asked.to) + day).toISOString() };
      for (const wanted of ['successful', 'failed'] as const) {
        const where = query.environment === undefined ? { type: ['production'] } : {};
        const list = DeploymentQuery.parse({ ...range, ...query, ...where, outcome: wanted });
        expect((await listDeployments(db, list, heldBy)).total, wanted).toBe(should[wanted]);
      }
      const scope = await scopeOf(db, DeliveryQuery.parse(own), around);
      for (const state of ['restored', 'open'] as const)
        expect((await listRestores(db, scope, RestoreQuery.parse({ state }) as never)).total).toBe(should[state]);
      const repeats = LeadTimeQuery.parse({ state: 'repeated' });
      expect((await listLeadTimes(db, scope, repeats)).total).toBe(should.repeated);
      return should;
    };
    const adds = async (whole: Asked, parts: readonly Asked[]): Promise<void> => {
      const [one, ...others] = await Promise.all([whole, ...parts].map((asked) => figures(asked)));
      for (const name of ['successful', 'failed', 'restored'] as const)
        expect(
          others.reduce((sum, part) => sum + part[name], 0),
          name,
        ).toBe(one?.[name]);
    };
    const [[from, to] = ['', '']] = ranges;
    await adds(
      { from, to },
      ranges.slice(1).map(([start, end]) => ({ from: start, to: end })),
    );
    await adds(
      { from, to },
      ['Shop', 'Cart', 'Mail'].map((service) => ({ from, to, service })),
    );
    await adds(
      { from, to, service: 'Shop' },
      nodes.slice(0, 2).map((node) => ({ from, to, service: 'Shop', node })),
    );
    await adds(
      { from, to },
      ['prod', 'prod-eu'].map((environment) => ({ from, to, environment })),
    );
    for (const environment of ['qa', 'lab']) await figures({ from, to, environment });
    for (const granularity of ['month', 'quarter'] as const) await figures({ from, to }, granularity);
    await figures({ from: oneDay, to: oneDay });
  }
}, 120_000);
