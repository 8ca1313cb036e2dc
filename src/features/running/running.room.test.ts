import { describe, expect, it } from 'vitest';
import { seeingOnly, visibleRows } from '../../platform/database/index.ts';
import { silentLog } from '../../platform/telemetry/index.ts';
import { applyVisibleRows } from '../../schema.ts';
import { markedRows } from '../../../test/security/teams/marked-rows.ts';
import { runningStage, type RunningStage, world } from '../../../test/support/running-stage.ts';
import { type RunningList, RunningQuery } from './contract.ts';
import { listRunning } from './reading/list.ts';

const { commitOf, digestOf } = world;
const named = 'registry.example.com/team/ledger';

/** A commit that failed, or passed, and runs in production by its digest. */
async function deployed({ w, settle }: RunningStage, { gate = 'ERROR', digest = true } = {}): Promise<void> {
  await world.analyse(w, { commit: commitOf('3'), minute: 31, gate });
  await world.addImage(w, { letter: 'a', minute: 33, commits: [commitOf('3')] });
  await world.tag(w, { image: 'a', name: '1.0', minute: 33 });
  await world.execute(w, {
    key: 'deploy-1',
    start: 44,
    end: 52,
    deploys: [{ image: `${named}:1.0`, digest: digest ? digestOf('a') : null, start: 45, at: 51 }],
  });
  await settle();
}

const brief = ({ rows }: RunningList): string[] =>
  rows.map(({ service, environment, state, reason, certainty }) =>
    [service, environment.name, state, reason, certainty].join(' '),
  );

describe('what runs', () => {
  it('has the verdict on its image, with since when, the team, and how sure the line is', async () => {
    const stage = await runningStage();
    await deployed(stage);
    const { rows, counts } = await stage.ask();
    expect(rows).toMatchObject([
      {
        service: 'ledger',
        environment: { name: 'prod' },
        state: 'failed',
        verdict: 'failed',
        reason: 'GATE_FAILED',
        saidBy: 'policy',
        certainty: 'stated',
        commit: commitOf('3'),
        runsSince: world.at(51).toISOString(),
        failingSince: world.at(51).toISOString(),
        newestFactAt: world.at(51).toISOString(),
        staleSince: null,
        image: { repository: 'team/ledger', digest: digestOf('a') },
        open: null,
      },
    ]);
    expect(counts).toMatchObject({ total: 1, failed: 1, failingServices: 1, failingImages: 1 });
  });

  it('is as sure as its weakest link', async () => {
    const stage = await runningStage();
    await deployed(stage, { gate: 'OK', digest: false });
    expect(brief(await stage.ask())).toEqual(['ledger prod passed GATES_PASSED inferred']);
    await world.setEnvironment(stage.w, { environment: 'staging', image: 'a', from: 60 });
    await stage.settle();
    expect(brief(await stage.ask({ environment: 'staging' }))).toEqual([
      'team/ledger staging passed GATES_PASSED declared',
    ]);
  });

  it('counts the vulnerabilities of its commit: those that were fixed later, without those that were accepted', async () => {
    const stage = await runningStage();
    await deployed(stage);
    await stage.finding({ from: 10 });
    await stage.finding({ from: 12, fixed: 40 });
    await stage.finding({ from: 12, fixed: 30 });
    await stage.finding({ from: 40 });
    await stage.finding({ from: 11, state: 'accepted' });
    await stage.finding({ from: 11, level: 'MEDIUM' });
    await stage.settle();
    const { rows, counts } = await stage.ask({ open: 'critical' });
    expect(rows).toMatchObject([
      { open: { critical: 2, high: 0, medium: 1, low: 0 }, criticalsSince: world.at(51).toISOString() },
    ]);
    expect(counts).toMatchObject({ withCriticals: 1 });
    await stage.hub.db.execute(`delete from ingestion.bookmarks`);
    await stage.settle();
    expect((await stage.ask()).rows).toMatchObject([{ open: null }]);
  });
});

describe('what cannot be proven is never passed', () => {
  it.each<[string, { image: string | null; digest?: string }, string]>([
    ['no image was named', { image: null }, 'trace_names_no_artifact'],
    ['its registry is not read', { image: 'elsewhere.example.com/team/other:1.0' }, 'trace_registry_not_connected'],
    ['its tag was not known then', { image: `${named}:9.9` }, 'trace_tag_unknown_then'],
    ['its digest is not known', { image: `${named}:1.0`, digest: digestOf('f') }, 'trace_image_not_read'],
  ])('where %s', async (_, put, reason) => {
    const stage = await runningStage();
    await deployed(stage, { gate: 'OK' });
    await world.report(stage.w, { key: '1', service: 'web', at: 70, ...put });
    await stage.settle();
    const { rows, counts } = await stage.ask({ search: 'web' });
    expect(rows).toMatchObject([{ state: 'no_verdict', reason, image: put.digest === undefined ? null : {} }]);
    expect(counts).toMatchObject({ passed: 1, noVerdict: 1 });
  });

  it('where several images may be the one', async () => {
    const stage = await runningStage();
    await deployed(stage, { gate: 'OK' });
    await world.addImage(stage.w, { letter: 'a', minute: 33, registry: 1, commits: [commitOf('3')] });
    await world.report(stage.w, { key: '1', service: 'web', at: 70, image: null, digest: digestOf('a') });
    await stage.settle();
    expect(brief(await stage.ask({ search: 'web' }))).toEqual([
      'web prod no_verdict trace_image_ambiguous declared',
      'web prod no_verdict trace_image_ambiguous declared',
    ]);
  });

  it('where the tag moved meanwhile, or a later deployment leaves it in doubt', async () => {
    const stage = await runningStage();
    await deployed(stage, { gate: 'OK', digest: false });
    await stage.hub.db.execute('update images.tag_periods set to_at = $1', [world.at(50)]);
    await stage.settle();
    expect(brief(await stage.ask())).toEqual(['ledger prod no_verdict trace_tag_moved inferred']);
    await stage.hub.db.execute('update images.tag_periods set to_at = null');
    await world.execute(stage.w, {
      key: 'deploy-2',
      start: 70,
      deploys: [{ image: `${named}:1.0`, at: 71, status: 'failed' }],
    });
    await stage.settle();
    expect(brief(await stage.ask())).toEqual(['ledger prod no_verdict running_in_doubt inferred']);
  });

  it('where its facts are too old: stale is a state of its own, and a failure stays one', async () => {
    const stage = await runningStage();
    await deployed(stage, { gate: 'OK' });
    await stage.hub.db.execute('delete from ingestion.runs');
    await stage.readAll(2_600);
    expect(brief(await stage.ask())).toEqual(['ledger prod passed GATES_PASSED stated']);
    expect(brief(await stage.ask({ maxAge: '2700' }))).toEqual(['ledger prod passed GATES_PASSED stated']);
    expect(brief(await stage.ask({ maxAge: '600' }))).toEqual(['ledger prod stale facts_too_old stated']);
    await stage.hub.db.execute('update ingestion.schedules set interval_seconds = 600 where integration_id = $1', [
      stage.w.sonar,
    ]);
    const { rows, counts } = await stage.ask({ stale: 'true' });
    expect(rows).toMatchObject([
      { state: 'stale', verdict: 'no_verdict', reason: 'running_stale', staleIntegrations: ['sonar'] },
    ]);
    expect(counts).toMatchObject({ stale: 1, passed: 0 });
    await stage.hub.db.execute("update code_quality.analyses set gate_status = 'ERROR'");
    await stage.settle();
    expect((await stage.ask()).rows).toMatchObject([{ state: 'failed', staleIntegrations: ['sonar'] }]);
  });

  it('where a webhook is broken and no good reading came since', async () => {
    const stage = await runningStage();
    await deployed(stage, { gate: 'OK' });
    await stage.hub.db.execute(
      `with secret as (insert into inbox.secrets (integration_id, purpose, sealed) values ($1, 'own', '{}') returning id)
       insert into inbox.webhooks (integration_id, scope, secret_id, error_code, broken_since)
       select $1, 'global', id, 'permission_denied', now() - interval '1 minute' from secret`,
      [stage.w.sonar],
    );
    expect(brief(await stage.ask())).toEqual(['ledger prod passed GATES_PASSED stated']);
    await stage.hub.db.execute('delete from ingestion.runs');
    await stage.readAll(120);
    expect(brief(await stage.ask())).toEqual(['ledger prod stale running_stale stated']);
    await stage.readAll(30);
    expect(brief(await stage.ask())).toEqual(['ledger prod passed GATES_PASSED stated']);
  });
});

it('is waived while the waiver is in force, and never longer', async () => {
  const stage = await runningStage();
  await deployed(stage);
  const { id, repositoryId, registryId } = await stage.hub.db.one<{
    id: number;
    repositoryId: number;
    registryId: number;
  }>('select id, repository_id as "repositoryId", integration_id as "registryId" from images.images');
  await stage.hub.db.execute(
    `insert into policy.waivers (policy, registry_id, repository_id, image_id, reason, author, expires_at)
     values ('sonarqube-quality-gates', $1, $2, $3, 'known', 'Ada', now() + interval '1 hour')`,
    [registryId, repositoryId, id],
  );
  expect((await stage.ask()).rows).toMatchObject([{ state: 'waived', verdict: 'failed', waiver: { author: 'Ada' } }]);
  await stage.hub.db.execute("update policy.waivers set expires_at = now() - interval '1 second'");
  expect(brief(await stage.ask())).toEqual(['ledger prod failed GATE_FAILED stated']);
});

it('of which only the commit was told has the verdict of the gate of that commit', async () => {
  const stage = await runningStage();
  await deployed(stage, { gate: 'OK' });
  await world.report(stage.w, { key: '1', service: 'web', at: 70, image: null, commit: commitOf('3') });
  await world.report(stage.w, { key: '1', service: 'job', at: 70, image: null, commit: commitOf('4') });
  await stage.settle();
  expect(brief(await stage.ask({ environment: 'prod' }))).toEqual([
    'job prod no_verdict NO_ANALYSIS declared',
    'ledger prod passed GATES_PASSED stated',
    'web prod passed GATES_PASSED declared',
  ]);
});

it('says nothing anew of what is the same, and ends what was said before where it differs', async () => {
  const stage = await runningStage();
  await deployed(stage);
  const versions = (): Promise<{ verdict: string; ended: boolean }[]> =>
    stage.hub.db.query('select verdict, valid_to is not null as ended from running.verdicts order by id');
  await stage.settle();
  expect(await versions()).toEqual([{ verdict: 'failed', ended: false }]);
  await stage.hub.db.execute("update code_quality.analyses set gate_status = 'OK'");
  await stage.settle();
  expect(await versions()).toEqual([
    { verdict: 'failed', ended: true },
    { verdict: 'passed', ended: false },
  ]);
});

it('is stale after three intervals without a good reading, or with a broken webhook and none since', async () => {
  const { hub } = await runningStage();
  const stale = async (seconds: number | null, good: number | null, broken: number | null): Promise<boolean> => {
    const { since } = await hub.db.one<{ since: Date | null }>(
      `select ingestion.stale_since($1, $4::timestamptz - make_interval(secs => $2), $4::timestamptz - make_interval(secs => $3),
                                    $4::timestamptz - interval '1 day', $4) as since`,
      [seconds, good, broken, world.at(0)],
    );
    return since !== null;
  };
  expect([await stale(60, 180, null), await stale(60, 181, null)]).toEqual([false, true]);
  expect([await stale(60, null, null), await stale(null, null, null)]).toEqual([true, false]);
  expect([await stale(60, 20, 30), await stale(60, 30, 20), await stale(60, 30, -5)]).toEqual([false, true, false]);
});

it('is listed and counted for a node of an org tree by the teams that it is of', async () => {
  const stage = await runningStage();
  await deployed(stage);
  await world.report(stage.w, { key: '1', service: 'web', at: 70, image: null });
  await stage.settle();
  const write = markedRows(stage.hub.db);
  const tree = await write('teams.org_trees', 'all', { name: 'Sites', filters: [], deleted_at: null });
  const node = async (name: string, parent: number | null, leaf: boolean): Promise<number> => {
    const id = await write('teams.nodes', name, { tree_id: tree });
    const place = { node_id: id, tree_id: tree, parent_id: parent, name, leaf, depth: leaf ? 1 : 0, manager_id: null };
    await write('teams.node_periods', name, { ...place, valid_to: null });
    return id;
  };
  const top = await node('Top', null, false);
  const [payments, others] = [await node('Payments', top, true), await node('Others', top, true)];
  await write('teams.team_projects', 'all', { team_id: payments, project_id: stage.w.project, valid_to: null });
  await stage.settle();
  for (const [of, services] of [
    [top, ['ledger']],
    [payments, ['ledger']],
    [others, []],
  ] as const) {
    const { rows, total, counts } = await stage.ask({ node: String(of) });
    expect([rows.map(({ service }) => service), total, counts.total, counts.failed]).toEqual([
      services,
      services.length,
      services.length,
      services.length,
    ]);
  }
  expect((await stage.ask()).counts).toMatchObject({ total: 2, failed: 1 });
  await expect(stage.ask({ node: '999999' })).rejects.toThrow('org_node_not_found');
});

it('is not told, filtered by or counted by what projects of others have', async () => {
  const stage = await runningStage();
  const { db } = stage.hub;
  await deployed(stage);
  await stage.finding({ from: 10 });
  await world.setEnvironment(stage.w, { environment: 'production', image: 'a', from: 60 });
  await stage.settle();
  await applyVisibleRows(db, silentLog);
  const images = (await db.query<{ id: number }>('select id from images.repositories')).map(({ id }) => id);
  const projects = (await db.query<{ id: number }>('select id from code_quality.projects')).map(({ id }) => id);
  const ask = (kinds: Record<string, number[]>, query: object = {}): Promise<RunningList> =>
    seeingOnly(
      visibleRows((kind) => kinds[kind] ?? []),
      () => listRunning(db, RunningQuery.parse({ environment: 'production', ...query })),
    );
  const critical = { open: 'critical' };
  expect(await ask({ images, projects }, critical)).toMatchObject({
    total: 1,
    rows: [{ commit: commitOf('3'), open: { critical: 1 } }],
    counts: { total: 1, withCriticals: 1 },
  });
  expect(await ask({ images })).toMatchObject({
    total: 1,
    rows: [{ state: 'failed', commit: null, open: null, criticalsSince: null }],
    counts: { total: 1, withCriticals: 0, criticalsInProduction: 0, criticalsSince: null },
  });
  for (const query of [critical, { search: commitOf('3').slice(0, 12) }])
    expect(await ask({ images }, query)).toMatchObject({ total: 0 });
  expect(await ask({ projects })).toMatchObject({ total: 0, counts: { total: 0 } });
});
