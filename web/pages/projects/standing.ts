import { streamTitle } from '../../../src/domain/stream-words.ts';
import type { Measure, Project } from '../../../src/features/code-quality/contract.ts';
import { countOf, formatCount } from '../../words/numbers.ts';

/** One line of what SonarQube says of all code and of new code. In `metrics` the first that the server gave counts. */
export interface StandingLine {
  name: string;
  rating: { overall: readonly string[]; fresh: readonly string[] } | null;
  value: { overall: readonly string[]; fresh: readonly string[] };
  /** Lines that the project’s findings stand behind: which of them. */
  quality: 'security' | 'reliability' | 'maintainability' | 'security_review' | null;
}

/** By the mode of the server: its own axis first, the other where it gave nothing else (9.9 knows types alone). */
export function standingLines(mode: Project['issues']['mode']): StandingLine[] {
  const byMode = (impact: readonly string[], type: readonly string[]): readonly string[] =>
    mode === 'standard' ? [...type, ...impact] : [...impact, ...type];
  const quality = (
    name: NonNullable<StandingLine['quality']>,
    words: readonly [impact: string, type: string],
    [impact, type, impactRating, typeRating]: readonly [string, string, string, string],
  ): StandingLine => ({
    name: words[mode === 'standard' ? 1 : 0],
    quality: name,
    rating: {
      overall: byMode([impactRating], [typeRating]),
      fresh: byMode(
        [`new_${impactRating}`],
        [`new_${typeRating === 'sqale_rating' ? 'maintainability_rating' : typeRating}`],
      ),
    },
    value: { overall: byMode([impact], [type]), fresh: byMode([`new_${impact}`], [`new_${type}`]) },
  });
  const of = (name: string): string => `software_quality_${name}`;
  const plain = (name: string, overall: string, fresh: string): StandingLine => ({
    name,
    rating: null,
    value: { overall: [overall], fresh: [fresh] },
    quality: null,
  });
  return [
    quality(
      'security',
      ['Security', 'Vulnerabilities'],
      [of('security_issues'), 'vulnerabilities', of('security_rating'), 'security_rating'],
    ),
    quality(
      'reliability',
      ['Reliability', 'Bugs'],
      [of('reliability_issues'), 'bugs', of('reliability_rating'), 'reliability_rating'],
    ),
    quality(
      'maintainability',
      ['Maintainability', 'Code smells'],
      [of('maintainability_issues'), 'code_smells', of('maintainability_rating'), 'sqale_rating'],
    ),
    {
      name: 'Security review',
      quality: 'security_review',
      rating: { overall: ['security_review_rating'], fresh: ['new_security_review_rating'] },
      value: { overall: ['security_hotspots'], fresh: ['new_security_hotspots'] },
    },
    plain('Coverage', 'coverage', 'new_coverage'),
    plain('Duplications', 'duplicated_lines_density', 'new_duplicated_lines_density'),
    plain('Lines', 'ncloc', 'new_lines'),
  ];
}

export function measureOf(measures: readonly Measure[], metrics: readonly string[]): Measure | undefined {
  for (const metric of metrics) {
    const found = measures.find((measure) => measure.metric === metric);
    if (found !== undefined) return found;
  }
  return undefined;
}

export const ratingWords = ['very good', 'good', 'fair', 'poor', 'bad'] as const;

export interface Rating {
  letter: 'A' | 'B' | 'C' | 'D' | 'E';
  word: (typeof ratingWords)[number];
}

/** `1.0` is A. What is no rating is none: never a good one. */
export function ratingOf(measure: Measure | undefined): Rating | null {
  if (measure === undefined || measure.value.trim() === '') return null;
  const number = Number(measure.value);
  if (!Number.isInteger(number) || number < 1 || number > 5) return null;
  return { letter: (['A', 'B', 'C', 'D', 'E'] as const)[(number - 1) as 0], word: ratingWords[(number - 1) as 0] };
}

/** Why the server’s values of the main branch are not there. */
export function whyNoValue(project: Project, isNewCode: boolean): string {
  if (project.lastAnalysisAt === null) return 'never analysed';
  if (project.readAt === null) return 'not read yet';
  const main = project.branches.find(({ isMain }) => isMain)?.name;
  const unread = project.completeness.some(
    ({ stream, branch, outcome }) => stream === 'measures' && branch === main && outcome === 'unavailable',
  );
  if (unread) return 'could not be read';
  return isNewCode ? 'no new code measured' : 'the server gave none';
}

/** `java=1000;xml=20`, the largest first; what does not parse is left out. */
export function languagesOf(measures: readonly Measure[]): { name: string; lines: number }[] {
  const text = measureOf(measures, ['ncloc_language_distribution'])?.value ?? '';
  return text
    .split(';')
    .flatMap((part) => {
      const at = part.lastIndexOf('=');
      const [name, lines] = [part.slice(0, at).trim(), Number(part.slice(at + 1))];
      return at > 0 && name !== '' && Number.isInteger(lines) && lines > 0 ? [{ name, lines }] : [];
    })
    .toSorted((a, b) => b.lines - a.lines);
}

/** SonarQube’s number of its last analysis beside that of the list, which follows it since. */
export function reconciled(project: Project): string | null {
  const { openVulnerabilities: listed, issues } = project;
  if (listed === null || issues.security === null) return null;
  if (listed === issues.security)
    return `SonarQube’s own measure of its last analysis says the same: ${formatCount(listed)}.`;
  return `SonarQube’s own measure of its last analysis says ${formatCount(issues.security)}; ${formatCount(listed)} are open in its list of issues now. Issues that were accepted, marked or reopened since an analysis change the list at once and the measure with the next one.`;
}

type Stream = Project['completeness'][number];

const isShort = ({ source, stored }: Stream): boolean => source !== null && source !== stored;

/** What is amiss first: not readable, fewer or more than the source has, not proven, proven. */
export function rankOf(stream: Stream): number {
  if (stream.outcome === 'unavailable') return 0;
  if (isShort(stream)) return 1;
  return stream.proof === 'unproven' ? 2 : 3;
}

const nameOf = ({ stream, branch }: Stream): string =>
  `${streamTitle(stream).toLowerCase()}${branch === null ? '' : ` of ${branch}`}`;

export function completenessWords(streams: readonly Stream[]): { whole: boolean; words: string } {
  if (streams.length === 0) return { whole: false, words: 'nothing of this project has been read yet' };
  const amiss = streams.filter((stream) => rankOf(stream) < 3).toSorted((a, b) => rankOf(a) - rankOf(b));
  const [first] = amiss;
  if (first === undefined)
    return { whole: true, words: `${countOf(streams.length, 'stream')}: what is stored is what the server has` };
  const how =
    first.outcome === 'unavailable'
      ? 'could not be read'
      : isShort(first)
        ? `${formatCount(first.stored)} of ${formatCount(first.source ?? 0)} stored`
        : 'not proven';
  const more = amiss.length === 1 ? '' : `, and ${formatCount(amiss.length - 1)} more`;
  return {
    whole: false,
    words: `${formatCount(streams.length - amiss.length)} of ${countOf(streams.length, 'stream')} proven: ${nameOf(first)} ${how}${more}`,
  };
}
