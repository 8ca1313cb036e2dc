import type { Queryable, Tx } from '../../platform/database/index.ts';
import { compareListing, mergeListing, tableListing, type TableSpec } from '../ingestion/index.ts';
import type {
  Holdings,
  PublishContext,
  PublishSummary,
  ScopeComparison,
  Sink,
  StoredThing,
  StreamOutcome,
  StreamPublished,
} from '../ingestion/sink.ts';
import { ownersChanged, pullRequestChanged } from './changes.ts';
import { isBound, publishOwners } from './code-owners.ts';
import { keepHeads } from './heads.ts';

/** Of an integration. */
const repositories: TableSpec = {
  table: 'repositories.repositories',
  identity: ['integration_id'],
  softDelete: true,
  stamped: true,
  shape: `project text, "projectName" text, slug text, name text, archived boolean, "isPublic" boolean, "originId" text, link text,
    "cloneUrls" text[]`,
  columns: [
    ['project', 'r.project'],
    ['project_name', 'r."projectName"'],
    ['slug', 'r.slug'],
    ['name', 'r.name'],
    ['archived', 'r.archived'],
    ['is_public', 'r."isPublic"'],
    ['origin_key', 'r."originId"'],
    ['link', 'r.link'],
    ['clone_urls', 'r."cloneUrls"'],
  ],
};

/** Of a repository. */
const pullRequests: TableSpec = {
  table: 'repositories.pull_requests',
  identity: ['integration_id', 'repository_id'],
  softDelete: true,
  stamped: true,
  shape: `title text, state text, draft boolean, "sourceBranch" text, "sourceRepositoryId" text, head text, "targetBranch" text, base text,
    "mergeCommit" text, author text, "createdAt" timestamptz, "updatedAt" timestamptz, "closedAt" timestamptz, link text`,
  columns: [
    ['title', 'r.title'],
    ['state', 'r.state'],
    ['draft', 'r.draft'],
    ['source_branch', 'r."sourceBranch"'],
    ['source_repository_key', 'r."sourceRepositoryId"'],
    ['head', 'r.head'],
    ['target_branch', 'r."targetBranch"'],
    ['base', 'r.base'],
    ['merge_commit', 'r."mergeCommit"'],
    ['author', 'r.author'],
    ['opened_at', 'r."createdAt"'],
    ['updated_at', 'r."updatedAt"'],
    ['closed_at', 'r."closedAt"'],
    ['link', 'r.link'],
  ],
};

interface Listing {
  outcome: StreamOutcome;
  spec: TableSpec;
  ids: readonly number[];
}

/** Stores what the connector of Bitbucket Server reads. */
export const bitbucketSink: Sink = {
  connector: 'bitbucket-server',
  streams: ['code_repositories', 'pull_requests', 'code_owners'],
  async publish(context): Promise<PublishSummary> {
    const streams: StreamPublished[] = [];
    const changes: PublishSummary['changes'] = [];
    for (const { outcome, spec, ids } of await listingsOf(context)) {
      const published = await mergeListing(context, outcome, tableListing(spec, ids));
      streams.push(published);
      if (spec !== pullRequests) continue;
      const changed = await changedPullRequests(context, ids);
      await keepHeads(context.tx, changed);
      changes.push(...changed.map((id) => ({ kind: pullRequestChanged, id })));
    }
    const owners = context.outcomes.find(({ stream }) => stream === 'code_owners');
    if (owners !== undefined) {
      const repository = await storedRepository(context);
      const published = await publishOwners(context, owners, repository);
      streams.push(published);
      if (published.updated > 0) changes.push({ kind: ownersChanged, id: repository });
    }
    return { streams, changes };
  },
  async compare(context): Promise<ScopeComparison[]> {
    const compared: ScopeComparison[] = [];
    for (const { outcome, spec, ids } of await listingsOf(context)) {
      const { stream, scope } = outcome;
      compared.push({ stream, scope, label: stream, ...(await compareListing(context, outcome, { spec, ids })) });
    }
    return compared;
  },
  // Nothing here is summed up.
  aggregate: async () => false,
  holdings: holdingsOf,
  facts: async (db, { integrationId, slice }) => {
    const repository = slice === 'discovery' ? undefined : await findRepository(db, integrationId, slice);
    return { owners: repository !== undefined && (await isBound(db, repository)) };
  },
  locate,
};

/** What was read, and where it is stored. */
async function listingsOf(context: PublishContext): Promise<Listing[]> {
  const listings: Listing[] = [];
  const { integrationId } = context;
  for (const outcome of context.outcomes.filter((one) => one.outcome === 'complete')) {
    if (outcome.stream === 'code_repositories') {
      listings.push({ outcome, spec: repositories, ids: [integrationId] });
    } else if (outcome.stream === 'pull_requests') {
      listings.push({ outcome, spec: pullRequests, ids: [integrationId, await storedRepository(context)] });
    }
  }
  return listings;
}

async function storedRepository({ tx, integrationId, slice }: PublishContext): Promise<number> {
  const repository = await findRepository(tx, integrationId, slice);
  // Repositories are published before their slices are read; one that was renamed meanwhile is read under its new name.
  if (repository === undefined) throw new Error(`no repository is stored for slice ${slice}`);
  return repository;
}

/** The repository that has the names of a slice now. */
async function findRepository(db: Queryable, integrationId: number, slice: string): Promise<number | undefined> {
  const [project, slug] = slice.replace(/^repository:/, '').split('/');
  const row = await db.maybeOne<{ id: number }>(
    `select id from repositories.repositories
      where integration_id = $1 and project = $2 and slug = $3 and deleted_at is null order by id desc limit 1`,
    [integrationId, project, slug],
  );
  return row?.id;
}

/** Those that this publish wrote. */
async function changedPullRequests({ tx, runId }: PublishContext, ids: readonly number[]): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    `select id from repositories.pull_requests
      where integration_id = $1 and repository_id = $2 and run_id = $3 and synced_at = now() order by id`,
    [...ids, runId],
  );
  return rows.map(({ id }) => id);
}

/** A pull request’s status is its state and when it changed. Without keys, those that are open. */
function holdingsOf(db: Queryable, integrationId: number, slice: string): Holdings {
  return {
    counts: async () => ({}),
    async rows(stream, _scope, { keys, ...others }, { after, limit }) {
      if (stream !== 'pull_requests' || Object.keys(others).length > 0)
        throw new Error(`${stream} are not listed like this`);
      const repository = await findRepository(db, integrationId, slice);
      const rows = await db.query<{ key: string; state: string; at: Date }>(
        `select source_key as key, state, updated_at as at from repositories.pull_requests
          where repository_id = $1 and deleted_at is null and source_key > $2
            and case when $3::text[] is null then state = 'open' else source_key = any ($3) end
          order by source_key limit $4`,
        [repository ?? null, after, keys ?? null, limit],
      );
      return rows.map(({ key, state, at }) => ({ key, status: `${state} ${at.toISOString()}` }));
    },
  };
}

/** By `PAY/ledger` or `PAY/ledger/17`. */
async function locate(tx: Tx, integrationId: number, text: string): Promise<StoredThing[]> {
  const [project = '', slug = '', number] = text.trim().split(/[/#]/);
  const rows = await tx.query<{ id: number; run_id: number | null; label: string; kind: string; state: string }>(
    `select p.id, p.run_id, 'pull request' as kind, p.state, r.project || '/' || r.slug || ' pull request ' || p.source_key as label
       from repositories.pull_requests p join repositories.repositories r on r.id = p.repository_id
      where p.integration_id = $1 and lower(r.project) = lower($2) and r.slug = lower($3) and p.source_key = $4
     union all
     select r.id, r.run_id, 'repository', case when r.deleted_at is null then 'there' else 'gone' end, r.project || '/' || r.slug
       from repositories.repositories r
      where r.integration_id = $1 and lower(r.project) = lower($2) and r.slug = lower($3) and $4::text is null
      order by 1 desc limit 20`,
    [integrationId, project, slug, number ?? null],
  );
  return rows.map(({ id, run_id: runId, kind, label, state }) => ({
    kind,
    id,
    label,
    projectId: null,
    runId,
    facts: { state },
  }));
}
