import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runLab } from './cli.ts';
import { writeRecord } from './sonarqube/record.ts';
import { labSystems } from './systems.ts';

let home = '';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'plumbline-lab-cli-'));
});
afterEach(async () => rm(home, { recursive: true }));

async function lab(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const code = await runLab(argv, {
    stdout: { write: (text) => (said.out += text) },
    stderr: { write: (text) => (said.err += text) },
    env: { PLUMBLINE_HOME: home },
  });
  return { code, ...said };
}

describe('plumbline lab', () => {
  it('refuses systems, versions, ports and seeds it does not have', async () => {
    for (const argv of [
      ['up', 'gitlab'],
      ['up', '--version', '8.9'],
      ['up', '--port', '70000'],
      ['up', '--seed', 'big'],
      ['first-answer', '--sonarqube', '8.9'],
    ]) {
      const { code, err } = await lab(...argv);
      expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('invalid') });
    }
  });

  it('has nothing to stop or to tell of in an empty state directory', async () => {
    expect(await lab('status')).toMatchObject({ code: 0, out: 'No lab server was ever started here.\n' });
    expect(await lab('down', 'sonarqube')).toMatchObject({ code: 0, out: 'No lab server was ever started here.\n' });
    expect(await lab('status', '--json')).toMatchObject({ code: 0, out: '[]\n' });
  });

  it('tells of a server that was killed, and never takes a recorded pid for its own', async () => {
    const directory = join(home, 'lab/sonarqube-9.9');
    await mkdir(directory, { recursive: true });
    const ports = { web: 9, search: 10, database: 11 };
    const url = 'http://127.0.0.1:9';
    const startedAt = new Date(0).toISOString();
    const common = { version: '9.9', release: '9.9.0.65466', java: '/java', url, ports, startedAt, fed: ['lab-a'] };
    await writeRecord(directory, { ...common, pid: process.pid });
    const { code, out } = await lab('status', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual([
      { system: 'sonarqube', version: '9.9', url, running: false, status: null, pid: null, fed: ['lab-a'], directory },
    ]);
    expect(await lab('down')).toMatchObject({ code: 0, out: 'SonarQube 9.9 was not running.\n' });
  });
});

describe('the systems of the lab', () => {
  it('have names, versions and options of their own', () => {
    const names = labSystems.map(({ name }) => name);
    const options = labSystems.flatMap((system) => system.options.map(({ long }) => long));
    const versions = labSystems.flatMap((system) => system.versions);
    for (const list of [names, options, versions]) expect([...new Set(list)]).toEqual(list);
    expect(options).not.toContain('--version');
  });

  it('can all be asked for, stopped and told of by their names', async () => {
    for (const { name } of labSystems) {
      expect(await lab('status', name, '--json')).toMatchObject({ code: 0, out: '[]\n' });
      expect(await lab('down', name)).toMatchObject({ code: 0, out: 'No lab server was ever started here.\n' });
    }
    expect((await lab('up', '--help')).out).toContain(`which: ${labSystems.map(({ name }) => name).join(', ')}`);
  });
});

describe('plumbline lab up registry', () => {
  it('refuses an address that is none, and one without its secret', async () => {
    expect(await lab('up', 'registry', '--notify', 'hub')).toMatchObject({
      code: 1,
      err: expect.stringContaining('address'),
    });
    expect(await lab('up', 'registry', '--notify', 'http://127.0.0.1:8420/hooks/oci-registry/1')).toMatchObject({
      code: 1,
    });
  });

  it('is not told of before it was ever started', async () => {
    expect(await lab('status', 'registry')).toMatchObject({ code: 0, out: 'No lab server was ever started here.\n' });
    expect(await lab('down', 'registry')).toMatchObject({ code: 0, out: 'No lab server was ever started here.\n' });
  });
});
