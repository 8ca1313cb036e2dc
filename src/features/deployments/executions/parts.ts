/** What belongs to one execution, each in a table of its own. */
export interface ExecutionPart {
  /** As people call it. */
  name: string;
  table: string;
  /** Columns that tell the rows of an execution apart. */
  key: readonly string[];
  /** The others. */
  columns: readonly string[];
  /** Selects all of them from a record. */
  rows(record: string): string;
}

const list = (record: string, name: string, shape: string): string =>
  `jsonb_array_elements(${record} -> '${name}') with ordinality e (value, ordinal) cross join lateral jsonb_to_record(e.value) as p (${shape})`;

const state = 'status text, "statusClass" text, "startedAt" timestamptz, "endedAt" timestamptz';
const stateColumns = ['status', 'status_class', 'started_at', 'ended_at'];
const stateValues = 'p.status, p."statusClass" as status_class, p."startedAt" as started_at, p."endedAt" as ended_at';

const artifactShape = 'role text, type text, image text, tag text, digest text, version text';

export const executionParts: readonly ExecutionPart[] = [
  {
    name: 'stages',
    table: 'deployments.execution_stages',
    key: ['node'],
    columns: [
      'ordinal',
      'identifier',
      'name',
      'type',
      ...stateColumns,
      'failure_message',
      'failure_types',
      'is_rollback',
    ],
    rows: (record) =>
      `select e.ordinal, p.node, p.identifier, p.name, p.type, ${stateValues}, p."failureMessage" as failure_message,
              p."failureTypes" as failure_types, p."isRollback" as is_rollback
         from ${list(
           record,
           'stages',
           `node text, identifier text, name text, type text, ${state}, "failureMessage" text, "failureTypes" text[], "isRollback" boolean`,
         )}`,
  },
  {
    name: 'commits',
    table: 'deployments.execution_commits',
    key: ['sha'],
    columns: ['ordinal', 'message', 'author_name', 'author_email', 'committed_at', 'link'],
    rows: (record) =>
      `select e.ordinal, p.sha, p.message, p."authorName" as author_name, p."authorEmail" as author_email,
              p."committedAt" as committed_at, p.link
         from jsonb_array_elements(coalesce(${record} #> '{build,commits}', '[]')) with ordinality e (value, ordinal)
        cross join lateral jsonb_to_record(e.value)
           as p (sha text, message text, "authorName" text, "authorEmail" text, "committedAt" timestamptz, link text)`,
  },
  {
    name: 'deployments',
    table: 'deployments.execution_deployments',
    key: ['node'],
    columns: [
      'ordinal',
      'service',
      'service_name',
      'type',
      'git_ops',
      'environment',
      'environment_name',
      'environment_type',
      'infrastructure',
      'infrastructure_name',
      ...stateColumns,
      'frozen',
      'is_rollback',
      'artifact_type',
      'image',
      'tag',
      'digest',
      'version',
    ],
    rows: (record) =>
      `select e.ordinal, p.node, p.service, p."serviceName" as service_name, p.type, p."gitOps" as git_ops, p.environment,
              p."environmentName" as environment_name, p."environmentType" as environment_type, p.infrastructure,
              p."infrastructureName" as infrastructure_name, ${stateValues}, p.frozen, p."isRollback" as is_rollback,
              a.type as artifact_type, a.image, a.tag, a.digest, a.version
         from ${list(
           record,
           'deployments',
           `node text, service text, "serviceName" text, type text, "gitOps" boolean, environment text, "environmentName" text,
            "environmentType" text, infrastructure text, "infrastructureName" text, ${state}, frozen boolean, "isRollback" boolean, artifacts jsonb`,
         )}
         left join lateral (
           select x.* from jsonb_to_recordset(p.artifacts) as x (${artifactShape}) where x.role = 'primary' limit 1 /* any: there is one */) a on true`,
  },
  {
    name: 'artifacts',
    table: 'deployments.execution_artifacts',
    key: ['node', 'ordinal'],
    columns: ['role', 'type', 'image', 'tag', 'digest', 'version'],
    rows: (record) =>
      `select a.ordinal, p.node, x.role, x.type, x.image, x.tag, x.digest, x.version
         from ${list(record, 'deployments', 'node text, artifacts jsonb')}
        cross join lateral jsonb_array_elements(p.artifacts) with ordinality a (value, ordinal)
        cross join lateral jsonb_to_record(a.value) as x (${artifactShape})`,
  },
];
