-- A level the mapping does not know is shown as unrated, never as harmless.
delete from code_quality.severity_mapping where raw_level = 'unknown';

-- The merge resolves these ids itself. As constraints they cost a look-up per row and column of each publish, and
-- deleting an integration would scan all findings once for each of its rules, paths and people.
alter table code_quality.findings
  drop constraint findings_rule_id_fkey,
  drop constraint findings_path_id_fkey,
  drop constraint findings_assignee_id_fkey,
  drop constraint findings_author_id_fkey;
alter table code_quality.measures drop constraint measures_metric_id_fkey;
alter table code_quality.gate_conditions drop constraint gate_conditions_metric_id_fkey;
