import { html, json, type Reply } from '../wire/reply.ts';
import type { Answered, Received } from '../wire/server.ts';
import { type Call, choices, type Endpoint } from './call.ts';
import { type OwnFault, startingReply } from './faults.ts';
import { ApiError, errorReply, unauthorized, unknownUrl } from './reply.ts';
import type { World } from './state/model.ts';
import { subjectOf } from './subject.ts';

/** What answers. */
export interface Answers {
  world: World;
  endpoints: readonly Endpoint[];
  /** Answers that come before the endpoints, e.g. recorded ones. */
  before?: ((call: Call, path: string, method: string) => Reply | null) | undefined;
}

/** The server's rules in the order in which it looks: who asks, how often, whether it is up, what was asked. */
export function answering(answers: Answers): (received: Received<World, OwnFault>) => Answered {
  const { world } = answers;
  const rate = createRateLimit(world);
  return ({ method, path, query, headers, baseUrl, faults }) => {
    const subject = subjectOf(world, headers.authorization);
    const overlap = faults.find((fault) => fault.type === 'overlap')?.rows ?? 0;
    const call: Call = { world, profile: world.profile, subject, query, baseUrl, overlap };
    const { reply, known } = replyTo(answers, rate, call, method, path);
    const starts = faults.some(({ type }) => type === 'starting');
    const who = subject.kind === 'token' ? subject.token.kind : subject.kind;
    return { reply: starts ? startingReply(reply, path) : reply, known, who };
  };
}

/** Cloud's limit: so many requests in any minute, then 429 without `Retry-After`. */
function createRateLimit(world: World): () => boolean {
  const limit = world.profile.requestsPerMinute;
  const times: number[] = [];
  return () => {
    if (limit === null) return true;
    const now = Date.now();
    while (times.length > 0 && (times[0] ?? 0) < now - 60_000) times.shift();
    if (times.length >= limit) return false;
    times.push(now);
    return true;
  };
}

function replyTo(
  parts: Answers,
  rate: () => boolean,
  call: Call,
  method: string,
  path: string,
): { reply: Reply; known: boolean } {
  if (!path.startsWith('api/')) return { reply: html(200, 'SonarQube'), known: true };
  if (!rate()) return { reply: json({ errors: [{ msg: 'Too many requests' }] }, 429), known: true };
  if (parts.world.status !== 'UP' && path !== 'api/system/status')
    return { reply: errorReply(unknownUrl(`/${path}`)), known: true };
  const recorded = parts.before?.(call, path, method);
  if (recorded) return { reply: recorded, known: true };
  const endpoint = parts.endpoints.find((one) => one.path === path && (one.on?.(call.profile) ?? true));
  return { reply: guarded(call, endpoint, method, path), known: endpoint !== undefined };
}

function guarded(call: Call, endpoint: Endpoint | undefined, method: string, path: string): Reply {
  const { subject, world } = call;
  const anonymousRefused = subject.kind === 'anonymous' && world.forceAuthentication && !world.profile.cloud;
  if (!endpoint?.open && (subject.kind === 'invalid' || anonymousRefused)) return unauthorized();
  try {
    if (!endpoint) return unknownPath(call, path);
    if (endpoint.method !== method) throw new ApiError(405, `HTTP method ${endpoint.method} is required`);
    for (const [name, values] of Object.entries(endpoint.choices ?? {})) choices(call, values(call.profile), name);
    return endpoint.handle(call);
  } catch (cause) {
    if (cause instanceof ApiError) return errorReply(cause);
    throw cause;
  }
}

/** v2 has its own words; before 10.8 an unknown v2 path was a page of HTML. */
function unknownPath({ profile }: Call, path: string): Reply {
  if (!path.startsWith('api/v2/') || !profile.v2) return errorReply(unknownUrl(`/${path}`));
  return profile.modes ? json({ message: 'Resource not found.' }, 404) : html(404, 'HTTP Status 404 – Not Found');
}
