import { empty, html, type Reply } from '../wire/reply.ts';
import { errorReply, tooMany } from './errors.ts';
import type { Token } from './model.ts';
import type { World } from './world.ts';

/** Counts the requests of each token by the minute; false when one is too many. */
export function createRateLimit(world: World): (token: Token) => boolean {
  const minutes = new Map<string, { minute: number; count: number }>();
  return ({ id }) => {
    if (world.rateLimit === null) return true;
    const minute = Math.floor(world.now().getTime() / 60_000);
    const counted = minutes.get(id);
    const current = counted?.minute === minute ? counted : { minute, count: 0 };
    minutes.set(id, current);
    current.count += 1;
    return current.count <= world.rateLimit;
  };
}

/** The edge that limits says never how long to wait. */
export function limitedReply({ rateLimitBody, profile }: World): Reply {
  if (rateLimitBody === 'empty') return empty(429);
  return rateLimitBody === 'html' ? html(429, 'Too Many Requests') : errorReply(tooMany(), profile.tokenErrors);
}
