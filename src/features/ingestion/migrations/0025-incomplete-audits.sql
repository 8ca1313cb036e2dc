alter table ingestion.audits drop constraint audits_status_check;
alter table ingestion.audits add constraint audits_status_check
  check (status in ('running', 'equal', 'different', 'incomplete', 'failed', 'cancelled'));
comment on column ingestion.audits.status is 'running, equal, different, incomplete (something could not be compared), failed or cancelled.';
