import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { prepareStateDirectory } from './prepare-state-directory.ts';

it('makes the directory and what it lies in, closed to others', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'plumbline-state-'));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  const path = join(parent, 'a/b/c');
  await prepareStateDirectory(path);
  await prepareStateDirectory(path);
  expect((await stat(path)).mode & 0o077).toBe(process.getuid?.() === 0 ? 0o011 : 0);
  await writeFile(join(parent, 'file'), '');
  for (const place of ['file', 'file/below']) {
    const failure = prepareStateDirectory(join(parent, place));
    await expect(failure).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('ENOTDIR'),
    });
  }
});

it.runIf(process.platform === 'linux')('says where the system makes none, and does not ask for ever', async () => {
  await expect(prepareStateDirectory('/proc/plumbline/state')).rejects.toMatchObject({ code: 'config_invalid' });
});
