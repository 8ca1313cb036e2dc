import type { Hidden } from '../../lab/simulators/harness/execution.ts';
import { runningWhere, type TruthRow } from '../../lab/simulators/harness/truth.ts';
import type { Queryable } from '../../src/platform/database/index.ts';

/** One execution, as far as the truth of the simulator and what is stored both tell of it. */
interface Compared {
  id: string;
  organization: string;
  project: string;
  pipeline: string;
  number: number;
  status: string;
  startedAt: string | null;
  endedAt: string | null;
  mode: string;
  triggerType: string;
  previous: string | null;
  root: string | null;
  commits: string[];
  deployments: string[];
}

const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

function ofTruth(row: TruthRow): Compared {
  return {
    id: row.planExecutionId,
    organization: row.organization,
    project: row.project,
    pipeline: row.pipeline,
    number: row.runSequence,
    status: row.status,
    startedAt: iso(row.startTs),
    endedAt: iso(row.endTs),
    mode: row.mode,
    triggerType: row.triggerType,
    previous: row.previous,
    root: row.root,
    commits: row.commits,
    deployments: row.deployments.map((one) =>
      [
        one.stageId,
        one.service,
        one.environment,
        one.environmentType,
        one.infrastructure,
        one.status,
        iso(one.startTs),
        iso(one.endTs),
        one.image?.split(':').at(-1) ?? null,
      ].join(' '),
    ),
  };
}

/** What the table of people says of every execution that is not gone. */
async function stored(db: Queryable): Promise<Map<string, Compared>> {
  const rows = await db.query<Compared & { startedAt: Date | null; endedAt: Date | null }>(
    `select e.execution as id, e.organization, e.project, e.pipeline, e.number, e.status, e.started_at as "startedAt", e.ended_at as "endedAt",
            coalesce(e.mode, 'NORMAL') as mode, e.trigger_type as "triggerType", e.previous_execution as previous, e.root_execution as root,
            coalesce(c.commits, '{}') as commits, coalesce(d.deployments, '{}') as deployments
       from data.harness_executions e
       left join (select execution_id, array_agg(sha order by ordinal) as commits from data.harness_execution_commits where id % 2 = 0 group by 1) c
         on c.execution_id = e.id
       left join (
         select d.execution_id, array_agg(concat_ws(' ', d.node, d.service, d.environment, d.environment_type, d.infrastructure, d.status,
                  ${utc('d.started_at')}, ${utc('d.ended_at')}, d.tag) order by d.ordinal) as deployments
           from shared.harness_deployments d where d.started_at is not null group by 1) d on d.execution_id = e.id
      where e.deleted_at is null`,
  );
  return new Map(
    rows.map((row) => [
      row.id,
      { ...row, startedAt: iso(row.startedAt?.getTime() ?? null), endedAt: iso(row.endedAt?.getTime() ?? null) },
    ]),
  );
}

const utc = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

export interface TruthCheck {
  /** Executions that the lists show. */
  listed: number;
  stored: number;
  /** By why the lists do not show them. */
  hidden: Record<string, number>;
  /** What is not as it is; the first of them. */
  wrong: string[];
}

/** Holds what is stored to the truth: all that the lists show is there as it stands, and what was never shown is not. */
export async function compareWithTruth(db: Queryable, truth: Iterable<TruthRow>): Promise<TruthCheck> {
  const found = await stored(db);
  const check: TruthCheck = { listed: 0, stored: found.size, hidden: {}, wrong: [] };
  const note = (text: string): void => void (check.wrong.length < 20 && check.wrong.push(text));
  const known = new Set<string>();
  for (const row of truth) {
    const id = row.planExecutionId;
    known.add(id);
    const one = found.get(id);
    if (row.hidden === null) check.listed += 1;
    else check.hidden[row.hidden] = (check.hidden[row.hidden] ?? 0) + 1;
    if (one === undefined) {
      if (row.hidden === null) note(`${id} is missing`);
      continue;
    }
    const expected = ofTruth(row);
    for (const name of Object.keys(expected) as (keyof Compared)[]) {
      // Of such a run Harness tells no more than that it was.
      if (row.bare && ['triggerType', 'previous', 'root'].includes(name)) continue;
      const [is, should] = [one[name], expected[name]].map((value) => plain(value));
      if (is !== should) note(`${id}: ${name} is ${is}, and should be ${should}`);
    }
  }
  for (const id of found.keys()) if (!known.has(id)) note(`${id} was never run`);
  return check;
}

/** A time that nobody has tells nothing between two others. */
const plain = (value: Compared[keyof Compared]): string =>
  JSON.stringify(Array.isArray(value) ? value.map((one) => one.replaceAll(/ +/g, ' ').trim()) : value);

/** Executions that no list shows, by why. */
export function hiddenOf(truth: Iterable<TruthRow>): Map<Hidden, string[]> {
  const hidden = Map.groupBy(truth, ({ hidden: why }) => why);
  hidden.delete(null);
  return new Map([...hidden].map(([why, rows]) => [why as Hidden, rows.map(({ planExecutionId: id }) => id)]));
}

/**
 * Holds the deployments that people see to the truth: each stage that deployed is one row as it ended, there is no other,
 * and the newest of each service and environment that runs is the one that does. Returns the first differences.
 */
export async function compareDeployed(db: Queryable, truth: readonly TruthRow[]): Promise<string[]> {
  const rows = await db.query<{ key: string; told: string }>(
    `select deployment_key as key, concat_ws(' ', service_scope, service, environment, environment_type, infrastructure, raw_status, takes_back,
            ${utc('started_at')}, ${utc('ended_at')}) as told
       from data.deployments where source = 'harness' and started_at is not null`,
  );
  const stored = new Map(rows.map(({ key, told }) => [key, told]));
  const wrong = rows.length === stored.size ? [] : ['a deployment is there twice'];
  let shown = 0;
  for (const { hidden, organization, project, planExecutionId, deployments } of truth) {
    if (hidden !== null) continue;
    for (const one of deployments) {
      shown += 1;
      const key = `${planExecutionId}/${one.stageId}`;
      const type = one.environmentType === 'Production' ? 'production' : 'pre_production';
      const [service, above] = definedIn(organization, project, one.service);
      const should = [above, service, one.environment, type, one.infrastructure, one.status, one.rollback ? 't' : 'f']
        .concat(iso(one.startTs) ?? [], iso(one.endTs) ?? [])
        .join(' ');
      if (stored.get(key) !== should) wrong.push(`${key} is ${stored.get(key)}, and should be ${should}`);
    }
  }
  if (shown !== stored.size) wrong.push(`${stored.size} deployments are stored, and ${shown} were`);
  const running = await db.query<{ place: string; key: string }>(
    `select distinct on (1) concat(e.organization, '/', e.project, ' ', case when d.service_scope = e.organization then 'org.' end, d.service, ' ', d.environment) as place, d.deployment_key as key
       from data.deployments d join data.harness_executions e on e.id = d.execution_id
      where d.runs_now order by 1, d.ended_at desc, d.started_at desc, d.deployment_key desc`,
  );
  const runs = new Map(running.map(({ place, key }) => [place, key]));
  const trulyRunning = runningWhere(truth);
  for (const [place, { stageId }] of trulyRunning)
    if (runs.get(place)?.endsWith(`/${stageId}`) !== true)
      wrong.push(`${place} runs ${runs.get(place)}, and should ${stageId}`);
  for (const place of runs.keys()) if (!trulyRunning.has(place)) wrong.push(`${place} runs, and nothing should`);
  return wrong.slice(0, 20);
}

/** `org.web` is `web` of the organization. */
const definedIn = (organization: string, project: string, reference: string): [name: string, scope: string] =>
  reference.startsWith('org.') ? [reference.slice(4), organization] : [reference, `${organization}/${project}`];
