import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, embeddedHub as hub, temporaryState } from '../../../../test/support/embedded-hubs.ts';

const beside = (state: string, name: string): string => join(dirname(state), name);
const copyTree = (from: string, to: string): void => void execFileSync('cp', ['-a', from, to]);

async function archiveTree(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: 0o711 });
  execFileSync('sh', ['-c', 'tar -C "$0" -cf - . | tar -C "$1" -xpf -', from, to]);
}

/** As versions before the note of the place left it. */
async function asOldVersion(state: string): Promise<void> {
  const file = join(state, 'cluster.json');
  const record = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  await writeFile(file, JSON.stringify({ ...record, home: join(state, 'database') }));
  await rm(join(state, 'database/data/plumbline.place'));
}

const rows = (connectionString: string) => ask(connectionString, 'select x from t');

describe('a copy of a state directory', () => {
  it('made while the original runs opens its own data, and runs and ends beside it', async () => {
    const state = await temporaryState();
    const original = await hub(state);
    await ask(original.answer.connectionString, 'create table t as select 7 as x');
    await ask(original.answer.connectionString, 'checkpoint');
    copyTree(state, beside(state, 'copy'));
    const second = await hub(beside(state, 'copy'));
    expect(second.answer).toMatchObject({ adopted: false });
    expect(second.answer.port).not.toBe(original.answer.port);
    expect(second.answer.dataId).not.toBe(original.answer.dataId);
    await ask(second.answer.connectionString, 'drop table t');
    await second.kill('SIGTERM');
    expect(await rows(original.answer.connectionString)).toEqual([{ x: 7 }]);
    const again = await hub(beside(state, 'copy'));
    expect(again.answer).toMatchObject({ dataId: second.answer.dataId, port: second.answer.port });
    await expect(rows(again.answer.connectionString)).rejects.toThrow(/does not exist/);
  });

  it('started first takes neither port nor identity of the original', async () => {
    const state = await temporaryState();
    const before = await hub(state);
    await before.kill('SIGTERM');
    copyTree(state, beside(state, 'copy'));
    const copy = await hub(beside(state, 'copy'));
    const original = await hub(state);
    expect(original.answer).toMatchObject({ dataId: before.answer.dataId, port: before.answer.port });
    expect(copy.answer.dataId).not.toBe(before.answer.dataId);
    expect(copy.answer.port).not.toBe(before.answer.port);
    // One that was interrupted between its two files is done again.
    await copy.kill('SIGTERM');
    const file = join(beside(state, 'copy'), 'cluster.json');
    const record = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    await writeFile(file, JSON.stringify({ ...record, dataId: before.answer.dataId, becoming: copy.answer.dataId }));
    expect((await hub(beside(state, 'copy'))).answer.dataId).toBe(copy.answer.dataId);
  });

  it('is recognised although its original was last started by an older version', async () => {
    const state = await temporaryState();
    const first = await hub(state);
    await ask(first.answer.connectionString, 'create table t as select 7 as x');
    await first.kill('SIGTERM');
    await asOldVersion(state);
    await archiveTree(state, beside(state, 'copy'));
    const copy = await hub(beside(state, 'copy'));
    await ask(copy.answer.connectionString, 'drop table t');
    const original = await hub(state);
    expect(original.answer).toMatchObject({ dataId: first.answer.dataId, port: first.answer.port });
    expect(await rows(original.answer.connectionString)).toEqual([{ x: 7 }]);
    // Without its data it opens nobody else's.
    await copy.kill('SIGTERM');
    await asOldVersion(state);
    await mkdir(beside(state, 'bare'), { mode: 0o711 });
    for (const name of ['cluster.json', 'database.password'])
      copyTree(join(state, name), join(beside(state, 'bare'), name));
    expect((await hub(beside(state, 'bare'))).answer.code).toBe('embedded_database_lost');
  });

  it('whose data are a link to the original’s is refused, running or not', async () => {
    const state = await temporaryState();
    const original = await hub(state);
    const copy = beside(state, 'copy');
    await mkdir(copy, { mode: 0o711 });
    for (const name of ['cluster.json', 'database.password']) copyTree(join(state, name), join(copy, name));
    await symlink(join(state, 'database'), join(copy, 'database'));
    expect((await hub(copy)).answer).toMatchObject({ code: 'already_running', data: { pid: original.pid } });
    await original.kill('SIGTERM');
    const { answer } = await hub(copy);
    expect([answer.code, answer.message]).toEqual(['embedded_database_borrowed', expect.stringContaining(state)]);
    expect((await hub(state)).answer.dataId).toBe(original.answer.dataId);
  });
});

describe('a state directory that was moved', () => {
  it('starts as what it was, also when its database still runs', async () => {
    const state = await temporaryState();
    const first = await hub(state);
    await ask(first.answer.connectionString, 'create table t as select 7 as x');
    await first.kill('SIGTERM');
    await asOldVersion(state);
    const moved = beside(state, 'moved');
    await rename(state, moved);
    const second = await hub(moved);
    expect(second.answer).toMatchObject({ dataId: first.answer.dataId, port: first.answer.port });
    expect(await rows(second.answer.connectionString)).toEqual([{ x: 7 }]);
    await second.kill('SIGKILL');
    await rename(moved, state);
    const third = await hub(state);
    expect(third.answer).toMatchObject({ adopted: true, dataId: first.answer.dataId, port: first.answer.port });
    // A second name for it is the same hub.
    await symlink(state, beside(state, 'link'));
    expect((await hub(beside(state, 'link'))).answer).toMatchObject({
      code: 'already_running',
      data: { pid: third.pid },
    });
  });

  it('to another file system is still itself, by copying and removing', async () => {
    const state = await temporaryState();
    const first = await hub(state);
    await first.kill('SIGTERM');
    copyTree(state, beside(state, 'moved'));
    await rm(state, { recursive: true });
    expect((await hub(beside(state, 'moved'))).answer).toMatchObject({
      dataId: first.answer.dataId,
      port: first.answer.port,
    });
  });
});
