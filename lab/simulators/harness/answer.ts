import { html, type Reply } from '../wire/reply.ts';
import type { Answered, Received } from '../wire/server.ts';
import { endpoints } from './endpoints/index.ts';
import { ApiError, errorReply, unknownPath } from './errors.ts';
import { createRateLimit, limitedReply } from './rate.ts';
import { createRouter } from './router.ts';
import { type Subject, subjectOf } from './tokens.ts';
import type { World } from './world.ts';

const api = /^(?:ng\/api|pipeline\/api|v1)\//;

/** The path below the prefix; undefined where the API does not answer under it. */
function apiPath({ prefixes }: World, path: string): string | undefined {
  const behindGateway = path.startsWith('gateway/');
  const bare = behindGateway ? path.slice('gateway/'.length) : path;
  if (!api.test(bare)) return undefined;
  if (behindGateway) return prefixes === 'bare' ? undefined : bare;
  return prefixes === 'gateway' ? undefined : bare;
}

/** The server's rules in the order in which it looks: where, who asks, how often, what. */
export function answering(world: World): (received: Received<World>) => Answered {
  const find = createRouter(endpoints, world.profile);
  const isUnderLimit = createRateLimit(world);
  return (received) => {
    const path = apiPath(world, received.path);
    if (path === undefined) return webPage();
    const subject = subjectOf(world, { ...received, path });
    const found = find(received.method, path);
    const reply = (): Reply => {
      if ('error' in subject) throw subject.error;
      if (!isUnderLimit(subject.token)) return limitedReply(world);
      if (found === undefined) return unknownPath();
      const { endpoint, params } = found;
      const { query, body } = received;
      return endpoint.handle({ world, ...subject, now: world.now().getTime(), params, query, body });
    };
    return { reply: refusing(world, reply), known: found !== undefined, who: whoIs(subject) };
  };
}

function refusing(world: World, reply: () => Reply): Reply {
  try {
    return reply();
  } catch (cause) {
    if (cause instanceof ApiError) return errorReply(cause, world.profile.tokenErrors);
    throw cause;
  }
}

function whoIs(subject: Subject): string {
  if ('token' in subject) return subject.token.kind;
  return subject.shown ? 'invalid' : 'anonymous';
}

/** Whatever is no path of the API is the page of the interface, with a 200. */
export const webPage = (): Answered => ({ reply: html(200, 'Harness'), known: false, who: 'anonymous' });
