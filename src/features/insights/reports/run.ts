import type { z } from 'zod';
import type { Tx } from '../../../platform/database/index.ts';
import { dayOf } from '../../../domain/time-buckets.ts';
import { readDataState } from '../security/data-state.ts';
import { readScope } from '../security/node-scope.ts';
import type { Scope } from '../security/scope.ts';
import { requireBuckets } from '../security/trend.ts';
import type { Report, ReportDefinition, ReportQuery } from './contract.ts';
import { kinds } from '../../../domain/report-kinds.ts';
import { requireSound } from './definition.ts';
import { type Days, projectsOfDay, trendOfDays } from './of-days.ts';
import { mostGroups, reportOfFindings, type Shown } from './of-findings.ts';
import { reportOfMeasures, trendOfMeasures } from './of-measures.ts';
import { projectsOf } from './projects.ts';

/** Whose numbers these are: of a node, or of what the reader may see. */
export function scopeOfReport(tx: Tx, { node, treeAt, branchScope }: ReportDefinition): Promise<Scope> {
  return readScope(tx, { node, treeAt, branchScope, counting: 'server' });
}

/** Throws `invalid_request`, `org_node_not_found`, `org_node_not_then`. */
export async function runReport(tx: Tx, query: z.output<typeof ReportQuery>, now: Date): Promise<Report> {
  const { at, format, ...asked } = query;
  requireSound({ ...asked, at });
  const kind = kinds[asked.report];
  const scope = await scopeOfReport(tx, asked);
  const shown = await show(tx, { asked, at, scope, most: mostGroups[format], now });
  return {
    state: await readDataState(tx, scope),
    report: asked.report,
    metric:
      kind.of === 'measures' && asked.report !== 'effort-trend' ? (asked.metric ?? kind.metrics[0] ?? null) : null,
    ...shown,
  };
}

interface Showing {
  asked: ReportDefinition;
  at: string | undefined;
  scope: Scope;
  most: number;
  now: Date;
}

async function show(tx: Tx, { asked, at, scope, most, now }: Showing): Promise<Shown> {
  const kind = kinds[asked.report];
  if (kind.of === 'findings') return reportOfFindings(tx, asked, { projects: scope.projects, most, now });
  const today = dayOf(now);
  const projects = await projectsOf(tx, asked, scope.projects);
  if (!kind.isTrend || at !== undefined) {
    const day = at === undefined || at > today ? today : at;
    const days: Days = { buckets: [{ start: day, from: day, to: day }], today, projects };
    return kind.of === 'days' ? projectsOfDay(tx, asked, days, most) : reportOfMeasures(tx, asked, days, most);
  }
  const { granularity, preset, from, to } = asked;
  const { buckets } = await requireBuckets(tx, { granularity, preset, from, to, now });
  const days: Days = { buckets, today, projects };
  return kind.of === 'days' ? trendOfDays(tx, asked, days, scope) : trendOfMeasures(tx, asked, days);
}
