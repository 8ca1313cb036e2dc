import type { Queryable } from '../../../platform/database/index.ts';
import type { Station as Shown } from '../contract.ts';
import type { Station } from '../links/model.ts';
import { analysisPage, publicAddresses } from './outside-links.ts';
import { standingOf } from './standing.ts';
import { type Ref, refText } from './understand.ts';
import { type StationVerdict, verdictsOfDeployments, verdictsOfImages } from './verdicts.ts';

interface Row {
  id: number;
  title: string;
  state: string | null;
  at: Date | null;
  integrationId: number | null;
  link: string | null;
  facts: Shown['facts'];
}

/** What a server says of its gate. */
const gate = `case when a.gate_evaluated = false then 'NOT_EVALUATED' else coalesce(a.gate_status, 'NONE') end`;

/** Of several reports on a commit the worst; one that could not be made, or is yet to be, passes nothing. */
const reportState = `case when bool_or(r.result = 'FAIL') then 'ERROR'
                    when bool_or(r.state = 'failed') then 'REPORT_FAILED'
                    when bool_and(coalesce(r.result = 'PASS' and r.state in ('published', 'skipped'), false)) then 'OK'
                    else 'NO_REPORT' end`;

/** Of each kind of row, how it is shown; all of them with the columns of `Row`. */
const queries: Record<Exclude<Station, 'commit' | 'environment'>, string> = {
  pull_request: `
    select p.id, r.project || '/' || r.slug || '#' || p.source_key as title, p.state, coalesce(p.closed_at, p.updated_at) as at,
           p.integration_id as "integrationId", p.link,
           jsonb_build_object('title', p.title, 'source', p.source_branch, 'target', p.target_branch, 'head', p.head, 'merge', p.merge_commit,
                              'gone', p.deleted_at is not null) as facts
      from shared.pull_requests p join shared.code_repositories r on r.id = p.repository_id where p.id = any ($1)`,
  // The gate of a companion looks at all of it as if it were new: what counts is what the report says that was made of it.
  analysis: `
    select a.id, p.name as title, case when a.scope = 'companion' then coalesce(report.state, 'NO_REPORT') else ${gate} end as state, a.analyzed_at as at,
           a.integration_id as "integrationId", null as link,
           jsonb_build_object('project', p.source_key, 'projectId', p.id, 'branch', a.branch, 'main', a.is_main, 'scope', a.scope, 'commit', a.revision,
                              'gone', not a.at_source,
                              'conditions', coalesce(report.conditions, (select jsonb_agg(concat_ws(' ', c.metric, c.status, c.actual_value, '/', c.threshold) order by c.metric)
                                                        from shared.gate_conditions c where c.analysis_id = a.id and c.status <> 'OK'), '[]'))
           || case when a.scope = 'companion' then jsonb_build_object('serverGate', ${gate}, 'report', report.words) else '{}' end as facts
      from shared.analyses a join shared.projects p on p.id = a.project_id
      left join lateral (
        select ${reportState} as state,
               string_agg(distinct concat_ws(' ', r.state, r.result, r.error_code), ', ') as words,
               (select jsonb_agg(concat_ws(' ', c ->> 'metric', c ->> 'status', c ->> 'actualValue', '/', c ->> 'threshold') order by c ->> 'metric')
                  from jsonb_array_elements(jsonb_path_query_array(jsonb_agg(r.conditions), '$[*][*]')) c where c ->> 'status' <> 'OK') as conditions
          from shared.bindings b join shared.reports r on r.repository_id = b.repository_id and r.project_id = b.project_id and r.commit = a.revision
         where a.scope = 'companion' and b.project_id = a.project_id) report on true
     where a.id = any ($1)`,
  image: `
    select i.id, i.repository || '@' || left(i.digest, 19) as title,
           case when i.gone_at is not null then 'gone' when i.untagged_at is not null then 'untagged' else 'tagged' end as state,
           coalesce(i.created_at, i.first_seen_at) as at, i.integration_id as "integrationId", null as link,
           jsonb_build_object('repository', i.repository, 'digest', i.digest,
                              'tags', array(select t.name from shared.image_tags t where t.image_id = i.id order by 1 limit 20),
                              'platforms', array(select distinct p.platform || ' ' || p.outcome from shared.image_platforms p where p.image_id = i.id order by 1)) as facts
      from shared.images i where i.id = any ($1)`,
  execution: `
    select e.id, coalesce(e.pipeline_name, e.pipeline) || coalesce(' #' || e.number, '') as title, e.status_class as state,
           coalesce(e.ended_at, e.started_at, e.created_at) as at, e.integration_id as "integrationId", e.link,
           jsonb_build_object('execution', e.source_key, 'organization', e.organization, 'project', e.project, 'status', e.status,
                              'rolledBack', e.rolled_back, 'gone', e.deleted_at is not null) as facts
      from shared.harness_executions e where e.id = any ($1)`,
  deployment: `
    select d.id, d.service_name || ' to ' || d.environment_name as title, case when d.rolled_back then 'rolled_back' else d.status end as state, d.at,
           d.integration_id as "integrationId", d.link,
           jsonb_build_object('service', d.service_name, 'environment', d.environment_name, 'environmentType', d.environment_type,
                              'image', d.image, 'digest', d.image_digest, 'runsNow', d.runs_now,
                              'doubt', case when d.runs_now then d.doubt end, 'superseded', d.superseded) as facts
      from shared.deployments d where d.id = any ($1)`,
};

/** Stations as people read them; one that is not there any more is left out. */
export async function readStations(db: Queryable, refs: readonly Ref[], age: Age): Promise<Shown[]> {
  const names = await integrationNames(db);
  const addresses = await publicAddresses(db);
  const shown: Shown[] = [];
  for (const [station, query] of Object.entries(queries)) {
    const ids = refs.filter((ref) => ref.station === station).map(({ key }) => Number(key));
    if (ids.length === 0) continue;
    const rows = await db.query<Row>(`${query} order by 1`, [ids]);
    shown.push(...rows.map((row) => shownRow(station as Station, withPage(station, row, addresses), names)));
  }
  const ages = await readAges(db);
  const verdicts = await readVerdicts(db, shown, age.past === true);
  return [
    ...shown.map((one) => {
      const verdict = verdicts.get(one.ref);
      return aged(withVerdict(one, verdict), ages, { ...age, behind: verdict?.integrations ?? [] });
    }),
    ...refs.flatMap((ref) => shownText(ref, names)),
  ];
}

async function readVerdicts(
  db: Queryable,
  shown: readonly Shown[],
  past: boolean,
): Promise<Map<string, StationVerdict>> {
  const idsOf = (kind: Station): number[] =>
    shown.filter(({ station }) => station === kind).map(({ ref }) => Number(ref.slice(ref.indexOf(':') + 1)));
  const images = await verdictsOfImages(db, idsOf('image'));
  const deployments = await verdictsOfDeployments(db, idsOf('deployment'), past);
  return new Map([
    ...[...images].map(([id, verdict]) => [`image:${id}`, verdict] as const),
    ...[...deployments].map(([id, verdict]) => [`deployment:${id}`, verdict] as const),
  ]);
}

function withVerdict(one: Shown, found: StationVerdict | undefined): Shown {
  if (found === undefined) return one;
  const facts = { ...one.facts, verdict: found.verdict, verdictReason: found.reason };
  return { ...one, facts, standing: standingOf({ ...one, facts }) };
}

/** What may be asked of how old the word of a system is. */
export interface Age {
  now: Date;
  /** Seconds; null: any. */
  maxAge: number | null;
  /** `now` is a time before, and what was said then is read. */
  past?: boolean;
}

interface ReadAge {
  readAt: Date | null;
  staleSince: Date | null;
}

const unread: ReadAge = { readAt: null, staleSince: null };

async function readAges(db: Queryable): Promise<Map<number, ReadAge>> {
  const rows = await db.query<ReadAge & { id: number }>(
    'select integration_id as id, last_good_at as "readAt", stale_since as "staleSince" from shared.integration_freshness',
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * What a system says whose word is too old stands neither well nor, of itself, worse. One of unknown age is too old. `behind`:
 * of whose word its verdict is.
 */
function aged(
  station: Shown,
  ages: ReadonlyMap<number, ReadAge>,
  { now, maxAge, behind }: Age & { behind: readonly number[] },
): Shown {
  const own = station.integration === null ? null : (ages.get(station.integration.id) ?? unread);
  const isTooOld = ({ readAt }: ReadAge): boolean =>
    maxAge !== null && (readAt === null || now.getTime() - readAt.getTime() > maxAge * 1000);
  const all = [...(own === null ? [] : [own]), ...behind.map((id) => ages.get(id) ?? unread)];
  const stale = all.some(({ staleSince }) => staleSince !== null);
  const old = stale || all.some(isTooOld);
  const standing = station.standing === 'good' && old ? 'unknown' : station.standing;
  const facts =
    old && station.facts['verdict'] === 'passed'
      ? { ...station.facts, verdict: 'no_verdict', verdictReason: stale ? 'running_stale' : 'facts_too_old' }
      : station.facts;
  if (own === null) return { ...station, standing, facts };
  const { readAt, staleSince } = own;
  const tooOld = isTooOld(own);
  const times = { readAt: readAt?.toISOString() ?? null, staleSince: staleSince?.toISOString() ?? null };
  return { ...station, standing, facts, ...times, tooOld };
}

function withPage(station: string, row: Row, addresses: ReadonlyMap<number, string>): Row {
  return station === 'analysis' && row.integrationId !== null
    ? { ...row, link: analysisPage(addresses.get(row.integrationId), row.facts) }
    : row;
}

export async function integrationNames(db: Queryable): Promise<Map<number, string>> {
  const rows = await db.query<{ id: number; name: string }>('select id, name from shared.integrations');
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export const namedIntegration = (id: number | null, names: ReadonlyMap<number, string>): Shown['integration'] => {
  const name = id === null ? undefined : names.get(id);
  return id === null || name === undefined ? null : { id, name };
};

/** Until its system is looked at; of none it stays so. */
const ofNoAge = { readAt: null, staleSince: null, tooOld: false };

function shownRow(station: Station, row: Row, names: ReadonlyMap<number, string>): Shown {
  return {
    ref: refText({ station, key: String(row.id) }),
    station,
    title: row.title,
    state: row.state,
    standing: standingOf({ station, state: row.state, facts: row.facts }),
    at: row.at?.toISOString() ?? null,
    integration: namedIntegration(row.integrationId, names),
    link: row.link,
    ...ofNoAge,
    facts: row.facts,
  };
}

function shownText(ref: Ref, names: ReadonlyMap<number, string>): Shown[] {
  if (ref.station !== 'commit' && ref.station !== 'environment') return [];
  const colon = ref.key.indexOf(':');
  const environment = ref.station === 'environment';
  return [
    {
      ref: refText(ref),
      station: ref.station,
      title: environment ? ref.key.slice(colon + 1).replace(/^\//, '') : ref.key,
      state: null,
      standing: 'neutral',
      at: null,
      integration: environment && colon > 0 ? namedIntegration(Number(ref.key.slice(0, colon)), names) : null,
      link: null,
      ...ofNoAge,
      facts: {},
    },
  ];
}
