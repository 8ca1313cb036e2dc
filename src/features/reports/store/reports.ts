import type { Queryable } from '../../../platform/database/index.ts';

export type Cause = 'analysis' | 'pull_request' | 'binding' | 'integration' | 'person' | 'retry' | 'reconcile';
export type ReportState = 'published' | 'waiting' | 'failed' | 'skipped';

/** A project bound to a repository. */
export interface BindingRow {
  id: number;
  projectId: number;
  projectKey: string;
  projectName: string;
  sonarqubeId: number;
  repositoryId: number;
  bitbucketId: number;
  mono: boolean;
  annotations: boolean;
  buildStatus: boolean;
  summaryComment: boolean;
  prefix: string;
  chosenKey: string | null;
}

const bindingColumns = `b.id, b.project_id as "projectId", p.source_key as "projectKey", p.name as "projectName", b.sonarqube_id as "sonarqubeId",
  b.repository_id as "repositoryId", r.integration_id as "bitbucketId", b.mono, b.annotations, b.build_status as "buildStatus",
  b.summary_comment as "summaryComment", b.prefix, b.chosen_key as "chosenKey"`;
const bindingFrom = `shared.bindings b join shared.projects p on p.id = b.project_id join shared.code_repositories r on r.id = b.repository_id`;

export const bindingsOfRepository = (db: Queryable, repositoryId: number): Promise<BindingRow[]> =>
  db.query(
    `select ${bindingColumns} from ${bindingFrom} where b.repository_id = $1 order by b.id`,
    [repositoryId],
    'bindings of repository',
  );

export const bindingsOfProjects = (db: Queryable, projectIds: readonly number[]): Promise<BindingRow[]> =>
  db.query(
    `select ${bindingColumns} from ${bindingFrom} where b.project_id = any ($1) order by b.id`,
    [projectIds],
    'bindings of projects',
  );

export const findBinding = (db: Queryable, id: number): Promise<BindingRow | undefined> =>
  db.maybeOne(`select ${bindingColumns} from ${bindingFrom} where b.id = $1`, [id], 'binding of report');

export interface Asking {
  cause: Cause;
  askedBy?: string;
}

/** What passed for one project says nothing of another that gets its key. */
const ofAnotherProject = `project_id = excluded.project_id,
            passed_for = case when r.project_id = excluded.project_id then r.passed_for else '[]' end`;

/**
 * Has the report of a binding looked at, on the heads of its open pull requests; or of one of them, and of a commit of it.
 * Returns how many were asked for.
 */
export function askForHeads(
  db: Queryable,
  { binding, reportKey, pullRequest = null }: { binding: BindingRow; reportKey: string; pullRequest?: number | null },
  { cause, askedBy }: Asking,
): Promise<number> {
  return db.execute(
    `insert into reports.reports as r (integration_id, sonarqube_id, repository_id, commit, report_key, binding_id, project_id, pull_request_id, cause, asked_by)
     select distinct on (p.head) $1::bigint, $2::bigint, p.repository_id, p.head, $3, $4::bigint, $5::bigint, p.id, $7, $8
       from shared.pull_requests p join shared.integrations i on i.id = p.integration_id and i.state <> 'deleting'
      where p.repository_id = $6 and p.state = 'open' and p.deleted_at is null and ($9::bigint is null or p.id = $9)
      order by p.head, p.id
     on conflict (integration_id, repository_id, commit, report_key) do update
        set sonarqube_id = excluded.sonarqube_id, binding_id = excluded.binding_id, pull_request_id = excluded.pull_request_id, cause = excluded.cause, asked_by = excluded.asked_by,
            ${ofAnotherProject}, asked = r.asked + 1, due_at = now()`,
    [
      binding.bitbucketId,
      binding.sonarqubeId,
      reportKey,
      binding.id,
      binding.projectId,
      binding.repositoryId,
      cause,
      askedBy ?? null,
      pullRequest,
    ],
  );
}

/**
 * Has the report of the same project on another commit looked at: the one that was analysed, where it is not the head. Once
 * for each analysis: two commits that are each the head of one pull request and analysed for the other would ask for ever.
 */
export async function askForRevision(
  db: Queryable,
  { id }: Pick<HeldReport, 'id'>,
  { commit, pullRequest, analyzedAt }: { commit: string; pullRequest: number; analyzedAt: Date },
): Promise<void> {
  await db.execute(
    `insert into reports.reports as r (integration_id, sonarqube_id, repository_id, commit, report_key, binding_id, project_id, pull_request_id, cause, asked_for)
     select o.integration_id, o.sonarqube_id, o.repository_id, $2, o.report_key, o.binding_id, o.project_id, $3::bigint, o.cause,
            jsonb_build_object($3::text, $4::text)
       from reports.reports o where o.id = $1
     on conflict (integration_id, repository_id, commit, report_key) do update
        set binding_id = excluded.binding_id, pull_request_id = excluded.pull_request_id, ${ofAnotherProject},
            asked = r.asked + 1, due_at = now(), asked_for = r.asked_for || excluded.asked_for
      where not r.asked_for @> excluded.asked_for`,
    [id, commit, pullRequest, analyzedAt.toISOString()],
  );
}

/** Has every report looked at that some change may concern. `force`: also what lies there as it should is written again. */
export function askAgain(
  db: Queryable,
  where: { pullRequest?: number; repository?: number; binding?: number; integration?: number; failedOnly?: boolean },
  { cause, askedBy, force = false }: Asking & { force?: boolean },
): Promise<number> {
  return db.execute(
    `update reports.reports r
        set cause = $5, asked_by = $6, asked = asked + 1, due_at = now(), failures = 0,
            payload_hash = case when $7 then null else payload_hash end
      where ($1::bigint is null or r.pull_request_id = $1 or exists (
               select from shared.pull_requests p where p.id = $1 and p.repository_id = r.repository_id and p.head = r.commit))
        and ($2::bigint is null or r.repository_id = $2) and ($3::bigint is null or r.binding_id = $3)
        and ($4::bigint is null or r.integration_id = $4) and (not $8 or r.state in ('failed', 'waiting') or r.beside_errors <> '[]')`,
    [
      where.pullRequest ?? null,
      where.repository ?? null,
      where.binding ?? null,
      where.integration ?? null,
      cause,
      askedBy ?? null,
      force,
      where.failedOnly === true,
    ],
  );
}

/** A report that this process holds. */
/** A pull request, and the branch that it went to when it passed. */
export interface PassedFor {
  id: number;
  target: string;
}

export interface HeldReport {
  id: number;
  fence: number;
  asked: number;
  integrationId: number;
  sonarqubeId: number;
  repositoryId: number;
  commit: string;
  reportKey: string;
  bindingId: number;
  projectId: number;
  pullRequestId: number;
  state: ReportState;
  reason: string | null;
  result: 'PASS' | 'FAIL' | null;
  /** Something of ours may lie there. */
  touched: boolean;
  payloadHash: string | null;
  /** The pull requests for which what lies there passed; nobody while that is not certain. */
  passedFor: readonly PassedFor[];
  /** Of all that lies beside it; null while that is not certain. */
  besideHash: string | null;
  /** A build status of ours may lie on the commit. */
  buildTouched: boolean;
  writtenLink: string | null;
  /** Annotations that lie there. */
  shown: number | null;
  failures: number;
  /** Code of what went wrong last, of the report or of a build status that may be green. */
  problem: string | null;
  cause: Cause;
  askedBy: string | null;
  /** Somebody else’s was found in its place. */
  foreign: boolean;
}

/**
 * Takes a report that is due; of one commit and key there is one, and one process holds it. Those that nobody has seen yet
 * come before those that most likely say the same again, and of these the one that has been due for the longest.
 */
export function takeDue(db: Queryable, leaseSeconds: number): Promise<HeldReport | undefined> {
  return db.maybeOne<HeldReport>(
    `update reports.reports r set lease_until = now() + make_interval(secs => $1), fence = r.fence + 1
      where r.id = (select id from reports.reports
                     where due_at <= now() and (lease_until is null or lease_until < now())
                     order by state = 'published', due_at, id limit 1 for update skip locked)
     returning r.id, r.fence, r.asked, r.integration_id as "integrationId", r.sonarqube_id as "sonarqubeId", r.repository_id as "repositoryId",
               r.commit, r.report_key as "reportKey", r.binding_id as "bindingId", r.project_id as "projectId",
               r.pull_request_id as "pullRequestId", r.state, r.reason, r.result, r.touched, r.payload_hash as "payloadHash", r.passed_for as "passedFor", r.written_link as "writtenLink",
               r.beside_hash as "besideHash", r.build_touched as "buildTouched", r.shown,
               r.failures, coalesce(r.error_code, jsonb_path_query_first(r.beside_errors, '$[*] ? (@.mayBeGreen == true).code') #>> '{}') as problem,
               r.cause, r.asked_by as "askedBy", r.foreign_at is not null as foreign`,
    [leaseSeconds],
    'take due report',
  );
}

/** False when somebody else holds it by now. */
export async function keepHeld(db: Queryable, { id, fence }: HeldReport, leaseSeconds: number): Promise<boolean> {
  const kept = await db.execute(
    'update reports.reports set lease_until = now() + make_interval(secs => $3) where id = $1 and fence = $2',
    [id, fence, leaseSeconds],
  );
  return kept > 0;
}

/** Gives it back undone: whoever comes next begins at once. */
export async function letGo(db: Queryable, { id, fence }: HeldReport): Promise<void> {
  await db.execute('update reports.reports set lease_until = null where id = $1 and fence = $2', [id, fence]);
}

/** A part that is written beside a report, and why it could not be. */
export interface BesideProblem {
  part: 'build_status' | 'comment';
  code: string;
  message: string;
  upstream: string | null;
  /** A build status that may be green beside a report that fails. */
  mayBeGreen: boolean;
}

/** Notes that the server is being written to: until that ends nobody knows what lies there. */
export async function beginWriting(db: Queryable, { id, fence }: HeldReport): Promise<boolean> {
  return (
    (await db.execute(
      "update reports.reports set touched = true, payload_hash = null, beside_hash = null, passed_for = '[]' where id = $1 and fence = $2",
      [id, fence],
    )) > 0
  );
}

/** Notes that what lies beside a report is being written. False: somebody else holds it by now. */
export async function beginBeside(
  db: Queryable,
  { id, fence }: HeldReport,
  part: BesideProblem['part'],
): Promise<boolean> {
  const noted = await db.execute(
    'update reports.reports set beside_hash = null, build_touched = build_touched or $3 where id = $1 and fence = $2',
    [id, fence, part === 'build_status'],
  );
  return noted > 0;
}

export async function noteForeign(
  db: Queryable,
  { id }: HeldReport,
  foreign: { reporter: string | null; link: string | null } | null,
): Promise<void> {
  await db.execute(
    `update reports.reports set foreign_reporter = $2, foreign_link = $3, foreign_at = case when $4 then now() end where id = $1`,
    [id, foreign?.reporter ?? null, foreign?.link ?? null, foreign !== null],
  );
}
