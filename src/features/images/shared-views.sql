create view shared.images as
select i.id, i.integration_id, i.repository_id, r.source_key as repository, i.digest, i.untagged_at, i.gone_at, i.first_seen_at, i.created_at
  from images.images i join images.repositories r on r.id = i.repository_id
 where i.kind = 'image';
comment on view shared.images is 'Images (no artifacts), also those that no tag points to any more or that are gone.';

create view shared.image_repositories as
select id, integration_id, source_key as name, deleted_at is null as watched, first_seen_at from images.repositories;

create view shared.image_tags as
select repository_id, image_id, name from images.tag_periods where to_at is null;
comment on view shared.image_tags is 'Where tags point now.';

create view shared.image_commits as select image_id, commit from images.claims where commit is not null;
comment on view shared.image_commits is 'Every commit that any claim of an image names, believed or not; perhaps its beginning only.';

create view shared.image_tag_periods as
select t.repository_id, r.source_key as repository, t.integration_id, t.name, t.image_id, t.from_at, t.to_at
  from images.tag_periods t join images.repositories r on r.id = t.repository_id;
comment on view shared.image_tag_periods is 'Where tags pointed, and from when to when they were seen to.';

create view shared.image_platforms as
select p.image_id, p.digest, p.repository_key, p.repository_url, p.outcome, p.trust, p.commit, p.commit_exact, p.dirty,
       concat_ws('/', p.os, p.architecture, p.variant) as platform,
       (select c.signature from images.claims c where c.image_id = p.image_id and c.ordinal = p.claim_ordinal) as signature
  from images.platforms p;
comment on view shared.image_platforms is 'Platforms of images with the commit that their claims come to, and the signature of the claim that decided.';
