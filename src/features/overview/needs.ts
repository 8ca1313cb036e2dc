import type { Database } from '../../platform/database/index.ts';
import type { Permission } from '../access/index.ts';
import { inboxTroubles } from '../inbox/index.ts';
import type { IntegrationHealth } from '../ingestion/contract.ts';
import { deadEndpoints } from '../operations/index.ts';
import { awaySatellites } from '../satellites/index.ts';
import { unownedProjects } from '../teams/index.ts';
import type { Need, Needs } from './contract.ts';
import { whyOf } from './figure.ts';

export interface NeedOptions {
  db: Database;
  now: Date;
  health(): Promise<IntegrationHealth[]>;
  may(permission: Permission): boolean;
}

interface Part {
  name: string;
  permission: Permission;
  read(options: NeedOptions): Promise<Need[]>;
}

const shown = 100;

/** What rooms say that only a person can mend. One that cannot be asked is named, so that nothing passes for all. */
export async function readNeeds(options: NeedOptions): Promise<Needs> {
  const items: Need[] = [];
  const unread: Needs['unread'] = [];
  for (const { name, permission, read } of parts) {
    if (!options.may(permission)) continue;
    try {
      items.push(...(await read(options)));
    } catch (error) {
      unread.push({ part: name, ...whyOf(error) });
    }
  }
  return { items: items.slice(0, shown), total: items.length, unread };
}

const about = (need: Pick<Need, 'kind' | 'code' | 'about' | 'message'> & Partial<Need>): Need => ({
  since: null,
  count: null,
  integrationId: null,
  treeId: null,
  ...need,
});

/** What a health reason is about. Those that are not here are told all the same. */
const kinds: Readonly<Record<string, Need['kind']>> = {
  no_usable_credential: 'credential',
  credential_expired: 'credential',
  credential_disabled: 'credential',
  credential_expiring: 'credential',
  no_run_succeeded: 'runs',
  runs_failed: 'runs',
  runs_partial: 'runs',
  absence_held: 'absence',
  satellite_offline: 'satellite',
};

/** All is well, or a person wants it so, or the first run has not ended. */
const noNeed: ReadonlySet<string> = new Set(['all_runs_succeeded', 'paused', 'deleting', 'no_runs']);

/** The worst first. */
const worst: readonly IntegrationHealth['health'][] = ['CRITICAL', 'OFFLINE_SATELLITE', 'NEEDS_ATTENTION'];
const rank = ({ health }: IntegrationHealth): number => (worst.indexOf(health) + worst.length + 1) % (worst.length + 1);

export function needsOfHealth(list: readonly IntegrationHealth[]): Need[] {
  return list
    .toSorted((a, b) => rank(a) - rank(b) || (a.integrationName < b.integrationName ? -1 : 1))
    .flatMap(({ integrationId, integrationName, since, reasons }) =>
      reasons
        .filter(({ code }) => !noNeed.has(code))
        .map(({ code, message }) =>
          about({ kind: kinds[code] ?? 'health', code, about: integrationName, message, since, integrationId }),
        ),
    );
}

const parts: readonly Part[] = [
  {
    name: 'health of integrations',
    permission: 'integrations:read',
    read: async ({ health }) => needsOfHealth(await health()),
  },
  {
    name: 'satellites',
    permission: 'integrations:read',
    read: async ({ db, now }) =>
      (await awaySatellites(db, now)).map(({ name, seenAt }) =>
        about({
          kind: 'satellite',
          code: 'satellite_away',
          about: name,
          message: 'The satellite is offline: nothing was heard of it for ten minutes or more.',
          since: seenAt.toISOString(),
        }),
      ),
  },
  {
    name: 'inboxes',
    permission: 'integrations:read',
    read: async ({ db }) =>
      (await inboxTroubles(db)).flatMap(({ integration, ...found }) => [
        ...(found.failedWebhooks === 0
          ? []
          : [
              about({
                kind: 'webhook',
                code: 'webhook_failed',
                about: integration.name,
                message: `${found.failedWebhooks} of the hub’s webhooks on this server ${found.failedWebhooks === 1 ? 'does' : 'do'} not work.`,
                since: found.webhooksSince?.toISOString() ?? null,
                count: found.failedWebhooks,
                integrationId: integration.id,
              }),
            ]),
        ...(found.failedDeliveries === 0
          ? []
          : [
              about({
                kind: 'inbox',
                code: 'deliveries_failed',
                about: integration.name,
                message: `${found.failedDeliveries} ${found.failedDeliveries === 1 ? 'delivery' : 'deliveries'} could not be dealt with.`,
                since: found.firstFailedAt?.toISOString() ?? null,
                count: found.failedDeliveries,
                integrationId: integration.id,
              }),
            ]),
      ]),
  },
  {
    name: 'outgoing webhooks',
    permission: 'settings:write',
    read: async ({ db }) =>
      (await deadEndpoints(db)).map(({ url, code, since }) =>
        about({
          kind: 'address',
          code: code ?? 'address_failing',
          about: URL.parse(url)?.host ?? 'an address',
          message:
            code === null
              ? 'Nothing arrives at this address; it is still tried.'
              : 'Nothing arrived at this address for too long: it is switched off.',
          since: since.toISOString(),
        }),
      ),
  },
  {
    name: 'projects of no team',
    permission: 'teams:read',
    read: async ({ db }) =>
      (await unownedProjects(db)).map(({ tree, unowned }) =>
        about({
          kind: 'unowned',
          code: 'projects_unowned',
          about: tree.name,
          message: `${unowned} ${unowned === 1 ? 'project belongs' : 'projects belong'} to no team of this tree.`,
          count: unowned,
          treeId: tree.id,
        }),
      ),
  },
];
