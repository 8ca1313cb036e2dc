import { rebuildDaily } from '../../src/features/code-quality/daily/rebuild-daily.ts';
import { copyRows, type Database, type Tx } from '../../src/platform/database/index.ts';
import { drawFindings, type Place } from './drawn-findings.ts';
import { loading, twoAtOnce, withoutIndexes } from './loading.ts';
import { type Random, seededRandom } from './random.ts';

export interface Size {
  findings: number;
  projects: number;
  seed: number;
  /** The moment the data ends at. */
  now: Date;
  /** `pending`: the days are made by the room's own code and wait to be taken over. `direct`: in one go, for large sizes. */
  days: 'pending' | 'direct';
}

const dayMs = 86_400_000;
const historyDays = 3 * 365;
const ruleCount = 400;
const authorCount = 250;
const tagCount = 40;

/**
 * Fills an empty migrated database: skewed (the first project holds 10 %, the others differ by two orders of magnitude),
 * 5 % closed and reopened, several branches, pull requests, hotspots that became vulnerabilities, deletions. Goes
 * straight into the tables, in statements over all findings; the indexes are made afterwards.
 */
export async function generate(db: Database, size: Size): Promise<void> {
  const random = seededRandom(size.seed);
  const integrationId = await makeIntegration(db);
  const places = await makeProjects(db, { integrationId, size, random });
  const { seed, now } = size;
  const draw = { integrationId, seed, now, historyDays, rules: ruleCount, authors: authorCount, tags: tagCount };
  await db.transaction((tx) => copyPlaces(tx, places, size.findings));
  const parts = await partsOf(db);
  await withoutIndexes(db, ['code_quality.findings', 'code_quality.finding_past_periods'], () =>
    twoAtOnce(parts.map((projects) => () => loading(db, (tx) => drawFindings(tx, { ...draw, projects })))),
  );
  await db.execute(
    "select setval(pg_get_serial_sequence('code_quality.findings', 'id'), (select max(id) from code_quality.findings))",
  );
  if (size.days === 'direct') return makeDays(db, parts);
  const projectIds = [...new Set(places.map((place) => place.projectId))];
  await db.transaction((tx) => rebuildDaily(tx, projectIds));
}

interface Part {
  /** Projects, both included. */
  first: number;
  last: number;
  /** Their findings. */
  from: number;
  to: number;
}

/** Findings of whole projects that are made at a time, so that their days are sorted in memory. */
const atOnce = 250_000;

const partsOf = (db: Database): Promise<Part[]> =>
  db.query<Part>(
    `select min(project_id) as first, max(project_id) as last, min(first) as "from", max(last) as "to"
       from (select *, max(last) over (partition by project_id) / ${atOnce} as part from bench.places) p group by part order by 1`,
  );

/** What `rebuildDaily` does to an empty table. */
async function makeDays(db: Database, parts: readonly Part[]): Promise<void> {
  await db.execute('analyze code_quality.branches, code_quality.projects');
  await withoutIndexes(db, ['code_quality.project_daily'], () =>
    twoAtOnce(
      parts.map(
        ({ from, to }) =>
          () =>
            loading(db, (tx) => tx.execute(daysOf, [from, to])),
      ),
    ),
  );
}

/** Of the findings from $1 to $2. */
const daysOf = `
  insert into code_quality.project_daily (project_id, branch_class, counting, day, class, state, axis, raw_level, asset_type, part, opened, closed, joined, left_out)
  select x.project_id, case when b.kind = 'pull_request' then 'pull_request' when b.is_main then 'main' else 'branch' end as branch_class, c.counting,
         (moved.at at time zone 'UTC')::date as day, x.class, x.state, x.axis, x.raw_level, x.asset_type, 'all', sum(moved.opened), sum(moved.closed), 0, 0
  from (
    select project_id, branch_id, class, counted_state as state, axis, raw_level, asset_type, period_from as from_at, period_to as to_at
    from code_quality.findings where counted_state is not null and id between $1 and $2
    union all
    select f.project_id, f.branch_id, p.class, p.state, p.axis, p.raw_level, f.asset_type, p.from_at, p.to_at
    from code_quality.finding_past_periods p join code_quality.findings f on f.id = p.finding_id
    where p.finding_id between $1 and $2 and f.id between $1 and $2) x
  join code_quality.branches b on b.id = x.branch_id
  cross join lateral (values (x.from_at, 1, 0), (x.to_at, 0, 1)) as moved (at, opened, closed)
  cross join (values ('server'), ('other')) c (counting)
  where moved.at is not null and (c.counting = 'server' or x.class in ('vulnerability', 'hotspot'))
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9 order by 1, 3, 2, 5, 6, 4, 7, 8, 9`;

async function makeIntegration(db: Database): Promise<number> {
  const row = await db.one<{ id: number }>(
    `insert into integrations.integrations (name, kind, settings) values ('bench', 'sonarqube', '{"url": "https://sonar.example/"}') returning id`,
  );
  return row.id;
}

async function makeProjects(
  db: Database,
  { integrationId, size, random }: { integrationId: number; size: Size; random: Random },
): Promise<Place[]> {
  const start = size.now.getTime() - historyDays * dayMs;
  const reliable = (): Date => new Date(start + random.next() * historyDays * dayMs * 0.7);
  const projects = Array.from({ length: size.projects }, (_, index) => ({
    id: index + 1,
    weight: 1 / (1 + random.between(0, 99)),
    reliableFrom: reliable(),
  }));
  const places: Place[] = [];
  const rest = projects.slice(1).reduce((sum, project) => sum + project.weight, 0);
  let branchId = 0;
  let pathId = 1;
  for (const project of projects) {
    const share = project.id === 1 ? 0.1 : (0.9 * project.weight) / rest;
    const migratedAt = random.next() < 0.3 ? new Date(size.now.getTime() - random.between(5, 300) * dayMs) : null;
    const paths = { first: pathId, count: Math.max(3, Math.round((size.findings * share) / 25)) };
    pathId += paths.count;
    const place = (kind: Place['kind'], isMain: boolean, part: number): Place => {
      branchId += 1;
      return { projectId: project.id, branchId, kind, isMain, weight: share * part, migratedAt, paths };
    };
    const extra = random.next() < 0.25;
    places.push(place('branch', true, extra ? 0.8 : 0.97), place('pull_request', false, 0.03));
    if (extra) places.push(place('branch', false, 0.17));
  }
  await db.transaction(async (tx) => {
    await copyRows(
      tx,
      'code_quality.projects',
      ['id', 'integration_id', 'source_key', 'name', 'qualifier', 'row_hash', 'reliable_from'],
      projects.map(({ id, reliableFrom }) => [
        id,
        integrationId,
        `bench:project-${id}`,
        `Project ${String(id).padStart(4, '0')}`,
        'TRK',
        hash(id),
        reliableFrom,
      ]),
    );
    await copyRows(
      tx,
      'code_quality.branches',
      ['id', 'integration_id', 'project_id', 'source_key', 'kind', 'name', 'is_main', 'gate_status', 'row_hash'],
      places.map((p) => [
        p.branchId,
        integrationId,
        p.projectId,
        `${p.kind}:${p.branchId}`,
        p.kind,
        p.isMain ? 'main' : `other-${p.branchId}`,
        p.isMain,
        'OK',
        hash(p.branchId),
      ]),
    );
    await copyRows(
      tx,
      'code_quality.rules',
      ['id', 'integration_id', 'source_key', 'name', 'repository', 'cwe', 'owasp', 'row_hash'],
      Array.from({ length: ruleCount }, (_, i) => [
        i + 1,
        integrationId,
        `java:S${1000 + i}`,
        `Rule ${i}`,
        'java',
        i % 3 === 0 ? '{}' : `{CWE-${20 + (i % 60)}${i % 5 === 0 ? ',CWE-79' : ''}}`,
        i % 3 === 0 ? '{}' : `{A${1 + (i % 10)}:2021}`,
        // One in fifty is known by its key alone.
        i % 50 === 7 ? null : hash(i),
      ]),
    );
    await makeNames(tx, integrationId, places);
  });
  return places;
}

async function makeNames(tx: Tx, integrationId: number, places: readonly Place[]): Promise<void> {
  const named = (count: number, name: string): [number, number, string][] =>
    Array.from({ length: count }, (_, i) => [i + 1, integrationId, `${name}${i + 1}`]);
  await copyRows(tx, 'code_quality.authors', ['id', 'integration_id', 'name'], named(authorCount, 'author, no. '));
  await copyRows(tx, 'code_quality.tags', ['id', 'integration_id', 'name'], named(tagCount, 'tag-'));
  const projects = new Map(places.map((place) => [place.projectId, place.paths]));
  function* paths(): Generator<[number, number, string]> {
    for (const [projectId, { first, count }] of projects)
      for (let n = 0; n < count; n++)
        yield [first + n, projectId, `src/main/java/com/example/module${n % 17}/Service${n}.java`];
  }
  await copyRows(tx, 'code_quality.paths', ['id', 'project_id', 'path'], paths());
}

function hash(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** Which findings lie where: as many of each place as its weight says, one behind the other. */
async function copyPlaces(tx: Tx, places: readonly Place[], findings: number): Promise<void> {
  const total = places.reduce((sum, place) => sum + place.weight, 0);
  let due = 0;
  let last = 0;
  const rows = places.map((place) => {
    due += (findings * place.weight) / total;
    const first = last + 1;
    last = Math.max(last, Math.round(due));
    const migrated = place.migratedAt === null ? null : place.migratedAt.getTime() / 1000;
    return [place.projectId, place.branchId, first, last, migrated, place.paths.first, place.paths.count];
  });
  await tx.execute('create schema if not exists bench');
  await tx.execute(
    `create table bench.places (project_id bigint, branch_id bigint, first bigint, last bigint, migrated float8, first_path bigint, paths bigint)`,
  );
  const columns = ['project_id', 'branch_id', 'first', 'last', 'migrated', 'first_path', 'paths'];
  await copyRows(tx, 'bench.places', columns, rows);
}
