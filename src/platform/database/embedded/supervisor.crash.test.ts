import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { ask, embeddedHub as hub, ended, launch, temporaryState } from '../../../../test/support/embedded-hubs.ts';
import { readPostmaster } from './cluster.ts';
import { isAlive } from './processes.ts';

const postmasterPid = async (state: string): Promise<number> =>
  (await readPostmaster(join(state, 'database/data')))?.pid ?? 0;

describe('the embedded database', () => {
  it('is made once, sorted the same everywhere, and found again on the same port', async () => {
    const state = await temporaryState();
    const first = await hub(state);
    await ask(first.answer.connectionString, 'create table t as select 7 as x');
    const [locale] = await ask(
      first.answer.connectionString,
      'select datlocprovider as provider, datlocale as locale, datcollate as collate from pg_database where datname = current_database()',
    );
    expect(locale).toEqual({ provider: 'b', locale: 'C.UTF-8', collate: 'C' });
    await first.kill('SIGTERM');
    expect(await postmasterPid(state)).toBe(0);
    const second = await hub(state);
    expect(second.answer).toMatchObject({ adopted: false, port: first.answer.port });
    expect(await ask(second.answer.connectionString, 'select x from t')).toEqual([{ x: 7 }]);
    expect((await stat(join(state, 'database.password'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(state, 'database/data'))).mode & 0o777).toBe(0o700);
    const wrong = second.answer.connectionString.replace(/:[^:@]+@/, ':wrong@');
    await expect(ask(wrong, 'select 1')).rejects.toThrow(/password/);
  });

  it('is taken over when only the hub was killed', async () => {
    const state = await temporaryState();
    const first = await hub(state);
    const pid = await postmasterPid(state);
    await first.kill('SIGKILL');
    expect(await isAlive(pid)).toBe(true);
    const second = await hub(state);
    expect(second.answer).toMatchObject({ adopted: true, port: first.answer.port });
    expect(await postmasterPid(state)).toBe(pid);
  });

  it('recovers when it was killed itself, also in mid-statement and with the hub', async () => {
    const state = await temporaryState();
    const first = await hub(state);
    const { connectionString } = first.answer;
    await ask(connectionString, 'create table t as select 7 as x');
    const busy = ask(connectionString, 'select count(*) from generate_series(1, 200000000)').catch(() => undefined);
    process.kill(await postmasterPid(state), 'SIGKILL');
    await first.kill('SIGKILL');
    const second = await hub(state);
    expect(second.answer).toMatchObject({ adopted: false });
    expect(await ask(second.answer.connectionString, 'select x from t')).toEqual([{ x: 7 }]);
    await busy;
  });

  it('is ended at once when a function that cannot be interrupted outlives the stop, and loses nothing', async () => {
    const state = await temporaryState();
    const first = await hub(state);
    const { connectionString } = first.answer;
    await ask(connectionString, 'create table t as select 7 as x');
    const endless = "select translate(repeat('a', 40000000), repeat('b', 1000000), '')";
    const busy = ask(connectionString, endless).catch(() => 'ended');
    await sleep(1_000);
    await first.kill('SIGTERM');
    expect(await postmasterPid(state)).toBe(0);
    expect(await busy).toBe('ended');
    const second = await hub(state);
    expect(second.answer).toMatchObject({ adopted: false });
    expect(await ask(second.answer.connectionString, 'select x from t')).toEqual([{ x: 7 }]);
  });

  it('gives one statement no more than a part of the memory', async () => {
    if (process.platform !== 'linux') return;
    const state = await temporaryState();
    const { connectionString } = (await hub(state)).answer;
    const greedy = "select count(a) from (select array_agg(repeat('x', 1000)) as a from generate_series(1, 900000)) t";
    await expect(ask(connectionString, greedy)).rejects.toMatchObject({ code: '53200' });
    expect(await ask(connectionString, 'select 7 as x')).toEqual([{ x: 7 }]);
  });

  it('starts although its pid file names a process of somebody else', async () => {
    const state = await temporaryState();
    const first = await hub(state);
    const other = spawn('sleep', ['60']);
    onTestFinished(() => void other.kill());
    const file = join(state, 'database/data/postmaster.pid');
    const pid = await postmasterPid(state);
    process.kill(pid, 'SIGKILL');
    await first.kill('SIGKILL');
    const text = (await readFile(file, 'utf8')).replace(/^\d+/, String(other.pid));
    await writeFile(file, text);
    expect((await hub(state)).answer).toMatchObject({ adopted: false, port: first.answer.port });
    expect(other.exitCode).toBe(null);
  });

  it('tells a second hub who is there', async () => {
    const state = await temporaryState();
    const first = await hub(state);
    const { answer } = await hub(state);
    expect(answer.code).toBe('already_running');
    expect(answer.message).toContain(`at http://127.0.0.1:8420: process ${first.pid}`);
    await first.kill('SIGKILL');
    expect((await hub(state)).answer.adopted).toBe(true);
  });

  it('survives a kill at any moment of the first start', async () => {
    const moments = Array.from({ length: 4 }, () => randomInt(100, 2_500));
    process.stdout.write(`killing the first start after ${moments.join(', ')} ms\n`);
    const state = await temporaryState();
    for (const moment of moments) {
      const child = launch(state);
      await sleep(moment);
      child.kill('SIGKILL');
      await ended(child);
    }
    const { answer } = await hub(state);
    expect(answer.code).toBeUndefined();
    expect(await ask(answer.connectionString, 'select 1 as x')).toEqual([{ x: 1 }]);
    const left = (await readdir(join(state, 'database'))).filter((name) => name.startsWith('data.new'));
    expect(left).toEqual([]);
  });
});

describe('a state directory that is not whole', () => {
  it('is refused with the reason, and nothing is made anew', async () => {
    const state = await temporaryState();
    const data = join(state, 'database/data');
    await (await hub(state)).kill('SIGTERM');
    const codeOf = async (): Promise<string | undefined> => (await hub(state)).answer.code;

    const version = await readFile(join(data, 'PG_VERSION'), 'utf8');
    await writeFile(join(data, 'PG_VERSION'), '17\n');
    const { answer } = await hub(state);
    expect(answer).toMatchObject({ code: 'database_major_mismatch', data: { found: 17, needed: 18 } });
    await writeFile(join(data, 'PG_VERSION'), version);

    await rename(data, `${data}.away`);
    expect(await codeOf()).toBe('embedded_database_lost');
    expect(existsSync(data)).toBe(false);
    await rename(`${data}.away`, data);

    const password = join(state, 'database.password');
    await rename(password, `${password}.away`);
    expect(await codeOf()).toBe('embedded_database_lost');
    await rename(`${password}.away`, password);

    const id = await readFile(join(data, 'plumbline.id'), 'utf8');
    await writeFile(join(data, 'plumbline.id'), 'another');
    expect(await codeOf()).toBe('embedded_database_lost');
    await writeFile(join(data, 'plumbline.id'), id);

    expect((await hub(state)).answer.code).toBeUndefined();
  });

  it.runIf(process.getuid?.() === 0)('may lie where the database’s user cannot go', async () => {
    const state = await temporaryState();
    await chmod(dirname(state), 0o700);
    const first = await hub(state);
    await ask(first.answer.connectionString, 'create table t as select 7 as x');
    await first.kill('SIGTERM');
    const second = await hub(state);
    expect(await ask(second.answer.connectionString, 'select x from t')).toEqual([{ x: 7 }]);
    const { home } = JSON.parse(await readFile(join(state, 'cluster.json'), 'utf8')) as { home: string };
    await second.kill('SIGTERM');
    expect(home.startsWith(state)).toBe(false);
    outside.push(home);
  });
});

const outside: string[] = [];
afterAll(async () => {
  for (const home of outside) await rm(home, { recursive: true, force: true });
});
