import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testHub } from '../../../test/support/hub.ts';
import { nothingVisible } from '../../platform/database/index.ts';
import { type Actor, route } from './index.ts';

const Seen = z.object({ within: z.array(z.array(z.number())).nullable() });

/** One route of each scope, which says how its caller is bounded. */
const routes = () =>
  (['organization', 'rows', 'own'] as const).map((scope) =>
    route({
      method: 'GET',
      path: `/api/v1/${scope}`,
      permission: scope === 'own' ? 'signed_in' : 'findings:read',
      scope,
      summary: 'For the test.',
      tag: 'Test',
      response: Seen,
      handle: async ({ actor }) => ({ within: (actor as Actor).within?.map((set) => [...set]) ?? null }),
    }),
  );

const email = 'grace@example.com';
const password = 'correct horse battery';

/** Nodes 1 to 9 are in a tree. */
async function hubWithNodes() {
  const hub = await testHub({
    routes,
    teams: {
      named: async (_db, nodes) => new Map(nodes.filter((id) => id < 10).map((id) => [id, `node ${id}`])),
      rowsWithin: async () => nothingVisible,
    },
  });
  const administrator = await hub.administrator();
  const person = async (rights: object) => {
    const made = await hub.call('POST', '/api/v1/users', {
      cookie: administrator,
      body: { email, password, ...rights },
    });
    if (made.status !== 200) return { made, id: 0, cookie: '' };
    const { cookie = '' } = await hub.call('POST', '/api/v1/session', { as: 'nobody', body: { email, password } });
    return { made, id: made.body.id as number, cookie };
  };
  const bearer = (secret: string) => ({ as: 'nobody' as const, headers: { authorization: `Bearer ${secret}` } });
  return { ...hub, cookie: administrator, person, bearer };
}

describe('an account of some teams', () => {
  it('gets past no route about the whole organization, whatever its role', async () => {
    const { call, person } = await hubWithNodes();
    const { cookie } = await person({ role: 'viewer', nodes: [3, 5] });
    expect((await call('GET', '/api/v1/organization', { cookie })).body.error).toMatchObject({
      code: 'not_authorized',
      message: 'This is about the whole organization; you work in some of its teams.',
    });
    expect((await call('GET', '/api/v1/rows', { cookie })).body).toEqual({ within: [[3, 5]] });
    expect((await call('GET', '/api/v1/own', { cookie })).status).toBe(200);
    const { permissions, user } = (await call('GET', '/api/v1/session', { cookie })).body;
    expect(permissions).toContain('findings:read');
    for (const permission of ['sql:read', 'integrations:read', 'runs:read', 'settings:read', 'audit:read'])
      expect(permissions).not.toContain(permission);
    expect(user.nodes).toEqual([3, 5]);
  });

  it('is bounded, and not free, where it was given no node', async () => {
    const { call, person } = await hubWithNodes();
    const { cookie } = await person({ role: 'team_manager', nodes: [] });
    expect((await call('GET', '/api/v1/rows', { cookie })).body).toEqual({ within: [[]] });
    expect((await call('GET', '/api/v1/organization', { cookie })).status).toBe(403);
  });

  it('is no administrator, and of nodes that are in a tree', async () => {
    const { person, call, cookie } = await hubWithNodes();
    for (const [rights, status, code] of [
      [{ role: 'admin', nodes: [3] }, 400, 'invalid_request'],
      [{ role: 'viewer', nodes: [3, 99] }, 404, 'org_node_not_found'],
    ] as const)
      expect((await person(rights)).made).toMatchObject({ status, body: { error: { code } } });
    const { id } = await person({ role: 'viewer', nodes: [3] });
    const patch = (body: object) => call('PATCH', `/api/v1/users/${id}`, { cookie, body });
    expect((await patch({ role: 'admin' })).status).toBe(400);
    expect((await patch({ role: 'admin', nodes: null })).body).toMatchObject({ role: 'admin', nodes: null });
    expect((await patch({ role: 'viewer', nodes: [5] })).body).toMatchObject({ role: 'viewer', nodes: [5] });
    const { events } = (await call('GET', '/api/v1/audit?action=user.changed', { cookie })).body;
    expect(events[0].details).toMatchObject({ fields: ['role', 'nodes'], nodesBefore: null, nodesAfter: [5] });
  });
});

describe('an API token', () => {
  it('works in the nodes that it was given, and only while its maker does', async () => {
    const { call, person, bearer, cookie } = await hubWithNodes();
    const maker = await person({ role: 'admin' });
    const body = { name: 'ci', role: 'viewer', nodes: [3] };
    const { token, secret } = (await call('POST', '/api/v1/tokens', { cookie: maker.cookie, body })).body;
    expect(token.nodes).toEqual([3]);
    const asked = bearer(secret);
    expect((await call('GET', '/api/v1/rows', asked)).body).toEqual({ within: [[3]] });
    expect((await call('GET', '/api/v1/organization', asked)).status).toBe(403);
    const patch = { cookie, body: { role: 'viewer', nodes: [5] } };
    expect((await call('PATCH', `/api/v1/users/${maker.id}`, patch)).status).toBe(200);
    expect((await call('GET', '/api/v1/rows', asked)).body).toEqual({ within: [[3], [5]] });
  });

  it('of the whole organization shrinks to the nodes of its maker', async () => {
    const { call, person, bearer, cookie } = await hubWithNodes();
    const maker = await person({ role: 'admin' });
    const made = await call('POST', '/api/v1/tokens', { cookie: maker.cookie, body: { name: 'ci', role: 'admin' } });
    const asked = bearer(made.body.secret);
    expect((await call('GET', '/api/v1/organization', asked)).status).toBe(200);
    await call('PATCH', `/api/v1/users/${maker.id}`, { cookie, body: { role: 'team_manager', nodes: [5] } });
    expect((await call('GET', '/api/v1/organization', asked)).status).toBe(403);
    expect((await call('GET', '/api/v1/rows', asked)).body).toEqual({ within: [[5]] });
  });

  it('of an administrator is for the whole organization', async () => {
    const { call, cookie } = await hubWithNodes();
    const body = { name: 'ci', role: 'admin', nodes: [3] };
    expect((await call('POST', '/api/v1/tokens', { cookie, body })).status).toBe(400);
  });
});
