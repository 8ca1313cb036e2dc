-- What a rule says about itself: its text, in our own form, and the OWASP categories it names. Both are read with the
-- next reading of each rule.
alter table code_quality.rules add column owasp text[], add column description jsonb;
comment on column code_quality.rules.owasp is 'Categories of the OWASP Top 10 its text or tags name; null until they were read.';
comment on column code_quality.rules.description is 'Its text as a list of sections, each of blocks with a kind and plain text, never the source’s markup; null until it was read.';
