import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { cloneDatabase } from '../../../test/support/database.ts';
import { requireUsableDatabase } from './require-usable.ts';

const refusalOf = (url: string | URL): Promise<{ code: string; message: string; remedy: string }> =>
  requireUsableDatabase(String(url)).then(
    () => ({ code: 'none', message: '', remedy: '' }),
    (error: { code: string; message: string; remedy: string }) => error,
  );

it('says of a database that cannot be used what is wrong with it, and never its password', async () => {
  const clone = await cloneDatabase();
  onTestFinished(() => clone.drop());
  const changed = (change: (url: URL) => void): URL => {
    const url = new URL(clone.connectionString);
    change(url);
    return url;
  };
  await requireUsableDatabase(clone.connectionString);
  const silent = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void silent.close());
  const other = String((silent.address() as AddressInfo).port);

  const wrong: [string, string | URL][] = [
    ['database_login_refused', changed((url) => (url.password = 'hunter2'))],
    ['database_login_refused', changed((url) => (url.username = 'nobody_of_this_name'))],
    ['database_missing', changed((url) => (url.pathname = '/none_of_this_name'))],
    ['database_unreachable', changed((url) => (url.port = '1'))],
    ['database_unreachable', changed((url) => (url.hostname = 'nowhere.invalid'))],
    ['database_unreachable', changed((url) => (url.port = other))],
    ['database_tls_failed', changed((url) => (url.search = '?sslmode=require'))],
    ['config_invalid', changed((url) => (url.search = '?sslmode=verify-full&sslrootcert=/nowhere/ca.pem'))],
    ['config_invalid', clone.connectionString.replace(/:[^:@/]+@/, ':hunter2%ff@')],
  ];
  for (const [code, url] of wrong) {
    const refused = await refusalOf(url);
    expect([String(url).replace(/:[^:@/]+@/, ':…@'), refused.code]).toEqual([expect.any(String), code]);
    expect(`${refused.message} ${refused.remedy}`).not.toContain('hunter2');
  }

  const { connectionString, db } = clone;
  const name = new URL(connectionString).pathname.slice(1);
  await db.execute(`create role limited_${name} login password 'x' connection limit 0`);
  onTestFinished(async () => void (await db.execute(`drop role if exists limited_${name}`).catch(() => 0)));
  const limited = changed((url) => {
    url.username = `limited_${name}`;
    url.password = 'x';
  });
  expect((await refusalOf(limited)).code).toBe('database_connections_exhausted');
  await db.execute(`alter role limited_${name} connection limit 5`);
  expect(await refusalOf(limited)).toMatchObject({
    code: 'database_unsuitable',
    message: expect.stringContaining('may not make schemas'),
  });
  await db.execute(`drop role limited_${name}`);
});
