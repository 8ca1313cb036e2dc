import type { Queryable } from '../../../platform/database/index.ts';
import type { Thing } from './things.ts';

const linkColumns = `id, owner, owner_id, kind, from_station, from_id, to_station, to_id, to_key, certainty, note, integration_id, stream, record,
  seen_at, valid_from, valid_to, ended_by`;

const time = 'timestamptz';
const things: Record<string, { thing: Thing; group?: string; columns: Record<string, string>; found?: string }> = {
  'shared.pull_requests': {
    thing: 'pull_request',
    group: 'repository_id',
    columns: {
      source_key: 'text',
      title: 'text',
      state: 'text',
      source_branch: 'text',
      target_branch: 'text',
      head: 'text',
      merge_commit: 'text',
      updated_at: time,
      closed_at: time,
      link: 'text',
      deleted_at: time,
    },
  },
  'shared.code_repositories': { thing: 'repository', columns: { project: 'text', slug: 'text' } },
  'shared.analyses': {
    thing: 'analysis',
    group: 'project_id',
    columns: {
      branch: 'text',
      is_main: 'boolean',
      scope: 'text',
      revision: 'text',
      analyzed_at: time,
      gate_status: 'text',
      gate_evaluated: 'boolean',
      at_source: 'boolean',
      counts: 'boolean',
      deleted_at: time,
    },
  },
  'shared.projects': { thing: 'project', found: 'source_key', columns: { name: 'text', deleted_at: time } },
  'shared.images': {
    thing: 'image',
    group: 'repository_id',
    found: 'digest',
    columns: { repository: 'text', untagged_at: time, gone_at: time, created_at: time, first_seen_at: time },
  },
  'shared.image_repositories': { thing: 'image_repository', columns: { name: 'text', first_seen_at: time } },
  'shared.harness_executions': {
    thing: 'execution',
    found: 'source_key',
    columns: {
      organization: 'text',
      project: 'text',
      pipeline: 'text',
      pipeline_name: 'text',
      number: 'text',
      status: 'text',
      status_class: 'text',
      rolled_back: 'boolean',
      created_at: time,
      started_at: time,
      ended_at: time,
      first_seen_at: time,
      link: 'text',
      deleted_at: time,
    },
  },
  'shared.integrations': {
    thing: 'integration',
    columns: { name: 'text', kind: 'text', state: 'text', url: 'text', public_url: 'text' },
  },
};

const parts: Record<string, { thing: Thing; list: string; of: string; columns: string }> = {
  'shared.gate_conditions': {
    thing: 'analysis',
    list: 'conditions',
    of: 'analysis_id',
    columns: 'metric text, status text, actual_value text, threshold text, operator text',
  },
  'shared.image_platforms': {
    thing: 'image',
    list: 'platforms',
    of: 'image_id',
    columns:
      'digest text, platform text, outcome text, trust text, commit text, commit_exact boolean, dirty boolean, signature text',
  },
  'shared.harness_execution_commits': {
    thing: 'execution',
    list: 'commits',
    of: 'execution_id',
    columns: 'sha text, ordinal integer',
  },
  'shared.harness_execution_images': {
    thing: 'execution',
    list: 'images',
    of: 'execution_id',
    columns: 'node text, image text, tag text, digest text',
  },
};

/** By the view of the present that lines are read from, a statement that finds what was said at a moment in its place. */
function pastViews(at: Date): Record<string, string> {
  const moment = `'${at.toISOString()}'::timestamptz`;
  const then = (thing: Thing): string =>
    `s.thing = '${thing}' and s.said_from <= ${moment} and (s.said_to is null or s.said_to > ${moment})`;
  const whole = Object.entries(things).map(([view, { thing, group, columns, found }]) => {
    const names = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
    const more = [
      ...(group === undefined ? [] : [`s.group_id as ${group}`]),
      ...(found === undefined ? [] : [`s.value ->> '${found}' as ${found}`]),
    ].map((column) => `, ${column}`);
    return [
      view,
      `select s.thing_id as id, s.integration_id${more.join('')}, v.* from trace.said s cross join lateral jsonb_to_record(s.value) as v (${names.join(', ')}) where ${then(thing)}`,
    ] as const;
  });
  const listed = Object.entries(parts).map(
    ([view, { thing, list, of, columns }]) =>
      [
        view,
        `select s.thing_id as ${of}, v.* from trace.said s cross join lateral jsonb_to_recordset(s.value -> '${list}') as v (${columns}) where ${then(thing)}`,
      ] as const,
  );
  return {
    ...Object.fromEntries([...whole, ...listed]),
    'trace.links': `select ${linkColumns} from trace.links where said_from <= ${moment}
      union all select ${linkColumns} from trace.past_links where said_from <= ${moment} and said_to > ${moment}`,
    'shared.reports': `select distinct s.group_id as project_id, r.* from trace.said s cross join lateral jsonb_to_recordset(s.value -> 'reports') as r
              (repository_id bigint, commit text, result text, state text, error_code text, conditions jsonb) where ${then('analysis')}`,
    'shared.harness_unasked_builds': `select s.thing_id as execution_id from trace.said s where ${then('execution')} and (s.value ->> 'unasked')::boolean`,
    'shared.bindings': `select s.thing_id as repository_id, b.id::bigint as project_id
       from trace.said s cross join lateral jsonb_array_elements_text(s.value -> 'bound') as b (id) where ${then('repository')}`,
    'shared.image_tags': `select s.group_id as repository_id, s.thing_id as image_id, t.name
       from trace.said s cross join lateral jsonb_array_elements_text(s.value -> 'tags') as t (name) where ${then('image')}`,
    // Periods are only ever ended, at the moment at which that was seen.
    'shared.image_tag_periods': `select t.repository_id, t.repository, t.integration_id, t.name, t.image_id, t.from_at,
              case when t.to_at <= ${moment} then t.to_at end as to_at
         from shared.image_tag_periods t where t.from_at <= ${moment}`,
    'shared.deployments': `select s.thing_id as id, s.integration_id, s.group_id as place_id, s.value ->> 'link' as link, v.*,
              p.value ->> 'service_name' as service_name, p.value ->> 'environment_name' as environment_name, p.value ->> 'environment_type' as environment_type,
              (p.value ->> 'running_id')::bigint is not distinct from s.thing_id as runs_now, p.value ->> 'doubt' as doubt
         from trace.said s
         join trace.said p on p.thing = 'place' and p.thing_id = s.group_id and p.said_from <= ${moment} and (p.said_to is null or p.said_to > ${moment})
        cross join lateral jsonb_to_record(s.value) as v (source text, status text, rolled_back boolean, takes_back boolean, superseded boolean, image text,
              image_digest text, commit text, started_at timestamptz, ended_at timestamptz, at timestamptz, source_key text, rolled_back_at timestamptz,
              execution_id bigint, received_at timestamptz)
        where ${then('deployment')}`,
    // Verdicts are only ever ended, and so are waivers; those in force then are no matter of what became of them.
    'shared.image_verdicts': `select v.id, v.policy, v.image_id, v.registry_id, v.repository_id, v.platform_digest, v.platform, v.status, v.reason, v.message,
              v.evidence, v.valid_from, null::timestamptz as valid_to
         from shared.image_verdicts v where v.valid_from <= ${moment} and (v.valid_to is null or v.valid_to > ${moment})`,
    'shared.image_waivers': `select w.id, w.policy, w.repository_id, w.image_id, w.reason, w.author, w.valid_from, w.expires_at,
              null::timestamptz as ended_at, 'infinity'::timestamptz as valid_to
         from shared.image_waivers w where w.valid_from <= ${moment} and w.valid_to > ${moment}`,
    'shared.past_reach': `select s.thing_id as integration_id, (s.value ->> 'past_from')::timestamptz as read_from
         from trace.said s where ${then('integration')} and (s.value ->> 'has_past')::boolean`,
    // Of a time of which no good reading is kept any more, what was noted then is what there is.
    'shared.integration_freshness': `select s.thing_id as integration_id, v.interval_seconds, coalesce(good.at, case when v.was_read then v.stale_since end) as last_good_at, v.webhook_broken_since, v.made_at,
              case when good.at is null and v.was_read then v.stale_since
                   else ingestion.stale_since(v.interval_seconds, good.at, v.webhook_broken_since, v.made_at, ${moment}) end as stale_since,
              v.was_read and good.at is null as forgotten
         from trace.said s
        cross join lateral jsonb_to_record(s.value) as v (interval_seconds integer, webhook_broken_since timestamptz, made_at timestamptz, stale_since timestamptz, was_read boolean)
         left join lateral (
           select r.finished_at as at from shared.runs r
            where r.integration_id = s.thing_id and r.status = 'success' and r.kind not in ('audit', 'aggregation') and r.finished_at <= ${moment}
            order by r.finished_at desc limit 1) good on true
        where ${then('integration')} and v.made_at is not null`,
  };
}

/**
 * Reads as of a moment: each statement finds what was said then in the place of what rooms say now. Fails closed: one that
 * reads anything of which no history is kept is refused, and so is one that writes.
 */
export function readingAt(db: Queryable, at: Date): Queryable {
  const views = pastViews(at);
  const then = (text: string): string => {
    const used = new Set<string>();
    const body = text.replaceAll(/\b(shared|trace)\.(\w+)/g, (view, schema: string, name: string) => {
      if (views[view] === undefined) throw new Error(`${view} has no history`);
      used.add(view);
      return `past_${schema}_${name}`;
    });
    const [, begun = '', rest = ''] = /^\s*(with recursive\s|with\s)?(.*)$/is.exec(body) ?? [];
    if (begun === '' && !/^\(?select\b/i.test(rest)) throw new Error('only what selects can be read as of a moment');
    const tables = [...used].map((view) => `past_${view.replace('.', '_')} as not materialized (${views[view]})`);
    if (begun !== '') return `${begun}${[...tables, rest].join(', ')}`;
    return tables.length === 0 ? rest : `with ${tables.join(', ')} ${rest}`;
  };
  return {
    query: (text, values) => db.query(then(text), values),
    one: (text, values) => db.one(then(text), values),
    maybeOne: (text, values) => db.maybeOne(then(text), values),
    execute: () => Promise.reject(new Error('nothing is written as of a moment')),
  };
}
