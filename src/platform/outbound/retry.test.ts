import { describe, expect, it } from 'vitest';
import { backoff, decide, parseRetryAfter } from './retry.ts';

const get = { number: 0, maxRetries: 4, method: 'GET', random: 0.5 };

describe('decide', () => {
  it.each([200, 204, 301, 400, 401, 403, 404, 500])('takes %i as the answer', (status) => {
    expect(decide({ ...get, status })).toEqual({ kind: 'answer' });
  });

  it.each([429, 502, 503, 504])('tries a GET again after %i', (status) => {
    expect(decide({ ...get, status })).toEqual({ kind: 'wait', milliseconds: 375 });
    expect(decide({ ...get, status, retryAfterMs: 2000 })).toEqual({ kind: 'wait', milliseconds: 2000 });
  });

  it('gives up after the last attempt: an error status is the answer, a 429 is not', () => {
    expect(decide({ ...get, number: 4, status: 503 })).toEqual({ kind: 'answer' });
    expect(decide({ ...get, number: 4, status: 429 })).toEqual({ kind: 'give_up' });
    expect(decide({ ...get, number: 4, transient: true })).toEqual({ kind: 'give_up' });
  });

  it('does not wait inside a call for longer than a minute', () => {
    expect(decide({ ...get, status: 429, retryAfterMs: 60_000 })).toEqual({ kind: 'wait', milliseconds: 60_000 });
    expect(decide({ ...get, status: 429, retryAfterMs: 60_001 })).toEqual({ kind: 'give_up' });
    expect(decide({ ...get, status: 503, retryAfterMs: 60_001 })).toEqual({ kind: 'answer' });
  });

  it.each(['POST', 'PUT', 'DELETE'])('never repeats a %s', (method) => {
    expect(decide({ ...get, method, status: 503 })).toEqual({ kind: 'answer' });
    expect(decide({ ...get, method, transient: true })).toEqual({ kind: 'give_up' });
  });

  it('does not repeat what cannot get better', () => {
    expect(decide({ ...get, transient: false })).toEqual({ kind: 'give_up' });
    expect(decide(get)).toEqual({ kind: 'give_up' });
    expect(decide({ ...get, transient: true })).toEqual({ kind: 'wait', milliseconds: 375 });
    expect(decide({ ...get, number: 3, transient: true })).toMatchObject({ kind: 'wait' });
  });
});

it('backoff doubles, is drawn from its upper half, and has a ceiling', () => {
  expect([0, 1, 2, 3].map((number) => backoff(number, 1))).toEqual([500, 1000, 2000, 4000]);
  expect(backoff(2, 0)).toBe(1000);
  expect(backoff(0, 0.333)).toBe(333);
  expect(backoff(50, 1)).toBe(30_000);
});

it('parseRetryAfter understands seconds and HTTP dates', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  expect(parseRetryAfter('120', now)).toBe(120_000);
  expect(parseRetryAfter('0', now)).toBe(0);
  expect(parseRetryAfter('Thu, 01 Jan 2026 00:00:30 GMT', now)).toBe(30_000);
  expect(parseRetryAfter('Wed, 31 Dec 2025 00:00:30 GMT', now)).toBe(0);
  expect(parseRetryAfter('2026', now)).toBe(2_026_000);
  expect(parseRetryAfter(' 1.5 ', now)).toBe(1_500);
  expect(parseRetryAfter('0.0001', now)).toBe(1);
  for (const text of [undefined, '', ' ', 'soon', '-5', '5s', '1.', '1.2.3', '2027-01-01'])
    expect(parseRetryAfter(text, now), text).toBeUndefined();
});
