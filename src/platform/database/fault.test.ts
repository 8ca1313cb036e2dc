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

  it('no connection left is said as that, with the server’s words, which name the limit', () => {
    const error = withCode('53300');
    expect(databaseFault(error)).toMatchObject({ code: 'database_connections_exhausted', upstream: error.message });
  });

  it('a full disk is disk_full', () => {
    expect(databaseFault(withCode('53100'))?.code).toBe('disk_full');
  });

  it.each([
    ['a mistake in a statement', withCode('42601')],
    ['a lock not granted', withCode('55P03')],
    ['a key that is there', withCode('23505')],
    ['a code that only looks like one of the network', withCode('ECONNRESET')],
    ['an error of ours', new PlumblineError('disk_full')],
    ['no error', 'Connection terminated'],
  ])('%s is none', (_, error) => {
    expect(databaseFault(error)).toBeUndefined();
  });
});
