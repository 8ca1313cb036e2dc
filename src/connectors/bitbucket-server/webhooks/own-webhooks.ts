import { attempt, isPlumblineError } from '../../../platform/errors/index.ts';
import type { ConnectorContext, OwnWebhook, OwnWebhooks, WebhookPlace, WebhookScope } from '../../contract.ts';
import { webhooksPath } from '../address.ts';
import type { BitbucketClient } from '../client.ts';
import { readAll } from '../paging.ts';
import { StoredWebhook, WebhookCapabilities } from '../schema.ts';
import type { Secrets, Settings } from '../settings.ts';
import { readWebhookReach } from './reach.ts';

type Context = ConnectorContext<Settings, Secrets>;

/** Since 8.0. */
const project: WebhookScope = {
  name: 'project',
  words: (key) => `of project ${key}`,
  path: (key) => `${key} → Project settings → Webhooks`,
  permission: 'Project admin',
};

const repository: WebhookScope = {
  name: 'repository',
  words: (name) => `of repository ${name}`,
  path: (name) => `${name} → Repository settings → Webhooks`,
  permission: 'Repository admin',
};

/** What deliveries are wanted of; a version is asked only for those that it knows. */
const wanted = [
  'pr:opened',
  'pr:from_ref_updated',
  'pr:to_ref_updated',
  'pr:modified',
  'pr:merged',
  'pr:declined',
  'pr:deleted',
  'repo:modified',
];
/** What tells of pushes; before 7.0 only the second. */
const pushed = 'pr:from_ref_updated';
const everyPush = 'repo:refs_changed';

/** Webhooks of our own. The server keeps no list of what it sent, so nothing can be compared with what arrived. */
export function ownWebhooks(clientOf: (context: Context) => BitbucketClient): OwnWebhooks<Settings, Secrets> {
  return {
    scopes: [project, repository],
    async list(context, place) {
      const listed = await readAll(clientOf(context), StoredWebhook, webhooksPath(place), {
        subject: subjectOf(place),
      });
      return listed.items.map((webhook) => ownWebhook(place, webhook));
    },
    reach: (context) => readWebhookReach(clientOf(context), context.settings),
    async create(context, { place, ...told }) {
      const client = clientOf(context);
      const path = webhooksPath(place);
      const body = await bodyOf(client, told);
      const made = await client.sendFor(StoredWebhook, 'POST', path, { subject: subjectOf(place), body });
      return ownWebhook(place, made);
    },
    async update(context, { key, ...told }) {
      const client = clientOf(context);
      await client.send('PUT', pathOf(key), { subject: 'the webhook', body: await bodyOf(client, told) });
    },
    async delete(context, key) {
      try {
        await clientOf(context).send('DELETE', pathOf(key), { subject: 'the webhook' });
      } catch (error) {
        // 404: somebody was faster, and what was wanted is so.
        if (!isPlumblineError(error, 'endpoint_unavailable') || error.data['status'] !== 404) throw error;
      }
    },
  };
}

const subjectOf = ({ scope, target }: Pick<WebhookPlace, 'scope' | 'target'>): string =>
  `webhooks ${(scope === project.name ? project : repository).words(target)}`;

/** Numbers are only told apart where they are. */
const ownWebhook = (
  { scope, target }: WebhookPlace,
  { id, name, url, active, configuration }: StoredWebhook,
): OwnWebhook => ({
  key: `${scope} ${target} ${id}`,
  name,
  url,
  hasSecret: (configuration?.secret ?? '') !== '',
  ...(active === false ? { switchedOff: true as const } : {}),
});

function pathOf(key: string): string {
  const [scope = '', target = '', id = ''] = key.split(' ');
  return `${webhooksPath({ scope, target })}/${encodeURIComponent(id)}`;
}

async function bodyOf(client: BitbucketClient, { name, url, secret }: { name: string; url: string; secret: string }) {
  return {
    name: name.slice(0, 255),
    url,
    active: true,
    events: await eventsOf(client),
    configuration: { secret },
    sslVerificationRequired: true,
  };
}

/** Known to every version. */
const always = ['pr:opened', 'pr:merged', 'pr:declined', 'repo:modified', everyPush];

/** A version refuses a webhook with an event that it does not know. */
async function eventsOf(client: BitbucketClient): Promise<string[]> {
  const subject = 'the events of webhooks';
  const asked = await attempt(client.get(WebhookCapabilities, 'rest/webhooks/latest/capabilities', { subject }));
  if ('error' in asked) {
    if (asked.error.code === 'endpoint_unavailable') return always;
    throw asked.error;
  }
  const known = asked.value['application-webhooks'];
  const events = [...wanted, ...(known.includes(pushed) ? [] : [everyPush])];
  return events.filter((event) => known.includes(event));
}
