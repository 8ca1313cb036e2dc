import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { retryDelaySeconds } from './retrying.ts';
import { newSecret, signedHeaders } from './signature.ts';

describe('the signature', () => {
  it('is the one of the Standard Webhooks specification', () => {
    // The example of the specification's own test suite.
    const message = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      body: '{"test": 2432232314}',
      at: new Date(1_614_265_330_000),
    };
    expect(signedHeaders(message, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('is made with every live secret, the newest first', () => {
    const message = { id: 'a', body: '{}', at: new Date(0) };
    const [newest, older] = [newSecret(), newSecret()];
    const signatures = signedHeaders(message, [newest, older])['webhook-signature']?.split(' ');
    const expected = [newest, older].map(
      (secret) =>
        `v1,${createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
          .update('a.0.{}')
          .digest('base64')}`,
    );
    expect(signatures).toEqual(expected);
    expect(newest).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(newest).not.toBe(older);
  });
});

describe('retrying', () => {
  it('backs off to four hours, about a dozen attempts in a day', () => {
    const attempts: number[] = [];
    for (let number = 1, seconds = 0; seconds < 86_400; number++) {
      seconds += retryDelaySeconds(number, 0);
      attempts.push(retryDelaySeconds(number, 0));
    }
    expect(attempts.slice(0, 3)).toEqual([5, 30, 120]);
    expect(attempts.at(-1)).toBe(14_400);
    expect(attempts.length).toBeGreaterThan(10);
    expect(attempts.length).toBeLessThan(16);
    expect(retryDelaySeconds(1, 0.999)).toBeLessThan(5.5);
  });
});
