import { describe, expect, it } from 'vitest';
import { failureOf } from './failure.ts';

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  failureOf({
    status,
    headers,
    text: typeof body === 'string' ? body : JSON.stringify(body),
    subject: 'pull request 17 of PAY/ledger',
  });

const error = (exceptionName: string | null, message: string, context: string | null = null) => ({
  errors: [{ context, message, exceptionName }],
});

/** Status, exception, the words in two languages, and the code. */
const known: [number, string, string, string, string][] = [
  [
    401,
    'com.atlassian.bitbucket.auth.IncorrectPasswordAuthenticationException',
    'Authentication failed. Please check your credentials and try again.',
    'Die Authentifizierung ist fehlgeschlagen.',
    'invalid_credentials',
  ],
  [
    401,
    'com.atlassian.stash.internal.rest.api.security.exception.AuthenticationRequiredException',
    'You are not permitted to access this resource',
    'Sie dürfen auf diese Ressource nicht zugreifen',
    'invalid_credentials',
  ],
  [
    401,
    'com.atlassian.bitbucket.AuthorisationException',
    'You are not permitted to access this resource',
    'Sie dürfen auf diese Ressource nicht zugreifen',
    'invalid_permissions',
  ],
  [
    401,
    'com.atlassian.bitbucket.auth.NoAccessAuthenticationException',
    'You are not currently licensed to use Bitbucket.',
    'Sie haben derzeit keine Lizenz für Bitbucket.',
    'bitbucket_user_unlicensed',
  ],
  [
    404,
    'com.atlassian.bitbucket.project.NoSuchProjectException',
    'Project X does not exist.',
    'Projekt X existiert nicht.',
    'bitbucket_project_not_found',
  ],
  [
    404,
    'com.atlassian.bitbucket.repository.NoSuchRepositoryException',
    'Repository P/s does not exist.',
    'Repository P/s existiert nicht.',
    'bitbucket_repository_not_found',
  ],
  [
    404,
    'com.atlassian.bitbucket.commit.NoSuchCommitException',
    "Commit 'X' does not exist in repository 's'.",
    'Commit gibt es nicht.',
    'bitbucket_commit_not_found',
  ],
  [
    404,
    'com.atlassian.bitbucket.pull.NoSuchPullRequestException',
    'Pull request 9 does not exist in P/s.',
    'Pull-Request 9 gibt es nicht.',
    'bitbucket_pull_request_not_found',
  ],
  [
    400,
    'com.atlassian.bitbucket.validation.ArgumentValidationException',
    'The field is wrong',
    'Das Feld ist falsch',
    'bitbucket_rejected_request',
  ],
  [409, 'com.atlassian.bitbucket.pull.PullRequestOutOfDateException', 'out of date', 'veraltet', 'bitbucket_conflict'],
  [409, 'com.atlassian.bitbucket.comment.CommentOutOfDateException', 'out of date', 'veraltet', 'bitbucket_conflict'],
  [
    409,
    'com.atlassian.bitbucket.pull.IllegalPullRequestStateException',
    'already merged',
    'bereits zusammengeführt',
    'bitbucket_conflict',
  ],
];

describe('an error of Bitbucket', () => {
  it.each(known)('%i %s is known by its class in every language', (status, exception, english, german, code) => {
    for (const words of [english, german]) {
      const failure = answer(status, error(exception, words));
      expect([failure.code, failure.upstream]).toEqual([code, words]);
    }
  });

  it('is never known by its words: what one says in another’s place counts as the other', () => {
    const misleading = error(
      'com.atlassian.bitbucket.AuthorisationException',
      'Authentication failed. Rate limit. Not found.',
    );
    expect(answer(401, misleading).code).toBe('invalid_permissions');
  });

  it('without a class is known by its status', () => {
    expect(answer(401, error(null, 'no')).code).toBe('invalid_credentials');
    expect(answer(403, error(null, 'XSRF check failed')).code).toBe('bitbucket_forbidden');
    expect(answer(400, error(null, 'too long', 'key')).code).toBe('bitbucket_rejected_request');
    expect(answer(404, { errors: [] }).code).toBe('endpoint_unavailable');
    expect(answer(409, error(null, 'archived')).code).toBe('bitbucket_conflict');
    expect(answer(429, '').code).toBe('rate_limited');
    expect(answer(503, error(null, 'x')).code).toBe('upstream_error');
    expect(answer(307, '').code).toBe('bitbucket_repository_moved');
  });
});

describe('a page that is not Bitbucket’s', () => {
  it('says nothing about the token or the repository', () => {
    expect(answer(403, '<html>Blocked</html>').code).toBe('endpoint_unavailable');
    expect(answer(404, '<html>Not here</html>').code).toBe('endpoint_unavailable');
    expect(answer(405, '<html>Not allowed</html>').code).toBe('endpoint_unavailable');
    expect(answer(401, '<html>Log in</html>', { 'www-authenticate': 'Negotiate' }).code).toBe('endpoint_unavailable');
    expect(answer(401, '').code).toBe('invalid_credentials');
  });

  it('is told without its markup, and an address in it without its secret', () => {
    expect(answer(502, '<p>Bad <b>gateway</b></p>').upstream).toBe('Bad gateway');
    expect(answer(400, error(null, 'see https://me:secret@bb/x')).upstream).not.toContain('secret');
    expect(answer(500, '').upstream).toBe('HTTP 500 without a body');
  });
});

it('a refusal may be about a limit where it says so, or says nothing else', () => {
  const mayBeLimit = (status: number, body: unknown) => answer(status, body).data['mayBeLimit'];
  expect(mayBeLimit(413, '<html>Too large</html>')).toBe(true);
  expect(
    mayBeLimit(409, error('com.atlassian.bitbucket.codeinsights.annotation.AnnotationsLimitExceededException', 'x')),
  ).toBe(true);
  expect(mayBeLimit(400, error(null, 'x'))).toBe(true);
  expect(mayBeLimit(400, error(null, 'x', 'annotations[3].message'))).toBe(false);
  expect(mayBeLimit(400, error('com.atlassian.bitbucket.validation.ArgumentValidationException', 'x'))).toBe(false);
  expect(mayBeLimit(401, error(null, 'x'))).toBe(false);
  expect(mayBeLimit(400, '<html>Bad request</html>')).toBe(false);
});
