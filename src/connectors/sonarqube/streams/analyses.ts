import type { SliceEvent } from '../../contract.ts';
import { toInstant, toServerDate } from '../instant.ts';
import { complete, historyBookmark, isClosed, type Reader, type ScopeRef, takesStreamAway, whole } from '../reader.ts';
import type { AnalysisRecord } from '../records.ts';
import { AnalysesSearch, AnalysisStatus, ListedAnalysis, ProjectStatus } from '../schema.ts';
import { gateMetrics, type MeasurePages, readMeasurePages } from './measure-pages.ts';
import { type GateResult, gateOfHistory, gateOfStatus } from './gate-conditions.ts';
import { upstreamWords } from '../failure.ts';

const pageSize = 500;

type Identity = Omit<AnalysisRecord, 'gateStatus' | 'ignoredConditions' | 'conditions' | 'warnings'>;

/** Stream `analyses`: the newest analysis of a scope with its gate as it stands now. */
export async function readNewestAnalysis(reader: Reader, project: string, scope: ScopeRef): Promise<SliceEvent[]> {
  const stream = { stream: 'analyses', scope: scope.key, method: 'api/qualitygates/project_status' };
  const [identity, gate, warnings] = await Promise.all([
    newestIdentity(reader, project, scope),
    readGate(reader, project, scope),
    scope.kind === 'pull_request' ? readWarnings(reader, project, scope) : [],
  ]);
  if (identity === null) return whole(stream, [], false);
  const record: AnalysisRecord = { ...identity, ...gate, warnings };
  // Only the newest is listed here, so nothing is said about the others.
  return whole(stream, [record], false);
}

/** A pull request's analyses have no list, and a proxy may block it: then the date is all there is. */
async function newestIdentity(reader: Reader, project: string, scope: ScopeRef): Promise<Identity | null> {
  if (scope.kind === 'branch') {
    try {
      const params = { project, branch: scope.params.branch, ps: 1 };
      const { analyses } = await reader.client.get(AnalysesSearch, 'api/project_analyses/search', params);
      const first = analyses.map(identityOf).find((identity) => identity !== null);
      return first ?? null;
    } catch (error) {
      if (!isClosed(error)) throw error;
    }
  }
  const at = scope.analyzedAt ?? (await newestDate(reader, project, scope));
  return at === null ? null : dated(at);
}

async function newestDate(reader: Reader, project: string, scope: ScopeRef): Promise<string | null> {
  const history = await readGateHistory(reader, project, { scope, since: null });
  return [...history.keys()].at(-1) ?? null;
}

function identityOf(raw: unknown): Identity | null {
  const parsed = ListedAnalysis.safeParse(raw);
  const at = toInstant(parsed.data?.date);
  if (!parsed.success || at === null) return null;
  const analysis = parsed.data;
  return {
    key: analysis.key,
    analyzedAt: at,
    revision: analysis.revision ?? null,
    projectVersion: analysis.projectVersion ?? null,
    buildString: analysis.buildString ?? null,
    detectedCi: analysis.detectedCI ?? null,
  };
}

function dated(at: string): Identity {
  return { key: `at:${at}`, analyzedAt: at, revision: null, projectVersion: null, buildString: null, detectedCi: null };
}

/** The gate of now; where its endpoint is closed, what the measures say about it. */
async function readGate(reader: Reader, project: string, scope: ScopeRef): Promise<GateResult> {
  try {
    const params = { projectKey: project, ...scope.params };
    return gateOfStatus(await reader.client.get(ProjectStatus, 'api/qualitygates/project_status', params));
  } catch (error) {
    if (!isClosed(error)) throw error;
    const since = scope.analyzedAt === null ? null : new Date(scope.analyzedAt);
    const history = await readGateHistory(reader, project, { scope, since });
    return [...history.values()].at(-1) ?? { gateStatus: null, ignoredConditions: null, conditions: null };
  }
}

/** What makes a pull request's verdict doubtful, e.g. a base that git did not know. */
async function readWarnings({ client }: Reader, project: string, scope: ScopeRef): Promise<string[]> {
  try {
    const params = { component: project, ...scope.params };
    const { component } = await client.get(AnalysisStatus, 'api/ce/analysis_status', params);
    return (component.warnings ?? []).map((warning) => upstreamWords(warning.message));
  } catch (error) {
    if (isClosed(error)) return [];
    throw error;
  }
}

/** Gate of every analysis, by its instant, oldest first: one call instead of one per analysis. */
function gatesOf(pages: MeasurePages): Map<string, GateResult> {
  const values = new Map<string, Map<string, string | undefined>>();
  for (const { metric, history } of pages.flatMap(({ measures }) => measures)) {
    if (!(gateMetrics as readonly string[]).includes(metric)) continue;
    const ofMetric = values.get(metric) ?? new Map<string, string | undefined>();
    values.set(metric, ofMetric);
    for (const { date, value } of history) {
      const at = toInstant(date);
      if (at !== null) ofMetric.set(at, value);
    }
  }
  const [status, details] = gateMetrics.map((metric) => values.get(metric));
  const instants = [...new Set([...(status?.keys() ?? []), ...(details?.keys() ?? [])])].sort();
  return new Map(instants.map((at) => [at, gateOfHistory(status?.get(at), details?.get(at))]));
}

async function readGateHistory(
  reader: Reader,
  project: string,
  { scope, since }: { scope: ScopeRef; since: Date | null },
): Promise<Map<string, GateResult>> {
  return gatesOf(await readMeasurePages(reader, project, { scope, since, metrics: gateMetrics }));
}

/**
 * Stream `analysis_history`: every analysis since a moment with the gate it had. `pages` are the measures of the same
 * analyses, where somebody has read them already, gates included.
 */
export async function readAnalysisHistory(
  reader: Reader,
  project: string,
  { scope, since, pages }: { scope: ScopeRef; since: Date; pages: MeasurePages | null },
): Promise<SliceEvent[]> {
  const [listed, gates] = await Promise.all([
    scope.kind === 'branch' ? listAnalyses(reader, project, { scope, since }) : null,
    (pages === null ? readGateHistory(reader, project, { scope, since }) : Promise.resolve(gatesOf(pages))).catch(
      (error: unknown) => {
        if (isClosed(error)) return null;
        throw error;
      },
    ),
  ]);
  if (listed === null && gates === null) {
    // Read again for its error: it says which permission is missing.
    await readGateHistory(reader, project, { scope, since });
  }
  const identities = listed?.identities ?? [...(gates?.keys() ?? [])].map(dated);
  const unknown: GateResult = { gateStatus: null, ignoredConditions: null, conditions: null };
  const records: AnalysisRecord[] = identities.map((identity) => ({
    ...identity,
    ...(gates?.get(identity.analyzedAt) ?? unknown),
    warnings: [],
  }));
  const sourceCount = listed?.total ?? records.length;
  return [
    { type: 'records', stream: 'analysis_history', scope: scope.key, records },
    complete({
      stream: 'analysis_history',
      scope: scope.key,
      sourceCount,
      method: listed === null ? 'api/measures/search_history' : 'api/project_analyses/search',
      proof: sourceCount === new Set(records.map((record) => record.key)).size ? 'counts_equal' : 'unproven',
      // Older ones were not asked for, and what housekeeping thins out stays with us.
      absenceTrusted: false,
      ...(gates === null ? {} : historyBookmark(reader, scope)),
    }),
  ];
}

/**
 * The last analysis before a moment: what it counted held until the next one. `none`: the scope was not analysed before;
 * null where the list is closed.
 */
export async function lastAnalysisBefore(
  { client }: Reader,
  project: string,
  { scope, moment }: { scope: ScopeRef; moment: Date },
): Promise<Date | 'none' | null> {
  try {
    const params = { project, branch: scope.params.branch, to: toServerDate(moment), ps: 1 };
    const { analyses, paging } = await client.get(AnalysesSearch, 'api/project_analyses/search', params);
    if (analyses.length === 0) return paging.total === 0 ? 'none' : null;
    const at = analyses.map(identityOf)[0]?.analyzedAt;
    return at === undefined ? null : new Date(at);
  } catch (error) {
    if (takesStreamAway(error)) return null;
    throw error;
  }
}

async function listAnalyses(
  { client }: Reader,
  project: string,
  { scope, since }: { scope: ScopeRef; since: Date },
): Promise<{ identities: Identity[]; total: number } | null> {
  const found = new Map<string, Identity>();
  try {
    for (let page = 1; ; page += 1) {
      const params = { project, branch: scope.params.branch, from: toServerDate(since), p: page, ps: pageSize };
      const answer = await client.get(AnalysesSearch, 'api/project_analyses/search', params);
      for (const identity of answer.analyses.map(identityOf)) if (identity !== null) found.set(identity.key, identity);
      if (answer.analyses.length === 0 || page * pageSize >= answer.paging.total) {
        return { identities: [...found.values()], total: answer.paging.total };
      }
    }
  } catch (error) {
    if (isClosed(error)) return null;
    throw error;
  }
}
