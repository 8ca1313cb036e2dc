import { expect, it } from 'vitest';
import { ask, paths } from '../../../../bench/insights/check-answers.ts';
import { type Random, seededRandom } from '../../../../bench/insights/random.ts';
import {
  accepted,
  branch,
  fixed,
  issue,
  project,
  sharedStore,
  type SonarqubeStage,
} from '../../../../test/support/sonarqube-stage.ts';
import type { IssueRecord } from '../../../connectors/sonarqube/records.ts';
import { addDays, daysBetween } from '../../../domain/time-buckets.ts';
import type { Database } from '../../../platform/database/index.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import type { Route } from '../../access/index.ts';
import type { SecurityAges, SecurityResolveTimes, SecuritySummary, SecurityTargets } from '../contract.ts';
import { consumeDailyChanges, createInsights, followNodes, rebuildRollups, verifyRollups } from '../index.ts';

/*
 * Random lives of findings, read step by step: created, fixed, reopened, accepted, marked, moved, of another level, gone
 * and back, of projects that go from team to team and are deleted. What the pages say is held against an account that is
 * kept here, of what happened and not of what is stored.
 */
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const runs = Number(process.env['PROPERTY_RUNS'] ?? 3);
const steps = 7;
const start = sharedStore();
const readFrom = '2026-07-01';
const today = '2026-11-20';
const now = new Date(`${today}T10:00:00.000Z`);
const severityOf = { BLOCKER: 'critical', CRITICAL: 'high', MAJOR: 'medium', MINOR: 'low' } as const;
const levels = Object.keys(severityOf) as (keyof typeof severityOf)[];
type Severity = (typeof severityOf)[keyof typeof severityOf];
const severities = Object.values(severityOf);

type Status = 'open' | 'accepted' | 'false_positive' | 'fixed';

interface Life {
  key: string;
  project: string;
  created: string;
  status: Status;
  level: keyof typeof severityOf;
  path: string;
  changedOn: string;
  gone: boolean;
  /** What became of it, and the level it had until then. */
  events: { on: string; status: Status; level: keyof typeof severityOf }[];
}

/** What becomes of one of each run, step by step, so that none of these is left to chance. */
const asTold: readonly Partial<Pick<Life, 'status' | 'path' | 'gone'>>[] = [
  {},
  { path: 'src/moved.js' },
  { status: 'fixed' },
  { status: 'open' },
  { status: 'accepted' },
  { status: 'open' },
  { gone: true },
];

interface Account {
  lives: Life[];
  /** Projects that the server still has, and whose they are. */
  there: Set<string>;
  teamOf: Map<string, string>;
}

const at = (day: string): string => `${day}T08:00:00.000Z`;

function recordOf({ key, project: of, created, status, level, path, changedOn }: Life): IssueRecord {
  const when = at(changedOn);
  const over = {
    open: changedOn === created ? {} : { status: 'REOPENED' as const },
    fixed: fixed(when),
    accepted: accepted(when),
    false_positive: { ...accepted(when), resolution: 'FALSE-POSITIVE', issueStatus: 'FALSE_POSITIVE' },
  }[status];
  const place = { path, component: `${of}:${path}` };
  return issue({ key, severity: level, createdAt: at(created), updatedAt: when, ...place, ...over } as IssueRecord);
}

function become(life: Life, status: Status, on: string): void {
  life.events.push({ on, status, level: life.level });
  life.status = status;
  life.changedOn = on;
}

/** What happens to a finding between two looks. */
function goOn(random: Random, life: Life, on: string): void {
  const chance = random.next();
  if (life.gone) {
    // It comes back as it was, or fixed: what else became of it meanwhile nobody saw.
    life.gone = chance < 0.3;
    if (chance > 0.7 && life.status === 'open') become(life, 'fixed', on);
    return;
  }
  if (chance < 0.35) return;
  if (chance < 0.42) life.gone = true;
  else if (chance < 0.5 && life.status !== 'fixed')
    Object.assign(life, { path: `src/moved-${random.between(1, 9)}.js`, changedOn: on });
  else if (life.status === 'open') {
    if (chance < 0.6) Object.assign(life, { level: random.pick(levels), changedOn: on });
    else become(life, random.pick(['fixed', 'fixed', 'accepted', 'false_positive'] as const), on);
  } else if (life.status === 'fixed' || random.next() < 0.7) become(life, 'open', on);
  else become(life, 'fixed', on);
  // A level may change with anything else.
  if (life.changedOn === on && random.next() < 0.15) life.level = random.pick(levels);
}

function bornOn(random: Random, of: string, on: string, key: string): Life {
  const created = random.next() < 0.5 ? on : addDays(on, -random.between(0, 120));
  const level = random.pick(levels);
  const life: Life = {
    key,
    project: of,
    created,
    status: 'open',
    level,
    path: 'src/a.js',
    changedOn: created,
    gone: false,
    events: [],
  };
  // Some are first seen when they are over already.
  if (created < on && random.next() < 0.3)
    become(
      life,
      random.pick(['fixed', 'accepted'] as const),
      addDays(created, random.between(1, daysBetween(created, on))),
    );
  return life;
}

function goOnAsTold(life: Life, { status, ...rest }: (typeof asTold)[number], on: string): void {
  if (status !== undefined) become(life, status, on);
  Object.assign(life, rest);
  if (rest.path !== undefined) life.changedOn = on;
}

interface Resolved {
  on: string;
  days: number;
  severity: Severity;
}

/** By the words of the documentation: a life begins with creation, and anew when it is open again after an end that counts. */
function resolvedOf(lives: readonly Life[], counts: { accepted: boolean; falsePositive: boolean }): Resolved[] {
  return lives.flatMap(({ created, events }) => {
    const found: Resolved[] = [];
    let status: Status = 'open';
    let since = created;
    let over = false;
    for (const { on, status: next, level } of events) {
      const ends =
        next === 'fixed' ||
        (next === 'accepted' && counts.accepted) ||
        (next === 'false_positive' && counts.falsePositive);
      if (status === 'open' && ends) found.push({ on, days: daysBetween(since, on), severity: severityOf[level] });
      if (next === 'fixed' || (ends && status === 'open')) over = true;
      if (next === 'open' && over) {
        since = on;
        over = false;
      }
      status = next;
    }
    return found.filter(({ on }) => on >= readFrom);
  });
}

/** To the day up to 15, then to an eighth of a doubling, as the page says. */
function shown(days: number | undefined): number | null {
  if (days === undefined) return null;
  if (days < 16) return days;
  const width = 2 ** (Math.floor(Math.log2(days)) - 3);
  return Math.floor(days / width) * width + Math.floor(width / 2);
}

function timesOf(resolved: readonly Resolved[]) {
  const days = resolved.map((one) => one.days).toSorted((a, b) => a - b);
  const rank = (share: number): number | null => shown(days[Math.ceil(days.length * share) - 1]);
  const sum = days.reduce((total, one) => total + one, 0);
  const mean = days.length === 0 ? null : Math.round((10 * sum) / days.length) / 10;
  return { resolved: days.length, mean, median: rank(0.5), p90: rank(0.9) };
}

const targets = { critical: 7, high: 30, medium: 90, low: null } as const;
const ofTeam: Readonly<Record<string, Partial<Record<Severity, number>>>> = { Rome: { high: 10 } };

function standingOf(life: Life, team: string | undefined): 'broken' | 'other' {
  const severity = severityOf[life.level];
  const days = ofTeam[team ?? '']?.[severity] ?? targets[severity];
  return days !== null && daysBetween(life.created, today) > days ? 'broken' : 'other';
}

const bounds = [7, 30, 90, 365];

async function put(routes: readonly Route[], path: string, body: object, id?: number): Promise<void> {
  const found = routes.find((one) => one.method === 'PUT' && one.path === path);
  const actor = { kind: 'local', userId: null, tokenId: null, name: 'ada', role: 'admin' } as const;
  const handle = found?.handle as unknown as (request: object) => Promise<unknown>;
  await handle({ actor, body: found?.body?.parse(body), params: found?.params?.parse({ id: String(id) }) });
}

/** A tree of two teams; who has what is said by {@link give}. */
async function makeTree(db: Database): Promise<Map<string, number>> {
  await db.execute(
    'truncate teams.org_trees, insights.age_targets restart identity cascade; delete from code_quality.resolved_as',
  );
  await db.execute(
    `insert into teams.org_trees (name, levels, filters, automatic, created_by) values ('Sites', '{site}', '[]', false, 'test')`,
  );
  const nodes = new Map<string, number>();
  for (const name of ['Top', 'Rome', 'Berlin']) {
    const { id } = await db.one<{ id: number }>('insert into teams.nodes (tree_id, key) values (1, $1) returning id', [
      name,
    ]);
    const parent = nodes.get('Top') ?? null;
    await db.execute(
      'insert into teams.node_periods (node_id, tree_id, parent_id, name, leaf, depth) values ($1, 1, $2, $3, $4, $5)',
      [id, parent, name, parent !== null, parent === null ? 0 : 1],
    );
    nodes.set(name, id);
  }
  return nodes;
}

async function give(
  db: Database,
  nodes: ReadonlyMap<string, number>,
  teamOf: ReadonlyMap<string, string>,
): Promise<void> {
  await db.execute('update teams.team_projects set valid_to = now() where valid_to is null');
  for (const [key, team] of teamOf)
    await db.execute(
      'insert into teams.team_projects (team_id, project_id) select $1, id from code_quality.projects where source_key = $2',
      [nodes.get(team), key],
    );
}

/** Every figure of ages, targets and times, and the tile, of the organization, of a project and of each node. */
async function compare(
  db: Database,
  {
    routes,
    nodes,
    account,
    hint,
    counts,
  }: {
    routes: readonly Route[];
    nodes: ReadonlyMap<string, number>;
    account: Account;
    hint: string;
    counts: { accepted: boolean; falsePositive: boolean };
  },
): Promise<void> {
  const { lives, there, teamOf } = account;
  const ids = await db.query<{ id: number; key: string }>('select id, source_key as key from code_quality.projects');
  const idOf = new Map(ids.map(({ id, key }) => [key, id]));
  const scopes: [Record<string, string>, (life: Life) => boolean][] = [
    [{}, () => true],
    [{ projects: String(idOf.get('shop')) }, (life) => life.project === 'shop'],
    ...[...nodes].map(([name, id]): [Record<string, string>, (life: Life) => boolean] => [
      { node: String(id) },
      ({ project: of }) => (name === 'Top' ? teamOf.has(of) : teamOf.get(of) === name),
    ]),
  ];
  for (const [query, holds] of scopes) {
    const told = `${hint}, ${JSON.stringify(query)}`;
    const own = lives.filter(holds);
    const open = own.filter((life) => life.status === 'open' && !life.gone && there.has(life.project));
    const { buckets } = await ask<SecurityAges>(routes, paths.ages, query);
    for (const [place, bucket] of buckets.entries()) {
      const aged = open.filter(
        ({ created }) => bounds.filter((bound) => daysBetween(created, today) > bound).length === place,
      );
      const wanted = Object.fromEntries(
        severities.map((one) => [one, aged.filter(({ level }) => severityOf[level] === one).length]),
      );
      expect(bucket.open, `${told} ages ${place}`).toMatchObject({ ...wanted, total: aged.length });
    }
    const tile = await ask<SecuritySummary>(routes, paths.summary, query);
    expect(tile.total.open, told).toBe(open.length);
    const standing = await ask<SecurityTargets>(routes, '/api/v1/insights/security/targets', query);
    const broken = open.filter((life) => standingOf(life, teamOf.get(life.project)) === 'broken').length;
    expect(standing.open, told).toMatchObject({ total: open.length, broken });
    const resolved = resolvedOf(own, counts);
    const times = await ask<SecurityResolveTimes>(routes, paths.resolveTimes, {
      ...query,
      granularity: 'month',
      from: readFrom,
    });
    expect(times.times.all, `${told} times ${JSON.stringify(resolved)}`).toEqual(timesOf(resolved));
    for (const severity of severities)
      expect(times.times[severity], `${told} times ${severity}`).toEqual(
        timesOf(resolved.filter((one) => one.severity === severity)),
      );
    for (const bucket of times.buckets) {
      const within = resolved.filter(({ on }) => on.slice(0, 7) === bucket.from.slice(0, 7));
      expect(bucket.times.all, `${told} ${bucket.from}`).toEqual(timesOf(within));
    }
  }
}

const keys = ['shop', 'bank', 'desk'];

async function readAll(stage: SonarqubeStage, { lives, there }: Account, on: string): Promise<void> {
  const options = { now: new Date(`${on}T12:00:00.000Z`) };
  const projects = keys.filter((key) => there.has(key)).map((key) => project({ key, name: key }));
  await stage.publish([{ stream: 'projects', records: projects }], { ...options, phase: 'discovery' });
  for (const { key } of projects) {
    const records = lives.filter((life) => life.project === key && !life.gone).map(recordOf);
    await stage.publish([{ stream: 'branches', records: [branch()] }], { ...options, project: key });
    await stage.publish([{ stream: 'issues', records }], { ...options, project: key });
  }
}

async function liveThrough(run: number): Promise<void> {
  const random = seededRandom(seed + run);
  const { db, stage } = await start();
  const nodes = await makeTree(db);
  await rebuildRollups(db);
  const { routes } = createInsights({ db, log: silentLog, now: () => now });
  await put(routes, '/api/v1/insights/targets', { targets, warnPercent: 25 });
  await put(routes, '/api/v1/insights/targets/nodes/:id', { targets: ofTeam['Rome'] ?? {} }, nodes.get('Rome'));
  const account: Account = { lives: [], there: new Set(keys), teamOf: new Map() };
  let counts = { accepted: false, falsePositive: false };
  let on = readFrom;
  const ours: Life = {
    ...bornOn(random, 'shop', on, 'as told'),
    created: on,
    changedOn: on,
    status: 'open',
    events: [],
  };
  account.lives.push(ours);
  for (let step = 0; step < steps; step++) {
    const hint = `SEED=${seed}, run ${run}, step ${step} (${on})`;
    // What the server does not have any more is nobody’s; of the first run it is always so.
    const ends = step > 2 && (random.next() < 0.15 || (run === 0 && step === 4));
    if (ends && account.there.delete('desk')) account.teamOf.delete('desk');
    for (const life of account.lives)
      if (life === ours) goOnAsTold(life, asTold[step] ?? {}, on);
      else if (account.there.has(life.project)) goOn(random, life, on);
    for (let born = random.between(1, 5); born > 0; born--) {
      const of = random.pick(keys);
      if (account.there.has(of)) account.lives.push(bornOn(random, of, on, `${step}-${born}`));
    }
    await readAll(stage, account, on);
    if (step === 0) await db.execute('update code_quality.projects set reliable_from = $1', [at(readFrom)]);
    for (const key of account.there)
      if (step === 0 || random.next() < 0.3) account.teamOf.set(key, random.pick(['Rome', 'Berlin']));
    if (step === 3) account.teamOf.set('shop', account.teamOf.get('shop') === 'Rome' ? 'Berlin' : 'Rome');
    await give(db, nodes, account.teamOf);
    await followNodes(db);
    if (random.next() < 0.4) {
      counts = { accepted: random.next() < 0.5, falsePositive: random.next() < 0.5 };
      await put(routes, '/api/v1/insights/resolved', counts);
    }
    const asked = { routes, nodes, account, hint, counts };
    await compare(db, asked);
    if (random.next() < 0.6) {
      await consumeDailyChanges(db);
      await compare(db, { ...asked, hint: `${hint} taken over` });
    }
    on = addDays(on, random.between(1, 20));
  }
  await consumeDailyChanges(db);
  expect(await verifyRollups(db), `SEED=${seed}`).toEqual([]);
}

it('ages, targets and times to resolve of any history are a plain count of what happened', async () => {
  process.stdout.write(`histories: SEED=${seed}\n`);
  for (let run = 0; run < runs; run++) await liveThrough(run);
}, 240_000);
