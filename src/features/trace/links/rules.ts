import { parseRevision } from '../../../domain/commit.ts';
import type * as facts from './facts.ts';
import { type Certainty, environmentKey, type Link, type LinkKind, type Note, type Station } from './model.ts';
import type { Resolved } from './references.ts';

type Ends = Pick<Link, 'kind' | 'from' | 'fromId' | 'to' | 'toId' | 'toKey'>;
type Rest = Omit<Link, keyof Ends>;

const toRow = (
  kind: LinkKind,
  [from, fromId]: readonly [Station, number],
  [to, toId]: readonly [Station, number],
): Ends => ({
  kind,
  from,
  fromId,
  to,
  toId,
  toKey: null,
});

const toText = (
  kind: LinkKind,
  [from, fromId]: readonly [Station, number],
  [to, toKey]: readonly [Station, string],
): Ends => ({ kind, from, fromId, to, toId: null, toKey });

/** A pull request says which commit was its newest, push by push, and as which it was merged. */
export function linksOfPullRequest(pull: facts.PullRequestFacts): Link[] {
  const rest = {
    owner: 'pull_request',
    ownerId: pull.id,
    certainty: 'stated',
    note: null,
    integrationId: pull.integrationId,
    stream: 'pull_requests',
    record: pull.key,
    endedBy: null,
  } as const;
  const self = ['pull_request', pull.id] as const;
  const heads = pull.heads.map(
    ({ commit, from, to }): Link => ({
      ...rest,
      ...toText('head', self, ['commit', commit]),
      seenAt: new Date(from),
      validFrom: new Date(from),
      validTo: to === null ? pull.deletedAt : new Date(to),
    }),
  );
  if (pull.mergeCommit === null) return heads;
  const mergedAt = pull.closedAt ?? pull.updatedAt;
  const merge = toText('merge', self, ['commit', pull.mergeCommit]);
  return [...heads, { ...rest, ...merge, seenAt: mergedAt, validFrom: mergedAt, validTo: pull.deletedAt }];
}

/** An analysis says of which commit it is; of which pull request follows from its key and the binding of its project. */
export function linksOfAnalysis(analysis: facts.AnalysisFacts): Link[] {
  const revision = parseRevision(analysis.revision ?? '');
  const rest: Omit<Rest, 'certainty' | 'note'> = {
    owner: 'analysis',
    ownerId: analysis.id,
    integrationId: analysis.integrationId,
    stream: 'analyses',
    record: analysis.key,
    seenAt: analysis.analyzedAt,
    validFrom: analysis.analyzedAt,
    validTo: analysis.deletedAt,
    endedBy: null,
  };
  const self = ['analysis', analysis.id] as const;
  const links: Link[] = [];
  if (revision !== null && revision.kind !== 'other')
    links.push({
      ...rest,
      ...toText('analyzed', self, ['commit', revision.commit]),
      certainty: 'stated',
      note: revision.kind === 'prefix' ? 'short_commit' : null,
    });
  if (analysis.pullRequestId !== null)
    links.push({
      ...rest,
      ...toRow('analysis_of', self, ['pull_request', analysis.pullRequestId]),
      certainty: 'inferred',
      note: null,
    });
  return links;
}

/** Only the claim that decided, and only with a signature that was verified, makes a link signed. */
export function certaintyOfClaim({ trust, signature }: Pick<facts.PlatformFacts, 'trust' | 'signature'>): Certainty {
  return trust === 'signed' && signature === 'verified' ? 'signed' : 'stated';
}

/** An image says from which commits it was built: one for each that its platforms come to, as sure as the least of them. */
export function linksOfImage(image: facts.ImageFacts): Link[] {
  const commits = new Map<string, { certainty: Certainty; note: Note | null }>();
  for (const platform of image.platforms) {
    if (platform.outcome !== 'resolved' || platform.commit === null) continue;
    const note = platform.commitExact === false ? 'short_commit' : platform.dirty === true ? 'dirty' : null;
    const before = commits.get(platform.commit);
    const certainty = before?.certainty === 'stated' ? 'stated' : certaintyOfClaim(platform);
    commits.set(platform.commit, { certainty, note: before?.note ?? note });
  }
  return [...commits].map(([commit, { certainty, note }]) => ({
    owner: 'image',
    ownerId: image.id,
    ...toText('built_from', ['image', image.id], ['commit', commit]),
    certainty,
    note,
    integrationId: image.integrationId,
    stream: 'images',
    record: image.digest,
    seenAt: image.firstSeenAt,
    validFrom: image.firstSeenAt,
    validTo: image.goneAt,
    endedBy: null,
  }));
}

/** An execution says which commit it checked out and which images it built. */
export function linksOfExecution(execution: facts.ExecutionFacts, built: readonly Resolved[]): Link[] {
  const rest = {
    owner: 'execution',
    ownerId: execution.id,
    integrationId: execution.integrationId,
    record: execution.key,
    seenAt: execution.firstSeenAt,
    validFrom: execution.begunAt,
    validTo: execution.deletedAt,
    endedBy: null,
  } as const;
  const self = ['execution', execution.id] as const;
  const commits = execution.commits.map(
    (commit): Link => ({
      ...rest,
      stream: 'executions',
      ...toText('checked_out', self, ['commit', commit]),
      certainty: 'stated',
      note: null,
    }),
  );
  const images = built.map(
    ({ imageId, certainty, note }): Link => ({
      ...rest,
      stream: 'stage_outcomes',
      ...toRow('built', self, ['image', imageId]),
      certainty,
      note,
    }),
  );
  return distinct([...commits, ...images]);
}

/** A deployment says what it put where, and in which execution; what a pipeline reported of it is declared. */
export function linksOfDeployment(deployment: facts.DeploymentFacts, put: readonly Resolved[]): Link[] {
  const told: Certainty = deployment.source === 'pushed' ? 'declared' : 'stated';
  const rest = {
    owner: 'deployment',
    ownerId: deployment.id,
    integrationId: deployment.integrationId,
    stream: deployment.source === 'pushed' ? 'reported' : 'executions',
    record: deployment.key,
    seenAt: deployment.receivedAt,
    validFrom: deployment.at,
    validTo: null,
    certainty: told,
    note: null,
    endedBy: null,
  } as const;
  const self = ['deployment', deployment.id] as const;
  const links: Link[] = put.map(({ imageId, certainty, note }) => ({
    ...rest,
    ...toRow('deployed', self, ['image', imageId]),
    certainty,
    note,
  }));
  // What an execution checked out is a word of the execution: what it deploys may be built from another commit.
  if (deployment.commit !== null && deployment.source === 'pushed')
    links.push({ ...rest, ...toText('deployed_commit', self, ['commit', deployment.commit]) });
  if (deployment.executionId !== null)
    links.push({ ...rest, ...toRow('ran_in', self, ['execution', deployment.executionId]) });
  const into = toText('into', self, ['environment', environmentOf(deployment)]);
  // What never ran there went there for a moment.
  const never = { from: deployment.at, to: deployment.at, endedBy: null };
  const periods = deployment.periods.length === 0 ? [never] : deployment.periods;
  return [
    ...distinct(links),
    ...periods.map(({ from, to, endedBy }): Link => ({ ...rest, ...into, validFrom: from, validTo: to, endedBy })),
  ];
}

const environmentOf = ({ integrationId, environmentScope, environment }: facts.DeploymentFacts): string =>
  environmentKey(integrationId, environmentScope, environment);

/** A person, or a pipeline, said that an image is in an environment. */
export function linksOfEnvironmentImage(period: facts.EnvironmentImageFacts): Link[] {
  return [
    {
      owner: 'environment_image',
      ownerId: period.id,
      ...toText('set', ['image', period.imageId], ['environment', environmentKey(null, '', period.environment)]),
      certainty: 'declared',
      note: null,
      integrationId: null,
      stream: 'environment',
      record: period.reference,
      seenAt: period.validFrom,
      validFrom: period.validFrom,
      validTo: period.validTo,
      endedBy: null,
    },
  ];
}

/** The same end said twice by one record, as by two stages of an execution, is one link: the surer one. */
function distinct(links: readonly Link[]): Link[] {
  const kept = new Map<string, Link>();
  for (const link of links) {
    const key = `${link.kind} ${link.toId ?? ''} ${link.toKey ?? ''}`;
    const before = kept.get(key);
    if (before === undefined || (before.certainty === 'inferred' && link.certainty !== 'inferred')) kept.set(key, link);
  }
  return [...kept.values()];
}
