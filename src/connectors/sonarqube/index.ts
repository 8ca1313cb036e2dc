import { PlumblineError } from '../../platform/errors/index.ts';
import type {
  Connector,
  ConnectorContext,
  SliceEvent,
  SlicePhase,
  SliceRequest,
  StreamDeclaration,
} from '../contract.ts';
import { identify } from './capabilities.ts';
import { companionProjects } from './companions/manage.ts';
import { companionScope } from './companions/scopes.ts';
import { chooseProjects } from './choices.ts';
import { checkConnection } from './check/index.ts';
import { createClient, type SonarClient } from './client.ts';
import { endpoints } from './endpoints.ts';
import { form } from './form.ts';
import { lookUp } from './lookup.ts';
import { ownWebhooks } from './own-webhooks.ts';
import { projectCreation } from './project-creation.ts';
import { measuredLines } from './measured-lines.ts';
import { projectSettings } from './project-settings.ts';
import type { Reader } from './reader.ts';
import {
  AnalysisRecord,
  BranchRecord,
  HotspotRecord,
  hashVersion,
  IssueRecord,
  MeasureHistoryRecord,
  MeasureRecord,
  MetricRecord,
  ProjectRecord,
  ProjectTagsRecord,
  QualityGateRecord,
  RuleRecord,
  ServerRecord,
} from './records.ts';
import { Secrets, Settings } from './settings.ts';
import { readDiscovery } from './streams/discovery.ts';
import { readCurrent, readHistory } from './streams/project.ts';
import { webhooks } from './webhooks.ts';
import type { Server } from './version.ts';

type Context = ConnectorContext<Settings, Secrets>;

/** Beside a page per 500 projects, so that a sync of many branches stays one of seconds. */
const pollsPerDiscovery = 100;

const byKey = (record: { key: string }): string => record.key;
const byUpdate = (record: { updatedAt: string }): string => record.updatedAt;
const byAnalysis = (record: { analyzedAt: string | null }): string | null => record.analyzedAt;
const byMetric = (record: MeasureRecord): string => record.metric;
const byMetricAndDay = (record: MeasureHistoryRecord): string => `${record.metric} ${record.at}`;

const streams: readonly StreamDeclaration[] = [
  {
    name: 'projects',
    title: 'Projects',
    phase: 'discovery',
    record: ProjectRecord,
    key: byKey,
    dateOf: (project: ProjectRecord) => project.lastAnalysisAt,
    completeness: 'essential',
  },
  { name: 'project_tags', title: 'Tags of projects', phase: 'discovery', record: ProjectTagsRecord, key: byKey },
  { name: 'server', title: 'Mode of the server', phase: 'discovery', record: ServerRecord, key: byKey },
  { name: 'metrics', title: 'Metrics', phase: 'discovery', record: MetricRecord, key: byKey },
  { name: 'quality_gates', title: 'Quality gates', phase: 'discovery', record: QualityGateRecord, key: byKey },
  {
    name: 'branches',
    title: 'Branches and pull requests',
    phase: 'current',
    record: BranchRecord,
    key: byKey,
    dateOf: byAnalysis,
    completeness: 'essential',
  },
  {
    name: 'analyses',
    title: 'Newest analyses',
    phase: 'current',
    record: AnalysisRecord,
    key: byKey,
    dateOf: byAnalysis,
    standsAlone: true,
    completeness: 'shown',
  },
  {
    name: 'measures',
    title: 'Measures',
    phase: 'current',
    record: MeasureRecord,
    key: byMetric,
    standsAlone: true,
    completeness: 'shown',
  },
  {
    name: 'issues',
    title: 'Issues',
    phase: 'current',
    record: IssueRecord,
    key: byKey,
    dateOf: byUpdate,
    headline: true,
    completeness: 'essential',
  },
  {
    name: 'hotspots',
    title: 'Security hotspots',
    phase: 'current',
    record: HotspotRecord,
    key: byKey,
    dateOf: byUpdate,
    headline: true,
    completeness: 'shown',
  },
  { name: 'rules', title: 'Rules in use', phase: 'current', record: RuleRecord, key: byKey },
  {
    name: 'analysis_history',
    title: 'Past analyses',
    phase: 'history',
    record: AnalysisRecord,
    key: byKey,
    dateOf: byAnalysis,
    standsAlone: true,
  },
  {
    name: 'measure_history',
    title: 'Measure history',
    phase: 'history',
    record: MeasureHistoryRecord,
    key: byMetricAndDay,
    standsAlone: true,
  },
];

/** Reads SonarQube Server, Community Build and Cloud. */
export const sonarqube: Connector<Settings, Secrets> = {
  kind: 'sonarqube',
  title: 'SonarQube',
  description: 'Code quality and security findings of SonarQube Server, Community Build and Cloud.',
  settings: Settings,
  secrets: Secrets,
  form,
  endpoints,
  streams,
  hashVersion,
  checkErrors: ['not_a_sonarqube_server', 'organization_not_found', 'project_not_found'],
  reach: { things: 'projects', counts: ['readableProjects', 'projects'] },
  multipleCredentials: true,
  besideTotals: companionScope(''),
  backfillMonths: (settings) => settings.backfillMonths,
  polling: (settings) => {
    const { branches, pollDays, pollMinutes } = Settings.parse(settings);
    return { days: branches === 'all' ? pollDays : 0, everyMinutes: pollMinutes, atMost: pollsPerDiscovery };
  },
  blackouts: (settings) => Settings.parse(settings).blackouts,
  auditTime: (settings) => {
    const { auditTime } = Settings.parse(settings);
    return auditTime === 'off' ? null : auditTime;
  },
  baseUrl: (settings) => new URL(settings.url),
  secretsTravelBy: ['url'],
  choices: { projectKeys: (context, text) => chooseProjects(clientOf(context), context, text) },
  check: (context) => checkConnection(clientOf(context), context),
  read,
  lookup: async (context, text) => {
    const client = clientOf(context);
    await identify(client, context.settings.url);
    return lookUp(client, context.settings.url, text);
  },
  webhooks,
  ownWebhooks,
  projectCreation,
  companionProjects,
  measuredLines,
  projectSettings,
};

function clientOf(context: Context): SonarClient {
  const { http, signal, settings, secrets } = context;
  return createClient({ http, signal, url: settings.url, token: secrets.apiToken });
}

/**
 * Longest time that a run goes without asking the server's version again: shorter than a restart into another takes.
 */
const versionAgeMs = 30_000;

/** Discovery asks who answers. The slices of its run need not ask again, one by one. */
async function serverOf(
  client: SonarClient,
  { settings: { url }, runCache }: Context,
  phase: SlicePhase,
): Promise<Server> {
  if (runCache === undefined || phase === 'discovery') return identify(client, url);
  const server = await runCache.get(`server ${url}`, versionAgeMs, () => identify(client, url));
  client.useVersion(server.version, server.isCloud);
  return server;
}

async function* read(context: Context, request: SliceRequest): AsyncGenerator<SliceEvent> {
  const client = clientOf(context);
  const server = await serverOf(client, context, request.phase);
  const reader: Reader = {
    client,
    server,
    settings: context.settings,
    request,
    log: context.log,
    now: () => context.now(),
    ...(context.runCache === undefined ? {} : { runCache: context.runCache }),
  };
  if (request.phase === 'discovery') yield* readDiscovery(reader);
  else if (request.phase === 'current') yield* readCurrent(reader);
  else if (request.phase === 'history') yield* readHistory(reader);
  else throw new PlumblineError('invalid_request', { message: 'There is no such phase.' });
}
