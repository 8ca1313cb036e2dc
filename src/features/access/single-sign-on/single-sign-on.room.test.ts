import type { JWK, JWTPayload } from 'jose';
import { describe, expect, it } from 'vitest';
import { clientId, clientSecret, newKey } from '../../../../test/support/identity-provider/index.ts';
import { password, type TestHub } from '../../../../test/support/hub.ts';
import { signOnHub } from '../../../../test/support/identity-provider/hub.ts';

describe('single sign-on', () => {
  it('makes an account at the first sign-in, with the role its groups give', async () => {
    const { hub, enter } = await signOnHub();
    const entered = await enter();
    expect(entered).toMatchObject({ status: 200, body: { returnTo: '/projects?tab=all' } });
    const session = await hub.call('GET', '/api/v1/session', { cookie: entered.cookie! });
    expect(session.body).toMatchObject({
      signedIn: true,
      user: { email: 'ada@example.com', name: 'Ada Lovelace', role: 'viewer' },
    });
    const again = await enter();
    expect(again.status).toBe(200);
    expect((await hub.call('GET', '/api/v1/users', { as: 'admin' })).body.users).toHaveLength(2);
  });

  it('takes the answer of a provider only once', async () => {
    const { hub, provider, start } = await signOnHub();
    const { url, binding } = await start();
    const answer = await provider.browse(url);
    const finish = () => hub.call('POST', '/api/v1/sign-in/finish', { as: 'nobody', body: { answer, binding } });
    expect((await finish()).status).toBe(200);
    const calls = provider.tokenCalls();
    expect(await finish()).toMatchObject({ status: 400, body: { error: { code: 'sso_start_unknown' } } });
    expect(provider.tokenCalls(), 'the provider is not even asked').toBe(calls);
  });

  it('takes no answer that another browser began', async () => {
    const { hub, provider, start } = await signOnHub();
    const attacker = await start();
    const victim = await start();
    const answer = await provider.browse(attacker.url);
    const finish = (binding: string) =>
      hub.call('POST', '/api/v1/sign-in/finish', { as: 'nobody', body: { answer, binding } });
    expect((await finish(victim.binding)).body.error.code).toBe('sso_start_unknown');
    expect((await finish('')).body.error.code).toBe('sso_start_unknown');
    expect((await finish(attacker.binding)).status).toBe(200);
  });

  it('takes no answer with another state, of a start too long ago, or begun with other settings', async () => {
    const { hub, provider, start, put } = await signOnHub();
    const finish = (answer: Record<string, string>, binding: string) =>
      hub.call('POST', '/api/v1/sign-in/finish', { as: 'nobody', body: { answer, binding } });
    const one = await start();
    const answer = await provider.browse(one.url);
    const { state: _state, ...stateless } = answer;
    expect((await finish({ ...answer, state: 'another' }, one.binding)).body.error.code).toBe('sso_start_unknown');
    expect((await finish(stateless, one.binding)).body.error.code).toBe('sso_start_unknown');
    await hub.db.execute(`update access.single_sign_on_starts set expires_at = now() - interval '1 second'`);
    expect((await finish(answer, one.binding)).body.error.code).toBe('sso_start_unknown');
    const two = await start();
    const other = await provider.browse(two.url);
    await put({ name: 'Renamed' });
    expect((await finish(other, two.binding)).body.error.code).toBe('sso_start_unknown');
  });

  it('refuses a code that the provider gave to another sign-in, or gave out before', async () => {
    const { hub, provider, start } = await signOnHub();
    const finish = (answer: Record<string, string>, binding: string) =>
      hub.call('POST', '/api/v1/sign-in/finish', { as: 'nobody', body: { answer, binding } });
    const one = await start();
    const first = await provider.browse(one.url);
    const two = await start();
    const second = await provider.browse(two.url);
    // The proof of the code (PKCE) is that of the other one.
    expect(await finish({ ...second, code: first['code']! }, two.binding)).toMatchObject({
      status: 401,
      body: { error: { code: 'sso_code_refused', upstream: expect.stringContaining('invalid_grant') } },
    });
    const three = await start();
    const third = await provider.browse(three.url);
    expect((await finish({ ...third, code: 'used-or-expired' }, three.binding)).body.error.code).toBe(
      'sso_code_refused',
    );
  });

  it('refuses a code that has expired at the provider while the sign-in here has not', async () => {
    const { hub, provider, start } = await signOnHub();
    provider.codesLast(1);
    const { url, binding } = await start();
    const answer = await provider.browse(url);
    await expect.poll(() => provider.takes(answer['code']!), { timeout: 60_000 }).toBe(false);
    const calls = provider.tokenCalls();
    const late = await hub.call('POST', '/api/v1/sign-in/finish', { as: 'nobody', body: { answer, binding } });
    expect(late).toMatchObject({
      status: 401,
      cookie: undefined,
      body: { error: { code: 'sso_code_refused', upstream: expect.stringContaining('invalid_grant') } },
    });
    expect(provider.tokenCalls(), 'the provider itself said so').toBe(calls + 1);
    expect((await hub.call('GET', '/api/v1/users', { as: 'admin' })).body.users).toHaveLength(1);
  });

  it('opens nothing with a code that is shown to the provider twice, and loses what it opened before', async () => {
    const { hub, provider, start, due } = await signOnHub();
    const { url, binding } = await start();
    const answer = await provider.browse(url);
    const finish = () => hub.call('POST', '/api/v1/sign-in/finish', { as: 'nobody', body: { answer, binding } });
    // As if both had come at the same moment: what began the sign-in is there for the second one, too.
    await hub.db.execute('create table public.kept as select * from access.single_sign_on_starts');
    const first = await finish();
    expect(first.status).toBe(200);
    await hub.db.execute('insert into access.single_sign_on_starts overriding system value select * from public.kept');
    expect(await finish()).toMatchObject({
      status: 401,
      cookie: undefined,
      body: { error: { code: 'sso_code_refused', upstream: expect.stringContaining('invalid_grant') } },
    });
    // A code seen twice may be stolen: the provider takes back all that it gave, and so does the next refresh.
    await due();
    expect((await hub.call('GET', '/api/v1/session', { cookie: first.cookie! })).body.signedIn).toBe(false);
  });

  it.each([
    ['nonce', { nonce: 'of another sign-in' }, 'sso_answer_invalid', /nonce/],
    ['no nonce', { nonce: undefined }, 'sso_answer_invalid', /cannot be trusted/],
    ['issuer', { iss: 'http://127.0.0.1:1' }, 'sso_answer_invalid', /issuer/],
    ['audience', { aud: 'another-client' }, 'sso_answer_invalid', /another client/],
    ['subject', { sub: 'grace' }, 'sso_answer_invalid', /cannot be trusted|another person/],
  ])('refuses a token with a wrong %s', async (_name, wrong, code, sentence) => {
    const { provider, enter, hub } = await signOnHub();
    provider.alter((claims) => ({ ...claims, ...wrong }));
    const refused = await enter();
    expect(refused).toMatchObject({
      cookie: undefined,
      body: { error: { code, message: expect.stringMatching(sentence) } },
    });
    expect((await hub.call('GET', '/api/v1/users', { as: 'admin' })).body.users).toHaveLength(1);
  });

  it('refuses a token that none of the provider’s keys signed', async () => {
    const { provider, enter } = await signOnHub();
    provider.alter((claims) => claims, await newKey());
    expect((await enter()).body.error).toMatchObject({
      code: 'sso_answer_invalid',
      message: expect.stringContaining('not signed with a key of the provider'),
    });
  });

  it('takes tokens of a new key at once, and none of the key before', async () => {
    const { provider, enter } = await signOnHub();
    expect((await enter()).status).toBe(200);
    const before = await newKey();
    await provider.rotateKeys();
    expect((await enter()).status).toBe(200);
    provider.alter((claims) => claims, before);
    expect((await enter()).body.error.code).toBe('sso_answer_invalid');
  });

  it.each([
    [-290, undefined],
    [290, undefined],
    [-400, 'sso_clock_skew'],
    [400, 'sso_clock_skew'],
  ])('with a provider whose clock is %s s off answers %s', async (seconds, code) => {
    const { provider, enter } = await signOnHub();
    provider.alter((claims) => ({ ...claims, iat: claims.iat! + seconds, exp: claims.exp! + seconds }));
    const entered = await enter();
    expect(entered.body.error?.code).toBe(code);
    expect(entered.cookie === undefined).toBe(code !== undefined);
  });

  it('refuses a provider that calls itself otherwise', async () => {
    const { provider, start, hub, put } = await signOnHub();
    provider.describe((metadata) => void (metadata['issuer'] = 'https://login.evil.example'));
    expect((await start()).error).toMatchObject({ code: 'sso_issuer_wrong' });
    provider.describe(undefined);
    await put({ issuer: `${provider.issuer}/` });
    expect((await start()).error).toMatchObject({ code: 'sso_issuer_wrong', upstream: provider.issuer });
    expect(await hub.db.query('select 1 from access.single_sign_on_starts')).toEqual([]);
  });

  it('sends nobody to an address that is no web page', async () => {
    const { provider, start } = await signOnHub();
    provider.describe((metadata) => void (metadata['authorization_endpoint'] = 'javascript:alert(1)//'));
    expect((await start()).error?.code).toMatch(/^sso_provider_(invalid|unavailable)$/);
  });

  it('says what the provider said when it lets nobody in', async () => {
    const { hub, provider, start } = await signOnHub();
    const { url, binding } = await start();
    const state = new URL(url).searchParams.get('state')!;
    const answer = { error: 'access_denied', error_description: 'Not on this device.', state, iss: provider.issuer };
    const refused = await hub.call('POST', '/api/v1/sign-in/finish', { as: 'nobody', body: { answer, binding } });
    expect(refused).toMatchObject({
      status: 403,
      body: { error: { code: 'sso_denied', upstream: 'access_denied: Not on this device.' } },
    });
  });

  it('says so when the provider does not answer, or does not know this client', async () => {
    const { provider, start, enter, put } = await signOnHub();
    await put({ clientSecret: 'not the one' });
    expect((await enter()).body.error).toMatchObject({ code: 'sso_client_refused' });
    provider.fail(503);
    expect((await start()).error).toMatchObject({ code: 'sso_provider_unavailable' });
  });

  it('lets nobody in, nor on, whom the provider does not give what is asked for', async () => {
    const { hub, provider, enter, due } = await signOnHub();
    const { cookie } = await enter();
    provider.refuse('not_allowed');
    expect(await enter()).toMatchObject({ status: 403, body: { error: { code: 'sso_not_allowed' } } });
    await due();
    expect((await hub.call('GET', '/api/v1/session', { cookie: cookie! })).body.signedIn).toBe(false);
  });

  it.each([
    ['https://evil.example/', '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/projects/7?a=b#c', '/projects/7?a=b#c'],
  ])('goes on from %s to %s', async (returnTo, page) => {
    const { enter } = await signOnHub();
    expect((await enter({ returnTo })).body.returnTo).toBe(page);
  });

  it('gives no access without a group that does, and takes it from who had it', async () => {
    const { hub, provider, enter } = await signOnHub();
    const entered = await enter();
    expect(entered.status).toBe(200);
    provider.people.set('ada', { ...provider.people.get('ada'), groups: ['others'] });
    expect((await enter()).body.error).toMatchObject({ code: 'sso_no_access' });
    expect((await hub.call('GET', '/api/v1/session', { cookie: entered.cookie! })).body.signedIn).toBe(false);
    provider.people.set('ada', { ...provider.people.get('ada'), groups: undefined });
    expect((await enter()).body.error).toMatchObject({ code: 'sso_groups_missing' });
    const trail = await hub.call('GET', '/api/v1/audit?action=user.access', { as: 'admin' });
    expect(trail.body.events).toEqual([
      expect.objectContaining({ action: 'user.access_ended', objectName: 'ada@example.com' }),
    ]);
  });

  it('gives what the setting says where groups are missing', async () => {
    const { hub, provider, enter, put } = await signOnHub();
    await put({ defaultRole: 'viewer' });
    provider.people.set('ada', { email: 'ada@example.com', email_verified: true });
    const entered = await enter();
    expect((await hub.call('GET', '/api/v1/session', { cookie: entered.cookie! })).body.user.role).toBe('viewer');
  });

  it('changes the role with the groups', async () => {
    const { hub, provider, enter } = await signOnHub();
    await enter();
    provider.people.set('ada', { ...provider.people.get('ada'), groups: ['plumbline-admins'] });
    const entered = await enter();
    expect((await hub.call('GET', '/api/v1/session', { cookie: entered.cookie! })).body.user.role).toBe('admin');
  });

  it('gives the nodes that groups say, with the least of their roles, and takes them back at the next refresh', async () => {
    const { hub, provider, administrator, enter, due, put } = await signOnHub({ nodes: [7, 9] });
    const groups = [
      { group: 'leads-payments', role: 'team_manager', node: 7 },
      { group: 'ledger', role: 'viewer', node: 9 },
      { group: 'everybody', role: 'viewer' },
    ];
    const { body: saved } = await put({ groups });
    const inGroups = (...names: string[]) =>
      provider.people.set('ada', { ...provider.people.get('ada'), groups: names });
    inGroups('leads-payments');
    const { cookie } = await enter();
    const now = async (...names: string[]) => {
      inGroups(...names);
      await due();
      const { user } = (await hub.call('GET', '/api/v1/session', { cookie: cookie! })).body;
      return [user.role, user.nodes];
    };
    expect(await now('leads-payments')).toEqual(['team_manager', [7]]);
    expect(await now('leads-payments', 'ledger')).toEqual(['viewer', [7, 9]]);
    expect(await now('ledger')).toEqual(['viewer', [9]]);
    expect(await now('ledger', 'everybody')).toEqual(['viewer', null]);
    expect(await now('leads-payments')).toEqual(['team_manager', [7]]);
    const trail = await hub.call('GET', '/api/v1/audit?action=user.c', { as: 'admin' });
    expect(trail.body.events.map((event: { details: object }) => event.details)).toEqual([
      expect.objectContaining({ fields: ['role', 'nodes'], nodesBefore: null, nodesAfter: [7] }),
      expect.objectContaining({ fields: ['nodes'], nodesBefore: [9], nodesAfter: null }),
      expect.objectContaining({ fields: ['nodes'], nodesBefore: [7, 9], nodesAfter: [9] }),
      expect.objectContaining({ fields: ['role', 'nodes'], nodesBefore: [7], nodesAfter: [7, 9] }),
      expect.objectContaining({ role: 'team_manager', nodes: [7] }),
      expect.anything(),
    ]);
    const refused = await hub.call('PUT', '/api/v1/settings/single-sign-on', {
      cookie: administrator,
      body: { ...saved.settings, groups: [{ group: 'leads-payments', role: 'admin', node: 7 }] },
    });
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'invalid_request' } } });
    expect(refused.text).toContain('an administrator works in the whole organization');
  });

  it('takes no address that is not verified, none that is somebody else’s, and never the break-glass account', async () => {
    const { hub, provider, enter, put } = await signOnHub();
    provider.people.set('ada', { ...provider.people.get('ada'), email_verified: false });
    expect((await enter()).body.error.code).toBe('sso_email_missing');
    provider.people.set('ada', { ...provider.people.get('ada'), email: 'glass@example.com', email_verified: true });
    expect((await enter()).body.error.code).toBe('sso_account_taken');
    provider.people.set('ada', { ...provider.people.get('ada'), email: 'ada@example.com', email_verified: true });
    expect((await enter()).status).toBe(200);
    provider.people.set('mallory', provider.people.get('ada')!);
    provider.atBrowser('mallory');
    expect((await enter()).body.error.code).toBe('sso_account_taken');
    await put({ createAccounts: false });
    provider.people.set('grace', { email: 'grace@example.com', email_verified: true, groups: ['everybody'] });
    provider.atBrowser('grace');
    expect((await enter()).body.error.code).toBe('sso_account_unknown');
    expect((await hub.call('GET', '/api/v1/users', { as: 'admin' })).body.users).toHaveLength(2);
  });

  it('asks again at the session’s next refresh, and shuts out who was removed upstream', async () => {
    const { hub, provider, enter, due } = await signOnHub();
    const { cookie } = await enter();
    const session = () => hub.call('GET', '/api/v1/session', { cookie: cookie! });
    const calls = provider.tokenCalls();
    expect((await session()).body.signedIn).toBe(true);
    expect(provider.tokenCalls(), 'not asked before it is time').toBe(calls);
    await due();
    expect((await session()).body.signedIn).toBe(true);
    expect(provider.tokenCalls()).toBe(calls + 1);
    provider.people.delete('ada');
    await due();
    expect((await session()).body.signedIn).toBe(false);
    expect(await hub.db.query('select 1 from access.sessions where issuer is not null')).toEqual([]);
  });

  it('takes over the role that the groups give at the next refresh, for tokens, too', async () => {
    const { hub, provider, enter, due } = await signOnHub();
    provider.people.set('ada', { ...provider.people.get('ada'), groups: ['plumbline-admins'] });
    const { cookie } = await enter();
    const made = await hub.call('POST', '/api/v1/tokens', { cookie: cookie!, body: { name: 'ci', role: 'admin' } });
    const byToken = () =>
      hub.call('GET', '/api/v1/session', { as: 'nobody', headers: { authorization: `Bearer ${made.body.secret}` } });
    expect((await byToken()).body.actor.role).toBe('admin');
    provider.people.set('ada', { ...provider.people.get('ada'), groups: ['everybody'] });
    await due();
    expect((await hub.call('GET', '/api/v1/session', { cookie: cookie! })).body.user.role).toBe('viewer');
    expect((await byToken()).body.actor.role).toBe('viewer');
    provider.people.set('ada', { ...provider.people.get('ada'), groups: [] });
    await due();
    expect((await hub.call('GET', '/api/v1/session', { cookie: cookie! })).body.signedIn).toBe(false);
    expect((await byToken()).body.signedIn).toBe(false);
  });

  it('lets one of many requests ask the provider', async () => {
    const { hub, provider, enter, due } = await signOnHub();
    const { cookie } = await enter();
    await due();
    const calls = provider.tokenCalls();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => hub.call('GET', '/api/v1/session', { cookie: cookie! })),
    );
    expect(answers.map(({ body }) => body.signedIn)).toEqual(Array(8).fill(true));
    expect(provider.tokenCalls()).toBe(calls + 1);
  });

  it('bridges a provider that is down for one more interval, and lets nobody on after it', async () => {
    const { hub, provider, enter, due } = await signOnHub();
    const { cookie } = await enter();
    const session = () => hub.call('GET', '/api/v1/integrations', { cookie: cookie! });
    provider.fail(503);
    await due();
    expect((await session()).status).toBe(200);
    await due(31);
    expect(await session()).toMatchObject({ status: 503, body: { error: { code: 'sso_not_confirmed' } } });
    provider.fail(undefined);
    await hub.db.execute('update access.sessions set ask_after = null');
    expect((await session()).status).toBe(200);
  });

  it('ends sessions when single sign-on is switched off or another provider takes its place', async () => {
    const { hub, enter, put } = await signOnHub();
    const { cookie } = await enter();
    await put({ enabled: false });
    expect((await hub.call('GET', '/api/v1/session', { cookie: cookie! })).body.signedIn).toBe(false);
    await put({ enabled: true });
    const other = await enter();
    await put({ issuer: 'https://login.example.com' });
    expect((await hub.call('GET', '/api/v1/session', { cookie: other.cookie! })).body.signedIn).toBe(false);
  });

  it('signs out at the provider, too', async () => {
    const { hub, provider, enter } = await signOnHub();
    const { cookie } = await enter();
    const out = await hub.call('DELETE', '/api/v1/session', { cookie: cookie! });
    const goTo = new URL(out.body.goTo);
    expect(goTo.origin).toBe(provider.issuer);
    expect(goTo.searchParams.get('post_logout_redirect_uri')).toBe('https://plumb.example/sign-in');
    expect((await hub.call('GET', '/api/v1/session', { cookie: cookie! })).body.signedIn).toBe(false);
    provider.fail(503);
    expect((await hub.call('DELETE', '/api/v1/session', { cookie: cookie! })).body).toEqual({ ok: true, goTo: null });
  });

  it('lets only the break-glass administrator in with a password where single sign-on is required, and notes it', async () => {
    const { hub, administrator } = await signOnHub();
    const rules = (await hub.call('GET', '/api/v1/settings/sign-in', { cookie: administrator })).body;
    const grace = { email: 'grace@example.com', name: '', role: 'admin', password: 'eleven purple tortoises' };
    await hub.call('POST', '/api/v1/users', { cookie: administrator, body: grace });
    const put = (change: object) =>
      hub.call('PUT', '/api/v1/settings/sign-in', { cookie: administrator, body: { ...rules, ...change } });
    expect((await put({ passwords: 'break_glass', breakGlassUserId: null })).body.error.code).toBe(
      'break_glass_needed',
    );
    expect((await put({ passwords: 'break_glass' })).status).toBe(200);
    const byPassword = (email: string, text: string) =>
      hub.call('POST', '/api/v1/session', { as: 'nobody', body: { email, password: text } });
    expect((await byPassword(grace.email, grace.password)).body.error.code).toBe('sso_required');
    expect((await byPassword(grace.email, 'not the password')).body.error.code).toBe('sign_in_failed');
    expect((await byPassword('glass@example.com', password)).status).toBe(200);
    const trail = await hub.call('GET', '/api/v1/audit?action=session.started', { as: 'admin' });
    expect(trail.body.events[0]).toMatchObject({ actorName: 'glass@example.com', details: { way: 'break_glass' } });
    const gone = await hub.call('DELETE', `/api/v1/users/${rules.breakGlassUserId}`, { cookie: administrator });
    expect(gone.body.error.code).toBe('break_glass_needed');
    const lesser = await hub.call('PATCH', `/api/v1/users/${rules.breakGlassUserId}`, {
      cookie: administrator,
      body: { role: 'viewer' },
    });
    expect(lesser.body.error.code).toBe('break_glass_needed');
  });

  it('keeps its secret where nobody reads it, and gives it to no other address', async () => {
    const { hub, provider, administrator, enter, put } = await signOnHub();
    const read = await hub.call('GET', '/api/v1/settings/single-sign-on', { cookie: administrator });
    expect(read.body).toMatchObject({ hasSecret: true, redirectUri: 'https://plumb.example/sign-in/back' });
    const everything = JSON.stringify(await hub.db.query('select * from access.single_sign_on')) + read.text;
    expect(everything).not.toContain(clientSecret);
    await put({ clientSecret: undefined, name: 'Renamed' });
    const changes = await hub.call('GET', '/api/v1/audit?action=single_sign_on.changed', { as: 'admin' });
    expect(changes.body.events[0]).toMatchObject({ details: { fields: ['name'] } });
    expect(changes.text).not.toContain(clientSecret);
    const again = (query: string, change: object) =>
      hub.call('PUT', `/api/v1/settings/single-sign-on${query}`, {
        cookie: administrator,
        body: { ...read.body.settings, name: 'Renamed', clientSecret, ...change },
      });
    const prompt = { parameters: { ui: 'dark', prompt: 'consent' } };
    expect((await again('', {})).body.changed, 'said again it changes nothing').toEqual([]);
    expect((await again('?dryRun=true', { clientSecret: 'another' })).body.changed).toEqual(['credentials']);
    expect((await again('', prompt)).body.changed).toEqual(['parameters']);
    expect((await again('', { parameters: { prompt: 'consent', ui: 'dark' } })).body.changed).toEqual([]);
    expect((await enter()).status).toBe(200);
    await put({ issuer: 'https://login.example.com' });
    await put({ issuer: provider.issuer });
    expect((await hub.call('GET', '/api/v1/settings/single-sign-on', { cookie: administrator })).body.hasSecret).toBe(
      false,
    );
    const byToken = await hub.call('PUT', '/api/v1/settings/single-sign-on', { as: 'admin', body: read.body.settings });
    expect(byToken.body.error.code, 'a token may not say who is an administrator').toBe('not_authorized');
  });
});

describe('back-channel logout', () => {
  const form = 'application/x-www-form-urlencoded';
  const post = async ({ app }: TestHub, payload: string): Promise<number> => {
    const headers = { host: 'plumb.example', 'content-type': form, cookie: 'plumbline=another' };
    const url = '/api/v1/sign-in/back-channel-logout';
    return (await app.inject({ method: 'POST', url, headers, payload })).statusCode;
  };
  const event = 'http://schemas.openid.net/event/backchannel-logout';
  const signedIn = async (hub: TestHub, cookie: string): Promise<boolean> =>
    (await hub.call('GET', '/api/v1/session', { cookie })).body.signedIn;

  it('ends the session that the real provider names, and no other', async () => {
    const { hub, provider, enter } = await signOnHub();
    const one = (await enter()).cookie!;
    const two = (await enter()).cookie!;
    const sessions = await hub.db.query<{ sid: string }>(
      'select provider_session as sid from access.sessions where issuer is not null order by id',
    );
    provider.deliver((payload) => post(hub, payload));
    await provider.endSession('ada', sessions[0]!.sid);
    expect([await signedIn(hub, one), await signedIn(hub, two)]).toEqual([false, true]);
    const ended = "select details from access.audit_events where action = 'session.ended'";
    expect(await hub.db.query(ended)).toEqual([{ details: { reason: 'back_channel_logout' } }]);
  });

  it('takes no token that is not the provider’s, not for this client, too old, of another kind, or used', async () => {
    const { hub, provider, enter } = await signOnHub();
    const cookie = (await enter()).cookie!;
    const now = Math.floor(Date.now() / 1000);
    const good = {
      iss: provider.issuer,
      aud: clientId,
      iat: now,
      exp: now + 120,
      jti: 'one',
      sub: 'ada',
      events: { [event]: {} },
    };
    const sent = async (claims: object, key?: JWK): Promise<number> => {
      const token = await provider.sign(claims as JWTPayload, {
        typ: 'logout+jwt',
        ...(key === undefined ? {} : { key }),
      });
      return post(hub, `logout_token=${token}`);
    };
    expect(await sent({ ...good, iss: 'https://evil.example' })).toBe(400);
    expect(await sent({ ...good, aud: 'another' })).toBe(400);
    expect(await sent({ ...good, iat: now - 7200, exp: now - 7000 })).toBe(400);
    expect(await sent({ ...good, iat: now - 7200 }), 'made long ago').toBe(400);
    expect(await sent({ ...good, nonce: 'of an id token' })).toBe(400);
    expect(await sent({ ...good, events: {} })).toBe(400);
    expect(await sent({ ...good, sub: undefined })).toBe(400);
    expect(await sent({ ...good, jti: undefined })).toBe(400);
    expect(await sent(good, await newKey())).toBe(400);
    const unsigned = [{ alg: 'none' }, good]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    expect(await post(hub, `logout_token=${unsigned}.`)).toBe(400);
    expect(await post(hub, 'nothing=1')).toBe(400);
    expect(await signedIn(hub, cookie)).toBe(true);
    expect(await sent(good)).toBe(200);
    expect(await signedIn(hub, cookie)).toBe(false);
    const again = (await enter()).cookie!;
    expect(await sent(good), 'used').toBe(400);
    expect(await signedIn(hub, again)).toBe(true);
  });
});
