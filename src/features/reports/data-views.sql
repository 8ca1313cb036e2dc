create view data.bitbucket_reports as
select r.id, r.integration_id, r.repository_id, r.pull_request_id, r.project_id, r.commit, r.report_key, r.state, r.reason, r.gate, r.evaluated, r.result,
       r.shown, r.total, r.error_code, r.error_message, r.failures, r.foreign_reporter, r.foreign_link, r.due_at as next_try_at, r.published_at,
       r.created_at, r.changed_at
  from reports.reports r;
comment on view data.bitbucket_reports is 'Code Insights reports on commits of pull requests, and what became of them.';
comment on column data.bitbucket_reports.id is 'Identity of the report.';
comment on column data.bitbucket_reports.integration_id is 'The server: an integration, as in its address in the web application.';
comment on column data.bitbucket_reports.repository_id is 'Repository the report lies in. [fk: bitbucket_repositories.id]';
comment on column data.bitbucket_reports.pull_request_id is 'Pull request that wanted it last. [fk: bitbucket_pull_requests.id]';
comment on column data.bitbucket_reports.project_id is 'The SonarQube project it is of. [fk: sonarqube_projects.id]';
comment on column data.bitbucket_reports.commit is 'The commit it lies on.';
comment on column data.bitbucket_reports.report_key is 'Key an administrator of Bitbucket enters as the required report.';
comment on column data.bitbucket_reports.state is 'published, waiting, failed or skipped.';
comment on column data.bitbucket_reports.reason is 'Why it waits or is skipped; stale_head: it lies on a commit that is no head.';
comment on column data.bitbucket_reports.gate is 'What SonarQube’s gate said: OK, WARN, ERROR or NONE.';
comment on column data.bitbucket_reports.evaluated is 'Whether the gate looked at anything. False: none of its conditions had a value, whatever it says. Null: not known.';
comment on column data.bitbucket_reports.result is 'PASS or FAIL, as it lies in Bitbucket. Null: nothing of ours does, or an attempt broke off.';
comment on column data.bitbucket_reports.shown is 'Annotations shown.';
comment on column data.bitbucket_reports.total is 'New findings, of which those are shown.';
comment on column data.bitbucket_reports.error_code is 'Why the last attempt failed; the documentation lists all codes.';
comment on column data.bitbucket_reports.error_message is 'The same in a sentence.';
comment on column data.bitbucket_reports.failures is 'Attempts that failed since the last that did not.';
comment on column data.bitbucket_reports.foreign_reporter is 'Who else was seen to write under the key.';
comment on column data.bitbucket_reports.foreign_link is 'Where the report of somebody else led.';
comment on column data.bitbucket_reports.next_try_at is 'When it is looked at again (UTC).';
comment on column data.bitbucket_reports.published_at is 'When it was published last (UTC).';
comment on column data.bitbucket_reports.created_at is 'When it was first wanted (UTC).';
comment on column data.bitbucket_reports.changed_at is 'When its state changed last (UTC).';
