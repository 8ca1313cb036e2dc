import { empty, json, type Reply } from '../../wire/reply.ts';
import {
  booleanIn,
  type Call,
  type Endpoint,
  endpointsOf,
  type Fields,
  jsonBody,
  listIn,
  objectIn,
  optional,
  param,
  repositoryPath,
  requiredText,
  textIn,
} from '../call.ts';
import { badField, noSuch, tooLong } from '../errors.ts';
import { projectOf, repositoryOf } from '../locate.ts';
import type { Project, Repository } from '../model.ts';
import { paged } from '../paging.ts';
import { isAtLeast } from '../profiles.ts';
import type { Webhook } from '../state/webhook-model.ts';
import { alike } from '../texts.ts';
import { post } from '../webhooks/deliver.ts';
import { webhookEvents } from '../webhooks/events.ts';
import { millis, nextId } from '../world.ts';
import { addressIn } from './reports.ts';

const api = endpointsOf('api');

/** Who administers the place, and nobody else, even reads them. */
type PlaceOf = (call: Call) => Project | Repository;
const inRepository: PlaceOf = (call) => repositoryOf(call, 3);
const inProject: PlaceOf = (call) => projectOf(call, 3);

const view = ({ secret, failures: _failures, credentials, ...hook }: Webhook): object => ({
  ...hook,
  configuration: secret === null ? {} : { secret },
  ...(credentials === null ? {} : { credentials: { username: credentials.username } }),
});

function fieldsIn(call: Call): Omit<Webhook, 'id' | 'createdDate' | 'updatedDate' | 'failures'> {
  const fields = jsonBody(call);
  const name = requiredText(fields, 'name');
  if (name.length > 255) throw tooLong('name', 255);
  const url = requiredText(fields, 'url');
  addressIn(fields, 'url');
  return {
    name,
    url,
    active: booleanIn(fields, 'active') ?? true,
    events: eventsIn(call, fields),
    secret: textIn(objectIn(fields, 'configuration') ?? {}, 'secret') ?? null,
    credentials: credentialsIn(fields),
    sslVerificationRequired: booleanIn(fields, 'sslVerificationRequired') ?? true,
  };
}

/** One that this version does not know refuses all. */
function eventsIn(call: Call, fields: Fields): string[] {
  const events = (listIn(fields, 'events') ?? []).map(String);
  const known = webhookEvents(call.world.profile);
  const strange = events.find((event) => !known.includes(event));
  if (strange !== undefined) throw badField('events', alike(`'${strange}' is not a known event.`));
  if (events.length === 0) throw badField('events', alike('At least one event is needed.'));
  return events;
}

function credentialsIn(fields: Fields): Webhook['credentials'] {
  const credentials = objectIn(fields, 'credentials');
  if (credentials === undefined) return null;
  return { username: textIn(credentials, 'username') ?? '', password: textIn(credentials, 'password') ?? '' };
}

function hookOf(call: Call, place: Project | Repository): Webhook {
  const found = place.webhooks.find(({ id }) => String(id) === param(call, 'webhook'));
  if (found === undefined) throw noSuch('webhooks.NoSuchWebhookException', 'No such webhook.', 'Kein solcher Webhook.');
  return found;
}

function create(call: Call, placeOf: PlaceOf): Reply {
  const place = placeOf(call);
  const now = millis(call.world);
  const hook: Webhook = { id: nextId(call.world), ...fieldsIn(call), createdDate: now, updatedDate: now, failures: 0 };
  place.webhooks.push(hook);
  // Versions differ in this.
  return json(view(hook), isAtLeast(call.world.profile, [9, 0]) ? 200 : 201);
}

function update(call: Call, placeOf: PlaceOf): Reply {
  const hook = hookOf(call, placeOf(call));
  Object.assign(hook, fieldsIn(call), { updatedDate: millis(call.world), failures: 0 });
  return json(view(hook));
}

function remove(call: Call, placeOf: PlaceOf): Reply {
  const place = placeOf(call);
  const hook = hookOf(call, place);
  place.webhooks = place.webhooks.filter((one) => one !== hook);
  return empty(204);
}

/** Says hello, sometimes without a signature. */
async function ping(call: Call, placeOf: PlaceOf): Promise<Reply> {
  placeOf(call);
  const url = optional(call, 'url');
  if (url === undefined || URL.parse(url) === null) throw badField('url', alike('A url is needed.'));
  const body = JSON.stringify({ test: true });
  const { status } = await post({ url, secret: null, credentials: null }, 'diagnostics:ping', body);
  return json({
    request: { url, method: 'POST', headers: { 'X-Event-Key': 'diagnostics:ping' }, body },
    ...(status === null ? { error: { message: 'No answer' } } : { response: { statusCode: status } }),
  });
}

const routesIn = (path: string, placeOf: PlaceOf, since: Pick<Endpoint, 'since'>): Endpoint[] => [
  api('GET', `${path}/webhooks`, (call) => paged(call, placeOf(call).webhooks, view), since),
  api('POST', `${path}/webhooks`, (call) => create(call, placeOf), since),
  api('POST', `${path}/webhooks/test`, (call) => ping(call, placeOf), since),
  api('GET', `${path}/webhooks/{webhook}`, (call) => json(view(hookOf(call, placeOf(call)))), since),
  api('PUT', `${path}/webhooks/{webhook}`, (call) => update(call, placeOf), since),
  api('DELETE', `${path}/webhooks/{webhook}`, (call) => remove(call, placeOf), since),
];

export const webhookEndpoints: readonly Endpoint[] = [
  ...routesIn(repositoryPath, inRepository, {}),
  ...routesIn('projects/{project}', inProject, { since: [8, 0] }),
];
