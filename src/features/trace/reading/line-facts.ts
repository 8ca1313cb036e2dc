import { revisionsOf } from '../../../domain/commit.ts';
import type { Database } from '../../../platform/database/index.ts';
import { registryHosts } from '../links/lookup.ts';
import { mentionOf } from '../links/references.ts';
import type { CommitOnLine, DeploymentOnLine, ImageOnLine, LineFacts, SystemKind } from './missing.ts';
import type { StoredLink, Walked } from './walk.ts';

/** What says why the line ends where it does. */
export async function lineFacts(db: Database, walked: Walked, now: Date): Promise<LineFacts> {
  const { start, links } = walked;
  return {
    onward: ['commit', 'pull_request', 'analysis'].includes(start.station),
    commits: await commitsOnLine(db, walked),
    doubtful: [...walked.doubtful].map(([key, whole]) => ({ key, whole })),
    images: await imagesOnLine(db, walked),
    deployments: await deploymentsOnLine(db, walked),
    idleExecutions:
      start.station === 'execution' && !links.some(({ kind }) => kind === 'built' || kind === 'ran_in')
        ? [Number(start.key)]
        : [],
    systems: await systems(db, now),
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

async function commitsOnLine(db: Database, walked: Walked): Promise<CommitOnLine[]> {
  const found: CommitOnLine[] = [];
  for (const key of judged(walked)) {
    const named = new Set(revisionsOf(key));
    const here = walked.links.filter(({ to, toKey }) => to === 'commit' && toKey !== null && named.has(toKey));
    const of = (...kinds: string[]): number[] =>
      here.filter(({ kind }) => kinds.includes(kind)).map(({ fromId }) => fromId);
    const scopes = await scopesOf(db, of('analyzed'));
    const repositories = await repositoriesOf(db, of('head', 'merge'));
    found.push({
      key,
      scopes,
      pullRequests: of('head', 'merge').length,
      images: of('built_from').length,
      bound: repositories.length === 0 ? null : repositories.some(({ bound }) => bound),
      around: scopes.length > 0 ? [] : await around(db, repositories, firstSeen(here)),
    });
  }
  return found;
}

const firstSeen = (links: readonly StoredLink[]): Date | undefined =>
  links.map(({ validFrom }) => validFrom).toSorted((a, b) => a.getTime() - b.getTime())[0];

async function scopesOf(db: Database, analyses: readonly number[]): Promise<string[]> {
  const rows = await db.query<{ scope: string }>(
    'select distinct scope from shared.analyses where id = any ($1) and at_source order by 1',
    [analyses],
  );
  return rows.map(({ scope }) => scope);
}

interface Repository {
  id: number;
  bound: boolean;
}

function repositoriesOf(db: Database, pullRequests: readonly number[]): Promise<Repository[]> {
  return db.query(
    `select r.id, exists (select from shared.bindings b where b.repository_id = r.id) as bound
       from shared.code_repositories r
      where r.id in (select p.repository_id from shared.pull_requests p where p.id = any ($1)) order by 1`,
    [pullRequests],
  );
}

/** The analysis of each bound project that comes next before, and after, a moment. */
async function around(db: Database, repositories: readonly Repository[], at: Date | undefined): Promise<string[]> {
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

async function imagesOnLine(db: Database, { images, links }: Walked): Promise<ImageOnLine[]> {
  const rows = await db.query<{ id: number; outcomes: string[] }>(
    `select i.id, array(select distinct p.outcome from shared.image_platforms p where p.image_id = i.id order by 1) as outcomes
       from shared.images i where i.id = any ($1) order by 1`,
    [[...images]],
  );
  const count = (id: number, kind: string): number =>
    links.filter((link) => link.kind === kind && (link.from === 'image' ? link.fromId : link.toId) === id).length;
  return rows.map(({ id, outcomes }) => ({
    id,
    outcomes,
    commits: count(id, 'built_from'),
    executions: count(id, 'built'),
    deployments: count(id, 'deployed') + count(id, 'set'),
  }));
}

async function deploymentsOnLine(db: Database, { deployments, links }: Walked): Promise<DeploymentOnLine[]> {
  const rows = await db.query<{ id: number; image: string | null; digest: string | null; at: Date }>(
    `select id, image, image_digest as digest, coalesce(started_at, at) as at from shared.deployments where id = any ($1) order by 1`,
    [[...deployments]],
  );
  const found: DeploymentOnLine[] = [];
  for (const { id, image, digest, at } of rows) {
    const put = links.filter(({ kind, fromId }) => kind === 'deployed' && fromId === id);
    const mention = mentionOf(image, digest);
    const from = put.length > 0 || mention === null ? null : await readFrom(db, mention);
    found.push({
      id,
      images: put.length,
      named: mention !== null,
      byDigest: mention?.digest != null,
      read: from !== null,
      readFrom: from,
      at,
      moved: put.some(({ note }) => note === 'tag_moved'),
    });
  }
  return found;
}

/** Since when a repository that is meant is read; null: none of them is. */
async function readFrom(
  db: Database,
  { host, repositories }: { host: string | null; repositories: readonly string[] },
): Promise<Date | null> {
  const hosts = await registryHosts(db);
  const rows = await db.query<{ integrationId: number; firstSeenAt: Date }>(
    `select integration_id as "integrationId", first_seen_at as "firstSeenAt" from shared.image_repositories
      where cardinality($1::text[]) = 0 or name = any ($1) order by first_seen_at limit 100`,
    [repositories],
  );
  return rows.find(({ integrationId }) => host === null || hosts.get(integrationId) === host)?.firstSeenAt ?? null;
}

const kinds: readonly SystemKind[] = ['sonarqube', 'bitbucket-server', 'harness', 'oci-registry'];

/** Three of its intervals without a whole reading, and whoever made it waits for something. */
async function systems(db: Database, now: Date): Promise<LineFacts['systems']> {
  const rows = await db.query<{ kind: string; name: string; seconds: number | null; at: Date | null }>(
    `select i.kind, i.name, f.interval_seconds as seconds, f.last_good_at as at
       from shared.integrations i left join shared.integration_freshness f on f.integration_id = i.id
      where i.kind = any ($1) and i.state <> 'deleting' order by i.name`,
    [kinds],
  );
  const of = (kind: SystemKind): LineFacts['systems'][SystemKind] => {
    const own = rows.filter((row) => row.kind === kind);
    return {
      connected: own.length,
      stale: own.flatMap(({ name, seconds, at }) =>
        isStale({ seconds, at, now }) ? [`${name} ${at === null ? 'never' : at.toISOString()}`] : [],
      ),
    };
  };
  return Object.fromEntries(kinds.map((kind) => [kind, of(kind)])) as unknown as LineFacts['systems'];
}

/** What is not read by a schedule is never late. */
export function isStale({ seconds, at, now }: { seconds: number | null; at: Date | null; now: Date }): boolean {
  if (seconds === null) return false;
  return at === null || now.getTime() - at.getTime() > 3 * seconds * 1000;
}
