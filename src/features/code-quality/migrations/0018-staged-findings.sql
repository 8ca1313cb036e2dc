-- Findings are staged in columns: half the bytes of their JSON, and a publish need not take each record apart again.
-- As a child of ingestion.stage it is counted, cleared and swept with everything else that is staged.
alter table ingestion.stage alter column record drop not null;

create unlogged table code_quality.staged_findings (
  rule text collate "C",
  type text,
  severity text,
  status text not null,
  issue_status text,
  resolution text,
  impact_security text,
  impact_reliability text,
  impact_maintainability text,
  clean_code_attribute text,
  clean_code_category text,
  component text,
  path text collate "C",
  line integer,
  start_line integer,
  end_line integer,
  start_offset integer,
  end_offset integer,
  message text not null,
  effort text,
  debt text,
  assignee text collate "C",
  author text collate "C",
  tags text[] collate "C" not null,
  opened_at timestamptz not null,
  updated_at timestamptz not null,
  closed_at timestamptz,
  code_scope text,
  external_rule_engine text,
  content_hash text,
  security_category text,
  vulnerability_probability text
) inherits (ingestion.stage);
create index on code_quality.staged_findings (task_id, stream, scope);

-- What was staged in the old form is read again.
delete from only ingestion.stage where stream in ('issues', 'hotspots');

-- Like the ids that 0006 freed: the merge resolves them itself, and as constraints they cost a fifth of each insert.
alter table code_quality.findings drop constraint findings_project_id_fkey, drop constraint findings_branch_id_fkey;

alter table code_quality.projects add column publishing_since timestamptz;
comment on column code_quality.projects.publishing_since is 'Since when a change too large for one transaction is being merged; null when the project is whole.';

comment on table code_quality.staged_findings is 'Issues and hotspots between reading and publishing, in columns; unlogged, rebuilt by reading again.';
comment on column code_quality.staged_findings.task_id is 'The task that staged it.';
comment on column code_quality.staged_findings.stream is 'issues or hotspots.';
comment on column code_quality.staged_findings.scope is 'Branch key.';
comment on column code_quality.staged_findings.seq is 'Order of staging; of a key staged twice the higher counts.';
comment on column code_quality.staged_findings.source_key is 'The source’s own key.';
comment on column code_quality.staged_findings.row_hash is 'Hash over the record and the hash version.';
comment on column code_quality.staged_findings.record is 'Unused: the columns below hold the record.';
comment on column code_quality.staged_findings.rule is 'Rule key.';
comment on column code_quality.staged_findings.type is 'Issue type at the source.';
comment on column code_quality.staged_findings.severity is 'Severity of the standard scale.';
comment on column code_quality.staged_findings.status is 'Status at the source.';
comment on column code_quality.staged_findings.issue_status is 'Issue status at the source.';
comment on column code_quality.staged_findings.resolution is 'Resolution at the source.';
comment on column code_quality.staged_findings.impact_security is 'Impact on security.';
comment on column code_quality.staged_findings.impact_reliability is 'Impact on reliability.';
comment on column code_quality.staged_findings.impact_maintainability is 'Impact on maintainability.';
comment on column code_quality.staged_findings.clean_code_attribute is 'Clean code attribute.';
comment on column code_quality.staged_findings.clean_code_category is 'Clean code category.';
comment on column code_quality.staged_findings.component is 'Component key.';
comment on column code_quality.staged_findings.path is 'Path inside the project.';
comment on column code_quality.staged_findings.line is 'Line.';
comment on column code_quality.staged_findings.start_line is 'First line of the text range.';
comment on column code_quality.staged_findings.end_line is 'Last line of the text range.';
comment on column code_quality.staged_findings.start_offset is 'First column of the text range.';
comment on column code_quality.staged_findings.end_offset is 'Last column of the text range.';
comment on column code_quality.staged_findings.message is 'Message.';
comment on column code_quality.staged_findings.effort is 'Effort as the source writes it.';
comment on column code_quality.staged_findings.debt is 'Debt as the source writes it.';
comment on column code_quality.staged_findings.assignee is 'Login of the assignee.';
comment on column code_quality.staged_findings.author is 'Author from the source code management.';
comment on column code_quality.staged_findings.tags is 'Tags, sorted.';
comment on column code_quality.staged_findings.opened_at is 'When it was created.';
comment on column code_quality.staged_findings.updated_at is 'When it was last changed.';
comment on column code_quality.staged_findings.closed_at is 'When it was closed.';
comment on column code_quality.staged_findings.code_scope is 'MAIN or TEST.';
comment on column code_quality.staged_findings.external_rule_engine is 'Engine that reported it, for imported issues.';
comment on column code_quality.staged_findings.content_hash is 'Hash of the line.';
comment on column code_quality.staged_findings.security_category is 'Category of a hotspot.';
comment on column code_quality.staged_findings.vulnerability_probability is 'Probability of a hotspot.';
