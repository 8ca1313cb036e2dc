import { csvStream } from '../../../platform/csv/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { type Route, route, StreamedAnswer } from '../../access/index.ts';
import { cellsOf, columnsOf, findingsOfFile, idsForFile, inSnapshot, listFindings } from '../../code-quality/index.ts';
import { behind } from './behind.ts';
import * as contract from './contract.ts';
import { reportColumns, reportRows } from './csv.ts';
import { findingsFilter, findingsScope } from './of-findings.ts';
import { runReport, scopeOfReport } from './run.ts';

const of = {
  method: 'GET',
  tag: 'Insights',
  scope: 'rows',
  streams: ['text/csv'],
  errors: ['findings_timeout', 'org_node_not_found', 'org_node_not_then'],
} as const;

/** The worst first, as the list of findings begins. */
const order = { sort: 'severity', direction: 'desc' } as const;

/** The report builder: figures by what somebody chooses, and what stands behind each. */
export function reportRoutes({ db, now }: { db: Database; now(): Date }): Route[] {
  return [
    route({
      ...of,
      path: '/api/v1/insights/reports/run',
      permission: 'insights:read',
      summary: 'Counts issues, effort or measures by what is chosen; as CSV every group.',
      query: contract.ReportQuery,
      response: contract.Report,
      async handle({ query }) {
        const report = await inSnapshot(db, '30s', (tx) => runReport(tx, query, now()));
        if (query.format === 'json') return report;
        return file(`report-${report.report}`, now(), csvStream(reportColumns(report), reportRows(report)));
      },
    }),
    route({
      ...of,
      path: '/api/v1/insights/reports/findings',
      permission: 'findings:read',
      summary: 'Lists the findings behind a group of a report, 50 a page; as CSV all of them.',
      query: contract.ReportFindingsQuery,
      response: contract.ReportFindings,
      async handle({ query }) {
        const asked = behind(query);
        const filter = { ...findingsFilter(asked), ...order, now: now() };
        if (query.format === 'json')
          return inSnapshot(db, '30s', async (tx) => {
            const { projects } = await scopeOfReport(tx, asked);
            return listFindings(tx, findingsScope(asked, projects), { ...filter, page: query.page });
          });
        const ids = await inSnapshot(db, '120s', async (tx) => {
          const { projects } = await scopeOfReport(tx, asked);
          return idsForFile(tx, findingsScope(asked, projects), filter);
        });
        const columns = columnsOf(undefined);
        return file('report-findings', now(), csvStream(columns, cellsOf(findingsOfFile(db, ids, 'server'), columns)));
      },
    }),
  ];
}

function file(name: string, at: Date, stream: ReturnType<typeof csvStream>): StreamedAnswer {
  return new StreamedAnswer('text/csv; charset=utf-8', stream, `${name}-${at.toISOString().slice(0, 10)}.csv`);
}
