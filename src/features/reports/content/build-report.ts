import { type CodeReport, reportLimits, type ReportResult } from '../../../connectors/contract.ts';
import type { ReportedChange } from '../model.ts';
import type { WantedReport } from '../writing/publish-report.ts';
import { annotationOf } from './annotation.ts';
import { cellsOf } from './cells.ts';
import type { ChangedLines } from './changed-lines.ts';
import { chooseFindings } from './choose-annotations.ts';
import { detailsOf } from './details.ts';
import { type ChangeLinks, dashboardLink } from './links.ts';
import { plainMessage } from './plain-message.ts';

/** What one binding says of its reports. */
export interface ReportFrame {
  /** Null in a repository of one project; else its name stands in the title. */
  monoProject: string | null;
  /** `SonarQube`, or what says that the hub evaluated the gate itself. */
  title: string;
  reporter: string;
  links: ChangeLinks;
  /** Off: the report says how many findings there are and shows none of them. */
  annotations: boolean;
}

export interface Judgement {
  result: ReportResult;
  headline: string;
  /** What else a reader must know, one sentence each. */
  notes: readonly string[];
}

/** As people tell the reports of one commit apart. */
export const reportTitle = ({ title, monoProject }: Pick<ReportFrame, 'title' | 'monoProject'>): string =>
  monoProject === null ? title : `${title} - ${monoProject}`;

/** The report on one analysed commit, and its annotations in the order in which they are given up. */
export function buildReport(
  change: ReportedChange,
  judgement: Judgement,
  frame: ReportFrame,
  changed: ChangedLines,
): WantedReport {
  const link = dashboardLink(frame.links);
  const total = change.findings.length;
  const chosen = frame.annotations ? chooseFindings(change.findings, changed, reportLimits.annotations) : [];
  const frameOf: Omit<CodeReport, 'result' | 'details'> = {
    title: plainMessage(reportTitle(frame), reportLimits.title, frame.title),
    reporter: frame.reporter,
    link,
    ...(change.analyzedAt === null ? {} : { createdDate: change.analyzedAt.getTime() }),
    data: cellsOf(change.figures, link),
  };
  return {
    annotations: chosen.map((finding) => annotationOf(finding, frame.links)),
    report: (shown, problem) => ({
      ...frameOf,
      result: problem === undefined ? judgement.result : 'FAIL',
      details: detailsOf({
        headline: judgement.headline,
        conditions: change.gate.conditions,
        shown: frame.annotations ? shown : total,
        total,
        notes: problem === undefined ? judgement.notes : [problem, ...judgement.notes],
      }),
    }),
  };
}
