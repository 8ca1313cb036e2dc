import type { ConnectorContext } from '../contract.ts';
import type { Server } from './version.ts';
import type { SonarClient } from './client.ts';
import type { Reader } from './reader.ts';
import type { Secrets, Settings } from './settings.ts';

/** The streams' own functions list and probe outside of a run too; they need a request they never look at. */
export function readerFor(client: SonarClient, server: Server, context: ConnectorContext<Settings, Secrets>): Reader {
  const request = {
    phase: 'discovery',
    slice: 'discovery',
    purpose: 'ingest',
    since: context.now(),
    cursors: {},
    resume: {},
  } as const;
  return { client, server, request, settings: context.settings, log: context.log, now: () => context.now() };
}
