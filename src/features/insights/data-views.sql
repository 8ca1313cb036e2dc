create view data.security_targets as
select a.node_id, a.severity, a.days as target_days, a.changed_by, a.changed_at from insights.age_targets a
 where a.node_id = 0 or exists (select from shared.org_nodes n where n.id = a.node_id);
comment on view data.security_targets is 'Within how many days open vulnerabilities of a severity are to be resolved: targets of the organization, and what nodes of org trees have instead. A node without a row has those above it.';
comment on column data.security_targets.node_id is 'The node of an org tree, org_tree_nodes.node_id; 0: the organization.';
comment on column data.security_targets.severity is 'critical, high, medium or low.';
comment on column data.security_targets.target_days is 'Whole UTC days from the creation to the last day within the target; null: there is none.';
comment on column data.security_targets.changed_by is 'Who said so.';
comment on column data.security_targets.changed_at is 'Since when.';
