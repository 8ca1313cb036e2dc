import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labContext } from '../context.ts';
import { choosePorts } from '../ports.ts';
import { bitbucketServerSystem } from './system.ts';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'plumbline-lab-bitbucket-'));
});
const context = () => labContext({ PLUMBLINE_HOME: home, PATH: process.env['PATH'] });
afterEach(async () => {
  await bitbucketServerSystem.down(context(), undefined);
  await rm(home, { recursive: true });
});

describe('plumbline lab up bitbucket-server', () => {
  it('starts a filled server, adopts it, plays another version, and ends', async () => {
    const { web: port } = await choosePorts({ web: 7990 });
    const up = (version: string) => bitbucketServerSystem.up(context(), { version, port, options: {} });
    expect((await up('9.4'))[0]).toBe(`Bitbucket Server 9.4 (simulated) is running: http://127.0.0.1:${port}`);
    const tokenFile = join(home, 'lab/bitbucket-server/bot.token');
    expect((await stat(tokenFile)).mode & 0o777).toBe(0o600);
    const get = async (path: string): Promise<{ body: Record<string, unknown>; user: string | null }> => {
      const token = (await readFile(tokenFile, 'utf8')).trim();
      const answer = await fetch(`http://127.0.0.1:${port}/rest/api/1.0/${path}`, {
        headers: { Authorization: `Bearer ${token}` },
      });
      return { body: (await answer.json()) as Record<string, unknown>, user: answer.headers.get('x-ausername') };
    };
    expect(await get('projects/PAY/repos/ledger/pull-requests/18')).toMatchObject({
      user: 'bot',
      body: { state: 'OPEN', fromRef: { repository: { project: { key: '~jdoe' } } } },
    });
    expect((await get('projects/PAY/repos/ledger/pull-requests/17/merge')).body).toMatchObject({
      canMerge: false,
      vetoes: [{ detailedMessage: expect.stringContaining('com.sonarsource.sonarqube') }],
    });
    expect((await get('repos?archived=ALL')).body['size']).toBe(3);
    expect((await up('9.4'))[0]).toContain('was running already');
    expect((await up('5.14'))[0]).toContain('is running');
    expect((await get('application-properties')).body['version']).toBe('5.14.4');
    const [server] = await bitbucketServerSystem.servers(context());
    expect(server?.row).toMatchObject({ version: '5.14', running: true });
    expect(await bitbucketServerSystem.down(context(), undefined)).toEqual([
      'Bitbucket Server stopped; what it held is gone.',
    ]);
    expect(await bitbucketServerSystem.down(context(), undefined)).toEqual(['Bitbucket Server was not running.']);
  });
});
