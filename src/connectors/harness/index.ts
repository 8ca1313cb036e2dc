import type { Connector, ConnectorContext, SliceEvent, SliceRequest, StreamDeclaration } from '../contract.ts';
import { placeOf, sharedLevelOf } from './address.ts';
import { checkHarness } from './check/index.ts';
import { createClient } from './client.ts';
import { endpoints } from './endpoints.ts';
import { form } from './form.ts';
import { lookUp } from './lookup.ts';
import type { Reader } from './reader.ts';
import {
  EnvironmentRecord,
  ExecutionRecord,
  hashVersion,
  OrganizationRecord,
  PipelineRecord,
  ProjectRecord,
  ServiceRecord,
  StageOutcomeRecord,
} from './records.ts';
import { projectKey } from './scope.ts';
import { Secrets, Settings } from './settings.ts';
import { readDefinitions, readShared } from './streams/definitions.ts';
import { readDiscovery, readNamedProjects } from './streams/discovery.ts';
import { canReadNamed, readExecutionHistory, readExecutions, readNamedExecutions } from './streams/executions.ts';
import { outcomeKey } from './streams/stage-outcomes.ts';
import { webhooks } from './webhooks/index.ts';

type Context = ConnectorContext<Settings, Secrets>;

const byIdentifier = ({ identifier }: { identifier: string }): string => identifier;
const byId = ({ id }: ExecutionRecord): string => id;
const began = ({ startedAt, createdAt }: ExecutionRecord): string | null => startedAt ?? createdAt;

const streams: readonly StreamDeclaration[] = [
  {
    name: 'organizations',
    title: 'Organizations',
    phase: 'discovery',
    record: OrganizationRecord,
    key: byIdentifier,
    completeness: 'shown',
  },
  {
    name: 'projects',
    title: 'Projects',
    phase: 'discovery',
    record: ProjectRecord,
    key: projectKey,
    completeness: 'essential',
  },
  {
    name: 'pipelines',
    title: 'Pipelines',
    phase: 'current',
    record: PipelineRecord,
    key: byIdentifier,
    completeness: 'shown',
  },
  {
    name: 'services',
    title: 'Services',
    phase: 'current',
    record: ServiceRecord,
    key: byIdentifier,
    completeness: 'shown',
  },
  {
    name: 'environments',
    title: 'Environments',
    phase: 'current',
    record: EnvironmentRecord,
    key: byIdentifier,
    completeness: 'shown',
  },
  {
    name: 'executions',
    title: 'Executions',
    phase: 'current',
    record: ExecutionRecord,
    key: byId,
    dateOf: began,
    headline: true,
    completeness: 'essential',
  },
  {
    name: 'stage_outcomes',
    title: 'Outcomes of stages',
    phase: 'current',
    record: StageOutcomeRecord,
    key: outcomeKey,
  },
  {
    name: 'execution_history',
    title: 'Past executions',
    phase: 'history',
    record: ExecutionRecord,
    key: byId,
    dateOf: began,
    completeness: 'shown',
  },
];

/** Each project is asked by itself what began last, as far as `pollBudget` lets it. */
const polling = { days: 3_650, everyMinutes: 5, atMost: 10_000 };

/** Reads Harness, in the cloud and self-managed. It changes nothing there. */
export const harness: Connector<Settings, Secrets> = {
  kind: 'harness',
  title: 'Harness',
  description: 'Pipelines, executions and deployments of Harness CI and CD, in the cloud or your own.',
  settings: Settings,
  secrets: Secrets,
  form,
  endpoints,
  pathPrefixes: ['gateway/'],
  streams,
  hashVersion,
  findsNamedSlices: true,
  backfillMonths: () => 6,
  polling: () => polling,
  checkErrors: [
    'not_a_harness_api',
    'harness_token_malformed',
    'account_mismatch',
    'organization_not_found',
    'project_not_found',
    'project_outside_organizations',
  ],
  multipleCredentials: true,
  baseUrl: (settings) => new URL(settings.url),
  secretsTravelBy: ['url'],
  check: (context) => checkHarness(readerOf(context, nothingAsked), context.secrets),
  read,
  lookup: (context, text) => lookUp(readerOf(context, nothingAsked), text),
  webhooks,
};

/** Of a check and a look-up. */
const nothingAsked: SliceRequest = {
  phase: 'current',
  slice: '',
  since: new Date(0),
  purpose: 'ingest',
  cursors: {},
  resume: {},
};

function readerOf(context: Context, request: SliceRequest): Reader {
  const { http, settings, secrets, signal, runCache, log } = context;
  const { url, accountId } = settings;
  const client = createClient({ http, url, accountId, apiKey: secrets.apiKey, signal, runCache });
  return { client, settings, request, log, now: () => context.now() };
}

async function* read(context: Context, request: SliceRequest): AsyncGenerator<SliceEvent> {
  const { named, phase, slice } = request;
  const reader = readerOf(context, request);
  if (phase === 'discovery') {
    yield* named === undefined ? readDiscovery(reader) : readNamedProjects(reader, named);
    return;
  }
  const shared = sharedLevelOf(slice);
  if (shared !== null) {
    // Nothing runs there, so that it has no past.
    if (phase === 'current') yield* readShared(reader, shared);
    return;
  }
  const place = placeOf(slice);
  if (phase === 'history') yield* readExecutionHistory(reader, place);
  else if (named !== undefined && canReadNamed(named)) yield* readNamedExecutions(reader, place, named);
  else {
    yield* readDefinitions(reader, place);
    yield* readExecutions(reader, place);
  }
}
