import { createHash } from 'node:crypto';
import { type LineRanges, type ReviewDiff, ReviewedPullRequest } from '../../../connectors/contract.ts';
import { placesOf } from '../sources/paths.ts';
import type { PreparedPullRequest, Preparing } from '../sources/source.ts';
import { type ChangedCodeRead, readChangedCode } from './changed-code.ts';
import { compareFindings } from './compare.ts';
import { asksForLines, evaluateGate, newCoverage, newDuplication } from './evaluate-gate.ts';
import {
  analysisAt,
  type AnalysedScope,
  companionOf,
  type CompanionVerdict,
  findingsAt,
  findingsOf,
  gateNamed,
  keepVerdict,
  mainOf,
  storedVerdict,
} from './stored.ts';

/**
 * Compares a companion with its main project, once for each analysis of either. What Bitbucket says of the change is asked
 * for here; whoever reports afterwards reads what was kept. Nothing is kept of what is not whole: an analysis that was not
 * read, a head that is not the one that was analysed.
 */
export async function prepareCompanion(preparing: Preparing, wanted: PreparedPullRequest): Promise<void> {
  const { db } = preparing;
  const { project, pullRequest } = wanted;
  const companion = await companionOf(db, project.projectId, pullRequest.number);
  if (companion?.isRead !== true || companion.revision === null || companion.revision !== pullRequest.head) return;
  const main = await mainOf(db, project.projectId);
  if (main?.isRead !== true) return;
  const gate = main.qualityGate === null ? null : await gateNamed(db, project.sonarqubeId, main.qualityGate);
  const withLines = gate !== null && asksForLines(gate);
  const inputs = hashOf([
    companion,
    main,
    gate,
    pullRequest.target,
    pullRequest.base,
    project.prefix,
    ...(withLines ? ['lines'] : []),
  ]);
  const kept = await storedVerdict(db, project.projectId, pullRequest.id);
  if (kept?.inputs === inputs) return;
  const change = await readChange(preparing, wanted);
  if (change === null) return;
  const compared = await comparedWith(preparing, wanted, { main, mergeBase: change.mergeBase });
  const { files, truncated } = change.diff;
  const companionKey = companion.key.slice('companion:'.length);
  const changed = withLines ? await readLines(preparing, wanted, { companionKey, files }) : { code: null, why: null };
  const {
    code: found,
    shown,
    elsewhere,
  } = compareFindings(
    await findingsAt(db, project, { branchId: main.branchId, at: compared.at }),
    await findingsOf(db, project, companion.branchId),
    { files, hotspotsRead: companion.hotspotsRead && main.hotspotsRead },
  );
  const code = { ...found, changed: changed.code };
  const unknown = { status: 'NONE', evaluated: null, conditions: [] } as const;
  const evaluated = gate === null ? unknown : evaluateGate(gate, code);
  const verdict: CompanionVerdict = {
    target: pullRequest.target,
    // Of a change that is not known whole nothing can be said to pass.
    gate: truncated && evaluated.status !== 'ERROR' ? { ...evaluated, status: 'NONE' } : evaluated,
    figures: {
      newIssues: code.issues.length,
      acceptedIssues: null,
      hotspots: code.hotspots?.toReview ?? null,
      coverage: newCoverage(code),
      duplication: newDuplication(code),
    },
    findings: shown,
    notes: notesOf({
      why: changed.why,
      companion,
      compared,
      truncated,
      elsewhere,
      gate: evaluated,
      unknownGate: gate === null,
    }),
  };
  await keepVerdict(
    db,
    { projectId: project.projectId, pullRequestId: pullRequest.id },
    {
      companionKey,
      revision: companion.revision,
      analyzedAt: companion.analyzedAt,
      inputs,
      verdict,
    },
  );
}

const hashOf = (parts: readonly unknown[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** The change as Bitbucket knows it; null where its head or its target moved meanwhile, so that it is another change. */
async function readChange(
  { connect, signal }: Preparing,
  { place, bitbucketId, pullRequest }: PreparedPullRequest,
): Promise<{ diff: ReviewDiff; mergeBase: string | null } | null> {
  return connect(bitbucketId, signal, async ({ connector, context }) => {
    const { codeReview } = connector;
    if (codeReview === undefined) return null;
    const { number, head, target, base } = pullRequest;
    if (pullRequest.fromFork) await codeReview.makeHeadKnown(context, place, number);
    const mergeBase = base === null ? null : await codeReview.mergeBase(context, place, { one: head, other: base });
    const diff = await codeReview.diff(context, place, number);
    const answer = await codeReview.pullRequest(context, place, number);
    const now = answer === null ? null : ReviewedPullRequest.parse(answer);
    return now?.head === head && now.targetBranch === target ? { diff, mergeBase } : null;
  });
}

/** What tests and copies make of the changed lines, where the server is asked for it. */
async function readLines(
  { db, connect, signal }: Preparing,
  { project }: PreparedPullRequest,
  { companionKey, files }: { companionKey: string; files: ReviewDiff['files'] },
): Promise<ChangedCodeRead> {
  const places = await placesOf(db, project);
  return connect(project.sonarqubeId, signal, async ({ connector, context }) => {
    const { measuredLines } = connector;
    if (measuredLines === undefined) return { code: null, why: null };
    const reader = {
      read: (asked: readonly LineRanges[]) => measuredLines.read(context, companionKey, asked),
      ignoresSmallChanges: () => measuredLines.ignoresSmallChanges(context, companionKey),
    };
    return readChangedCode(reader, files, places);
  });
}

interface ComparedWith {
  at: Date;
  words: string;
}

/** The main project as it was where the pull request begins, as far as it was analysed there. */
async function comparedWith(
  { db }: Preparing,
  { pullRequest: { base } }: PreparedPullRequest,
  { main, mergeBase }: { main: AnalysedScope; mergeBase: string | null },
): Promise<ComparedWith> {
  for (const [commit, name] of [
    [mergeBase, 'merge base'],
    [base, 'base commit'],
  ] as const) {
    const at = commit === null ? null : await analysisAt(db, main.branchId, commit);
    if (at !== null) return { at, words: `Compared with the analysis of the ${name} ${commit?.slice(0, 10)}.` };
  }
  const revision = main.revision === null ? 'an unknown commit' : main.revision.slice(0, 10);
  return {
    at: main.analyzedAt,
    words: `Compared with the latest analysis of the main branch (${revision}): neither merge base nor base was analysed.`,
  };
}

function notesOf(about: {
  why: string | null;
  companion: AnalysedScope;
  compared: ComparedWith;
  truncated: boolean;
  elsewhere: number;
  gate: CompanionVerdict['gate'];
  unknownGate: boolean;
}): string[] {
  const { why, companion, compared, truncated, elsewhere, gate, unknownGate } = about;
  const skipped = gate.conditions.filter(({ status }) => status === 'NO_VALUE').map(({ name }) => name);
  return [
    compared.words,
    ...(truncated ? ['Bitbucket cut the diff of this pull request: what is new in it is not known whole.'] : []),
    ...(unknownGate ? ['The quality gate of the project could not be read.'] : []),
    ...(companion.hotspotsRead ? [] : ['Security hotspots could not be read: none of them is shown.']),
    ...(skipped.length === 0 ? [] : [`Not evaluated: ${skipped.join(', ')}.`]),
    ...(why === null ? [] : [`Coverage and duplication of the changed lines are not known: ${why}.`]),
    ...(elsewhere === 0
      ? []
      : [`${elsewhere} new ${elsewhere === 1 ? 'finding is' : 'findings are'} not on changed lines, and counted.`]),
  ];
}
