import { describe, expect, it } from 'vitest';
import { PlumblineError } from '../errors/index.ts';
import { databaseFault } from './fault.ts';

const withCode = (code: string, more: object = {}): Error =>
  Object.assign(new Error(`it says ${code}`), { code, ...more });

describe('a fault of the database', () => {
  it.each([
    ['a server that is starting', withCode('57P03')],
    ['a backend that went down with another', withCode('57P02')],
    ['a server that became a standby', withCode('25006')],
    ['a name that leads nowhere for the moment', withCode('ENOTFOUND', { syscall: 'getaddrinfo' })],
    ['a host that is not reached', withCode('EHOSTUNREACH', { syscall: 'connect' })],
    ['nobody at the port', withCode('ECONNREFUSED', { syscall: 'connect' })],
    ['a connection that ended', new Error('Connection terminated unexpectedly')],
    ['a client that is no more', new Error('Client has encountered a connection error and is not queryable')],
  ])('%s is database_unavailable, in its own words', (_, error) => {
    expect(databaseFault(error)).toMatchObject({ code: 'database_unavailable', upstream: error.message });
  });

  const states = '57P01 57P02 57P03 57P05 25P03 25P04 08000 08001 08003 08006 25006'.split(' ');
  const network = 'ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT ENOENT EHOSTUNREACH ENETUNREACH ENOTFOUND EAI_AGAIN'.split(
    ' ',
  );
  it.each([
    ...states.map((code) => [code, withCode(code)] as const),
    ...network.map((code) => [code, withCode(code, { syscall: 'connect' })] as const),
    ['its words', new Error('timeout exceeded when trying to connect')] as const,
  ])('%s is waited for', (_, error) => {
    expect(databaseFault(error)).toMatchObject({ code: 'database_unavailable', cause: error });
  });

  it('keeps the cause, and no more than 300 characters of what it said', () => {
    const full = Object.assign(new Error('x'.repeat(400)), { code: '53100' });
    expect(databaseFault(full)).toMatchObject({ upstream: 'x'.repeat(300), cause: full });
    const exhausted = withCode('53300');
    expect(databaseFault(exhausted)?.cause).toBe(exhausted);
  });

  it('no connection left is said as that, with the server’s words, which name the limit', () => {
    const error = withCode('53300');
    expect(databaseFault(error)).toMatchObject({ code: 'database_connections_exhausted', upstream: error.message });
  });

  it.each([
    ['a lock not granted in time', '55P03'],
    ['a deadlock', '40P01'],
    ['a change of the same rows, or a standby that had to go on', '40001'],
    ['a statement that was ended', '57014'],
    ['no memory for it at the moment', '53200'],
  ])('%s is database_busy: to be tried again', (_, code) => {
    const fault = databaseFault(withCode(code));
    expect(fault).toMatchObject({ code: 'database_busy', retryable: true, status: 503, upstream: `it says ${code}` });
    expect(fault?.cause).toMatchObject({ code });
  });

  it('a full disk is disk_full', () => {
    expect(databaseFault(withCode('53100'))?.code).toBe('disk_full');
  });

  it.each([
    ['a mistake in a statement', withCode('42601')],
    ['a key that is there', withCode('23505')],
    ['a code that only looks like one of the network', withCode('ECONNRESET')],
    ['an error of ours', new PlumblineError('disk_full')],
    ['no error', 'Connection terminated'],
    ['a word in the middle', new Error('It said: Connection terminated')],
    ['another fault of the system', withCode('EACCES', { syscall: 'connect' })],
    ['a system call alone', Object.assign(new Error('odd'), { syscall: 'connect' })],
  ])('%s is none', (_, error) => {
    expect(databaseFault(error)).toBeUndefined();
  });
});
