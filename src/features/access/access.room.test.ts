import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localToken, password, testHub } from '../../../test/support/hub.ts';
import { writeLocalToken } from './index.ts';
import { hashToken } from './opaque-tokens.ts';

const email = 'ada@example.com';

describe('set-up', () => {
  it('makes the first administrator with the link’s secret, once, and signs in', async () => {
    const hub = await testHub();
    expect((await hub.call('GET', '/api/v1/session', { as: 'nobody' })).body).toMatchObject({
      signedIn: false,
      setupRequired: true,
    });
    const secret = await hub.access.issueSetupSecret();
    const body = { secret, email: ' Ada@Example.com', name: 'Ada', password };
    const answer = await hub.call('POST', '/api/v1/setup', { as: 'nobody', body });
    expect(answer.body).toMatchObject({
      signedIn: true,
      setupRequired: false,
      user: { email, role: 'admin', name: 'Ada' },
    });
    const session = await hub.call('GET', '/api/v1/session', { cookie: answer.cookie ?? '' });
    expect(session.body.permissions).toContain('users:write');
    const again = await hub.call('POST', '/api/v1/setup', { as: 'nobody', body });
    expect([again.status, again.body.error.code]).toEqual([409, 'setup_finished']);
    expect(await hub.access.issueSetupSecret()).toBeUndefined();
  });

  it('accepts neither a wrong nor an old secret, and a bad password does not use it up', async () => {
    const hub = await testHub();
    const first = await hub.access.issueSetupSecret();
    const secret = await hub.access.issueSetupSecret();
    const call = (more: object) =>
      hub.call('POST', '/api/v1/setup', { as: 'nobody', body: { secret, email, password, ...more } });
    expect((await call({ secret: first })).body.error.code).toBe('setup_link_invalid');
    expect((await call({ password: 'short' })).body.error).toMatchObject({
      code: 'weak_password',
      message: expect.stringContaining('5 of at least 12'),
    });
    await hub.db.execute("update access.setup set expires_at = now() - interval '1 second'");
    expect((await call({})).body.error.code).toBe('setup_link_invalid');
    await hub.db.execute("update access.setup set expires_at = now() + interval '1 second'");
    expect((await call({})).status).toBe(200);
  });

  it('lets only one of many at once through', async () => {
    const hub = await testHub();
    const secret = await hub.access.issueSetupSecret();
    const calls = Array.from({ length: 5 }, (_, i) =>
      hub.call('POST', '/api/v1/setup', { as: 'nobody', body: { secret, email: `a${i}@example.com`, password } }),
    );
    const statuses = (await Promise.all(calls)).map((answer) => answer.status).sort();
    expect(statuses).toEqual([200, 409, 409, 409, 409]);
  });

  it('works unattended, and changes nothing the second time', async () => {
    const hub = await testHub();
    expect(await hub.access.createFirstAdministrator({ email, password })).toBe(true);
    expect(await hub.access.createFirstAdministrator({ email: 'eve@example.com', password })).toBe(false);
    expect((await hub.call('GET', '/api/v1/users')).body.users).toHaveLength(1);
  });
});

describe('a session', () => {
  it('starts with a fresh token whatever the browser had, and the earlier one ends', async () => {
    const hub = await testHub();
    const first = await hub.administrator();
    const fixed = 'plumbline=chosen-by-an-attacker';
    const withFixed = await hub.call('POST', '/api/v1/session', { cookie: fixed, body: { email, password } });
    expect(withFixed.cookie).toMatch(/^plumbline=[A-Za-z0-9_-]{43}$/);
    expect(withFixed.cookie).not.toBe(fixed);
    const second = await hub.call('POST', '/api/v1/session', { cookie: first, body: { email, password } });
    expect((await hub.call('GET', '/api/v1/users', { cookie: first })).status).toBe(401);
    expect((await hub.call('GET', '/api/v1/users', { cookie: second.cookie ?? '' })).status).toBe(200);
  });

  it('is stored as a hash only', async () => {
    const hub = await testHub();
    const token = (await hub.administrator()).split('=')[1] ?? '';
    const rows = await hub.db.query<{ token_hash: Buffer }>('select token_hash from access.sessions');
    expect(rows.map((row) => row.token_hash)).toEqual([hashToken(token)]);
  });

  it('ends when signed out, when idle for 12 hours, and after 7 days', async () => {
    const hub = await testHub();
    const cookie = await hub.administrator();
    const works = async () => (await hub.call('GET', '/api/v1/users', { cookie })).status === 200;
    await hub.db.execute("update access.sessions set last_seen_at = now() - interval '11 hours 59 minutes'");
    expect(await works()).toBe(true);
    await hub.db.execute("update access.sessions set last_seen_at = now() - interval '12 hours'");
    expect(await works()).toBe(false);
    await hub.db.execute('update access.sessions set last_seen_at = now(), expires_at = now()');
    expect(await works()).toBe(false);
    const next = await hub.administrator();
    const out = await hub.call('DELETE', '/api/v1/session', { cookie: next });
    expect(out.headers['set-cookie']).toMatch(/^plumbline=; .*Path=\/; Expires=Thu, 01 Jan 1970/);
    expect((await hub.call('GET', '/api/v1/users', { cookie: next })).status).toBe(401);
    expect((await hub.call('DELETE', '/api/v1/session', { as: 'nobody' })).status).toBe(200);
  });

  it('is not started over plain HTTP unless the operator accepted it, and then says so', async () => {
    const elsewhere = { as: 'nobody', remoteAddress: '192.0.2.7', headers: { host: 'plumb.example' } } as const;
    const strict = await testHub();
    await strict.access.createFirstAdministrator({ email, password });
    const refused = await strict.call('POST', '/api/v1/session', { ...elsewhere, body: { email, password } });
    expect([refused.status, refused.body.error.code]).toEqual([403, 'insecure_transport']);
    const loose = await testHub({ insecureHttp: true });
    await loose.access.createFirstAdministrator({ email, password });
    const accepted = await loose.call('POST', '/api/v1/session', { ...elsewhere, body: { email, password } });
    expect(accepted.body).toMatchObject({ signedIn: true, insecureTransport: true });
  });
});

describe('signing in', () => {
  it('never tells whether the account exists', async () => {
    const hub = await testHub();
    await hub.administrator();
    const attempt = async (body: object) => {
      const { error } = (await hub.call('POST', '/api/v1/session', { as: 'nobody', body })).body;
      return { ...error, requestId: '' };
    };
    const wrong = await attempt({ email, password: 'not the password' });
    expect(wrong.code).toBe('sign_in_failed');
    expect(await attempt({ email: 'nobody@example.com', password: 'not the password' })).toEqual(wrong);
  });

  it('is slowed down per account and address, the same for accounts that do not exist', async () => {
    const hub = await testHub();
    await hub.administrator();
    const codes = async (mail: string, times: number) => {
      const answers: string[] = [];
      for (let i = 0; i < times; i++) {
        const body = { email: mail, password: 'not the password' };
        answers.push((await hub.call('POST', '/api/v1/session', { as: 'nobody', body })).body.error.code);
      }
      return answers;
    };
    for (const mail of [email, 'nobody@example.com']) {
      expect(await codes(mail, 12)).toEqual([
        ...Array(10).fill('sign_in_failed'),
        'sign_in_throttled',
        'sign_in_throttled',
      ]);
    }
    const right = await hub.call('POST', '/api/v1/session', { as: 'nobody', body: { email, password } });
    expect([right.status, right.body.error.code]).toEqual([429, 'sign_in_throttled']);
    await hub.db.execute("update access.sign_in_attempts set window_started_at = now() - interval '16 minutes'");
    expect((await hub.call('POST', '/api/v1/session', { as: 'nobody', body: { email, password } })).status).toBe(200);
  });

  it('lets parallel guesses no further than single ones', async () => {
    const hub = await testHub();
    await hub.administrator();
    const body = { email, password: 'not the password' };
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => hub.call('POST', '/api/v1/session', { as: 'nobody', body })),
    );
    expect(answers.filter((answer) => answer.body.error.code === 'sign_in_failed')).toHaveLength(10);
  });
});

describe('users', () => {
  it('are added, changed and removed by administrators only', async () => {
    const hub = await testHub();
    const cookie = await hub.administrator();
    const body = { email: 'Bob@example.com', role: 'viewer', password: 'another long one' };
    for (const as of ['team_manager', 'viewer'] as const) {
      expect((await hub.call('POST', '/api/v1/users', { as, body })).status).toBe(403);
    }
    expect((await hub.call('GET', '/api/v1/users', { as: 'viewer' })).status).toBe(403);
    expect((await hub.call('GET', '/api/v1/users', { as: 'team_manager' })).status).toBe(200);
    const { body: bob } = await hub.call('POST', '/api/v1/users', { cookie, body });
    expect(bob).toMatchObject({ email: 'bob@example.com', role: 'viewer', lastSignInAt: null });
    expect((await hub.call('POST', '/api/v1/users', { cookie, body })).body.error.code).toBe('email_taken');
    const changed = await hub.call('PATCH', `/api/v1/users/${bob.id}`, {
      cookie,
      body: { role: 'team_manager', name: 'Bob' },
    });
    expect(changed.body).toMatchObject({ role: 'team_manager', name: 'Bob', email: 'bob@example.com' });
    expect((await hub.call('DELETE', `/api/v1/users/${bob.id}`)).status).toBe(200);
    expect((await hub.call('DELETE', `/api/v1/users/${bob.id}`)).body.error.code).toBe('user_not_found');
    expect((await hub.call('PATCH', '/api/v1/users/0x1', { cookie, body: {} })).status).toBe(400);
  });

  it('always include an administrator, also when two remove each other at once', async () => {
    const hub = await testHub();
    const cookie = await hub.administrator();
    const ada = (await hub.call('GET', '/api/v1/users')).body.users[0];
    expect((await hub.call('DELETE', `/api/v1/users/${ada.id}`)).body.error.code).toBe('last_administrator');
    expect(
      (await hub.call('PATCH', `/api/v1/users/${ada.id}`, { cookie, body: { role: 'viewer' } })).body.error.code,
    ).toBe('last_administrator');
    const eve = (
      await hub.call('POST', '/api/v1/users', { cookie, body: { email: 'eve@example.com', role: 'admin', password } })
    ).body;
    const both = await Promise.all([
      hub.call('DELETE', `/api/v1/users/${ada.id}`),
      hub.call('PATCH', `/api/v1/users/${eve.id}`, { cookie, body: { role: 'viewer' } }),
    ]);
    expect(both.map((answer) => answer.status).sort()).toEqual([200, 409]);
  });

  it('change their password with the old one, which ends every other session', async () => {
    const hub = await testHub();
    const here = await hub.administrator();
    const there = await hub.administrator();
    const change = (currentPassword: string, newPassword: string) =>
      hub.call('POST', '/api/v1/account/password', { cookie: here, body: { currentPassword, newPassword } });
    expect((await change('wrong', 'a new long password')).body.error.code).toBe('wrong_password');
    expect((await change(password, 'ada@example.com')).body.error.code).toBe('weak_password');
    expect((await change(password, 'a new long password')).status).toBe(200);
    expect((await hub.call('GET', '/api/v1/users', { cookie: here })).status).toBe(200);
    expect((await hub.call('GET', '/api/v1/users', { cookie: there })).status).toBe(401);
    const token = await hub.call('POST', '/api/v1/account/password', {
      as: 'admin',
      body: { currentPassword: password, newPassword: password },
    });
    expect(token.status).toBe(403);
    const { events } = (await hub.call('GET', '/api/v1/audit?action=user.password')).body;
    expect(events).toMatchObject([{ action: 'user.password_changed', details: { sessionsEnded: 1 } }]);
  });

  it('lose their role at once', async () => {
    const hub = await testHub();
    const ada = await hub.administrator();
    const bob = (
      await hub.call('POST', '/api/v1/users', {
        cookie: ada,
        body: { email: 'bob@example.com', role: 'admin', password },
      })
    ).body;
    const { cookie = '' } = await hub.call('POST', '/api/v1/session', {
      as: 'nobody',
      body: { email: 'bob@example.com', password },
    });
    expect((await hub.call('GET', '/api/v1/tokens', { cookie })).status).toBe(200);
    await hub.call('PATCH', `/api/v1/users/${bob.id}`, { cookie: ada, body: { role: 'viewer' } });
    expect((await hub.call('GET', '/api/v1/tokens', { cookie })).status).toBe(403);
  });
});

describe('an API token', () => {
  const bearer = (secret: string) => ({ as: 'nobody' as const, headers: { authorization: `Bearer ${secret}` } });

  it('has the rights of its role, never more than its maker has now', async () => {
    const hub = await testHub();
    const ada = await hub.administrator();
    const bob = (
      await hub.call('POST', '/api/v1/users', {
        cookie: ada,
        body: { email: 'bob@example.com', role: 'admin', password },
      })
    ).body;
    const { cookie = '' } = await hub.call('POST', '/api/v1/session', {
      as: 'nobody',
      body: { email: 'bob@example.com', password },
    });
    const { body: made } = await hub.call('POST', '/api/v1/tokens', { cookie, body: { name: 'ci', role: 'admin' } });
    expect(made.secret).toMatch(/^plb_[A-Za-z0-9_-]{43}[0-9a-f]{8}$/);
    expect(made.token).toMatchObject({ name: 'ci', madeBy: 'bob@example.com', expired: false, lastUsedAt: null });
    expect((await hub.call('GET', '/api/v1/tokens', bearer(made.secret))).status).toBe(200);
    await hub.call('PATCH', `/api/v1/users/${bob.id}`, { cookie: ada, body: { role: 'viewer' } });
    expect((await hub.call('GET', '/api/v1/tokens', bearer(made.secret))).status).toBe(403);
    await hub.call('DELETE', `/api/v1/users/${bob.id}`);
    expect((await hub.call('GET', '/api/v1/session', bearer(made.secret))).body.signedIn).toBe(false);
  });

  it('is shown once, stored as a hash, expires and is revoked', async () => {
    const hub = await testHub();
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const { body: made } = await hub.call('POST', '/api/v1/tokens', {
      body: { name: 'grafana', role: 'viewer', expiresAt },
    });
    const list = await hub.call('GET', '/api/v1/tokens');
    expect(list.text).not.toContain(made.secret);
    expect(list.body.tokens[0]).toMatchObject({ name: 'grafana', prefix: made.secret.slice(0, 8), expiresAt });
    const dump = await hub.db.query('select t::text from access.api_tokens t');
    expect(JSON.stringify(dump)).not.toContain(made.secret);
    const works = async () => (await hub.call('GET', '/api/v1/session', bearer(made.secret))).body.signedIn;
    expect(await works()).toBe(true);
    expect((await hub.call('GET', '/api/v1/tokens')).body.tokens[0].lastUsedAt).not.toBeNull();
    await hub.db.execute('update access.api_tokens set expires_at = now() where id = $1', [made.token.id]);
    expect(await works()).toBe(false);
    await hub.db.execute('update access.api_tokens set expires_at = null where id = $1', [made.token.id]);
    expect(await works()).toBe(true);
    await hub.call('DELETE', `/api/v1/tokens/${made.token.id}`);
    expect(await works()).toBe(false);
  });

  it('made with a token does not outlive it', async () => {
    const hub = await testHub();
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const { body: parent } = await hub.call('POST', '/api/v1/tokens', {
      body: { name: 'parent', role: 'admin', expiresAt },
    });
    const child = await hub.app.inject({
      method: 'POST',
      url: '/api/v1/tokens',
      headers: { host: 'localhost', authorization: `Bearer ${parent.secret}` },
      payload: { name: 'child', role: 'admin' },
    });
    expect(child.json().token).toMatchObject({ expiresAt, madeWith: 'parent' });
  });

  it('is revoked with the token it was made with, however far down', async () => {
    const hub = await testHub();
    const make = async (secret: string | undefined, name: string) =>
      (
        await hub.call('POST', '/api/v1/tokens', {
          ...(secret === undefined ? {} : bearer(secret)),
          body: { name, role: 'admin' },
        })
      ).body;
    const first = await make(undefined, 'first');
    const second = await make(first.secret, 'second');
    const third = await make(second.secret, 'third');
    const other = await make(undefined, 'other');
    const lives = async (made: { secret: string }): Promise<boolean> =>
      (await hub.call('GET', '/api/v1/session', bearer(made.secret))).body.signedIn;
    expect(await Promise.all([first, second, third, other].map(lives))).toEqual([true, true, true, true]);
    expect((await hub.call('DELETE', `/api/v1/tokens/${first.token.id}`)).status).toBe(200);
    expect(await Promise.all([first, second, third, other].map(lives))).toEqual([false, false, false, true]);
    const [revoked] = (await hub.call('GET', '/api/v1/audit?action=api_token.revoked')).body.events;
    expect(revoked.details.madeWithIt.toSorted()).toEqual(['second', 'third']);
  });

  it('is not made with an end in the past', async () => {
    const hub = await testHub();
    const body = { name: 'late', role: 'viewer', expiresAt: '2020-01-01T00:00:00.000Z' };
    const answer = await hub.call('POST', '/api/v1/tokens', { body });
    expect([answer.status, answer.body.error.code]).toEqual([400, 'invalid_request']);
    expect(answer.body.error.details.fields[0].path).toBe('expiresAt');
    expect(
      (await hub.call('GET', '/api/v1/tokens')).body.tokens.map(({ name }: { name: string }) => name),
    ).not.toContain('late');
  });

  it('gives nobody an account, an address, a role or a password', async () => {
    const hub = await testHub();
    const cookie = await hub.administrator();
    const { body: made } = await hub.call('POST', '/api/v1/tokens', { cookie, body: { name: 'ci', role: 'admin' } });
    const people = (await hub.call('GET', '/api/v1/users', { cookie })).body.users;
    const change = (body: object) =>
      hub.call('PATCH', `/api/v1/users/${people[0].id}`, { ...bearer(made.secret), body });
    for (const body of [{ password: 'a new long password' }, { email: 'eve@example.com' }, { role: 'admin' }])
      expect([body, (await change(body)).status]).toEqual([body, 403]);
    expect((await change({ name: 'Ada L.' })).status).toBe(200);
    const body = { email: 'eve@example.com', role: 'viewer', password };
    expect((await hub.call('POST', '/api/v1/users', { ...bearer(made.secret), body })).status).toBe(403);
    expect((await hub.call('GET', '/api/v1/users', { cookie })).body.users).toHaveLength(1);
  });

  it('with a wrong checksum or an unknown one is nobody’s', async () => {
    const hub = await testHub();
    const { body: made } = await hub.call('POST', '/api/v1/tokens', { body: { name: 'x', role: 'viewer' } });
    for (const secret of [`${made.secret.slice(0, -1)}z`, `plb_${'A'.repeat(43)}00000000`, 'plb_', 'x']) {
      expect((await hub.call('GET', '/api/v1/users', bearer(secret))).status).toBe(401);
    }
  });
});

describe('the local token', () => {
  it('is a file for the hub’s user only, new at each start', async () => {
    const home = await mkdtemp(join(tmpdir(), 'plumbline-local-'));
    const first = await writeLocalToken(home);
    const second = await writeLocalToken(home);
    expect(first).not.toBe(second);
    const file = join(home, 'local.token');
    expect((await readFile(file, 'utf8')).trim()).toBe(second);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await rm(home, { recursive: true });
  });

  it('works from this machine, and never when somebody sent the request on', async () => {
    const hub = await testHub();
    const call = async (headers: Record<string, string>, remoteAddress: string) =>
      (
        await hub.call('GET', '/api/v1/users', {
          as: 'nobody',
          remoteAddress,
          headers: { authorization: `Bearer ${localToken}`, ...headers },
        })
      ).status;
    expect(await call({}, '127.0.0.1')).toBe(200);
    expect(await call({}, '::1')).toBe(200);
    expect(await call({}, '::ffff:127.0.0.1')).toBe(200);
    expect(await call({}, '192.0.2.1')).toBe(401);
    for (const header of [
      'x-forwarded-for',
      'forwarded',
      'x-real-ip',
      'via',
      'x-forwarded-host',
      'x-forwarded-proto',
    ]) {
      expect([header, await call({ [header]: '127.0.0.1' }, '127.0.0.1')]).toEqual([header, 401]);
    }
    expect(await call({ authorization: `Bearer ${localToken}x` }, '127.0.0.1')).toBe(401);
  });
});

describe('the audit trail', () => {
  it('says who changed what, newest first, in pages, without secrets', async () => {
    const hub = await testHub();
    const cookie = await hub.administrator();
    const created = await hub.call('POST', '/api/v1/users', {
      cookie,
      body: { email: 'bob@example.com', role: 'viewer', password: 'another long one' },
    });
    await hub.call('PATCH', `/api/v1/users/${created.body.id}`, {
      cookie,
      body: { role: 'admin', password: 'yet another one' },
    });
    await hub.call('POST', '/api/v1/session', {
      as: 'nobody',
      body: { email: 'bob@example.com', password: 'wrong wrong wrong' },
    });
    const all = (await hub.call('GET', '/api/v1/audit?limit=500')).body;
    expect(all.nextBefore).toBeNull();
    const actions = all.events.map((event: { action: string }) => event.action);
    expect(actions).toEqual([
      'api_token.created',
      'session.refused',
      'user.changed',
      'user.created',
      'session.started',
      'user.created',
    ]);
    const changed = all.events.find((event: { action: string }) => event.action === 'user.changed');
    expect(changed).toMatchObject({
      actorKind: 'user',
      actorName: email,
      objectName: 'bob@example.com',
      remoteAddress: '127.0.0.1',
      details: { fields: ['role', 'credentials'], roleBefore: 'viewer', roleAfter: 'admin' },
    });
    expect(JSON.stringify(all)).not.toMatch(/another one|another long/);
    const users = (await hub.call('GET', '/api/v1/audit?action=user.&actor=ADA&limit=1')).body;
    expect(users.events).toHaveLength(1);
    const next = (await hub.call('GET', `/api/v1/audit?action=user.&actor=ADA&limit=1&before=${users.nextBefore}`))
      .body;
    expect(next.events[0].action).toBe('user.created');
    expect((await hub.call('GET', '/api/v1/audit', { as: 'viewer' })).status).toBe(403);
    expect((await hub.call('GET', '/api/v1/audit?page=2')).status).toBe(400);
  });
});
