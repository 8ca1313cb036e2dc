import type { ReportCell } from '../../../connectors/contract.ts';
import type { ChangeFigures } from '../model.ts';

/** The figures of a report; what was not measured says so, as zero would be a figure. */
export function cellsOf(figures: ChangeFigures, link: string): ReportCell[] {
  return [
    figure('New issues', 'NUMBER', figures.newIssues),
    figure('Accepted issues', 'NUMBER', figures.acceptedIssues),
    figure('Security hotspots', 'NUMBER', figures.hotspots),
    figure('Coverage on new code', 'PERCENTAGE', figures.coverage),
    figure('Duplication on new code', 'PERCENTAGE', figures.duplication),
    { title: 'Analysis', type: 'LINK', value: { linktext: 'Open in SonarQube', href: link } },
  ];
}

function figure(title: string, type: 'NUMBER' | 'PERCENTAGE', value: number | null): ReportCell {
  if (value === null || !Number.isFinite(value)) return { title, type: 'TEXT', value: 'no data' };
  return { title, type, value: type === 'NUMBER' ? value : Math.round(value * 10) / 10 };
}
