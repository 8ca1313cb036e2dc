import { formatInstant } from '../dates.ts';
import { uuidOf } from '../../numbers.ts';
import type { Webhook, WebhookDelivery } from '../state/model.ts';
import { type Call, type Endpoint, findProject, optional, required } from '../call.ts';
import { paging, pagingOf } from '../paging.ts';
import { badRequest, forbidden, json, notFound, type Reply } from '../reply.ts';
import { isAdmin } from '../subject.ts';

const maxWebhooks = 10;

/** Project key of the call, null for the global list. Administer is needed for both. */
function placeOf(call: Call): string | null {
  const key = optional(call, 'project');
  if (key !== undefined && !findProject(call, key)) throw notFound(`Project '${key}' not found`);
  if (!isAdmin(call.subject)) throw forbidden();
  return key ?? null;
}

function listWebhooks(call: Call): Reply {
  const place = placeOf(call);
  return json({ webhooks: call.world.webhooks.filter(({ project }) => project === place).map(view(call)) });
}

const view =
  (call: Call) =>
  ({ key, name, url, secret }: Webhook): object => {
    const latest = call.world.deliveries.findLast((delivery) => delivery.webhook === key);
    const inClear = secret === null ? {} : { secret };
    return {
      key,
      name,
      url: masked(url),
      ...(call.profile.webhookSecretInClear ? inClear : { hasSecret: secret !== null }),
      ...(latest === undefined ? {} : { latestDelivery: outcome(latest) }),
    };
  };

const masked = (url: string): string => url.replace(/^(https?:\/\/)[^/@]+@/, '$1****:*****@');

function createWebhook(call: Call): Reply {
  const { name, url } = namedAddress(call);
  const secret = secretOf(call) ?? null;
  const project = placeOf(call);
  if (call.world.webhooks.filter((webhook) => webhook.project === project).length >= maxWebhooks) {
    throw badRequest(
      project === null
        ? 'Maximum number of global webhooks reached'
        : `Maximum number of webhook reached for project '${project}'`,
    );
  }
  call.world.nextId += 1;
  const webhook: Webhook = { key: uuidOf(call.world.seed, call.world.nextId, 77), name, url, project, secret };
  call.world.webhooks.push(webhook);
  return json({ webhook: view(call)(webhook) });
}

function updateWebhook(call: Call): Reply {
  const key = required(call, 'webhook');
  const { name, url } = namedAddress(call);
  const secret = secretOf(call);
  const webhook = existing(call, key);
  // Left out keeps the secret, blank removes it.
  const kept = call.query.has('secret') ? (secret ?? null) : webhook.secret;
  Object.assign(webhook, { name, url, secret: kept });
  return empty();
}

function deleteWebhook(call: Call): Reply {
  const webhook = existing(call, required(call, 'webhook'));
  call.world.webhooks.splice(call.world.webhooks.indexOf(webhook), 1);
  return empty();
}

function existing(call: Call, key: string): Webhook {
  const webhook = call.world.webhooks.find((one) => one.key === key);
  if (!webhook) throw notFound(`No webhook with key '${key}'`);
  if (!isAdmin(call.subject)) throw forbidden();
  return webhook;
}

const empty = (): Reply => ({ status: 204, contentType: null, body: '' });

function namedAddress(call: Call): { name: string; url: string } {
  const name = withinLength('name', required(call, 'name'), 100);
  const url = withinLength('url', required(call, 'url'), 512);
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw badRequest(`Url parameter with value '${url}' is not a valid url`);
  }
  if (call.world.validateWebhooks && /^(localhost|127\..*|0\.0\.0\.0|\[::1?\])$/i.test(parsed.hostname)) {
    throw badRequest('Invalid URL: loopback and wildcard addresses are not allowed for webhooks.');
  }
  return { name, url };
}

function withinLength(name: string, value: string, max: number, min = 0): string {
  const words = `'${name}' length (${value.length}) is`;
  if (value.length < min) throw badRequest(`${words} shorter than the minimum authorized (${min})`);
  if (value.length > max) throw badRequest(`${words} longer than the maximum authorized (${max})`);
  return value;
}

function secretOf(call: Call): string | undefined {
  const secret = optional(call, 'secret');
  // 16 characters since 10.6.
  const min = call.profile.branchId ? 16 : 1;
  return secret === undefined ? undefined : withinLength('secret', secret, 200, min);
}

const outcome = ({ id, at, success, httpStatus, durationMs }: WebhookDelivery) => ({
  id,
  at: formatInstant(at),
  success,
  ...(httpStatus === null ? {} : { httpStatus }),
  durationMs,
});

function listedDelivery(delivery: WebhookDelivery): object {
  const { componentKey, ceTaskId, name, url } = delivery;
  const { id, ...rest } = outcome(delivery);
  return { id, componentKey, ...(ceTaskId === null ? {} : { ceTaskId }), name, url: masked(url), ...rest };
}

/** A webhook that is not there has no deliveries; that is no error. */
function listDeliveries(call: Call): Reply {
  const key = optional(call, 'webhook');
  if (key === undefined) throw badRequest("Either 'ceTaskId' or 'componentKey' or 'webhook' must be provided");
  if (!isAdmin(call.subject)) throw forbidden();
  const page = paging(call);
  const own = call.world.deliveries.filter((delivery) => delivery.webhook === key).toReversed();
  return json({
    paging: pagingOf(page, own.length),
    deliveries: own.slice(page.from, page.from + page.size).map(listedDelivery),
  });
}

function showDelivery(call: Call): Reply {
  const id = required(call, 'deliveryId');
  const delivery = call.world.deliveries.find((one) => one.id === id);
  if (!delivery) throw notFound('Webhook delivery not found');
  if (!isAdmin(call.subject)) throw forbidden();
  return json({ delivery: { ...listedDelivery(delivery), payload: delivery.payload } });
}

export const webhooks: readonly Endpoint[] = [
  { method: 'GET', path: 'api/webhooks/list', handle: listWebhooks },
  { method: 'POST', path: 'api/webhooks/create', handle: createWebhook },
  { method: 'POST', path: 'api/webhooks/update', handle: updateWebhook },
  { method: 'POST', path: 'api/webhooks/delete', handle: deleteWebhook },
  { method: 'GET', path: 'api/webhooks/deliveries', handle: listDeliveries },
  { method: 'GET', path: 'api/webhooks/delivery', handle: showDelivery },
];
