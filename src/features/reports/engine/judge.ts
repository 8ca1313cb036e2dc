import type { ReportResult } from '../../../connectors/contract.ts';
import { gateResult, type GateSettings, sharedResult } from '../content/gate-result.ts';
import type { Judgement } from '../content/build-report.ts';
import type { AnalysedChange, NewFinding, ReportedChange } from '../model.ts';
import type { AnalysedPullRequest, SourceAnswer } from '../sources/source.ts';
import type { PassedFor } from '../store/reports.ts';
import { otherTarget } from './other-target.ts';
import { type Withdrawing, withdrawn } from './withdrawn.ts';

/** A pull request that concerns a commit, with what SonarQube says of it. */
export interface JudgedPullRequest {
  id: number;
  number: string;
  open: boolean;
  head: string;
  /** Branch that it goes to. */
  target: string;
  answer: SourceAnswer;
}

export type WaitReason = 'not_analysed' | 'head_not_analysed' | 'not_read' | 'commit_unknown';
export type SkipReason = 'closed' | 'superseded' | 'gate_not_computed' | 'gate_not_evaluated';

export type Verdict =
  | {
      kind: 'write';
      analysed: Omit<AnalysedPullRequest, 'change'> & { change: ReportedChange };
      judgement: Judgement;
      /** Whose head the commit is; of a stale one whose analysis it is. */
      pullRequests: readonly JudgedPullRequest[];
      /** The commit is the head of no open pull request: nobody is shown the report there. */
      stale: boolean;
      /** Nothing was analysed: what lies there for another pull request is taken back. Else null. */
      waitsFor: WaitReason | null;
    }
  | { kind: 'wait'; reason: WaitReason; gate: string | null }
  | { kind: 'skip'; reason: SkipReason; gate: string | null };

export interface JudgedCommit {
  commit: string;
  pullRequests: readonly JudgedPullRequest[];
  settings: GateSettings;
  lies: LyingThere;
  /** What is taken back is said in the name of this project. */
  project: Withdrawing;
}

/** What may lie on the commit from before. */
export interface LyingThere {
  /** Something of ours. */
  touched: boolean;
  /** It may pass, or something beside it may: for these pull requests that was so. Null: it does not pass. */
  passesFor: readonly PassedFor[] | null;
}

/**
 * What the report on a commit is to be. It is that of the open pull requests whose head the commit is; where there is none,
 * of the one whose newest analysis measured it.
 */
export function judgeCommit({ commit, pullRequests, settings, lies, project }: JudgedCommit): Verdict {
  const open = pullRequests.filter((one) => one.open);
  const heads = open.filter(({ head }) => head === commit);
  const concerned = heads.length > 0 ? heads : open.filter(({ answer }) => revisionOf(answer) === commit);
  if (concerned.length === 0) {
    return { kind: 'skip', reason: open.length === 0 ? 'closed' : 'superseded', gate: null };
  }
  const opinions = concerned.map((one) => opinionOf(one, commit, settings));
  const analysed = opinions.filter((one) => one.analysed !== null);
  const [main] = [...analysed.filter(({ result }) => result !== 'PASS'), ...analysed];
  if (main?.analysed == null) {
    const reason = worstReason(opinions);
    // What passed for one pull request says nothing of another, nor of the same one where it goes to another branch.
    const others = concerned.filter(({ id, target }) => {
      const { passesFor } = lies;
      return passesFor !== null && !passesFor.some((passed) => passed.id === id && passed.target === target);
    });
    if (others.length === 0) return { kind: 'wait', reason, gate: null };
    return {
      kind: 'write',
      ...withdrawn(project, commit, { unseen: others, headline: passedElsewhere(others, lies) }),
      pullRequests: concerned,
      stale: false,
      waitsFor: reason,
    };
  }
  const shared = sharedResult(opinions.map(({ number, result }) => ({ pullRequest: number, result })));
  // A gate that came to nothing does not pass: what lies there from before must not go on saying so.
  if (shared === null && !lies.touched)
    return { kind: 'skip', reason: main.none, gate: main.analysed.change.gate.status };
  return {
    kind: 'write',
    analysed: { ...main.analysed, change: withAllFindings(main.analysed.change, analysed) },
    judgement: judgementOf(main, opinions, shared ?? 'FAIL'),
    pullRequests: concerned,
    stale: heads.length === 0,
    waitsFor: null,
  };
}

interface Opinion {
  number: string;
  analysed: AnalysedPullRequest | null;
  result: ReportResult | null;
  headline: string;
  /** Why there is no result. */
  none: 'gate_not_computed' | 'gate_not_evaluated';
  missing: WaitReason;
}

function opinionOf({ number, target, answer }: JudgedPullRequest, commit: string, settings: GateSettings): Opinion {
  if (answer.kind === 'missing' || answer.change.revision !== commit) {
    const missing = answer.kind === 'missing' ? answer.reason : 'head_not_analysed';
    return { number, analysed: null, result: null, headline: '', none: 'gate_not_computed', missing };
  }
  const { gate } = answer.change;
  const { result, headline } = gateResult(gate, settings);
  const note = otherTarget(number, { is: target, was: answer.target });
  const computed = gate.status === 'OK' || gate.status === 'WARN';
  const none = computed ? 'gate_not_evaluated' : 'gate_not_computed';
  const missing = 'not_analysed';
  if (note === null) return { number, analysed: answer, result, headline, none, missing };
  // What is new in it, and so its gate, depends on what it is compared with.
  const failed = result === 'FAIL' ? headline : 'Not analysed for the branch that it goes to';
  const analysed = { ...answer, notes: [note, ...answer.notes] };
  return { number, analysed, result: result === null ? null : 'FAIL', headline: failed, none, missing };
}

/** Only where it never passed for any of them is it another pull request that it passed for. */
function passedElsewhere(others: readonly { id: number }[], { passesFor }: LyingThere): string {
  const same = others.some(({ id }) => passesFor?.some((passed) => passed.id === id));
  return `Not analysed: this commit passed for another ${same ? 'target branch' : 'pull request'}`;
}

const revisionOf = (answer: SourceAnswer): string | null =>
  answer.kind === 'analysed' ? answer.change.revision : null;

/** What a person can do most about comes first. */
const reasons: readonly WaitReason[] = ['commit_unknown', 'not_read', 'head_not_analysed', 'not_analysed'];
const worstReason = (opinions: readonly Opinion[]): WaitReason =>
  reasons.find((reason) => opinions.some(({ missing }) => missing === reason)) ?? 'not_analysed';

function judgementOf(main: Opinion, opinions: readonly Opinion[], result: ReportResult): Judgement {
  const others = opinions.filter((one) => one !== main);
  const notes = [...(main.analysed?.notes ?? []), ...others.slice(0, 5).map(wordsOf)];
  const more = others.length > 5 ? [`${others.length - 5} more pull requests have this head.`] : [];
  // Only where one passed and another did not is the headline of the first not that of the report.
  const headline =
    result === 'FAIL' && main.result === 'PASS' ? 'Not every pull request of this commit passed' : main.headline;
  return { result, headline, notes: [...notes, ...more] };
}

function wordsOf({ number, analysed, headline }: Opinion): string {
  const words = analysed === null ? 'not analysed at this commit' : headline;
  return `This commit is also the head of pull request ${number}: ${words}.`;
}

/** Those of every pull request of the commit; what two of them have alike is shown once. */
function withAllFindings(change: AnalysedChange, opinions: readonly Opinion[]): AnalysedChange {
  const findings = new Map(change.findings.map((finding) => [placeOf(finding), finding]));
  const size = findings.size;
  for (const { analysed } of opinions) {
    for (const finding of analysed?.change.findings ?? []) {
      if (!findings.has(placeOf(finding))) findings.set(placeOf(finding), finding);
    }
  }
  if (findings.size === size) return change;
  return { ...change, findings: [...change.findings, ...[...findings.values()].slice(size)] };
}

const placeOf = ({ path, line, message, type }: NewFinding): string => JSON.stringify([path, line, type, message]);
