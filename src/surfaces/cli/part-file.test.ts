import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { openPartFile } from './part-file.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'plumbline-part-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

it('has its name only when it is whole', async () => {
  const directory = await folder();
  const part = await openPartFile(join(directory, 'all.backup'));
  await part.handle.writeFile('whole');
  expect(await readdir(directory)).toEqual([expect.stringMatching(/^all\.backup\..*\.part$/)]);
  await part.finish();
  expect(await readdir(directory)).toEqual(['all.backup']);
  expect(await readFile(join(directory, 'all.backup'), 'utf8')).toBe('whole');
  const dropped = await openPartFile(join(directory, 'all.backup'));
  await dropped.drop();
  expect(await readdir(directory)).toEqual(['all.backup']);
});

it.each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('leaves nothing when its process ends by %s', async (signal) => {
  const directory = await folder();
  // One of a machine that went down, one of a process that lives, and a file of somebody else.
  await writeFile(join(directory, 'all.backup.999999999.part'), 'half');
  const others = [`all.backup.${process.pid}-00000000.part`, 'all.backup.old.part'];
  for (const name of others) await writeFile(join(directory, name), 'other');
  const script = `const { openPartFile } = await import(${JSON.stringify(join(import.meta.dirname, 'part-file.ts'))});
    const part = await openPartFile(${JSON.stringify(join(directory, 'all.backup'))});
    await part.handle.writeFile('half'); console.log('written'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  expect(await readdir(directory)).toHaveLength(3);
  child.kill(signal);
  await once(child, 'exit');
  while ((await readdir(directory)).length > 2) await delay(20);
  expect((await readdir(directory)).toSorted()).toEqual(others.toSorted());
});
