import { conflict } from './errors.ts';
import type { ApiError } from './errors.ts';
import type { PullRequest, Repository } from './model.ts';
import { isAtLeast } from './profiles.ts';
import type { BuildStatus, InsightReport, Matcher, MergeRules, RequiredReport } from './state/check-model.ts';
import type { Language, Words } from './texts.ts';
import type { World } from './world.ts';

export interface Veto {
  summaryMessage: string;
  detailedMessage: string;
}

/** What holds for a repository: its own rules, those of its project where it has none or may have none. */
export function rulesOf(world: World, { rules: own, project: { rules: above } }: Repository): MergeRules {
  // Inheritance from the project came with 8.10.
  const inherits = isAtLeast(world.profile, [8, 10]);
  if (inherits && above.locked) return above;
  return {
    reports: own.reports ?? (inherits ? above.reports : []),
    minimumBuilds: own.minimumBuilds ?? (inherits ? above.minimumBuilds : 0),
    approvals: own.approvals ?? (inherits ? above.approvals : 0),
    locked: false,
  };
}

/** Everything that keeps a pull request from being merged, at this moment: nothing here waits. */
export function vetoesOf(world: World, pull: PullRequest): Veto[] {
  const { reports = [], minimumBuilds = 0, approvals = 0 } = rulesOf(world, pull.to.repository);
  const found = [
    ...reports.map((required) => reportWords(pull, required)).filter((words) => words !== undefined),
    ...buildWords(world, pull, minimumBuilds),
    ...requiredBuildWords(world, pull),
    ...otherWords(world, pull, approvals),
  ];
  return found.map(([summary, detail]) => vetoIn(world.language, summary, detail));
}

const vetoIn = (language: Language, summary: Words, detail: Words): Veto => ({
  summaryMessage: summary[language],
  detailedMessage: detail[language],
});

type VetoWords = readonly [summary: Words, detail: Words];

/** Reports count on the latest commit of the source branch only. */
function reportWords({ from, to }: PullRequest, required: RequiredReport): VetoWords | undefined {
  const report = to.repository.reports.get(from.commit)?.get(required.key);
  const detail = reportFault(report, required);
  if (detail === undefined) return undefined;
  return [
    { en: 'Not all required reports are satisfied', de: 'Nicht alle erforderlichen Berichte sind in Ordnung' },
    detail,
  ];
}

const forbiddenSeverities: Record<string, readonly string[]> = {
  any: ['LOW', 'MEDIUM', 'HIGH'],
  medium: ['MEDIUM', 'HIGH'],
  high: ['HIGH'],
};

function reportFault(report: InsightReport | undefined, required: RequiredReport): Words | undefined {
  const { key, mustPass = true, forbidden = 'none' } = required;
  if (report === undefined)
    return {
      en: `The associated report with the key '${key}' was not created`,
      de: `Der zugehörige Bericht mit dem Schlüssel '${key}' wurde nicht erstellt`,
    };
  if (mustPass && report.result !== 'PASS')
    return {
      en: `The associated report with the key '${key}' did not pass`,
      de: `Der zugehörige Bericht mit dem Schlüssel '${key}' ist nicht erfolgreich`,
    };
  // The whole report counts, whatever of it the diff shows.
  const severities = forbiddenSeverities[forbidden] ?? [];
  if (!report.annotations.some(({ severity }) => severities.includes(severity))) return undefined;
  return {
    en: `The associated report with the key '${key}' has annotations that are not allowed`,
    de: `Der zugehörige Bericht mit dem Schlüssel '${key}' hat Anmerkungen, die nicht erlaubt sind`,
  };
}

const buildsOf = (world: World, commit: string): BuildStatus[] => world.builds.get(commit) ?? [];

function buildWords(world: World, { from }: PullRequest, minimum: number): VetoWords[] {
  if (minimum === 0) return [];
  const builds = buildsOf(world, from.commit);
  const good = builds.filter(({ state }) => state === 'SUCCESSFUL').length;
  if (good >= minimum && builds.every(({ state }) => state === 'SUCCESSFUL')) return [];
  return [
    [
      {
        en: 'Not all required builds are successful yet',
        de: 'Noch nicht alle erforderlichen Builds sind erfolgreich',
      },
      {
        en: `You cannot merge this pull request while it has fewer than ${minimum} successful builds.`,
        de: `Dieser Pull-Request kann nicht gemergt werden, solange er weniger als ${minimum} erfolgreiche Builds hat.`,
      },
    ],
  ];
}

export function matches({ type, id }: Matcher, ref: string, repository: Repository): boolean {
  if (type === 'ANY_REF') return true;
  const name = ref.replace('refs/heads/', '');
  if (type === 'BRANCH') return id === ref || id === name;
  if (type === 'MODEL_BRANCH') return ref === repository.defaultBranch;
  if (type === 'MODEL_CATEGORY') return name.toLowerCase().startsWith(`${id.toLowerCase()}/`);
  return id.split('*').every((part) => name.includes(part));
}

/** Builds whose parent a condition names. */
function requiredBuildWords(world: World, { from, to }: PullRequest): VetoWords[] {
  const builds = buildsOf(world, from.commit);
  const missing = to.repository.requiredBuilds
    .filter((condition) => condition.requiredForPullRequest && matches(condition.refMatcher, to.ref, to.repository))
    .filter(({ exemptRefMatcher: exempt }) => exempt === null || !matches(exempt, from.ref, to.repository))
    .flatMap(({ buildParentKeys }) => buildParentKeys)
    .filter((parent) => {
      const own = builds.filter((build) => build.parent === parent);
      return own.length === 0 || !own.every(({ state }) => state === 'SUCCESSFUL');
    });
  return missing.map((parent) => [
    { en: 'Required builds are missing or failed', de: 'Erforderliche Builds fehlen oder sind fehlgeschlagen' },
    {
      en: `The build '${parent}' must be successful before this pull request can be merged.`,
      de: `Der Build '${parent}' muss erfolgreich sein, bevor dieser Pull-Request gemergt werden kann.`,
    },
  ]);
}

function otherWords(world: World, pull: PullRequest, approvals: number): VetoWords[] {
  const words: VetoWords[] = [];
  const approved = pull.participants.filter(({ status }) => status === 'APPROVED').length;
  if (approved < approvals)
    words.push([
      { en: 'Requires approvals', de: 'Genehmigungen erforderlich' },
      {
        en: `You need ${approvals - approved} more approval(s) before this pull request can be merged.`,
        de: `Es fehlen noch ${approvals - approved} Genehmigung(en).`,
      },
    ]);
  if (pull.draft && isAtLeast(world.profile, [8, 18]))
    words.push([
      { en: 'This pull request is a draft', de: 'Dieser Pull-Request ist ein Entwurf' },
      { en: 'Mark it as ready before merging.', de: 'Markieren Sie ihn vor dem Merge als bereit.' },
    ]);
  if (pull.to.repository.archived)
    words.push([
      { en: 'The repository is archived', de: 'Das Repository ist archiviert' },
      { en: 'An archived repository is read-only.', de: 'Ein archiviertes Repository ist schreibgeschützt.' },
    ]);
  return words;
}

export function mergeAnswer(world: World, pull: PullRequest, conflicted: boolean): object {
  const vetoes = vetoesOf(world, pull);
  return {
    canMerge: !conflicted && vetoes.length === 0,
    conflicted,
    outcome: conflicted ? 'CONFLICTED' : 'CLEAN',
    vetoes,
  };
}

/** The refusal of a merge; undefined when nothing is in its way. */
export function blockedMerge(world: World, pull: PullRequest, conflicted: boolean): ApiError | undefined {
  const vetoes = vetoesOf(world, pull);
  if (conflicted)
    return conflict(
      'pull.PullRequestMergeConflictException',
      { en: 'The pull request has conflicts.', de: 'Der Pull-Request hat Konflikte.' },
      { conflicted: true, vetoes },
    );
  if (vetoes.length === 0) return undefined;
  return conflict(
    'pull.PullRequestMergeVetoedException',
    { en: 'The pull request cannot be merged.', de: 'Der Pull-Request kann nicht gemergt werden.' },
    { conflicted: false, vetoes },
  );
}
