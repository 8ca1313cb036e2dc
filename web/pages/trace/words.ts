import type { Link, Station, StationKind } from '../../../src/features/trace/contract.ts';
import type { Tone } from '../../components/chips.tsx';
import { formatExact } from '../../words/times.ts';
import { doubtWords, stateLooks } from '../deployments/words.ts';
import { outcomeLabel } from '../images/words.ts';
import { looks as executionLooks, statusLabel } from '../pipelines/words.ts';
import { stateLabel } from '../pull-requests/words.ts';
import type { ColumnName } from './tree.ts';

type Look = readonly [tone: Tone, glyph: string, words: string];

export const kindLabel: Record<StationKind, string> = {
  commit: 'Commit',
  pull_request: 'Pull request',
  analysis: 'Analysis',
  image: 'Image',
  execution: 'Execution',
  deployment: 'Deployment',
  environment: 'Environment',
};

export const kindsLabel: Record<StationKind, string> = {
  commit: 'commits',
  pull_request: 'pull requests',
  analysis: 'analyses',
  image: 'images',
  execution: 'executions',
  deployment: 'deployments',
  environment: 'environments',
};

export const columnLabel: Record<ColumnName, string> = {
  commit: 'Commit',
  review: 'Pull request and analysis',
  image: 'Image and what built it',
  deployment: 'Deployment',
  environment: 'Environment',
};

const gates: Readonly<Record<string, Look>> = {
  OK: ['passed', '✓', 'Gate passed'],
  ERROR: ['failed', '✕', 'Gate failed'],
  WARN: ['warn', '!', 'Gate warns'],
  NOT_EVALUATED: ['none', '○', 'Gate not evaluated'],
  NONE: ['none', '–', 'No gate'],
  REPORT_FAILED: ['warn', '!', 'Report could not be made'],
  NO_REPORT: ['none', '○', 'No report'],
};

const images: Readonly<Record<string, Look>> = {
  tagged: ['none', '●', 'Tagged'],
  untagged: ['none', '○', 'No tag'],
  gone: ['none', '–', 'Gone'],
};

const pullRequests: Readonly<Record<string, Look>> = {
  open: ['active', '○', stateLabel.open],
  merged: ['none', '●', stateLabel.merged],
  declined: ['warn', '⊘', stateLabel.declined],
};

/** State of a station as its own page says it; grey where it is stale. Null: it has none, as a commit. */
export function stationLook(of: Pick<Station, 'station' | 'state' | 'staleSince'>): Look | null {
  const look = freshLook(of);
  if (look === null || of.staleSince === null) return look;
  return ['none', '◷', `${look[2]}, stale`];
}

function freshLook({ station, state }: Pick<Station, 'station' | 'state'>): Look | null {
  if (state === null) return null;
  if (station === 'analysis') return gates[state] ?? ['none', '?', state];
  if (station === 'image') return images[state] ?? ['none', '?', state];
  if (station === 'pull_request') return pullRequests[state] ?? ['none', '–', stateLabel.other];
  if (station === 'deployment') return own(stateLooks, state) ?? ['warn', '?', state];
  if (station !== 'execution') return ['none', '?', state];
  const look = own(executionLooks, state);
  return look === undefined ? ['warn', '?', state] : [look[0], look[1], own(statusLabel, state) ?? state];
}

/** What happened since in the place of a deployment that runs, with the sentence that says so. */
export function doubtLook({
  facts: { doubt },
}: Pick<Station, 'facts'>): (typeof doubtWords)[keyof typeof doubtWords] | undefined {
  return typeof doubt === 'string' ? own<(typeof doubtWords)[keyof typeof doubtWords]>(doubtWords, doubt) : undefined;
}

const own = <Value>(values: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

/** What happened when a station came to be as it is: `analysed 2 hours ago`. */
export const atWords: Record<StationKind, string> = {
  commit: 'seen',
  pull_request: 'changed',
  analysis: 'analysed',
  image: 'made',
  execution: 'ended',
  deployment: 'deployed',
  environment: 'since',
};

export const certaintyLabel: Record<Link['certainty'], string> = {
  signed: 'Signed',
  stated: 'Stated',
  inferred: 'Inferred',
  declared: 'Declared',
};

/** What was done with the fact, before its age: `proven 2 hours ago`. */
export const certaintyVerb: Record<Link['certainty'], string> = {
  signed: 'proven',
  stated: 'said',
  inferred: 'worked out from what was seen',
  declared: 'told',
};

export const certaintyHelp: Record<Link['certainty'], string> = {
  signed: 'A signature that was verified says so.',
  stated: 'An unsigned document of the builder says so, or the outside system itself.',
  inferred: 'Derived from what is known: from where a tag pointed, a digest of one platform, or a binding.',
  declared: 'A person or a pipeline told the hub.',
};

const sureness: readonly Link['certainty'][] = ['signed', 'stated', 'declared', 'inferred'];

/** Of several things that say the same, the surest, and of these the one that holds since last. */
export const surest = (links: readonly Link[]): Link | undefined =>
  links.toSorted(
    (a, b) => sureness.indexOf(a.certainty) - sureness.indexOf(b.certainty) || b.validFrom.localeCompare(a.validFrom),
  )[0];

/** What a link says, from its first station to its second. */
export const linkWords: Readonly<Record<string, string>> = {
  head: 'had as its newest commit',
  merge: 'was merged as',
  analyzed: 'is of the commit',
  analysis_of: 'is of the pull request',
  built_from: 'was built from',
  checked_out: 'checked out',
  built: 'built',
  deployed: 'deployed',
  deployed_commit: 'deployed the commit',
  ran_in: 'ran in',
  into: 'went into',
  set: 'is set in',
};

export const noteWords: Readonly<Record<string, string>> = {
  tag_moved: 'the tag moved while it ran',
  several_periods: 'several images came to the tag while it ran',
  platform_digest: 'by the digest of one platform',
  digest_elsewhere: 'only another repository has the digest',
  short_commit: 'only the beginning of the commit is named',
  dirty: 'built with uncommitted changes',
};

/** Who says so, in a word: an integration, a pipeline that reported, or a person. */
export function sourceWords({ source: { integration, stream } }: Pick<Link, 'source'>): string {
  if (integration !== null) return integration.name;
  return stream === 'environment' ? 'plumbline environment set' : 'a pipeline’s report';
}

/** How long something runs in an environment, by the link that says so. */
export function stayLook({ validFrom, validTo }: Pick<Link, 'validFrom' | 'validTo'>): Look {
  if (validTo === null) return ['passed', '●', 'Runs here'];
  return validTo <= validFrom ? ['none', '–', 'Never took effect'] : ['none', '○', 'Ran here'];
}

/** A short name for lists and strips. */
export function shortTitle({ station, title, facts }: Pick<Station, 'station' | 'title' | 'facts'>): string {
  if (station === 'commit') return title.slice(0, 12);
  const tags = facts['tags'];
  if (station === 'image' && Array.isArray(tags) && tags[0] !== undefined && typeof facts['repository'] === 'string')
    return `${facts['repository']}:${tags[0]}`;
  return title;
}

/** One line below the title: what tells this station from others of its kind. */
export function detailWords({ station, facts }: Pick<Station, 'station' | 'facts'>): string | null {
  const word = (name: string): string | null => {
    const value = facts[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  if (station === 'pull_request') return word('title');
  if (station === 'analysis') {
    const scope =
      word('scope') === 'pull_request' ? 'pull request' : word('scope') === 'companion' ? 'companion' : 'branch';
    return `${scope} ${word('branch') ?? ''}`.trim();
  }
  if (station === 'image') return word('digest')?.slice(0, 19) ?? null;
  if (station === 'execution') return [word('organization'), word('project')].filter(Boolean).join('/') || null;
  if (station === 'deployment') return word('image') ?? word('digest');
  return null;
}

const kindNames: Readonly<Record<string, string>> = {
  sonarqube: 'SonarQube',
  'bitbucket-server': 'Bitbucket Server',
  harness: 'Harness',
  'oci-registry': 'A registry',
};

/** What is known beside a missing link: kinds of systems, what claims come to, times, in the reader’s words. */
export function besideWords(detail: string): string {
  const kind = own(kindNames, detail);
  if (kind !== undefined) return `${kind} is not connected`;
  const timed = /^(.*) (\d{4}-\d\d-\d\dT[\d:.]+Z|never)$/.exec(detail);
  if (timed === null) return own(outcomeLabel, detail) ?? detail;
  const [, what = '', when = ''] = timed;
  return `${what}, ${when === 'never' ? when : formatExact(when)}`;
}
