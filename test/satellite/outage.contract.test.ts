import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { expireLeases } from '../../src/features/ingestion/store/tasks.ts';
import type { Log } from '../../src/platform/telemetry/log.ts';
import { dataContents } from '../crash/data-contents.ts';
import { tablesHolding } from './contents.ts';
import { satelliteStage, type SatelliteStage, type System } from './stage.ts';
import { sonarqubeSystem } from './systems.ts';

const contentsOf = (stage: SatelliteStage, id: number) =>
  dataContents(stage.db, { integrationId: id, besideAnother: true });

/** Two integrations of one server: one read by the hub, one by satellites, already validated. */
async function twoWays(stage: SatelliteStage, system: System): Promise<{ direct: number; far: number; yaml: string }> {
  const [direct, far] = [await stage.direct('direct', system), await stage.far('far', system)];
  await stage.db.execute('update integrations.integrations set checked_at = now() where id = $1', [far]);
  await stage.sync(direct);
  await stage.settled(direct);
  return { direct, far, yaml: await stage.file([far], system) };
}

/** Each record once, and everything that the hub reads itself. */
async function expectEqual(stage: SatelliteStage, { direct, far }: { direct: number; far: number }): Promise<void> {
  expect(await contentsOf(stage, far)).toEqual(await contentsOf(stage, direct));
  const runs = await stage.db.query('select distinct status from ingestion.runs where integration_id = $1', [far]);
  expect(runs).toEqual([{ status: 'success' }]);
}

function heard(): { log: Log; said: string[] } {
  const said: string[] = [];
  const line = (fields: object, message: string): void => void said.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { debug: line, info: line, warn: line, error: line, child: () => log };
  return { log, said };
}

async function home(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-satellite-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

describe('while the hub is away', () => {
  it('reading goes on, what was read waits on the disk, and nothing is lost or doubled', async () => {
    const { system } = await sonarqubeSystem({ projects: 2, issuesPerProject: 4_000 });
    const stage = await satelliteStage({ leaseSeconds: 2 });
    const ways = await twoWays(stage, system);
    const { log, said } = heard();
    const running = await stage.satellite(ways.yaml, { log });
    let cut = false;
    stage.front.before = (call) => {
      if (call !== 'stage' || cut) return;
      cut = true;
      stage.front.cut();
    };
    await stage.sync(ways.far);
    await vi.waitFor(() => expect(running.buffer().bytes).toBeGreaterThan(0), { timeout: 60_000, interval: 20 });
    // Longer than a lease: nobody else has the task, so it is taken up again.
    await delay(3_000);
    expect(await expireLeases(stage.db, 100)).toBeGreaterThanOrEqual(0);
    await stage.front.mend();
    await stage.settled(ways.far);
    await expectEqual(stage, ways);
    expect(said.some((line) => line.startsWith('lease taken up again'))).toBe(true);
    expect(running.buffer()).toEqual({ bytes: 0, full: false });
    expect(said.some((line) => line.startsWith('the hub does not take'))).toBe(true);
    expect(said.some((line) => line.startsWith('the hub is there again'))).toBe(true);
  });

  it('a buffer that is full keeps the oldest, says so, and reading waits', async () => {
    const { system } = await sonarqubeSystem({ projects: 1, issuesPerProject: 6_000 });
    const stage = await satelliteStage({ leaseSeconds: 60 });
    const ways = await twoWays(stage, system);
    const { log, said } = heard();
    const running = await stage.satellite(ways.yaml, { log, bufferBytes: 2_000 });
    let cut = false;
    stage.front.before = (call) => {
      if (call !== 'stage' || cut) return;
      cut = true;
      stage.front.cut();
    };
    await stage.sync(ways.far);
    await vi.waitFor(() => expect(running.buffer().full).toBe(true), { timeout: 60_000, interval: 20 });
    await vi.waitFor(() => expect(said.some((line) => line.startsWith('the buffer is full'))).toBe(true));
    await stage.front.mend();
    await stage.settled(ways.far);
    await expectEqual(stage, ways);
  });

  it('an answer that was lost is no second record', async () => {
    const { system } = await sonarqubeSystem({ projects: 2, issuesPerProject: 2_500 });
    const stage = await satelliteStage();
    const ways = await twoWays(stage, system);
    await stage.satellite(ways.yaml);
    const lost: string[] = [];
    stage.front.after = (call) => {
      const often = lost.filter((one) => one === call).length;
      if (!['stage', 'open', 'finish'].includes(call) || often >= 2) return undefined;
      lost.push(call);
      return 'lose';
    };
    await stage.sync(ways.far);
    await stage.settled(ways.far);
    expect(lost.toSorted()).toEqual(['finish', 'finish', 'open', 'open', 'stage', 'stage']);
    await expectEqual(stage, ways);
  });

  it('a satellite that ends leaves what it read to the next one', async () => {
    const { system } = await sonarqubeSystem({ projects: 1, issuesPerProject: 6_000 });
    const stage = await satelliteStage({ leaseSeconds: 60 });
    const ways = await twoWays(stage, system);
    const directory = await home();
    const first = await stage.satellite(ways.yaml, { home: directory });
    stage.front.before = (call) => {
      if (call === 'stage') stage.front.cut();
    };
    await stage.sync(ways.far);
    await vi.waitFor(() => expect(first.buffer().bytes).toBeGreaterThan(0), { timeout: 60_000, interval: 20 });
    const ending = first.stop();
    stage.front.before = undefined;
    await stage.front.mend();
    await ending;
    await stage.satellite(ways.yaml, { home: directory });
    await stage.settled(ways.far);
    await expectEqual(stage, ways);
    const left = await readdir(directory, { recursive: true });
    expect(left.filter((name) => /\.(stage|finish)\./.test(name))).toEqual([]);
  });
});

describe('several and odd satellites', () => {
  it('two with one file share the work, and read nothing twice', async () => {
    const { system, server } = await sonarqubeSystem({ projects: 8, issuesPerProject: 200 });
    const stage = await satelliteStage();
    const ways = await twoWays(stage, system);
    const alone = server.journal.entries.length;
    await stage.satellite(ways.yaml);
    await stage.satellite(ways.yaml);
    await stage.sync(ways.far);
    await stage.settled(ways.far);
    await expectEqual(stage, ways);
    const retries = await stage.db.one<{ n: number }>(
      'select coalesce(sum(retries), 0)::int as n from ingestion.tasks where integration_id = $1',
      [ways.far],
    );
    expect(retries.n).toBe(0);
    // Each keeps answers of its own for a run; everything else is asked for once.
    expect(server.journal.entries.length - alone).toBeLessThan(alone * 1.5);
    const { body } = await stage.call('GET', '/api/v1/satellites');
    expect(body.satellites).toHaveLength(2);
  });

  it('one whose clock is ten minutes off reads the same, and is told of', async () => {
    const { system } = await sonarqubeSystem({ projects: 1, issuesPerProject: 50 });
    const stage = await satelliteStage();
    const ways = await twoWays(stage, system);
    const { log, said } = heard();
    await stage.satellite(ways.yaml, { log, now: () => new Date(Date.now() - 600_000) });
    await stage.sync(ways.far);
    await stage.settled(ways.far);
    await expectEqual(stage, ways);
    expect(said.some((line) => line.startsWith('the clock of this machine differs'))).toBe(true);
    const { body } = await stage.call('GET', '/api/v1/satellites');
    expect(body.satellites).toMatchObject([{ clockDiffers: true }]);
    expect(Math.round(body.satellites[0].clockAheadMs / 60_000)).toBe(-10);
  });

  it('one before a certificate that has expired sends nothing, and says why', async () => {
    const { system, server } = await sonarqubeSystem({ projects: 1, issuesPerProject: 5 });
    const stage = await satelliteStage({
      certificate: { notBefore: new Date('2025-01-01'), notAfter: new Date('2025-06-01') },
    });
    const far = await stage.far('far', system);
    const { log, said } = heard();
    await stage.satellite(await stage.file([far], system), { log });
    await vi.waitFor(() => expect(said.some((line) => line.includes('tls_error'))).toBe(true), { timeout: 30_000 });
    expect(stage.front.calls).toEqual([]);
    expect(server.journal.entries).toEqual([]);
    expect(said.join('\n')).toMatch(/expired/);
  });

  it('one whose key is revoked stops reading, and its data stays', async () => {
    const { system } = await sonarqubeSystem({ projects: 1, issuesPerProject: 50 });
    const stage = await satelliteStage();
    const ways = await twoWays(stage, system);
    const { log, said } = heard();
    await stage.satellite(ways.yaml, { log });
    await stage.sync(ways.far);
    await stage.settled(ways.far);
    const before = await contentsOf(stage, ways.far);
    const keys = (await stage.call('GET', '/api/v1/satellites')).body.keys as { id: number }[];
    for (const { id } of keys) await stage.call('POST', `/api/v1/satellites/keys/${id}/revoke`);
    await stage.sync(ways.far);
    await vi.waitFor(() => expect(said.some((line) => line.includes('satellite_key_revoked'))).toBe(true), {
      timeout: 30_000,
    });
    await delay(1_000);
    const { n } = await stage.db.one<{ n: number }>(
      `select count(*)::int as n from ingestion.tasks where integration_id = $1 and state = 'pending'`,
      [ways.far],
    );
    expect(n).toBe(1);
    expect(await contentsOf(stage, ways.far)).toEqual(before);
    expect(await stage.satellites.offline([ways.far])).toEqual(new Set([ways.far]));
  });
});

describe('the secret of the tool', () => {
  it('is nowhere in the hub: not in its database, not in a log of either side, not in what passes between them', async () => {
    const { log, said } = heard();
    const { system, server } = await sonarqubeSystem({ projects: 1, issuesPerProject: 1_200 });
    const stage = await satelliteStage({ log });
    const far = await stage.far('far', system);
    const yaml = await stage.file([far], system);
    const secret = system.secrets['apiToken'] as string;
    expect(yaml).toContain(secret);
    await stage.satellite(yaml, { log });
    expect((await stage.check(far)).text).not.toContain(secret);
    await stage.sync(far);
    await stage.settled(far);
    // Refused as well: what the server says of a token must not come back with it.
    server.state.revokeToken(secret);
    const refused = await stage.check(far);
    expect(refused.text).not.toContain(secret);
    expect(said.length).toBeGreaterThan(3);
    expect(said.filter((line) => line.includes(secret))).toEqual([]);
    const { searched, found } = await tablesHolding(stage.db, secret);
    expect(searched).toBeGreaterThan(60);
    expect(found).toEqual([]);
  });
});

describe('a hub that could not keep what it was told', () => {
  it('says so, and the task begins again where it was kept', async () => {
    const { system } = await sonarqubeSystem({ projects: 1, issuesPerProject: 3_500 });
    const stage = await satelliteStage();
    const ways = await twoWays(stage, system);
    await stage.satellite(ways.yaml);
    let broken = false;
    stage.front.before = async (call) => {
      if (call !== 'stage' || broken) return;
      broken = true;
      // As a database that has no room at this moment: the write fails, the process lives on.
      await stage.db.execute(
        `create function public.no_room() returns trigger language plpgsql as $$ begin raise exception 'no room' using errcode = '53100'; end $$`,
      );
      await stage.db.execute(
        'create trigger no_room before insert on ingestion.staged_events for each statement execute function public.no_room()',
      );
      await stage.db.execute(
        'create trigger no_room before update on ingestion.tasks for each statement execute function public.no_room()',
      );
      setTimeout(() => {
        void stage.db.execute('drop function public.no_room() cascade');
      }, 1_000);
    };
    await stage.sync(ways.far);
    await stage.settled(ways.far);
    expect(broken).toBe(true);
    await expectEqual(stage, ways);
  });
});
