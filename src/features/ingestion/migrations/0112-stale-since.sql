-- The one place that decides from when on what an integration said is too old to be believed.
create function ingestion.stale_since(
  interval_seconds integer, last_good_at timestamptz, webhook_broken_since timestamptz, made_at timestamptz, at timestamptz)
returns timestamptz language sql immutable as $$
  select case
    when interval_seconds is null then null
    when last_good_at is null then least(made_at, at)
    else least(
      case when at - last_good_at > make_interval(secs => 3 * interval_seconds) then last_good_at + make_interval(secs => 3 * interval_seconds) end,
      case when webhook_broken_since > last_good_at and webhook_broken_since <= at then webhook_broken_since end)
  end
$$;
comment on function ingestion.stale_since(integer, timestamptz, timestamptz, timestamptz, timestamptz) is 'Null: fresh. Stale is what had no good reading for three intervals, or of which a webhook is broken and no good reading came since. What is read by no schedule is never late.';

create index runs_good on ingestion.runs (integration_id, finished_at desc)
 where status = 'success' and kind not in ('audit', 'aggregation') and finished_at is not null;
