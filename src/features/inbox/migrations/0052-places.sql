-- Which places a server has for webhooks, its connector says.
alter table inbox.webhooks drop constraint webhooks_scope_check;
alter table inbox.webhooks rename column organization to within;
alter table inbox.sent rename column project to about;
comment on column inbox.webhooks.scope is 'Kind of place on the server, in the words of its connector.';
comment on column inbox.webhooks.target is 'Key of what it is for; empty for everything.';
comment on column inbox.webhooks.within is 'What the target lies in, where its key alone does not say so.';
comment on column inbox.sent.about is 'What the server says it is about, e.g. the key of a project.';
