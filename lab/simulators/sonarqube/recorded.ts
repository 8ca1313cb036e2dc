import { readdirSync, readFileSync } from 'node:fs';
import type { SimulatorState } from './state/facade.ts';
import type { GateResult, RuleSpec } from './types.ts';
import type { Answers } from './answer.ts';
import type { Reply } from './reply.ts';

/** One answer of a real SonarQube 26.4 with branches and pull requests; see fixtures/…/README.md. */
export interface Recording {
  file: string;
  moment: Moment;
  method: string;
  path: string;
  query: URLSearchParams;
  status: number;
  contentType: string | null;
  /** Exact text, or the bytes of a protobuf answer. */
  body: string | Buffer;
}

/** The order of events in which the answers were recorded. */
const moments = [
  'early',
  'first_set',
  'merged',
  'release_second',
  'reference_branch',
  'failed_task',
  'special_names',
  'deleted',
  'renamed',
  'two_mains',
  'set_main',
  'final',
] as const;
export type Moment = (typeof moments)[number];

/** File names tell when they were recorded; the first that fits decides. */
const marks: readonly [RegExp, Moment][] = [
  [/before-accept|104-first/, 'early'],
  [/set-main/, 'set_main'],
  [/two-mains/, 'two_mains'],
  [/renam/, 'renamed'],
  [/delete|orphan/, 'deleted'],
  [/special|named-like|same-name|new-branch/, 'special_names'],
  [/failed(?!-)/, 'failed_task'],
  [/reference|release-three/, 'reference_branch'],
  [/second|hotspot-review/, 'release_second'],
  [/after-merge|before-merge/, 'merged'],
  [/final|everything|113|only-pr|fixed-in-pr/, 'final'],
];

const folder = new URL('./fixtures/branches-and-pull-requests/', import.meta.url);

export function loadRecordings(): Recording[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json') && !file.startsWith('webhook-'));
  return files.sort().map((file) => {
    const raw = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as RawRecording;
    const url = new URL(raw.request.path, 'http://recorded');
    return {
      file,
      moment: marks.find(([mark]) => mark.test(file))?.[1] ?? 'first_set',
      method: raw.request.method,
      path: url.pathname.slice(1),
      query: url.searchParams,
      status: raw.status,
      contentType: raw.contentType,
      body: bodyOf(raw),
    };
  });
}

interface RawRecording {
  request: { method: string; path: string };
  status: number;
  contentType: string | null;
  body?: unknown;
  bodyText?: string;
  bodyBase64?: string;
}

function bodyOf(raw: RawRecording): string | Buffer {
  if (raw.bodyBase64 !== undefined) return Buffer.from(raw.bodyBase64, 'base64');
  return raw.bodyText ?? JSON.stringify(raw.body);
}

/** Parameters that do not decide which recording answers. */
const loose = ['p', 'ps', 'additionalFields', 'facets', 'metricKeys', 'metrics', 'f'];

function nameOf(method: string, path: string, query: URLSearchParams): string {
  const kept = [...query].filter(([name]) => !loose.includes(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${method} ${path} ${new URLSearchParams(kept).toString()}`;
}

export interface RecordedAnswers {
  before: NonNullable<Answers['before']>;
  /** Answers as they were at that moment, from the next request on. */
  goTo(moment: Moment): void;
}

/**
 * Serves the recorded answers: of several to the same request the newest that is not after the moment. What was not
 * recorded is left to the simulator, which `recordedShop` gives the same project.
 */
export function recordedAnswers(first: Moment = 'first_set'): RecordedAnswers {
  const recordings = loadRecordings().filter((recording) => recording.method === 'GET');
  let now = moments.indexOf(first);
  const before = (call: { query: URLSearchParams }, path: string, method: string): Reply | null => {
    const name = nameOf(method, path, call.query);
    const found = recordings
      .filter((one) => nameOf(one.method, one.path, one.query) === name && moments.indexOf(one.moment) <= now)
      .sort((a, b) => moments.indexOf(a.moment) - moments.indexOf(b.moment))
      .at(-1);
    return found ? replyOf(found, call.query) : null;
  };
  return {
    before,
    goTo: (moment) => {
      now = moments.indexOf(moment);
    },
  };
}

function replyOf(recording: Recording, query: URLSearchParams): Reply {
  const { status, contentType, body } = recording;
  const isLater = Number(query.get('p') ?? '1') > 1;
  if (typeof body !== 'string' || status !== 200) return { status, contentType, body };
  const wanted = query.get('metricKeys') ?? query.get('metrics');
  const parsed = JSON.parse(body) as Record<string, unknown>;
  if (isLater) for (const [name, value] of Object.entries(parsed)) if (Array.isArray(value)) parsed[name] = [];
  if (wanted !== null) keepMetrics(parsed, wanted.split(','));
  return { status, contentType, body: JSON.stringify(parsed) };
}

/** Only the metrics that were asked for. */
function keepMetrics(parsed: Record<string, unknown>, wanted: readonly string[]): void {
  for (const holder of [parsed, parsed['component']] as (Record<string, unknown> | undefined)[]) {
    const measures = holder?.['measures'];
    if (holder && Array.isArray(measures))
      holder['measures'] = measures.filter((one: { metric: string }) => wanted.includes(one.metric));
  }
}

const weak: RuleSpec = { key: 'external_hints:WEAK', name: 'Weak hint', type: 'VULNERABILITY', severity: 'MAJOR' };
const danger: RuleSpec = { key: 'external_hints:DANGER', name: 'Danger', type: 'VULNERABILITY', severity: 'CRITICAL' };
const style: RuleSpec = { key: 'external_hints:STYLE', name: 'Style', type: 'CODE_SMELL', severity: 'MINOR' };

const failed = (issues: number): GateResult => ({
  status: 'ERROR',
  conditions: [{ metric: 'new_violations', comparator: 'GT', threshold: '0', actual: String(issues), status: 'ERROR' }],
});

const at = (time: string): Date => new Date(`2026-11-21T${time}Z`);

/** The project `shop` as it stood when the first large set of answers was recorded: events 1 to 11 of the README. */
export function recordedShop(state: SimulatorState): void {
  const rules = [weak, style, danger];
  state.addProject({
    key: 'shop',
    name: 'Shop',
    analyses: [
      { at: new Date('2026-11-10T10:00:00Z'), version: '1.0', revision: 'd'.repeat(40), issues: { count: 4, rules } },
      { at: at('08:22:50'), version: '1.1', revision: '154f5106b7a449f5c32048046d2e5a33cd40bb76' },
    ],
  });
  state.addBranch('shop', {
    name: 'release/1.x',
    analyses: [{ at: at('08:23:10'), version: '1.1', issues: { count: 6, rules } }],
  });
  const pullRequest = (
    key: string,
    branch: string,
    time: string,
    issues: number,
    base?: { base?: string; target?: string },
  ) =>
    state.addPullRequest('shop', {
      key,
      branch,
      ...base,
      analyses: [{ at: at(time), issues: { count: issues, rules }, ...(issues > 0 ? { gate: failed(issues) } : {}) }],
    });
  pullRequest('101', 'feature/clean', '08:23:20', 0);
  pullRequest('102', 'feature/bad', '08:23:33', 6);
  const accepted = pullRequest('103', 'feature/accept', '08:24:40', 1);
  state.accept([...state.issueKeys('shop', { pullRequest: accepted.name })][0] ?? '');
  pullRequest('104', 'feature/fixed-later', '08:25:00', 2);
  state.addAnalysis('shop', { at: at('08:25:14'), close: 2 }, { pullRequest: '104' });
  pullRequest('105', 'feature/on-bad', '08:25:30', 1, { base: 'main', target: 'feature/bad' });
  pullRequest('106', 'hotfix/1.x-notes', '08:25:42', 1, { base: 'release/1.x' });
  // Two hotspots on 102, as 26.4 still raised them.
  state.addAnalysis(
    'shop',
    { at: at('08:23:33'), hotspots: [{ line: 21 }, { line: 28 }], gate: failed(6) },
    { pullRequest: '102' },
  );
}
