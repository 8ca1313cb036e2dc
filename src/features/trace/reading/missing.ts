import { catalogue, type ErrorCode } from '../../../platform/errors/index.ts';
import type { Missing } from '../contract.ts';
import type { Station } from '../links/model.ts';

export type SystemKind = 'sonarqube' | 'bitbucket-server' | 'harness' | 'oci-registry';

export interface CommitOnLine {
  key: string;
  /** What was analysed at it, as far as the server still has it. */
  scopes: readonly string[];
  pullRequests: number;
  images: number;
  /** Whether a project is bound to its repository; null: no repository of it is known. */
  bound: boolean | null;
  /** Analyses next to it in time, in words. */
  around: readonly string[];
}

export interface ImageOnLine {
  id: number;
  commits: number;
  /** What the claims about each platform come to. */
  outcomes: readonly string[];
  executions: number;
  /** Executions that built a commit of it and were not asked yet what they pushed, in words. */
  unasked: readonly string[];
  deployments: number;
  /** When it was built, or at the latest was. */
  madeAt: Date;
}

/** A record that names an image, by whatever. */
export interface NamingOnLine {
  /** Its station, as links name it. */
  at: string;
  /** Images that it may mean. */
  images: readonly string[];
  /** What it names, in its words; null: nothing. */
  named: string | null;
  byDigest: boolean;
  /** The repository that it names is one that is read. */
  read: boolean;
  /** When that was read first. */
  readFrom: Date | null;
  /** When it named it. */
  since: Date;
  moved: boolean;
}

/** From when on everything is here that an integration tells of what was; null: of some of it nothing is yet. */
export interface Past {
  name: string;
  from: Date | null;
}

export interface LineFacts {
  /** On the line to what was made of it, too. */
  onward: boolean;
  commits: readonly CommitOnLine[];
  doubtful: readonly { key: string; whole: readonly string[] }[];
  images: readonly ImageOnLine[];
  deployments: readonly NamingOnLine[];
  /** Each thing that an execution says it built and of which nothing is known; and one that names nothing, where it was asked for. */
  executions: readonly NamingOnLine[];
  /** Integrations by kind, and those that were not read for too long, in words. */
  systems: Readonly<Record<SystemKind, { connected: number; stale: readonly string[]; pasts: readonly Past[] }>>;
}

interface Found {
  at: string;
  expects: Station;
  code: ErrorCode;
  details?: readonly string[];
}

/** Why a line ends where it does: a code for each link that is not there, or that is not one alone. */
export function missingLinks(line: LineFacts): Missing[] {
  return [
    ...line.commits.flatMap((commit) => ofCommit(commit, line)),
    ...line.doubtful.map(
      ({ key, whole }): Found => ({
        at: `commit:${key}`,
        expects: 'commit',
        code: 'trace_commit_ambiguous',
        details: whole,
      }),
    ),
    ...line.images.flatMap((image) => ofImage(image, line)),
    ...[...line.deployments, ...line.executions].flatMap((naming) => ofNaming(naming, line)),
  ].map(inWords);
}

function inWords({ at, expects, code, details = [] }: Found): Missing {
  const { title, remedy } = catalogue[code];
  return { at, expects, code, message: title, remedy, details: [...details] };
}

function ofCommit(commit: CommitOnLine, line: LineFacts): Found[] {
  const at = `commit:${commit.key}`;
  const found: Found[] = [];
  if (commit.pullRequests === 0)
    found.push(...told(line, 'bitbucket-server', { at, expects: 'pull_request', code: 'trace_no_pull_request' }));
  if (commit.scopes.length === 0) {
    const code = commit.bound === false ? 'trace_repository_not_bound' : 'trace_commit_not_analyzed';
    found.push(...told(line, 'sonarqube', { at, expects: 'analysis', code, details: commit.around }));
  } else if (!commit.scopes.includes('branch')) {
    found.push({ at, expects: 'analysis', code: 'trace_only_pull_request_analyzed' });
  }
  if (line.onward && commit.images === 0)
    found.push(...told(line, 'oci-registry', { at, expects: 'image', code: 'trace_no_image' }));
  return found;
}

function ofImage(image: ImageOnLine, line: LineFacts): Found[] {
  const at = `image:${image.id}`;
  const found: Found[] = [];
  if (image.commits === 0) {
    const contradict = image.outcomes.includes('PROVENANCE_CONFLICT');
    const code = contradict ? 'trace_claims_contradict' : 'trace_image_without_provenance';
    found.push({ at, expects: 'commit', code, details: image.outcomes });
  }
  if (image.executions === 0) {
    const code = image.unasked.length > 0 ? 'trace_build_not_asked' : 'trace_no_execution';
    found.push(
      ...told(line, 'harness', { at, expects: 'execution', code, details: image.unasked }),
      ...beyond(line, image, 'execution'),
    );
  }
  if (image.deployments === 0)
    found.push(
      { at, expects: 'deployment', code: 'trace_never_deployed' },
      ...stale(line, 'harness', at, 'deployment'),
      ...beyond(line, image, 'deployment'),
    );
  return found;
}

function ofNaming(naming: NamingOnLine, line: LineFacts): Found[] {
  const { at, images, named, moved } = naming;
  const doubt = (code: ErrorCode, details: readonly string[] = []): Found => ({ at, expects: 'image', code, details });
  if (images.length > 0)
    return [
      ...(images.length > 1 ? [doubt('trace_image_ambiguous', images)] : []),
      ...(moved ? [doubt('trace_tag_moved')] : []),
    ];
  if (named === null) return [doubt('trace_names_no_artifact')];
  return told(line, 'oci-registry', doubt(whyNoImage(naming), [named]));
}

function whyNoImage({ read, byDigest, readFrom, since }: NamingOnLine): ErrorCode {
  if (!read) return 'trace_registry_not_connected';
  if (byDigest) return 'trace_image_not_read';
  return readFrom !== null && readFrom > since ? 'trace_beyond_history' : 'trace_tag_unknown_then';
}

/** What a kind of system would tell: where none is connected that is why, and where one was not read that is said too. */
function told(line: LineFacts, kind: SystemKind, found: Found): Found[] {
  if (line.systems[kind].connected > 0) return [found, ...stale(line, kind, found.at, found.expects)];
  const code = kind === 'oci-registry' ? 'trace_registry_not_connected' : 'trace_system_not_connected';
  return [{ at: found.at, expects: found.expects, code, details: [kind] }];
}

function stale(line: LineFacts, kind: SystemKind, at: string, expects: Station): Found[] {
  const details = line.systems[kind].stale;
  return details.length === 0 ? [] : [{ at, expects, code: 'trace_not_read_since', details }];
}

/** What Harness ran when the image was made lies before what was read of it. */
function beyond(line: LineFacts, { id, madeAt }: ImageOnLine, expects: Station): Found[] {
  const details = line.systems.harness.pasts.flatMap(({ name, from }) =>
    from === null || from > madeAt ? [`${name} ${from === null ? 'never' : from.toISOString()}`] : [],
  );
  return details.length === 0 ? [] : [{ at: `image:${id}`, expects, code: 'trace_beyond_history', details }];
}
