import type { Tx } from '../../../platform/database/index.ts';

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

export interface FindingsOfSlice {
  integrationId: number;
  projectId: number;
  projectKey: string;
  taskId: number;
}

/**
 * Two work tables per connection, emptied at each commit: thousands of publishes must not make thousands of catalog
 * entries.
 */
export async function openWorkTables(tx: Tx): Promise<void> {
  await tx.execute(`
    create temporary table if not exists work_staged (
      stream text collate "C", source_key text collate "C", scope text collate "C", row_hash uuid, record jsonb
    ) on commit delete rows;
    create temporary table if not exists work_findings (
      id bigint, source_key text collate "C", row_hash uuid, was_deleted boolean,
      ${sourceColumns.map(([name, type]) => `${name} ${type}`).join(', ')}
    ) on commit delete rows;
    truncate work_staged, work_findings`);
}

/**
 * Takes the newest staged record of each issue and hotspot (a page that was read twice counts once): all of them, or
 * only those the store has not in this form. Returns how many. The work table is analysed: without statistics the
 * planner would take the joins that follow for joins over a handful of rows.
 */
export async function takeStaged(tx: Tx, slice: FindingsOfSlice, onlyChanged: boolean): Promise<number> {
  const taken = await tx.execute(
    `insert into work_staged (stream, source_key, scope, row_hash, record)
     select s.stream, s.source_key, s.scope, s.row_hash, s.record
       from (select distinct on (stream, source_key) stream, source_key, scope, row_hash, record
               from ingestion.stage where task_id = $1 and stream in ('issues', 'hotspots') order by stream, source_key, seq desc) s
       left join code_quality.findings f on f.integration_id = $2 and f.source_key = s.source_key
       left join code_quality.branches b on b.project_id = $4 and b.source_key = s.scope
      where not $3::boolean or f.id is null or f.row_hash <> s.row_hash or f.deleted_at is not null
         or f.kind <> case s.stream when 'issues' then 'issue' else 'hotspot' end or f.branch_id is distinct from b.id`,
    [slice.taskId, slice.integrationId, onlyChanged, slice.projectId],
  );
  if (taken > 0) await tx.execute('analyze work_staged');
  return taken;
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
 * Expands the taken records into the work table. What a record means (class, axis, level, state) is decided here, in
 * one place. An issue that was a hotspot keeps what the hotspot said of its category and probability. Returns how many.
 */
export async function expandFindings(tx: Tx, stream: 'issues' | 'hotspots', slice: FindingsOfSlice): Promise<number> {
  const meaning = stream === 'issues' ? issueMeaning : hotspotMeaning;
  await tx.execute('truncate work_findings');
  const expanded = await tx.execute(
    `with tag_sets as materialized (
       select n.tags, coalesce(array_agg(t.id order by t.name) filter (where t.id is not null), '{}') as ids
         from (select distinct record -> 'tags' as tags from work_staged where stream = $5) n
         left join lateral jsonb_array_elements_text(n.tags) e (name) on true
         left join code_quality.tags t on t.integration_id = $1 and t.name = e.name
        group by n.tags)
     insert into work_findings (id, source_key, row_hash, was_deleted, ${sourceColumnNames.join(', ')})
     select f.id, s.source_key, s.row_hash, f.deleted_at is not null,
            b.id, '${stream === 'issues' ? 'issue' : 'hotspot'}', rule.id, path.id, assignee.id, author.id,
            r."createdAt", r."updatedAt", r."closedAt", r.line,
            (r."textRange" ->> 'startLine')::int, (r."textRange" ->> 'endLine')::int,
            (r."textRange" ->> 'startOffset')::int, (r."textRange" ->> 'endOffset')::int,
            ${meaning.class}, ${meaning.axis}, ${meaning.level}, ${meaning.state},
            case when split_part(coalesce(r.rule, ''), ':', 1) = any ($4) then 'iac_file' else 'repository' end,
            case when r.component is distinct from $3 || coalesce(':' || r.path, '') then r.component end,
            r.message, r.type, r.severity, r.status, r."issueStatus", r.resolution,
            r.impacts ->> 'security', r.impacts ->> 'reliability', r.impacts ->> 'maintainability',
            r."cleanCodeAttribute", r."cleanCodeAttributeCategory", r.effort, r.debt,
            coalesce(tag.ids, '{}'), r.scope, r."externalRuleEngine", r.hash,
            ${stream === 'issues' ? 'f.security_category, f.vulnerability_probability' : 'r."securityCategory", r."vulnerabilityProbability"'}
       from work_staged s
       join code_quality.branches b on b.project_id = $2 and b.source_key = s.scope
       left join code_quality.findings f on f.integration_id = $1 and f.source_key = s.source_key
      cross join lateral jsonb_to_record(s.record) as r (
            rule text, type text, severity text, status text, "issueStatus" text, resolution text, impacts jsonb,
            "cleanCodeAttribute" text, "cleanCodeAttributeCategory" text, component text, path text, line integer,
            "textRange" jsonb, message text, effort text, debt text, assignee text, author text, tags jsonb,
            "createdAt" timestamptz, "updatedAt" timestamptz, "closedAt" timestamptz, scope text,
            "externalRuleEngine" text, hash text, "securityCategory" text, "vulnerabilityProbability" text)
       left join code_quality.rules rule on rule.integration_id = $1 and rule.source_key = r.rule
       left join code_quality.paths path on path.project_id = $2 and path.path = r.path
       left join code_quality.authors assignee on assignee.integration_id = $1 and assignee.name = r.assignee
       left join code_quality.authors author on author.integration_id = $1 and author.name = r.author
       left join tag_sets tag on tag.tags = r.tags
      where s.stream = $5`,
    [slice.integrationId, slice.projectId, slice.projectKey, infrastructureRepositories, stream],
  );
  if (expanded > 0) await tx.execute('analyze work_findings');
  return expanded;
}

interface Meaning {
  class: string;
  axis: string;
  level: string;
  state: string;
}

/** A security impact decides first; a server without impacts, or an issue without one, is classed by its type. */
const issueMeaning: Meaning = {
  class: `case when r.impacts ->> 'security' is not null or r.type = 'VULNERABILITY' then 'vulnerability'
               when r.type = 'BUG' then 'bug' when r.type = 'CODE_SMELL' then 'code_smell'
               when r.impacts ->> 'reliability' is not null then 'bug' when r.impacts ->> 'maintainability' is not null then 'code_smell' else 'unknown' end`,
  axis: `case when r.impacts ->> 'security' is not null
                or r.type = 'BUG' and r.impacts ->> 'reliability' is not null
                or r.type = 'CODE_SMELL' and r.impacts ->> 'maintainability' is not null
                or r.type not in ('VULNERABILITY', 'BUG', 'CODE_SMELL') and (r.impacts ->> 'reliability' is not null or r.impacts ->> 'maintainability' is not null)
              then 'impact' else 'standard' end`,
  level: `coalesce(r.impacts ->> 'security',
                   case r.type when 'VULNERABILITY' then r.severity
                               when 'BUG' then coalesce(r.impacts ->> 'reliability', r.severity)
                               when 'CODE_SMELL' then coalesce(r.impacts ->> 'maintainability', r.severity)
                               else coalesce(r.impacts ->> 'reliability', r.impacts ->> 'maintainability', r.severity) end, 'unknown')`,
  state: `case when r."issueStatus" in ('OPEN', 'CONFIRMED') then 'open' when r."issueStatus" = 'ACCEPTED' then 'accepted'
               when r."issueStatus" = 'FALSE_POSITIVE' then 'false_positive' when r."issueStatus" = 'FIXED' then 'fixed'
               when r.status in ('OPEN', 'CONFIRMED', 'REOPENED') then 'open' when r.status = 'CLOSED' then 'fixed' else 'other' end`,
};

const hotspotMeaning: Meaning = {
  class: `'hotspot'`,
  axis: `'probability'`,
  level: `coalesce(r."vulnerabilityProbability", 'unknown')`,
  state: `case when r.status = 'TO_REVIEW' then 'open' when r.resolution = 'ACKNOWLEDGED' then 'accepted'
               when r.resolution = 'SAFE' then 'false_positive' when r.status = 'REVIEWED' then 'fixed' else 'other' end`,
};
