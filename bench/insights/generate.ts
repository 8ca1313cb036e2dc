import { rebuildDaily } from '../../src/features/code-quality/daily/rebuild-daily.ts';
import { copyRows, type Database, type Tx } from '../../src/platform/database/index.ts';
import { makeFinding, type Place } from './make-finding.ts';
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
 * straight into the tables by COPY; the indexes are made afterwards.
 */
export async function generate(db: Database, size: Size): Promise<void> {
  const random = seededRandom(size.seed);
  const integrationId = await makeIntegration(db);
  const places = await makeProjects(db, { integrationId, size, random });
  await withoutIndexes(db, () => db.transaction((tx) => copyFindings(tx, { integrationId, size, random, places })));
  await db.execute(
    "select setval(pg_get_serial_sequence('code_quality.findings', 'id'), (select max(id) from code_quality.findings))",
  );
  if (size.days === 'direct') return makeDays(db);
  const projectIds = [...new Set(places.map((place) => place.projectId))];
  await db.transaction((tx) => rebuildDaily(tx, projectIds));
}

/** What `rebuildDaily` does to an empty table. */
async function makeDays(db: Database): Promise<void> {
  await db.execute(`
    insert into code_quality.project_daily (project_id, branch_class, counting, day, class, state, axis, raw_level, asset_type, part, opened, closed, joined, left_out)
    select x.project_id, case when b.kind = 'pull_request' then 'pull_request' when b.is_main then 'main' else 'branch' end as branch_class, c.counting,
           (moved.at at time zone 'UTC')::date as day, x.class, x.state, x.axis, x.raw_level, x.asset_type, 'all', sum(moved.opened), sum(moved.closed), 0, 0
    from (
      select project_id, branch_id, class, counted_state as state, axis, raw_level, asset_type, period_from as from_at, period_to as to_at
      from code_quality.findings where counted_state is not null
      union all
      select f.project_id, f.branch_id, p.class, p.state, p.axis, p.raw_level, f.asset_type, p.from_at, p.to_at
      from code_quality.finding_past_periods p join code_quality.findings f on f.id = p.finding_id) x
    join code_quality.branches b on b.id = x.branch_id
    cross join lateral (values (x.from_at, 1, 0), (x.to_at, 0, 1)) as moved (at, opened, closed)
    cross join (values ('server'), ('other')) c (counting)
    where moved.at is not null and (c.counting = 'server' or x.class in ('vulnerability', 'hotspot'))
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9 order by 1, 3, 2, 5, 6, 4, 7, 8, 9`);
}

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

/** Impacts as the class has them: of its own quality, and of some findings a second one. */
function impactsOf(made: ReturnType<typeof makeFinding>, id: number): (string | null)[] {
  if (made.axis !== 'impact') return [null, null, null];
  const own = ['vulnerability', 'bug', 'code_smell'].indexOf(made.class);
  // What touches security, too, would be a vulnerability: only qualities behind the own one are added.
  return [0, 1, 2].map((n) => (n === own ? made.rawLevel : n > own && id % 4 === 0 ? 'LOW' : null));
}

function hash(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

const findingColumns = `
  id integration_id project_id branch_id rule_id opened_at updated_at closed_at deleted_at period_from period_to row_hash
  line kind class axis raw_level state counted_state asset_type source_key message status
  path_id author_id assignee_id tag_ids impact_security impact_reliability impact_maintainability`
  .trim()
  .split(/\s+/);

const words = ['this cookie', 'a weak hash', 'Ärger', '100% of the heap', 'snake_case', "O'Neill's class"];

type Cells = (string | number | boolean | null | Date)[];

async function copyFindings(
  tx: Tx,
  {
    integrationId,
    size,
    random,
    places,
  }: { integrationId: number; size: Size; random: Random; places: readonly Place[] },
): Promise<void> {
  const past: Cells[] = [];
  const total = places.reduce((sum, place) => sum + place.weight, 0);
  function* rows(): Generator<Cells> {
    let id = 0;
    let due = 0;
    for (const place of places) {
      due += (size.findings * place.weight) / total;
      while (id < Math.round(due)) {
        id += 1;
        const made = makeFinding(random, place, { now: size.now, historyDays });
        for (const [from, to, kind, axis, level, state, endedBy] of made.past)
          past.push([id, from, to, kind, axis, level, kind, axis, level, state, endedBy]);
        const rule = random.between(1, ruleCount);
        yield [
          id,
          integrationId,
          place.projectId,
          place.branchId,
          rule,
          made.openedAt,
          made.updatedAt,
          made.closedAt,
          made.deletedAt,
          made.periodFrom,
          made.periodTo,
          hash(id),
          random.between(1, 900),
          made.kind,
          made.class,
          made.axis,
          made.rawLevel,
          made.state,
          made.countedState,
          made.assetType,
          `AY${id.toString(36).padStart(8, '0')}`,
          `Make sure that using ${words[rule % words.length]} number ${rule} is safe here, see ${id % 1000}`,
          made.state === 'open' ? 'OPEN' : 'CLOSED',
          id % 23 === 0 ? null : place.paths.first + ((id * 7919) % place.paths.count),
          id % 9 === 0 ? null : 1 + ((id * 31) % authorCount),
          id % 5 === 0 ? 1 + ((id * 17) % authorCount) : null,
          id % 3 === 0 ? '{}' : `{${1 + (id % tagCount)}${id % 2 === 0 ? `,${1 + ((id * 3) % tagCount)}` : ''}}`,
          ...impactsOf(made, id),
        ];
      }
    }
  }
  await copyRows(tx, 'code_quality.findings', findingColumns, rows());
  const pastColumns = [
    'finding_id',
    'from_at',
    'to_at',
    'class',
    'axis',
    'raw_level',
    'standard_class',
    'standard_axis',
    'standard_level',
    'state',
    'ended_by',
  ];
  await copyRows(tx, 'code_quality.finding_past_periods', pastColumns, past);
}

/** Loading millions of rows into a dozen indexes takes ten times as long as making those afterwards. */
async function withoutIndexes(db: Database, work: () => Promise<void>): Promise<void> {
  const indexes = await db.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
     where i.indrelid in ('code_quality.findings'::regclass, 'code_quality.finding_past_periods'::regclass)
       and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
  );
  for (const index of indexes) await db.execute(`drop index ${index.name}`);
  await work();
  for (const index of indexes) await db.execute(index.definition);
}
