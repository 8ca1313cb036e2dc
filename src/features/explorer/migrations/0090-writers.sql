alter table explorer.analysts add column scope text collate "C" not null default 'read' check (scope in ('read', 'read_write'));
comment on column explorer.analysts.scope is 'read: schema data and custom; read_write: builds in schema custom, too.';
