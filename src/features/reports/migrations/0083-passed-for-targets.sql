update reports.reports set passed_for = '[]' where passed_for <> '[]';
comment on column reports.reports.passed_for is 'Pull requests (id, target) for which what lies there passed; empty: none, or not certain.';
