import { afterEach, describe, expect, test } from 'vitest';
import { small, twoOrganizations } from '../../lab/simulators/sonarqube/scenarios.ts';
import type { ProfileName, Simulator } from '../../lab/simulators/sonarqube/index.ts';
import { ownWebhooks } from '../../src/connectors/sonarqube/own-webhooks.ts';
import { webhooks } from '../../src/connectors/sonarqube/webhooks.ts';
import { createSimulators } from './simulators.ts';
import { contextOf } from './stage.ts';

const simulators = createSimulators();
afterEach(() => simulators.closeAll());

const secret = 'a-secret-of-24-characters';
const url = 'https://plumb.example/hooks/sonarqube/1';
const everywhere = { scope: 'global', target: '', within: null };

async function connected(profile: ProfileName = '26.9') {
  const server = await simulators.start(profile, small);
  return { server, context: contextOf({ url: server.url, token: server.tokens.admin }) };
}

describe.each(['26.9', '9.9'] as const)('an own webhook on %s', (profile) => {
  test('is created, found, changed and removed; removing it twice is no error', async () => {
    const { context } = await connected(profile);
    const made = await ownWebhooks.create(context, { place: everywhere, name: 'plumbline', url, secret });
    expect(made).toEqual({ key: expect.any(String), name: 'plumbline', url, hasSecret: true });
    const { key } = made;
    await ownWebhooks.update(context, { key, name: 'renamed', url: `${url}1`, secret });
    expect(await ownWebhooks.list(context, everywhere)).toEqual([
      { key, name: 'renamed', url: `${url}1`, hasSecret: true },
    ]);
    await ownWebhooks.delete(context, key);
    await ownWebhooks.delete(context, key);
    expect(await ownWebhooks.list(context, everywhere)).toEqual([]);
  });
});

describe('what the server refuses', () => {
  const create = async (server: Simulator, more: object): Promise<unknown> => {
    const context = contextOf({ url: server.url, token: server.tokens.admin });
    const wanted = { place: everywhere, name: 'plumbline', url, secret, ...more };
    return ownWebhooks.create(context, wanted).catch((error: unknown) => error);
  };

  test.each([
    [{ url: 'http://127.0.0.1:8420/hooks/sonarqube/1' }, 'webhook_address_refused', /loopback and wildcard/],
    [{ url: 'http://localhost/hooks' }, 'webhook_address_refused', /loopback and wildcard/],
    [{ url: 'ftp://plumb.example/' }, 'webhook_name_refused', /is not a valid url/],
    [{ name: 'n'.repeat(101) }, 'webhook_name_refused', /longer than the maximum authorized \(100\)/],
    [{ secret: 'short' }, 'webhook_name_refused', /shorter than the minimum authorized \(16\)/],
  ])('%o is told with a code of its own', async (more, code, words) => {
    const { server } = await connected();
    expect(await create(server, more)).toMatchObject({ code, upstream: expect.stringMatching(words) });
  });

  test('the eleventh, of a project and of the server', async () => {
    const { server } = await connected();
    for (const place of [everywhere, { scope: 'project', target: 'shop', within: null }]) {
      for (let n = 0; n < 10; n++) await create(server, { place, url: `${url}${n}` });
      expect(await create(server, { place })).toMatchObject({ code: 'webhook_limit_reached' });
    }
  });

  test('a token that may not administer', async () => {
    const { server } = await connected();
    const context = contextOf({ url: server.url, token: server.tokens.browse });
    const refused = ownWebhooks.create(context, { place: everywhere, name: 'plumbline', url, secret });
    await expect(refused).rejects.toMatchObject({ code: 'invalid_permissions' });
  });
});

describe('what the server sent', () => {
  test('is listed newest first with what it saw, and each body can be had while the server keeps it', async () => {
    const { server, context } = await connected();
    server.state.world.validateWebhooks = false;
    const nobody = 'http://127.0.0.1:9/hooks';
    const { key } = await ownWebhooks.create(context, { place: everywhere, name: 'own', url: nobody, secret });
    await server.state.deliver('shop');
    await server.state.deliver('shop', {}, { event: 'gate_changed' });
    await server.state.deliver('shop', {}, { event: 'failed' });
    const since = new Date(Date.now() - 60_000);
    const sent = await ownWebhooks.sentDeliveries(context, { key, since, limit: 10 });
    expect(sent).toMatchObject([
      { success: false, httpStatus: null, about: 'shop', reference: expect.stringMatching(/^failed-/) },
      { success: false, reference: null },
      { success: false, reference: expect.stringMatching(/^task-/) },
    ]);
    expect(await ownWebhooks.sentDeliveries(context, { key, since, limit: 2 })).toHaveLength(2);
    const tomorrow = new Date(Date.now() + 86_400_000);
    expect(await ownWebhooks.sentDeliveries(context, { key, since: tomorrow, limit: 9 })).toEqual([]);
    const events = [];
    for (const { id } of sent) {
      const body = Buffer.from((await ownWebhooks.sentPayload(context, id)) ?? '');
      events.push(webhooks[0]?.parse({ headers: {}, body }).event);
    }
    expect(events).toEqual(['analysis_failed', 'gate_changed', 'analysis']);
    expect(await ownWebhooks.sentPayload(context, 'gone')).toBeNull();
  });

  test('goes to the webhooks of the project first, one after the other, once, signed', async () => {
    const { server, context } = await connected();
    server.state.world.validateWebhooks = false;
    for (const place of [everywhere, { scope: 'project', target: 'shop', within: null }]) {
      await ownWebhooks.create(context, { place, name: place.scope, url: 'http://127.0.0.1:9/', secret });
    }
    await server.state.deliver('shop');
    expect(server.state.world.deliveries.map(({ name }) => name)).toEqual(['project', 'global']);
  });
});

test('on Cloud the organization is named', async () => {
  const server = await simulators.start('cloud', twoOrganizations);
  const context = contextOf({ url: server.url, token: server.tokens.admin });
  const [organization = ''] = [...server.state.world.organizations.keys()];
  await ownWebhooks.create(context, {
    place: { scope: 'organization', target: organization, within: null },
    name: 'x',
    url,
    secret,
  });
  const created = server.journal.entries.findLast(({ path }) => path === 'api/webhooks/create');
  expect(created?.query).toMatchObject({ organization, name: 'x' });
});
