import type { CsvCell } from '../../../../platform/csv/index.ts';
import { type Finding, FindingColumn } from '../contract.ts';

const several = (names: readonly string[]): string => names.join(' ');

const cells: Record<FindingColumn, (finding: Finding) => CsvCell> = {
  severity: (finding) => finding.severity,
  sourceLevel: (finding) => finding.sourceLevel,
  severitySource: (finding) => finding.severitySource,
  type: (finding) => finding.type,
  quality: (finding) => several(finding.qualities),
  status: (finding) => finding.state,
  title: (finding) => finding.message,
  vulnerabilityId: (finding) => finding.vulnerabilityId,
  project: (finding) => finding.project.name,
  projectKey: (finding) => finding.project.key,
  branch: (finding) => finding.branch.name,
  file: (finding) => finding.path,
  line: (finding) => finding.line,
  rule: (finding) => finding.rule,
  ruleName: (finding) => finding.ruleName,
  tags: (finding) => several(finding.tags),
  cwe: (finding) => several(finding.cwe),
  owasp: (finding) => several(finding.owasp),
  author: (finding) => finding.author,
  assignee: (finding) => finding.assignee,
  assetType: (finding) => finding.assetType,
  created: (finding) => finding.createdAt,
  updated: (finding) => finding.updatedAt,
  closed: (finding) => finding.closedAt,
  key: (finding) => finding.key,
  link: (finding) => finding.link,
};

/** Those asked for, in the order of the table; without a wish all. */
export function columnsOf(wanted: readonly FindingColumn[] | undefined): readonly FindingColumn[] {
  if (wanted === undefined || wanted.length === 0) return FindingColumn.options;
  return FindingColumn.options.filter((column) => wanted.includes(column));
}

export async function* cellsOf(
  findings: AsyncIterable<Finding>,
  columns: readonly FindingColumn[],
): AsyncGenerator<CsvCell[]> {
  for await (const finding of findings) yield columns.map((column) => cells[column](finding));
}
