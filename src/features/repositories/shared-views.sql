create view shared.code_repositories as
select id, integration_id, source_key, project, slug, name, archived, link, clone_urls, deleted_at from repositories.repositories;
comment on view shared.code_repositories is 'Repositories of code.';

create view shared.pull_requests as
select p.id, p.integration_id, p.repository_id, p.source_key, p.title, p.state, p.draft, p.source_branch,
       p.source_repository_key <> r.source_key as from_fork, p.head, p.target_branch, p.base, p.merge_commit, p.opened_at, p.updated_at,
       p.closed_at, p.link, p.deleted_at, p.author
  from repositories.pull_requests p join repositories.repositories r on r.id = p.repository_id;
comment on view shared.pull_requests is 'Pull requests of repositories.';

create view shared.pull_request_heads as
select pull_request_id, commit, from_at, to_at from repositories.pull_request_heads;
comment on view shared.pull_request_heads is 'Which commits were the newest of pull requests, and from when to when they were seen to be.';

create view shared.bindings as
select id, project_id, sonarqube_id, repository_id, mono, annotations, build_status, summary_comment, prefix, chosen_key from repositories.bindings;
comment on view shared.bindings is 'Which repository each bound project is of.';

create view shared.code_owners as
select id as repository_id, owners_rules as rules, owners_unread_since as unread_since from repositories.repositories;
comment on view shared.code_owners is 'Who owns the code of each repository, by its file of owners as it was read last. rules: line, pattern and owners, in their order. unread_since: since when it could not be read, or nobody read it yet.';
