import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeCertificate } from '../certificate.ts';
import { type BitbucketSimulatorOptions, startBitbucketSimulator } from './index.ts';
import { ask, exceptionOf, type Sample, startSample } from './testing.ts';

let sample: Sample;
const start = async (options: BitbucketSimulatorOptions = {}): Promise<Sample> => {
  await sample.bitbucket.close();
  sample = await startSample(options);
  return sample;
};
beforeEach(async () => {
  sample = await startSample();
});
afterEach(() => sample.bitbucket.close());

const ledger = 'api/1.0/projects/PAY/repos/ledger';

describe('who asks', () => {
  it('is refused by exception, never by status alone, and named in a header when he is believed', async () => {
    const { bitbucket, bot } = sample;
    bitbucket.state.addUser({ name: 'guest', licensed: false });
    bitbucket.state.addUser({ name: 'eve' });
    const [guest, eve] = ['guest', 'eve'].map((user) => bitbucket.state.addToken({ user }));
    const old = bitbucket.state.addToken({ user: 'bot', expiresAt: new Date('2026-03-02T09:00:00Z') });
    const answers = await Promise.all(
      [undefined, 'wrong', old, guest, eve].map((token) =>
        ask(bitbucket, ledger, token === undefined ? {} : { token }),
      ),
    );
    expect(answers.map((answer) => [answer.status, exceptionOf(answer)])).toEqual([
      [401, 'AuthenticationRequiredException'],
      [401, 'IncorrectPasswordAuthenticationException'],
      [401, 'AuthenticationRequiredException'],
      [401, 'NoAccessAuthenticationException'],
      [401, 'AuthorisationException'],
    ]);
    const good = await ask(bitbucket, ledger, { token: bot });
    expect([good.status, good.headers.get('x-ausername')]).toEqual([200, 'bot']);
    bitbucket.state.revokeToken(bot);
    expect(exceptionOf(await ask(bitbucket, ledger, { token: bot }))).toBe('IncorrectPasswordAuthenticationException');
  });

  it('may show a password, or a user token as one; a project’s token is nobody', async () => {
    const { bitbucket, project, bot } = sample;
    const basic = (text: string) => ({ headers: { Authorization: `Basic ${btoa(text)}` } });
    expect((await ask(bitbucket, ledger, basic('bot:bot-pw'))).status).toBe(200);
    expect((await ask(bitbucket, ledger, basic(`bot:${bot}`))).status).toBe(200);
    expect((await ask(bitbucket, ledger, basic('bot:no'))).status).toBe(401);
    const service = bitbucket.state.addToken({ project, permissions: ['PROJECT_READ'] });
    const answer = await ask(bitbucket, ledger, { token: service });
    expect([answer.status, answer.headers.get('x-ausername')]).toEqual([200, null]);
    expect((await ask(bitbucket, 'api/1.0/profile/recent/repos', { token: service })).status).toBe(401);
  });

  it('sees what is public without a credential, and with a bad one only where that is so set', async () => {
    const { bitbucket, repository } = await start({ badTokens: 'anonymous' });
    repository.public = true;
    const answer = await ask(bitbucket, ledger, { token: 'dead' });
    expect([answer.status, answer.headers.get('x-ausername')]).toEqual([200, null]);
    bitbucket.world.publicAccess = false;
    expect((await ask(bitbucket, ledger)).status).toBe(401);
  });

  it('never gets more by a token than the token was made for', async () => {
    const { bitbucket, ada } = sample;
    const reading = bitbucket.state.addToken({ user: 'ada', permissions: ['REPO_READ'] });
    const body = { description: 'new' };
    expect(exceptionOf(await ask(bitbucket, ledger, { method: 'PUT', token: reading, body }))).toBe(
      'AuthorisationException',
    );
    expect((await ask(bitbucket, ledger, { method: 'PUT', token: ada, body })).status).toBe(201);
  });

  it('makes tokens when signed in, not by a token, and sees the secret once', async () => {
    const { bitbucket, ada } = sample;
    const body = { name: 'hub', permissions: ['PROJECT_READ', 'REPO_READ'], expiryDays: 90 };
    const path = 'access-tokens/latest/users/ada';
    expect((await ask(bitbucket, path, { method: 'PUT', token: ada, body })).status).toBe(401);
    const headers = { Authorization: `Basic ${btoa('ada:ada-pw')}` };
    const made = await ask(bitbucket, path, { method: 'PUT', headers, body });
    expect(made.body).toMatchObject({
      name: 'hub',
      permissions: body.permissions,
      expiryDays: 90,
      token: expect.stringMatching(/^BBDC-/),
    });
    expect((await ask(bitbucket, ledger, { token: made.body.token })).status).toBe(200);
    expect((await ask(bitbucket, path, { headers })).text).not.toContain(made.body.token);
    await ask(bitbucket, `${path}/${made.body.id}`, { method: 'DELETE', headers });
    expect((await ask(bitbucket, ledger, { token: made.body.token })).status).toBe(401);
  });
});

describe('errors', () => {
  it.each([
    ['api/1.0/projects/NO/repos/ledger', 404, 'NoSuchProjectException'],
    ['api/1.0/projects/PAY/repos/no', 404, 'NoSuchRepositoryException'],
    [`${ledger}/commits/${'a'.repeat(40)}`, 404, 'NoSuchCommitException'],
    [`${ledger}/commits/abc`, 400, 'ArgumentValidationException'],
    ['api/1.0/projects?permission=REPO_OWNER', 400, 'ArgumentValidationException'],
    ['api/1.0/projects?limit=many', 400, 'ArgumentValidationException'],
  ])('%s is %i %s', async (path, status, exception) => {
    const answer = await ask(sample.bitbucket, path, { token: sample.bot });
    expect([answer.status, exceptionOf(answer)]).toEqual([status, exception]);
  });

  it('say the same in German with the same exception', async () => {
    const { bitbucket, bot } = await start({ language: 'de' });
    const answer = await ask(bitbucket, 'api/1.0/projects/NO', { token: bot });
    expect(answer.body.errors).toEqual([
      {
        context: null,
        message: 'Das Projekt NO existiert nicht.',
        exceptionName: 'com.atlassian.bitbucket.project.NoSuchProjectException',
      },
    ]);
  });

  it('of routes that nobody knows have no exception, and the journal says so', async () => {
    const { bitbucket, bot } = sample;
    const answer = await ask(bitbucket, 'api/1.0/nothing', { token: bot });
    expect([answer.status, answer.body.errors]).toEqual([404, undefined]);
    expect(() => bitbucket.journal.expectNoUnexpected()).toThrow('rest/api/1.0/nothing');
    expect(
      (await ask(bitbucket, 'api/1.0/projects', { token: bot, headers: { Accept: 'application/xml' } })).status,
    ).toBe(406);
  });

  it('of a wrong base path are web pages, with 405 for what writes', async () => {
    const { bitbucket } = await start({ contextPath: '/bitbucket' });
    const root = { url: new URL(bitbucket.url).origin };
    expect(bitbucket.url).toMatch(/\/bitbucket$/);
    expect((await ask(bitbucket, '/status')).body).toEqual({ state: 'RUNNING' });
    for (const [base, path, method, status] of [
      [root, '/rest/api/1.0/projects', 'GET', 404],
      [root, '/rest/api/1.0/projects', 'POST', 405],
      [bitbucket, '/bitbucket/rest/api/1.0/projects', 'PUT', 405],
      [bitbucket, '/projects', 'GET', 200],
    ] as const) {
      const answer = await ask(base, path, { method });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'text/html;charset=utf-8']);
    }
  });

  it('refuse what a form of a strange page could send', async () => {
    const { bitbucket, ada } = sample;
    const form = { 'X-Atlassian-Token': '', 'Content-Type': 'application/x-www-form-urlencoded' };
    const answer = await ask(bitbucket, `${ledger}/branches`, {
      method: 'POST',
      token: ada,
      headers: form,
      body: 'a=b',
    });
    expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('XSRF')]);
  });
});

describe('pages', () => {
  const walk = async (limit: number): Promise<{ names: string[]; starts: number[]; empty: number }> => {
    const seen = { names: [] as string[], starts: [] as number[], empty: 0 };
    for (let start: number | null = 0; start !== null; ) {
      const { body } = await ask(sample.bitbucket, `api/1.0/repos?limit=${limit}&start=${start}`, {
        token: sample.bot,
      });
      seen.starts.push(start);
      seen.names.push(...body.values.map(({ slug }: { slug: string }) => slug));
      if (body.values.length === 0) seen.empty += 1;
      expect(body.size).toBe(body.values.length);
      start = body.isLastPage ? null : body.nextPageStart;
      expect(body.isLastPage).toBe(body.nextPageStart === undefined);
    }
    return seen;
  };
  const more = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1)
      await sample.bitbucket.state.addRepository({ project: sample.project, name: `r${index}` });
  };

  it('jump over what permissions hide, and may be empty in the middle', async () => {
    await start({ gaps: { every: 2, hidden: 3 } });
    await more(4);
    expect(await walk(2)).toEqual({ names: ['ledger', 'r0', 'r1', 'r2', 'r3'], starts: [0, 5, 10], empty: 0 });
    sample.bitbucket.world.gaps = { every: 2, hidden: 3, emptyPages: true };
    expect(await walk(2)).toEqual({ names: ['ledger', 'r0', 'r1', 'r2', 'r3'], starts: [0, 2, 5, 7, 10], empty: 2 });
  });

  it('have 25 rows when nobody asks, and never more than the server gives', async () => {
    const { bitbucket, bot } = sample;
    expect((await ask(bitbucket, 'api/1.0/repos', { token: bot })).body).toMatchObject({
      limit: 25,
      start: 0,
      size: 1,
    });
    expect((await ask(bitbucket, 'api/1.0/repos?limit=9999', { token: bot })).body.limit).toBe(1000);
    expect((await ask(bitbucket, `${ledger}/commits?limit=9999`, { token: bot })).body.limit).toBe(100);
  });
});

describe('versions', () => {
  it.each([
    ['5.14', '5.14.4', false, 404],
    ['5.15', '5.15.1', true, 404],
    ['7.21', '7.21.0', true, 200],
    ['10.2', '10.2.0', true, 200],
  ] as const)('%s calls itself %s', async (version, release, insights, defaultBranch) => {
    const { bitbucket, bot } = await start({ version });
    expect((await ask(bitbucket, 'api/1.0/application-properties')).body.version).toBe(release);
    expect('code-insights' in (await ask(bitbucket, 'capabilities')).body.capabilities).toBe(insights);
    expect((await ask(bitbucket, `${ledger}/default-branch`, { token: bot })).status).toBe(defaultBranch);
  });

  it('may carry a suffix', async () => {
    const { bitbucket } = await start({ version: '10.2', release: '10.2.0-rc1' });
    expect((await ask(bitbucket, 'api/latest/application-properties')).body).toMatchObject({
      version: '10.2.0-rc1',
      buildNumber: '10002000',
    });
  });
});

describe('a limit of requests', () => {
  it.each([
    ['retry-after', '1'],
    ['none', null],
    ['absurd', '9223372036854775807'],
  ] as const)('says %s', async (says, retryAfter) => {
    let now = new Date('2026-03-02T10:00:00Z');
    const { bitbucket, bot } = await start({ now: () => now, rateLimit: { capacity: 2, refill: 1, says } });
    const again = () => ask(bitbucket, 'api/1.0/projects', { token: bot });
    expect([(await again()).status, (await again()).status]).toEqual([200, 200]);
    const limited = await again();
    expect([limited.status, limited.headers.get('retry-after'), limited.headers.get('x-ratelimit-remaining')]).toEqual([
      429,
      retryAfter,
      '0',
    ]);
    now = new Date(now.getTime() + 1000);
    expect((await again()).status).toBe(200);
  });
});

describe('what goes wrong on the way', () => {
  it('is struck by faults and told by the journal', async () => {
    const { bitbucket, bot } = sample;
    bitbucket.journal.clear();
    bitbucket.faults.add({ match: { path: 'rest/api/1.0/projects*' }, kind: { type: 'html' } });
    const page = await ask(bitbucket, 'api/1.0/projects', { token: bot });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html;charset=utf-8']);
    bitbucket.faults.add({ kind: { type: 'reset_before_answer' } });
    await expect(ask(bitbucket, 'api/1.0/projects', { token: bot })).rejects.toThrow();
    expect(
      bitbucket.journal.entries.map(({ method, path, tokenKind, fault }) => [method, path, tokenKind, fault]),
    ).toEqual([
      ['GET', 'rest/api/1.0/projects', 'bot', 'html'],
      ['GET', 'rest/api/1.0/projects', 'bot', 'reset_before_answer'],
    ]);
  });

  it('may be a certificate of its own', async () => {
    const tls = await makeCertificate();
    const secure = await startBitbucketSimulator({ tls });
    try {
      expect(secure.url).toMatch(/^https:/);
      await expect(fetch(`${secure.url}/status`)).rejects.toThrow();
    } finally {
      await secure.close();
    }
  });
});
