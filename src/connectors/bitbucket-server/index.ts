import type { Connector, ConnectorContext, SliceEvent, SliceRequest, StreamDeclaration } from '../contract.ts';
import { checkBitbucket } from './check/index.ts';
import { type BitbucketClient, createClient } from './client.ts';
import { endpoints } from './endpoints.ts';
import { form } from './form.ts';
import { codeImport } from './import/index.ts';
import { lookUp } from './lookup.ts';
import { CodeOwnersRecord, hashVersion, PullRequestRecord, RepositoryRecord } from './records.ts';
import { codeReview } from './review/index.ts';
import { Secrets, Settings } from './settings.ts';
import { readCodeOwners } from './streams/code-owners.ts';
import { canReadNamed, readNamedPullRequests, readNamedRepositories } from './streams/named.ts';
import { readPullRequests } from './streams/pull-requests.ts';
import { placeOf, readDiscovery } from './streams/repositories.ts';
import { webhooks } from './webhooks/index.ts';
import { ownWebhooks } from './webhooks/own-webhooks.ts';

type Context = ConnectorContext<Settings, Secrets>;

const streams: readonly StreamDeclaration[] = [
  {
    name: 'code_repositories',
    title: 'Repositories',
    phase: 'discovery',
    record: RepositoryRecord,
    key: ({ id }: RepositoryRecord) => id,
    completeness: 'essential',
  },
  {
    name: 'pull_requests',
    title: 'Pull requests',
    phase: 'current',
    record: PullRequestRecord,
    key: ({ id }: PullRequestRecord) => id,
    dateOf: ({ updatedAt }: PullRequestRecord) => updatedAt,
    completeness: 'essential',
  },
  {
    name: 'code_owners',
    title: 'Code owners',
    phase: 'current',
    record: CodeOwnersRecord,
    key: ({ key }: CodeOwnersRecord) => key,
  },
];

/** Reads Bitbucket Server and Data Center, and writes reports on their pull requests. */
export const bitbucketServer: Connector<Settings, Secrets> = {
  kind: 'bitbucket-server',
  title: 'Bitbucket Server',
  description: 'Repositories and pull requests of Bitbucket Server and Data Center.',
  settings: Settings,
  secrets: Secrets,
  form,
  endpoints,
  streams,
  hashVersion,
  findsNamedSlices: true,
  checkErrors: ['not_a_bitbucket_server', 'bitbucket_user_unlicensed', 'bitbucket_forbidden'],
  backfillMonths: () => 6,
  baseUrl: (settings) => new URL(settings.url),
  secretsTravelBy: ['url'],
  check: (context) => checkBitbucket(clientOf(context), context.settings),
  read,
  lookup: (context, text) => lookUp(clientOf(context), text),
  codeReview: codeReview(clientOf),
  codeImport: codeImport(clientOf),
  webhooks,
  ownWebhooks: ownWebhooks(clientOf),
};

function clientOf({ http, settings, secrets, signal }: Context): BitbucketClient {
  return createClient({ http, url: settings.url, token: secrets.token, signal });
}

async function* read(context: Context, request: SliceRequest): AsyncGenerator<SliceEvent> {
  const client = clientOf(context);
  const { named, phase, slice } = request;
  const reader = { client, settings: context.settings, now: () => context.now() };
  if (phase === 'discovery') yield* named === undefined ? readDiscovery(reader) : readNamedRepositories(reader, named);
  else if (phase !== 'current') return;
  else if (named !== undefined && canReadNamed(named)) yield* readNamedPullRequests(client, { slice, named });
  else {
    yield* readPullRequests(client, request);
    // An audit compares what is counted; whom code belongs to is not.
    if (request.facts?.owners === true && request.purpose === 'ingest')
      yield* await readCodeOwners(client, placeOf(slice));
  }
}
