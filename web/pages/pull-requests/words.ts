import type { PullRequestRow, ReportAttempt, ReportSummary } from '../../../src/features/reports/contract.ts';
import type { Tone } from '../../components/chips.tsx';
import { formatCount } from '../../words/numbers.ts';

type Look = readonly [tone: Tone, glyph: string, words: string];
type Reported = Pick<ReportSummary, 'state' | 'result' | 'reason' | 'gate' | 'evaluated' | 'shown' | 'total' | 'error'>;

export const stateLabel: Record<PullRequestRow['state'], string> = {
  open: 'Open',
  merged: 'Merged',
  declined: 'Declined',
  other: 'Closed',
};

export const reportStateLabel: Record<ReportSummary['state'] | 'none', string> = {
  published: 'Published',
  waiting: 'Waiting',
  failed: 'Not written',
  skipped: 'Left out',
  none: 'No project bound',
};

/** What became of a report: what lies in Bitbucket, or why nothing does. Only what is known to lie on the server says pass. */
export function reportLook({ state, result }: Pick<Reported, 'state' | 'result'>): Look {
  if (state === 'failed') return ['warn', '!', 'Not written'];
  if (state === 'waiting') return ['none', '…', 'Waiting'];
  if (state === 'skipped') return ['none', '⊘', 'Left out'];
  if (result === 'PASS') return ['passed', '✓', 'Pass'];
  if (result === 'FAIL') return ['failed', '✕', 'Fail'];
  return ['warn', '?', 'Not certain'];
}

/** What lies in Bitbucket where the report is not what it is to be. Null: its chip says so. */
export function lyingWords({ state, result }: Pick<Reported, 'state' | 'result'>): string | null {
  if (state === 'published') return null;
  if (result === 'PASS') return 'a report of an earlier analysis, which passes';
  if (result === 'FAIL') return 'a report that fails';
  return state === 'failed' ? 'not certain' : 'no report of this commit';
}

/** The gate as SonarQube said it; what evaluated nothing or was not computed never reads as passed. */
export function gateLook(report: Pick<Reported, 'gate' | 'reason' | 'evaluated'>): Look {
  const { gate } = report;
  if (gate === null) return ['none', '–', 'Not analysed'];
  if (evaluatedNothing(report)) return ['none', '○', `Not evaluated (server: ${gate})`];
  if (gate === 'OK') return ['passed', '✓', 'Passed'];
  if (gate === 'WARN') return ['warn', '!', 'Warning'];
  if (gate === 'ERROR') return ['failed', '✕', 'Failed'];
  return ['none', '–', 'Not computed'];
}

/** Also where the settings have such a gate pass: what looked at nothing says nothing. */
const evaluatedNothing = ({ gate, reason, evaluated }: Pick<Reported, 'gate' | 'reason' | 'evaluated'>): boolean =>
  reason === 'gate_not_evaluated' || (evaluated === false && gate !== 'ERROR' && gate !== 'NONE');

/** What needs a person most comes first. */
const stateOrder: readonly ReportSummary['state'][] = ['failed', 'waiting', 'skipped', 'published'];

/** A gate that failed, then what nobody knows, then what passed. */
const gateOrder: readonly string[] = ['ERROR', 'unknown', 'WARN', 'OK'];

const stateRank = ({ state, result }: Reported): number =>
  stateOrder.indexOf(state) * 2 + (state === 'published' && result === 'PASS' ? 1 : 0);

function gateRank(report: Reported): number {
  const { gate } = report;
  const known = !evaluatedNothing(report) && gate !== null && gateOrder.includes(gate);
  return gateOrder.indexOf(known ? (gate ?? '') : 'unknown');
}

const worst = <Report extends Reported>(
  reports: readonly Report[],
  rank: (report: Report) => number,
): Report | undefined => reports.toSorted((a, b) => rank(a) - rank(b))[0];

export const worstReport = <Report extends Reported>(reports: readonly Report[]): Report | undefined =>
  worst(reports, stateRank);
export const worstGate = <Report extends Reported>(reports: readonly Report[]): Report | undefined =>
  worst(reports, gateRank);

/** `12 of 31`; null where no report says. */
export function annotationsWords(reports: readonly Pick<Reported, 'shown' | 'total'>[]): string | null {
  const told = reports.filter(({ shown, total }) => shown !== null && total !== null);
  if (told.length === 0) return null;
  const sum = (of: (one: Pick<Reported, 'shown' | 'total'>) => number | null): number =>
    told.reduce((all, one) => all + (of(one) ?? 0), 0);
  return `${formatCount(sum(({ shown }) => shown))} of ${formatCount(sum(({ total }) => total))}`;
}

/** `2 of 3`: where a pull request has several reports, to how many one word applies. */
export function shareWords(reports: readonly Reported[]): string | null {
  const first = worstReport(reports);
  if (reports.length < 2 || first === undefined) return null;
  const alike = reports.filter(({ state, result }) => state === first.state && result === first.result).length;
  return `${formatCount(alike)} of ${formatCount(reports.length)}`;
}

export interface ReasonWords {
  what: string;
  /** The next step; null where there is none to take. */
  next: string | null;
}

export const reasonWords: Record<NonNullable<ReportSummary['reason']>, ReasonWords> = {
  new: { what: 'It is looked at in a moment.', next: null },
  not_analysed: {
    what: 'SonarQube has no analysis of this pull request.',
    next: 'Analyse its head with the scanner and the parameters of the pull request.',
  },
  head_not_analysed: {
    what: 'The newest analysis is of another commit than the head.',
    next: 'Analyse the head. Until then nothing is said of it, so that a required report goes on blocking.',
  },
  not_read: { what: 'The analysis is there; its issues are not read to the end yet.', next: null },
  commit_unknown: {
    what: 'Which commit was analysed is not known: SonarQube tells it by webhook only, and none came.',
    next: 'Set up the webhook of the SonarQube integration: its tab Inbox. Then analyse once more.',
  },
  target_moved: {
    what: 'In Bitbucket it goes to another branch than when it was read. It is read again now.',
    next: null,
  },
  paused: { what: 'The Bitbucket integration is paused.', next: 'Resume it on its page.' },
  closed: { what: 'The pull request is closed: what was reported stays as it was.', next: null },
  superseded: { what: 'This commit is no head any more, and it was not the one that was analysed.', next: null },
  unbound: {
    what: 'The project is not bound to this repository any more.',
    next: 'Bind it again if its reports are wanted.',
  },
  gate_not_computed: {
    what: 'SonarQube computed no quality gate for it.',
    next: 'Give the project a quality gate with conditions on new code.',
  },
  gate_not_evaluated: {
    what: 'None of the conditions of its gate had a value, which counts as no data.',
    next: 'Check that the scanner knew the target branch (fetch it in full), and that the gate has conditions on new code.',
  },
  stale_head: { what: 'The commit it lies on is the head of no open pull request any more.', next: null },
};

/** What could not be written beside a report. */
export function partWords({ part, mayBeGreen }: Pick<ReportSummary['beside'][number], 'part' | 'mayBeGreen'>): string {
  if (mayBeGreen) return 'The build status could not be taken back: it may still be successful.';
  return part === 'comment' ? 'The summary comment could not be written.' : 'The build status could not be written.';
}

export const causeWords: Record<ReportAttempt['cause'], string> = {
  analysis: 'a new analysis',
  pull_request: 'a change of the pull request',
  binding: 'a change of the binding',
  integration: 'a change of the integration',
  person: 'a person',
  retry: 'another try after a failure',
  reconcile: 'the regular comparison',
};

/** `a person (ada@example.com)` */
export const askedWords = ({ cause, askedBy }: Pick<ReportAttempt, 'cause' | 'askedBy'>): string =>
  askedBy === null ? causeWords[cause] : `${causeWords[cause]} (${askedBy})`;

/** How an attempt ended. */
export function attemptLook({ outcome, result, endedAt }: Pick<ReportAttempt, 'outcome' | 'result' | 'endedAt'>): Look {
  if (endedAt === null || outcome === null) return ['active', '◔', 'Under way, or broken off'];
  return reportLook({ state: outcome, result });
}

/** The first 10 letters of a commit. */
export const shortCommit = (commit: string): string => commit.slice(0, 10);

/** One word for a shell, whatever it holds. */
export const shellWord = (text: string): string =>
  /^[\w./:#~-]+$/.test(text) && !/^[#~-]/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
