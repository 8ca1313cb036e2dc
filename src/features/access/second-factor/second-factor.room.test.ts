import { TOTP, Secret } from 'otpauth';
import { describe, expect, it } from 'vitest';
import { auditedActions } from '../../../../test/support/audit-trail.ts';
import { password, testHub, type TestHub } from '../../../../test/support/hub.ts';
import { stepOf } from './codes.ts';

/** What the app on a telephone shows, so many half minutes from now. */
const shown = (secret: string, ahead = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + ahead * 30_000 });

const email = 'ada@example.com';
const signIn = (hub: TestHub, code?: string) =>
  hub.call('POST', '/api/v1/session', {
    as: 'nobody',
    body: { email, password, ...(code === undefined ? {} : { code }) },
  });

/** Of the audit trail, in their order. */
const actions = (hub: TestHub): Promise<string[]> => auditedActions(hub.db);

async function enrolled() {
  const hub = await testHub();
  const cookie = await hub.administrator(email);
  const path = '/api/v1/account/second-factor';
  const { body } = await hub.call('POST', path, { cookie, body: { password } });
  const confirm = () => hub.call('POST', `${path}/confirm`, { cookie, body: { code: shown(body.secret, -1) } });
  // Where a half minute ends between making the code and taking it, the code is too old.
  let confirmed = await confirm();
  while (confirmed.status !== 200) confirmed = await confirm();
  return {
    hub,
    cookie,
    path,
    secret: body.secret as string,
    uri: body.uri as string,
    codes: confirmed.body.recoveryCodes as string[],
  };
}

describe('a second factor', () => {
  it('is asked for from who has confirmed one', async () => {
    const { hub, secret, uri, codes } = await enrolled();
    expect(uri).toMatch(/^otpauth:\/\/totp\/Plumbline:ada%40example\.com\?/);
    expect(codes).toHaveLength(10);
    expect((await signIn(hub)).body.error.code).toBe('second_factor_needed');
    expect((await signIn(hub, '000000')).body.error.code).toBe('second_factor_wrong');
    expect(await signIn(hub, shown(secret))).toMatchObject({ status: 200, cookie: expect.any(String) });
  });

  it('takes each code once, and none older than one it took', async () => {
    const { hub, secret } = await enrolled();
    const code = shown(secret);
    expect((await signIn(hub, code)).status).toBe(200);
    expect((await signIn(hub, code)).body.error.code).toBe('second_factor_wrong');
    expect((await signIn(hub, shown(secret, -1))).body.error.code).toBe('second_factor_wrong');
    expect((await signIn(hub, shown(secret, 1))).status).toBe(200);
  });

  it('takes one of many that show the same code at once', async () => {
    const { hub, secret } = await enrolled();
    const code = shown(secret);
    const answers = await Promise.all(Array.from({ length: 5 }, () => signIn(hub, code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('is replaced by each recovery code once', async () => {
    const { hub, codes } = await enrolled();
    expect((await signIn(hub, codes[0]!.toUpperCase().replaceAll('-', ' '))).status).toBe(200);
    expect((await signIn(hub, codes[0])).body.error.code).toBe('second_factor_wrong');
    const kept = JSON.stringify(await hub.db.query('select * from access.recovery_codes'));
    for (const code of codes) expect(kept).not.toContain(code.replaceAll('-', ''));
  });

  it('says nothing about itself to who does not know the password', async () => {
    const { hub } = await enrolled();
    const body = { email, password: 'not the password at all', code: '123456' };
    expect((await hub.call('POST', '/api/v1/session', { as: 'nobody', body })).body.error.code).toBe('sign_in_failed');
  });

  it('is guessed at as seldom as a password', async () => {
    const { hub } = await enrolled();
    const codes = [];
    for (let n = 0; n < 12; n++) codes.push((await signIn(hub, String(100_000 + n))).body.error.code);
    expect(codes.slice(-1)).toEqual(['sign_in_throttled']);
  });

  it('is set up at the door by who needs one, and by nobody without the password', async () => {
    const hub = await testHub();
    const cookie = await hub.administrator(email);
    const rules = (await hub.call('GET', '/api/v1/settings/sign-in', { cookie })).body;
    await hub.call('PUT', '/api/v1/settings/sign-in', { cookie, body: { ...rules, secondFactorFor: ['admin'] } });
    expect((await actions(hub)).at(-1)).toBe('sign_in_rules.changed');
    expect((await signIn(hub)).body.error.code).toBe('second_factor_enrolment_needed');
    expect((await signIn(hub, '123456')).body.error.code).toBe('second_factor_enrolment_needed');
    const begin = (text: string) =>
      hub.call('POST', '/api/v1/sign-in/second-factor', { as: 'nobody', body: { email, password: text } });
    expect((await begin('not the password at all')).body.error.code).toBe('sign_in_failed');
    const { secret } = (await begin(password)).body;
    expect((await signIn(hub)).body.error.code).toBe('second_factor_enrolment_needed');
    expect((await signIn(hub, shown(secret))).status).toBe(200);
    expect((await begin(password)).body.error.code).toBe('second_factor_exists');
  });

  it('is removed with password and code, or by an administrator', async () => {
    const { hub, cookie, path, secret } = await enrolled();
    expect((await actions(hub)).filter((action) => action.startsWith('second_factor'))).toEqual([
      'second_factor.enrolled',
    ]);
    const remove = (body: object) => hub.call('POST', `${path}/remove`, { cookie, body });
    expect((await remove({ password: 'wrong password', code: shown(secret) })).body.error.code).toBe('wrong_password');
    expect((await remove({ password, code: '000000' })).body.error.code).toBe('second_factor_wrong');
    expect((await remove({ password, code: shown(secret) })).status).toBe(200);
    expect((await signIn(hub)).status).toBe(200);
    const user = (await hub.call('GET', '/api/v1/session', { cookie })).body.user;
    const gone = await hub.call('DELETE', `/api/v1/users/${user.id}/second-factor`, { cookie });
    expect(gone.body.error.code).toBe('second_factor_missing');
    const again = (await hub.call('POST', path, { cookie, body: { password } })).body.secret;
    await expect
      .poll(() => hub.call('POST', `${path}/confirm`, { cookie, body: { code: shown(again, -1) } }))
      .toMatchObject({ status: 200 });
    const codes = { cookie, body: { code: shown(again) } };
    expect((await hub.call('POST', `${path}/recovery-codes`, codes)).body.recoveryCodes).toHaveLength(10);
    expect((await hub.call('DELETE', `/api/v1/users/${user.id}/second-factor`, { cookie })).status).toBe(200);
    expect((await actions(hub)).filter((action) => action.startsWith('second_factor'))).toEqual([
      'second_factor.enrolled',
      'second_factor.removed',
      'second_factor.enrolled',
      'second_factor.codes_renewed',
      'second_factor.removed',
    ]);
  });

  it('keeps its secret sealed', async () => {
    const { hub, secret } = await enrolled();
    expect(JSON.stringify(await hub.db.query('select * from access.second_factors'))).not.toContain(secret);
  });

  it('takes codes of half a minute around now', () => {
    const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
    // RFC 6238, appendix B: the last six digits.
    expect(stepOf(secret, '287082', new Date(59_000))).toBe(1);
    expect(stepOf(secret, '287082', new Date(89_000))).toBe(1);
    expect(stepOf(secret, '287082', new Date(29_000))).toBe(1);
    expect(stepOf(secret, '287082', new Date(90_000))).toBeUndefined();
    expect(stepOf(secret, '28708 ', new Date(59_000))).toBeUndefined();
  });
});

describe('sessions', () => {
  it('are listed with where they were begun, and ended one by one or all but this one', async () => {
    const hub = await testHub();
    const cookie = await hub.administrator(email);
    const other = (await signIn(hub)).cookie!;
    const list = async () => (await hub.call('GET', '/api/v1/account/sessions', { cookie })).body.sessions;
    expect(await list()).toEqual([
      expect.objectContaining({ current: false, way: 'password' }),
      expect.objectContaining({ current: true, remoteAddress: expect.any(String) }),
    ]);
    const [{ id }] = await list();
    expect((await hub.call('DELETE', `/api/v1/account/sessions/${id}`, { cookie })).status).toBe(200);
    expect((await hub.call('GET', '/api/v1/session', { cookie: other })).body.signedIn).toBe(false);
    expect((await hub.call('DELETE', `/api/v1/account/sessions/${id}`, { cookie })).body.error.code).toBe(
      'session_not_found',
    );
    await signIn(hub);
    await signIn(hub);
    expect((await hub.call('DELETE', '/api/v1/account/sessions', { cookie })).body).toEqual({ ended: 2 });
    expect(await list()).toHaveLength(1);
    expect((await actions(hub)).filter((action) => action === 'session.ended')).toHaveLength(2);
  });

  it('of others are an administrator’s to see and to end, and nobody’s own are anybody else’s', async () => {
    const hub = await testHub();
    const cookie = await hub.administrator(email);
    const body = { email: 'grace@example.com', name: '', role: 'viewer', password: 'eleven purple tortoises' };
    const grace = (await hub.call('POST', '/api/v1/users', { cookie, body })).body;
    const entered = await hub.call('POST', '/api/v1/session', {
      as: 'nobody',
      body: { email: body.email, password: body.password },
    });
    const path = `/api/v1/users/${grace.id}/sessions`;
    const [session] = (await hub.call('GET', path, { cookie })).body.sessions;
    const own = (await hub.call('GET', '/api/v1/account/sessions', { cookie })).body.sessions[0];
    const stolen = await hub.call('DELETE', `/api/v1/account/sessions/${own.id}`, { cookie: entered.cookie! });
    expect(stolen.body.error.code).toBe('session_not_found');
    expect((await hub.call('GET', path, { cookie: entered.cookie! })).status).toBe(403);
    expect((await hub.call('DELETE', `${path}/${own.id}`, { cookie })).body.error.code).toBe('session_not_found');
    expect((await hub.call('DELETE', `${path}/${session.id}`, { cookie })).status).toBe(200);
    expect((await hub.call('GET', '/api/v1/session', { cookie: entered.cookie! })).body.signedIn).toBe(false);
    await hub.call('POST', '/api/v1/session', { as: 'nobody', body: { email: body.email, password: body.password } });
    expect((await hub.call('DELETE', path, { cookie })).body).toEqual({ ended: 1 });
    expect((await actions(hub)).slice(-1)).toEqual(['session.ended']);
    expect((await actions(hub)).filter((action) => action === 'session.ended')).toHaveLength(2);
  });
});
