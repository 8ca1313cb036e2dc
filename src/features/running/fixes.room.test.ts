import { describe, expect, it } from 'vitest';
import { silentLog } from '../../platform/telemetry/index.ts';
import { seeingOnly, visibleRows } from '../../platform/database/index.ts';
import { applyVisibleRows } from '../../schema.ts';
import { randomOf } from '../../../test/support/random.ts';
import { runningStage, type RunningStage, world } from '../../../test/support/running-stage.ts';
import { type FixesList, FixesQuery, type FixRow } from './contract.ts';
import { listFixes } from './reading/fixes.ts';

const { at, commitOf, digestOf } = world;

const ask = ({ hub }: RunningStage, query: object = {}): Promise<FixesList> =>
  listFixes(hub.db, FixesQuery.parse(query));
const brief = ({ rows }: FixesList): (string | number | null)[][] =>
  rows.map(({ service, environment, state, seconds }) => [service, environment.name, state, seconds]);

/** An image of a commit, whose main branch was analysed at that minute. */
async function built({ w }: RunningStage, letter: string, minute: number, { analysed = true } = {}): Promise<void> {
  if (analysed) await world.analyse(w, { commit: commitOf(letter), minute });
  await world.addImage(w, { letter, minute: minute + 1, commits: [commitOf(letter)] });
}

const deploy = ({ w }: RunningStage, letter: string, minute: number): Promise<unknown> =>
  world.report(w, { key: `d${minute}`, service: 'web', at: minute, digest: digestOf(letter) });

const fix = ({ hub }: RunningStage, id: number, minute: number): Promise<unknown> =>
  hub.db.execute("update code_quality.findings set state = 'fixed', period_to = $2, closed_at = $2 where id = $1", [
    id,
    at(minute),
  ]);

describe('the time from a vulnerability to the deployment of its fix', () => {
  it('runs until an image comes whose commit is proven not to have it, and what was said stays', async () => {
    const stage = await runningStage();
    await built(stage, '3', 31);
    const found = await stage.finding({ from: 10 });
    await deploy(stage, '3', 51);
    await stage.settle();
    expect(brief(await ask(stage))).toEqual([['web', 'prod', 'open', null]]);
    await fix(stage, found, 60);
    await built(stage, '4', 61);
    await stage.settle();
    expect((await ask(stage)).rows).toMatchObject([
      {
        state: 'waiting',
        severity: 'critical',
        detectedAt: at(10).toISOString(),
        fixedAt: at(60).toISOString(),
        deployedAt: null,
      },
    ]);
    expect((await stage.ask()).rows).toMatchObject([
      { criticalFixes: { running: 1, waiting: 1, detectedAt: at(10).toISOString(), fixedAt: at(60).toISOString() } },
    ]);
    // A commit that was not analysed proves nothing.
    await built(stage, '5', 65, { analysed: false });
    await deploy(stage, '5', 70);
    await stage.settle();
    expect(await ask(stage)).toMatchObject({
      rows: [{ state: 'unknown' }],
      images: { known: 0, unknown: 1 },
      figures: { unknown: 1, deployed: 0 },
    });
    await deploy(stage, '4', 75);
    await stage.settle();
    const { rows, figures, since } = await ask(stage);
    expect(rows).toMatchObject([{ state: 'deployed', deployedAt: at(75).toISOString(), seconds: 65 * 60 }]);
    expect(figures).toMatchObject({
      deployed: 1,
      meanSeconds: 3900,
      medianSeconds: 3900,
      p90Seconds: 3900,
      waiting: 0,
      oldestAt: null,
    });
    expect(since).toBe(at(51).toISOString());
    expect((await stage.ask()).rows).toMatchObject([{ criticalFixes: null }]);
    const history = await stage.hub.db.query<{ state: string; ended: boolean }>(
      'select state, valid_to is not null as ended from running.fixes order by id',
    );
    expect(history).toEqual([
      { state: 'open', ended: true },
      { state: 'waiting', ended: true },
      { state: 'unknown', ended: true },
      { state: 'deployed', ended: false },
    ]);
    await stage.settle();
    expect(await stage.hub.db.query('select from running.fixes')).toHaveLength(4);
  });

  it('is not ended by what people accepted, and begins again where the vulnerable image is deployed again', async () => {
    const stage = await runningStage();
    await built(stage, '3', 31);
    const found = await stage.finding({ from: 10, fixed: 60 });
    const accepted = await stage.finding({ from: 10 });
    await built(stage, '4', 61);
    await deploy(stage, '3', 51);
    await deploy(stage, '4', 75);
    await stage.settle();
    await stage.hub.db.execute(
      "update code_quality.findings set state = 'accepted', counted_state = 'accepted' where id = $1",
      [accepted],
    );
    await stage.settle();
    const states = async (): Promise<string[]> =>
      (await ask(stage)).rows.map(({ finding, state }) => `${finding.id === found ? 'fixed' : 'accepted'} ${state}`);
    expect(await states()).toEqual(['fixed deployed', 'accepted accepted']);
    await deploy(stage, '3', 80);
    await stage.settle();
    expect(await states()).toEqual(['fixed waiting', 'accepted accepted']);
  });

  it('is of environments, too, whose images were set; while any of them has it, it runs', async () => {
    const stage = await runningStage();
    await built(stage, '3', 31);
    await stage.finding({ from: 10, fixed: 60 });
    await built(stage, '4', 61);
    await world.setEnvironment(stage.w, { environment: 'edge', image: '3', from: 40 });
    await world.setEnvironment(stage.w, { environment: 'edge', image: '4', from: 70 });
    await stage.settle();
    expect(brief(await ask(stage))).toEqual([['team/ledger', 'edge', 'waiting', null]]);
    await stage.hub.db.execute(
      `update policy.environment_images set valid_to = $1 where image_id = (select id from images.images where digest = $2)`,
      [at(90), digestOf('3')],
    );
    await stage.settle();
    expect(brief(await ask(stage))).toEqual([['team/ledger', 'edge', 'deployed', 80 * 60]]);
  });

  it('is told nobody who does not see the project', async () => {
    const stage = await runningStage();
    await built(stage, '3', 31);
    await stage.finding({ from: 10 });
    await world.setEnvironment(stage.w, { environment: 'edge', image: '3', from: 40 });
    await stage.settle();
    const { db } = stage.hub;
    await applyVisibleRows(db, silentLog);
    const images = (await db.query<{ id: number }>('select id from images.repositories')).map(({ id }) => id);
    const kinds = (projects: number[]) =>
      visibleRows((kind) => (({ images, projects }) as Record<string, number[]>)[kind] ?? []);
    expect((await seeingOnly(kinds([stage.w.project]), () => ask(stage))).total).toBe(1);
    expect(await seeingOnly(kinds([]), () => ask(stage))).toMatchObject({
      total: 0,
      figures: { open: 0 },
      since: null,
    });
  });
});

const seed = Number(process.env['RUNNING_SEED'] ?? Date.now() % 1_000_000);

interface Vulnerability {
  from: number;
  fixed: number | undefined;
  accepted: boolean;
  critical: boolean;
}

/** By hand: what the last thing that had it, and what came after, come to. */
function plainly(
  one: Vulnerability,
  ran: readonly { minute: number; analysedAt: number | undefined }[],
): { state: FixRow['state']; seconds: number | null } | undefined {
  const has = ran.map(({ analysedAt }) =>
    analysedAt === undefined
      ? undefined
      : one.from <= analysedAt && (one.fixed === undefined || one.fixed > analysedAt),
  );
  const last = has.lastIndexOf(true);
  if (last === -1) return undefined;
  if (one.accepted) return { state: 'accepted', seconds: null };
  if (last === ran.length - 1) return { state: one.fixed === undefined ? 'open' : 'waiting', seconds: null };
  const next = has.findIndex((it, place) => place > last && it === false);
  const then = ran[next];
  return then === undefined
    ? { state: 'unknown', seconds: null }
    : { state: 'deployed', seconds: Math.max(0, then.minute - one.from) * 60 };
}

const quantile = (sorted: readonly number[], part: number): number => {
  const place = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return low + (high - low) * (place - Math.floor(place));
};

it(`equals a plain count over random deployments (RUNNING_SEED=${seed})`, async () => {
  const random = randomOf(seed);
  const upTo = (most: number): number => Math.floor(random() * most);
  const stage = await runningStage();
  const letters = [...'123456789'];
  const analysedAt = new Map<string, number | undefined>();
  for (const [place, letter] of letters.entries()) {
    const minute = 20 + place * 20 + upTo(15);
    const analysed = random() < 0.8;
    analysedAt.set(letter, analysed ? minute : undefined);
    if (analysed) await world.analyse(stage.w, { commit: commitOf(letter), minute });
  }
  const found: (Vulnerability & { id: number })[] = [];
  for (let nth = 0; nth < 40; nth += 1) {
    const from = upTo(180);
    const accepted = random() < 0.1;
    const fixed = !accepted && random() < 0.7 ? from + 1 + upTo(120) : undefined;
    const critical = random() < 0.5;
    const id = await stage.finding({
      from,
      ...(fixed === undefined ? {} : { fixed }),
      state: accepted ? 'accepted' : 'open',
      level: critical ? 'BLOCKER' : 'HIGH',
    });
    found.push({ id, from, fixed, accepted, critical });
  }
  const expected: { place: string; id: number; critical: boolean; state: FixRow['state']; seconds: number | null }[] =
    [];
  for (const environment of ['prod', 'staging'])
    for (const service of ['web', 'job', 'ledger']) {
      const minutes = [...new Set(Array.from({ length: 2 + upTo(6) }, () => 40 + upTo(300)))].toSorted((a, b) => a - b);
      const ran = minutes.map((minute) => ({ minute, letter: letters[upTo(letters.length)] ?? '1' }));
      for (const { minute, letter } of ran)
        await world.report(stage.w, {
          key: `${environment} ${service} ${minute}`,
          service,
          environment,
          at: minute,
          image: null,
          commit: commitOf(letter),
        });
      const spans = ran.map(({ minute, letter }) => ({ minute, analysedAt: analysedAt.get(letter) }));
      for (const one of found) {
        const said = plainly(one, spans);
        if (said !== undefined)
          expected.push({ place: `${environment} ${service}`, id: one.id, critical: one.critical, ...said });
      }
    }
  await stage.settle();
  const answer = await ask(stage, { pageSize: 500 });
  const line = (place: string, id: number, state: string, seconds: number | null): string =>
    [place, id, state, seconds].join(' ');
  expect(
    answer.rows
      .map(({ environment, service, finding, state, seconds }) =>
        line(`${environment.name} ${service}`, finding.id, state, seconds),
      )
      .toSorted(),
  ).toEqual(expected.map(({ place, id, state, seconds }) => line(place, id, state, seconds)).toSorted());
  const figuresOf = (own: typeof expected): object => {
    const took = own.flatMap(({ seconds }) => seconds ?? []).toSorted((a, b) => a - b);
    const inState = (state: string): number => own.filter((one) => one.state === state).length;
    const whole = (value: number): number | null => (took.length === 0 ? null : value);
    return {
      deployed: took.length,
      meanSeconds: whole(took.reduce((sum, one) => sum + one, 0) / took.length),
      medianSeconds: whole(quantile(took, 0.5)),
      p90Seconds: whole(quantile(took, 0.9)),
      open: inState('open'),
      waiting: inState('waiting'),
      unknown: inState('unknown'),
    };
  };
  const near = (all: FixesList['figures']): object => {
    const { deployed, meanSeconds, medianSeconds, p90Seconds, open, waiting, unknown } = all;
    return { deployed, meanSeconds, medianSeconds, p90Seconds, open, waiting, unknown };
  };
  const rounded = (figures: object): object =>
    Object.fromEntries(
      Object.entries(figures).map(([name, value]) => [name, value === null ? null : Math.round(value as number)]),
    );
  expect(rounded(near(answer.figures))).toEqual(rounded(figuresOf(expected)));
  for (const { service, environment, ...figures } of answer.places)
    expect([service, environment.name, rounded(near(figures))]).toEqual([
      service,
      environment.name,
      rounded(figuresOf(expected.filter(({ place }) => place === `${environment.name} ${service}`))),
    ]);
  const critical = await ask(stage, { severity: 'critical', environment: 'prod' });
  expect(rounded(near(critical.figures))).toEqual(
    rounded(figuresOf(expected.filter((one) => one.critical && one.place.startsWith('prod ')))),
  );
  const { n } = await stage.hub.db.one<{ n: number }>(
    "select count(*) as n from data.running_fixes where is_current and state = 'deployed'",
  );
  expect(n).toBe(answer.figures.deployed);
});
