import type { z } from 'zod';
import { isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import type {
  ConnectorContext,
  OwnWebhook,
  OwnWebhooks,
  SentDelivery,
  WebhookPlace,
  WebhookScope,
} from '../contract.ts';
import { identify } from './capabilities.ts';
import { createClient, type SonarClient } from './client.ts';
import { toInstant } from './instant.ts';
import {
  CreatedWebhook,
  ListedDelivery,
  ListedWebhook,
  WebhookDeliveries,
  WebhookDeliveryShow,
  WebhooksList,
} from './schema.ts';
import type { Secrets, Settings } from './settings.ts';
import { readWebhookReach } from './webhook-reach.ts';

type Context = ConnectorContext<Settings, Secrets>;

const everything: WebhookScope = {
  name: 'global',
  words: () => 'for every project',
  path: () => 'Administration → Configuration → Webhooks',
  permission: 'Administer System',
};

/** On Cloud. */
const organization: WebhookScope = {
  name: 'organization',
  words: (key) => `of organization ${key}`,
  path: (key) => `${key} → Administration → Webhooks`,
  permission: 'Administer',
};

const project: WebhookScope = {
  name: 'project',
  words: (key) => `of project ${key}`,
  path: (key) => `${key} → Project settings → Webhooks`,
  permission: 'Administer on the project',
};

/** Webhooks of our own on the server. Each call asks first what server it is, since Cloud and 9.9 take other words. */
export const ownWebhooks: Required<OwnWebhooks<Settings, Secrets>> = {
  scopes: [everything, organization, project],
  async list(context, place) {
    const client = await connect(context);
    const { webhooks } = await client.get(WebhooksList, 'api/webhooks/list', placeParams(place));
    return webhooks.flatMap((raw) => {
      const parsed = ListedWebhook.safeParse(raw);
      return parsed.success ? [ownWebhook(parsed.data)] : [];
    });
  },
  async reach(context) {
    return readWebhookReach(await connect(context), context);
  },
  async create(context, { place, name, url, secret }) {
    const client = await connect(context);
    const answer = await refused(client.post('api/webhooks/create', { ...placeParams(place), name, url, secret }));
    const parsed = CreatedWebhook.safeParse(jsonOf(answer));
    if (parsed.success) return ownWebhook(parsed.data.webhook);
    throw new PlumblineError('malformed_response', { message: 'The server did not say which webhook it created.' });
  },
  async update(context, { key, name, url, secret }) {
    const client = await connect(context);
    await refused(client.post('api/webhooks/update', { webhook: key, name, url, secret }));
  },
  async delete(context, key) {
    const client = await connect(context);
    await client.post('api/webhooks/delete', { webhook: key }).catch((error: unknown) => {
      // 404: somebody was faster, and what was wanted is so.
      if (!isNotThere(error)) throw error;
    });
  },
  async sentDeliveries(context, wanted) {
    return readSent(await connect(context), wanted);
  },
  async sentPayload(context, deliveryId) {
    const client = await connect(context);
    try {
      return (await client.get(WebhookDeliveryShow, 'api/webhooks/delivery', { deliveryId })).delivery.payload ?? null;
    } catch (error) {
      if (isNotThere(error)) return null;
      throw error;
    }
  },
};

async function connect({ http, signal, settings, secrets }: Context): Promise<SonarClient> {
  const client = createClient({ http, signal, url: settings.url, token: secrets.apiToken });
  await identify(client, settings.url);
  return client;
}

function placeParams({ scope, target, within }: WebhookPlace): { project?: string; organization?: string } {
  if (scope === everything.name) return {};
  if (scope === organization.name) return { organization: target };
  return { project: target, ...(within === null ? {} : { organization: within }) };
}

function ownWebhook({ key, name, url, hasSecret, secret }: z.infer<typeof ListedWebhook>): OwnWebhook {
  return { key, name, url, hasSecret: hasSecret ?? secret };
}

/** The server's refusals of a webhook, by what a person can do about them. */
const refusals = [
  { words: /loopback|wildcard|not allowed for webhooks/i, code: 'webhook_address_refused' },
  { words: /Maximum number of (?:global )?webhook/i, code: 'webhook_limit_reached' },
  { words: /is not a valid url|longer than the maximum|shorter than the minimum/i, code: 'webhook_name_refused' },
] as const;

async function refused(call: Promise<string>): Promise<string> {
  try {
    return await call;
  } catch (error) {
    if (!isPlumblineError(error, 'upstream_error') || error.data['status'] !== 400) throw error;
    const refusal = refusals.find(({ words }) => words.test(error.upstream ?? ''));
    if (refusal === undefined) throw error;
    throw new PlumblineError(refusal.code, {
      ...(error.upstream === undefined ? {} : { upstream: error.upstream }),
      cause: error,
    });
  }
}

function isNotThere(error: unknown): boolean {
  return isPlumblineError(error, 'project_not_found');
}

const pageSize = 100;

async function readSent(
  client: SonarClient,
  { key, since, limit }: { key: string; since: Date; limit: number },
): Promise<SentDelivery[]> {
  const sent: SentDelivery[] = [];
  for (let page = 1; sent.length < limit; page += 1) {
    const params = { webhook: key, p: page, ps: pageSize };
    const answer = await client.get(WebhookDeliveries, 'api/webhooks/deliveries', params);
    const deliveries = answer.deliveries.flatMap(sentDelivery);
    const young = deliveries.filter((delivery) => delivery.at >= since.toISOString());
    sent.push(...young);
    const isLast = answer.deliveries.length === 0 || page * pageSize >= answer.paging.total;
    if (isLast || young.length < deliveries.length) break;
  }
  return sent.slice(0, limit);
}

function sentDelivery(raw: unknown): SentDelivery[] {
  const parsed = ListedDelivery.safeParse(raw);
  const at = toInstant(parsed.data?.at);
  if (!parsed.success || at === null) return [];
  const { id, success, httpStatus, durationMs, ceTaskId, componentKey } = parsed.data;
  return [
    {
      id,
      at,
      success,
      httpStatus: httpStatus ?? null,
      durationMs: durationMs ?? null,
      reference: ceTaskId ?? null,
      about: componentKey ?? null,
    },
  ];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
