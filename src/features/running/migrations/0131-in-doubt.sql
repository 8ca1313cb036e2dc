create index verdicts_in_doubt on running.verdicts (place_id) where valid_to is null and doubt is not null;
