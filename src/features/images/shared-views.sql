create view shared.images as
select i.id, i.integration_id, i.repository_id, r.source_key as repository, i.digest, i.untagged_at, i.gone_at
  from images.images i join images.repositories r on r.id = i.repository_id
 where i.kind = 'image';
comment on view shared.images is 'Images (no artifacts), also those that no tag points to any more or that are gone.';

create view shared.image_repositories as
select id, integration_id, source_key as name, deleted_at is null as watched from images.repositories;

create view shared.image_tags as
select repository_id, image_id, name from images.tag_periods where to_at is null;
comment on view shared.image_tags is 'Where tags point now.';

create view shared.image_commits as select image_id, commit from images.claims where commit is not null;
comment on view shared.image_commits is 'Every commit that any claim of an image names, believed or not; perhaps its beginning only.';

create view shared.image_platforms as select image_id, digest, repository_key from images.platforms;
