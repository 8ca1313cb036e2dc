import type { Tx } from '../../../platform/database/index.ts';
import { type ListingSpec, newestStagedOfScope } from '../../ingestion/index.ts';
import type { PublishContext, StreamOutcome } from '../../ingestion/sink.ts';

interface MeasuredBranch {
  id: number;
  projectId: number;
  /** True when the branch was analysed since the last publish. */
  analyzed: boolean;
}

/** A number where the text is one: `12`, `83.4`, `-1`, `1.0E7`. */
const numeric = `case when r.value ~ '^-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?$' then r.value::double precision end`;

const columnsDiffer = `row(t.value, t.numeric_value, t.is_new_code, t.best_value, t.period_mode, t.period_parameter, t.period_at)
  is distinct from row(n.value, n.numeric_value, n.is_new_code, n."bestValue", n."periodMode", n."periodParameter", n."periodAt")`;

/**
 * Measures of one branch. A current metric without a value any more has its row removed: no data is no data. Past values
 * stay when the source's housekeeping drops the analysis.
 */
export function measureListing(branch: MeasuredBranch): ListingSpec {
  return {
    async write(context, outcome) {
      const written = await writeMeasures(context, outcome, branch);
      await noteNewCode(context.tx, branch);
      return written;
    },
    absence: {
      present: {
        text: `select m.source_key from code_quality.measures t join code_quality.metrics m on m.id = t.metric_id
                where t.branch_id = $1 and t.measured_at is null`,
        values: [branch.id],
      },
      explained: branch.analyzed,
      mark: ({ tx }, absent) =>
        tx.execute(
          `delete from code_quality.measures t using code_quality.metrics m
            where t.branch_id = $${absent.values.length + 1} and t.measured_at is null and m.id = t.metric_id and m.source_key in (${absent.text})`,
          [...absent.values, branch.id],
        ),
    },
  };
}

/** History names only what lies in range: of these as many must be stored as the source has. */
export function measureHistoryListing(branch: MeasuredBranch): ListingSpec {
  return {
    write: (context, outcome) => writeMeasures(context, outcome, branch),
    async stored({ tx, ...context }, outcome) {
      const { stored } = await tx.one<{ stored: number }>(
        `select count(*) as stored from ${expanded} cross join lateral (
             select from code_quality.measures t
              where t.branch_id = $5::bigint and t.metric_id = n.metric_id and t.measured_at = n.at limit 1 /* any: whether there is one */) stored`,
        stagedValues(context, outcome, branch),
      );
      return stored;
    },
  };
}

/**
 * Servers keep no history of what they measure of new code: what a main branch has now is noted with its newest analysis,
 * the first time and whenever it differs.
 */
async function noteNewCode(tx: Tx, branch: MeasuredBranch): Promise<void> {
  await tx.execute(
    `insert into code_quality.new_code_values as kept (branch_id, metric_id, analyzed_at, project_id, value)
     select e.branch_id, e.metric_id, b.analyzed_at, e.project_id, e.numeric_value
       from code_quality.measures e join code_quality.branches b on b.id = e.branch_id
      where e.branch_id = $1 and e.is_new_code and e.measured_at is null and e.numeric_value is not null
        and b.kind = 'branch' and b.is_main and b.analyzed_at is not null
        and not exists (select from code_quality.new_code_values k
                         where k.branch_id = e.branch_id and k.metric_id = e.metric_id and k.analyzed_at = b.analyzed_at and k.value = e.numeric_value)
      order by e.metric_id
     on conflict (branch_id, metric_id, analyzed_at) do update set value = excluded.value`,
    [branch.id],
  );
}

/** Staged measures as rows ($1 task, $2 stream, $3 scope, $4 integration). */
const expanded = `(
    select m.id as metric_id, r.at, r.value, ${numeric} as numeric_value, coalesce(r."isNewCode", starts_with(m.source_key, 'new_')) as is_new_code,
           r."bestValue", r."periodMode", r."periodParameter", r."periodAt", s.row_hash
      from (${newestStagedOfScope}) s
     cross join lateral jsonb_to_record(s.record) as r (metric text, at timestamptz, value text, "isNewCode" boolean, "bestValue" boolean,
           "periodMode" text, "periodParameter" text, "periodAt" timestamptz)
      join code_quality.metrics m on m.integration_id = $4::bigint and m.source_key = r.metric) n`;

const stagedValues = (
  { taskId, integrationId }: Pick<PublishContext, 'taskId' | 'integrationId'>,
  { stream, scope }: StreamOutcome,
  branch: MeasuredBranch,
): unknown[] => [taskId, stream, scope, integrationId, branch.id];

async function writeMeasures(
  context: PublishContext,
  outcome: StreamOutcome,
  branch: MeasuredBranch,
): Promise<{ inserted: number; updated: number }> {
  const { tx } = context;
  const values = stagedValues(context, outcome, branch);
  const updated = await tx.execute(
    `update code_quality.measures t
        set value = n.value, numeric_value = n.numeric_value, is_new_code = n.is_new_code, best_value = n."bestValue",
            period_mode = n."periodMode", period_parameter = n."periodParameter", period_at = n."periodAt", row_hash = n.row_hash
       from ${expanded}
      where t.branch_id = $5::bigint and t.metric_id = n.metric_id and t.measured_at is not distinct from n.at and ${context.trustHashes ? 't.row_hash <> n.row_hash' : columnsDiffer}`,
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
    [...values, branch.projectId],
  );
  return { inserted, updated };
}
