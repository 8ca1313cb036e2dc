import type { Tx } from '../../../platform/database/index.ts';
import type { StreamPublished } from '../../ingestion/sink.ts';
import { newestStagedOfScope } from '../staged.ts';

interface MeasureScope {
  taskId: number;
  stream: 'measures' | 'measure_history';
  scope: string;
  integrationId: number;
  projectId: number;
  branchId: number;
  absence: boolean;
  /** False compares the stored columns, not the hash alone. */
  trustHashes: boolean;
}

/** A number where the text is one: `12`, `83.4`, `-1`, `1.0E7`. */
const numeric = `case when r.value ~ '^-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?$' then r.value::double precision end`;

const columnsDiffer = `row(t.value, t.numeric_value, t.is_new_code, t.best_value, t.period_mode, t.period_parameter, t.period_at)
  is distinct from row(n.value, n.numeric_value, n.is_new_code, n."bestValue", n."periodMode", n."periodParameter", n."periodAt")`;

/**
 * Merges measures of one branch. A current metric without a value any more has its row removed: no data is no data.
 * Past values stay when the source's housekeeping drops the analysis.
 */
export async function mergeMeasures(
  tx: Tx,
  measure: MeasureScope,
): Promise<Omit<StreamPublished, 'stream' | 'scope' | 'held'>> {
  const values = [measure.taskId, measure.stream, measure.scope, measure.integrationId, measure.branchId];
  const expanded = `(
    select m.id as metric_id, r.at, r.value, ${numeric} as numeric_value, coalesce(r."isNewCode", starts_with(m.source_key, 'new_')) as is_new_code,
           r."bestValue", r."periodMode", r."periodParameter", r."periodAt", s.row_hash
      from (${newestStagedOfScope}) s
     cross join lateral jsonb_to_record(s.record) as r (metric text, at timestamptz, value text, "isNewCode" boolean, "bestValue" boolean,
           "periodMode" text, "periodParameter" text, "periodAt" timestamptz)
      join code_quality.metrics m on m.integration_id = $4::bigint and m.source_key = r.metric) n`;
  const updated = await tx.execute(
    `update code_quality.measures t
        set value = n.value, numeric_value = n.numeric_value, is_new_code = n.is_new_code, best_value = n."bestValue",
            period_mode = n."periodMode", period_parameter = n."periodParameter", period_at = n."periodAt", row_hash = n.row_hash
       from ${expanded}
      where t.branch_id = $5::bigint and t.metric_id = n.metric_id and t.measured_at is not distinct from n.at and ${measure.trustHashes ? 't.row_hash <> n.row_hash' : columnsDiffer}`,
    values,
  );
  const inserted = await tx.execute(
    `insert into code_quality.measures (project_id, branch_id, metric_id, measured_at, value, numeric_value, is_new_code, best_value,
            period_mode, period_parameter, period_at, row_hash)
     select $6::bigint, $5::bigint, n.metric_id, n.at, n.value, n.numeric_value, n.is_new_code, n."bestValue", n."periodMode", n."periodParameter", n."periodAt", n.row_hash
       from ${expanded}
      where not exists (select from code_quality.measures t
                         where t.branch_id = $5::bigint and t.metric_id = n.metric_id and t.measured_at is not distinct from n.at)
      order by n.metric_id, n.at`,
    [...values, measure.projectId],
  );
  const isHistory = measure.stream === 'measure_history';
  const gone =
    measure.absence && !isHistory
      ? await tx.execute(
          `delete from code_quality.measures t using code_quality.metrics m
            where t.branch_id = $4 and t.measured_at is null and m.id = t.metric_id
              and not exists (select from (${newestStagedOfScope}) s where s.record ->> 'metric' = m.source_key)`,
          [measure.taskId, measure.stream, measure.scope, measure.branchId],
        )
      : 0;
  // History names only what lies in range: of these as many must be stored as the source has.
  const { stored } = await tx.one<{ stored: number }>(
    isHistory
      ? `select count(*) as stored from ${expanded} cross join lateral (
             select from code_quality.measures t
              where t.branch_id = $5::bigint and t.metric_id = n.metric_id and t.measured_at = n.at limit 1) stored`
      : 'select count(*) as stored from code_quality.measures where branch_id = $1 and measured_at is null',
    isHistory ? values : [measure.branchId],
  );
  return { inserted, updated, gone, stored };
}
