import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labContext } from '../context.ts';
import { choosePorts } from '../ports.ts';
import { listExecutions } from '../simulators/harness/testing.ts';
import { harnessSystem } from './system.ts';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'plumbline-lab-harness-'));
});
const context = () => labContext({ PLUMBLINE_HOME: home, PATH: process.env['PATH'] });
afterEach(async () => {
  await harnessSystem.down(context(), undefined);
  await rm(home, { recursive: true });
});

describe('plumbline lab up harness', () => {
  it('starts a filled server, adopts it, plays the older one, and ends', async () => {
    const { web: port } = await choosePorts({ web: 7980 });
    const up = (version?: string) => harnessSystem.up(context(), { version, port, options: {} });
    expect((await up())[0]).toBe(`Harness cloud (simulated) is running: http://127.0.0.1:${port}`);
    const file = join(home, 'lab/harness/reader.token');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const url = `http://127.0.0.1:${port}`;
    const rows = async () => (await listExecutions({ url }, (await readFile(file, 'utf8')).trim())).body.data.content;
    expect(await rows()).toMatchObject([
      { status: 'ApprovalWaiting', orgIdentifier: 'pay' },
      { status: 'Success', moduleInfo: { cd: { envIdentifiers: ['staging', 'production'] } } },
    ]);
    expect((await up('cloud'))[0]).toContain('was running already');
    expect((await up('self-managed'))[0]).toContain('is running');
    expect(await rows()).toMatchObject([{ status: 'ApprovalWaiting' }, { status: 'Success' }]);
    expect((await rows())[0]).not.toHaveProperty('orgIdentifier');
    const [server] = await harnessSystem.servers(context());
    expect(server?.row).toMatchObject({ system: 'harness', version: 'self-managed', running: true });
    expect(await harnessSystem.down(context(), undefined)).toEqual(['Harness stopped; what it held is gone.']);
    expect(await harnessSystem.down(context(), undefined)).toEqual(['Harness was not running.']);
  });
});
