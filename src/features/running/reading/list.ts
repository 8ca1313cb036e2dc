import type { z } from 'zod';
import { type ReasonCode, reasons } from '../../../domain/verdict.ts';
import { escaped, type Queryable, visibleNow } from '../../../platform/database/index.ts';
import { catalogue, type ErrorCode } from '../../../platform/errors/index.ts';
import type { Evidence, RunningList, RunningQuery, RunningRow } from '../contract.ts';
import { askedAt } from './base.ts';
import { summaryOf } from './counts.ts';
import type { Freshness } from './freshness.ts';
import { untoldOf } from './untold.ts';

interface Present {
  state: RunningRow['state'];
  reason: string;
}

interface Row {
  id: number;
  rowKey: string;
  service: string;
  environment: string;
  environmentType: string | null;
  infrastructure: string | null;
  deploymentId: number | null;
  imageId: number | null;
  repository: string | null;
  digest: string | null;
  reference: string | null;
  commit: string | null;
  state: RunningRow['state'];
  verdict: RunningRow['verdict'];
  reason: string;
  saidBy: RunningRow['saidBy'];
  doubt: string | null;
  certainty: RunningRow['certainty'];
  runsSince: Date;
  failingSince: Date | null;
  newestFactAt: Date;
  readAt: Date | null;
  staleSince: Date | null;
  tooOld: boolean;
  critical: number | null;
  high: number | null;
  medium: number | null;
  low: number | null;
  criticalsSince: Date | null;
  integrationIds: number[];
  teamIds: number[];
  teams: string[];
  evidence: Evidence;
  waiverReason: string | null;
  waiverAuthor: string | null;
  waiverUntil: Date | null;
  criticalsRunning: number;
  criticalsWaiting: number;
  criticalDetectedAt: Date | null;
  criticalFixedAt: Date | null;
}

const columns = `r.id, r.row_key as "rowKey", r.service, r.environment, r.environment_type as "environmentType", r.infrastructure, r.deployment_id as "deploymentId",
  r.seen_image_id as "imageId", r.seen_repository as repository, r.seen_digest as digest,
  r.seen_reference as reference, r.seen_commit as commit, r.state, r.verdict, r.reason, r.said_by as "saidBy", r.doubt, r.certainty, r.runs_since as "runsSince",
  r.failing_since as "failingSince", r.newest_fact_at as "newestFactAt", r.read_at as "readAt", r.stale_since as "staleSince", r.too_old as "tooOld",
  r.seen_critical as critical, r.seen_high as high, r.seen_medium as medium, r.seen_low as low, r.seen_criticals_since as "criticalsSince", to_jsonb(r.integration_ids) as "integrationIds", to_jsonb(r.team_ids) as "teamIds",
  r.teams, r.waiver_reason as "waiverReason", r.waiver_author as "waiverAuthor", r.waiver_until as "waiverUntil",
  fixes.running as "criticalsRunning", fixes.waiting as "criticalsWaiting", fixes.detected_at as "criticalDetectedAt", fixes.fixed_at as "criticalFixedAt"`;

/** What was known then of critical vulnerabilities in the place of a row. */
const fixesOfRow = `
  left join lateral (
    select count(*) as running, count(*) filter (where x.state = 'waiting') as waiting, min(x.detected_at) as detected_at,
           min(x.fixed_at) filter (where x.state = 'waiting') as fixed_at
      from running.fixes x, moment
     where x.severity = 'critical' and x.state in ('open', 'waiting') and x.valid_from <= moment.at and (x.valid_to is null or x.valid_to > moment.at)
       and (x.place_id = r.place_id
            or r.environment_image_id is not null and x.repository_id = r.repository_id and x.environment = r.environment)) fixes on true`;

const matching = `($10::text[] is null or r.state = any ($10)) and ($11::text[] is null or r.environment = any ($11))
  and ($12::text[] is null or coalesce(r.environment_type, 'none') = any ($12))
  and ($13::text[] is null or r.teams && $13 or r.team_ids::text[] && $13)
  and ($14::boolean is null or (r.stale_since is not null or r.too_old) = $14)
  and ($15::text is null or case $15 when 'critical' then r.seen_critical > 0 else r.seen_critical > 0 or r.seen_high > 0 end)
  and ($16::text is null or r.service ilike '%' || $16 || '%' or r.seen_repository ilike '%' || $16 || '%' or r.seen_digest like $16 || '%' or r.seen_commit like $16 || '%')`;

const worstFirst = `array_position(array['failed', 'stale', 'no_verdict', 'waived', 'passed'], s.state), s.seen_critical desc nulls last,
  lower(s.service), s.environment, s.infrastructure nulls first, s.id`;

/** What runs where, the worst first, with its verdict: now, or as it was said then. */
export async function listRunning(db: Queryable, query: z.output<typeof RunningQuery>): Promise<RunningList> {
  const at = query.asOf === undefined ? null : new Date(query.asOf);
  const asked = await askedAt(db, { at, maxAge: query.maxAge ?? null, node: query.node });
  const filter = [
    query.state ?? null,
    query.environment ?? null,
    query.type ?? null,
    query.team ?? null,
    query.stale ?? null,
    query.open ?? null,
    query.search === undefined || query.search.trim() === '' ? null : escaped(query.search.trim()),
  ];
  const { page, pageSize } = query;
  const { ids, ...summary } = await summaryOf(db, asked, { matching, filter, order: worstFirst, page, pageSize });
  const rows = await db.query<Row>(
    `${asked.saidOfThese} select ${columns}, v.evidence from r join running.verdicts v on v.id = r.id ${fixesOfRow} order by array_position($8, r.id)`,
    [...asked.values, ids],
  );
  const seen = await seenProjects(db, rows);
  const present = at === null ? null : await readPresent(db, rows);
  return {
    ...summary,
    rows: rows.map((row) => rowFrom(row, { fresh: asked.fresh, seen, present })),
    page,
    pageSize,
    asOf: at?.toISOString() ?? null,
    untold: at === null ? [] : await untoldOf(db, at, asked.fresh),
    setup: await readSetup(db),
  };
}

/** What is said now of the same places and images. */
async function readPresent(db: Queryable, rows: readonly Row[]): Promise<Map<string, Present>> {
  const { said, values } = await askedAt(db, { at: null, maxAge: null, node: undefined });
  const found = await db.query<Present & { rowKey: string }>(
    `${said} select r.row_key as "rowKey", r.state, r.reason from r where r.row_key = any ($8)`,
    [...values, rows.map(({ rowKey }) => rowKey)],
  );
  return new Map(found.map(({ rowKey, ...present }) => [rowKey, present]));
}

/** Of the projects behind these rows those that who asks may see. */
async function seenProjects(db: Queryable, rows: readonly Row[]): Promise<Set<number>> {
  const ids = rows.flatMap(({ evidence }) => evidence.projects.flatMap(({ projectId }) => projectId ?? []));
  // Who sees everything sees what was said of projects that are gone, too.
  if (visibleNow() === undefined) return new Set(ids);
  const found = await db.query<{ id: number }>('select id from shared.projects where id = any ($1)', [
    [...new Set(ids)],
  ]);
  return new Set(found.map(({ id }) => id));
}

function readSetup(db: Queryable): Promise<RunningList['setup']> {
  const connected = (kind: string): string =>
    `exists (select from shared.integrations where kind = '${kind}' and state <> 'deleting')`;
  return db.one(
    `select exists (select from shared.deployments) or ${connected('harness')} as deployments, ${connected('oci-registry')} as registries,
            ${connected('sonarqube')} as sonarqube, exists (select from running.verdicts where valid_to is null) as running`,
  );
}

interface Beside {
  fresh: readonly Freshness[];
  seen: ReadonlySet<number>;
  /** Null: it is asked for now. */
  present: ReadonlyMap<string, Present> | null;
}

function nowBeside({ state, reason }: Row, now: Present | undefined): RunningRow['now'] {
  if (now === undefined) return { state: null, reason: null };
  return now.state === state && now.reason === reason ? null : now;
}

function rowFrom(row: Row, { fresh, seen, present }: Beside): RunningRow {
  const { id, service, infrastructure, deploymentId, reference, state, saidBy, doubt, certainty, evidence } = row;
  const own = fresh.filter(({ integrationId }) => row.integrationIds.includes(integrationId));
  const { verdict, reason } = state === 'stale' ? { verdict: 'no_verdict' as const, reason: tooOldCode(row) } : row;
  return {
    id,
    service,
    environment: { name: row.environment, type: row.environmentType },
    infrastructure,
    deploymentId,
    image: imageOf(row),
    reference,
    commit: row.commit,
    state,
    verdict,
    reason,
    ...wordsOf(reason),
    saidBy,
    waiver:
      state === 'waived' && row.waiverUntil !== null
        ? { reason: row.waiverReason ?? '', author: row.waiverAuthor ?? '', expiresAt: row.waiverUntil.toISOString() }
        : null,
    doubt,
    certainty,
    runsSince: row.runsSince.toISOString(),
    failingSince: row.failingSince?.toISOString() ?? null,
    newestFactAt: row.newestFactAt.toISOString(),
    readAt: row.readAt?.toISOString() ?? null,
    staleSince: row.staleSince?.toISOString() ?? null,
    staleIntegrations: own.filter(({ staleSince }) => staleSince !== null).map(({ name }) => name),
    open: openOf(row),
    criticalsSince: row.criticalsSince?.toISOString() ?? null,
    teams: row.teamIds.map((team, place) => ({ id: team, name: row.teams[place] ?? '' })),
    criticalFixes: criticalFixesOf(row),
    failing: failingOf(evidence, seen),
    links: evidence.links,
    flags: evidence.flags,
    now: present === null ? null : nowBeside(row, present.get(row.rowKey)),
  };
}

const imageOf = ({ imageId, repository, digest }: Row): RunningRow['image'] =>
  imageId === null && digest === null ? null : { id: imageId, repository, digest };

function openOf({ critical, high, medium, low }: Row): RunningRow['open'] {
  if (critical === null || high === null || medium === null || low === null) return null;
  return { critical, high, medium, low };
}

const criticalFixesOf = (row: Row): RunningRow['criticalFixes'] =>
  row.criticalDetectedAt === null
    ? null
    : {
        running: row.criticalsRunning,
        detectedAt: row.criticalDetectedAt.toISOString(),
        waiting: row.criticalsWaiting,
        fixedAt: row.criticalFixedAt?.toISOString() ?? null,
      };

const failingOf = (evidence: Evidence, seen: ReadonlySet<number>): RunningRow['failing'] =>
  evidence.projects
    .filter(({ projectId }) => projectId === null || seen.has(projectId))
    .flatMap(({ projectKey, analysis }) =>
      (analysis?.conditions ?? [])
        .filter(({ status }) => status === 'ERROR' || status === 'WARN')
        .map((condition) => ({ ...condition, project: projectKey })),
    );

const tooOldCode = ({ tooOld }: Row): ErrorCode => (tooOld ? 'facts_too_old' : 'running_stale');

function wordsOf(reason: string): { message: string; remedy: string } {
  const known = Object.hasOwn(reasons, reason)
    ? reasons[reason as ReasonCode]
    : Object.hasOwn(catalogue, reason)
      ? catalogue[reason as ErrorCode]
      : undefined;
  return { message: known?.title ?? reason, remedy: known?.remedy ?? '' };
}
