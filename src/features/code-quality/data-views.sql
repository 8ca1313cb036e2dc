create view data.sonarqube_projects as
select p.id,
       p.integration_id,
       p.source_key,
       p.source_uuid,
       p.name,
       p.organization,
       p.qualifier,
       p.visibility,
       p.last_analysis_at as last_analysis_date,
       p.revision,
       p.tags,
       main.id as main_branch_id,
       main.gate_status,
       main.quality_gate,
       p.deleted_at is null and p.unreadable_at is null as api_accessible,
       case when s.current_published_at is not null then main.analyzed_at::date end as metrics_synced_to,
       s.current_published_at as issues_synced_at,
       s.current_published_at as metrics_synced_at,
       s.history_published_at as history_synced_at,
       p.reliable_from,
       p.synced_at,
       p.run_id,
       p.deleted_at,
       p.unreadable_at,
       p.former_keys,
       p.left_scope_at,
       p.duplicate_of,
       p.tags_unread_since
  from code_quality.projects p
  left join code_quality.branches main on main.id = (
       select b.id from code_quality.branches b where b.project_id = p.id and b.is_main order by b.deleted_at nulls first, b.id desc limit 1)
  left join shared.slices s on s.integration_id = p.integration_id and s.slice = 'project:' || p.source_key;
comment on view data.sonarqube_projects is 'SonarQube projects of every integration, those that the server does not list any more included. [source: api/projects/search]';
comment on column data.sonarqube_projects.id is 'Identity of the project. Example: 17.';
comment on column data.sonarqube_projects.integration_id is 'Integration the row was read through: the number in its address under Integrations. Example: 3.';
comment on column data.sonarqube_projects.source_key is 'Project key, case-sensitive; with # and its id behind it once another project has that key. Example: shop-backend. [source: api/projects/search components[].key]';
comment on column data.sonarqube_projects.source_uuid is 'Stable id of servers from 2025.6 on; survives a change of key. Null where the server tells none. [source: api/projects/search components[].uuid]';
comment on column data.sonarqube_projects.name is 'Name. Example: Shop backend. [source: api/projects/search components[].name]';
comment on column data.sonarqube_projects.organization is 'Organization key on SonarQube Cloud, null on a server. [source: api/projects/search components[].organization]';
comment on column data.sonarqube_projects.qualifier is 'Kind of component: TRK for a project. [source: api/projects/search components[].qualifier]';
comment on column data.sonarqube_projects.visibility is 'public or private. [source: api/projects/search components[].visibility]';
comment on column data.sonarqube_projects.last_analysis_date is 'Newest analysis of any branch or pull request (UTC); null when never analysed. [source: api/projects/search components[].lastAnalysisDate]';
comment on column data.sonarqube_projects.revision is 'Last analysed commit of the main branch. Example: 8342643a…. [source: api/projects/search components[].revision]';
comment on column data.sonarqube_projects.tags is 'Tags of the project, as they were read last. Example: {payments}. [source: api/components/search_projects components[].tags]';
comment on column data.sonarqube_projects.main_branch_id is 'Its main branch. [fk: sonarqube_branches.id]';
comment on column data.sonarqube_projects.gate_status is 'Gate of the main branch: OK, ERROR, WARN or NONE (never analysed). [source: api/project_branches/list branches[].status.qualityGateStatus]';
comment on column data.sonarqube_projects.quality_gate is 'Name of the gate in force, where it could be read. [source: api/qualitygates/get_by_project qualityGate.name]';
comment on column data.sonarqube_projects.api_accessible is 'False when the server does not have the project any more, and while the token may not read it.';
comment on column data.sonarqube_projects.metrics_synced_to is 'Day (UTC) of the newest analysis whose measures are stored; null before the first sync.';
comment on column data.sonarqube_projects.issues_synced_at is 'When issues and hotspots of the project were last read whole (UTC).';
comment on column data.sonarqube_projects.metrics_synced_at is 'When its current measures were last read (UTC).';
comment on column data.sonarqube_projects.history_synced_at is 'When its past analyses and measures were last read (UTC).';
comment on column data.sonarqube_projects.reliable_from is 'Before this time (UTC) what was open is reconstructed from creation and closing dates.';
comment on column data.sonarqube_projects.synced_at is 'When a sync last wrote this row (UTC). An unchanged row keeps its time.';
comment on column data.sonarqube_projects.run_id is 'Run that last wrote this row. [fk: runs.id]';
comment on column data.sonarqube_projects.deleted_at is 'When it was first missing from a complete listing of the server (UTC); null while the server has it.';
comment on column data.sonarqube_projects.unreadable_at is 'Since when the server has the project and does not let the token read it (UTC); what is stored is as it was then. Null while it can be read.';
comment on column data.sonarqube_projects.left_scope_at is 'Since when the settings of its integration leave the project out (UTC): it is in no number from then on, and nothing of it is read. Null while it is in scope.';
comment on column data.sonarqube_projects.duplicate_of is 'The row that counts in organization-wide numbers for the same project of the same server, read through another integration. Null for a row that counts itself. [fk: sonarqube_projects.id]';
comment on column data.sonarqube_projects.tags_unread_since is 'Since when its tags could not be read (UTC): what it has beside those that were read last is not known. Null: they were read.';
comment on column data.sonarqube_projects.former_keys is 'Keys it had before, oldest first; known where the server tells an id that outlives the key. Example: {shop}.';

create view data.sonarqube_branches as
select b.id,
       b.integration_id,
       b.project_id,
       b.source_key,
       b.kind,
       b.name,
       b.is_main,
       b.excluded_from_purge,
       b.analyzed_at,
       b.gate_status,
       b.quality_gate,
       b.title,
       b.source_branch,
       b.base as base_branch,
       b.target as target_branch,
       b.url,
       b.is_orphan,
       b.synced_at,
       b.run_id,
       b.deleted_at
  from code_quality.branches b;
comment on view data.sonarqube_branches is 'Long-lived branches and pull requests of projects. [source: api/project_branches/list, api/project_pull_requests/list]';
comment on column data.sonarqube_branches.id is 'Identity of the branch or pull request. Example: 41.';
comment on column data.sonarqube_branches.integration_id is 'Integration the row was read through: the number in its address under Integrations. Example: 3.';
comment on column data.sonarqube_branches.project_id is 'The project. [fk: sonarqube_projects.id]';
comment on column data.sonarqube_branches.source_key is 'branch:<id of the server, or name before 10.6>, pull_request:<key>, or companion:<key of its project on the server>. [source: api/project_branches/list branches[].branchId]';
comment on column data.sonarqube_branches.kind is 'branch, pull_request, or companion: a pull request of a server that has none, analysed as a project that the hub made for it. A branch and a pull request may have the same name.';
comment on column data.sonarqube_branches.name is 'Name of the branch, key of the pull request. Example: main. [source: api/project_branches/list branches[].name]';
comment on column data.sonarqube_branches.is_main is 'True for the main branch. [source: api/project_branches/list branches[].isMain]';
comment on column data.sonarqube_branches.excluded_from_purge is 'True when the server keeps the branch although it is not analysed any more. [source: api/project_branches/list branches[].excludedFromPurge]';
comment on column data.sonarqube_branches.analyzed_at is 'Its newest analysis (UTC). [source: api/project_branches/list branches[].analysisDate]';
comment on column data.sonarqube_branches.gate_status is 'OK, ERROR, WARN or NONE (never analysed). [source: api/project_branches/list branches[].status.qualityGateStatus]';
comment on column data.sonarqube_branches.quality_gate is 'Name of the gate in force for the project, where it could be read. [source: api/qualitygates/get_by_project qualityGate.name]';
comment on column data.sonarqube_branches.title is 'Title of the pull request. [source: api/project_pull_requests/list pullRequests[].title]';
comment on column data.sonarqube_branches.source_branch is 'Branch the pull request comes from. [source: api/project_pull_requests/list pullRequests[].branch]';
comment on column data.sonarqube_branches.base_branch is 'SonarQube branch the pull request is compared with. [source: api/project_pull_requests/list pullRequests[].base]';
comment on column data.sonarqube_branches.target_branch is 'Branch the pull request goes to, as the scanner was told. [source: api/project_pull_requests/list pullRequests[].target]';
comment on column data.sonarqube_branches.url is 'The pull request in its own system. [source: api/project_pull_requests/list pullRequests[].url]';
comment on column data.sonarqube_branches.is_orphan is 'True when the base of the pull request is gone. [source: api/project_pull_requests/list pullRequests[].isOrphan]';
comment on column data.sonarqube_branches.synced_at is 'When a sync last wrote this row (UTC). An unchanged row keeps its time.';
comment on column data.sonarqube_branches.run_id is 'Run that last wrote this row. [fk: runs.id]';
comment on column data.sonarqube_branches.deleted_at is 'When it was first missing from a complete listing of the server (UTC); null while the server has it.';

create view data.sonarqube_analyses as
select a.id,
       a.integration_id,
       a.project_id,
       a.branch_id,
       a.source_key,
       a.analyzed_at,
       a.changed_at,
       a.revision,
       a.project_version,
       a.build_string,
       a.detected_ci,
       a.gate_status,
       a.gate_evaluated,
       a.ignored_conditions,
       a.warnings,
       a.scope,
       a.synced_at,
       a.run_id,
       a.deleted_at
  from code_quality.analyses a;
comment on view data.sonarqube_analyses is 'Analyses of branches and pull requests with the result of their quality gate; analyses that the server’s housekeeping drops stay. [source: api/project_analyses/search]';
comment on column data.sonarqube_analyses.id is 'Identity of the analysis. Example: 512.';
comment on column data.sonarqube_analyses.integration_id is 'Integration the row was read through: the number in its address under Integrations. Example: 3.';
comment on column data.sonarqube_analyses.project_id is 'The project. [fk: sonarqube_projects.id]';
comment on column data.sonarqube_analyses.branch_id is 'The branch or pull request. [fk: sonarqube_branches.id]';
comment on column data.sonarqube_analyses.source_key is 'Key of the server, or at:<time> where it names none (pull requests). [source: api/project_analyses/search analyses[].key]';
comment on column data.sonarqube_analyses.analyzed_at is 'When it was analysed (UTC). [source: api/project_analyses/search analyses[].date]';
comment on column data.sonarqube_analyses.changed_at is 'When its gate last changed (UTC): the analysis, or a manual change of an issue after it.';
comment on column data.sonarqube_analyses.revision is 'Analysed commit. Example: 8342643a…. [source: api/project_analyses/search analyses[].revision]';
comment on column data.sonarqube_analyses.project_version is 'Project version given to the scanner. Example: 1.4.2. [source: api/project_analyses/search analyses[].projectVersion]';
comment on column data.sonarqube_analyses.build_string is 'Build given to the scanner. [source: api/project_analyses/search analyses[].buildString]';
comment on column data.sonarqube_analyses.detected_ci is 'CI system the scanner found. Example: Jenkins. [source: api/project_analyses/search analyses[].detectedCI]';
comment on column data.sonarqube_analyses.gate_status is 'OK, ERROR, WARN or NONE; null when unknown. [source: api/qualitygates/project_status projectStatus.status]';
comment on column data.sonarqube_analyses.gate_evaluated is 'False when no condition had a value or the base was unknown, so that OK says nothing; null when the conditions are unknown.';
comment on column data.sonarqube_analyses.ignored_conditions is 'True when conditions were skipped because fewer than 20 lines are new. [source: api/qualitygates/project_status projectStatus.ignoredConditions]';
comment on column data.sonarqube_analyses.warnings is 'Warnings of the analysis that make its gate doubtful. [source: api/ce/analysis_status component.warnings[].message]';
comment on column data.sonarqube_analyses.scope is 'What was analysed: branch, pull_request or companion.';
comment on column data.sonarqube_analyses.synced_at is 'When a sync last wrote this row (UTC). An unchanged row keeps its time.';
comment on column data.sonarqube_analyses.run_id is 'Run that last wrote this row. [fk: runs.id]';
comment on column data.sonarqube_analyses.deleted_at is 'When it was first missing from a complete listing of the server (UTC); null while the server has it.';

create view data.sonarqube_quality_gates as
select g.id,
       g.integration_id,
       g.source_key,
       g.name,
       g.is_default,
       g.is_built_in,
       g.cayc_status,
       g.conditions,
       g.deleted_at
  from code_quality.quality_gates g;
comment on view data.sonarqube_quality_gates is 'Quality gate definitions; results are in sonarqube_analyses. [source: api/qualitygates/list]';
comment on column data.sonarqube_quality_gates.id is 'Identity of the gate. Example: 2.';
comment on column data.sonarqube_quality_gates.integration_id is 'Integration the row was read through: the number in its address under Integrations. Example: 3.';
comment on column data.sonarqube_quality_gates.source_key is 'Id of servers that have one (9.9), else the name. [source: api/qualitygates/list qualitygates[].name]';
comment on column data.sonarqube_quality_gates.name is 'Name. Example: Sonar way. [source: api/qualitygates/list qualitygates[].name]';
comment on column data.sonarqube_quality_gates.is_default is 'True for the gate of projects that name none. [source: api/qualitygates/list qualitygates[].isDefault]';
comment on column data.sonarqube_quality_gates.is_built_in is 'True for gates that come with the server. [source: api/qualitygates/list qualitygates[].isBuiltIn]';
comment on column data.sonarqube_quality_gates.cayc_status is 'Whether it follows Clean as You Code. Example: compliant. [source: api/qualitygates/list qualitygates[].caycStatus]';
comment on column data.sonarqube_quality_gates.conditions is 'Its conditions as a JSON array of metric, operator (GT or LT) and threshold. [source: api/qualitygates/show conditions[]]';
comment on column data.sonarqube_quality_gates.deleted_at is 'When it was first missing from a complete listing of the server (UTC); null while the server has it.';

create view data.sonarqube_quality_gate_conditions as
select c.id,
       a.integration_id,
       a.project_id,
       a.branch_id,
       c.analysis_id,
       c.metric_id,
       m.source_key as metric_key,
       c.operator,
       c.threshold,
       c.actual_value,
       c.status
  from code_quality.gate_conditions c
  join code_quality.analyses a on a.id = c.analysis_id
  join code_quality.metrics m on m.id = c.metric_id;
comment on view data.sonarqube_quality_gate_conditions is 'One row per condition of the gate of an analysis. [source: api/qualitygates/project_status]';
comment on column data.sonarqube_quality_gate_conditions.id is 'Identity of the row; a new one when the gate of the analysis changes. Example: 9031.';
comment on column data.sonarqube_quality_gate_conditions.integration_id is 'Integration the row was read through: the number in its address under Integrations. Example: 3.';
comment on column data.sonarqube_quality_gate_conditions.project_id is 'The project. [fk: sonarqube_projects.id]';
comment on column data.sonarqube_quality_gate_conditions.branch_id is 'The branch or pull request. [fk: sonarqube_branches.id]';
comment on column data.sonarqube_quality_gate_conditions.analysis_id is 'The analysis. [fk: sonarqube_analyses.id]';
comment on column data.sonarqube_quality_gate_conditions.metric_id is 'The metric compared. [fk: sonarqube_metrics.id] [source: api/qualitygates/project_status projectStatus.conditions[].metricKey]';
comment on column data.sonarqube_quality_gate_conditions.metric_key is 'Its key. Example: new_coverage. [source: api/qualitygates/project_status projectStatus.conditions[].metricKey]';
comment on column data.sonarqube_quality_gate_conditions.operator is 'The condition fails when the value is greater (GT) or less (LT) than the threshold. [source: api/qualitygates/project_status projectStatus.conditions[].comparator]';
comment on column data.sonarqube_quality_gate_conditions.threshold is 'Threshold as the server writes it. Example: 80. [source: api/qualitygates/project_status projectStatus.conditions[].errorThreshold]';
comment on column data.sonarqube_quality_gate_conditions.actual_value is 'Value at the analysis; null when there was nothing to evaluate. Example: 33.3. [source: api/qualitygates/project_status projectStatus.conditions[].actualValue]';
comment on column data.sonarqube_quality_gate_conditions.status is 'OK, WARN, ERROR or NO_VALUE. [source: api/qualitygates/project_status projectStatus.conditions[].status]';

create view data.sonarqube_issues as
select f.id,
       f.integration_id,
       f.source_key,
       f.project_id,
       f.branch_id,
       coalesce(f.component, p.source_key || coalesce(':' || path.path, '')) as component,
       path.path,
       f.line,
       f.start_line,
       f.end_line,
       f.start_offset,
       f.end_offset,
       rule.source_key as rule,
       f.rule_id,
       f.message,
       f.severity,
       f.type as issue_type,
       f.status,
       f.issue_status,
       f.resolution,
       f.clean_code_category as clean_code_attribute_category,
       f.clean_code_attribute,
       f.impact_security,
       f.impact_reliability,
       f.impact_maintainability,
       case when mode.mode = 'standard' then f.standard_class else f.class end as class,
       case when mode.mode = 'standard' then f.standard_axis else f.axis end as severity_source,
       case when mode.mode = 'standard' then f.standard_level else f.raw_level end as source_level,
       coalesce(level.severity, 'unrated') as mapped_severity,
       f.state = 'open' and coalesce(f.deleted_at, b.deleted_at, p.deleted_at) is null as is_open,
       f.asset_type,
       exists (select from code_quality.tags t where t.integration_id = f.integration_id and t.name = 'former-hotspot' and t.id = any (f.tag_ids)) as is_former_hotspot,
       f.effort,
       (coalesce(substring(f.effort from '(\d+)d')::int, 0) * 480 + coalesce(substring(f.effort from '(\d+)h')::int, 0) * 60
         + coalesce(substring(f.effort from '(\d+)min')::int, 0)) * case when f.effort is not null then 1 end as effort_minutes,
       f.debt,
       assignee.name as assignee,
       author.name as author,
       f.code_scope as scope,
       f.external_rule_engine,
       f.content_hash as hash,
       f.opened_at as created_at,
       f.updated_at,
       f.closed_at,
       f.synced_at,
       f.run_id,
       coalesce(f.deleted_at, b.deleted_at, p.deleted_at) as deleted_at,
       f.class = 'vulnerability' as is_vulnerability_by_impact,
       f.standard_class = 'vulnerability' as is_vulnerability_by_type
  from code_quality.findings f
  join code_quality.projects p on p.id = f.project_id
  join code_quality.branches b on b.id = f.branch_id
  left join code_quality.current_modes mode on mode.integration_id = f.integration_id
  left join code_quality.rules rule on rule.id = f.rule_id
  left join code_quality.paths path on path.id = f.path_id
  left join code_quality.authors assignee on assignee.id = f.assignee_id
  left join code_quality.authors author on author.id = f.author_id
  left join code_quality.severity_mapping level
         on level.axis = case when mode.mode = 'standard' then f.standard_axis else f.axis end
        and level.raw_level = case when mode.mode = 'standard' then f.standard_level else f.raw_level end
 where f.kind = 'issue';
comment on view data.sonarqube_issues is 'Issues in every status the server holds, closed ones included, and those it has dropped since (deleted_at). Hotspots are in sonarqube_security_hotspots. [source: api/issues/search, api/issues/list]';
comment on column data.sonarqube_issues.id is 'Identity of the issue. Example: 90210.';
comment on column data.sonarqube_issues.integration_id is 'Integration the row was read through: the number in its address under Integrations. Example: 3.';
comment on column data.sonarqube_issues.source_key is 'Key of the server; opaque. Example: 47af0b18-…. [source: api/issues/search issues[].key]';
comment on column data.sonarqube_issues.project_id is 'The project. [fk: sonarqube_projects.id]';
comment on column data.sonarqube_issues.branch_id is 'The branch or pull request: the same defect has another key on each. [fk: sonarqube_branches.id]';
comment on column data.sonarqube_issues.component is 'Component key: project key, and the path when the issue is in a file. Example: shop:src/a.js. [source: api/issues/search issues[].component]';
comment on column data.sonarqube_issues.path is 'Path inside the project; null for issues of the project itself. Example: src/a.js. [source: api/issues/search components[].path]';
comment on column data.sonarqube_issues.line is 'Line; null for issues of a file or project and for closed ones. [source: api/issues/search issues[].line]';
comment on column data.sonarqube_issues.start_line is 'First line of the marked text. [source: api/issues/search issues[].textRange.startLine]';
comment on column data.sonarqube_issues.end_line is 'Last line of the marked text. [source: api/issues/search issues[].textRange.endLine]';
comment on column data.sonarqube_issues.start_offset is 'Column at which the marked text begins, from 0. [source: api/issues/search issues[].textRange.startOffset]';
comment on column data.sonarqube_issues.end_offset is 'Column at which the marked text ends. [source: api/issues/search issues[].textRange.endOffset]';
comment on column data.sonarqube_issues.rule is 'Key of the rule. Example: javascript:S1481. [source: api/issues/search issues[].rule]';
comment on column data.sonarqube_issues.rule_id is 'The rule. [fk: sonarqube_rules.id]';
comment on column data.sonarqube_issues.message is 'What is wrong, in the server’s words. [source: api/issues/search issues[].message]';
comment on column data.sonarqube_issues.severity is 'Standard severity: BLOCKER, CRITICAL, MAJOR, MINOR, INFO. [source: api/issues/search issues[].severity]';
comment on column data.sonarqube_issues.issue_type is 'CODE_SMELL, BUG or VULNERABILITY. [source: api/issues/search issues[].type]';
comment on column data.sonarqube_issues.status is 'OPEN, CONFIRMED, REOPENED, RESOLVED or CLOSED; superseded by issue_status. [source: api/issues/search issues[].status]';
comment on column data.sonarqube_issues.issue_status is 'OPEN, CONFIRMED, ACCEPTED, FALSE_POSITIVE, FIXED or IN_SANDBOX; derived from status and resolution before 10.4. [source: api/issues/search issues[].issueStatus]';
comment on column data.sonarqube_issues.resolution is 'FIXED, FALSE-POSITIVE, WONTFIX or REMOVED; null while open. [source: api/issues/search issues[].resolution]';
comment on column data.sonarqube_issues.clean_code_attribute_category is 'Example: INTENTIONAL. [source: api/issues/search issues[].cleanCodeAttributeCategory]';
comment on column data.sonarqube_issues.clean_code_attribute is 'Example: LOGICAL. [source: api/issues/search issues[].cleanCodeAttribute]';
comment on column data.sonarqube_issues.impact_security is 'Severity of the security impact: BLOCKER, HIGH, MEDIUM, LOW, INFO; null without one. [source: api/issues/search issues[].impacts[].severity]';
comment on column data.sonarqube_issues.impact_reliability is 'Severity of the reliability impact. [source: api/issues/search issues[].impacts[].severity]';
comment on column data.sonarqube_issues.impact_maintainability is 'Severity of the maintainability impact. [source: api/issues/search issues[].impacts[].severity]';
comment on column data.sonarqube_issues.class is 'What it counts as in the mode of its server: vulnerability, bug, code_smell or unknown. MQR mode: by its impacts, by its type where it has none. Standard mode: by its type.';
comment on column data.sonarqube_issues.severity_source is 'The axis it counts by, and the scale of source_level: impact (on a software quality) or standard (severity of its type).';
comment on column data.sonarqube_issues.source_level is 'The server’s level on that scale, as counted in Security Insights. Example: HIGH.';
comment on column data.sonarqube_issues.mapped_severity is 'critical, high, medium or low by the mapping in force; unrated when it does not know the level.';
comment on column data.sonarqube_issues.is_open is 'True while it counts as open: OPEN or CONFIRMED, and the server has it.';
comment on column data.sonarqube_issues.asset_type is 'repository, or iac_file for rules over infrastructure as code.';
comment on column data.sonarqube_issues.is_former_hotspot is 'True for a vulnerability that was a security hotspot before 2026.4.';
comment on column data.sonarqube_issues.effort is 'Time to fix as the server writes it. Example: 1h5min. [source: api/issues/search issues[].effort]';
comment on column data.sonarqube_issues.effort_minutes is 'Effort in minutes; a day has 8 hours. Example: 65.';
comment on column data.sonarqube_issues.debt is 'Older name of effort. Example: 5min. [source: api/issues/search issues[].debt]';
comment on column data.sonarqube_issues.assignee is 'Login it is assigned to. [source: api/issues/search issues[].assignee]';
comment on column data.sonarqube_issues.author is 'Author of the line, as the version control says. [source: api/issues/search issues[].author]';
comment on column data.sonarqube_issues.scope is 'MAIN or TEST code. [source: api/issues/search issues[].scope]';
comment on column data.sonarqube_issues.external_rule_engine is 'Engine of an imported report; null for the server’s own rules. [source: api/issues/search issues[].externalRuleEngine]';
comment on column data.sonarqube_issues.hash is 'The server’s hash of the line. [source: api/issues/search issues[].hash]';
comment on column data.sonarqube_issues.created_at is 'Creation date at the server (UTC): the commit’s date where it knows it. [source: api/issues/search issues[].creationDate]';
comment on column data.sonarqube_issues.updated_at is 'Last change at the server (UTC). [source: api/issues/search issues[].updateDate]';
comment on column data.sonarqube_issues.closed_at is 'When it was fixed (UTC); null for accepted and false positive ones. [source: api/issues/search issues[].closeDate]';
comment on column data.sonarqube_issues.synced_at is 'When a sync last wrote this row (UTC). An unchanged row keeps its time.';
comment on column data.sonarqube_issues.run_id is 'Run that last wrote this row. [fk: runs.id]';
comment on column data.sonarqube_issues.is_vulnerability_by_impact is 'True for a vulnerability as MQR mode counts: with an impact on security, or by its type where it has no impact.';
comment on column data.sonarqube_issues.is_vulnerability_by_type is 'True for a vulnerability as Standard mode counts: of type VULNERABILITY.';
comment on column data.sonarqube_issues.deleted_at is 'When it, its branch or its project was first missing from a complete listing of the server (UTC); null while the server has it.';

create view data.sonarqube_issue_impacts as
select f.id * 3 + impact.ordinal as id,
       f.integration_id,
       f.id as issue_id,
       impact.software_quality,
       impact.severity
  from code_quality.findings f
 cross join lateral (values (0, 'SECURITY', f.impact_security), (1, 'RELIABILITY', f.impact_reliability),
                            (2, 'MAINTAINABILITY', f.impact_maintainability)) as impact (ordinal, software_quality, severity)
 where f.kind = 'issue' and impact.severity is not null;
comment on view data.sonarqube_issue_impacts is 'Impacts of issues on software qualities, one row each (10.2 and later). [source: api/issues/search]';
comment on column data.sonarqube_issue_impacts.id is 'Identity of the row. Example: 270631.';
comment on column data.sonarqube_issue_impacts.integration_id is 'Integration the row was read through: the number in its address under Integrations. Example: 3.';
comment on column data.sonarqube_issue_impacts.issue_id is 'The issue. [fk: sonarqube_issues.id]';
comment on column data.sonarqube_issue_impacts.software_quality is 'SECURITY, RELIABILITY or MAINTAINABILITY. [source: api/issues/search issues[].impacts[].softwareQuality]';
comment on column data.sonarqube_issue_impacts.severity is 'BLOCKER, HIGH, MEDIUM, LOW or INFO. [source: api/issues/search issues[].impacts[].severity]';

create view data.sonarqube_tags as
select t.id,
       t.integration_id,
       t.name
  from code_quality.tags t;
comment on view data.sonarqube_tags is 'Tags that issues carry. [source: api/issues/search]';
comment on column data.sonarqube_tags.id is 'Identity of the tag. Example: 8.';
comment on column data.sonarqube_tags.integration_id is 'Integration the row was read through: the number in its address under Integrations. Example: 3.';
comment on column data.sonarqube_tags.name is 'The tag. Example: cwe. [source: api/issues/search issues[].tags[]]';

create view data.sonarqube_issue_tags as
select f.id * 1000000 + tag.id as id,
       f.integration_id,
       f.id as issue_id,
       tag.id as tag_id
  from code_quality.findings f
 cross join lateral unnest(f.tag_ids) as tag (id)
 where f.kind = 'issue';
comment on view data.sonarqube_issue_tags is 'Which issue carries which tag. [source: api/issues/search]';
comment on column data.sonarqube_issue_tags.id is 'Identity of the row, the same as long as the issue carries the tag. Example: 90210000008.';
comment on column data.sonarqube_issue_tags.integration_id is 'Integration the row was read through: the number in its address under Integrations. Example: 3.';
comment on column data.sonarqube_issue_tags.issue_id is 'The issue. [fk: sonarqube_issues.id]';
comment on column data.sonarqube_issue_tags.tag_id is 'The tag. [fk: sonarqube_tags.id] [source: api/issues/search issues[].tags[]]';

create view data.sonarqube_metrics as
select m.id,
       m.integration_id,
       m.source_id,
       m.source_key,
       m.type as source_type,
       m.name,
       m.description,
       m.domain,
       m.direction,
       m.qualitative,
       m.hidden,
       m.row_hash is not null and m.deleted_at is null as api_accessible,
       m.deleted_at
  from code_quality.metrics m;
comment on view data.sonarqube_metrics is 'Metric catalogue of each server. [source: api/metrics/search]';
comment on column data.sonarqube_metrics.id is 'Identity of the metric. Example: 33.';
comment on column data.sonarqube_metrics.integration_id is 'Integration the row was read through: the number in its address under Integrations. Example: 3.';
comment on column data.sonarqube_metrics.source_id is 'Id of older servers. [source: api/metrics/search metrics[].id]';
comment on column data.sonarqube_metrics.source_key is 'Key. Example: coverage. [source: api/metrics/search metrics[].key]';
comment on column data.sonarqube_metrics.source_type is 'INT, FLOAT, PERCENT, BOOL, STRING, MILLISEC, DATA, LEVEL, DISTRIB, RATING or WORK_DUR (minutes). [source: api/metrics/search metrics[].type]';
comment on column data.sonarqube_metrics.name is 'Name. Example: Coverage. [source: api/metrics/search metrics[].name]';
comment on column data.sonarqube_metrics.description is 'Description. [source: api/metrics/search metrics[].description]';
comment on column data.sonarqube_metrics.domain is 'Group the server shows it in. Example: Coverage. [source: api/metrics/search metrics[].domain]';
comment on column data.sonarqube_metrics.direction is '-1 lower is better, 1 higher is better, 0 neither. [source: api/metrics/search metrics[].direction]';
comment on column data.sonarqube_metrics.qualitative is 'True when it judges quality. [source: api/metrics/search metrics[].qualitative]';
comment on column data.sonarqube_metrics.hidden is 'True when the server does not show it. [source: api/metrics/search metrics[].hidden]';
comment on column data.sonarqube_metrics.api_accessible is 'False when the catalogue of the server does not list it (any more).';
comment on column data.sonarqube_metrics.deleted_at is 'When it was first missing from a complete listing of the server (UTC); null while the server has it.';

create view data.sonarqube_project_metrics as
select v.id,
       p.integration_id,
       v.project_id,
       v.branch_id,
       v.metric_id,
       m.source_key as metric_key,
       v.measured_at as date,
       v.value,
       v.numeric_value,
       v.is_new_code,
       v.best_value,
       v.period_mode,
       v.period_parameter,
       v.period_at as period_date
  from code_quality.measures v
  join code_quality.projects p on p.id = v.project_id
  join code_quality.metrics m on m.id = v.metric_id;
comment on view data.sonarqube_project_metrics is 'Measures of branches and pull requests: the current ones (date null) and those of past analyses. A metric without a value has no row. [source: api/measures/component, api/measures/search_history]';
comment on column data.sonarqube_project_metrics.id is 'Identity of the measure. Example: 7001.';
comment on column data.sonarqube_project_metrics.integration_id is 'Integration the row was read through: the number in its address under Integrations. Example: 3.';
comment on column data.sonarqube_project_metrics.project_id is 'The project. [fk: sonarqube_projects.id]';
comment on column data.sonarqube_project_metrics.branch_id is 'The branch or pull request. [fk: sonarqube_branches.id]';
comment on column data.sonarqube_project_metrics.metric_id is 'The metric. [fk: sonarqube_metrics.id] [source: api/measures/component component.measures[].metric]';
comment on column data.sonarqube_project_metrics.metric_key is 'Its key. Example: coverage. [source: api/measures/component component.measures[].metric]';
comment on column data.sonarqube_project_metrics.date is 'Analysis it was measured at (UTC); null for the current value. [source: api/measures/search_history measures[].history[].date]';
comment on column data.sonarqube_project_metrics.value is 'Value as the server writes it. Example: 83.4. [source: api/measures/component component.measures[].value]';
comment on column data.sonarqube_project_metrics.numeric_value is 'The value as a number, where it is one: percent, minutes (WORK_DUR), 1.0 = A to 5.0 = E (RATING). Example: 83.4.';
comment on column data.sonarqube_project_metrics.is_new_code is 'True when the value is over the new code period.';
comment on column data.sonarqube_project_metrics.best_value is 'True when it cannot be better. [source: api/measures/component component.measures[].bestValue]';
comment on column data.sonarqube_project_metrics.period_mode is 'How the new code period is set. Example: PREVIOUS_VERSION. [source: api/measures/component period.mode]';
comment on column data.sonarqube_project_metrics.period_parameter is 'Its parameter, e.g. the version. [source: api/measures/component period.parameter]';
comment on column data.sonarqube_project_metrics.period_date is 'When it begins (UTC). [source: api/measures/component period.date]';

create view data.sonarqube_new_code_values as
select p.integration_id, n.project_id, n.branch_id, n.metric_id, m.source_key as metric_key, n.analyzed_at, n.value
  from code_quality.new_code_values n
  join code_quality.projects p on p.id = n.project_id
  join code_quality.metrics m on m.id = n.metric_id;
comment on view data.sonarqube_new_code_values is 'Measures of new code of main branches, one for each analysis that was read: the server keeps no history of them. Analyses between two readings, and all before the first, have none. [source: api/measures/component]';
comment on column data.sonarqube_new_code_values.integration_id is 'Integration the row was read through: the number in its address under Integrations. Example: 3.';
comment on column data.sonarqube_new_code_values.project_id is 'The project. [fk: sonarqube_projects.id]';
comment on column data.sonarqube_new_code_values.branch_id is 'The branch. [fk: sonarqube_branches.id]';
comment on column data.sonarqube_new_code_values.metric_id is 'The metric. [fk: sonarqube_metrics.id]';
comment on column data.sonarqube_new_code_values.metric_key is 'Its key. Example: new_coverage.';
comment on column data.sonarqube_new_code_values.analyzed_at is 'The analysis that it was measured by (UTC).';
comment on column data.sonarqube_new_code_values.value is 'As a number: percent, minutes (WORK_DUR), 1.0 = A to 5.0 = E (RATING). Example: 83.4. [source: api/measures/component component.measures[].period.value]';

create view data.sonarqube_security_hotspots as
select f.id,
       f.integration_id,
       f.source_key,
       f.project_id,
       f.branch_id,
       coalesce(f.component, p.source_key || coalesce(':' || path.path, '')) as component,
       path.path,
       f.line,
       f.start_line,
       f.end_line,
       rule.source_key as rule_key,
       f.rule_id,
       f.message,
       f.security_category,
       f.vulnerability_probability,
       case when f.kind = 'hotspot' then f.status end as status,
       case when f.kind = 'hotspot' then f.resolution end as resolution,
       f.kind = 'hotspot' and f.state = 'open' and coalesce(f.deleted_at, b.deleted_at, p.deleted_at) is null as is_open,
       assignee.name as assignee,
       author.name as author,
       f.opened_at as created_at,
       f.updated_at,
       f.synced_at,
       f.run_id,
       case when f.kind = 'hotspot' then coalesce(f.deleted_at, b.deleted_at, p.deleted_at) else coalesce(past.to_at, f.closed_at, f.updated_at) end as deleted_at
  from code_quality.findings f
  join code_quality.projects p on p.id = f.project_id
  join code_quality.branches b on b.id = f.branch_id
  left join lateral (select max(period.to_at) as to_at from code_quality.finding_past_periods period
                      where period.finding_id = f.id and period.ended_by = 'became_vulnerability' and f.kind = 'issue') past on true
  left join code_quality.rules rule on rule.id = f.rule_id
  left join code_quality.paths path on path.id = f.path_id
  left join code_quality.authors assignee on assignee.id = f.assignee_id
  left join code_quality.authors author on author.id = f.author_id
 where f.kind = 'hotspot' or f.vulnerability_probability is not null;
comment on view data.sonarqube_security_hotspots is 'Security hotspots. One that became a vulnerability has deleted_at here and a row with the same id in sonarqube_issues. [source: api/hotspots/search, api/hotspots/list]';
comment on column data.sonarqube_security_hotspots.id is 'Identity of the hotspot; the issue it became keeps it. Example: 90211.';
comment on column data.sonarqube_security_hotspots.integration_id is 'Integration the row was read through: the number in its address under Integrations. Example: 3.';
comment on column data.sonarqube_security_hotspots.source_key is 'Key of the server; opaque. [source: api/hotspots/search hotspots[].key]';
comment on column data.sonarqube_security_hotspots.project_id is 'The project. [fk: sonarqube_projects.id]';
comment on column data.sonarqube_security_hotspots.branch_id is 'The branch or pull request. [fk: sonarqube_branches.id]';
comment on column data.sonarqube_security_hotspots.component is 'Component key. Example: shop:src/a.js. [source: api/hotspots/search hotspots[].component]';
comment on column data.sonarqube_security_hotspots.path is 'Path inside the project. [source: api/hotspots/search components[].path]';
comment on column data.sonarqube_security_hotspots.line is 'Line. [source: api/hotspots/search hotspots[].line]';
comment on column data.sonarqube_security_hotspots.start_line is 'First line of the marked text. [source: api/hotspots/search hotspots[].textRange.startLine]';
comment on column data.sonarqube_security_hotspots.end_line is 'Last line of the marked text. [source: api/hotspots/search hotspots[].textRange.endLine]';
comment on column data.sonarqube_security_hotspots.rule_key is 'Key of the rule. Example: javascript:S1523. [source: api/hotspots/search hotspots[].ruleKey]';
comment on column data.sonarqube_security_hotspots.rule_id is 'The rule. [fk: sonarqube_rules.id]';
comment on column data.sonarqube_security_hotspots.message is 'What to look at, in the server’s words. [source: api/hotspots/search hotspots[].message]';
comment on column data.sonarqube_security_hotspots.security_category is 'Example: rce. [source: api/hotspots/search hotspots[].securityCategory]';
comment on column data.sonarqube_security_hotspots.vulnerability_probability is 'HIGH, MEDIUM or LOW. [source: api/hotspots/search hotspots[].vulnerabilityProbability]';
comment on column data.sonarqube_security_hotspots.status is 'TO_REVIEW or REVIEWED; null once it is an issue. [source: api/hotspots/search hotspots[].status]';
comment on column data.sonarqube_security_hotspots.resolution is 'FIXED, SAFE or ACKNOWLEDGED; null before the review. [source: api/hotspots/search hotspots[].resolution]';
comment on column data.sonarqube_security_hotspots.is_open is 'True while it waits for review.';
comment on column data.sonarqube_security_hotspots.assignee is 'Login it is assigned to. [source: api/hotspots/search hotspots[].assignee]';
comment on column data.sonarqube_security_hotspots.author is 'Author of the line. [source: api/hotspots/search hotspots[].author]';
comment on column data.sonarqube_security_hotspots.created_at is 'Creation date at the server (UTC). [source: api/hotspots/search hotspots[].creationDate]';
comment on column data.sonarqube_security_hotspots.updated_at is 'Last change at the server (UTC). [source: api/hotspots/search hotspots[].updateDate]';
comment on column data.sonarqube_security_hotspots.synced_at is 'When a sync last wrote this row (UTC). An unchanged row keeps its time.';
comment on column data.sonarqube_security_hotspots.run_id is 'Run that last wrote this row. [fk: runs.id]';
comment on column data.sonarqube_security_hotspots.deleted_at is 'When it was first missing from a complete listing, or became a vulnerability (UTC); null while the server has it.';

create view data.sonarqube_rules as
select r.id,
       r.integration_id,
       r.source_key,
       r.name,
       r.repository,
       r.language,
       r.type,
       r.severity,
       r.status,
       r.cwe,
       r.tags,
       r.is_external,
       r.owasp,
       r.description
  from code_quality.rules r;
comment on view data.sonarqube_rules is 'Rules that findings name. [source: api/rules/search]';
comment on column data.sonarqube_rules.id is 'Identity of the rule. Example: 12.';
comment on column data.sonarqube_rules.integration_id is 'Integration the row was read through: the number in its address under Integrations. Example: 3.';
comment on column data.sonarqube_rules.source_key is 'Key: repository and rule. Example: javascript:S1481. [source: api/rules/search rules[].key]';
comment on column data.sonarqube_rules.name is 'Name; the key where the rule could not be read. [source: api/rules/search rules[].name]';
comment on column data.sonarqube_rules.repository is 'Repository; external_ in front for imported reports. Example: javascript. [source: api/rules/search rules[].repo]';
comment on column data.sonarqube_rules.language is 'Language key. Example: js. [source: api/rules/search rules[].lang]';
comment on column data.sonarqube_rules.type is 'CODE_SMELL, BUG, VULNERABILITY or SECURITY_HOTSPOT. [source: api/rules/search rules[].type]';
comment on column data.sonarqube_rules.severity is 'Standard severity of the rule. [source: api/rules/search rules[].severity]';
comment on column data.sonarqube_rules.status is 'READY, BETA, DEPRECATED or REMOVED. [source: api/rules/search rules[].status]';
comment on column data.sonarqube_rules.cwe is 'CWE identifiers its description names. Example: {CWE-79}. [source: api/rules/search rules[].descriptionSections[].content]';
comment on column data.sonarqube_rules.tags is 'Tags of the rule. [source: api/rules/search rules[].sysTags]';
comment on column data.sonarqube_rules.is_external is 'True for rules of imported reports. [source: api/rules/search rules[].isExternal]';
comment on column data.sonarqube_rules.owasp is 'Categories of the OWASP Top 10 its description or tags name; null until they were read. Example: {A3:2021}. [source: api/rules/search rules[].descriptionSections[].content]';
comment on column data.sonarqube_rules.description is 'Its description as a list of sections with a key and blocks of plain text; null until it was read. [source: api/rules/search rules[].descriptionSections[]]';

create view data.sonarqube_counting_modes as
select m.integration_id,
       nullif(m.from_at, '-infinity') as since,
       m.mode,
       m.told
  from code_quality.counting_modes m;
comment on view data.sonarqube_counting_modes is 'How each server counts vulnerabilities, and since when; one more row for each change. [source: api/v2/clean-code-policy/mode]';
comment on column data.sonarqube_counting_modes.integration_id is 'Integration the row was read through: the number in its address under Integrations. Example: 3.';
comment on column data.sonarqube_counting_modes.since is 'When the mode was first seen (UTC); null for the first, which holds for all time before.';
comment on column data.sonarqube_counting_modes.mode is 'mqr: by impacts on software qualities. standard: by types.';
comment on column data.sonarqube_counting_modes.told is 'False while the server has not said its mode, and mqr is assumed.';

create view data.sonarqube_vulnerability_days as
select p.integration_id,
       d.project_id,
       d.branch_class as branch_scope,
       d.counting,
       d.day,
       case when d.axis = 'total' then 'unknown' else coalesce(level.severity, 'unrated') end as severity,
       sum(d.opened - d.closed)::integer as open_change,
       sum(d.opened - d.joined)::integer as created,
       sum(d.closed - d.left_out)::integer as resolved,
       sum(d.joined - d.left_out)::integer as joined,
       case when d.day >= k.read_from or k.read_from is null then 'read' when d.day >= k.counted_from then 'counted' else 'reconstructed' end as basis
  from code_quality.project_daily d
  join code_quality.projects p on p.id = d.project_id
  left join code_quality.daily_known k on k.project_id = d.project_id and k.branch_class = d.branch_class and k.counting = d.counting
  left join code_quality.severity_mapping level on level.axis = d.axis and level.raw_level = d.raw_level
 where d.class = 'vulnerability' and d.state = 'open' and d.part <> 'split' and d.counting in ('server', 'other') and d.branch_class <> 'pull_request'
 group by 1, 2, 3, 4, 5, 6, 11;
comment on view data.sonarqube_vulnerability_days is 'How many vulnerabilities became open and stopped being open on each UTC day, the numbers of Security Insights: open at the end of a day is the sum of open_change up to it.';
comment on column data.sonarqube_vulnerability_days.integration_id is 'Integration the row was read through: the number in its address under Integrations. Example: 3.';
comment on column data.sonarqube_vulnerability_days.project_id is 'The project. [fk: sonarqube_projects.id]';
comment on column data.sonarqube_vulnerability_days.branch_scope is 'main, or branch for its other long-lived branches.';
comment on column data.sonarqube_vulnerability_days.counting is 'server: as the mode of its server counts. other: as its other mode would. Take one of them.';
comment on column data.sonarqube_vulnerability_days.day is 'UTC day on which something changed.';
comment on column data.sonarqube_vulnerability_days.severity is 'critical, high, medium, low or unrated; unknown where the server told a number without severities.';
comment on column data.sonarqube_vulnerability_days.open_change is 'Open at the end of the day less open at its beginning.';
comment on column data.sonarqube_vulnerability_days.created is 'Became open. Before the first reading of the project: by how much the server counted more, at least.';
comment on column data.sonarqube_vulnerability_days.resolved is 'Stopped being open. Before the first reading of the project: by how much the server counted less, at least.';
comment on column data.sonarqube_vulnerability_days.joined is 'Came with a project that joined or a change of the server’s mode, less what went so: no new risk.';
comment on column data.sonarqube_vulnerability_days.basis is 'read: our own reading. counted: the server’s own count at an analysis before it. reconstructed: from creation and closing dates.';

create view data.sonarqube_vulnerability_ages as
select s.integration_id,
       s.project_id,
       s.finding_id as issue_id,
       s.branch_class as branch_scope,
       s.counting,
       coalesce(level.severity, 'unrated') as severity,
       s.is_open,
       s.created_on,
       case when s.is_open then (now() at time zone 'UTC')::date - s.created_on end as age_days,
       s.fixed_on as resolved_on,
       case when not s.is_open then greatest(s.fixed_on - s.counted_from, 0) end as days_to_resolve,
       s.resolved_as
  from code_quality.vulnerability_spans s
  left join code_quality.severity_mapping level on level.axis = s.axis and level.raw_level = s.raw_level;
comment on view data.sonarqube_vulnerability_ages is 'Every open vulnerability with its age, and every fix of one with the days it took, the numbers of Security Insights: one row per counting. [source: api/issues/search issues[].creationDate, closeDate]';
comment on column data.sonarqube_vulnerability_ages.integration_id is 'Integration the row was read through: the number in its address under Integrations. Example: 3.';
comment on column data.sonarqube_vulnerability_ages.project_id is 'The project. [fk: sonarqube_projects.id]';
comment on column data.sonarqube_vulnerability_ages.issue_id is 'The issue; once more for each time it was fixed and reopened. [fk: sonarqube_issues.id]';
comment on column data.sonarqube_vulnerability_ages.branch_scope is 'main, or branch for its other long-lived branches.';
comment on column data.sonarqube_vulnerability_ages.counting is 'server: as the mode of its server counts now. other: as its other mode would. Take one of them.';
comment on column data.sonarqube_vulnerability_ages.severity is 'critical, high, medium, low or unrated, when it was fixed or now.';
comment on column data.sonarqube_vulnerability_ages.is_open is 'True for what is open now; false for a fix after the first reading of its project.';
comment on column data.sonarqube_vulnerability_ages.created_on is 'UTC day the server dates its creation to. [source: api/issues/search issues[].creationDate]';
comment on column data.sonarqube_vulnerability_ages.age_days is 'Whole days from its creation to today; null for a fix.';
comment on column data.sonarqube_vulnerability_ages.resolved_on is 'UTC day it was fixed; null while it is open. [source: api/issues/search issues[].closeDate]';
comment on column data.sonarqube_vulnerability_ages.days_to_resolve is 'Whole days from its creation to the fix: from the reopening where it was fixed before, and not from before the first analysis of its project.';
comment on column data.sonarqube_vulnerability_ages.resolved_as is 'fixed; accepted or false_positive where the setting of Security Insights counts these as resolved; null while it is open.';

create view data.sonarqube_gate_conditions_in_force as
select p.integration_id,
       p.id as project_id,
       main.id as branch_id,
       newest.id as analysis_id,
       g.name as quality_gate,
       d.metric as metric_key,
       coalesce(c.operator, d.operator) as operator,
       coalesce(c.threshold, d.threshold) as threshold,
       c.actual_value,
       case when c.actual_value is null or c.status = 'NO_VALUE' then 'not_evaluated' when c.status = 'ERROR' then 'failed' when c.status = 'WARN' then 'warning'
            when c.threshold ~ '^-?[0-9]+(\.[0-9]+)?$' and c.actual_value ~ '^-?[0-9]+(\.[0-9]+)?$'
                 and case c.operator when 'GT' then c.actual_value::numeric > c.threshold::numeric else c.actual_value::numeric < c.threshold::numeric end then 'ignored'
            else 'passed' end as verdict
  from code_quality.projects p
  join code_quality.branches main on main.id = (
       select b.id from code_quality.branches b where b.project_id = p.id and b.is_main order by b.deleted_at nulls first, b.id desc limit 1)
  join code_quality.quality_gates g on g.integration_id = p.integration_id and g.name = main.quality_gate and g.deleted_at is null
 cross join lateral jsonb_to_recordset(g.conditions) as d (metric text, operator text, threshold text)
  left join lateral (
       select a.id, a.ignored_conditions from code_quality.analyses a where a.branch_id = main.id and a.deleted_at is null
        order by a.analyzed_at desc, a.id desc limit 1) newest on true
  left join code_quality.metrics m on m.integration_id = p.integration_id and m.source_key = d.metric
  left join code_quality.gate_conditions c on c.analysis_id = newest.id and c.metric_id = m.id;
comment on view data.sonarqube_gate_conditions_in_force is 'Every condition of the gate of each project’s main branch, with what the newest analysis found: also those it did not evaluate. [source: api/qualitygates/show, api/qualitygates/project_status]';
comment on column data.sonarqube_gate_conditions_in_force.integration_id is 'Integration the row was read through: the number in its address under Integrations. Example: 3.';
comment on column data.sonarqube_gate_conditions_in_force.project_id is 'The project. [fk: sonarqube_projects.id]';
comment on column data.sonarqube_gate_conditions_in_force.branch_id is 'Its main branch. [fk: sonarqube_branches.id]';
comment on column data.sonarqube_gate_conditions_in_force.analysis_id is 'Its newest analysis; null before the first. [fk: sonarqube_analyses.id]';
comment on column data.sonarqube_gate_conditions_in_force.quality_gate is 'The gate in force. Example: Sonar way.';
comment on column data.sonarqube_gate_conditions_in_force.metric_key is 'The metric compared. Example: new_coverage.';
comment on column data.sonarqube_gate_conditions_in_force.operator is 'The condition fails when the value is greater (GT) or less (LT) than the threshold.';
comment on column data.sonarqube_gate_conditions_in_force.threshold is 'Threshold at the analysis, else of the gate as it is defined now. Example: 80.';
comment on column data.sonarqube_gate_conditions_in_force.actual_value is 'Value at the analysis; null when there was nothing to evaluate.';
comment on column data.sonarqube_gate_conditions_in_force.verdict is 'passed, failed, warning, ignored (the value misses the threshold, and too few lines are new) or not_evaluated.';
