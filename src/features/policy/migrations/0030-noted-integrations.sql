create table policy.noted_integrations (
  integration_id bigint primary key,
  facts jsonb not null
);
comment on table policy.noted_integrations is 'What each integration took part in verdicts with when they were last made anew for it: a change of anything else asks for nothing.';
comment on column policy.noted_integrations.integration_id is 'The integration.';
comment on column policy.noted_integrations.facts is 'Whether it takes part, its name and address, and whether its images must be signed.';
