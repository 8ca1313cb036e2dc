import { describe, expect, it } from 'vitest';
import { type TestHub, testHub } from '../../../../../test/support/hub.ts';
import {
  accepted,
  branch,
  fixed,
  hotspot,
  issue,
  project,
  rule,
  type SonarqubeStage,
  sonarqubeStage,
} from '../../../../../test/support/sonarqube-stage.ts';
import type { FindingDetail } from '../../contract.ts';
import { codeQualityRoutes } from '../../index.ts';
import { findingRoutes } from '../routes.ts';

const now = new Date('2026-06-30T12:00:00.000Z');

async function hubWith(): Promise<{ hub: TestHub; stage: SonarqubeStage }> {
  const hub = await testHub({ now: () => now, routes: (db) => codeQualityRoutes({ db, now: () => now }) });
  await hub.db.execute(
    `insert into integrations.integrations (name, kind, settings) values ('lab', 'sonarqube', '{"url": "https://sonar.example"}')`,
  );
  const stage = sonarqubeStage(hub.db);
  await stage.publish([{ stream: 'projects', records: [project()] }], { phase: 'discovery' });
  await stage.publish([{ stream: 'branches', records: [branch()] }]);
  return { hub, stage };
}

async function detailOf(hub: TestHub, key: string, query = ''): Promise<FindingDetail> {
  const { id } = await hub.db.one<{ id: number }>('select id from code_quality.findings where source_key = $1', [key]);
  const answer = await hub.call('GET', `/api/v1/findings/${id}${query}`);
  expect(answer.status).toBe(200);
  return answer.body;
}

type Level = 'BLOCKER' | 'HIGH' | 'LOW' | null;
const impacts = (security: Level, maintainability: Level = null) => ({
  impacts: { security, reliability: null, maintainability },
});

describe('one finding', () => {
  it('tells what happened to it: created, counted otherwise, accepted, closed, open again, gone', async () => {
    const { hub, stage } = await hubWith();
    const at = (day: string): { updatedAt: string } => ({ updatedAt: `2026-0${day}T00:00:00.000Z` });
    const read = (record: object, on: string): Promise<unknown> =>
      stage.publish([{ stream: 'issues', records: [record] }], { now: new Date(`2026-0${on}T06:00:00.000Z`) });
    const base = { key: 'a', createdAt: '2026-01-05T00:00:00.000Z' };
    await read(issue({ ...base, ...impacts('HIGH'), ...at('1-05') }), '1-06');
    await read(issue({ ...base, ...impacts('BLOCKER'), ...at('2-05') }), '2-06');
    await read(issue({ ...base, ...impacts('BLOCKER'), ...accepted('2026-03-05T00:00:00.000Z') }), '3-06');
    await read(issue({ ...base, ...impacts('BLOCKER'), ...fixed('2026-04-05T00:00:00.000Z') }), '4-06');
    await read(issue({ ...base, ...impacts('BLOCKER'), ...at('5-05') }), '5-06');
    const detail = await detailOf(hub, 'a');
    expect(
      detail.history.map(({ at, what, severity, basis }) => `${at.slice(0, 10)} ${what} ${severity} ${basis}`),
    ).toEqual([
      '2026-01-05 created high server',
      '2026-02-05 changed critical observed',
      '2026-03-05 accepted critical observed',
      '2026-04-05 closed critical server',
      '2026-05-05 reopened critical observed',
    ]);
    await hub.db.execute(`update code_quality.findings set deleted_at = '2026-06-01', period_to = '2026-06-01'`);
    const gone = await detailOf(hub, 'a');
    expect(gone.history.at(-1)).toMatchObject({ what: 'gone', basis: 'observed' });
    expect(gone.standing).toBe('gone');
  });

  it('says why it has its level: mode, what the server gave, the line of the mapping, the other mode', async () => {
    const { hub, stage } = await hubWith();
    await stage.publish([
      {
        stream: 'issues',
        records: [issue({ key: 'a', type: 'CODE_SMELL', severity: 'MINOR', ...impacts('BLOCKER', 'LOW') })],
      },
      { stream: 'hotspots', records: [hotspot({ key: 'h', vulnerabilityProbability: 'HIGH' })] },
    ]);
    expect((await detailOf(hub, 'a')).level).toEqual({
      mode: 'mqr',
      told: false,
      impacts: [
        { quality: 'security', level: 'BLOCKER' },
        { quality: 'maintainability', level: 'LOW' },
      ],
      serverType: 'CODE_SMELL',
      serverSeverity: 'MINOR',
      probability: null,
      mapping: { axis: 'impact', level: 'BLOCKER', severity: 'critical' },
      otherwise: { type: 'code_smell', severity: 'low', sourceLevel: 'MINOR' },
    });
    await hub.db.execute(`insert into code_quality.counting_modes values (1, '-infinity', 'standard', true)`);
    const standard = await detailOf(hub, 'a');
    expect(standard).toMatchObject({ type: 'code_smell', severity: 'low', severitySource: 'standard' });
    expect(standard.level).toMatchObject({
      mode: 'standard',
      told: true,
      mapping: { level: 'MINOR', severity: 'low' },
    });
    expect(await detailOf(hub, 'a', '?counting=other')).toMatchObject({ type: 'vulnerability', severity: 'critical' });
    await hub.db.execute(`delete from code_quality.severity_mapping where raw_level = 'MINOR'`);
    const unknown = await detailOf(hub, 'a');
    expect([unknown.severity, unknown.level.mapping]).toEqual(['unrated', null]);
    expect((await detailOf(hub, 'h')).level).toMatchObject({ probability: 'HIGH', mapping: { axis: 'probability' } });
  });

  it('brings what its rule says, and says what was not read', async () => {
    const { hub, stage } = await hubWith();
    const sections = [
      { key: 'root_cause', context: null, blocks: [{ kind: 'paragraph', text: '<b>as it stands</b>' }] },
    ];
    await stage.publish([
      {
        stream: 'rules',
        records: [rule({ key: 'js:S1', name: 'One', cwe: ['CWE-79'], owasp: ['A3:2021'], sections } as never)],
      },
      { stream: 'issues', records: [issue({ key: 'a', rule: 'js:S1' }), issue({ key: 'b', rule: 'js:S2' })] },
    ]);
    expect((await detailOf(hub, 'a')).rules).toMatchObject({ name: 'One', owasp: ['A3:2021'], read: true, sections });
    expect((await detailOf(hub, 'b')).rules).toMatchObject({ key: 'js:S2', read: false, owasp: null, sections: null });
    // As an upgrade leaves a rule that was read before its text was kept.
    await hub.db.execute(
      `update code_quality.rules set owasp = null, description = null, row_hash = gen_random_uuid() where source_key = 'js:S1'`,
    );
    expect((await detailOf(hub, 'a')).rules).toMatchObject({ read: true, owasp: null, sections: null });
    const { body } = await hub.call('GET', '/api/v1/findings/facets?facets=owasp,cwe');
    expect(body.facets).toMatchObject([
      { facet: 'owasp', values: [], unread: 2 },
      { facet: 'cwe', values: [{ value: 'CWE-79', findings: 1 }], unread: 1 },
    ]);
    await stage.publish([
      {
        stream: 'rules',
        records: [rule({ key: 'js:S1', name: 'One', cwe: ['CWE-79'], owasp: ['A3:2021'], sections } as never)],
      },
    ]);
    expect((await detailOf(hub, 'a')).rules).toMatchObject({ owasp: ['A3:2021'], sections });
  });

  it('says where it counts nowhere, and that there is none', async () => {
    const { hub, stage } = await hubWith();
    await stage.publish([{ stream: 'issues', records: [issue({ key: 'a' })] }]);
    expect((await detailOf(hub, 'a')).standing).toBe('counts');
    await hub.db.execute('update code_quality.projects set left_scope_at = now()');
    expect((await detailOf(hub, 'a')).standing).toBe('out_of_scope');
    await hub.db.execute('update code_quality.projects set left_scope_at = null, duplicate_of = 9');
    expect((await detailOf(hub, 'a')).standing).toBe('duplicate');
    expect((await hub.call('GET', '/api/v1/findings')).body.total).toBe(0);
    expect((await hub.call('GET', '/api/v1/findings/4711')).body.error.code).toBe('not_found');
  });
});

describe('a list that takes too long', () => {
  it('ends with words that say so', async () => {
    const hub = await testHub({
      now: () => now,
      routes: (db) => findingRoutes({ db, now: () => now, timeouts: { page: '1ms', file: '1ms' } }),
    });
    await hub.db.execute(
      `create function code_quality.slowly() returns text language sql volatile as $$ select pg_sleep(0.2)::text $$;
       alter table code_quality.severity_mapping rename to mapping;
       create view code_quality.severity_mapping as select m.* from code_quality.mapping m where code_quality.slowly() is not null;
       insert into code_quality.projects (integration_id, source_key, name, qualifier, row_hash) values (1, 'p', 'p', 'TRK', gen_random_uuid());
       insert into code_quality.branches (integration_id, project_id, source_key, kind, name, is_main, gate_status, row_hash) values (1, 1, 'b', 'branch', 'b', true, 'OK', gen_random_uuid());
       insert into code_quality.findings (integration_id, project_id, branch_id, opened_at, updated_at, period_from, row_hash, kind, class, axis, raw_level, state, counted_state, asset_type, source_key, message, status)
       values (1, 1, 1, now(), now(), now(), gen_random_uuid(), 'issue', 'bug', 'impact', 'HIGH', 'open', 'open', 'repository', 'k', 'm', 'OPEN')`,
    );
    for (const path of ['findings?severity=high', 'findings/facets', 'findings?format=csv']) {
      const answer = await hub.call('GET', `/api/v1/${path}`);
      expect([answer.status, answer.body?.error?.code], path).toEqual([504, 'findings_timeout']);
    }
  });
});
