import { advisoryLocks, type Database, type Tx } from '../../../platform/database/index.ts';
import { readSpans, type Span } from './spans.ts';

const columns = `row_key, place_id, repository_id, registry_id, integration_id, service, environment, environment_type, finding_id, project_id,
  sonarqube_id, severity, state, detected_at, runs_since, fixed_at, deployed_at, deployment_id`;

/**
 * Of each vulnerability in what ran: since when, until when, and what brought the fix. Only a commit whose analysis, of the
 * same branch, is proven not to have it counts as the fix: one that was not analysed ends nothing. While anything runs that
 * has it, whatever else runs, it runs.
 */
const derived = `
  with s as (
    select * from jsonb_to_recordset($1::jsonb) as s (
      row_key text, place_id bigint, repository_id bigint, registry_id bigint, integration_id bigint, service text, environment text,
      environment_type text, deployment_id bigint, from_at timestamptz, to_at timestamptz, analysis_ids jsonb)),
  place as (select distinct on (row_key) * from s order by row_key, from_at desc),
  known as (
    select s.row_key, s.deployment_id, s.from_at, s.to_at, a.branch_id, a.analyzed_at
      from s cross join lateral jsonb_array_elements_text(s.analysis_ids) i (id)
      join shared.analyses a on a.id = i.id::bigint
      join shared.branch_readings r on r.branch_id = a.branch_id
     where a.scope = 'branch' and r.issues_of >= a.analyzed_at),
  vulnerable as (
    select f.id as finding_id, f.project_id, f.integration_id as sonarqube_id, f.branch_id, f.opened_at, f.state, f.counted_state, f.period_to, m.severity
      from shared.findings f
      left join shared.current_modes mode on mode.integration_id = f.integration_id
      join shared.severity_mapping m
        on coalesce(mode.mode, 'mqr') = 'mqr' and f.class = 'vulnerability' and m.axis = f.axis and m.raw_level = f.raw_level
        or coalesce(mode.mode, 'mqr') <> 'mqr' and f.standard_class = 'vulnerability' and m.axis = f.standard_axis and m.raw_level = f.standard_level
     where f.branch_id in (select branch_id from known) and m.severity in ('critical', 'high', 'medium', 'low')),
  held as (
    select k.row_key, f.finding_id, min(k.from_at) as runs_since, max(k.from_at) as last_from, max(coalesce(k.to_at, 'infinity')) as held_until
      from known k
      join vulnerable f on f.branch_id = k.branch_id and f.opened_at <= k.analyzed_at
           and (f.period_to is null or (f.state = 'fixed' and f.period_to > k.analyzed_at))
     group by 1, 2),
  rated as (
    select h.*, f.project_id, f.sonarqube_id, f.branch_id, f.opened_at, f.counted_state, f.severity,
           case when f.state = 'fixed' then f.period_to end as fixed_at
      from held h join vulnerable f on f.finding_id = h.finding_id),
  w as (
    select p.row_key, p.place_id, p.repository_id, p.registry_id, p.integration_id, p.service, p.environment, p.environment_type, r.finding_id,
           r.project_id, r.sonarqube_id, r.severity,
           case when fix.at is not null then 'deployed' when r.counted_state <> 'open' then 'accepted'
                when r.held_until = 'infinity' then case when r.fixed_at is null then 'open' else 'waiting' end
                when exists (select from s where s.row_key = r.row_key and s.to_at is null) then 'unknown' else 'gone' end as state,
           r.opened_at as detected_at, r.runs_since, r.fixed_at, fix.at as deployed_at, fix.deployment_id
      from rated r join place p on p.row_key = r.row_key
      left join lateral (
        select greatest(k.from_at, r.held_until) as at, k.deployment_id from known k
         where r.counted_state = 'open' and r.held_until < 'infinity' and k.row_key = r.row_key and k.branch_id = r.branch_id and k.from_at > r.last_from
         order by k.from_at, k.deployment_id limit 1) fix on true),
  hashed as (select w.*, sha256(convert_to(w::text, 'UTF8')) as hash from w)`;

/**
 * Brings what is said of fixes to what is known now. A row that differs ends and another begins; the fix of one that was
 * deployed stays said, also when what ran then is not looked at any more.
 */
export async function refreshFixes(
  db: Database,
  wanted: { places: readonly number[]; entries: readonly number[] },
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute('select pg_advisory_xact_lock($1)', [advisoryLocks.running]);
    const spans = await readSpans(tx, wanted);
    await replaceFixes(tx, wanted.places, spans);
  });
}

async function replaceFixes(tx: Tx, places: readonly number[], spans: readonly Span[]): Promise<void> {
  const keys = [...new Set([...places.map((id) => `place ${id}`), ...spans.map((span) => span.row_key)])];
  const text = JSON.stringify(spans);
  const { at } = await tx.one<{ at: Date }>('select clock_timestamp() as at');
  await tx.execute(
    `${derived}
     update running.fixes f set valid_to = $3
      where f.valid_to is null and f.row_key = any ($2)
        and not exists (select from hashed h where h.row_key = f.row_key and h.finding_id = f.finding_id and h.hash = f.hash)
        and (f.state <> 'deployed' or exists (select from hashed h where h.row_key = f.row_key and h.finding_id = f.finding_id))`,
    [text, keys, at],
  );
  await tx.execute(
    `${derived}
     insert into running.fixes (${columns}, hash, valid_from)
     select ${columns}, hash, $2 from hashed h
      where not exists (select from running.fixes f where f.row_key = h.row_key and f.finding_id = h.finding_id and f.valid_to is null)
      order by h.row_key, h.finding_id`,
    [text, at],
  );
}
