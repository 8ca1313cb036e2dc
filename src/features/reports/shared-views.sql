create view shared.reports as
select r.id, r.integration_id, r.repository_id, r.project_id, r.commit, r.state, r.result, r.error_code, v.verdict -> 'gate' -> 'conditions' as conditions
  from reports.reports r
  left join reports.companion_verdicts v on v.project_id = r.project_id and v.pull_request_id = r.pull_request_id and v.revision = r.commit;
comment on view shared.reports is 'Reports on commits of pull requests; of a companion with the conditions that it was held against.';
