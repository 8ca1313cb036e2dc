-- Every index of findings is written for every finding: four that each read can use instead of six.
-- Nothing asks for open findings across projects here: insights lists those, and has an index of its own.
drop index code_quality.findings_open;
drop index code_quality.findings_of_branch;
drop index code_quality.findings_of_project;
create index findings_of_project on code_quality.findings (project_id, branch_id, opened_at desc);
