import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { someRules } from '../../lab/simulators/sonarqube/scenarios.ts';
import type { SimulatorState } from '../../lab/simulators/sonarqube/index.ts';
import { sonarqube } from '../../src/connectors/sonarqube/index.ts';
import { companionTag } from '../../src/connectors/sonarqube/companions/mark.ts';
import { companionKey } from '../../src/domain/companion-key.ts';
import { Secrets, Settings } from '../../src/connectors/sonarqube/settings.ts';
import type { ParsedDelivery } from '../../src/connectors/contract.ts';
import { createOutbound } from '../../src/platform/outbound/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { daysBefore, expectNothingMissed, startSyncedSource, type SyncedSource, syncWell } from './simulated-source.ts';

const rules = someRules(8);
const at = daysBefore(2);
const issues = (count: number, seed: number) => ({ count, seed, rules, files: 4, directories: 2 });
const ten = Array.from({ length: 10 }, (_, index) => String(index + 1));

/** `shop:pr-77` has the key of a companion, and is a project like any other. */
function scenario(state: SimulatorState): void {
  state.addProject({ key: 'shop', analyses: [{ at, version: '1', revision: 'a'.repeat(40), issues: issues(40, 1) }] });
  state.addProject({ key: 'shop:pr-77', analyses: [{ at, version: '1', issues: issues(7, 3) }] });
  state.addProject({ key: 'calm', analyses: [{ at, version: '1', issues: issues(20, 2) }] });
}

let source: SyncedSource;
afterEach(() => source?.close());
beforeEach(async () => {
  source = await startSyncedSource({ profile: '26.9', scenario });
  await syncWell(source);
  source.clock.advance(5);
});

/** As the hub does it: written down first, made then. */
async function makeCompanion(number: string, count = 6): Promise<void> {
  const { state } = source.server;
  await source.db.execute(
    `insert into code_quality.companions (integration_id, project_id, source_key, name, pull_request_id, state)
     select 1, id, $1, $2, $3, 'ready' from code_quality.projects where source_key = 'shop'`,
    [companionKey('shop', number), number, Number(number)],
  );
  state.addProject({ key: `shop:pr-${number}`, tags: [companionTag] });
  analyseCompanion(number, count);
}

function analyseCompanion(number: string, count: number): void {
  source.server.state.addAnalysis(`shop:pr-${number}`, {
    at: source.clock.now(),
    revision: 'c'.repeat(40),
    issues: issues(count, 100 + Number(number)),
  });
}

/** Everything that people count. */
async function numbers() {
  const { db, room } = source;
  const { source: told, stored, slices, complete, unread } = await room.completeness('lab', { page: 1, pageSize: 1 });
  const choices = await sonarqube.choices?.['projectKeys']?.(context(), 'shop');
  return {
    projects: await db.query(
      'select source_key, deleted_at from data.sonarqube_projects where deleted_at is null order by 1',
    ),
    open: await db.query(
      `select day, class, axis, raw_level, sum(opened - closed) as n from shared.project_daily
        where state = 'open' and part = 'all' and branch_class <> 'pull_request' group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    ),
    vulnerabilities: await db.query('select * from data.sonarqube_vulnerability_days order by 1, 2, 3, 4, 5'),
    completeness: { told, stored, slices, complete, unread },
    filters: choices,
    judged: await db.one('select count(*)::int as n from shared.analyses where counts'),
  };
}

function context() {
  const settings = Settings.parse({ url: source.server.url });
  return {
    settings,
    secrets: Secrets.parse({ apiToken: source.token }),
    http: createOutbound({ configuredHost: '127.0.0.1', loopbackAllowed: true }),
    log: silentLog,
    signal: new AbortController().signal,
    now: source.clock.now,
  };
}

const companionRows = () =>
  source.db.query<{ name: string; gone: boolean; issues: number }>(
    `select b.name, b.deleted_at is not null as gone,
            (select count(*)::int from code_quality.findings f where f.branch_id = b.id and f.deleted_at is null) as issues
       from code_quality.branches b where b.kind = 'companion' order by b.name::int`,
  );

const differences = async () =>
  (await source.audit()).scopes
    .filter(({ scope }) => !scope.startsWith('companion:'))
    .map(({ slice, stream, scope, source: told, stored, differenceCount }) => [
      slice,
      stream,
      scope,
      stream === 'branches' ? null : told,
      stream === 'branches' ? null : stored,
      differenceCount,
    ])
    .sort((a, b) => String(a).localeCompare(String(b)));

describe('ten companions', () => {
  it('change no number that people see: not while they are there, and not when they are gone', async () => {
    const before = await numbers();
    const audited = await differences();
    for (const number of ten) await makeCompanion(number);
    source.clock.advance(2);
    await syncWell(source);
    expect(await companionRows()).toEqual(ten.map((name) => ({ name, gone: false, issues: 6 })));
    expect(await numbers()).toEqual(before);
    expect(await differences()).toEqual(audited);
    for (const number of ten) source.server.state.deleteProject(`shop:pr-${number}`);
    source.clock.advance(2);
    const { run } = await syncWell(source);
    expect(run.rowsHeld ?? 0).toBe(0);
    expect((await companionRows()).map(({ gone }) => gone)).toEqual(ten.map(() => true));
    expect(await numbers()).toEqual(before);
    expect(await differences()).toEqual(audited);
  });

  it('are read again when they are analysed, and when a person changes one of their issues', async () => {
    await makeCompanion('1');
    await makeCompanion('2');
    source.clock.advance(2);
    await syncWell(source);
    analyseCompanion('1', 3);
    source.clock.advance(2);
    const { requests } = await syncWell(source);
    expect(await companionRows()).toMatchObject([{ issues: 9 }, { issues: 6 }]);
    expect(requests.filter((call) => call.startsWith('api/issues/list') && call.includes('shop:pr-2'))).toEqual([]);
    const [key = ''] = source.server.state.issueKeys('shop:pr-2');
    source.server.state.accept(key);
    source.clock.advance(2);
    await syncWell(source);
    expect(await source.db.one('select state from code_quality.findings where source_key = $1', [key])).toEqual({
      state: 'accepted',
    });
    await expectNothingMissed(source);
  });

  it('are told of by deliveries under their own key, which are read and kept as of their main project', async () => {
    await makeCompanion('1');
    const handler = source.room.deliveries('sonarqube');
    const [adapter] = sonarqube.webhooks ?? [];
    const instant = source.clock
      .now()
      .toISOString()
      .replace(/\.\d{3}Z$/, '+0000');
    const body = JSON.stringify({
      serverUrl: source.server.url,
      taskId: 'task-1',
      status: 'SUCCESS',
      analysedAt: instant,
      changedAt: instant,
      revision: 'c'.repeat(40),
      project: { key: 'shop:pr-1', name: 'shop' },
      branch: { name: 'main', type: 'BRANCH', isMain: true },
      qualityGate: { name: 'Sonar way', status: 'OK', conditions: [] },
    });
    const parsed = adapter?.parse({ headers: {}, body: new TextEncoder().encode(body) }) as ParsedDelivery;
    const delivery = { integrationId: 1, parsed } as Parameters<typeof handler.handle>[1];
    expect(await source.db.transaction((tx) => handler.handle(tx, delivery))).toMatchObject({ outcome: 'reading' });
    expect(await source.db.query('select slice, subject from shared.delivered_facts')).toEqual([
      { slice: 'project:shop', subject: 'companion:shop:pr-1' },
    ]);
    await syncWell(source);
    expect(
      await source.db.one(
        `select a.scope, a.revision from code_quality.analyses a join code_quality.branches b on b.id = a.branch_id where b.kind = 'companion'`,
      ),
    ).toEqual({ scope: 'companion', revision: 'c'.repeat(40) });
  });
});

describe('a hub that forgot its companions', () => {
  it('makes no projects of them: they are set aside for people to see, and no number moves', async () => {
    for (const number of ten.slice(0, 2)) await makeCompanion(number);
    const before = await numbers();
    await source.db.execute('delete from code_quality.companions');
    source.clock.advance(2);
    const { run } = await source.sync();
    expect((await source.room.setAside(run.id as number)).map(({ reason }) => reason)).toEqual([
      expect.stringContaining('carries the tag of a companion'),
      expect.stringContaining('carries the tag of a companion'),
    ]);
    const after = await numbers();
    expect({ ...after, completeness: null }).toEqual({ ...before, completeness: null });
  });

  it('nor where nobody can say whether they are: what was a project before stays one', async () => {
    await makeCompanion('1');
    await source.db.execute('delete from code_quality.companions');
    source.server.faults.add({
      match: { path: 'api/components/search_projects' },
      kind: { type: 'blocked' },
      times: Infinity,
    });
    source.clock.advance(2);
    await source.sync();
    const keys = await source.db.query(
      'select source_key from data.sonarqube_projects where deleted_at is null order by 1',
    );
    expect(keys.map((row) => row['source_key'])).toEqual(['calm', 'shop', 'shop:pr-77']);
  });
});

it('one that the token may not look into is not taken for gone', async () => {
  await makeCompanion('1');
  source.clock.advance(2);
  await syncWell(source);
  source.server.faults.add({
    match: { path: 'api/project_branches/list', query: { project: 'shop:pr-1' } },
    kind: { type: 'blocked' },
    times: Infinity,
  });
  analyseCompanion('1', 1);
  source.clock.advance(2);
  await source.sync();
  expect(await companionRows()).toEqual([{ name: '1', gone: false, issues: 6 }]);
});
