create view data.bitbucket_projects as
select r.integration_id, r.project as key, max(r.project_name) as name, count(*) as repositories
  from repositories.repositories r where r.deleted_at is null group by r.integration_id, r.project;
comment on view data.bitbucket_projects is 'Projects of Bitbucket Server whose repositories are read.';
comment on column data.bitbucket_projects.integration_id is 'The server: an integration, as in its address in the web application.';
comment on column data.bitbucket_projects.key is 'Key of the project; a user’s own begins with ~.';
comment on column data.bitbucket_projects.name is 'What people call it.';
comment on column data.bitbucket_projects.repositories is 'Repositories that are read.';

create view data.bitbucket_repositories as
select id, integration_id, source_key::bigint as bitbucket_id, project, slug, name, archived, is_public, origin_key::bigint as fork_of, link,
       clone_urls, first_seen_at, deleted_at, owners_file, owners_not_understood, owners_unread_since
  from repositories.repositories;
comment on view data.bitbucket_repositories is 'Repositories of Bitbucket Server.';
comment on column data.bitbucket_repositories.id is 'Identity of the repository.';
comment on column data.bitbucket_repositories.integration_id is 'The server: an integration, as in its address in the web application.';
comment on column data.bitbucket_repositories.bitbucket_id is 'The server’s own number of it, which a rename or a move leaves as it is.';
comment on column data.bitbucket_repositories.project is 'Key of its project now.';
comment on column data.bitbucket_repositories.slug is 'Its name in addresses now.';
comment on column data.bitbucket_repositories.name is 'What people call it.';
comment on column data.bitbucket_repositories.archived is 'It is only read from.';
comment on column data.bitbucket_repositories.is_public is 'Everybody may read it.';
comment on column data.bitbucket_repositories.fork_of is 'Number of the repository it is a fork of.';
comment on column data.bitbucket_repositories.link is 'Its page in Bitbucket.';
comment on column data.bitbucket_repositories.clone_urls is 'Addresses to clone it from.';
comment on column data.bitbucket_repositories.first_seen_at is 'When it was first read.';
comment on column data.bitbucket_repositories.deleted_at is 'When the server was found not to have it any more.';

comment on column data.bitbucket_repositories.owners_file is 'Path of its file of code owners, as it was read last; null: it had none. Example: .bitbucket/CODEOWNERS.';
comment on column data.bitbucket_repositories.owners_not_understood is 'Lines of that file that nobody could make sense of.';
comment on column data.bitbucket_repositories.owners_unread_since is 'Since when that file could not be read, or nobody asked for it: it is read of what a project is bound to. Null: it was read.';

create view data.bitbucket_code_owners as
select r.id * 100000 + (rule ->> 'line')::bigint as id, r.integration_id, r.id as repository_id, (rule ->> 'line')::integer as line,
       rule ->> 'pattern' as pattern, array(select jsonb_array_elements_text(rule -> 'owners')) as owners
  from repositories.repositories r cross join lateral jsonb_array_elements(r.owners_rules) as rule;
comment on view data.bitbucket_code_owners is 'Rules of the files that say who owns code, as they were read last. Of the rules that fit the one of the highest line counts.';
comment on column data.bitbucket_code_owners.id is 'Identity of the rule, the same as long as it stays in its line.';
comment on column data.bitbucket_code_owners.integration_id is 'The server: an integration, as in its address in the web application.';
comment on column data.bitbucket_code_owners.repository_id is 'The repository. [fk: bitbucket_repositories.id]';
comment on column data.bitbucket_code_owners.line is 'Line of the file.';
comment on column data.bitbucket_code_owners.pattern is 'Which files it is about. Example: apps/payments/.';
comment on column data.bitbucket_code_owners.owners is 'Who owns them, in small letters, with the members of groups that the file makes; empty: nobody. Example: {@@payments,lead@example.com}.';

create view data.bitbucket_pull_requests as
select p.id, p.integration_id, p.repository_id, p.source_key::bigint as number, p.title, p.state, p.draft, p.author, p.source_branch,
       p.source_repository_key <> r.source_key as from_fork, p.head, p.target_branch, p.base, p.merge_commit, p.opened_at, p.updated_at,
       p.closed_at, p.link, p.deleted_at
  from repositories.pull_requests p join repositories.repositories r on r.id = p.repository_id;
comment on view data.bitbucket_pull_requests is 'Pull requests of Bitbucket Server.';
comment on column data.bitbucket_pull_requests.id is 'Identity of the pull request.';
comment on column data.bitbucket_pull_requests.integration_id is 'The server: an integration, as in its address in the web application.';
comment on column data.bitbucket_pull_requests.repository_id is 'The repository it is to be merged into. [fk: bitbucket_repositories.id]';
comment on column data.bitbucket_pull_requests.number is 'Its number in the repository.';
comment on column data.bitbucket_pull_requests.title is 'Its title.';
comment on column data.bitbucket_pull_requests.state is 'open, merged, declined; other: a state that this version does not know.';
comment on column data.bitbucket_pull_requests.draft is 'It is a draft.';
comment on column data.bitbucket_pull_requests.author is 'Who opened it.';
comment on column data.bitbucket_pull_requests.source_branch is 'Branch that is to be merged.';
comment on column data.bitbucket_pull_requests.from_fork is 'Its branch lies in another repository.';
comment on column data.bitbucket_pull_requests.head is 'Newest commit of the source branch.';
comment on column data.bitbucket_pull_requests.target_branch is 'Branch it is to be merged into.';
comment on column data.bitbucket_pull_requests.base is 'Newest commit of the target branch, when it was read.';
comment on column data.bitbucket_pull_requests.merge_commit is 'Commit that merged it.';
comment on column data.bitbucket_pull_requests.opened_at is 'When it was opened.';
comment on column data.bitbucket_pull_requests.updated_at is 'When it changed last, as the server says.';
comment on column data.bitbucket_pull_requests.closed_at is 'When it was merged or declined.';
comment on column data.bitbucket_pull_requests.link is 'Its page in Bitbucket.';
comment on column data.bitbucket_pull_requests.deleted_at is 'When the server was found not to have it any more.';

create view data.bitbucket_pull_request_heads as
select h.id, p.integration_id, h.pull_request_id, h.commit, h.from_at as valid_from, h.to_at as valid_to
  from repositories.pull_request_heads h join repositories.pull_requests p on p.id = h.pull_request_id;
comment on view data.bitbucket_pull_request_heads is 'Which commits were the newest of a pull request: one row for each push that was seen.';
comment on column data.bitbucket_pull_request_heads.id is 'Identity of the push.';
comment on column data.bitbucket_pull_request_heads.integration_id is 'The server: an integration, as in its address in the web application.';
comment on column data.bitbucket_pull_request_heads.pull_request_id is 'The pull request. [fk: bitbucket_pull_requests.id]';
comment on column data.bitbucket_pull_request_heads.commit is 'The commit.';
comment on column data.bitbucket_pull_request_heads.valid_from is 'Since when it was seen to be the newest.';
comment on column data.bitbucket_pull_request_heads.valid_to is 'Until when; null: it is.';

create view data.sonarqube_bindings as
select b.id, b.project_id, b.repository_id, b.mono as is_mono, b.annotations, b.build_status, b.summary_comment, b.prefix, b.chosen_key, b.created_at, b.created_by
  from repositories.bindings b;
comment on view data.sonarqube_bindings is 'Which repository of Bitbucket Server a SonarQube project is of.';
comment on column data.sonarqube_bindings.id is 'Identity of the binding.';
comment on column data.sonarqube_bindings.project_id is 'The SonarQube project. [fk: sonarqube_projects.id]';
comment on column data.sonarqube_bindings.repository_id is 'The repository. [fk: bitbucket_repositories.id]';
comment on column data.sonarqube_bindings.is_mono is 'Several projects are of the repository: each has a report of its own.';
comment on column data.sonarqube_bindings.annotations is 'Its reports show findings on the lines they are on.';
comment on column data.sonarqube_bindings.build_status is 'The result is written as a build status of the commit, too.';
comment on column data.sonarqube_bindings.summary_comment is 'One comment of each pull request says what the report says.';
comment on column data.sonarqube_bindings.prefix is 'Folder of the repository that the project is of; empty for the whole.';
comment on column data.sonarqube_bindings.chosen_key is 'Key of its reports that a person chose. Null: the documented one.';
comment on column data.sonarqube_bindings.created_at is 'When it was bound.';
comment on column data.sonarqube_bindings.created_by is 'Who bound it.';
