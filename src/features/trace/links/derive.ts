import type { Queryable } from '../../../platform/database/index.ts';
import * as facts from './facts.ts';
import { lookUp } from './lookup.ts';
import type { Certainty, Link, Owner } from './model.ts';
import { type Mention, mentionOf, type Resolved, resolve, type Window } from './references.ts';
import * as rules from './rules.ts';

/** What a record names, kept so that it is looked at again when such an image comes or the tag moves. */
export interface StoredMention {
  owner: Owner;
  ownerId: number;
  repository: string | null;
  tag: string | null;
  digest: string | null;
  from: Date;
  to: Date;
}

export interface Derived {
  links: Link[];
  mentions: StoredMention[];
}

/** Links of these records, from what their rooms say now and from nothing else. One that is not there has none. */
export const deriveLinks: Record<Owner, (db: Queryable, ids: readonly number[]) => Promise<Derived>> = {
  pull_request: async (db, ids) => plain((await facts.readPullRequests(db, ids)).flatMap(rules.linksOfPullRequest)),
  analysis: async (db, ids) => plain((await facts.readAnalyses(db, ids)).flatMap(rules.linksOfAnalysis)),
  image: async (db, ids) => plain((await facts.readImageFacts(db, ids)).flatMap(rules.linksOfImage)),
  environment_image: async (db, ids) =>
    plain((await facts.readEnvironmentImages(db, ids)).flatMap(rules.linksOfEnvironmentImage)),
  execution: deriveExecutions,
  deployment: deriveDeployments,
};

const plain = (links: Link[]): Derived => ({ links, mentions: [] });

interface Naming<Fact> {
  fact: Fact;
  mention: Mention;
  window: Window;
  certainty: Certainty;
}

/** A push is seen with the next look at the registry: so long after the end of an execution its images may come. */
const seenWithinMs = 15 * 60_000;

async function deriveExecutions(db: Queryable, ids: readonly number[]): Promise<Derived> {
  const executions = await facts.readExecutions(db, ids);
  const namings = namedByExecutions(executions);
  const resolved = await resolveAll(db, namings);
  return {
    links: executions.flatMap((fact) => rules.linksOfExecution(fact, resolved.get(fact.id) ?? [])),
    mentions: namings.flatMap((naming) => storedMentions('execution', naming)),
  };
}

function namedByExecutions(executions: readonly facts.ExecutionFacts[]): Naming<facts.ExecutionFacts>[] {
  return executions.flatMap((fact) =>
    fact.built.flatMap(({ reference, digest }): Naming<facts.ExecutionFacts>[] => {
      const mention = mentionOf(reference, digest);
      // By its tag alone nothing is known before it has ended.
      if (mention === null || (mention.digest === null && fact.endedAt === null)) return [];
      const builtUntil = new Date((fact.endedAt ?? fact.begunAt).getTime() + seenWithinMs);
      return [{ fact, mention, window: { builtFrom: fact.begunAt, builtUntil }, certainty: 'stated' }];
    }),
  );
}

export interface UnknownBuild {
  executionId: number;
  mention: Mention;
  /** As the execution names it. */
  words: string;
  until: Date;
}

/** What executions that have ended say they built, as far as no image is known by it; and which of them name anything. */
export async function unknownBuilds(
  db: Queryable,
  ids: readonly number[],
): Promise<{ unknown: UnknownBuild[]; naming: Set<number> }> {
  const executions = ids.length === 0 ? [] : await facts.readExecutions(db, ids);
  const namings = namedByExecutions(executions).filter(({ fact }) => fact.endedAt !== null);
  const known = await lookUp(
    db,
    namings.map(({ mention }) => mention),
  );
  return {
    naming: new Set(
      executions
        .filter(({ built }) => built.some(({ reference, digest }) => mentionOf(reference, digest) !== null))
        .map(({ id }) => id),
    ),
    unknown: namings
      .filter(({ mention, window, certainty }) => resolve(mention, known, { window, certainty }).length === 0)
      .map(({ fact, mention, window }) => ({
        executionId: fact.id,
        mention,
        words: wordsOf(mention),
        until: 'builtUntil' in window ? window.builtUntil : window.until,
      })),
  };
}

const wordsOf = ({ host, repositories, tag, digest }: Mention): string =>
  [host, repositories[0]].filter((part) => part != null).join('/') +
  (digest === null ? `:${tag}` : repositories.length === 0 ? digest : `@${digest}`);

async function deriveDeployments(db: Queryable, ids: readonly number[]): Promise<Derived> {
  const deployments = await facts.readDeployments(db, ids);
  const namings = deployments.flatMap((fact): Naming<facts.DeploymentFacts>[] => {
    const mention = mentionOf(fact.reference, fact.digest);
    if (mention === null) return [];
    const at = fact.startedAt ?? fact.at;
    const until = fact.endedAt ?? fact.at;
    const certainty = fact.source === 'pushed' ? 'declared' : 'stated';
    return [{ fact, mention, window: { at, until: until < at ? at : until }, certainty }];
  });
  const resolved = await resolveAll(db, namings);
  return {
    links: deployments.flatMap((fact) => rules.linksOfDeployment(fact, resolved.get(fact.id) ?? [])),
    mentions: namings.flatMap((naming) => storedMentions('deployment', naming)),
  };
}

async function resolveAll<Fact extends { id: number }>(
  db: Queryable,
  namings: readonly Naming<Fact>[],
): Promise<Map<number, Resolved[]>> {
  const known = await lookUp(
    db,
    namings.map(({ mention }) => mention),
  );
  const found = new Map<number, Resolved[]>();
  for (const { fact, mention, window, certainty } of namings)
    found.set(fact.id, [...(found.get(fact.id) ?? []), ...resolve(mention, known, { window, certainty })]);
  return found;
}

function storedMentions(owner: Owner, { fact, mention, window }: Naming<{ id: number }>): StoredMention[] {
  const [from, to] = 'at' in window ? [window.at, window.until] : [window.builtFrom, window.builtUntil];
  const rest = { owner, ownerId: fact.id, from, to };
  if (mention.digest !== null) return [{ ...rest, repository: null, tag: null, digest: mention.digest }];
  return mention.repositories.map((repository) => ({ ...rest, repository, tag: mention.tag, digest: null }));
}
