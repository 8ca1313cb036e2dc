import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testHub } from '../../../../test/support/hub.ts';
import { nothingVisible } from '../../../platform/database/index.ts';
import { type Actor, route } from '../index.ts';

const password = 'correct horse battery';
const Asked = z.object({ name: z.string(), role: z.string(), within: z.array(z.array(z.number())).nullable() });

/** Nodes 1 to 9 are in a tree; a route says how its caller is bounded. */
async function stage() {
  const asked = route({
    method: 'GET',
    path: '/api/v1/asked',
    permission: 'findings:read',
    scope: 'rows',
    summary: 'For the test.',
    tag: 'Test',
    response: Asked,
    handle: async ({ actor }) => {
      const { name, role, within } = actor as Actor;
      return { name, role, within: within?.map((set) => [...set]) ?? null };
    },
  });
  const hub = await testHub({
    routes: () => [asked],
    teams: {
      named: async (_db, nodes) => new Map(nodes.filter((id) => id < 10).map((id) => [id, `node ${id}`])),
      rowsWithin: async () => nothingVisible,
    },
  });
  const root = await hub.administrator();
  const person = async (email: string) => {
    const body = { email, password, role: 'admin' };
    const { id } = (await hub.call('POST', '/api/v1/users', { cookie: root, body })).body;
    const { cookie = '' } = await hub.call('POST', '/api/v1/session', { as: 'nobody', body: { email, password } });
    return { id: id as number, cookie };
  };
  const ada = await person('lovelace@example.com');
  const send = (cookie: string, method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) =>
    hub.call(method, `/api/v1/${path}`, { cookie, ...(body === undefined ? {} : { body }) });
  const by = (secret: string) =>
    hub.call('GET', '/api/v1/asked', { as: 'nobody', headers: { authorization: `Bearer ${secret}` } });
  const add = async (wanted: object = {}) =>
    (await send(ada.cookie, 'POST', 'service-accounts', { name: 'deploy-bot', role: 'admin', ...wanted })).body;
  const token = async (account: number, more: object = {}) => {
    const body = { name: 'ci', expiresAt: null, ...more };
    return (await send(ada.cookie, 'POST', `service-accounts/${account}/tokens`, body)).body;
  };
  const found = async (id: number) =>
    (await hub.call('GET', '/api/v1/service-accounts', { cookie: root })).body.serviceAccounts.find(
      (account: { id: number }) => account.id === id,
    );
  return { ...hub, root, ada, person, send, by, add, token, found };
}

describe('a service account', () => {
  it('acts by its own name, with what it was given', async () => {
    const { add, token, by, found, call, root } = await stage();
    const account = await add({ role: 'viewer', nodes: [3], description: 'Deploys.' });
    const { secret } = await token(account.id);
    expect((await by(secret)).body).toEqual({ name: 'deploy-bot (ci)', role: 'viewer', within: [[3]] });
    expect(await found(account.id)).toMatchObject({
      name: 'deploy-bot',
      description: 'Deploys.',
      answeredBy: 'lovelace@example.com',
      roleNow: 'viewer',
      idle: null,
      lastUsedAt: expect.any(String),
      tokens: [
        { name: 'ci', role: 'viewer', nodes: [3], serviceAccount: 'deploy-bot', lastUsedAt: expect.any(String) },
      ],
    });
    const { tokens } = (await call('GET', '/api/v1/tokens', { cookie: root })).body;
    expect(tokens[0]).toMatchObject({ serviceAccount: 'deploy-bot', madeBy: 'lovelace@example.com', role: 'viewer' });
  });

  it('never has more than the person who answers for it has now', async () => {
    const { add, token, by, send, root, ada, found } = await stage();
    const account = await add();
    const { secret } = await token(account.id);
    expect((await by(secret)).body).toMatchObject({ role: 'admin', within: null });
    await send(root, 'PATCH', `users/${ada.id}`, { role: 'team_manager' });
    expect((await by(secret)).body).toMatchObject({ role: 'team_manager', within: null });
    expect(await found(account.id)).toMatchObject({ role: 'admin', roleNow: 'team_manager' });
    await send(root, 'PATCH', `users/${ada.id}`, { role: 'viewer', nodes: [3] });
    expect((await by(secret)).body).toMatchObject({ role: 'viewer', within: [[3]] });
    await send(root, 'PATCH', `service-accounts/${account.id}`, { role: 'viewer', nodes: [5] });
    expect((await by(secret)).body).toMatchObject({ role: 'viewer', within: [[5], [3]] });
    await send(root, 'PATCH', `users/${ada.id}`, { nodes: [] });
    expect((await by(secret)).body.within).toEqual([[5], []]);
  });

  it('does nothing while nobody with access answers for it, until somebody takes it over', async () => {
    const { add, token, by, send, root, ada, found, db } = await stage();
    const account = await add();
    const { secret } = await token(account.id);
    await db.execute('update access.users set ended_at = now() where id = $1', [ada.id]);
    expect((await by(secret)).status).toBe(401);
    expect(await found(account.id)).toMatchObject({ idle: 'answerer_ended', roleNow: null });
    await send(root, 'DELETE', `users/${ada.id}`);
    expect((await by(secret)).status).toBe(401);
    expect(await found(account.id)).toMatchObject({ idle: 'nobody_answers', answeredBy: null, roleNow: null });
    await send(root, 'POST', `service-accounts/${account.id}/take-over`, { tokens: 'keep' });
    expect((await by(secret)).body).toMatchObject({ name: 'deploy-bot (ci)', role: 'admin' });
    expect(await found(account.id)).toMatchObject({ idle: null, roleNow: 'admin' });
    await send(root, 'POST', `service-accounts/${account.id}/take-over`, { tokens: 'end' });
    expect((await by(secret)).status).toBe(401);
  });

  it('does nothing while it is switched off', async () => {
    const { add, token, by, send, ada, found } = await stage();
    const account = await add();
    const { secret } = await token(account.id);
    await send(ada.cookie, 'PATCH', `service-accounts/${account.id}`, { enabled: false });
    expect((await by(secret)).status).toBe(401);
    expect(await found(account.id)).toMatchObject({ idle: 'disabled', enabled: false });
    await send(ada.cookie, 'PATCH', `service-accounts/${account.id}`, { enabled: true });
    expect((await by(secret)).status).toBe(200);
  });

  it('hands its tokens to nobody but who answers for it', async () => {
    const { add, token, send, root, call } = await stage();
    const account = await add();
    const made = await token(account.id);
    const body = { name: 'mine', expiresAt: null };
    expect(await send(root, 'POST', `service-accounts/${account.id}/tokens`, body)).toMatchObject({
      status: 403,
      body: { error: { code: 'token_of_another' } },
    });
    expect((await send(root, 'POST', `tokens/${made.token.id}/rotate`, {})).body.error.code).toBe('token_of_another');
    const headers = { authorization: `Bearer ${made.secret}` };
    for (const [path, wanted] of [
      ['service-accounts', { name: 'another', role: 'admin' }],
      [`service-accounts/${account.id}/tokens`, body],
      [`service-accounts/${account.id}/take-over`, { tokens: 'keep' }],
      [`tokens/${made.token.id}/rotate`, {}],
    ] as const) {
      const refused = await call('POST', `/api/v1/${path}`, { as: 'nobody', headers, body: wanted });
      expect([path, refused.body.error?.code]).toEqual([path, 'not_authorized']);
    }
    const outlived = await call('POST', '/api/v1/tokens', {
      as: 'nobody',
      headers,
      body: { name: 'x', role: 'admin' },
    });
    expect(outlived.body.token).toMatchObject({ serviceAccount: 'deploy-bot', madeWith: 'ci' });
    await send(root, 'PATCH', `service-accounts/${account.id}`, { role: 'viewer' });
    const child = { authorization: `Bearer ${outlived.body.secret}` };
    expect((await call('GET', '/api/v1/asked', { as: 'nobody', headers: child })).body.role).toBe('viewer');
  });

  it('has a name of its own, nodes that there are, and leaves a trail', async () => {
    const { add, send, ada, root, call } = await stage();
    const account = await add();
    const post = (body: object) => send(ada.cookie, 'POST', 'service-accounts', body);
    expect((await post({ name: 'deploy-bot', role: 'viewer' })).body.error.code).toBe('service_account_name_taken');
    expect((await post({ name: 'x', role: 'viewer', nodes: [99] })).status).toBe(404);
    expect((await post({ name: 'x', role: 'admin', nodes: [3] })).status).toBe(400);
    expect((await post({ name: 'Two Words', role: 'viewer' })).status).toBe(400);
    const other = await post({ name: 'other', role: 'viewer' });
    const patch = (id: number, body: object) => send(ada.cookie, 'PATCH', `service-accounts/${id}`, body);
    expect((await patch(other.body.id, { name: 'deploy-bot' })).body.error.code).toBe('service_account_name_taken');
    expect((await patch(account.id, { role: 'viewer', nodes: [5] })).body).toMatchObject({ nodes: [5] });
    await send(root, 'POST', `service-accounts/${account.id}/take-over`, { tokens: 'end' });
    await send(root, 'DELETE', `service-accounts/${account.id}`);
    expect((await patch(account.id, { role: 'viewer' })).body.error.code).toBe('service_account_not_found');
    const { events } = (await call('GET', '/api/v1/audit?action=service_account.', { cookie: root })).body;
    expect(events.map(({ action, objectName }: Record<string, string>) => [action, objectName]).toReversed()).toEqual([
      ['service_account.created', 'deploy-bot'],
      ['service_account.created', 'other'],
      ['service_account.changed', 'deploy-bot'],
      ['service_account.taken_over', 'deploy-bot'],
      ['service_account.removed', 'deploy-bot'],
    ]);
  });
});

describe('rotation', () => {
  it('gives another text for the same rights; the old one ends with the overlap, and what was made with it', async () => {
    const { add, token, send, ada, by, call, db } = await stage();
    const account = await add();
    const expiresAt = new Date(Date.now() + 30 * 86_400_000).toISOString();
    const old = await token(account.id, { expiresAt });
    const headers = { authorization: `Bearer ${old.secret}` };
    const child = (await call('POST', '/api/v1/tokens', { as: 'nobody', headers, body: { name: 'c', role: 'viewer' } }))
      .body;
    const rotated = await send(ada.cookie, 'POST', `tokens/${old.token.id}/rotate`, { overlapHours: 1 });
    expect(rotated.body.token).toMatchObject({ name: 'ci', role: 'admin', serviceAccount: 'deploy-bot' });
    const left = new Date(rotated.body.token.expiresAt).getTime() - new Date(expiresAt).getTime();
    expect(left, 'as long again as the old one had').toBeGreaterThanOrEqual(0);
    expect([(await by(old.secret)).status, (await by(rotated.body.secret)).status]).toEqual([200, 200]);
    await db.execute(`update access.api_tokens set expires_at = expires_at - interval '1 hour 1 minute'`);
    expect(
      [await by(old.secret), await by(child.secret), await by(rotated.body.secret)].map(({ status }) => status),
    ).toEqual([401, 401, 200]);
    const { events } = (await call('GET', '/api/v1/audit?action=api_token.rotated', { as: 'admin' })).body;
    expect(events[0].details).toMatchObject({ inPlaceOf: old.token.id, serviceAccount: 'deploy-bot' });
  });

  it('of a person’s token is for that person, and bounds stay', async () => {
    const { send, ada, root, by } = await stage();
    const made = await send(ada.cookie, 'POST', 'tokens', { name: 'mine', role: 'viewer', nodes: [3] });
    const rotate = (cookie: string, body: object = {}) =>
      send(cookie, 'POST', `tokens/${made.body.token.id}/rotate`, body);
    expect((await rotate(root)).body.error.code).toBe('token_of_another');
    expect((await rotate(ada.cookie, { expiresAt: '2020-01-01T00:00:00.000Z' })).status).toBe(400);
    const rotated = await rotate(ada.cookie, { overlapHours: 0 });
    expect((await by(rotated.body.secret)).body).toMatchObject({ role: 'viewer', within: [[3]] });
    expect((await by(made.body.secret)).status).toBe(401);
    expect((await send(ada.cookie, 'POST', 'tokens/999/rotate', {})).body.error.code).toBe('token_not_found');
  });
});
