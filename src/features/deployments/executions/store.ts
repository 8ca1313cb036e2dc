import type { Tx } from '../../../platform/database/index.ts';
import { type ListingSpec, newestStagedOfScope, tableListing, type TableSpec } from '../../ingestion/index.ts';
import type { PublishContext, StreamOutcome } from '../../ingestion/sink.ts';
import { levelOf } from '../levels.ts';
import { type ExecutionPart, executionParts } from './parts.ts';

/** One run of a pipeline, whichever stream told of it. The past may be read while the present is. */
export const executions: TableSpec = {
  table: 'deployments.executions',
  identity: ['integration_id'],
  softDelete: true,
  stamped: true,
  readingsOverlap: true,
  shape: `organization text, project text, pipeline text, "pipelineName" text, number bigint, status text, "statusClass" text,
    settled boolean, "createdAt" timestamptz, "startedAt" timestamptz, "endedAt" timestamptz, modules text[], tags jsonb, mode text,
    "triggerType" text, "triggeredBy" text, "triggeredByEmail" text, trigger text, "isRerun" boolean, "isRetry" boolean,
    "previousExecution" text, "rootExecution" text, "parentExecution" text, "isPartial" boolean, "abortedBy" text,
    "failureMessage" text, "failureTypes" text[], "rolledBack" boolean, "rollbackSource" text, build jsonb, "cutOff" boolean, link text`,
  columns: [
    ['organization', 'r.organization'],
    ['project', 'r.project'],
    ['pipeline', 'r.pipeline'],
    ['pipeline_name', 'r."pipelineName"'],
    ['number', 'r.number'],
    ['status', 'r.status'],
    ['status_class', 'r."statusClass"'],
    ['settled', 'r.settled'],
    ['created_at', 'r."createdAt"'],
    ['started_at', 'r."startedAt"'],
    ['ended_at', 'r."endedAt"'],
    ['modules', 'r.modules'],
    ['tags', 'r.tags'],
    ['mode', 'r.mode'],
    ['trigger_type', 'r."triggerType"'],
    ['triggered_by', 'r."triggeredBy"'],
    ['triggered_by_email', 'r."triggeredByEmail"'],
    ['trigger', 'r.trigger'],
    ['is_rerun', 'r."isRerun"'],
    ['is_retry', 'r."isRetry"'],
    ['previous_execution', 'r."previousExecution"'],
    ['root_execution', 'r."rootExecution"'],
    ['parent_execution', 'r."parentExecution"'],
    ['is_partial', 'r."isPartial"'],
    ['aborted_by', 'r."abortedBy"'],
    ['failure_message', 'r."failureMessage"'],
    ['failure_types', 'r."failureTypes"'],
    ['rolled_back', 'r."rolledBack"'],
    ['rollback_source', 'r."rollbackSource"'],
    ['is_build', "coalesce(jsonb_typeof(r.build) = 'object', false)"],
    ['repository', "r.build ->> 'repository'"],
    ['repository_url', "r.build ->> 'repositoryUrl'"],
    ['branch', "r.build ->> 'branch'"],
    ['target_branch', "r.build ->> 'targetBranch'"],
    ['tag', "r.build ->> 'tag'"],
    ['pull_request', "r.build ->> 'pullRequest'"],
    ['cut_off', 'r."cutOff"'],
    ['link', 'r.link'],
  ],
};

/**
 * Executions of one listing. What a list leaves out says nothing, as it leaves out what a retry took the place of: gone is
 * only what Harness was asked for by its id and has no more. Ids of those that changed are added to `changed`.
 */
export function executionListing(
  { integrationId, slice }: Pick<PublishContext, 'integrationId' | 'slice'>,
  { gone = [] }: Pick<StreamOutcome, 'gone'>,
  changed: Set<number>,
): ListingSpec {
  const { write } = tableListing(executions, [integrationId]);
  const { organization, project } = levelOf(slice);
  return {
    async write(context, outcome) {
      const written = await write(context, outcome);
      for (const id of await writtenNow(context, outcome)) changed.add(id);
      for (const part of executionParts) for (const id of await mergePart(context, outcome, part)) changed.add(id);
      return written;
    },
    stored: countStored,
    ...(gone.length === 0
      ? {}
      : {
          absence: {
            present: {
              text: `select t.source_key from deployments.executions t
                      where t.integration_id = $1 and t.organization = $2 and t.project = $3 and t.deleted_at is null`,
              values: [integrationId, organization, project],
            },
            async mark({ tx, runId }, absent) {
              const next = absent.values.length + 1;
              const rows = await tx.query<{ id: number }>(
                `update deployments.executions t set deleted_at = now(), synced_at = now(), run_id = $${next}
                  where t.integration_id = $${next + 1} and t.source_key in (${absent.text}) returning id`,
                [...absent.values, runId, integrationId],
              );
              for (const { id } of rows) changed.add(id);
            },
          },
        }),
  };
}

const placeValues = ({ taskId, integrationId }: PublishContext, { stream, scope }: StreamOutcome): unknown[] => [
  taskId,
  stream,
  scope,
  integrationId,
];

/** Executions that this listing names ($1 task, $2 stream, $3 scope, $4 integration). */
const named = `(${newestStagedOfScope}) s join deployments.executions e on e.integration_id = $4 and e.source_key = s.source_key`;

/** Those of a listing that are stored: it is whole when they are as many as Harness counts. */
async function countStored(context: PublishContext, outcome: StreamOutcome): Promise<number> {
  const { n } = await context.tx.one<{ n: number }>(
    `select count(*) as n from ${named} where e.deleted_at is null`,
    placeValues(context, outcome),
  );
  return n;
}

async function writtenNow(context: PublishContext, outcome: StreamOutcome): Promise<number[]> {
  const rows = await context.tx.query<{ id: number }>(
    `select e.id from ${named} where e.run_id = $5 and e.synced_at = now()`,
    [...placeValues(context, outcome), context.runId],
  );
  return rows.map(({ id }) => id);
}

/**
 * Brings one part of what was written to its record; what is like it already keeps its rows. Where hashes are not to be
 * trusted, of every execution that this listing is the newest word on. Returns the executions of which something changed.
 */
async function mergePart(
  context: PublishContext & { tx: Tx },
  outcome: StreamOutcome,
  { table, key, columns, rows }: ExecutionPart,
): Promise<number[]> {
  const all = [...key, ...columns];
  const same = key.map((name) => `w.${name} = t.${name}`).join(' and ');
  const values = (alias: string): string => columns.map((name) => `${alias}.${name}`).join(', ');
  const changed = await context.tx.query<{ id: number }>(
    `with staged as materialized (
       select e.id, s.record from ${named}
        where e.row_hash = s.row_hash and (not $5 or (e.run_id = $6 and e.synced_at = now()))),
     wanted as materialized (
       select distinct on (staged.id, ${key.map((name) => `x.${name}`).join(', ')}) staged.id as execution_id, x.*
         from staged cross join lateral (${rows('staged.record')}) x
        order by staged.id, ${key.map((name) => `x.${name}`).join(', ')}, x.ordinal),
     dropped as (
       delete from ${table} t using staged
        where t.execution_id = staged.id and not exists (select from wanted w where w.execution_id = t.execution_id and ${same})
       returning t.execution_id),
     written as (
       insert into ${table} as t (execution_id, ${all.join(', ')})
       select w.execution_id, ${all.map((name) => `w.${name}`).join(', ')} from wanted w order by w.execution_id, w.ordinal
       on conflict (execution_id, ${key.join(', ')}) do update set ${columns.map((name) => `${name} = excluded.${name}`).join(', ')}
        where row(${values('t')}) is distinct from row(${values('excluded')})
       returning t.execution_id)
     select execution_id as id from dropped union select execution_id from written`,
    [...placeValues(context, outcome), context.trustHashes, context.runId],
  );
  return changed.map(({ id }) => id);
}
