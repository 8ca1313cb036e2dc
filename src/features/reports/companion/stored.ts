import type { Queryable } from '../../../platform/database/index.ts';
import type { ChangeFigures, GateAnswer, NamedCondition, NewFinding } from '../model.ts';
import { type FindingRow, newFinding } from '../sources/new-finding.ts';
import { placesOf, type Places } from '../sources/paths.ts';
import type { BoundProject } from '../sources/source.ts';
import type { ComparedFinding } from './compare.ts';
import type { GateDefinition } from './evaluate-gate.ts';

/** A branch or a companion, with the newest analysis that is stored of it. */
export interface AnalysedScope {
  branchId: number;
  key: string;
  qualityGate: string | null;
  analysisId: number;
  revision: string | null;
  analyzedAt: Date;
  /** All its issues of that analysis are stored. */
  isRead: boolean;
  hotspotsRead: boolean;
}

const scope = (which: string): string => `
  select b.id as "branchId", b.source_key as key, b.quality_gate as "qualityGate", a.id as "analysisId", a.revision, a.analyzed_at as "analyzedAt",
         p.publishing_since is null and coalesce(r.issues_of = a.analyzed_at, false) and coalesce(b.analyzed_at = a.analyzed_at, true) as "isRead",
         coalesce(r.hotspots = 'complete', false) as "hotspotsRead"
    from shared.branches b
    join shared.projects p on p.id = b.project_id
    join shared.branch_readings r on r.branch_id = b.id
    join lateral (select x.id, x.revision, x.analyzed_at from shared.analyses x where x.branch_id = b.id and x.at_source
                   order by x.analyzed_at desc, x.id desc limit 1) a on true
   where b.project_id = $1 and b.deleted_at is null and ${which} order by b.id desc limit 1`;

export const companionOf = (db: Queryable, projectId: number, number: string): Promise<AnalysedScope | undefined> =>
  db.maybeOne<AnalysedScope>(scope("b.kind = 'companion' and b.name = $2"), [projectId, number]);

export const mainOf = (db: Queryable, projectId: number): Promise<AnalysedScope | undefined> =>
  db.maybeOne<AnalysedScope>(scope('b.is_main'), [projectId]);

/** True where the pull request has a companion, analysed or not. */
export async function hasCompanion(db: Queryable, projectId: number, number: string): Promise<boolean> {
  const { has } = await db.one<{ has: boolean }>(
    `select exists (select from shared.branches where project_id = $1 and kind = 'companion' and name = $2 and deleted_at is null)
         or exists (select from shared.companions where project_id = $1 and name = $2) as has`,
    [projectId, number],
  );
  return has;
}

/** When a commit of the main branch was analysed last; null: never. */
export async function analysisAt(db: Queryable, branchId: number, revision: string): Promise<Date | null> {
  const row = await db.maybeOne<{ at: Date }>(
    'select analyzed_at as at from shared.analyses where branch_id = $1 and revision = $2 and at_source order by analyzed_at desc limit 1',
    [branchId, revision],
  );
  return row?.at ?? null;
}

type Row = FindingRow & { rule: string | null; hash: string | null; open: boolean };

const findings = `
  select f.source_key as key, f.kind, path.path, f.line, f.message, f.standard_class as "standardClass", f.standard_level as "standardLevel",
         f.raw_level as "rawLevel", f.impact_security as security, f.impact_reliability as reliability,
         f.impact_maintainability as maintainability, coalesce(mode.mode, 'mqr') = 'mqr' as "byImpact",
         rule.source_key as rule, f.content_hash as hash, f.state = 'open' as open
    from shared.findings f
    left join shared.paths path on path.id = f.path_id
    left join shared.rules rule on rule.id = f.rule_id
    left join shared.current_modes mode on mode.integration_id = f.integration_id
   where f.branch_id = $1`;

/** Everything that stood there at a moment, whatever people said of it and whatever became of it since. */
export async function findingsAt(
  db: Queryable,
  project: BoundProject,
  { branchId, at }: { branchId: number; at: Date },
): Promise<ComparedFinding[]> {
  const rows = await db.query<Row>(
    `${findings} and f.opened_at <= $2 and coalesce(f.closed_at, f.deleted_at, 'infinity') > $2 order by f.source_key`,
    [branchId, at],
  );
  return compared(rows, await placesOf(db, project));
}

/** What the newest analysis found and is not fixed. */
export async function findingsOf(db: Queryable, project: BoundProject, branchId: number): Promise<ComparedFinding[]> {
  const rows = await db.query<Row>(
    `${findings} and f.deleted_at is null and (f.kind = 'hotspot' or f.closed_at is null and f.state <> 'fixed') order by f.source_key`,
    [branchId],
  );
  return compared(rows, await placesOf(db, project));
}

function compared(rows: readonly Row[], places: Places): ComparedFinding[] {
  return rows.flatMap((row) => {
    const path = placed(row.path, places);
    if (path === undefined) return [];
    const { key, kind, line, message, rule, hash, open } = row;
    const { standardClass, standardLevel, security, reliability, maintainability } = row;
    const counted = { standardClass, standardLevel, security, reliability, maintainability };
    const shown = newFinding({ ...row, path });
    return [{ key, kind, path, line, message, rule: rule ?? '', hash, open, counted, shown }];
  });
}

/** Undefined for what lies outside the prefix. */
function placed(path: string | null, { prefix, fromRoot }: Places): string | null | undefined {
  if (prefix === '' || path === null) return path;
  if (!fromRoot) return `${prefix}/${path}`;
  return path.startsWith(`${prefix}/`) ? path : undefined;
}

const unitOf = (type: string | null): NamedCondition['unit'] =>
  type === 'PERCENT' ? 'percent' : type === 'RATING' ? 'rating' : 'number';

/** Conditions of a gate by its name; null where it was not read. */
export async function gateNamed(db: Queryable, integrationId: number, name: string): Promise<GateDefinition | null> {
  const gate = await db.maybeOne<{ id: number }>(
    'select id from shared.quality_gates where integration_id = $1 and name = $2 and deleted_at is null order by id limit 1',
    [integrationId, name],
  );
  if (gate === undefined) return null;
  const rows = await db.query<GateDefinition[number] & { type: string | null }>(
    `select c.metric, c.operator, c.threshold, coalesce(m.name, c.metric) as name, m.type
       from shared.quality_gates g
      cross join lateral jsonb_to_recordset(g.conditions) as c (metric text, operator text, threshold text)
       left join shared.metrics m on m.integration_id = g.integration_id and m.source_key = c.metric
      where g.id = $1 order by c.metric`,
    [gate.id],
  );
  return rows.map(({ type, ...condition }) => ({ ...condition, unit: unitOf(type) }));
}

/** What a companion came to, beside its main project. */
export interface CompanionVerdict {
  /** Branch that the pull request went to then; not there in those kept before it was noted. */
  target?: string;
  gate: GateAnswer;
  figures: ChangeFigures;
  findings: readonly NewFinding[];
  notes: readonly string[];
}

export interface StoredVerdict {
  companionKey: string;
  revision: string;
  analyzedAt: Date;
  inputs: string;
  verdict: CompanionVerdict;
}

export const storedVerdict = (
  db: Queryable,
  projectId: number,
  pullRequestId: number,
): Promise<StoredVerdict | undefined> =>
  db.maybeOne<StoredVerdict>(
    `select companion_key as "companionKey", revision, analyzed_at as "analyzedAt", inputs, verdict from reports.companion_verdicts
      where project_id = $1 and pull_request_id = $2`,
    [projectId, pullRequestId],
  );

export async function keepVerdict(
  db: Queryable,
  { projectId, pullRequestId }: { projectId: number; pullRequestId: number },
  { companionKey, revision, analyzedAt, inputs, verdict }: StoredVerdict,
): Promise<void> {
  await db.execute(
    `insert into reports.companion_verdicts as v (project_id, pull_request_id, companion_key, revision, analyzed_at, inputs, verdict)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (project_id, pull_request_id) do update
        set companion_key = excluded.companion_key, revision = excluded.revision, analyzed_at = excluded.analyzed_at,
            inputs = excluded.inputs, verdict = excluded.verdict, computed_at = now()
      where v.analyzed_at <= excluded.analyzed_at`,
    [projectId, pullRequestId, companionKey, revision, analyzedAt, inputs, JSON.stringify(verdict)],
  );
}
