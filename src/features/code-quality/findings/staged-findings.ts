import type { Tx } from '../../../platform/database/index.ts';
import { stagedColumns } from './stage-form.ts';

/**
 * Columns of a finding that come from the source, in the order of the work table. Merge and comparison are both made
 * of this list, so that a column cannot be stored and not audited.
 */
export const sourceColumns = [
  ['branch_id', 'bigint'],
  ['kind', 'text'],
  ['rule_id', 'bigint'],
  ['path_id', 'bigint'],
  ['assignee_id', 'bigint'],
  ['author_id', 'bigint'],
  ['opened_at', 'timestamptz'],
  ['updated_at', 'timestamptz'],
  ['closed_at', 'timestamptz'],
  ['line', 'integer'],
  ['start_line', 'integer'],
  ['end_line', 'integer'],
  ['start_offset', 'integer'],
  ['end_offset', 'integer'],
  ['class', 'text'],
  ['axis', 'text'],
  ['raw_level', 'text'],
  ['state', 'text'],
  ['asset_type', 'text'],
  ['component', 'text'],
  ['message', 'text'],
  ['type', 'text'],
  ['severity', 'text'],
  ['status', 'text'],
  ['issue_status', 'text'],
  ['resolution', 'text'],
  ['impact_security', 'text'],
  ['impact_reliability', 'text'],
  ['impact_maintainability', 'text'],
  ['clean_code_attribute', 'text'],
  ['clean_code_category', 'text'],
  ['effort', 'text'],
  ['debt', 'text'],
  ['tag_ids', 'integer[]'],
  ['code_scope', 'text'],
  ['external_rule_engine', 'text'],
  ['content_hash', 'text'],
  ['security_category', 'text'],
  ['vulnerability_probability', 'text'],
] as const;

export const sourceColumnNames = sourceColumns.map(([name]) => name);

export type FindingStream = 'issues' | 'hotspots';

export interface FindingsOfSlice {
  integrationId: number;
  projectId: number;
  projectKey: string;
  taskId: number;
}

/** What an issue that was a hotspot keeps of it. */
const keptOfHotspots = ['security_category', 'vulnerability_probability'];

/** Columns of a staged finding that are taken as they are. */
const takenColumns = [
  'stream',
  'source_key',
  'scope',
  'row_hash',
  ...stagedColumns.filter((name) => !keptOfHotspots.includes(name)),
];

/**
 * Two work tables per connection, emptied at each commit: thousands of publishes must not make thousands of catalog
 * entries. Opened again in one transaction they are emptied, too: by `delete`, which costs nothing where nothing is,
 * while `truncate` gives each a new file and new catalog rows every time.
 */
async function openWorkTables(tx: Tx): Promise<void> {
  const { open } = await tx.one<{ open: boolean }>(`select to_regclass('pg_temp.work_findings') is not null as open`);
  if (open) {
    await tx.execute('delete from work_staged; delete from work_findings');
    return;
  }
  await tx.execute(`
    create temporary table if not exists work_staged on commit delete rows as
      select null::bigint as id, ${[...takenColumns, ...keptOfHotspots].join(', ')} from code_quality.staged_findings with no data;
    create temporary table if not exists work_findings (
      id bigint, source_key text collate "C", row_hash uuid, ${sourceColumns.map(([name, type]) => `${name} ${type}`).join(', ')}
    ) on commit delete rows`);
}

export interface Taking {
  /** False: also those that the store has in the same form. */
  onlyChanged: boolean;
  /** Only keys after this one. */
  after?: string;
  /** The first so many, in the order of keys. */
  atMost?: number | null;
}

export interface Taken {
  /** Records taken. */
  taken: number;
  /** Those of them that the store has in another form. */
  known: number;
  /** Streams they are of: where none is of a stream, its long statements need not even be planned. */
  streams: readonly FindingStream[];
  /** The relation that holds them, in the columns of `work_staged`; the task is in the given parameter. */
  from(task: string): string;
  /** False: the planner knows nothing of the relation, and takes it for small. */
  measured: boolean;
}

const workTable = (): string => 'work_staged';

export const nothingTaken: Taken = { taken: 0, known: 0, streams: [], from: workTable, measured: true };

/**
 * Takes the newest staged record of each issue and hotspot (a page that was read twice counts once): all of them, or
 * only those the store has not in this form. An issue that was a hotspot keeps what the hotspot said of its category
 * and probability.
 *
 * Looks each stored finding up by its key. As a plain join the planner, which knows nothing of the stage and little of
 * a project that was just stored, may compare every staged record with every finding.
 */
export async function takeStaged(
  tx: Tx,
  slice: FindingsOfSlice,
  { onlyChanged, after = '', atMost = null }: Taking,
): Promise<Taken> {
  const whole = onlyChanged && after === '' && atMost === null;
  const allNew = whole ? await stageOfNewFindings(tx, slice) : undefined;
  if (allNew !== undefined) return allNew;
  await openWorkTables(tx);
  const taken = await tx.execute(
    `insert into work_staged (id, ${[...takenColumns, ...keptOfHotspots].join(', ')})
     select f.id, ${takenColumns.map((name) => `s.${name}`).join(', ')},
            ${keptOfHotspots.map((name) => `case s.stream when 'issues' then f.${name} else s.${name} end`).join(', ')}
       from (select distinct on (source_key) * from code_quality.staged_findings where task_id = $1 and source_key > $5 order by source_key, seq desc) s
       left join lateral (
            select * from code_quality.findings where integration_id = $2 and source_key = s.source_key limit 1 /* any: the key is unique */) f on true
      where not $3::boolean or f.id is null or f.row_hash <> s.row_hash or f.deleted_at is not null
         or f.kind <> case s.stream when 'issues' then 'issue' else 'hotspot' end
         or f.branch_id is distinct from (select id from code_quality.branches where project_id = $4 and source_key = s.scope)
      order by s.source_key limit $6`,
    [slice.taskId, slice.integrationId, onlyChanged, slice.projectId, after, atMost],
  );
  if (taken === 0) return nothingTaken;
  await analyze(tx, 'work_staged');
  const { known, streams } = await tx.one<{ known: number; streams: FindingStream[] }>(
    'select count(id) as known, array_agg(distinct stream) as streams from work_staged',
  );
  return { taken, known, streams, from: workTable, measured: true };
}

/**
 * The stage itself, where nothing of it is known and no page was read twice, as at nearly every first reading of a
 * project: there is nothing to compare it with, and a copy would take a fifth of the publish of a large project and two
 * fifths of a small one's.
 */
async function stageOfNewFindings(tx: Tx, slice: FindingsOfSlice): Promise<Taken | undefined> {
  const { isEmpty } = await tx.one<{ isEmpty: boolean }>(
    'select not exists (select from code_quality.findings where project_id = $1) as "isEmpty"',
    [slice.projectId],
  );
  if (!isEmpty) return undefined;
  const { taken, keys, known, streams } = await tx.one<{
    taken: number;
    keys: number;
    known: number;
    streams: FindingStream[];
  }>(
    `select count(*) as taken, count(distinct s.source_key) as keys, count(f.id) as known,
            array_remove(array[case when bool_or(s.stream = 'issues') then 'issues' end,
                               case when bool_or(s.stream = 'hotspots') then 'hotspots' end], null) as streams
       from code_quality.staged_findings s
       left join lateral (
            select id from code_quality.findings where integration_id = $2 and source_key = s.source_key limit 1 /* any: the key is unique */) f on true
      where s.task_id = $1`,
    [slice.taskId, slice.integrationId],
  );
  if (known > 0 || keys < taken) return undefined;
  const from = (task: string): string =>
    `(select null::bigint as id, ${[...takenColumns, ...keptOfHotspots].join(', ')} from code_quality.staged_findings where task_id = ${task})`;
  return { taken, known: 0, streams, from, measured: false };
}

/**
 * Without statistics the planner takes a join with a work table for one with a handful of rows. 3,000 rows tell it
 * enough; the usual 30,000 would take as long as a join.
 */
async function analyze(tx: Tx, table: string): Promise<void> {
  await tx.execute(`set local default_statistics_target = 10; analyze ${table}`);
}

/** Repositories of rules over infrastructure as code; everything else is found in a source repository. */
const infrastructureRepositories = [
  'terraform',
  'cloudformation',
  'kubernetes',
  'docker',
  'azureresourcemanager',
  'ansible',
];

/**
 * The taken records of a stream ($5) as rows of findings. What a record means (class, axis, level, state) is decided
 * here, in one place.
 */
function expanded(stream: FindingStream, taken: string): string {
  const meaning = stream === 'issues' ? issueMeaning : hotspotMeaning;
  return `
    select s.id, s.source_key, s.row_hash, b.id as branch_id, '${stream === 'issues' ? 'issue' : 'hotspot'}' as kind,
           rule.id as rule_id, path.id as path_id, assignee.id as assignee_id, author.id as author_id,
           s.opened_at, s.updated_at, s.closed_at, s.line, s.start_line, s.end_line, s.start_offset, s.end_offset,
           ${meaning.class} as class, ${meaning.axis} as axis, ${meaning.level} as raw_level, ${meaning.state} as state,
           case when split_part(coalesce(s.rule, ''), ':', 1) = any ($4) then 'iac_file' else 'repository' end as asset_type,
           case when s.component is distinct from $3 || coalesce(':' || s.path, '') then s.component end as component,
           s.message, s.type, s.severity, s.status, s.issue_status, s.resolution,
           s.impact_security, s.impact_reliability, s.impact_maintainability,
           s.clean_code_attribute, s.clean_code_category, s.effort, s.debt,
           coalesce(tag.ids, '{}') as tag_ids, s.code_scope, s.external_rule_engine, s.content_hash,
           s.security_category, s.vulnerability_probability
      from ${taken} s
      join code_quality.branches b on b.project_id = $2 and b.source_key = s.scope
      left join code_quality.rules rule on rule.integration_id = $1 and rule.source_key = s.rule
      left join code_quality.paths path on path.project_id = $2 and path.path = s.path
      left join code_quality.authors assignee on assignee.integration_id = $1 and assignee.name = s.assignee
      left join code_quality.authors author on author.integration_id = $1 and author.name = s.author
      left join (
           select n.tags, array_agg(t.id order by t.name) as ids
             from (select distinct tags from ${taken} s where stream = $5) n
            cross join lateral unnest(n.tags) e (name)
             join code_quality.tags t on t.integration_id = $1 and t.name = e.name
            group by n.tags) tag on tag.tags = s.tags
     where s.stream = $5`;
}

const expansionValues = (stream: FindingStream, slice: FindingsOfSlice): unknown[] => [
  slice.integrationId,
  slice.projectId,
  slice.projectKey,
  infrastructureRepositories,
  stream,
];

/** Expands taken records into the work table: all, or those that the store has in another form. Returns how many. */
export async function expandFindings(
  tx: Tx,
  stream: FindingStream,
  slice: FindingsOfSlice,
  which: 'all' | 'known',
): Promise<number> {
  await tx.execute('truncate work_findings');
  const count = await tx.execute(
    `insert into work_findings (id, source_key, row_hash, ${sourceColumnNames.join(', ')})
     ${expanded(stream, workTable())} ${which === 'known' ? 'and s.id is not null' : ''}`,
    expansionValues(stream, slice),
  );
  if (count > 0) await analyze(tx, 'work_findings');
  return count;
}

/** The taken records that the store does not have, as a query with its parameters. */
export function newFindings(
  stream: FindingStream,
  slice: FindingsOfSlice,
  taken: Taken,
): { text: string; values: unknown[] } {
  const values = expansionValues(stream, slice);
  const text = `${expanded(stream, taken.from('$6'))} and s.id is null`;
  return { text, values: taken.measured ? values : [...values, slice.taskId] };
}

interface Meaning {
  class: string;
  axis: string;
  level: string;
  state: string;
}

/**
 * By impacts, where an issue has some: then only one on security makes a vulnerability. By its type where it has none,
 * as on 9.9. What it is by its type alone the table derives (`standard_class` …), so that both readings are kept.
 */
const issueMeaning: Meaning = {
  class: `case when s.impact_security is not null then 'vulnerability'
               when s.impact_maintainability is not null and (s.type = 'CODE_SMELL' or s.impact_reliability is null) then 'code_smell'
               when s.impact_reliability is not null then 'bug'
               when s.type = 'VULNERABILITY' then 'vulnerability' when s.type = 'BUG' then 'bug' when s.type = 'CODE_SMELL' then 'code_smell' else 'unknown' end`,
  axis: `case when coalesce(s.impact_security, s.impact_reliability, s.impact_maintainability) is not null then 'impact' else 'standard' end`,
  level: `coalesce(s.impact_security, case when s.type = 'CODE_SMELL' then s.impact_maintainability end, s.impact_reliability, s.impact_maintainability,
                   s.severity, 'unknown')`,
  state: `case when s.issue_status in ('OPEN', 'CONFIRMED') then 'open' when s.issue_status = 'ACCEPTED' then 'accepted'
               when s.issue_status = 'FALSE_POSITIVE' then 'false_positive' when s.issue_status = 'FIXED' then 'fixed'
               when s.status in ('OPEN', 'CONFIRMED', 'REOPENED') then 'open' when s.status = 'CLOSED' then 'fixed' else 'other' end`,
};

const hotspotMeaning: Meaning = {
  class: `'hotspot'`,
  axis: `'probability'`,
  level: `coalesce(s.vulnerability_probability, 'unknown')`,
  state: `case when s.status = 'TO_REVIEW' then 'open' when s.resolution = 'ACKNOWLEDGED' then 'accepted'
               when s.resolution = 'SAFE' then 'false_positive' when s.status = 'REVIEWED' then 'fixed' else 'other' end`,
};
