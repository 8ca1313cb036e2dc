create schema images;
comment on schema images is 'Container images: repositories of registries, images by digest, tags and where they pointed, provenance claims.';

create table images.repositories (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  source_key text collate "C" not null,
  row_hash uuid not null,
  first_seen_at timestamptz not null default now(),
  deleted_at timestamptz,
  synced_at timestamptz not null default now(),
  run_id bigint,
  unique (integration_id, source_key)
);
comment on table images.repositories is 'A repository of a registry that is watched. The registry is the integration.';
comment on column images.repositories.source_key is 'Name in the registry, e.g. team/checkout.';
comment on column images.repositories.row_hash is 'Of the stored source columns.';
comment on column images.repositories.first_seen_at is 'When it was first listed.';
comment on column images.repositories.deleted_at is 'When it was found to be gone, or not watched any more.';
comment on column images.repositories.synced_at is 'When the row was written last.';
comment on column images.repositories.run_id is 'Run that wrote it last.';

create table images.images (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  repository_id bigint not null references images.repositories (id),
  digest text collate "C" not null,
  row_hash uuid not null,
  media_type text not null,
  kind text collate "C" not null check (kind in ('image', 'artifact')),
  artifact_type text,
  evidence text collate "C" not null,
  signature_required boolean not null,
  signers_known boolean not null,
  created_at timestamptz,
  first_seen_at timestamptz not null default now(),
  untagged_at timestamptz,
  gone_at timestamptz,
  problem_code text collate "C",
  problem_message text,
  synced_at timestamptz not null default now(),
  run_id bigint,
  unique (repository_id, digest)
);
comment on table images.images is 'An image: the root digest a tag points to, an index or a single manifest, in one repository.';
comment on column images.images.digest is 'Root digest.';
comment on column images.images.kind is 'image, or artifact: something else that was pushed to the registry, kept so as not to be read again.';
comment on column images.images.evidence is 'What the claims were made of beside the digest; unchanged evidence is not read again.';
comment on column images.images.signature_required is 'Only verified signatures count.';
comment on column images.images.signers_known is 'The operator gave keys or identities to verify signatures with.';
comment on column images.images.created_at is 'As the newest configuration of its platforms says; null where that is before 1990 (reproducible builds).';
comment on column images.images.first_seen_at is 'When it was first stored.';
comment on column images.images.untagged_at is 'Since when no tag points to it. Null while one does.';
comment on column images.images.gone_at is 'When the registry was found not to have it any more.';
comment on column images.images.problem_code is 'Why it could not be read: a code of the error table.';
comment on column images.images.problem_message is 'The same in a sentence.';
create index on images.images (integration_id);
create index on images.images (digest);
create index on images.images (repository_id, untagged_at) where gone_at is null;
create index on images.images (first_seen_at desc, id desc) where kind = 'image' and untagged_at is null and gone_at is null;

create table images.tag_periods (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  repository_id bigint not null references images.repositories (id),
  name text collate "C" not null,
  image_id bigint not null references images.images (id) on delete cascade,
  from_at timestamptz not null,
  to_at timestamptz
);
comment on table images.tag_periods is 'Where a tag pointed, and from when to when we saw it there.';
comment on column images.tag_periods.name is 'The tag.';
comment on column images.tag_periods.from_at is 'When it was first seen there.';
comment on column images.tag_periods.to_at is 'When it was seen elsewhere or nowhere. Null: it points there now.';
create unique index on images.tag_periods (repository_id, name) where to_at is null;
create index on images.tag_periods (repository_id, name, from_at);
create index on images.tag_periods (image_id);
create index on images.tag_periods (integration_id);

create table images.claims (
  id bigint generated always as identity primary key,
  image_id bigint not null references images.images (id) on delete cascade,
  ordinal integer not null,
  platform_digest text collate "C",
  trust text collate "C" not null,
  place text collate "C" not null,
  source text,
  repository_key text collate "C",
  revision text,
  ref text,
  subdir text,
  predicate_type text,
  build_type text,
  builder_id text,
  built_at timestamptz,
  signature text collate "C" not null,
  signer text,
  manifest_digest text collate "C",
  statement_digest text collate "C",
  problem text collate "C",
  detail text,
  unique (image_id, ordinal)
);
comment on table images.claims is 'What one source says about the commit behind an image. Never the statement itself: it may hold credentials.';
comment on column images.claims.ordinal is 'Place in the list that was resolved.';
comment on column images.claims.platform_digest is 'Manifest of the platform it speaks of; null: the image as a whole.';
comment on column images.claims.trust is 'signed, builder, client, referrer, annotation or label: how far it is believed, best first.';
comment on column images.claims.place is 'Where it was found: index_attestation, referrer, manifest, index_entry, index or config.';
comment on column images.claims.source is 'Repository as it was named, without credentials.';
comment on column images.claims.repository_key is 'The same as repositories are compared: host and path in lower case.';
comment on column images.claims.revision is 'Revision as it was named.';
comment on column images.claims.ref is 'Branch or tag that was named.';
comment on column images.claims.subdir is 'Directory of the repository that was built.';
comment on column images.claims.predicate_type is 'Predicate type of the statement.';
comment on column images.claims.build_type is 'Build type of the statement.';
comment on column images.claims.builder_id is 'Builder as it names itself.';
comment on column images.claims.built_at is 'When the build ended, as the statement says.';
comment on column images.claims.signature is 'none, unverified, invalid or verified.';
comment on column images.claims.signer is 'Key or identity that the signature was verified with.';
comment on column images.claims.manifest_digest is 'Manifest that holds the statement.';
comment on column images.claims.statement_digest is 'Blob of the statement, to be read from the registry.';
comment on column images.claims.problem is 'Why it says nothing: without_vcs, malformed, subject_mismatch or too_large.';
comment on column images.claims.detail is 'What is wrong, in a sentence.';

create table images.platforms (
  id bigint generated always as identity primary key,
  image_id bigint not null references images.images (id) on delete cascade,
  ordinal integer not null,
  digest text collate "C" not null,
  media_type text not null,
  os text,
  architecture text,
  variant text,
  os_version text,
  size_bytes bigint,
  created_at timestamptz,
  outcome text collate "C" not null,
  trust text collate "C",
  claim_ordinal integer,
  repository_key text collate "C",
  repository_url text,
  commit text collate "C",
  commit_exact boolean,
  dirty boolean,
  ref text,
  subdir text,
  inherited boolean,
  warnings text[] not null,
  unique (image_id, ordinal)
);
comment on table images.platforms is 'One platform of an image, with what its claims come to. The same manifest may be in many images.';
comment on column images.platforms.ordinal is 'Place in the index.';
comment on column images.platforms.digest is 'Manifest of the platform.';
comment on column images.platforms.size_bytes is 'Manifest, configuration and layers together.';
comment on column images.platforms.created_at is 'As its configuration says.';
comment on column images.platforms.outcome is 'resolved, or why no commit follows from the claims: NO_PROVENANCE, PROVENANCE_WITHOUT_VCS, PROVENANCE_INVALID, PROVENANCE_CONFLICT, PROVENANCE_UNTRUSTED, REVISION_NOT_A_COMMIT.';
comment on column images.platforms.trust is 'Trust class of the claim that decided.';
comment on column images.platforms.claim_ordinal is 'The claim that decided.';
comment on column images.platforms.repository_key is 'Repository of the commit; null: the claim names none.';
comment on column images.platforms.repository_url is 'The same for people.';
comment on column images.platforms.commit is 'Commit in lower case, or its beginning.';
comment on column images.platforms.commit_exact is 'False when only the beginning of the commit is known.';
comment on column images.platforms.dirty is 'The work tree had uncommitted changes.';
comment on column images.platforms.ref is 'Branch or tag that was named.';
comment on column images.platforms.subdir is 'Directory of the repository that was built.';
comment on column images.platforms.inherited is 'The claim speaks of the image as a whole.';
comment on column images.platforms.warnings is 'CLAIMS_DIFFER, PROVENANCE_INVALID, SIGNATURE_NOT_VERIFIED, UNVERIFIED_REFERRER_IGNORED, AMBIGUOUS_REFERRERS.';
create index on images.platforms (commit, repository_key) where commit is not null;
create index on images.platforms (repository_key) where repository_key is not null;
create index on images.platforms (digest);
