import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SimulatorState } from '../../lab/simulators/sonarqube/index.ts';
import { someRules } from '../../lab/simulators/sonarqube/scenarios.ts';
import { daysBefore, startSyncedSource, type SyncedSource, syncWell } from './simulated-source.ts';

let source: SyncedSource;
afterEach(() => source?.close());

const rules = someRules(8);
const at = daysBefore(2);

function scenario(state: SimulatorState): void {
  state.addProject({ key: 'open', analyses: [{ at, issues: { count: 9, rules } }] });
  state.addProject({ key: 'vault', visibility: 'private', analyses: [{ at, issues: { count: 40, rules } }] });
}

/** A user with these global permissions and Browse on public projects only. */
async function beginAs(permissions: readonly string[], scene = scenario): Promise<void> {
  source = await startSyncedSource({ scenario: scene });
  source.server.state.addUser({ login: 'operator', permissions });
  source.token = source.server.state.addToken({ kind: 'squ', login: 'operator' });
}

interface Completeness {
  outcome: string;
  code: string | null;
  source: number | null;
  stored: number;
  proof: string;
  method: string;
}

const completenessOf = (slice: string, stream = 'issues'): Promise<Completeness[]> =>
  source.db.query<Completeness>(
    `select outcome, error_code as code, source_count::int as source, stored_count::int as stored, proof, method
       from ingestion.completeness c where c.slice = $1 and c.stream = $2
        and c.task_id = (select max(task_id) from ingestion.completeness where slice = $1 and stream = $2)`,
    [slice, stream],
  );

const unreadable = async (): Promise<string[]> =>
  (
    await source.db.query<{ source_key: string }>(
      'select source_key from code_quality.projects where unreadable_at is not null order by 1',
    )
  ).map((row) => row.source_key);

const runAudit = async (): Promise<string[]> => {
  const audit = await source.audit();
  return [audit.status, audit.error?.code ?? 'no error', audit.error?.message ?? ''];
};

describe('a private project that an administrator’s token lists and may not browse', () => {
  for (const permissions of [['admin'], ['admin', 'scan']]) {
    it(`with ${permissions.join(' and ')}: run partial, audit incomplete, no empty complete listing`, async () => {
      await beginAs(permissions);
      const { run } = await source.sync();
      expect(run).toMatchObject({ status: 'partial', error: { code: 'invalid_permissions' } });
      expect(run.error?.message).toContain('“vault”');
      expect(await unreadable()).toEqual(['vault']);
      const stream = permissions.includes('scan') ? 'issues' : 'branches';
      expect(await completenessOf('project:vault', stream)).toMatchObject([
        { outcome: 'unavailable', code: 'invalid_permissions', source: null },
      ]);
      expect(await completenessOf('project:open')).toMatchObject([{ outcome: 'complete', source: 9, stored: 9 }]);
      expect(await runAudit()).toEqual(['incomplete', 'invalid_permissions', expect.stringContaining('“vault”')]);
    });
  }

  it('read before, then closed: nothing is gone, the run is partial, and it comes back', async () => {
    await beginAs(['admin', 'scan'], (state) => {
      scenario(state);
      state.setVisibility('vault', 'public');
    });
    await syncWell(source);
    source.server.state.setVisibility('vault', 'private');
    source.clock.advance(5);
    expect((await source.sync({ full: true })).run).toMatchObject({
      status: 'partial',
      error: { code: 'invalid_permissions' },
    });
    const stored = 'select count(*)::int as n from data.sonarqube_issues where deleted_at is null';
    expect(await source.db.one(stored)).toEqual({ n: 49 });
    source.server.state.setVisibility('vault', 'public');
    source.clock.advance(5);
    await syncWell(source, { full: true });
    expect(await unreadable()).toEqual([]);
    expect((await runAudit())[0]).toBe('equal');
  });

  it('whose issues were all closed loses none of them: the search counts nothing, and is not believed', async () => {
    await beginAs(['admin', 'scan'], (state) => {
      scenario(state);
      state.setVisibility('vault', 'public');
      for (const key of state.issueKeys('vault')) state.closeIssue(key);
    });
    await syncWell(source);
    source.server.state.setVisibility('vault', 'private');
    source.clock.advance(5);
    await source.sync({ full: true });
    const stored = 'select count(*)::int as n from data.sonarqube_issues where deleted_at is null';
    expect(await source.db.one(stored)).toEqual({ n: 49 });
  });

  it('is found by the count of the daily audit, too', async () => {
    await beginAs(['admin', 'scan'], (state) => {
      state.addProject({ key: 'empty', visibility: 'public', analyses: [{ at }] });
    });
    await syncWell(source);
    source.server.state.setVisibility('empty', 'private');
    await source.db.execute('update ingestion.schedules set next_audit_at = now(), audit_time = $1', [
      source.auditTime,
    ]);
    const audit = await vi.waitFor(
      async () => {
        const [newest] = await source.room.audits('lab');
        expect(newest?.finishedAt ?? null).not.toBeNull();
        return source.room.audit(newest?.id ?? 0);
      },
      { timeout: 60_000, interval: 50 },
    );
    expect(audit).toMatchObject({ status: 'incomplete', depth: 'counts', error: { code: 'invalid_permissions' } });
  });
});

describe('a listing of nothing beside a measure that says there is something', () => {
  const contradiction = (state: SimulatorState): void => {
    state.addProject({ key: 'odd', analyses: [{ at, measures: { violations: '7', security_hotspots: '2' } }] });
  };

  it('is no complete listing: the run is partial and both numbers are shown', async () => {
    await beginAs(['admin', 'scan'], contradiction);
    const { run } = await source.sync();
    expect(run).toMatchObject({ status: 'partial', error: { code: 'incomplete_listing' } });
    expect(run.error?.message).toMatch(/0 stored, the server says 7/);
    const [issues] = await completenessOf('project:odd');
    expect(issues).toMatchObject({ source: 7, stored: 0, proof: 'unproven' });
    expect(issues?.method).toContain('the measure violations says 7');
    expect(await completenessOf('project:odd', 'hotspots')).toMatchObject([
      { source: 2, stored: 0, proof: 'unproven' },
    ]);
    expect((await runAudit()).slice(0, 2)).toEqual(['incomplete', 'incomplete_listing']);
  });

  it('an empty project without one is complete', async () => {
    await beginAs(['admin', 'scan'], (state) => {
      state.addProject({ key: 'none', analyses: [{ at }] });
    });
    await syncWell(source);
    expect(await completenessOf('project:none')).toMatchObject([{ outcome: 'complete', source: 0, stored: 0 }]);
    expect((await runAudit())[0]).toBe('equal');
  });
});

describe('more projects than a discovery looks for one by one, no longer in any list', () => {
  const keys = Array.from({ length: 57 }, (_, index) => `p-${String(index + 1).padStart(2, '0')}`);
  const closed = keys.slice(0, 55);

  it('have their turns, the longest not asked for first: a deleted one behind all others is found', async () => {
    // Those that were read before they were closed; the last of them is no longer there.
    await beginAs([], (state) => {
      for (const key of keys)
        if (key !== 'p-55')
          state.addProject({ key, visibility: closed.includes(key) ? 'private' : 'public', analyses: [{ at }] });
    });
    await syncWell(source);
    await source.db.execute(
      `insert into code_quality.projects (integration_id, source_key, name, qualifier, row_hash)
       select 1, key, key, 'TRK', md5(key)::uuid from unnest($1::text[]) as key`,
      [closed],
    );
    const lookedFor = async (): Promise<string[]> => {
      source.clock.advance(5);
      const { requests } = await source.sync();
      return requests
        .filter((call) => call.startsWith('api/components/show'))
        .flatMap((call) => /"component":"(p-\d+)"/.exec(call)?.[1] ?? [])
        .toSorted();
    };
    expect(await lookedFor()).toEqual(closed.slice(0, 50));
    expect(await lookedFor()).toEqual([...closed.slice(0, 45), ...closed.slice(50)]);
    expect(await source.db.query('select source_key from code_quality.projects where deleted_at is not null')).toEqual([
      { source_key: 'p-55' },
    ]);
    // p-46 to p-50 wait the longest; of those of the second time the first by name.
    expect(await lookedFor()).toEqual(closed.slice(0, 50));
    expect(await unreadable()).toEqual(closed.slice(0, 54));
  }, 120_000);
});

describe('an answer that says nothing about permission', () => {
  it('a 500 for the branches of one project fails its task and marks nothing as unreadable', async () => {
    await beginAs(['admin', 'scan']);
    source.server.state.setVisibility('vault', 'public');
    source.server.faults.add({
      match: { path: 'api/project_branches/list', query: { project: 'vault' } },
      kind: { type: 'status', status: 500, contentType: 'application/json', body: '{"errors":[{"msg":"An error"}]}' },
      times: Number.POSITIVE_INFINITY,
    });
    // Its retries are due at once.
    const hurry = setInterval(() => {
      void source.db.execute('update ingestion.tasks set not_before = now() where not_before > now()');
    }, 100);
    const { run } = await source.sync().finally(() => clearInterval(hurry));
    expect(run.error?.code).toBe('upstream_error');
    expect(['failed', 'partial']).toContain(run.status);
    expect(await unreadable()).toEqual([]);
  });

  it('a proxy that blocks the branches with its own page is not the server’s refusal', async () => {
    await beginAs(['admin', 'scan']);
    source.server.state.setVisibility('vault', 'public');
    source.server.faults.add({
      match: { path: 'api/project_branches/list', query: { project: 'vault' } },
      kind: { type: 'status', status: 403, contentType: 'application/json', body: '{"message":"Forbidden"}' },
      times: Number.POSITIVE_INFINITY,
    });
    await source.sync();
    expect(await unreadable()).toEqual([]);
    expect(await completenessOf('project:vault')).toMatchObject([{ outcome: 'complete', source: 40, stored: 40 }]);
  });

  it('a 404 for a project that the list names is one that the token may not see', async () => {
    await beginAs(['admin', 'scan']);
    source.server.faults.add({
      match: { path: 'api/project_branches/list', query: { project: 'vault' } },
      kind: {
        type: 'status',
        status: 404,
        contentType: 'application/json',
        body: `{"errors":[{"msg":"Project 'vault' not found"}]}`,
      },
      times: Number.POSITIVE_INFINITY,
    });
    const { run } = await source.sync();
    expect(run).toMatchObject({ status: 'partial', error: { code: 'invalid_permissions' } });
    expect(await unreadable()).toEqual(['vault']);
  });
});
