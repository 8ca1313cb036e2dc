-- What was said then is found by its time, however much was said before and since.
drop index running.verdicts_times;
create index verdicts_ended on running.verdicts using gist (tstzrange(valid_from, greatest(valid_from, valid_to))) where valid_to is not null;
