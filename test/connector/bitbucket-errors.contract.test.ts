import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lines, type Sample, startSample } from '../../lab/simulators/bitbucket-server/testing.ts';
import { createClient } from '../../src/connectors/bitbucket-server/client.ts';
import { StoredComment } from '../../src/connectors/bitbucket-server/schema.ts';
import { type ErrorCode, isPlumblineError, PlumblineError } from '../../src/platform/errors/index.ts';
import type { OutboundRequest } from '../../src/platform/outbound/types.ts';
import { inProcess } from '../reports/in-process.ts';

/*
 * Every refusal that Bitbucket words itself, brought about on a server that speaks English and on one that speaks German:
 * the code is the same, the words are the server's, and no token is in either.
 */

const place = 'rest/api/1.0/projects/PAY/repos/ledger';
const unknownCommit = 'f'.repeat(40);

interface Refused {
  /** What is refused, and by which class of section 2. */
  title: string;
  code: ErrorCode;
  method?: 'POST' | 'PUT' | 'DELETE';
  path: string;
  body?: unknown;
  /** Whose token; `bot` may read. */
  as?: 'bot' | 'ada' | 'revoked' | 'unlicensed';
  /** In place of what the client sends. */
  headers?: Record<string, string>;
  before?(sample: Sample): void;
}

const basic = `Basic ${Buffer.from('ada:wrong-password').toString('base64')}`;
const long = { title: 'x'.repeat(451), result: 'PASS', details: 'x' };
const insights = 'rest/insights/1.0/projects/PAY/repos/ledger/commits';

const refusals: readonly Refused[] = [
  {
    title: 'a password: IncorrectPasswordAuthenticationException',
    code: 'invalid_credentials',
    path: place,
    headers: { authorization: basic },
  },
  {
    title: 'a revoked token: AuthenticationRequiredException',
    code: 'invalid_credentials',
    path: place,
    as: 'revoked',
  },
  {
    title: 'what its user may not read: AuthorisationException',
    code: 'invalid_permissions',
    path: 'rest/api/1.0/projects/SEC/repos/vault',
  },
  {
    title: 'a user without a licence: NoAccessAuthenticationException',
    code: 'bitbucket_user_unlicensed',
    path: place,
    as: 'unlicensed',
  },
  {
    title: 'what a strange page could send: 403 without a class',
    code: 'bitbucket_forbidden',
    method: 'POST',
    path: `${place}/pull-requests/1/decline`,
    headers: { 'x-atlassian-token': '' },
  },
  { title: 'NoSuchProjectException', code: 'bitbucket_project_not_found', path: 'rest/api/1.0/projects/NONE' },
  {
    title: 'NoSuchRepositoryException',
    code: 'bitbucket_repository_not_found',
    path: 'rest/api/1.0/projects/PAY/repos/none',
  },
  {
    title: 'NoSuchCommitException',
    code: 'bitbucket_commit_not_found',
    path: `${insights}/${unknownCommit}/reports/k`,
  },
  {
    title: 'NoSuchPullRequestException',
    code: 'bitbucket_pull_request_not_found',
    path: `${place}/pull-requests/99`,
  },
  {
    title: 'a field that is too long: 400',
    code: 'bitbucket_rejected_request',
    method: 'PUT',
    path: `${insights}/HEAD/reports/k`,
    body: long,
  },
  {
    title: 'CommentOutOfDateException',
    code: 'bitbucket_conflict',
    method: 'PUT',
    path: `${place}/pull-requests/1/comments/COMMENT`,
    body: { text: 'y', version: 7 },
  },
  {
    title: 'PullRequestOutOfDateException',
    code: 'bitbucket_conflict',
    method: 'POST',
    path: `${place}/pull-requests/1/decline`,
    body: { version: 7 },
    as: 'ada',
  },
  {
    title: 'IllegalPullRequestStateException',
    code: 'bitbucket_conflict',
    method: 'POST',
    path: `${place}/pull-requests/2/decline`,
    body: { version: 0 },
    as: 'ada',
    before: ({ bitbucket, repository }) => {
      const second = repository.pullRequests.find(({ id }) => id === 2);
      if (second?.state === 'OPEN') bitbucket.state.decline(second);
    },
  },
  {
    title: 'too many calls: 429',
    code: 'rate_limited',
    path: place,
    before: ({ bitbucket: { world } }) => void (world.rateLimit = { capacity: 0, refill: 0 }),
  },
];

/** The code of each in one language, with the server's words. */
const told = new Map<string, Map<string, string>>();

describe.each(['en', 'de'] as const)('what a server that speaks %s refuses', (language) => {
  let sample: Sample;
  let secrets: Record<NonNullable<Refused['as']>, string>;
  let comment: string;
  beforeAll(async () => {
    sample = await startSample({ language, publicAccess: false });
    const { state } = sample.bitbucket;
    const { repository } = sample;
    for (const branch of ['one', 'two']) {
      await state.push(repository, { branch, from: 'main', files: { 'src/a.ts': lines(20, { 3: branch }) } });
      const at = (name: string) => ({ repository, branch: name });
      await state.openPullRequest({ title: branch, from: at(branch), to: at('main') });
    }
    const secret = state.addProject({ key: 'SEC', name: 'Secret' });
    await state.addRepository({ project: secret, name: 'vault' });
    state.addUser({ name: 'eve', displayName: 'Eve', password: 'eve-pw', licensed: false });
    const revoked = state.addToken({ user: 'bot' });
    state.revokeToken(revoked);
    secrets = { bot: sample.bot, ada: sample.ada, revoked, unlicensed: state.addToken({ user: 'eve' }) };
    const added = await clientAs('bot').sendFor(StoredComment, 'POST', `${place}/pull-requests/1/comments`, {
      subject: 'a comment',
      body: { text: 'x' },
    });
    comment = String(added.id);
  });
  afterAll(() => sample.bitbucket.close());

  function clientAs(who: NonNullable<Refused['as']>, over: Record<string, string> = {}, sent: OutboundRequest[] = []) {
    const http = inProcess(sample.bitbucket);
    return createClient({
      http: {
        ...http,
        request: (request) => {
          sent.push(request);
          return http.request({ ...request, headers: { ...request.headers, ...over } });
        },
      },
      url: sample.bitbucket.url,
      token: secrets[who],
      signal: new AbortController().signal,
    });
  }

  it.each(refusals)('$title', async (refused) => {
    const { title, code, method, as = 'bot', headers, body } = refused;
    refused.before?.(sample);
    const sent: OutboundRequest[] = [];
    const client = clientAs(as, headers, sent);
    const head = sample.repository.pullRequests[0]?.from.commit ?? '';
    const path = refused.path.replace('COMMENT', comment).replace('/HEAD/', `/${head}/`);
    const call = { subject: 'what was asked for', ...(body === undefined ? {} : { body }) };
    const error: unknown = await (method === undefined
      ? client.get(StoredComment, path, call)
      : client.send(method, path, call)
    ).catch((thrown: unknown) => thrown);
    sample.bitbucket.world.rateLimit = null;
    if (!isPlumblineError(error)) throw new Error(`not refused: ${String(error)}`);
    expect(error.code).toBe(code);
    expect(error.upstream).toEqual(expect.stringMatching(/\w{3}/));
    told.set(title, (told.get(title) ?? new Map<string, string>()).set(language, error.upstream ?? ''));
    const shown = [
      error.message,
      error.upstream,
      error.stack,
      JSON.stringify(error),
      ...sent.map(({ url }) => url.href),
    ];
    for (const secret of Object.values(secrets)) expect(shown.join('\n')).not.toContain(secret);
  });

  it('a repository that was renamed: 3xx', async () => {
    const { repository, bitbucket } = sample;
    bitbucket.state.move(repository, { name: 'general ledger' });
    const asked = clientAs('bot').get(StoredComment, place, { subject: 'the repository' });
    await expect(asked).rejects.toBeInstanceOf(PlumblineError);
    await expect(asked).rejects.toMatchObject({ code: 'bitbucket_repository_moved' });
  });
});

it('were told in the words of each server, which differ', () => {
  expect(told.size).toBe(refusals.length);
  for (const [title, words] of told) expect(words.get('en'), title).not.toBe(words.get('de'));
});
