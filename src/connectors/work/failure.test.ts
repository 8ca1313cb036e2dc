import { describe, expect, it } from 'vitest';
import { PlumblineError } from '../../platform/errors/index.ts';
import { failureOf, Stopping } from './failure.ts';

const traffic = { requests: 1, retries: 0 };

describe('what made a task fail, as it is told', () => {
  it('keeps the code, the words and when to come back', () => {
    const retryAt = new Date('2026-01-01T00:00:00Z');
    const error = new PlumblineError('rate_limited', { message: 'Wait.', upstream: 'HTTP 429', data: { retryAt } });
    expect(failureOf(error, traffic)).toEqual({
      type: 'failed',
      code: 'rate_limited',
      message: 'Wait.',
      upstream: 'HTTP 429',
      retryAt: '2026-01-01T00:00:00.000Z',
      traffic,
    });
  });

  it.each([['soon'], [7], [undefined]])('does not believe a moment that is none: %j', (retryAt) => {
    expect(failureOf(new PlumblineError('rate_limited', { data: { retryAt } }), traffic)).toMatchObject({
      retryAt: null,
    });
  });

  it('calls what nobody foresaw ours, with its words cut', () => {
    const told = failureOf(new TypeError('x'.repeat(1_000)), traffic);
    expect(told).toMatchObject({ code: 'internal_server_error', upstream: 'x'.repeat(300) });
    expect(failureOf('thrown', traffic)).toMatchObject({ code: 'internal_server_error', upstream: null });
  });

  it('is no failure when the worker stops', () => {
    expect(failureOf(new Stopping(), traffic)).toEqual({ type: 'stopping', traffic });
  });
});
