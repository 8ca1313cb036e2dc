alter table reports.reports
  add column passed_for jsonb not null default '[]',
  add column asked_for jsonb not null default '{}';
comment on column reports.reports.passed_for is 'Ids of the pull requests for which what lies there passed; empty: none, or not certain.';
comment on column reports.reports.asked_for is 'By id of a pull request, when its analysis of this commit was made for which it was asked for last.';
