create view data.security_targets as
select a.node_id, a.severity, a.days as target_days, a.changed_by, a.valid_from as changed_at from insights.age_targets a
 where a.valid_to is null and (a.node_id = 0 or exists (select from shared.org_nodes n where n.id = a.node_id));
comment on view data.security_targets is 'Within how many days open vulnerabilities of a severity are to be resolved: targets of the organization, and what nodes of org trees have instead. A node without a row has those above it.';
comment on column data.security_targets.node_id is 'The node of an org tree, org_tree_nodes.node_id; 0: the organization.';
comment on column data.security_targets.severity is 'critical, high, medium or low.';
comment on column data.security_targets.target_days is 'Whole UTC days from the creation to the last day within the target; null: there is none.';
comment on column data.security_targets.changed_by is 'Who said so.';
comment on column data.security_targets.changed_at is 'Since when.';

create view data.security_target_periods as
select a.id, a.node_id, a.severity, a.days as target_days, a.changed_by, a.valid_from, a.valid_to, a.valid_to is null as is_current
  from insights.age_targets a;
comment on view data.security_target_periods is 'Targets as they were: one row for each time span in which a target was the same, also of nodes that are gone.';
comment on column data.security_target_periods.id is 'Identity of the row.';
comment on column data.security_target_periods.node_id is 'The node of an org tree, org_tree_nodes.node_id; 0: the organization.';
comment on column data.security_target_periods.severity is 'critical, high, medium or low.';
comment on column data.security_target_periods.target_days is 'Whole UTC days from the creation to the last day within the target; null: there was none.';
comment on column data.security_target_periods.changed_by is 'Who said so.';
comment on column data.security_target_periods.valid_from is 'From when on it held.';
comment on column data.security_target_periods.valid_to is 'Until when; null: it holds now.';
comment on column data.security_target_periods.is_current is 'It holds now.';
