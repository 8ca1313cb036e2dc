import type {
  Comparison,
  JudgedAnswer,
  MappingAnswer,
  PlatformAnswer,
  ProjectAnswer,
  SettingsAnswer,
  VerdictAnswer,
} from '../../features/policy/contract.ts';

export const formats = ['text', 'json', 'markdown'] as const;
export type Format = (typeof formats)[number];

const marks = { passed: '✓', failed: '✕', no_data: '?', error: '!' } as const;
const words = { passed: 'passed', failed: 'failed', no_data: 'no data', error: 'error' } as const;

function word({ status, waiver }: Pick<VerdictAnswer, 'status' | 'waiver'>): string {
  return waiver === null ? words[status] : `${words[status]}, waived until ${waiver.expiresAt.slice(0, 10)}`;
}

export function renderVerdicts(verdicts: readonly JudgedAnswer[], format: Format): string {
  if (format === 'json') return `${JSON.stringify(verdicts, null, 2)}\n`;
  if (format === 'markdown')
    return markdown(verdicts.map((verdict) => ({ verdict, note: asOfWords(verdict).join(' · ') })));
  return verdicts
    .map(
      (verdict) =>
        `${textOf(verdict)}${asOfWords(verdict)
          .map((line) => `  ${line}\n`)
          .join('')}`,
    )
    .join('');
}

/** Of a verdict of another time: which, by which settings and mappings, and what is said now where that differs. */
function asOfWords({ asOf }: JudgedAnswer): string[] {
  if (asOf === undefined) return [];
  const { at, settings, mappings, now } = asOf;
  return [
    `said at ${at}`,
    `settings then: ${settings === null ? 'not known any more' : settingsWords(settings)}`,
    ...mappings.map((mapping) => `mapping then: ${mappingWords(mapping)}`),
    now === null ? 'the same is said now' : `now: ${word(now)} (${now.reason}) ${now.message}`.trim(),
  ];
}

const settingsWords = (settings: SettingsAnswer): string =>
  [
    settings.warnFails ? 'a gate that warns fails' : 'a gate that warns passes',
    settings.notEvaluatedIsNoData ? 'one that evaluated nothing is no data' : 'one that evaluated nothing passes',
    settings.allowDirty ? 'uncommitted changes are allowed' : 'uncommitted changes are refused',
    settings.usePullRequests ? 'pull requests count' : 'pull requests do not count',
    settings.inheritIndexClaim ? 'claims of an index count for its platforms' : 'claims of an index count for it alone',
    ...(settings.excludedIntegrations.length === 0
      ? []
      : [`integrations left out: ${settings.excludedIntegrations.join(', ')}`]),
  ].join('; ');

const mappingWords = ({ images, repository, projects }: MappingAnswer): string =>
  `${images ?? repository ?? ''}: ${projects.map(({ projectKey }) => projectKey).join(', ')}`;

export function renderComparisons(comparisons: readonly Comparison[], environment: string, format: Format): string {
  if (format === 'json') return `${JSON.stringify(comparisons, null, 2)}\n`;
  if (format === 'markdown') {
    return markdown(comparisons.map((one) => ({ verdict: one.verdict, note: changeWords(one, environment) })));
  }
  return comparisons.map((one) => `${textOf(one.verdict)}  ${changeWords(one, environment)}\n`).join('');
}

function changeWords({ baseline, change }: Comparison, environment: string): string {
  if (baseline === null) return `${environment} runs no image of this repository; the verdict alone counts`;
  const runs = `${environment} runs ${baseline.reference} (${words[baseline.status]}, ${baseline.reason})`;
  return `${change === 'unchanged' ? 'neither better nor worse' : change} than what runs: ${runs}`;
}

function textOf(verdict: VerdictAnswer): string {
  const { image, status, reason, message, remedy } = verdict;
  const lines = [`${marks[status]} ${image.reference}: ${word(verdict)} (${reason})`];
  if (image.digest !== null && !image.reference.includes(image.digest)) lines.push(`  ${image.digest}`);
  lines.push(`  ${message}`);
  for (const platform of verdict.platforms) lines.push(...platformLines(platform));
  if (verdict.upstream !== null) lines.push(`  the other side said: ${verdict.upstream}`);
  if (verdict.waiver !== null) lines.push(`  waived by ${verdict.waiver.author}: ${verdict.waiver.reason}`);
  else if (status !== 'passed') lines.push(`  ${remedy}`);
  return `${lines.join('\n')}\n`;
}

function platformLines({ platform, digest, claim, status, reason, flags, projects, hints }: PlatformAnswer): string[] {
  const commit = claim === null ? '' : ` commit ${claim.commit.slice(0, 12)}`;
  const repository = claim?.repositoryKey == null ? '' : ` of ${claim.repositoryKey}`;
  const trust = claim?.trust == null ? '' : `, ${claim.trust} claim`;
  const head = `  ${marks[status]} ${platform ?? digest}:${commit}${repository}${trust} (${reason})${bracketed(flags)}`;
  const words = hints.map(({ message }) => message).filter((message) => message.trim() !== '');
  return [head, ...projects.flatMap(projectLines), ...words.map((message) => `      ${message}`)];
}

function projectLines({ projectKey, integrationName, status, reason, flags, analysis }: ProjectAnswer): string[] {
  const where =
    analysis === null ? '' : `, ${analysis.scope === 'branch' ? 'branch' : 'pull request'} ${analysis.branch}`;
  const source = integrationName === null ? '' : ` on ${integrationName}`;
  return [
    `      ${marks[status]} ${projectKey}${source}${where} (${reason})${bracketed(flags)}`,
    ...failing(analysis).map((text) => `          ${text}`),
  ];
}

const bracketed = (flags: readonly string[]): string => (flags.length === 0 ? '' : ` [${flags.join(', ')}]`);

/** Conditions that decide, e.g. `Coverage 42.0 is below 80`. */
function failing(analysis: ProjectAnswer['analysis']): string[] {
  return (analysis?.conditions ?? [])
    .filter(({ status }) => status === 'ERROR' || status === 'WARN')
    .map(({ name, operator, threshold, actualValue }) => {
      const against = operator === 'LT' ? 'is below' : 'is above';
      return `${name} ${actualValue ?? 'has no value'} ${against} ${threshold ?? ''}`.trim();
    });
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');

/** A table for a pull request or a job’s summary. */
function markdown(rows: readonly { verdict: VerdictAnswer; note?: string }[]): string {
  const lines = rows.map(({ verdict, note }) => {
    const { image, reason, message, status } = verdict;
    const projects = verdict.platforms.flatMap(({ projects: all }) => all).filter((one) => one.status !== 'passed');
    const details = [
      ...new Set(
        projects.flatMap(({ projectKey, analysis }) => failing(analysis).map((text) => `${projectKey}: ${text}`)),
      ),
    ];
    const flags = [...new Set(verdict.platforms.flatMap((platform) => platform.flags))];
    const noted = flags.length === 0 ? [] : [flags.join(', ')];
    const words = [message, ...details, ...noted, ...(note === undefined || note === '' ? [] : [note])].join(' · ');
    return `| ${marks[status]} ${word(verdict)} | \`${cell(image.reference)}\` | ${reason} | ${cell(words)} |`;
  });
  return ['| verdict | image | reason | why |', '| --- | --- | --- | --- |', ...lines].join('\n').concat('\n');
}
