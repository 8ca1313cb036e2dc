create table policy.past_settings (
  id bigint generated always as identity primary key,
  policy text collate "C" not null,
  settings jsonb,
  changed_by text,
  valid_from timestamptz not null,
  valid_to timestamptz,
  check (valid_to is null or valid_to > valid_from)
);
create unique index past_settings_current on policy.past_settings (policy) where valid_to is null;
comment on table policy.past_settings is 'How strict a policy was from when to when. Never changed, only ended. Of a time without a row the defaults held.';
comment on column policy.past_settings.settings is 'Null: there were others than now, and which is not known any more.';
comment on column policy.past_settings.changed_by is 'By whom they were set so; null: not known.';
comment on column policy.past_settings.valid_to is 'Null: they hold.';
-- Of what was set before nothing was kept but the last of it.
insert into policy.past_settings (policy, settings, changed_by, valid_from, valid_to)
select policy, null::jsonb, null, '-infinity', updated_at from policy.settings
union all
select policy, settings, updated_by, updated_at, null from policy.settings;
