import { describe, expect, it } from 'vitest';
import { testHub, type TestHub } from '../../../../../test/support/hub.ts';
import { analysis, branch, mainBranch, sonarqubeStage } from '../../../../../test/support/sonarqube-stage.ts';
import type { Database } from '../../../../platform/database/index.ts';
import type {
  Delivery,
  DeploymentList,
  FailureDefinition,
  LeadTimeList,
  ReportRequest,
  RestoreList,
} from '../../contract.ts';
import { deploymentRoutes } from '../../index.ts';

const now = new Date('2026-11-30T12:00:00Z');
const startHub = (): Promise<TestHub> => testHub({ routes: (db) => deploymentRoutes({ db, now: () => now }) });

type Step = Pick<ReportRequest, 'key' | 'status'> & Partial<ReportRequest>;

async function say(hub: TestHub, step: Step): Promise<void> {
  const body = { service: 'shop', environment: 'prod', environmentType: 'production', ...step };
  const { body: said } = await hub.call('POST', '/api/v1/deployments', { body });
  expect([step, said.error]).toEqual([step, undefined]);
}

const get = async <T>(hub: TestHub, path: string): Promise<T> => {
  const { status, body } = await hub.call('GET', `/api/v1/${path}`, { as: 'viewer' });
  expect([path, status]).toEqual([path, 200]);
  return body as T;
};

/** Day of November and hour. */
const at = (day: number, hour = 0): string =>
  `2026-11-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z`;
const november = 'from=2026-11-01&to=2026-11-30';

describe('delivery figures', () => {
  it('are plain counts of what was deployed to production', async () => {
    const hub = await startHub();
    const steps: Step[] = [
      { key: '1', status: 'succeeded', at: at(2) },
      { key: '2', status: 'succeeded', at: at(2, 5) },
      { key: '3', status: 'failed', at: at(3) },
      { key: '4', status: 'aborted', at: at(4) },
      { key: '5', status: 'succeeded', at: at(10, 6) },
      { key: '6', status: 'succeeded', at: at(11) },
      { key: '6', status: 'rolled_back', at: at(11, 2) },
      { key: '7', status: 'started', at: at(29) },
      { key: '8', status: 'succeeded', at: at(12), service: 'cart' },
      { key: '9', status: 'failed', at: at(5), environment: 'qa', environmentType: 'pre_production' },
      { key: '10', status: 'succeeded', at: '2026-10-31T23:59:59.000Z' },
      { key: '11', status: 'succeeded', at: at(5), environment: 'lab', environmentType: null },
    ];
    for (const step of steps) await say(hub, step);
    const figures = await get<Delivery>(hub, `delivery?${november}`);
    expect(figures).toMatchObject({ from: '2026-11-01', to: '2026-11-30', days: 30 });
    // 1, 2, 5 and 8 succeeded; 3 failed and 6 was taken back.
    expect(figures.frequency).toMatchObject({ successful: 4, perDay: 4 / 30, perWeek: 4 / (30 / 7) });
    expect(figures.frequency.aDay).toMatchObject({ values: 30, mean: 4 / 30, median: 0 });
    expect(figures.changeFailure).toMatchObject({ failed: 2, total: 6, rate: 2 / 6 });
    const rates = figures.buckets.map(({ successful, failed }) => [successful, failed]);
    expect(rates).toEqual([
      [0, 0],
      [2, 1],
      [2, 1],
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    expect(figures.changeFailure.aPeriod).toMatchObject({ values: 2, mean: (1 / 3 + 1 / 3) / 2 });
    expect(figures.buckets[0]?.failureRate).toBeNull();
    expect(figures.knownSince).toBe('2026-10-31T23:59:59.000Z');
    // Failed on the 3rd, good again on the 10th; taken back on the 11th, not good since.
    expect(figures.restore).toMatchObject({ restored: 1, open: 1, seconds: { mean: (7 * 24 + 6) * 3600 } });
    expect(await get<Delivery>(hub, `delivery?${november}&service=cart`)).toMatchObject({
      frequency: { successful: 1 },
      changeFailure: { failed: 0, rate: 0 },
    });
    const elsewhere = await get<Delivery>(hub, `delivery?${november}&environment=qa,lab`);
    expect([elsewhere.frequency.successful, elsewhere.changeFailure.failed]).toEqual([1, 1]);
  });

  it('are as many as their lists have rows', async () => {
    const hub = await startHub();
    for (let n = 0; n < 60; n += 1)
      await say(hub, { key: String(n), status: n % 4 === 0 ? 'failed' : 'succeeded', at: at(1 + (n % 28), n % 24) });
    const figures = await get<Delivery>(hub, `delivery?${november}`);
    const total = async (outcome: string): Promise<number> =>
      (
        await get<DeploymentList>(
          hub,
          `deployments?type=production&outcome=${outcome}&from=${at(1)}&to=2026-12-01T00:00:00Z`,
        )
      ).total;
    expect(await total('successful')).toBe(figures.frequency.successful);
    expect(await total('failed')).toBe(figures.changeFailure.failed);
    expect(figures.frequency.successful + figures.changeFailure.failed).toBe(60);
    const restores = await get<RestoreList>(hub, `delivery/restores?${november}`);
    expect(restores.total).toBe(figures.restore.restored);
    expect(restores.restores.map(({ seconds }) => seconds).toSorted()).toHaveLength(Math.min(50, restores.total));
    expect((await get<RestoreList>(hub, `delivery/restores?${november}&state=open`)).total).toBe(figures.restore.open);
    const leads = await get<LeadTimeList>(hub, `delivery/lead-times?${november}&state=no_commit`);
    expect(leads.total).toBe(figures.leadTime.unlinked.noCommit);
    expect(leads.total).toBe(figures.frequency.successful);
  });

  it('follow what counts as failed, which is in the audit trail', async () => {
    const hub = await startHub();
    await say(hub, { key: '1', status: 'succeeded', at: at(2) });
    await say(hub, { key: '1', status: 'rolled_back', at: at(3) });
    await say(hub, { key: '2', status: 'aborted', at: at(4) });
    await say(hub, { key: '3', status: 'failed', at: at(5) });
    await hub.db.execute(`update deployments.deployments set superseded = true where source_key = '3'`);
    const counts = async (change: Partial<FailureDefinition>): Promise<[number, number]> => {
      const { rolledBackFails, abortedFails, supersededCounts } = await get<FailureDefinition>(
        hub,
        'delivery/settings',
      );
      const body = { rolledBackFails, abortedFails, supersededCounts, ...change };
      expect((await hub.call('PUT', '/api/v1/delivery/settings', { body })).status).toBe(200);
      const { frequency, changeFailure } = await get<Delivery>(hub, `delivery?${november}`);
      return [frequency.successful, changeFailure.failed];
    };
    expect(await counts({})).toEqual([0, 1]);
    expect(await counts({ rolledBackFails: false })).toEqual([1, 0]);
    expect(await counts({ abortedFails: true })).toEqual([1, 1]);
    expect(await counts({ supersededCounts: true })).toEqual([1, 2]);
    const { body } = await hub.call('GET', '/api/v1/audit?action=delivery.settings');
    expect(body.events.map(({ details }: { details: object }) => details)).toEqual([
      { supersededCounts: true },
      { abortedFails: true },
      { rolledBackFails: false },
    ]);
    const wanted = { rolledBackFails: true, abortedFails: true, supersededCounts: true };
    expect((await hub.call('PUT', '/api/v1/delivery/settings', { as: 'team_manager', body: wanted })).status).toBe(403);
  });

  it('count several failures in a row as one time without service', async () => {
    const hub = await startHub();
    await say(hub, { key: '1', status: 'failed', at: at(1) });
    await say(hub, { key: '2', status: 'failed', at: at(2) });
    await say(hub, { key: '3', status: 'succeeded', at: at(3) });
    await say(hub, { key: '4', status: 'succeeded', at: at(4) });
    await say(hub, { key: '5', status: 'failed', at: at(5) });
    // Another place restores nothing here.
    await say(hub, { key: '6', status: 'succeeded', at: at(6), infrastructure: 'eu' });
    const { restores } = await get<RestoreList>(hub, `delivery/restores?${november}`);
    expect(restores).toMatchObject([{ failures: 2, failedAt: at(1), restoredAt: at(3), seconds: 2 * 86_400 }]);
    const open = await get<RestoreList>(hub, `delivery/restores?${november}&state=open`);
    expect(open.restores).toMatchObject([{ failures: 1, failedAt: at(5), restoredAt: null, seconds: null }]);
  });

  it('say nothing where nothing is known, and leave out days that are not over', async () => {
    const hub = await startHub();
    const figures = await get<Delivery>(hub, 'delivery?from=2026-11-24&to=2027-06-01');
    expect(figures).toMatchObject({ to: '2026-11-30', days: 0, knownSince: null });
    expect(figures.frequency).toMatchObject({ successful: 0, perDay: null, perWeek: null, aDay: { values: 0 } });
    expect(
      figures.buckets.map(({ successful, failed, restored, linked }) => [successful, failed, restored, linked]),
    ).toEqual(figures.buckets.map(() => [null, null, null, null]));
    expect(figures.changeFailure).toEqual({
      failed: 0,
      total: 0,
      rate: null,
      aPeriod: { values: 0, mean: null, median: null, p90: null, p95: null },
    });
    expect(figures.leadTime.seconds.mean).toBeNull();
    const turned = await get<Delivery>(hub, 'delivery?from=2027-01-01&to=2026-01-01');
    expect([turned.from, turned.to]).toEqual(['2026-01-01', '2026-01-01']);
  });

  it('divide by the days that something is known of, and take none before for a quiet one', async () => {
    const hub = await startHub();
    await say(hub, { key: '1', status: 'succeeded', at: at(16, 5) });
    await say(hub, { key: '2', status: 'succeeded', at: at(16, 6) });
    await say(hub, { key: '3', status: 'succeeded', at: at(30) });
    const figures = await get<Delivery>(hub, `delivery?${november}`);
    expect(figures).toMatchObject({ from: '2026-11-01', days: 15 });
    expect(figures.frequency).toMatchObject({
      perDay: 3 / 15,
      perWeek: 3 / (15 / 7),
      aDay: { values: 15, mean: 3 / 15 },
    });
    expect(figures.buckets.map(({ from, successful }) => [from, successful])).toEqual([
      ['2026-11-01', null],
      ['2026-11-02', null],
      ['2026-11-09', null],
      ['2026-11-16', 2],
      ['2026-11-23', 0],
      ['2026-11-30', 1],
    ]);
    // Before the first deployment, and behind the last: only the second is quiet.
    expect(await get<Delivery>(hub, 'delivery?from=2026-11-01&to=2026-11-15')).toMatchObject({
      days: 0,
      frequency: { successful: 0, perDay: null },
    });
    expect(await get<Delivery>(hub, 'delivery?from=2026-11-20&to=2026-11-25')).toMatchObject({
      days: 6,
      frequency: { successful: 0, perDay: 0 },
    });
  });
});

describe('the lead time', () => {
  const sha = (letter: string): string => letter.repeat(40);

  it('is from the first analysis of the change to its first success in production', async () => {
    const hub = await startHub();
    const project = await analysed(hub.db, [
      { revision: sha('a'), at: at(3) },
      { revision: sha('a'), at: at(4) },
      { revision: sha('b'), at: at(20) },
      { revision: sha('d'), at: at(6), pullRequest: '7' },
      { revision: sha('e'), at: at(8) },
    ]);
    await merged(hub.db, { project, pullRequest: '7', head: sha('d'), mergeCommit: sha('e') });
    await builtFrom(hub.db, digest, sha('b'));
    const steps: Step[] = [
      { key: '1', status: 'succeeded', at: at(5), commit: sha('a') },
      // The same commit again is no second delivery; into another service it is.
      { key: '2', status: 'succeeded', at: at(9), commit: sha('a') },
      { key: '3', status: 'succeeded', at: at(6), commit: sha('a'), service: 'cart' },
      // Its image names the commit, which was analysed too late.
      { key: '4', status: 'succeeded', at: at(10), image: `registry.example.com/shop:1@${digest}` },
      { key: '5', status: 'succeeded', at: at(11), commit: sha('c') },
      { key: '6', status: 'succeeded', at: at(12) },
      // Merged: the change began with the first analysis of its pull request.
      { key: '7', status: 'succeeded', at: at(13), commit: sha('e') },
      { key: '8', status: 'failed', at: at(14), commit: sha('a'), service: 'search' },
    ];
    for (const step of steps) await say(hub, step);
    const { leadTime, buckets } = await get<Delivery>(hub, `delivery?${november}`);
    const day = 86_400;
    expect(leadTime).toMatchObject({ linked: 3, unlinked: { noCommit: 1, notAnalysed: 1, analysedAfter: 1 } });
    expect(leadTime.seconds).toMatchObject({ values: 3, mean: ((2 + 3 + 7) * day) / 3, median: 3 * day });
    expect(buckets.map(({ linked, leadMedian }) => [linked, leadMedian])).toEqual([
      [null, null],
      [2, 2.5 * day],
      [1, 7 * day],
      [0, null],
      [0, null],
      [0, null],
    ]);
    const list = await get<LeadTimeList>(hub, `delivery/lead-times?${november}`);
    expect(list.leadTimes.map(({ service, firstAnalysedAt, seconds }) => [service, firstAnalysedAt, seconds])).toEqual([
      ['shop', at(6), 7 * day],
      ['cart', at(3), 3 * day],
      ['shop', at(3), 2 * day],
    ]);
    const late = await get<LeadTimeList>(hub, `delivery/lead-times?${november}&state=analysed_after`);
    expect(late.leadTimes).toMatchObject([{ commit: sha('b'), firstAnalysedAt: at(20) }]);
  });
});

const digest = `sha256:${'9'.repeat(64)}`;

interface Analysed {
  revision: string;
  at: string;
  pullRequest?: string;
}

/** A project with analyses, of its main branch where no pull request is named. Returns its row. */
async function analysed(db: Database, analyses: readonly Analysed[]): Promise<number> {
  const stage = sonarqubeStage(db);
  await stage.setUp();
  const numbers = new Set(analyses.flatMap(({ pullRequest }) => pullRequest ?? []));
  const pulls = [...numbers].map((name) =>
    branch({ key: `pull_request:${name}`, kind: 'pull_request', name, isMain: false }),
  );
  const scopes = new Map<string, Analysed[]>();
  for (const one of analyses) {
    const scope = one.pullRequest === undefined ? mainBranch : `pull_request:${one.pullRequest}`;
    scopes.set(scope, [...(scopes.get(scope) ?? []), one]);
  }
  await stage.publish([
    { stream: 'branches', records: [branch(), ...pulls] },
    ...[...scopes].map(([scope, all]) => ({
      stream: 'analyses' as const,
      scope,
      records: all.map((one) => analysis({ key: `at:${one.at}`, analyzedAt: one.at, revision: one.revision })),
    })),
  ]);
  return (await db.one<{ id: number }>('select id from code_quality.projects')).id;
}

async function merged(
  db: Database,
  {
    project,
    pullRequest,
    head,
    mergeCommit,
  }: { project: number; pullRequest: string; head: string; mergeCommit: string },
): Promise<void> {
  const { id } = await db.one<{ id: number }>(
    `insert into repositories.repositories (integration_id, source_key, row_hash, project, slug, archived, is_public, clone_urls)
     values (2, '1', gen_random_uuid(), 'TEAM', 'shop', false, false, '{}') returning id`,
  );
  await db.execute(
    `insert into repositories.pull_requests (integration_id, repository_id, source_key, row_hash, title, state, draft, source_branch,
            source_repository_key, head, target_branch, base, merge_commit, opened_at, updated_at)
     values (2, $1, $2, gen_random_uuid(), 'Change', 'merged', false, 'feature', '1', $3, 'main', $3, $4, now(), now())`,
    [id, pullRequest, head, mergeCommit],
  );
  await db.execute(
    `insert into repositories.bindings (project_id, sonarqube_id, repository_id, mono, annotations, prefix, created_by) values ($1, 1, $2, false, true, '', 'test')`,
    [project, id],
  );
}

/** A stored image that says which commit it was built from. */
async function builtFrom(db: Database, imageDigest: string, commit: string): Promise<void> {
  const { repository } = await db.one<{ repository: number }>(
    `insert into images.repositories (integration_id, source_key, row_hash) values (3, 'shop', gen_random_uuid()) returning id as repository`,
  );
  const { image } = await db.one<{ image: number }>(
    `insert into images.images (integration_id, repository_id, digest, row_hash, media_type, kind, evidence, signature_required, signers_known)
     values (3, $1, $2, gen_random_uuid(), 'application/vnd.oci.image.manifest.v1+json', 'image', 'complete', false, false) returning id as image`,
    [repository, imageDigest],
  );
  await db.execute(
    `insert into images.claims (image_id, ordinal, trust, place, revision, commit, signature) values ($1, 0, 'label', 'config', $2, $2, 'none')`,
    [image, commit],
  );
}
