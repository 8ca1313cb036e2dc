import { conditionVerdict } from '../../../domain/gate.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { chooseFindings } from '../content/choose-annotations.ts';
import { dashboardLink, hotspotLink, issueLink, leadsNowhere } from '../content/links.ts';
import type { PullRequestDetail, ReportAttempt, ReportDetail, ReportFindingList, ReportSummary } from '../contract.ts';
import type { MadeCall } from '../engine/calls.ts';
import { otherTarget } from '../engine/other-target.ts';
import { type AnalysedPullRequest, askSources, type ChangeSource } from '../sources/source.ts';
import { sonarqubeAddress } from '../store/facts.ts';
import { type BindingRow, findBinding } from '../store/reports.ts';
import { errorOf, type ReportRow } from './answers.ts';
import { findPullRequest } from './list-pull-requests.ts';

interface ReadingOptions {
  db: Queryable;
  sources: readonly ChangeSource[];
}

/** Throws `not_found`. */
export async function readPullRequest(options: ReadingOptions, id: number): Promise<PullRequestDetail> {
  const pullRequest = await findPullRequest(options.db, id);
  if (pullRequest === undefined) throw new PlumblineError('not_found');
  const reports: ReportDetail[] = [];
  for (const report of pullRequest.reports) reports.push(await detailOf(options, report, pullRequest));
  return { pullRequest, reports };
}

interface Asked {
  id: number;
  number: number;
  head: string;
  targetBranch: string;
}

async function detailOf({ db, sources }: ReadingOptions, report: ReportSummary, of: Asked): Promise<ReportDetail> {
  const binding = report.binding === null ? undefined : await findBinding(db, report.binding);
  const analysed = binding === undefined ? null : await analysedOf({ db, sources }, binding, of);
  const base = binding === undefined ? null : await sonarqubeAddress(db, binding.sonarqubeId);
  return {
    report,
    analysis: analysed === null || base === null ? null : analysisOf(analysed, { base, of }),
    annotations: binding?.annotations ?? false,
    mono: binding?.mono ?? false,
    prefix: binding?.prefix ?? '',
    attempts: await attemptsOf(db, report, of.id),
  };
}

async function analysedOf(
  { db, sources }: ReadingOptions,
  binding: BindingRow,
  { id, number, head }: Pick<Asked, 'id' | 'number' | 'head'>,
): Promise<AnalysedPullRequest | null> {
  const answer = await askSources(sources, db, binding, { id, number: String(number), head });
  return answer.kind === 'analysed' ? answer : null;
}

function analysisOf(
  { change, target, title, notes, page }: AnalysedPullRequest,
  { base, of }: { base: string; of: Asked },
): ReportDetail['analysis'] {
  const elsewhere = otherTarget(String(of.number), { is: of.targetBranch, was: target });
  const { gate, figures, findings, revision, analyzedAt } = change;
  return {
    title,
    commit: revision,
    analyzedAt: analyzedAt.toISOString(),
    gate: gate.status,
    evaluated: gate.evaluated,
    conditions: gate.conditions.map(({ metric, name, unit, operator, threshold, actualValue, status }) => ({
      metric,
      name,
      unit,
      operator,
      threshold,
      actualValue,
      verdict: conditionVerdict({ operator, threshold, actualValue, status }),
    })),
    figures,
    findings: findings.length,
    notes: [
      ...(elsewhere === null ? [] : [elsewhere]),
      ...notes,
      ...(leadsNowhere(base) ? ['Links lead to an address that only the server itself can open.'] : []),
    ],
    link: dashboardLink({ base, ...page }),
  };
}

type AttemptRow = Pick<ReportRow, 'errorCode' | 'errorMessage' | 'errorUpstream'> &
  Omit<ReportAttempt, 'startedAt' | 'endedAt' | 'error' | 'calls'> & {
    startedAt: Date;
    endedAt: Date | null;
    calls: MadeCall[];
  };

/** Of the same project on every commit of the pull request. */
async function attemptsOf(db: Queryable, { id }: ReportSummary, pullRequest: number): Promise<ReportAttempt[]> {
  const rows = await db.query<AttemptRow>(
    `select a.id, t.commit, a.cause, a.asked_by as "askedBy", a.started_at as "startedAt", a.ended_at as "endedAt", a.outcome, a.result, a.shown,
            a.total, a.error_code as "errorCode", a.error_message as "errorMessage", a.error_upstream as "errorUpstream", a.calls
       from reports.attempts a join reports.reports t on t.id = a.report_id
      where t.id = $1 or t.pull_request_id = $2 and t.binding_id = (select o.binding_id from reports.reports o where o.id = $1)
      order by a.id desc limit 20`,
    [id, pullRequest],
  );
  return rows.map(({ startedAt, endedAt, calls, errorCode, errorMessage, errorUpstream, ...attempt }) => ({
    ...attempt,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    error: errorOf({ errorCode, errorMessage, errorUpstream }),
    calls: calls.map(({ at, method, path, status, ms, code }) => ({ at, method, path, status, durationMs: ms, code })),
  }));
}

const pageSize = 100;

/** Throws `not_found`. */
export async function listReportFindings(
  options: ReadingOptions,
  id: number,
  { report: reportId, page }: { report: number; page: number },
): Promise<ReportFindingList> {
  const { db } = options;
  const pullRequest = await findPullRequest(db, id);
  const report = pullRequest?.reports.find((one) => one.id === reportId);
  if (pullRequest === undefined || report === undefined) throw new PlumblineError('not_found');
  const binding = report.binding === null ? undefined : await findBinding(db, report.binding);
  const base = binding === undefined ? null : await sonarqubeAddress(db, binding.sonarqubeId);
  const analysed = binding === undefined ? null : await analysedOf(options, binding, pullRequest);
  if (analysed === null || base === null) return { findings: [], total: 0, page, pageSize };
  const links = { base, ...analysed.page };
  const { findings } = analysed.change;
  const ordered = chooseFindings(findings, { has: () => false }, findings.length);
  return {
    findings: ordered.slice((page - 1) * pageSize, page * pageSize).map((finding) => ({
      ...finding,
      link: finding.kind === 'hotspot' ? hotspotLink(links, finding.key) : issueLink(links, finding.key),
    })),
    total: findings.length,
    page,
    pageSize,
  };
}
