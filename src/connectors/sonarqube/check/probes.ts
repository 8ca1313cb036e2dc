import { attempt, type PlumblineError } from '../../../platform/errors/index.ts';
import type { CheckResult } from '../../contract.ts';
import type { Reader } from '../reader.ts';
import {
  AnalysesSearch,
  GatesList,
  HotspotsSearch,
  IssuesSearch,
  MeasureHistory,
  MeasuresComponent,
  ProjectsSearch,
  ProjectStatus,
  RulesSearch,
} from '../schema.ts';
import type { TokenKind } from '../settings.ts';
import { readScopeState } from '../streams/scope-state.ts';
import { type CheckName, failedBy, ok, untried, warning } from './result.ts';

/** Null: it works. */
export type Probe = PlumblineError | null;

export interface Probes {
  issues: Probe;
  measures: Probe;
  gates: Probe;
  history: Probe;
  analyses: Probe;
  hotspots: Probe;
  gateDefinitions: Probe;
  rules: Probe;
  tags: Probe;
  /** A call that needs Browse succeeded for the sample. */
  browse: boolean;
  sample: string | null;
}

/** Tries every kind of read with the samples until one of them may be browsed: a token need not see them all. */
export async function probeReads(reader: Reader, samples: readonly string[]): Promise<Probes | null> {
  let first: Probes | null = null;
  for (const sample of samples) {
    const probes = await probeSample(reader, sample);
    if (probes.browse) return probes;
    first ??= probes;
  }
  return first;
}

async function probeSample(reader: Reader, sample: string): Promise<Probes> {
  const { client } = reader;
  const probe = async (call: Promise<unknown>): Promise<Probe> => {
    const outcome = await attempt(call);
    return 'error' in outcome ? outcome.error : null;
  };
  const main = {
    key: 'branch:main',
    project: sample,
    companion: false,
    kind: 'branch' as const,
    name: null,
    isMain: true,
    params: {},
    analyzedAt: null,
    gateStatus: 'NONE',
  };
  const [issues, measures, gates, history, analyses, hotspots, gateDefinitions, rules, tags, state] = await Promise.all(
    [
      probe(client.get(IssuesSearch, 'api/issues/search', { componentKeys: sample, ps: 1 })),
      probe(client.get(MeasuresComponent, 'api/measures/component', { component: sample, metricKeys: 'ncloc' })),
      probe(client.get(ProjectStatus, 'api/qualitygates/project_status', { projectKey: sample })),
      probe(client.get(MeasureHistory, 'api/measures/search_history', { component: sample, metrics: 'ncloc', ps: 1 })),
      probe(client.get(AnalysesSearch, 'api/project_analyses/search', { project: sample, ps: 1 })),
      probe(client.get(HotspotsSearch, 'api/hotspots/search', { projectKey: sample, ps: 1 })),
      probe(client.get(GatesList, 'api/qualitygates/list', { organization: organizationOf(reader) })),
      probe(client.get(RulesSearch, 'api/rules/search', { organization: organizationOf(reader), ps: 1, f: 'name' })),
      probe(
        client.get(ProjectsSearch, 'api/components/search_projects', { organization: organizationOf(reader), ps: 1 }),
      ),
      readScopeState(reader, sample, main),
    ],
  );
  const reads = { issues, measures, gates, history, analyses, hotspots, gateDefinitions, rules, tags };
  return { ...reads, browse: state.access === 'granted', sample };
}

function organizationOf({ server, settings }: Reader): string | undefined {
  return server.isCloud ? settings.organization[0] : undefined;
}

const isLimited = (kind: TokenKind): boolean => kind !== 'user' && kind !== 'unknown';

/** The checks of the reads, in order. */
export function readChecks(probes: Probes | null, kind: TokenKind): CheckResult[] {
  if (probes === null) {
    const reason = 'There is no analysed project to try with.';
    return (['read_issues', 'read_measures', 'read_history', 'read_hotspots'] as const).map((name) =>
      untried(name, reason),
    );
  }
  return [
    issuesCheck(probes, kind),
    readCheck('read_measures', { probe: probes.measures, kind, path: 'api/measures/component', probes }),
    readCheck('read_history', { probe: probes.history, kind, path: 'api/measures/search_history', probes }),
    hotspotsCheck(probes, kind),
  ];
}

/** An empty 200 of the search is what a token without Browse gets, so the search alone proves nothing. */
function issuesCheck(probes: Probes, kind: TokenKind): CheckResult {
  if (probes.issues !== null) return failedBy('read_issues', probes.issues);
  if (probes.browse) return ok('read_issues', `Issues of “${probes.sample}” can be read.`);
  const error = probes.analyses;
  if (error === null) return ok('read_issues', `Issues of “${probes.sample}” can be read.`);
  const message = `The token sees “${probes.sample}” but may not browse it: api/project_analyses/search is refused, so api/issues/search shows nothing.`;
  const problem = {
    message,
    remedy: `Give the token’s user Browse on “${probes.sample}” (Project settings > Permissions).`,
  };
  if (isLimited(kind)) return warning('read_issues', { code: error.code, upstream: error.upstream, ...problem });
  return failedBy('read_issues', error, problem);
}

function readCheck(
  name: CheckName,
  { probe, kind, path, probes }: { probe: Probe; kind: TokenKind; path: string; probes: Probes },
): CheckResult {
  if (probe === null) return ok(name, `${path} answers for “${probes.sample}”.`);
  const { code, upstream } = probe;
  if (code === 'endpoint_unavailable') {
    return warning(name, {
      code,
      upstream,
      message: `${path} is missing or blocked.`,
      remedy: `Allow GET ${path} on the proxy in between, or do without its data.`,
    });
  }
  const message = `The token may not call ${path} for “${probes.sample}”.`;
  if (code === 'invalid_permissions' && (isLimited(kind) || probes.browse))
    return warning(name, { code, upstream, message, remedy: 'Use a user token with Browse on the project.' });
  return failedBy(name, probe, { message });
}

function hotspotsCheck(probes: Probes, kind: TokenKind): CheckResult {
  const absent = probes.hotspots?.upstream?.startsWith('Unknown url') === true;
  if (absent) return ok('read_hotspots', 'This version has no security hotspots any more; they are vulnerabilities.');
  return readCheck('read_hotspots', { probe: probes.hotspots, kind, path: 'api/hotspots/search', probes });
}
