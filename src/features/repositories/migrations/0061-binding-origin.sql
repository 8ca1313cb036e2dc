alter table repositories.bindings
  add column origin jsonb,
  add column inclusion text,
  add column inclusion_state text collate "C" check (inclusion_state in ('set', 'other', 'refused', 'unknown')),
  add column inclusion_message text,
  add column looked_at timestamptz;
comment on column repositories.bindings.origin is 'What the SonarQube server itself said of where the project’s code lies, and whether it reports itself.';
comment on column repositories.bindings.inclusion is 'The pattern that the hub has limited the project to; null: none.';
comment on column repositories.bindings.inclusion_state is 'Of a project with a prefix. set: the project is limited to it; other: to something else, which stays; refused: the token may not.';
comment on column repositories.bindings.inclusion_message is 'Why the limit is not known or not set, in one sentence.';
comment on column repositories.bindings.looked_at is 'When the server was asked last.';
