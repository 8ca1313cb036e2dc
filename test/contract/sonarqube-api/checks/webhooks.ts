import { expect } from 'vitest';
import { type Answer, ask, type Checks, type Parameters, type Target } from '../target.ts';

const secret = 'sixteen-letters-';

function send(t: Target, what: 'create' | 'update' | 'delete', form: Parameters): Promise<Answer> {
  return ask(t, `api/webhooks/${what}`, form, { method: 'POST' });
}

async function create(t: Target, more: Parameters = {}): Promise<Answer> {
  return send(t, 'create', { project: t.empty, name: 'contract', url: 'https://example.com/hooks', secret, ...more });
}

interface Listed {
  key: string;
  name: string;
  url: string;
}

async function listed(t: Target): Promise<Listed[]> {
  return (await ask(t, 'api/webhooks/list', { project: t.empty })).json<{ webhooks: Listed[] }>().webhooks;
}

async function removeAll(t: Target): Promise<void> {
  for (const { key } of await listed(t)) expect((await send(t, 'delete', { webhook: key })).status).toBe(204);
}

/** Webhooks and what the server remembers of their deliveries (section 7). All at a project of the suite's own. */
export const webhookChecks: Checks = {
  'webhooks-life': async (t) => {
    const made = (await create(t)).json<{ webhook: Listed }>().webhook;
    expect(made).toMatchObject({ name: 'contract', url: 'https://example.com/hooks' });
    // Names need not be unique.
    expect((await create(t)).status).toBe(200);
    const renamed = { webhook: made.key, name: 'other', url: 'https://example.com/other' };
    const update = await send(t, 'update', renamed);
    expect([update.status, update.text]).toEqual([204, '']);
    expect((await listed(t)).find(({ key }) => key === made.key)).toMatchObject({ name: 'other' });
    await removeAll(t);
    const gone = await send(t, 'delete', { webhook: made.key });
    expect([gone.status, gone.message()]).toEqual([404, `No webhook with key '${made.key}'`]);
  },
  'webhooks-refusals': async (t) => {
    const refusal = async (more: Parameters): Promise<string> => {
      const answer = await create(t, more);
      return `${answer.status} ${answer.message()}`;
    };
    expect(await refusal({ name: 'n'.repeat(101) })).toBe(
      "400 'name' length (101) is longer than the maximum authorized (100)",
    );
    for (const url of ['ftp://example.com/', 'nonsense']) {
      expect(await refusal({ url })).toBe(`400 Url parameter with value '${url}' is not a valid url`);
    }
    expect(await refusal({ url: `https://example.com/${'a'.repeat(500)}` })).toBe(
      "400 'url' length (520) is longer than the maximum authorized (512)",
    );
    expect(await refusal({ secret: 's'.repeat(201) })).toBe(
      "400 'secret' length (201) is longer than the maximum authorized (200)",
    );
    if (t.profile.branchId) {
      expect(await refusal({ secret: 'short' })).toBe(
        "400 'secret' length (5) is shorter than the minimum authorized (16)",
      );
    }
    expect(await listed(t)).toEqual([]);
  },
  'webhooks-ten': async (t) => {
    for (let n = 0; n < 10; n++) expect((await create(t, { name: `n${n}` })).status).toBe(200);
    const eleventh = await create(t);
    expect([eleventh.status, eleventh.message()]).toEqual([
      400,
      `Maximum number of webhook reached for project '${t.empty}'`,
    ]);
    await removeAll(t);
  },
  'webhooks-nothing-sent': async (t) => {
    const none = await ask(t, 'api/webhooks/deliveries', { webhook: 'nobody' });
    expect(none.json()).toMatchObject({ paging: { total: 0 }, deliveries: [] });
    const gone = await ask(t, 'api/webhooks/delivery', { deliveryId: 'nobody' });
    expect([gone.status, gone.message()]).toEqual([404, 'Webhook delivery not found']);
  },
};
