import { afterEach, describe, expect, it } from 'vitest';
import { runSimulator, startFromArguments } from './cli.ts';
import type { Simulator } from './index.ts';

let words = '';
const io = {
  stdout: { write: (text: string) => (words += text) },
  stderr: { write: (text: string) => (words += text) },
};
let open: Simulator | null = null;

afterEach(async () => {
  await open?.close();
  open = null;
  words = '';
});

describe('the simulator from the command line', () => {
  it('starts, and says where it is and with which tokens', async () => {
    open = await startFromArguments(['--profile', 'cloud'], io);
    expect(words).toContain(open?.url);
    expect(words).toContain(open?.tokens.admin);
    const answer = await fetch(`${open?.url}/api/organizations/search?member=true`, {
      headers: { authorization: `Bearer ${open?.tokens.admin}` },
    });
    expect(await answer.json()).toMatchObject({ organizations: [{ key: 'acme' }, { key: 'globex' }] });
  });

  it('prints its rules', async () => {
    expect(await runSimulator(['--rules'], io)).toBe(0);
    expect(words).toContain('Can return only the first 10000 results');
  });

  it('refuses what it does not know', async () => {
    expect(await runSimulator(['--profile', '7.9'], io)).toBe(1);
    expect(words).toContain('Choose one of 9.9, 10.7');
  });

  it('says when its port is taken', async () => {
    open = await startFromArguments([], io);
    const port = new URL(open?.url ?? '').port;
    expect(await runSimulator(['--port', port], io)).toBe(1);
    expect(words).toContain('--port');
  });
});
