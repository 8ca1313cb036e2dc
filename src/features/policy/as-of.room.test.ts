import { describe, expect, it } from 'vitest';
import { testHub } from '../../../test/support/hub.ts';
import { policyDriver } from '../../../test/support/policy-events.ts';
import { administrator, policyStage, storedCommit } from '../../../test/support/policy-stage.ts';
import { randomOf } from '../../../test/support/random.ts';
import type { BriefVerdict, JudgedAnswer, MappingAnswer, ResultRow, VerdictAnswer } from './contract.ts';
import { evaluateNow } from './evaluate.ts';
import { addMapping, listMappings, removeMapping } from './mappings/mappings.ts';
import { defaultSettings, type PolicySettings } from './model.ts';
import { evaluateOnDemand } from './on-demand.ts';
import { evaluateAsOf } from './reading/as-of.ts';
import { readBrieflyThen } from './reading/briefly-then.ts';
import { listResults, pageSize, readBriefly } from './reading/overview.ts';
import { readVerdicts } from './reading/read-verdicts.ts';
import { policyRoutes } from './routes.ts';
import { changeSettings } from './settings.ts';
import { readSettings } from './store/settings.ts';
import { addWaiver, withdrawWaiver } from './waivers/waivers.ts';

/** Moments at which is asked; with another seed, others. */
const moments = Number(process.env['POLICY_MOMENTS'] ?? 25);
const seed = Number(process.env['POLICY_SEED'] ?? Date.now() % 1_000_000);

const stage = policyStage();
const host = (): string => new URL(stage().registry.url).host;
const named = (tag: string): string => `${host()}/team/checkout:${tag}`;

/** Now, as exactly as the database tells times apart. */
async function clock(): Promise<string> {
  const { at } = await stage().db.one<{ at: string }>(
    `select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`,
  );
  return at;
}

const asOf = async (at: string, ...images: string[]): Promise<JudgedAnswer[]> =>
  evaluateAsOf(stage().db, { images, asOf: at });

/** What is worked out when it is read, and what is asked about the present alone, is not of a time. */
function said({ platforms, ...verdict }: VerdictAnswer & Partial<JudgedAnswer>): unknown {
  const { asOf: _asOf, ...rest } = verdict as JudgedAnswer;
  return { ...rest, platforms: platforms.map((platform) => ({ ...platform, hints: [] })) };
}

const unknown = (verdict: JudgedAnswer): boolean => ['IMAGE_UNKNOWN', 'nothing_said_then'].includes(verdict.reason);
const mapping = ({ projects, ...rest }: MappingAnswer): unknown => ({
  ...rest,
  projects: projects.map(({ projectKey, directory, integration }) => [projectKey, directory, integration?.id ?? null]),
});

async function list(at?: string): Promise<unknown[]> {
  const rows: ResultRow[] = [];
  for (let page = 1; ; page += 1) {
    const found = await listResults(stage().db, { page, ...(at !== undefined && { asOf: at }) });
    rows.push(...found.results);
    expect(found.total).toBeGreaterThanOrEqual(rows.length);
    if (found.results.length < pageSize) return rows.map(({ now: _now, ...row }) => row);
  }
}

const byImage = (verdicts: readonly BriefVerdict[]): BriefVerdict[] =>
  verdicts.toSorted((one, other) => one.imageId - other.imageId);

interface Entry {
  at: string;
  list: unknown[];
  byDigest: Map<string, unknown>;
  byTag: unknown[];
  mappings: Map<number, unknown>;
  settings: PolicySettings;
  brief: BriefVerdict[];
}

describe('what was said before', () => {
  it(`is at any later time what was said then (POLICY_SEED=${seed})`, { timeout: 3_600_000 }, async () => {
    console.log(`POLICY_SEED=${seed} POLICY_MOMENTS=${moments}`);
    const { db } = stage();
    // A waiver that expires does so by the clock, and is never written over.
    const driver = policyDriver(stage(), randomOf(seed), { without: ['a waiver ends'] });
    const tags = ['team/checkout', 'team/api'].flatMap((name) =>
      ['1', '2', '3'].map((tag) => `${host()}/${name}:${tag}`),
    );
    const log: Entry[] = [];
    const different = (): number => new Set(log.map(({ list: rows }) => JSON.stringify(rows))).size;
    // However few of the draws change what is said: it goes on until enough did.
    for (let moment = 0; moment < moments || different() <= moments / 4; moment += 1) {
      for (let happening = 0; happening < 3; happening += 1) await driver.event();
      if (driver.random() < 0.2) {
        const open = await db.maybeOne<{ id: number }>('select id from policy.waivers where ended_at is null limit 1');
        if (open !== undefined) await withdrawWaiver(db, administrator, open.id);
      }
      // As a listing of the registry leaves them behind: no tag points to what is gone, and what has no tag has none since when.
      await db.execute(
        `update images.tag_periods t set to_at = now() from images.images i where i.id = t.image_id and t.to_at is null and i.gone_at is not null`,
      );
      await db.execute(
        `update images.images i set untagged_at = case when exists (select from images.tag_periods t where t.image_id = i.id and t.to_at is null) then null else now() end`,
      );
      await driver.react(driver.random() < 0.7);
      const ask = (): Promise<VerdictAnswer[]> =>
        evaluateOnDemand(
          stage().onDemand,
          { images: tags, stored: true, credentials: [] },
          new AbortController().signal,
        );
      // Whoever asks has judged what was not judged yet; what is asked then is written nowhere.
      await ask();
      const at = await clock();
      const verdicts = await readVerdicts(db, await driver.images());
      log.push({
        at,
        list: await list(),
        byDigest: new Map(
          verdicts.map((verdict) => [`${host()}/${verdict.image.repository}@${verdict.image.digest}`, said(verdict)]),
        ),
        byTag: (await ask()).map((verdict) => (unknown(verdict) ? null : said(verdict))),
        mappings: new Map((await listMappings(db)).map((one) => [one.id, mapping(one)])),
        settings: await readSettings(db),
        brief: byImage(await readBriefly(db, await driver.images())),
      });
    }
    for (const { at, list: rows, byDigest, byTag, mappings, settings, brief } of log) {
      const why = `seed ${seed}, ${at}`;
      expect(await list(at), why).toEqual(rows);
      expect((await listResults(db, { page: 1, asOf: at })).asOf?.settings, why).toEqual(settings);
      expect(byImage(await readBrieflyThen(db, await driver.images(), at)), why).toEqual(brief);
      const digests = await asOf(at, ...byDigest.keys());
      const reference = (verdict: JudgedAnswer): unknown =>
        said({ ...verdict, image: { ...verdict.image, reference: '' } });
      expect(digests.map(reference), why).toEqual(
        [...byDigest.values()].map((one) => {
          const verdict = one as VerdictAnswer;
          return { ...verdict, image: { ...verdict.image, reference: '' } };
        }),
      );
      for (const found of digests.flatMap((verdict) => verdict.asOf?.mappings ?? []))
        expect(mapping(found), why).toEqual(mappings.get(found.id));
      expect(
        (await asOf(at, ...tags)).map((verdict) => (unknown(verdict) ? null : said(verdict))),
        why,
      ).toEqual(byTag);
    }
  });

  it('stands beside what is said now where that differs: verdict, conditions, waiver, tag', async () => {
    const { db, analyse, takeIn, evaluate } = stage();
    await analyse({ gate: 'ERROR', coverage: '42.0' });
    const image = await takeIn('min-v1');
    await evaluate(image);
    const failing = await clock();
    const expiresAt = new Date(Date.now() + 86_400_000);
    const waiver = await addWaiver(
      db,
      administrator,
      { imageId: image, scope: 'image', reason: 'for a day', expiresAt },
      new Date(),
    );
    const waived = await clock();
    await withdrawWaiver(db, administrator, waiver.id);
    const withdrawn = await clock();
    await db.execute(`update code_quality.analyses set gate_status = 'OK', changed_at = now()`);
    await db.execute(`update code_quality.gate_conditions set status = 'OK', actual_value = '90.0'`);
    await evaluate(image);
    const passing = await clock();

    const at = async (time: string) => (await asOf(time, named('min-v1')))[0];
    const then = await at(failing);
    expect(then).toMatchObject({ status: 'failed', reason: 'GATE_FAILED', waiver: null, asOf: { at: failing } });
    expect(then?.platforms[0]?.projects[0]?.analysis?.conditions).toMatchObject([
      { actualValue: '42.0', status: 'ERROR' },
    ]);
    expect(then?.asOf?.now).toMatchObject({ status: 'passed', reason: 'GATES_PASSED' });
    expect(await at(waived)).toMatchObject({
      status: 'failed',
      waiver: { author: 'Ada', inForce: true, endedAt: null },
    });
    expect(await at(withdrawn)).toMatchObject({ status: 'failed', waiver: null });
    expect(await at(passing)).toMatchObject({ status: 'passed', asOf: { now: null } });

    const rows = await listResults(db, { page: 1, asOf: waived, status: ['waived'] });
    expect(rows).toMatchObject({
      total: 1,
      results: [{ status: 'failed', waived: true, now: { status: 'passed', waived: false } }],
      asOf: { at: waived, nothingSaid: null },
    });
    expect((await listResults(db, { page: 1, asOf: passing })).results).toMatchObject([
      { status: 'passed', now: null },
    ]);
  });

  it('is what a tag pointed to then', async () => {
    const { db, analyse, takeIn, evaluate } = stage();
    await analyse();
    const first = await takeIn('min-v1');
    await evaluate(first);
    const before = await clock();
    await db.execute('update images.tag_periods set to_at = now()');
    const [then] = await asOf(before, named('min-v1'));
    expect(then).toMatchObject({ status: 'passed', image: { id: first, tags: ['min-v1'] } });
    expect((await asOf(before, `${host()}/team/*:min-*`)).map(({ status }) => status)).toEqual(['passed']);
    const [after] = await asOf(await clock(), named('min-v1'));
    expect(after).toMatchObject({
      status: 'no_data',
      reason: 'nothing_said_then',
      asOf: { now: { reason: 'IMAGE_UNKNOWN' } },
    });
    const [platform] = then?.platforms ?? [];
    const one = await evaluateAsOf(db, {
      images: [`${host()}/team/checkout@${platform?.digest}`, named('min-v1')],
      platform: platform?.platform ?? '',
      asOf: before,
    });
    expect(one.map(({ status, platforms }) => [status, platforms.length])).toEqual([
      ['passed', 1],
      ['passed', 1],
    ]);
  });

  it('names the mappings in force then', async () => {
    const { db, analyse, takeIn, evaluate } = stage();
    await analyse();
    const image = await takeIn('min-v1');
    const rules = { db, ruleChanged: async () => undefined };
    const projects = [{ projectKey: 'checkout', integration: null, directory: null }];
    const rule = await addMapping(rules, administrator, { images: 'team/*', projects });
    await addMapping(rules, administrator, { images: 'other/*', projects });
    await evaluate(image);
    const mapped = await clock();
    await removeMapping(rules, administrator, rule.id);
    await evaluate(image);
    const names = async (at: string) =>
      (await asOf(at, named('min-v1')))[0]?.asOf?.mappings.map(({ images }) => images);
    expect(await names(mapped)).toEqual(['team/*']);
    expect(await names(await clock())).toEqual([]);
  });

  it('names the settings by which images were judged then', async () => {
    const { db, analyse, takeIn, evaluate } = stage();
    const strict = { ...defaultSettings, allowDirty: true };
    await analyse();
    const image = await takeIn('min-v1');
    await evaluate(image);
    const first = await clock();
    await changeSettings(db, administrator, { settings: strict, changed: async () => undefined });
    const second = await clock();
    await changeSettings(db, administrator, { settings: defaultSettings, changed: async () => undefined });
    const third = await clock();
    const settingsOf = async (at: string): Promise<unknown[]> => [
      (await asOf(at, named('min-v1')))[0]?.asOf?.settings,
      (await listResults(db, { page: 1, asOf: at })).asOf?.settings,
    ];
    expect(await settingsOf(first)).toEqual([defaultSettings, defaultSettings]);
    expect(await settingsOf(second)).toEqual([strict, strict]);
    expect(await settingsOf(third)).toEqual([defaultSettings, defaultSettings]);
    // Which they were before the first that is known of, nobody can tell.
    await db.execute(
      `update policy.past_settings set settings = null where valid_to = (select min(valid_to) from policy.past_settings)`,
    );
    expect(await settingsOf(second)).toEqual([null, null]);
  });

  it('is nothing before the first record, and says so: what is said now is no answer', async () => {
    const { db, analyse, takeIn, evaluate } = stage();
    await analyse();
    const image = await takeIn('min-v1');
    const early = await clock();
    const unjudged = await asOf(early, `${host()}/team/*`);
    expect(unjudged.map(({ reason, asOf: beside }) => [reason, beside?.now?.reason])).toEqual([
      ['nothing_said_then', 'IMAGE_UNKNOWN'],
    ]);
    await evaluate(image);
    const references = [named('min-v1'), named('never'), `${host()}/team/*`];
    for (const verdict of await asOf(early, ...references))
      expect(verdict).toMatchObject({ status: 'no_data', reason: 'nothing_said_then', since: null, platforms: [] });
    expect((await asOf(early, ...references)).map((verdict) => verdict.asOf?.now?.reason)).toEqual([
      'GATES_PASSED',
      'IMAGE_UNKNOWN',
      'GATES_PASSED',
    ]);
    expect(await listResults(db, { page: 1, asOf: early })).toMatchObject({
      total: 0,
      results: [],
      asOf: { at: early, nothingSaid: { code: 'nothing_said_then' } },
    });
    const filtered = await listResults(db, { page: 1, asOf: await clock(), status: ['failed'] });
    expect(filtered).toMatchObject({ total: 0, asOf: { nothingSaid: null } });
  });

  it('is never told of a time that is still to come', async () => {
    const future = new Date(Date.now() + 3_600_000).toISOString();
    await expect(asOf(future, named('min-v1'))).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(listResults(stage().db, { page: 1, asOf: future })).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('has periods that never overlap, also where an evaluation waited for another that began later', async () => {
    const { db, analyse, takeIn, evaluate } = stage();
    const image = await takeIn('min-v1');
    await evaluate(image);
    const { promise: begun, resolve: hasBegun } = Promise.withResolvers<void>();
    const { promise: release, resolve: go } = Promise.withResolvers<void>();
    const early = db.transaction(async (tx) => {
      await tx.execute('select now()');
      hasBegun();
      await release;
      await evaluateNow(stage().onDemand, tx, [image]);
    });
    await begun;
    await analyse({ gate: 'ERROR', revision: storedCommit });
    await evaluate(image);
    await analyse({ gate: 'OK', revision: storedCommit, at: '2026-11-21T10:00:00Z' });
    go();
    await early;
    const rows = await db.query<{ reason: string; proper: boolean }>(
      `select reason, valid_from < coalesce(valid_to, 'infinity') and valid_from >= coalesce(lag(valid_to) over (order by id), '-infinity') as proper
         from policy.results where platform_digest is null order by id`,
    );
    expect(rows).toEqual([
      { reason: 'NO_ANALYSIS', proper: true },
      { reason: 'GATE_FAILED', proper: true },
      { reason: 'GATES_PASSED', proper: true },
    ]);
  });
});

it('over REST is asked of both routes; a time that is none, or with an age, is refused', async () => {
  const never = (): never => {
    throw new Error('no registry is asked');
  };
  const hub = await testHub({
    routes: (db) =>
      policyRoutes({
        db,
        now: () => new Date(),
        announce: async () => undefined,
        enqueue: async () => undefined,
        readOnDemand: never,
      }),
  });
  const evaluate = (more: object) =>
    hub.call('POST', '/api/v1/policy/evaluate', {
      as: 'viewer',
      body: { images: ['registry.example.com/a/b:1'], ...more },
    });
  const past = '2026-09-30T12:00:00Z';
  expect((await evaluate({ asOf: past })).body).toMatchObject({
    verdicts: [{ status: 'no_data', reason: 'nothing_said_then', asOf: { at: past, mappings: [] } }],
  });
  expect((await hub.call('GET', `/api/v1/policy/results?asOf=${past}`, { as: 'viewer' })).body).toMatchObject({
    total: 0,
    asOf: { at: past, nothingSaid: { code: 'nothing_said_then' } },
  });
  for (const wrong of [{ asOf: 'yesterday' }, { asOf: '0000-01-01T00:00:00Z' }, { asOf: past, maxAge: 60 }])
    expect([wrong, (await evaluate(wrong)).status]).toEqual([wrong, 400]);
});
