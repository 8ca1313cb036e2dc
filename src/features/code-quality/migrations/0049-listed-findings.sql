-- The list of findings and its facets read every open finding. They are read from an index alone, where a row takes a
-- quarter of its place in the table: what a finding counts as, by either reading, is one number.
alter table code_quality.findings add column listed integer not null generated always as (
    -- By its impacts: 4 bits of the level, 4 of the qualities, 3 of the class.
    case axis
      when 'impact' then case raw_level when 'BLOCKER' then 1 when 'HIGH' then 2 when 'MEDIUM' then 3 when 'LOW' then 4 when 'INFO' then 5 else 0 end
      when 'standard' then case raw_level when 'BLOCKER' then 6 when 'CRITICAL' then 7 when 'MAJOR' then 8 when 'MINOR' then 9 when 'INFO' then 10 else 0 end
      when 'probability' then case raw_level when 'HIGH' then 11 when 'MEDIUM' then 12 when 'LOW' then 13 else 0 end
      else 0 end
  + 16 * case
      when class = 'hotspot' then 8
      when axis = 'impact' then case when impact_security is null then 0 else 1 end + case when impact_reliability is null then 0 else 2 end
                                + case when impact_maintainability is null then 0 else 4 end
      else case class when 'vulnerability' then 1 when 'bug' then 2 when 'code_smell' then 4 else 0 end end
  + 256 * case class when 'vulnerability' then 1 when 'bug' then 2 when 'code_smell' then 3 when 'hotspot' then 4 else 0 end
    -- By its type, the same.
  + 2048 * case
      when kind = 'issue' and type in ('VULNERABILITY', 'BUG', 'CODE_SMELL')
        then case severity when 'BLOCKER' then 6 when 'CRITICAL' then 7 when 'MAJOR' then 8 when 'MINOR' then 9 when 'INFO' then 10 else 0 end
      when axis = 'impact' then case raw_level when 'BLOCKER' then 1 when 'HIGH' then 2 when 'MEDIUM' then 3 when 'LOW' then 4 when 'INFO' then 5 else 0 end
      when axis = 'standard' then case raw_level when 'BLOCKER' then 6 when 'CRITICAL' then 7 when 'MAJOR' then 8 when 'MINOR' then 9 when 'INFO' then 10 else 0 end
      when axis = 'probability' then case raw_level when 'HIGH' then 11 when 'MEDIUM' then 12 when 'LOW' then 13 else 0 end
      else 0 end
  + 32768 * case case when kind = 'hotspot' then class when type = 'VULNERABILITY' then 'vulnerability' when type = 'BUG' then 'bug'
                      when type = 'CODE_SMELL' then 'code_smell' else class end
      when 'vulnerability' then 1 when 'bug' then 2 when 'code_smell' then 4 when 'hotspot' then 8 else 0 end
  + 524288 * case case when kind = 'hotspot' then class when type = 'VULNERABILITY' then 'vulnerability' when type = 'BUG' then 'bug'
                       when type = 'CODE_SMELL' then 'code_smell' else class end
      when 'vulnerability' then 1 when 'bug' then 2 when 'code_smell' then 3 when 'hotspot' then 4 else 0 end
  + 4194304 * case asset_type when 'iac_file' then 1 else 0 end
  + 16777216 * case when deleted_at is not null then 5
      else case state when 'open' then 0 when 'accepted' then 1 when 'false_positive' then 2 when 'fixed' then 3 else 4 end end) stored;
comment on column code_quality.findings.listed is 'What the list of findings filters and counts by, as one number: level, qualities and class by impacts, the same by type, asset type, state.';

-- Two indexes take the places of two: lines and dates that move with every analysis stay outside, so that such a change writes none.
drop index code_quality.findings_of_project;
drop index code_quality.findings_open_of_project;
create index findings_listed on code_quality.findings (project_id, branch_id, opened_at desc) include (id, listed);
create index findings_open_listed on code_quality.findings (project_id, branch_id, opened_at desc)
  include (id, listed, rule_id, path_id, author_id, assignee_id) where state = 'open' and deleted_at is null;

-- An index answers alone only for pages that were vacuumed since they changed.
alter table code_quality.findings set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
