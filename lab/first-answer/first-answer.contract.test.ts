import { access } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { runLab } from '../cli.ts';
import { listProcesses } from '../processes.ts';

/** The machine's environment without what the test program sets for itself. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV|NODE_OPTIONS)/.test(name)),
);

describe('plumbline lab first-answer', () => {
  it('tells from an empty home which service runs with a failed gate, and leaves nothing behind', async () => {
    const said = { out: '', err: '' };
    const code = await runLab(['first-answer'], {
      stdout: { write: (text) => (said.out += text) },
      stderr: { write: (text) => (said.err += text) },
      env: environment,
    });
    expect({ code, err: said.err }).toEqual({ code: 0, err: '' });
    process.stdout.write(said.out);
    expect(said.out).toContain('plumbline running --failed: exit code 2\n');
    const answer = said.out.slice(said.out.indexOf('1 of 2 running.'));
    expect(answer).toMatch(
      /^failed +Payments +Production .* first-answer\/payments@sha256:\w+ +GATE_FAILED .* stated$/m,
    );
    expect(answer).toContain('! Payments, Production: first-answer-payments: New Issues is 40 (fails above 0)');
    expect(answer).not.toMatch(/catalogue/i);
    expect(answer).toMatch(/\d s from the first start of the hub to this answer/);

    const home = /^An empty home: (.+)$/m.exec(said.out)?.[1] ?? '';
    await expect(access(home)).rejects.toThrow('ENOENT');
    expect((await listProcesses()).filter(({ commandLine }) => commandLine.includes(home))).toEqual([]);
  }, 900_000);
});
