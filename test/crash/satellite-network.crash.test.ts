import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Behind, startBehind, toolPort } from '../satellite/behind.ts';
import { behind, hubAddress, near, reach, toolAddress, whyNoNetworks } from '../satellite/network.ts';
import { node, type OwnProcess } from '../satellite/process.ts';
import { connectEmbedded } from '../support/embedded-postgres.ts';
import { randomOf } from '../support/random.ts';
import { type DataContents, dataContents } from './data-contents.ts';

const reason = whyNoNetworks();
if (reason !== undefined) console.log(`skipped: ${reason}`);

describe.skipIf(reason !== undefined)('a tool that the hub cannot reach', () => {
  let stage: Behind;
  /** Read whole by one satellite, in peace. */
  let first: number;
  beforeAll(async () => {
    stage = await startBehind();
  });
  afterAll(async () => stage?.close());

  const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
    const deadline = Date.now() + 180_000;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`never: ${what}\n${stage.said().slice(-4_000)}`);
      await delay(100);
    }
  };
  const success = async (id: number): Promise<void> => {
    await until('the run ends', async () => (await stage.ended(id).catch(() => 'running')) !== 'running');
    expect(await stage.ended(id)).toBe('success');
  };
  const contents = async (id: number): Promise<DataContents> => {
    const db = await connectEmbedded(stage.product);
    try {
      return await dataContents(db, { integrationId: id, besideAnother: true });
    } finally {
      await db.close();
    }
  };
  const validated = async (id: number): Promise<void> => {
    const { report } = await stage.api<{ report: { saveAllowed: boolean } }>(`api/v1/integrations/${id}/check`, {});
    expect(report.saveAllowed).toBe(true);
  };

  it('is read by a satellite that reaches nothing but both', async () => {
    // The forbidden ways fail, and the same question finds the ways that there are.
    expect(await reach(toolAddress, toolPort)).not.toBe('open');
    expect(await reach(hubAddress, stage.port, behind)).not.toBe('open');
    expect(await reach('192.0.2.1', 443, near)).not.toBe('open');
    expect(await reach(toolAddress, toolPort, near)).toBe('open');
    expect(await reach(hubAddress, stage.port, near)).toBe('open');

    first = await stage.integration('behind');
    const yaml = await stage.file([first]);
    const state = await stage.state('in-peace');
    const checked = await stage.start('check', { yaml, state });
    await until('the check ends', () => !checked.running());
    expect(checked.said()).toMatch(/ok {7}The hub takes the key/);
    expect(checked.said()).not.toMatch(/failed/);

    const satellite = await stage.start('run', { yaml, state });
    await until('it registers', () => satellite.said().includes('registered'));
    await validated(first);
    await stage.api(`api/v1/integrations/${first}/sync`, {});
    await success(first);
    const [counted] = await stage.query<{ n: number }>(
      'select count(*)::int as n from data.sonarqube_issues where integration_id = $1',
      [first],
    );
    expect(counted?.n).toBe(3_600);
    const status = await readFile(`/proc/${await nodeOf(satellite.pid())}/status`, 'utf8');
    const rss = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]);
    console.log(`memory of the satellite at most ${Math.round(rss / 1_000)} MB`);
    expect(rss).toBeLessThan(200_000);
    await satellite.end();
  });

  it('is read whole and once by two of them, whatever happens to the hub, its certificate, their disks and themselves', async () => {
    const seed = Number(process.env['PLUMBLINE_TEST_SEED'] ?? Date.now() % 1_000_000_000);
    console.log(`seed ${seed} (PLUMBLINE_TEST_SEED)`);
    const random = randomOf(seed);
    const id = await stage.integration('again');
    const yaml = await stage.file([id]);
    // One has a small buffer and a clock that is ten minutes ahead, the other a disk that takes nothing.
    const small = yaml.replace('  ca_file:', '  buffer_mb: 0.01\n  ca_file:');
    expect(small).not.toBe(yaml);
    const [aheadState, tinyState] = [await stage.state('ahead'), await stage.tinyState('tiny')];
    const startAhead = (): Promise<OwnProcess> =>
      stage.start('run', { yaml: small, state: aheadState, clockAhead: true });
    let ahead = await startAhead();
    const tiny = await stage.start('run', { yaml, state: tinyState });
    await until('both register', () => [ahead, tiny].every((one) => one.said().includes('registered')));
    expect(ahead.said()).toContain('the clock of this machine differs');
    await validated(id);
    // Each is in the middle of a project when the hub goes: neither reads more than two of the three at once, and of
    // each the second page is asked for, so that nothing is left to ask the hub before there is something to keep.
    await stage.hold(true);
    await stage.api(`api/v1/integrations/${id}/sync`, {});
    const holders = `select distinct holder from ingestion.tasks where integration_id = $1 and state = 'leased' and phase = 'current'`;
    await until('both read', async () => stage.held() >= 3 && (await stage.query(holders, [id])).length === 2);

    await stage.product.kill();
    await stage.hold(false);
    await until('both say that nothing more is kept', () =>
      [ahead, tiny].every((one) => one.said().includes('satellite_buffer_full')),
    );
    expect(ahead.said()).toContain('the buffer is full');
    expect(tiny.said()).toContain('the disk takes no more');

    await stage.certificate('expired');
    await stage.product.start();
    await until('both name the certificate', () => [ahead, tiny].every((one) => /tls_error.*expired/.test(one.said())));
    await stage.product.kill();
    await stage.certificate('good');
    await stage.product.start();

    await delay(random() * 3_000);
    await ahead.end('SIGKILL');
    ahead = await startAhead();
    await delay(random() * 3_000);
    await stage.product.kill();
    await stage.product.start();
    await success(id);
    expect(await contents(id)).toEqual(await contents(first));
    const { satellites } = await stage.api<{ satellites: { clockDiffers: boolean }[] }>('api/v1/satellites');
    expect(satellites.map(({ clockDiffers }) => clockDiffers)).toContain(true);
    for (const one of [ahead, tiny]) {
      expect(one.running()).toBe(true);
      await one.end();
    }
  });

  it('is not read with another hub’s file, an unknown or a revoked key; with a new one it is, and nothing is missing', async () => {
    const id = await stage.integration('refused');
    const yaml = await stage.file([id]);
    const good = await stage.start('run', { yaml, state: await stage.state('revoked') });
    await until('it registers', () => good.said().includes('registered'));
    await validated(id);
    const tenant = yaml.replace(/tenant: "[^"]*"/, 'tenant: "3f0f9c4e-0000-4000-8000-000000000001"');
    const key = yaml.replace(/api_key: "plbsat_[^"]*"/, `api_key: "plbsat_${'x'.repeat(43)}"`);
    expect([tenant, key]).not.toContain(yaml);
    const others = [
      [await stage.start('run', { yaml: tenant, state: await stage.state('tenant') }), 'satellite_wrong_tenant'],
      [await stage.start('run', { yaml: key, state: await stage.state('key') }), 'satellite_key_invalid'],
    ] as const;
    for (const [one, code] of others) await until(code, () => one.said().includes(code));
    const { keys } = await stage.api<{
      keys: { id: number; revokedAt: string | null; integrations: { id: number }[] }[];
    }>('api/v1/satellites');
    const own = keys.filter(({ integrations }) => integrations.some((one) => one.id === id));
    expect(own).toHaveLength(1);
    await stage.api(`api/v1/satellites/keys/${own[0]?.id}/revoke`, {});
    await stage.api(`api/v1/integrations/${id}/sync`, {});
    await until('it says so', () => good.said().includes('satellite_key_revoked'));
    expect(await stage.query('select from data.sonarqube_issues where integration_id = $1', [id])).toEqual([]);
    expect(await stage.ended(id)).toBe('running');
    for (const [one] of others) expect(one.said()).not.toContain('registered');

    await stage.start('run', { yaml: await stage.file([id]), state: await stage.state('anew') });
    await success(id);
    expect(await contents(id)).toEqual(await contents(first));
  });

  it('gave away none of its secret, nor a satellite its key', async () => {
    for (const text of [stage.said(), stage.product.log()]) {
      expect(text.length).toBeGreaterThan(1_000);
      expect(text).not.toContain(stage.token());
      expect(text).not.toContain('plbsat_');
    }
  });
});

/** `ip netns exec` becomes the program it starts. */
const nodeOf = async (pid: number): Promise<number> => {
  expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).toContain(node.split('/').at(-1) ?? 'node');
  return pid;
};
