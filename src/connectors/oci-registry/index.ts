import type { Connector, ConnectorContext, SliceEvent, SliceRequest, StreamDeclaration } from '../contract.ts';
import { checkRegistry } from './check/index.ts';
import { chooseRepositories } from './choices.ts';
import { createClient } from './client.ts';
import { endpoints } from './endpoints.ts';
import { form } from './form.ts';
import { lookUp } from './lookup.ts';
import { webhooks } from './notifications/index.ts';
import { signersOf } from './provenance/signatures.ts';
import { readOnDemand } from './on-demand.ts';
import type { Reader } from './reader.ts';
import { hashVersion, ImageRecord, RepositoryRecord, TagRecord } from './records.ts';
import { Secrets, Settings } from './settings.ts';
import { readDiscovery } from './streams/discovery.ts';
import { readRepository } from './streams/repository.ts';

type Context = ConnectorContext<Settings, Secrets>;

const streams: readonly StreamDeclaration[] = [
  {
    name: 'repositories',
    title: 'Repositories',
    phase: 'discovery',
    record: RepositoryRecord,
    key: ({ name }: RepositoryRecord) => name,
    completeness: 'essential',
  },
  {
    name: 'images',
    title: 'Images',
    phase: 'current',
    record: ImageRecord,
    key: ({ digest }: ImageRecord) => digest,
    completeness: 'essential',
  },
  {
    name: 'image_tags',
    title: 'Tags',
    phase: 'current',
    record: TagRecord,
    key: ({ name }: TagRecord) => name,
    completeness: 'essential',
  },
];

/** Reads any registry of the OCI distribution specification. */
export const ociRegistry: Connector<Settings, Secrets> = {
  kind: 'oci-registry',
  checkErrors: ['not_a_registry', 'registry_token_service_refused'],
  title: 'Image registry',
  description: 'Container images with the commit they were built from, from any OCI registry.',
  settings: Settings,
  secrets: Secrets,
  form,
  endpoints,
  streams,
  hashVersion,
  // Registries keep no past: a tag says where it points now.
  backfillMonths: () => 0,
  baseUrl: (settings) => new URL(settings.url),
  secretsTravelBy: ['url', 'tokenService'],
  choices: { repositories: (context, text) => chooseRepositories(readerOf(context), text) },
  check: (context) => checkRegistry(readerOf(context)),
  read,
  lookup: (context, text) => lookUp(readerOf(context), text),
  webhooks,
  registry: { readImage: (context, place) => readOnDemand(readerOf(context), place) },
};

function readerOf(context: Context): Reader {
  const { http, settings, secrets, signal } = context;
  const client = createClient({ http, settings, secrets, signal, now: () => context.now() });
  return { client, settings, signers: signersOf(settings), log: context.log };
}

async function* read(context: Context, request: SliceRequest): AsyncGenerator<SliceEvent> {
  const reader = readerOf(context);
  if (request.phase === 'discovery') yield* readDiscovery(reader, request);
  else if (request.phase === 'current') yield* readRepository(reader, request);
}
