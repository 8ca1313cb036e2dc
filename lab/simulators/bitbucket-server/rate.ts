import { tooManyRequests } from './errors.ts';
import type { Subject, World } from './world.ts';

/** A bucket of requests for each user; throws when it is empty. Returns the headers that tell of it. */
export function createRateLimit(world: World): (subject: Subject) => Record<string, string> {
  const buckets = new Map<string, { left: number; at: number }>();
  return (subject) => {
    const limit = world.rateLimit;
    // Only calls with a credential are counted.
    if (limit === null || subject.kind === 'anonymous' || subject.kind === 'refused') return {};
    const name = subject.kind === 'user' ? `user ${subject.user.id}` : `token ${subject.token.id}`;
    const now = world.now().getTime();
    const bucket = buckets.get(name) ?? { left: limit.capacity, at: now };
    buckets.set(name, bucket);
    bucket.left = Math.min(limit.capacity, bucket.left + (Math.max(0, now - bucket.at) / 1000) * limit.refill);
    bucket.at = now;
    const headers = {
      'X-RateLimit-Limit': String(limit.capacity),
      'X-RateLimit-Remaining': String(Math.max(0, Math.floor(bucket.left - 1))),
      'X-RateLimit-FillRate': String(limit.refill),
      'X-RateLimit-Interval-Seconds': '1',
    };
    if (bucket.left < 1) {
      const seconds = limit.refill === 0 ? 60 : Math.ceil((1 - bucket.left) / limit.refill);
      const waits = { 'retry-after': String(seconds), absurd: '9223372036854775807', none: null }[
        limit.says ?? 'retry-after'
      ];
      throw tooManyRequests({ ...headers, ...(waits === null ? {} : { 'Retry-After': waits }) });
    }
    bucket.left -= 1;
    return headers;
  };
}
