create view data.images as
select m.id, m.integration_id, r.source_key as repository, m.digest, m.media_type, m.created_at, m.first_seen_at, m.untagged_at, m.gone_at,
       m.problem_code, m.absent_platforms, r.left_scope_at
  from images.images m join images.repositories r on r.id = m.repository_id
 where m.kind = 'image';
comment on view data.images is 'Container images by digest: what a tag of a watched repository points to, or pointed to.';
comment on column data.images.id is 'Identity of the image.';
comment on column data.images.integration_id is 'The registry: an integration, as in its address in the web application.';
comment on column data.images.repository is 'Repository in the registry, e.g. team/checkout.';
comment on column data.images.digest is 'Root digest: of the index, or of the only manifest. Not of the image’s content: the same content built from two commits has two.';
comment on column data.images.media_type is 'Media type of the index or manifest.';
comment on column data.images.created_at is 'When it was made, as its newest configuration says. Null where that is before 1990 (reproducible builds).';
comment on column data.images.first_seen_at is 'When it was first stored.';
comment on column data.images.untagged_at is 'Since when no tag points to it. Null while one does.';
comment on column data.images.gone_at is 'When the registry was found not to have it any more.';
comment on column data.images.left_scope_at is 'Since when the settings leave its repository out: it counts nowhere. Null: they ask for it.';
comment on column data.images.problem_code is 'Why it could not be read; the remedy is in the error table of the documentation.';
comment on column data.images.absent_platforms is 'Platforms that the index names and the registry does not have (a sparse index).';

create view data.image_tags as
select t.id, t.integration_id, r.source_key as repository, t.name, t.image_id, t.from_at as valid_from, t.to_at as valid_to,
       t.to_at is null as is_current
  from images.tag_periods t join images.repositories r on r.id = t.repository_id;
comment on view data.image_tags is 'Where each tag pointed, and from when to when it was seen there. One row per period.';
comment on column data.image_tags.id is 'Identity of the period.';
comment on column data.image_tags.integration_id is 'The registry: an integration, as in its address in the web application.';
comment on column data.image_tags.repository is 'Repository in the registry.';
comment on column data.image_tags.name is 'The tag.';
comment on column data.image_tags.image_id is 'The image it pointed to. [fk: images.id]';
comment on column data.image_tags.valid_from is 'When it was first seen there.';
comment on column data.image_tags.valid_to is 'When it was seen elsewhere or nowhere. Null: it points there now.';
comment on column data.image_tags.is_current is 'True while it points there.';

create view data.image_platforms as
select p.id, m.integration_id, p.image_id, p.digest, p.os, p.architecture, p.variant, p.os_version, p.size_bytes, p.created_at,
       p.outcome, p.trust, p.repository_key, p.repository_url, p.commit, p.commit_exact, p.dirty, p.ref, p.subdir, p.inherited, p.warnings
  from images.platforms p join images.images m on m.id = p.image_id;
comment on view data.image_platforms is 'Platforms of images, each with the commit its provenance claims come to.';
comment on column data.image_platforms.id is 'Identity of the platform of an image.';
comment on column data.image_platforms.integration_id is 'The registry: an integration, as in its address in the web application.';
comment on column data.image_platforms.image_id is 'The image. [fk: images.id]';
comment on column data.image_platforms.digest is 'Manifest of the platform. Images of several commits may have the same one.';
comment on column data.image_platforms.os is 'Operating system.';
comment on column data.image_platforms.architecture is 'Processor architecture.';
comment on column data.image_platforms.variant is 'Variant of the architecture.';
comment on column data.image_platforms.os_version is 'Version of the operating system (Windows).';
comment on column data.image_platforms.size_bytes is 'Manifest, configuration and layers together.';
comment on column data.image_platforms.created_at is 'As its configuration says.';
comment on column data.image_platforms.outcome is 'resolved, or why no commit follows from the claims: NO_PROVENANCE, PROVENANCE_WITHOUT_VCS, PROVENANCE_INVALID, PROVENANCE_CONFLICT, PROVENANCE_UNTRUSTED, REVISION_NOT_A_COMMIT.';
comment on column data.image_platforms.trust is 'Trust class of the claim that decided: signed, builder, client, referrer, annotation or label.';
comment on column data.image_platforms.repository_key is 'Repository of the commit as repositories are compared: host and path in lower case. Null: the claim names none.';
comment on column data.image_platforms.repository_url is 'The same for people.';
comment on column data.image_platforms.commit is 'Commit in lower case, or its beginning.';
comment on column data.image_platforms.commit_exact is 'False when only the beginning of the commit is known.';
comment on column data.image_platforms.dirty is 'The work tree had uncommitted changes.';
comment on column data.image_platforms.ref is 'Branch or tag that was named.';
comment on column data.image_platforms.subdir is 'Directory of the repository that was built.';
comment on column data.image_platforms.inherited is 'The claim speaks of the image as a whole.';
comment on column data.image_platforms.warnings is 'CLAIMS_DIFFER, PROVENANCE_INVALID, SIGNATURE_NOT_VERIFIED, UNVERIFIED_REFERRER_IGNORED, AMBIGUOUS_REFERRERS.';

create view data.image_claims as
select c.id, m.integration_id, c.image_id, c.platform_digest, c.trust, c.place, c.source, c.repository_key, c.revision, c.ref, c.subdir,
       c.predicate_type, c.build_type, c.builder_id, c.built_at, c.signature, c.signer, c.manifest_digest, c.statement_digest, c.problem, c.detail
  from images.claims c join images.images m on m.id = c.image_id;
comment on view data.image_claims is 'What each source says about the commit an image was built from, also those that were not believed.';
comment on column data.image_claims.id is 'Identity of the claim.';
comment on column data.image_claims.integration_id is 'The registry: an integration, as in its address in the web application.';
comment on column data.image_claims.image_id is 'The image. [fk: images.id]';
comment on column data.image_claims.platform_digest is 'Manifest of the platform it speaks of. Null: the image as a whole.';
comment on column data.image_claims.trust is 'How far it is believed, best first: signed, builder, client, referrer, annotation, label.';
comment on column data.image_claims.place is 'Where it was found: index_attestation, referrer, manifest, index_entry, index or config.';
comment on column data.image_claims.source is 'Repository as it was named, without credentials.';
comment on column data.image_claims.repository_key is 'The same as repositories are compared.';
comment on column data.image_claims.revision is 'Revision as it was named.';
comment on column data.image_claims.ref is 'Branch or tag that was named.';
comment on column data.image_claims.subdir is 'Directory of the repository that was built.';
comment on column data.image_claims.predicate_type is 'Predicate type of the statement.';
comment on column data.image_claims.build_type is 'Build type of the statement.';
comment on column data.image_claims.builder_id is 'Builder as it names itself.';
comment on column data.image_claims.built_at is 'When the build ended, as the statement says.';
comment on column data.image_claims.signature is 'none, unverified, invalid or verified.';
comment on column data.image_claims.signer is 'Key or identity the signature was verified with.';
comment on column data.image_claims.manifest_digest is 'Manifest that holds the statement.';
comment on column data.image_claims.statement_digest is 'Blob of the statement in the registry. The statement itself is never stored.';
comment on column data.image_claims.problem is 'Why it says nothing: without_vcs, malformed, subject_mismatch or too_large.';
comment on column data.image_claims.detail is 'What is wrong, in a sentence.';
