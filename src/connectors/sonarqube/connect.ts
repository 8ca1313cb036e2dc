import type { ConnectorContext } from '../contract.ts';
import { identify } from './capabilities.ts';
import { createClient, type SonarClient } from './client.ts';
import type { Secrets, Settings } from './settings.ts';
import type { Server } from './version.ts';

export type Context = ConnectorContext<Settings, Secrets>;

/** A client for one task, and what server it is: Cloud and old ones take other words. */
export async function connect({
  http,
  signal,
  settings,
  secrets,
}: Context): Promise<{ client: SonarClient; server: Server }> {
  const client = createClient({ http, signal, url: settings.url, token: secrets.apiToken });
  return { client, server: await identify(client, settings.url) };
}
