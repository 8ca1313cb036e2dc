import { isCommit, revisionsOf } from '../../../domain/commit.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import { lookUp } from '../links/lookup.ts';
import { type Mention, resolve } from '../links/references.ts';
import type { Asked, NamedPullRequest, Ref } from './understand.ts';

/** More than this are not shown: the text says too little. */
const most = 20;

/** Every station that a text may mean. */
export async function findStations(db: Queryable, asked: Asked, now: Date): Promise<Ref[]> {
  const found: Ref[] = asked.ref === null ? [] : await known(db, asked.ref);
  if (asked.commit !== null) found.push(...(await commits(db, asked.commit)));
  if (asked.pullRequest !== null) found.push(...(await pullRequests(db, asked.pullRequest)));
  if (asked.image !== null) found.push(...(await images(db, asked.image, now)));
  if (asked.execution !== null) found.push(...(await executions(db, asked.execution)));
  if (asked.page !== null) found.push(...(await deployments(db, asked.page)));
  if (asked.projectKey !== null) found.push(...(await projects(db, 'p.source_key = $1', asked.projectKey)));
  if (asked.environment !== null) found.push(...(await environments(db, asked.environment)));
  if (asked.projectId !== null) found.push(...(await projects(db, 'p.id = $1', asked.projectId)));
  const refs = new Map(found.map((ref) => [`${ref.station}:${ref.key}`, ref]));
  return [...refs.values()].slice(0, most);
}

/** An environment is known by what went into it alone; of all others their own room says whether they are there. */
async function known(db: Queryable, ref: Ref): Promise<Ref[]> {
  if (ref.station !== 'environment') return [ref];
  const { exists } = await db.one<{ exists: boolean }>(
    `select exists (select from trace.links where to_station = 'environment' and to_key = $1) as exists`,
    [ref.key],
  );
  return exists ? [ref] : [];
}

/** By its whole name, in whatever project of whichever system. */
async function environments(db: Queryable, name: string): Promise<Ref[]> {
  const rows = await db.query<{ key: string }>(
    `${everyEnvironment} select key from one where lower(regexp_replace(key, '^.*[:/]', '')) = lower($1)
        or lower(ltrim(substring(key from position(':' in key) + 1), '/')) = lower($1) order by key limit ${most}`,
    [name],
  );
  return rows.map(({ key }) => ({ station: 'environment', key }));
}

/** `one`: each environment, looked at once, however many deployments went into it. */
export const everyEnvironment = `
  with recursive one (key) as (
    (select to_key from trace.links where to_station = 'environment' order by to_key limit 1)
    union all
    select (select l.to_key from trace.links l where l.to_station = 'environment' and l.to_key > one.key order by l.to_key limit 1)
      from one where one.key is not null)`;

/** A whole commit is one, known or not. A beginning is each that begins like it; where none does, what was named as short. */
async function commits(db: Queryable, commit: string): Promise<Ref[]> {
  const ref = (key: string): Ref => ({ station: 'commit', key });
  if (isCommit(commit)) return [ref(commit)];
  const known = (await wholeCommits(db, [commit], most)).get(commit);
  if (known !== undefined) return known.map(ref);
  const named = await db.query<{ key: string }>(
    `select distinct to_key as key from trace.links where to_station = 'commit' and to_key = any ($1) order by 1`,
    [revisionsOf(commit)],
  );
  return named.map(({ key }) => ref(key));
}

/** By each beginning the commits that begin so, as far as links name them whole; none for one that none begins like. */
export async function wholeCommits(
  db: Queryable,
  beginnings: readonly string[],
  limit: number,
): Promise<Map<string, string[]>> {
  if (beginnings.length === 0) return new Map();
  const rows = await db.query<{ key: string; whole: string[] }>(
    `select b.key, array_agg(w.key order by w.key) as whole
       from unnest($1::text[]) b (key)
      cross join lateral (
        select distinct to_key as key from trace.links
         where to_station = 'commit' and to_key >= b.key and to_key < b.key || 'g' and length(to_key) in (40, 64) order by 1 limit $2) w
      group by 1`,
    [beginnings, limit],
  );
  return new Map(rows.map(({ key, whole }) => [key, whole]));
}

const refsOf = (station: Ref['station'], rows: readonly { id: number }[]): Ref[] =>
  rows.map(({ id }) => ({ station, key: String(id) }));

async function pullRequests(db: Queryable, { base, project, slug, number }: NamedPullRequest): Promise<Ref[]> {
  const rows = await db.query<{ id: number; url: string | null; publicUrl: string | null }>(
    `select p.id, i.url, i.public_url as "publicUrl"
       from shared.code_repositories r join shared.pull_requests p on p.repository_id = r.id
       join shared.integrations i on i.id = r.integration_id
      where lower(r.project) = lower($1) and r.slug = lower($2) and p.source_key = $3 order by p.id limit ${most}`,
    [project, slug, number],
  );
  const plain = (url: string | null): string => (url ?? '').toLowerCase().replace(/\/$/, '');
  const here = rows.filter((row) => base === null || [plain(row.url), plain(row.publicUrl)].includes(plain(base)));
  return refsOf('pull_request', here);
}

/** What the reference means now; of a tag that is nowhere any more, each image that it pointed to. */
async function images(db: Queryable, mention: Mention, now: Date): Promise<Ref[]> {
  const known = await lookUp(db, [mention]);
  const present = resolve(mention, known, { window: { at: now, until: now }, certainty: 'stated' });
  const past =
    present.length > 0
      ? []
      : resolve(mention, known, { window: { builtFrom: new Date(0), builtUntil: now }, certainty: 'stated' });
  return refsOf(
    'image',
    [...present, ...past].map(({ imageId }) => ({ id: imageId })),
  );
}

async function executions(db: Queryable, id: string): Promise<Ref[]> {
  const rows = await db.query<{ id: number }>(
    `select e.id from shared.integrations i join shared.harness_executions e on e.integration_id = i.id and e.source_key = $1
      where i.kind = 'harness' order by 1 limit ${most}`,
    [id],
  );
  return refsOf('execution', rows);
}

async function deployments(db: Queryable, page: string): Promise<Ref[]> {
  const rows = await db.query<{ id: number }>(
    `select id from shared.deployments where link = $1 and source = 'pushed' order by at desc, id desc limit ${most}`,
    [page],
  );
  return refsOf('deployment', rows);
}

/** A project means its newest analysis: of its main branch, or of the branch that was analysed last. */
async function projects(db: Queryable, which: 'p.source_key = $1' | 'p.id = $1', key: string): Promise<Ref[]> {
  const rows = await db.query<{ id: number }>(
    `select newest.id from shared.projects p
      cross join lateral (
        select a.id from shared.analyses a where a.project_id = p.id and a.counts and a.scope = 'branch' and a.revision is not null
         order by a.is_main desc, a.analyzed_at desc, a.id desc limit 1) newest
      where ${which} and p.deleted_at is null order by 1 limit ${most}`,
    [key],
  );
  return refsOf('analysis', rows);
}
