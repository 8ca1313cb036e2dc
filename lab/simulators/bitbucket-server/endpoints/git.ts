import { empty, type Reply } from '../../wire/reply.ts';
import type { Call, Endpoint } from '../call.ts';
import { param } from '../call.ts';
import { ApiError } from '../errors.ts';
import { smartHttp } from '../git/http.ts';
import { repositoryOf } from '../locate.ts';
import { repositoryLevel } from '../permissions.ts';
import { afterPush } from '../state/push.ts';
import type { Repository } from '../world.ts';

/** Git asks without a credential first; only a challenge makes it send one. */
const challenge = (): Reply => empty(401, { 'WWW-Authenticate': 'Basic realm="Atlassian Bitbucket"' });

async function speak(call: Call): Promise<Reply> {
  const slug = param(call, 'repository').replace(/\.git$/, '');
  const path = param(call, 'path');
  const writes = path === 'git-receive-pack' || call.query.get('service') === 'git-receive-pack';
  let repository: Repository;
  try {
    repository = repositoryOf({ ...call, params: { ...call.params, repository: slug } });
  } catch (cause) {
    // Who is not known is asked who he is before he learns what there is.
    if (cause instanceof ApiError && call.subject.kind === 'anonymous') return challenge();
    throw cause;
  }
  const level = repositoryLevel(call.world, call.subject, repository);
  if (writes && call.subject.kind === 'anonymous') return challenge();
  if (writes && (level < 2 || repository.archived)) return empty(403);
  return writes && path === 'git-receive-pack' ? receive(call, repository, path) : pass(call, repository, path);
}

const pass = (call: Call, { git }: Repository, path: string): Promise<Reply> =>
  smartHttp(git, {
    method: call.method,
    path,
    query: call.query.toString(),
    headers: call.headers,
    body: call.body,
    user: call.subject.kind === 'user' ? call.subject.user.name : 'token',
  });

/** One push after the other; what it changed is told before it is answered. */
async function receive(call: Call, repository: Repository, path: string): Promise<Reply> {
  const { reply, before } = await repository.git.inTurn(async () => {
    const refs = new Map(repository.git.refs);
    const answer = await pass(call, repository, path);
    await repository.git.refresh();
    return { reply: answer, before: refs };
  });
  const user = call.subject.kind === 'user' ? call.subject.user : call.world.users[0];
  if (user !== undefined) await afterPush(call.world, repository, { before, user });
  return reply;
}

export const gitEndpoints: readonly Endpoint[] = (['GET', 'POST'] as const).map((method) => ({
  method,
  path: 'scm/{project}/{repository}/{path*}',
  handle: speak,
}));
