import { describe, expect, it } from 'vitest';
import { Stopping } from '../../../connectors/work/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { afterFailure, maxRetriesOfWaiting, maxTaskRetries } from './retry-policy.ts';

const now = new Date('2026-11-21T10:00:00Z');

describe('after a failure', () => {
  it.each([
    [0, 2],
    [1, 4],
    [4, 32],
  ])('waits twice as long after each attempt (%i → %i s)', (retries, seconds) => {
    expect(afterFailure(new PlumblineError('upstream_error'), retries, 0, now)).toMatchObject({
      action: 'retry',
      delaySeconds: seconds,
    });
  });

  it('draws up to half of the wait on top, and waits a minute and a half at most', () => {
    const failed = new PlumblineError('upstream_error');
    expect(afterFailure(failed, 0, 1, now)).toMatchObject({ delaySeconds: 3 });
    expect(afterFailure(failed, 2, 0.5, now)).toMatchObject({ delaySeconds: 10 });
    expect(afterFailure(new PlumblineError('rate_limited'), 20, 1, now)).toMatchObject({ delaySeconds: 90 });
  });

  it('tries as often as is allowed, and not once more', () => {
    const failed = new PlumblineError('upstream_error');
    expect(afterFailure(failed, maxTaskRetries - 1, 0, now)).toMatchObject({ action: 'retry' });
    expect(afterFailure(failed, maxTaskRetries, 0, now)).toMatchObject({ action: 'fail' });
    const limited = new PlumblineError('rate_limited');
    expect(afterFailure(limited, maxRetriesOfWaiting - 1, 0, now)).toMatchObject({ action: 'retry' });
  });

  it.each([
    ['invalid_credentials', true],
    ['expired_credentials', true],
    ['server_identity_changed', true],
    ['invalid_permissions', false],
    ['project_not_found', false],
  ] as const)('%s ends the whole run: %s', (code, wholeRun) => {
    expect(afterFailure(new PlumblineError(code), 0, 0, now)).toMatchObject({ action: 'fail', wholeRun });
  });

  it('keeps what was said: code, message and the other side’s words', () => {
    const error = new PlumblineError('upstream_error', { message: 'It failed.', upstream: 'Because.' });
    const failure = { code: 'upstream_error', message: 'It failed.', upstream: 'Because.' };
    expect(afterFailure(error, 0, 0, now)).toMatchObject({ failure });
    expect(afterFailure(new PlumblineError('upstream_error'), 0, 0, now)).toMatchObject({
      failure: { upstream: null },
    });
    const long = afterFailure(new Error('x'.repeat(400)), 0, 0, now);
    expect(long).toMatchObject({ failure: { code: 'internal_server_error', upstream: 'x'.repeat(300) } });
    expect(afterFailure('thrown', maxTaskRetries, 0, now)).toMatchObject({
      action: 'fail',
      failure: { upstream: null },
    });
  });

  it('believes a host that says when to come back, up to ten minutes', () => {
    const limited = (retryAt: string) => new PlumblineError('rate_limited', { data: { retryAt } });
    expect(afterFailure(limited('2026-11-21T10:01:30Z'), 0, 0, now)).toMatchObject({ delaySeconds: 90 });
    expect(afterFailure(limited('2026-11-21T20:00:00Z'), 0, 0, now)).toMatchObject({ delaySeconds: 600 });
    expect(afterFailure(limited('2026-11-21T09:00:00Z'), 0, 0, now)).toMatchObject({ delaySeconds: 2 });
    expect(afterFailure(limited('2026-11-21T10:00:00Z'), 0, 0, now)).toMatchObject({ delaySeconds: 2 });
    expect(afterFailure(limited('soon'), 0, 0, now)).toMatchObject({ delaySeconds: 2 });
    const dated = new PlumblineError('rate_limited', { data: { retryAt: new Date('2026-11-21T10:00:30Z') } });
    expect(afterFailure(dated, 0, 0, now)).toMatchObject({ delaySeconds: 30 });
  });

  it('gives up after the last retry and at once when trying again cannot help', () => {
    expect(afterFailure(new PlumblineError('upstream_error'), maxTaskRetries, 0, now)).toMatchObject({
      action: 'fail',
      wholeRun: false,
    });
    expect(afterFailure(new PlumblineError('invalid_permissions'), 0, 0, now)).toMatchObject({
      action: 'fail',
      wholeRun: false,
    });
    expect(afterFailure(new PlumblineError('invalid_credentials'), 0, 0, now)).toMatchObject({
      action: 'fail',
      wholeRun: true,
    });
  });

  const waitedFor = [
    'server_not_ready',
    'rate_limited',
    'database_unavailable',
    'database_busy',
    'stage_lost',
  ] as const;
  it.each(waitedFor)('waits longer after %s', (code) => {
    expect(afterFailure(new PlumblineError(code), maxTaskRetries + 3, 0, now)).toMatchObject({
      action: 'retry',
      delaySeconds: 60,
    });
    expect(afterFailure(new PlumblineError(code), maxRetriesOfWaiting, 0, now)).toMatchObject({ action: 'fail' });
  });

  it('tells a fault of ours by its code and keeps its words', () => {
    expect(afterFailure(new TypeError('x is not a function'), maxTaskRetries, 0, now)).toMatchObject({
      action: 'fail',
      failure: { code: 'internal_server_error', upstream: 'x is not a function' },
    });
  });

  it('tells a fault of the database from one of ours', () => {
    const full = Object.assign(new Error('could not extend file'), { code: '53100' });
    expect(afterFailure(full, 0, 0, now)).toMatchObject({ action: 'retry', failure: { code: 'disk_full' } });
    const gone = new Error('Connection terminated unexpectedly');
    expect(afterFailure(gone, maxTaskRetries, 0, now)).toMatchObject({
      action: 'retry',
      failure: { code: 'database_unavailable', upstream: 'Connection terminated unexpectedly' },
    });
  });

  it('does not count a stop, a cancellation or a lost lease as a failure', () => {
    expect(afterFailure(new Stopping(), 0, 0, now)).toEqual({ action: 'give_back' });
    expect(afterFailure(new PlumblineError('cancelled'), 0, 0, now)).toEqual({ action: 'cancel' });
    expect(afterFailure(new PlumblineError('task_lease_lost'), 0, 0, now)).toEqual({ action: 'drop' });
  });
});
