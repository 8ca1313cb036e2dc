import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { empty, html, type Reply } from '../wire/reply.ts';
import type { Answered, Received } from '../wire/server.ts';
import type { Call } from './call.ts';
import { endpoints } from './endpoints/index.ts';
import { ApiError, errorReply, unknownRoute, xsrfFailed } from './errors.ts';
import { GitError } from './git/run.ts';
import { MovedError } from './locate.ts';
import { subjectOf } from './permissions.ts';
import { createRateLimit } from './rate.ts';
import { createRouter } from './router.ts';
import type { Subject, World } from './world.ts';

/** The server's rules in the order in which it looks: who asks, how often, what was asked. */
export function answering(world: World): (received: Received<World>) => Promise<Answered> {
  const find = createRouter(endpoints);
  const count = createRateLimit(world);
  return async (received) => {
    const { method, path } = received;
    if (world.answersAfterMs > 0) await delay(world.answersAfterMs);
    if (!/^(?:rest|scm)\//.test(path) && path !== 'status') return webPage(received);
    const subject = subjectOf(world, received.headers.authorization);
    const found = find(world.profile, method, path);
    const known = found !== undefined && found !== 'other';
    const headers = headersFor(subject);
    let reply: Reply;
    try {
      if (path !== 'status' && subject.kind === 'refused') throw subject.error;
      Object.assign(headers, count(subject));
      if (found === undefined) reply = unknownRoute();
      else if (found === 'other') reply = empty(405);
      else {
        demandNoForgery(world, received);
        const call: Call = { ...received, world, subject, params: found.params };
        reply = isAcceptable(received) ? await found.endpoint.handle(call) : empty(406);
      }
    } catch (cause) {
      reply = refusalReply(world, received, cause);
    }
    return { reply: { ...reply, headers: { ...headers, ...reply.headers } }, known, who: whoIs(subject) };
  };
}

function whoIs(subject: Subject): string {
  if (subject.kind === 'anonymous') return 'anonymous';
  if (subject.kind === 'refused') return 'invalid';
  return subject.kind === 'user' ? subject.user.name : 'service';
}

function headersFor(subject: Subject): Record<string, string> {
  const id = randomUUID();
  return {
    'X-AREQUESTID': `@${id.slice(0, 8)}x1x1x0`,
    'X-ASEN': 'SEN-SIMULATOR',
    'Cache-Control': 'private, no-cache',
    ...(subject.kind === 'user'
      ? {
          'X-AUSERID': String(subject.user.id),
          'X-AUSERNAME': encodeURIComponent(subject.user.name),
          'X-ASESSIONID': createHash('sha256').update(`session ${subject.user.id}`).digest('hex').slice(0, 8),
        }
      : {}),
  };
}

/** What a form of a strange page could send is refused without the header that such a form cannot send. */
function demandNoForgery(world: World, { method, path, headers }: Received<World>): void {
  if (method === 'GET' || method === 'HEAD' || path.startsWith('scm/')) return;
  if (String(headers['x-atlassian-token'] ?? '').toLowerCase() === 'no-check') return;
  const type = String(headers['content-type'] ?? '');
  const form = /^(?:application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)/i.test(type);
  const bare = type === '' && (method === 'POST' || world.strictXsrf);
  if (form || bare) throw xsrfFailed();
}

const isAcceptable = ({ headers, path }: Received<World>): boolean =>
  path.startsWith('scm/') || /\*\/\*|json|text\/|octet-stream|application\/\*/.test(headers.accept ?? '*/*');

function refusalReply(world: World, received: Received<World>, cause: unknown): Reply {
  if (cause instanceof ApiError) return errorReply(cause, world.language);
  if (cause instanceof MovedError) return redirect(received, cause);
  // A name that git does not take is the caller's fault.
  if (cause instanceof GitError && cause.code === 128)
    return errorReply(new ApiError(404, { en: cause.message, de: cause.message }), world.language);
  throw cause;
}

function redirect({ url }: Received<World>, { repository }: MovedError): Reply {
  const place = `/projects/${repository.project.key}/repos/${repository.slug}`;
  const clone = `/scm/${repository.project.key.toLowerCase()}/${repository.slug}.git`;
  const location = url
    .replace(/\/projects\/[^/?]+\/repos\/[^/?]+/, place)
    .replace(/\/scm\/[^/?]+\/[^/?]+?(?:\.git)?(?=[/?]|$)/, clone);
  return empty(307, { Location: location });
}

/** Whatever is no REST path is a page of the web interface, which only reads. */
export function webPage({ method }: Received<World>): Answered {
  const reading = method === 'GET' || method === 'HEAD';
  const reply = reading ? html(200, 'Log in - Bitbucket') : html(405, 'HTTP Status 405 – Method Not Allowed');
  return { reply, known: false, who: 'anonymous' };
}

/** Outside the context nothing of the server is there; what writes is told so by another page than what reads. */
export function outsidePage({ method }: Received<World>): Answered {
  const reading = method === 'GET' || method === 'HEAD';
  const reply = reading ? html(404, 'HTTP Status 404 – Not Found') : html(405, 'HTTP Status 405 – Method Not Allowed');
  return { reply, known: false, who: 'anonymous' };
}
