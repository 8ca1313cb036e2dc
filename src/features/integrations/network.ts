import type { NetworkRow } from './contract.ts';
import type { Room } from './room.ts';
import { listIntegrations } from './store/integrations.ts';

/** What the hub knows of its own connections. */
export interface NetworkFacts {
  /** How browsers and programs reach the hub. */
  publicUrl: URL;
  listen: { host: string; port: number; tls: boolean };
  database: { host: string; port: number; embedded: boolean };
}

/** Who opens a connection to whom, for firewalls and allowlists. */
export async function networkRows(room: Room, facts: NetworkFacts): Promise<NetworkRow[]> {
  const rows = await listIntegrations(room.db);
  const kept = rows.filter((row) => row.state !== 'deleting');
  const satellites = kept.some((row) => row.place !== 'hub') ? [satelliteRow(facts)] : [];
  return [...ownRows(facts), ...satellites, ...kept.flatMap((row) => integrationRows(room, row))];
}

function ownRows({ publicUrl, listen, database }: NetworkFacts): NetworkRow[] {
  const own = { integrationId: null, required: true };
  const hub = { to: 'Plumbline hub', host: publicUrl.hostname, port: portOf(publicUrl), protocol: schemeOf(publicUrl) };
  const rows: NetworkRow[] = [
    { from: 'Browsers', ...hub, direction: 'inbound', purpose: 'Pages and API for people.', ...own },
    {
      from: 'Command line and API clients',
      ...hub,
      direction: 'inbound',
      purpose: 'plumbline on other machines, scripts and CI jobs with an API token; metrics collectors.',
      ...own,
      required: false,
    },
    {
      from: 'Plumbline hub',
      to: database.embedded ? 'PostgreSQL (embedded)' : 'PostgreSQL',
      host: database.host,
      port: database.port,
      protocol: 'postgresql',
      direction: 'outbound',
      purpose: database.embedded ? 'The store, on the same machine: no firewall rule needed.' : 'The store.',
      ...own,
    },
    {
      from: 'Analysts’ tools (psql, Grafana, Metabase)',
      to: 'PostgreSQL',
      host: database.host,
      port: database.port,
      protocol: 'postgresql',
      direction: 'inbound',
      purpose: 'Only for people who query schema data with a login of their own.',
      ...own,
      required: false,
    },
  ];
  const proxied = publicUrl.hostname !== listen.host || portOf(publicUrl) !== listen.port;
  if (!proxied) return rows;
  const behind: NetworkRow = {
    from: 'Reverse proxy or load balancer',
    to: 'Plumbline hub',
    host: listen.host,
    port: listen.port,
    protocol: listen.tls ? 'https' : 'http',
    direction: 'inbound',
    purpose: 'The public address differs from the one the hub listens on: something in front sends requests on.',
    ...own,
  };
  return [...rows, behind];
}

function satelliteRow({ publicUrl }: NetworkFacts): NetworkRow {
  return {
    from: 'Satellites',
    to: 'Plumbline hub',
    host: publicUrl.hostname,
    port: portOf(publicUrl),
    protocol: schemeOf(publicUrl),
    direction: 'inbound',
    purpose: 'Satellites fetch their work and bring what they read; the hub opens no connection to them.',
    integrationId: null,
    required: true,
  };
}

function integrationRows(room: Room, row: Awaited<ReturnType<typeof listIntegrations>>[number]): NetworkRow[] {
  const connector = room.connectors.get(row.kind);
  if (connector === undefined) return [];
  const url = connector.baseUrl(row.settings);
  const proxy = typeof row.settings['proxy'] === 'string' ? URL.parse(row.settings['proxy']) : null;
  const server = {
    to: `${connector.title} (${row.name})`,
    host: url.hostname,
    port: portOf(url),
    protocol: schemeOf(url),
  };
  const purpose = `Reads ${connector.streams.map((stream) => stream.title.toLowerCase()).join(', ')}.`;
  if (row.place !== 'hub') {
    const where = 'In the network of the satellite, by the proxy that its file names; the hub takes no part.';
    return [
      {
        from: 'Satellites',
        ...server,
        purpose: `${purpose} ${where}`,
        direction: 'elsewhere',
        integrationId: row.id,
        required: true,
      },
    ];
  }
  const shared = { direction: 'outbound' as const, integrationId: row.id, required: true };
  if (proxy === null) return [{ from: 'Plumbline hub', ...server, purpose, ...shared }];
  const to = { to: 'Outgoing proxy', host: proxy.hostname, port: portOf(proxy), protocol: schemeOf(proxy) };
  return [
    { from: 'Plumbline hub', ...to, purpose: `Every call of ${row.name}.`, ...shared },
    { from: 'Outgoing proxy', ...server, purpose, ...shared },
  ];
}

const schemeOf = (url: URL): string => url.protocol.replace(':', '');
const portOf = (url: URL): number => (url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port));
