import { describe, expect, it, vi } from 'vitest';
import { connections } from '../../../../test/support/connections.ts';
import { fakeConnector } from '../../../../test/support/fake-connector.ts';
import { testHub, type TestHub } from '../../../../test/support/hub.ts';
import type { Database, MigrationId } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { Outbound } from '../../../platform/outbound/types.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import type { Vault } from '../../../platform/vault/index.ts';
import { prepareReader } from '../../explorer/index.ts';
import type { DoctorReport } from '../contract.ts';
import { writeHeartbeat } from '../processes/store.ts';
import { outlivingQueries } from './database-checks.ts';
import { doctorRoutes } from './doctor.ts';

const appliedMigrations = (db: Database): Promise<MigrationId[]> =>
  db.query<MigrationId>('select room, number, name from platform.migrations order by number');

interface World {
  /** What the integration's host answers with; an error code when it does not. */
  host?: { date: Date } | 'unreachable' | 'tls_error' | 'read_by_satellite';
  settings?: { name: string; value: string }[];
  publicUrl?: string;
}

const sonar = {
  id: 1,
  name: 'sonar',
  kind: 'sonarqube',
  hostKey: 'https://sonar.example',
  place: 'hub',
  intervalSeconds: 900,
  blackouts: [],
  auditTime: null,
};

/** A hub with a worker and nothing wrong, unless the world says otherwise. */
async function examine(world: World, prepare: (hub: TestHub) => Promise<void> = async () => undefined) {
  let vault: Vault | undefined;
  let known: MigrationId[] = [];
  const outbound = {
    request: async () => {
      if (typeof world.host === 'string') throw new PlumblineError(world.host);
      return { status: 200, headers: { date: (world.host?.date ?? new Date()).toUTCString() } };
    },
    close: async () => undefined,
  } as unknown as Outbound;
  const { connect } = connections({
    integration: () => ({ ...sonar, connector: fakeConnector().connector, settings: {}, secrets: {} }),
    openOutbound: () => outbound,
  });
  const hub = await testHub({
    routes: (db) =>
      doctorRoutes({
        db,
        log: silentLog,
        version: '0.0.0-test',
        now: () => new Date(),
        connect,
        get vault() {
          return vault as Vault;
        },
        get migrations() {
          return known;
        },
        recordForms: new Map([['sonarqube', 7]]),
        facts: () => ({
          settings: world.settings ?? [],
          unknownVariables: [],
          publicUrlIsSet: world.publicUrl !== undefined,
          publicUrl: new URL(world.publicUrl ?? 'http://127.0.0.1:8420'),
          listensOnLoopback: true,
          insecureHttp: false,
          embeddedDatabase: true,
        }),
      }),
  });
  vault = hub.vault;
  known = await appliedMigrations(hub.db);
  // Of the job queue only what the doctor reads.
  await hub.db.execute('create schema jobs; create table jobs.job (state text, start_after timestamptz)');
  await prepare(hub);
  const { status, body } = await hub.call('GET', '/api/v1/doctor');
  expect(status).toBe(200);
  return (body as DoctorReport).checks;
}

const worker = (facts: object = {}) => ({
  id: '6f3f4a52-7d5e-4f0e-9f43-0d6f1c1f3a10',
  role: 'worker' as const,
  version: '0.0.0-test',
  host: 'w1',
  pid: 7,
  address: null,
  keyIds: [],
  facts: { node: 'v24', ...facts },
});
const withWorker = async ({ db }: TestHub): Promise<void> => writeHeartbeat(db, worker());

async function addIntegration(db: Database, health?: string): Promise<void> {
  await db.execute(`insert into integrations.integrations (name, kind, settings) values ('sonar', 'sonarqube', '{}')`);
  if (health !== undefined) {
    await db.execute(
      'insert into ingestion.health (integration_id, health) select id, $1 from integrations.integrations',
      [health],
    );
  }
}

const notWell = (checks: DoctorReport['checks']) =>
  checks.filter(({ outcome }) => outcome === 'bad' || outcome === 'warning');
// The tests' server may lose everything; that is what the doctor says of it.
const ofTheServer = new Set(['fsync is off', 'full_page_writes is off']);
const findings = (checks: DoctorReport['checks']) =>
  notWell(checks)
    .filter((check) => !ofTheServer.has(check.message))
    .map((check) => `${check.outcome} ${check.area}: ${check.name}`);

describe('doctor', () => {
  it('finds nothing in an installation that is well', async () => {
    const checks = await examine({}, async (hub) => {
      await withWorker(hub);
      await addIntegration(hub.db, 'HEALTHY');
    });
    expect(findings(checks)).toEqual([]);
    expect(checks.length).toBeGreaterThan(15);
    for (const check of notWell(checks)) expect(check.remedy).toMatch(/\w{3}/);
  });

  it('hashes the audit trail again, and names the first row that is not as it was written', async () => {
    const checks = (prepare: (db: Database) => Promise<unknown> = async () => undefined) =>
      examine({}, async (hub) => {
        await withWorker(hub);
        await addIntegration(hub.db, 'HEALTHY');
        await hub.administrator();
        await prepare(hub.db);
      });
    const well = (await checks()).find(({ area }) => area === 'audit trail');
    expect(well).toMatchObject({
      outcome: 'ok',
      message: expect.stringMatching(/^\d rows, .* with hash [0-9a-f]{64}$/),
    });
    const changed = await checks((db) =>
      db.execute(`update access.audit_events set actor_name = 'nobody' where id = 1`),
    );
    expect(findings(changed)).toEqual(['bad audit trail: chain']);
    expect(notWell(changed).find(({ area }) => area === 'audit trail')?.message).toMatch(
      /^changed_row: Row 1, entry 1 /,
    );
  });

  it('says that nobody syncs', async () => {
    expect(findings(await examine({}))).toEqual(['bad processes: workers']);
  });

  it.each([
    ['unreachable', 'bad integrations: sonar (sonarqube) host'],
    ['tls_error', 'bad integrations: sonar (sonarqube) host'],
    [{ date: new Date(Date.now() - 30_000) }, 'warning integrations: sonar (sonarqube) clock'],
    [{ date: new Date(Date.now() + 3_600_000) }, 'bad integrations: sonar (sonarqube) clock'],
  ] as const)('asks the host of each integration: %j', async (host, finding) => {
    const checks = await examine({ host }, async (hub) => {
      await withWorker(hub);
      await addIntegration(hub.db, 'HEALTHY');
    });
    expect(findings(checks)).toEqual([finding]);
  });

  it.each(['CRITICAL', 'OFFLINE_SATELLITE'])('repeats the health of integrations: %s', async (health) => {
    const checks = await examine({}, async (hub) => {
      await withWorker(hub);
      await addIntegration(hub.db, health);
    });
    expect(findings(checks)).toEqual(['bad integrations: sonar (sonarqube)']);
    const remedy = checks.find(({ outcome, area }) => outcome === 'bad' && area === 'integrations')?.remedy;
    expect(remedy).toContain(health === 'CRITICAL' ? 'Monitoring page' : 'plumbline satellite run');
  });

  it('does not miss the way to what a satellite reads', async () => {
    const checks = await examine({ host: 'read_by_satellite' }, async (hub) => {
      await withWorker(hub);
      await addIntegration(hub.db, 'HEALTHY');
    });
    expect(findings(checks)).toEqual([]);
    expect(checks.find(({ name }) => name === 'sonar (sonarqube) host')?.message).toContain('a satellite reads it');
  });

  it('tells what each process said of its machine', async () => {
    const facts = {
      rssBytes: 950,
      memoryLimitBytes: 1_000,
      freeDiskBytes: 1e6,
      diskBytes: 1e12,
      clockSkewMs: -90_000,
    };
    const checks = await examine({}, async ({ db }) => writeHeartbeat(db, worker(facts)));
    expect(findings(checks)).toEqual([
      'warning processes: worker w1 (7) memory',
      'bad processes: worker w1 (7) disk',
      'bad processes: worker w1 (7) clock',
    ]);
  });

  it('says how many connections there are, and warns before they are not enough', async () => {
    const checks = await examine({}, async (hub) => {
      await withWorker(hub);
      await addIntegration(hub.db, 'HEALTHY');
      for (let process = 0; process < 40; process++) {
        const id = `6f3f4a52-7d5e-4f0e-9f43-0d6f1c1f3${String(100 + process)}`;
        await writeHeartbeat(hub.db, { ...worker(), id, pid: 100 + process });
      }
    });
    expect(findings(checks)).toEqual(['warning database: connections']);
    expect(checks.find(({ name }) => name === 'connections')?.message).toContain('need up to 984');
  });

  it('shows a query of people that outlives its cancellation, and says what ends it', async () => {
    const { db } = await testHub();
    const reader = await prepareReader(db, { ownCluster: false });
    const { client } = await reader.connect('plumbline sql');
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const pid = rows[0]?.pid ?? 0;
    // Some seconds in one call of a function in which PostgreSQL looks for no request.
    const busy = client
      .query("select length(translate(repeat('a', 2000000), repeat('b', 500), ''))")
      .catch(() => undefined);
    const running = 'select count(*)::int as n from pg_stat_activity where pid = $1 and state = $2';
    await vi.waitFor(async () => expect(await db.one(running, [pid, 'active'])).toEqual({ n: 1 }), { timeout: 30_000 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await db.execute('select pg_cancel_backend($1), pg_terminate_backend($1)', [pid]);
    const found = await outlivingQueries(db, { people: 0.1, analysts: 0.1 });
    expect(found).toMatchObject({ area: 'database', name: 'SQL of people', outcome: 'bad' });
    expect(found.message).toMatch(new RegExp(`^process ${pid} \\(${reader.role}\\) for `));
    expect(found.remedy).toContain('restart the database');
    // Within its time it is nobody's concern.
    expect(await outlivingQueries(db)).toMatchObject({ outcome: 'ok', message: 'no query outlives its time' });
    await busy;
    await vi.waitFor(
      async () => expect(await outlivingQueries(db, { people: 0.1, analysts: 0.1 })).toMatchObject({ outcome: 'ok' }),
      { timeout: 60_000, interval: 200 },
    );
  });

  it('says what is read again after an upgrade, until it was read', async () => {
    const checks = await examine({}, async (hub) => {
      await withWorker(hub);
      await addIntegration(hub.db, 'HEALTHY');
      for (const [slice, scope, form] of [
        ['project:a', 'main', 6],
        ['project:a', 'next', 6],
        ['project:b', 'main', 7],
      ]) {
        await hub.db.execute(
          `insert into ingestion.bookmarks (integration_id, slice, stream, scope, value, hash_version)
           select id, $1, 'issues', $2, '{}', $3 from integrations.integrations`,
          [slice, scope, form],
        );
      }
    });
    expect(checks.filter(({ area }) => area === 'upgrade').map(({ message }) => message)).toEqual([
      'sonar: 2 branches of 1 projects are listed whole once, with their next sync',
    ]);
  });

  it('finds secrets that no held key opens, and a rotation that was left', async () => {
    const checks = await examine({}, async (hub) => {
      await withWorker(hub);
      await addIntegration(hub.db, 'HEALTHY');
      const sealed = { apiToken: { keyId: 'lost', version: 1 } };
      await hub.db.execute(
        `insert into integrations.credentials (integration_id, label, sealed) select id, 'token', $1 from integrations.integrations`,
        [JSON.stringify(sealed)],
      );
      await hub.db.execute(`insert into vault.keys (id, check_value) values ('next', '{}')`);
    });
    expect(findings(checks)).toEqual(['warning secrets: rotation', 'bad secrets: secrets']);
  });

  it('is for administrators, and shows of a setting no secret', async () => {
    const checks = await examine(
      {
        settings: [
          { name: 'DATABASE_URL', value: '(set)' },
          { name: 'PLUMBLINE_LOG_LEVEL', value: 'debug' },
        ],
      },
      async (hub) => {
        await withWorker(hub);
        expect((await hub.call('GET', '/api/v1/doctor', { as: 'viewer' })).status).toBe(403);
      },
    );
    const settings = checks.find((check) => check.name === 'settings' && check.area === 'configuration');
    expect(settings?.message).toBe('DATABASE_URL=(set) PLUMBLINE_LOG_LEVEL=debug');
  });
});
