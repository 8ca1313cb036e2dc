import type { Random } from './random.ts';

export interface Place {
  projectId: number;
  branchId: number;
  kind: 'branch' | 'pull_request';
  isMain: boolean;
  /** Share of all findings. */
  weight: number;
  /** When the project's hotspots became vulnerabilities; null: they did not. */
  migratedAt: Date | null;
  /** Ids of the project's paths. */
  paths: { first: number; count: number };
}

export interface MadeFinding {
  kind: 'issue' | 'hotspot';
  class: string;
  axis: string;
  rawLevel: string;
  state: 'open' | 'accepted' | 'false_positive' | 'fixed' | 'other';
  countedState: 'open' | 'accepted' | 'false_positive' | null;
  assetType: 'repository' | 'iac_file';
  openedAt: Date;
  updatedAt: Date;
  closedAt: Date | null;
  deletedAt: Date | null;
  periodFrom: Date;
  periodTo: Date | null;
  /** from, to, class, axis, level, state, ended by */
  past: [Date, Date, string, string, string, string, string][];
}

const classes = [
  ['vulnerability', 35],
  ['code_smell', 44],
  ['bug', 14],
  ['hotspot', 7],
] as const;
const impactLevels = [
  ['BLOCKER', 3],
  ['HIGH', 17],
  ['MEDIUM', 40],
  ['LOW', 30],
  ['INFO', 8],
  ['unknown', 2],
] as const;
const standardLevels = [
  ['BLOCKER', 4],
  ['CRITICAL', 16],
  ['MAJOR', 45],
  ['MINOR', 30],
  ['INFO', 5],
] as const;
const probabilities = [
  ['HIGH', 20],
  ['MEDIUM', 45],
  ['LOW', 35],
] as const;

const dayMs = 86_400_000;

/** One finding with its periods, as the sink of code quality would have stored it. */
export function makeFinding(random: Random, place: Place, span: { now: Date; historyDays: number }): MadeFinding {
  const now = span.now.getTime();
  const opened = now - random.next() * span.historyDays * dayMs;
  const later = (from: number): number => from + random.next() * (now - from);
  const level = levelOf(random, random.weighted(classes));
  const finding: MadeFinding = {
    kind: level.class === 'hotspot' ? 'hotspot' : 'issue',
    ...level,
    state: 'open',
    countedState: 'open',
    assetType: random.next() < 0.08 ? 'iac_file' : 'repository',
    openedAt: new Date(opened),
    updatedAt: new Date(opened),
    closedAt: null,
    deletedAt: null,
    periodFrom: new Date(opened),
    periodTo: null,
    past: [],
  };
  if (random.next() < 0.05) reopen(finding, later);
  if (finding.class === 'hotspot' && place.migratedAt !== null && place.migratedAt > finding.periodFrom) {
    becomeVulnerability(finding, place.migratedAt, random);
  }
  end(finding, random, later);
  return finding;
}

function levelOf(random: Random, kind: string): Pick<MadeFinding, 'class' | 'axis' | 'rawLevel'> {
  if (kind === 'hotspot') return { class: kind, axis: 'probability', rawLevel: random.weighted(probabilities) };
  if (random.next() < 0.7) return { class: kind, axis: 'impact', rawLevel: random.weighted(impactLevels) };
  return { class: kind, axis: 'standard', rawLevel: random.weighted(standardLevels) };
}

/** Closed once and open again. */
function reopen(finding: MadeFinding, later: (from: number) => number): void {
  const closed = later(finding.periodFrom.getTime());
  const again = later(closed);
  finding.past.push([
    finding.periodFrom,
    new Date(closed),
    finding.class,
    finding.axis,
    finding.rawLevel,
    'open',
    'closed',
  ]);
  finding.periodFrom = new Date(again);
}

function becomeVulnerability(finding: MadeFinding, at: Date, random: Random): void {
  const { axis, rawLevel } = finding;
  finding.past.push([finding.periodFrom, at, 'hotspot', axis, rawLevel, 'open', 'became_vulnerability']);
  Object.assign(finding, { kind: 'issue', ...levelOf(random, 'vulnerability'), periodFrom: at });
}

function end(finding: MadeFinding, random: Random, later: (from: number) => number): void {
  const at = new Date(later(finding.periodFrom.getTime()));
  const fate = random.next();
  if (fate < 0.4) return;
  finding.updatedAt = at;
  if (fate < 0.9) Object.assign(finding, { state: 'fixed', closedAt: at, periodTo: at });
  else if (fate < 0.96) {
    const state = fate < 0.93 ? 'accepted' : 'false_positive';
    finding.past.push([finding.periodFrom, at, finding.class, finding.axis, finding.rawLevel, 'open', state]);
    Object.assign(finding, { state, countedState: state, periodFrom: at });
  } else if (fate < 0.99) Object.assign(finding, { deletedAt: at, periodTo: at });
  else Object.assign(finding, { state: 'other', countedState: null });
}
