import { catalogue, type ErrorCode } from '../../../platform/errors/index.ts';
import type { z } from 'zod';
import type { ReportError, ReportSummary } from '../contract.ts';
import type { BesideProblem } from '../store/reports.ts';

export interface ReportRow {
  id: number;
  bindingId: number | null;
  projectId: number;
  projectKey: string | null;
  projectName: string | null;
  reportKey: string;
  commit: string;
  state: ReportSummary['state'];
  reason: ReportSummary['reason'];
  gate: string | null;
  evaluated: boolean | null;
  besideErrors: BesideProblem[];
  result: ReportSummary['result'];
  shown: number | null;
  total: number | null;
  errorCode: string | null;
  errorMessage: string | null;
  errorUpstream: string | null;
  foreignReporter: string | null;
  foreignLink: string | null;
  foreignAt: Date | null;
  dueAt: Date | null;
  publishedAt: Date | null;
  changedAt: Date;
}

/** For a statement that names the report `t`. */
export const reportColumns = `t.id, (select b.id from shared.bindings b where b.id = t.binding_id) as "bindingId", t.project_id as "projectId",
  (select p.source_key from shared.projects p where p.id = t.project_id) as "projectKey",
  (select p.name from shared.projects p where p.id = t.project_id) as "projectName", t.report_key as "reportKey", t.commit, t.state, t.reason,
  t.gate, t.evaluated, t.beside_errors as "besideErrors", t.result, t.shown, t.total, t.error_code as "errorCode", t.error_message as "errorMessage", t.error_upstream as "errorUpstream",
  t.foreign_reporter as "foreignReporter", t.foreign_link as "foreignLink", t.foreign_at as "foreignAt", t.due_at as "dueAt",
  t.published_at as "publishedAt", t.changed_at as "changedAt"`;

export function summaryOf(row: ReportRow): ReportSummary {
  const { state, reason, gate, evaluated, result, shown, total } = row;
  const name = row.projectName ?? `deleted project ${row.projectId}`;
  return {
    id: row.id,
    binding: row.bindingId,
    project: { id: row.projectId, key: row.projectKey ?? name, name },
    reportKey: row.reportKey,
    commit: row.commit,
    state,
    reason,
    gate,
    evaluated,
    result,
    shown,
    total,
    error: errorOf(row),
    beside: row.besideErrors.flatMap(({ part, code, message, upstream, mayBeGreen }) => {
      const error = errorOf({ errorCode: code, errorMessage: message, errorUpstream: upstream });
      return error === null ? [] : [{ part, mayBeGreen: mayBeGreen === true, error }];
    }),
    foreign:
      row.foreignAt === null
        ? null
        : { reporter: row.foreignReporter, link: row.foreignLink, seenAt: row.foreignAt.toISOString() },
    nextTryAt: state === 'failed' || row.besideErrors.length > 0 ? (row.dueAt?.toISOString() ?? null) : null,
    publishedAt: row.publishedAt?.toISOString() ?? null,
    changedAt: row.changedAt.toISOString(),
  };
}

export function errorOf({
  errorCode,
  errorMessage,
  errorUpstream,
}: Pick<ReportRow, 'errorCode' | 'errorMessage' | 'errorUpstream'>): z.infer<typeof ReportError> | null {
  if (errorCode === null) return null;
  const known = errorCode in catalogue ? catalogue[errorCode as ErrorCode] : catalogue.internal_server_error;
  return { code: errorCode, message: errorMessage ?? known.title, remedy: known.remedy, upstream: errorUpstream };
}
