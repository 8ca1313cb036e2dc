import { revisionsOf } from '../../../domain/commit.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import type { CommitOnLine, ImageOnLine, LineFacts, SystemKind } from './missing.ts';
import { deploymentsOnLine, executionsOnLine } from './naming.ts';
import type { Age } from './stations.ts';
import type { StoredLink, Walked } from './walk.ts';

/** What says why the line ends where it does. */
export async function lineFacts(db: Queryable, walked: Walked, age: Age): Promise<LineFacts> {
  const onward = ['commit', 'pull_request', 'analysis'].includes(walked.start.station);
  return {
    onward,
    commits: await commitsOnLine(db, walked),
    doubtful: [...walked.doubtful].map(([key, whole]) => ({ key, whole })),
    images: await imagesOnLine(db, walked),
    deployments: await deploymentsOnLine(db, walked),
    executions: onward || walked.start.station === 'execution' ? await executionsOnLine(db, walked) : [],
    systems: await systems(db, age),
  };
}

/** Of a pull request its newest commit is judged, or what it was merged as; the pushes before were replaced. */
function judged({ start, links, commits }: Walked): string[] {
  if (start.station !== 'pull_request') return [...commits];
  const own = links.filter(({ from, fromId }) => from === 'pull_request' && String(fromId) === start.key);
  const merge = own.filter(({ kind }) => kind === 'merge');
  const head = own.filter(({ kind, validTo }) => kind === 'head' && validTo === null);
  return (merge.length > 0 ? merge : head).map(({ toKey }) => toKey ?? '');
}

async function commitsOnLine(db: Queryable, walked: Walked): Promise<CommitOnLine[]> {
  const keys = judged(walked);
  const of = (key: string, ...kinds: string[]): StoredLink[] => {
    const named = new Set(revisionsOf(key));
    return walked.links.filter(
      ({ to, toKey, kind }) => to === 'commit' && toKey !== null && named.has(toKey) && kinds.includes(kind),
    );
  };
  const fromIds = (links: readonly StoredLink[]): number[] => links.map(({ fromId }) => fromId);
  const scopes = await scopesOf(db, fromIds(keys.flatMap((key) => of(key, 'analyzed'))));
  const repositories = await repositoriesOf(db, fromIds(keys.flatMap((key) => of(key, 'head', 'merge'))));
  const found: CommitOnLine[] = [];
  for (const key of keys) {
    const pulls = of(key, 'head', 'merge');
    const own = fromIds(pulls).flatMap((id) => repositories.get(id) ?? []);
    const analysed = [...new Set(fromIds(of(key, 'analyzed')).flatMap((id) => scopes.get(id) ?? []))].toSorted();
    found.push({
      key,
      scopes: analysed,
      pullRequests: pulls.length,
      images: of(key, 'built_from').length,
      bound: own.length === 0 ? null : own.some(({ bound }) => bound),
      around: analysed.length > 0 ? [] : await around(db, own, firstSeen(pulls)),
    });
  }
  return found;
}

const firstSeen = (links: readonly StoredLink[]): Date | undefined =>
  links.map(({ validFrom }) => validFrom).toSorted((a, b) => a.getTime() - b.getTime())[0];

/** By analysis what was analysed, of those that the server still has. */
async function scopesOf(db: Queryable, analyses: readonly number[]): Promise<Map<number, string>> {
  if (analyses.length === 0) return new Map();
  const rows = await db.query<{ id: number; scope: string }>(
    'select id, scope from shared.analyses where id = any ($1) and at_source',
    [analyses],
  );
  return new Map(rows.map(({ id, scope }) => [id, scope]));
}

interface Repository {
  id: number;
  bound: boolean;
}

/** By pull request the repository that it is to be merged into. */
async function repositoriesOf(db: Queryable, pullRequests: readonly number[]): Promise<Map<number, Repository>> {
  if (pullRequests.length === 0) return new Map();
  const rows = await db.query<Repository & { pull: number }>(
    `select p.id as pull, p.repository_id as id, exists (select from shared.bindings b where b.repository_id = p.repository_id) as bound
       from shared.pull_requests p where p.id = any ($1)`,
    [pullRequests],
  );
  return new Map(rows.map(({ pull, id, bound }) => [pull, { id, bound }]));
}

/** The analysis of each bound project that comes next before, and after, a moment. */
async function around(db: Queryable, repositories: readonly Repository[], at: Date | undefined): Promise<string[]> {
  if (repositories.length === 0 || at === undefined) return [];
  const rows = await db.query<{ project: string; commit: string; at: Date }>(
    `select p.source_key as project, near.revision as commit, near.analyzed_at as at
       from shared.bindings b join shared.projects p on p.id = b.project_id
      cross join lateral (
        (select a.revision, a.analyzed_at from shared.analyses a
          where a.project_id = p.id and a.counts and a.revision is not null and a.analyzed_at <= $2 order by a.analyzed_at desc, a.id desc limit 1)
        union all
        (select a.revision, a.analyzed_at from shared.analyses a
          where a.project_id = p.id and a.counts and a.revision is not null and a.analyzed_at > $2 order by a.analyzed_at, a.id limit 1)) near
      where b.repository_id = any ($1) order by 1, 3 limit 10`,
    [repositories.map(({ id }) => id), at],
  );
  return rows.map(({ project, commit, at: when }) => `${project} ${commit} ${when.toISOString()}`);
}

async function imagesOnLine(db: Queryable, { images, links }: Walked): Promise<ImageOnLine[]> {
  // Builders that want the same image each time write a time at which there were none.
  const rows = await db.query<{ id: number; madeAt: Date; outcomes: string[] }>(
    `select i.id, case when i.created_at > '2000-01-01' then least(i.created_at, i.first_seen_at) else i.first_seen_at end as "madeAt",
            array(select distinct p.outcome from shared.image_platforms p where p.image_id = i.id order by 1) as outcomes
       from shared.images i where i.id = any ($1) order by 1`,
    [[...images]],
  );
  const count = (id: number, kind: string): number =>
    links.filter((link) => link.kind === kind && (link.from === 'image' ? link.fromId : link.toId) === id).length;
  const unasked = await unaskedBuilds(
    db,
    rows.filter(({ id }) => count(id, 'built') === 0).map(({ id }) => id),
  );
  return rows.map(({ id, madeAt, outcomes }) => ({
    id,
    madeAt,
    outcomes,
    commits: count(id, 'built_from'),
    executions: count(id, 'built'),
    unasked: unasked.get(id) ?? [],
    deployments: count(id, 'deployed') + count(id, 'set'),
  }));
}

/** By image the executions that checked out a commit of it and were not asked yet what they pushed. */
async function unaskedBuilds(db: Queryable, images: readonly number[]): Promise<Map<number, string[]>> {
  if (images.length === 0) return new Map();
  const rows = await db.query<{ id: number; names: string[] }>(
    `select b.from_id as id, (array_agg(distinct concat_ws(' ', e.organization || '/' || e.project, coalesce(e.pipeline_name, e.pipeline), '#' || e.number)))[1:5] as names
       from trace.links b
       join trace.links c on c.to_station = 'commit' and c.to_key = b.to_key and c.kind = 'checked_out'
       join shared.harness_unasked_builds u on u.execution_id = c.from_id
       join shared.harness_executions e on e.id = u.execution_id
      where b.from_station = 'image' and b.from_id = any ($1) and b.kind = 'built_from' group by 1`,
    [images],
  );
  return new Map(rows.map(({ id, names }) => [id, names]));
}

const kinds: readonly SystemKind[] = ['sonarqube', 'bitbucket-server', 'harness', 'oci-registry'];

/** Of each kind those whose word is too old to be believed, and whoever made them waits for something. */
async function systems(db: Queryable, { now, past = false }: Age): Promise<LineFacts['systems']> {
  const rows = await db.query<{
    kind: string;
    name: string;
    stale: boolean;
    at: Date | null;
    hasPast: boolean;
    past: Date | null;
  }>(
    `select i.kind, i.name, f.last_good_at as at, p.integration_id is not null as "hasPast", p.read_from as past,
            case when $3 then f.stale_since is not null
                 else ingestion.stale_since(f.interval_seconds, f.last_good_at, f.webhook_broken_since, f.made_at, $2) is not null end as stale
       from shared.integrations i left join shared.integration_freshness f on f.integration_id = i.id
       left join lateral (select r.* from shared.past_reach r where i.kind = 'harness' and r.integration_id = i.id) p on true
      where i.kind = any ($1) and i.state <> 'deleting' order by i.name`,
    [kinds, now, past],
  );
  const of = (kind: SystemKind): LineFacts['systems'][SystemKind] => {
    const own = rows.filter((row) => row.kind === kind);
    return {
      connected: own.length,
      stale: own.flatMap(({ name, stale, at }) =>
        stale ? [`${name} ${at === null ? 'never' : at.toISOString()}`] : [],
      ),
      pasts: own.flatMap(({ name, hasPast, past: from }) => (hasPast ? [{ name, from }] : [])),
    };
  };
  return Object.fromEntries(kinds.map((kind) => [kind, of(kind)])) as unknown as LineFacts['systems'];
}
