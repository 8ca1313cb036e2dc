import { trimEndCharacter } from '../../../domain/text-edges.ts';
import {
  type Flag,
  flags as knownFlags,
  type Judged,
  type ReasonCode,
  reasons,
  worstOf,
} from '../../../domain/verdict.ts';
import type {
  Analysis,
  ImageVerdict,
  Platform,
  PlatformVerdict,
  PolicySettings,
  ProjectVerdict,
  RequiredProject,
} from '../model.ts';

export interface ImageToJudge {
  platforms: readonly Platform[];
  /** Why the image could not be read; then there are no platforms. */
  problem: ReasonCode | null;
  /** Projects the operator’s mapping demands; empty when no rule matches. */
  required: readonly RequiredProject[];
}

/** Analyses whose revision is, or begins with, a commit; of every integration that takes part. */
export type AnalysesOf = (commit: string, exact: boolean) => readonly Analysis[];

/** Judges an image: each platform by the worst of its projects, the image by the worst of its platforms. Pure. */
export function judgeImage(image: ImageToJudge, analysesOf: AnalysesOf, settings: PolicySettings): ImageVerdict {
  const platforms = image.platforms.map((platform) => judgePlatform(platform, image.required, analysesOf, settings));
  const [first, ...rest] = platforms;
  if (image.problem !== null || first === undefined) {
    const reason = image.problem ?? 'UNSUPPORTED_ARTIFACT';
    return { ...judged(reason), message: reasons[reason].title, platforms: [] };
  }
  const { status, reason } = worstOf([first, ...rest]);
  return { status, reason, message: messageOf(reason, platforms), platforms };
}

/** The sentence of the reason, and which platforms it does not speak of. */
function messageOf(reason: ReasonCode, platforms: readonly PlatformVerdict[]): string {
  const { title } = reasons[reason];
  const deviating = platforms.filter((one) => one.reason === reason);
  if (deviating.length === platforms.length) return title;
  return `${title} On ${deviating.map((one) => one.platform.name ?? one.platform.digest).join(', ')} only.`;
}

/** A label may be the base image’s: without an analysis, and of a repository nobody knows, it says nothing. */
function judgePlatform(
  platform: Platform,
  required: readonly RequiredProject[],
  analysesOf: AnalysesOf,
  settings: PolicySettings,
): PlatformVerdict {
  const { id, digest, name } = platform;
  const warned = platform.warnings.filter((warning): warning is Flag => Object.hasOwn(knownFlags, warning));
  const flags: Flag[] = platform.dirty ? [...warned, 'SOURCE_DIRTY'] : warned;
  const base = { platform: { id, digest, name }, claim: null, flags, projects: [] };
  if (platform.outcome !== 'resolved') return { ...base, ...judged(platform.outcome) };
  const commit = platform.commit ?? '';
  const claim = {
    trust: platform.trust,
    commit,
    exact: platform.commitExact,
    repositoryKey: platform.repositoryKey,
    repositoryUrl: platform.repositoryUrl,
    ref: platform.ref,
    subdir: platform.subdir,
    inherited: platform.inherited,
  };
  if (platform.dirty && !settings.allowDirty) return { ...base, claim, ...judged('SOURCE_DIRTY') };
  const found = select(platform, required, analysesOf(commit, platform.commitExact), settings);
  const hinted = isOpen(found) ? selectNarrowed(platform, required, analysesOf, settings) : undefined;
  if (hinted !== undefined) flags.push('HINTED_COMMIT');
  const selected = hinted ?? found;
  if ('reason' in selected) {
    const borrowed = platform.trust === 'label' && selected.reason === 'NO_ANALYSIS' && !platform.repositoryKnown;
    return borrowed ? { ...base, ...judged('NO_PROVENANCE') } : { ...base, claim, ...selected };
  }
  const projects = [
    ...counting(selected.analyses, required, settings).map((analysis) => judgeProject(analysis, settings)),
    ...selected.missing.map(missingProject),
  ];
  return { ...base, claim, ...pick(worstOf(projects as [ProjectVerdict, ...ProjectVerdict[]])), projects };
}

/**
 * A gate that passed in a project which its server has no more is left out where projects that are there say enough:
 * they analysed the same commit, and all that is demanded is among them. What did not pass stays, so that no deletion
 * makes a verdict better.
 */
function counting(
  analyses: readonly Analysis[],
  required: readonly RequiredProject[],
  settings: PolicySettings,
): readonly Analysis[] {
  const there = analyses.filter((analysis) => analysis.projectDeletedAt === null);
  const suffices = there.length > 0 && required.every((one) => there.some((analysis) => meets(analysis)(one)));
  if (!suffices) return analyses;
  return analyses.filter(
    (analysis) => analysis.projectDeletedAt === null || reasons[reasonOf(analysis, settings)].status !== 'passed',
  );
}

const pick = ({ status, reason }: Judged): Judged => ({ status, reason });
const judged = (reason: ReasonCode): Judged => ({ status: reasons[reason].status, reason });

interface Selection {
  /** One per project. */
  analyses: Analysis[];
  /** Demanded projects without an analysis of the commit. */
  missing: RequiredProject[];
}

/** Nothing was analysed at what is named, or several commits begin with it: it may mean a commit it does not name. */
function isOpen(found: Selection | Judged): boolean {
  if ('reason' in found) return found.reason === 'NO_ANALYSIS' || found.reason === 'REVISION_AMBIGUOUS';
  return found.analyses.length === 0;
}

/** At an annotated tag some builders name the tag object; the hint of the same statement then names the commit. */
function selectNarrowed(
  platform: Platform,
  required: readonly RequiredProject[],
  analysesOf: AnalysesOf,
  settings: PolicySettings,
): Selection | undefined {
  if (platform.narrowedTo === null) return undefined;
  const selection = select(platform, required, analysesOf(platform.narrowedTo, true), settings);
  return 'analyses' in selection && selection.analyses.length > 0 ? selection : undefined;
}

/** Which analyses count for a claim: one per project, or the reason why none does. */
function select(
  platform: Platform,
  required: readonly RequiredProject[],
  found: readonly Analysis[],
  settings: PolicySettings,
): Selection | Judged {
  const candidates = settings.usePullRequests ? found : found.filter((analysis) => analysis.scope === 'branch');
  const ours = ofRepository(candidates, platform.repositoryKey);
  if (candidates.length > 0 && ours.length === 0) return judged('REPOSITORY_MISMATCH');
  if (new Set(ours.map((analysis) => analysis.revision)).size > 1) return judged('REVISION_AMBIGUOUS');
  const wanted =
    required.length > 0
      ? ours.filter((analysis) => required.some(meets(analysis)))
      : ofSubdirectory(ours, platform.subdir);
  const analyses = [...Map.groupBy(wanted, (analysis) => analysis.projectId).values()].map(newest);
  const missing = required.filter((one) => !analyses.some((analysis) => meets(analysis)(one)));
  if (analyses.length + missing.length === 0) return judged('NO_ANALYSIS');
  analyses.sort((a, b) => a.projectKey.localeCompare(b.projectKey) || a.integrationId - b.integrationId);
  return { analyses, missing };
}

const meets =
  (analysis: Analysis) =>
  ({ projectKey, integrationId }: RequiredProject): boolean =>
    analysis.projectKey === projectKey && (integrationId === null || integrationId === analysis.integrationId);

/** Forks and mirrors share commits: projects of another repository do not count, unknown ones only where none is known. */
function ofRepository(candidates: readonly Analysis[], repositoryKey: string | null): readonly Analysis[] {
  if (repositoryKey === null) return candidates;
  const left = candidates.filter(({ repository }) => repository === null || repository.key === repositoryKey);
  const bound = left.filter(({ repository }) => repository !== null);
  return bound.length > 0 ? bound : left;
}

/** In a mono repository the projects whose directory holds what was built; all of them where nobody says. */
function ofSubdirectory(candidates: readonly Analysis[], subdir: string | null): readonly Analysis[] {
  if (subdir === null) return candidates;
  const built = trimmed(subdir);
  const holding = candidates.filter(({ directory }) => directory !== null && holds(trimmed(directory), built));
  return holding.length > 0 ? holding : candidates;
}

/** Without `./` and slashes before it and slashes behind it. */
const trimmed = (path: string): string => trimEndCharacter(path.replace(/^(?:\.?\/)+/, ''), '/');
const holds = (directory: string, path: string): boolean =>
  directory === '' || directory === path || path.startsWith(`${directory}/`);

const scopeOrder = ['branch', 'pull_request', 'companion'] as const;

/** Of one project: a branch before a pull request, the main branch first, then the newest word, then what came last. */
function newest(analyses: readonly Analysis[]): Analysis {
  const spoken = ({ analyzedAt, changedAt }: Analysis): number =>
    Math.max(Date.parse(analyzedAt), Date.parse(changedAt));
  const [first] = analyses.toSorted(
    (a, b) =>
      scopeOrder.indexOf(a.scope) - scopeOrder.indexOf(b.scope) ||
      Number(b.isMain) - Number(a.isMain) ||
      spoken(b) - spoken(a) ||
      b.id - a.id,
  );
  return first as Analysis;
}

function judgeProject(analysis: Analysis, settings: PolicySettings): ProjectVerdict {
  const { integrationId, integrationName, projectId, projectKey, projectName, projectDeletedAt, repository } = analysis;
  const { id, scope, branch, revision, analyzedAt, changedAt, gateStatus, gateEvaluated, conditions } = analysis;
  const reason = reasonOf(analysis, settings);
  return {
    ...judged(projectDeletedAt === null ? reason : gone(reason)),
    integrationId,
    integrationName,
    projectId,
    projectKey,
    projectName,
    ...(projectDeletedAt === null ? {} : { projectDeletedAt }),
    flags: flagsOf(analysis),
    analysis: {
      id,
      scope,
      branch,
      revision,
      analyzedAt,
      changedAt,
      gateStatus,
      gateEvaluated,
      conditions,
      repository,
    },
  };
}

/** Nobody can look into a project that is gone, nor does its gate follow anything any more: what passed there proves nothing. */
const gone = (reason: ReasonCode): ReasonCode => (reasons[reason].status === 'passed' ? 'PROJECT_DELETED' : reason);

function reasonOf({ gateStatus, gateEvaluated }: Analysis, settings: PolicySettings): ReasonCode {
  if (gateStatus === 'ERROR') return 'GATE_FAILED';
  if (gateStatus === 'WARN') return settings.warnFails ? 'GATE_FAILED' : 'GATE_WARN';
  if (gateStatus !== 'OK') return 'GATE_NOT_COMPUTED';
  return gateEvaluated === false && settings.notEvaluatedIsNoData ? 'GATE_NOT_EVALUATED' : 'GATES_PASSED';
}

function flagsOf({ gateStatus, gateEvaluated, ignoredConditions, scope }: Analysis): Flag[] {
  const raised: [Flag, boolean][] = [
    ['GATE_WARN', gateStatus === 'WARN'],
    ['GATE_NOT_EVALUATED', gateStatus === 'OK' && gateEvaluated === false],
    ['CONDITIONS_IGNORED', ignoredConditions === true],
    ['PULL_REQUEST_ANALYSIS', scope === 'pull_request'],
    ['COMPANION_ANALYSIS', scope === 'companion'],
  ];
  return raised.filter(([, holds]) => holds).map(([flag]) => flag);
}

function missingProject({ projectKey, integrationId }: RequiredProject): ProjectVerdict {
  return {
    ...judged('NO_ANALYSIS'),
    integrationId,
    integrationName: null,
    projectId: null,
    projectKey,
    projectName: null,
    flags: [],
    analysis: null,
  };
}
