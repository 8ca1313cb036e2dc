import type { ReactElement } from 'react';
import type { ReportDetail } from '../../../src/features/reports/contract.ts';
import { External } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Card, Facts } from '../../components/page.tsx';
import { EmptyState } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';
import { formatMeasure, formatThreshold } from '../../words/measures.ts';
import { VerdictChip } from '../projects/gate.tsx';
import { ReportGateChip } from './report-chip.tsx';
import { shortCommit } from './words.ts';

type Analysis = NonNullable<ReportDetail['analysis']>;
type Condition = Analysis['conditions'][number];

/** As SonarQube types its metrics. */
const typeOf: Record<Condition['unit'], string> = { percent: 'PERCENT', rating: 'RATING', number: 'FLOAT' };

const columns: readonly Column<Condition>[] = [
  {
    id: 'verdict',
    header: 'Verdict',
    phone: 'first',
    keep: true,
    cell: (row) => <VerdictChip verdict={row.verdict} />,
  },
  { id: 'metric', header: 'Metric', phone: 'stay', cell: (row) => <span title={row.metric}>{row.name}</span> },
  {
    id: 'actual',
    header: 'Value',
    phone: 'stay',
    numeric: true,
    cell: ({ actualValue, unit }) =>
      actualValue === null ? <span className="note">no value</span> : formatMeasure(actualValue, typeOf[unit]),
  },
  {
    id: 'threshold',
    header: 'Fails when',
    cell: ({ operator, threshold, unit }) => formatThreshold(operator, threshold, typeOf[unit]),
  },
];

/** What SonarQube says of the pull request, whatever became of the report. */
export function GateCard({ detail: { analysis, report } }: { detail: ReportDetail }): ReactElement {
  if (analysis === null)
    return (
      <Card title="Quality gate">
        <EmptyState title="Not analysed yet">
          The gate, its conditions and the new issues appear here once SonarQube has analysed this pull request.
        </EmptyState>
      </Card>
    );
  const reason = analysis.evaluated === false ? 'gate_not_evaluated' : null;
  return (
    <Card
      title="Quality gate"
      note={analysis.title}
      actions={<ReportGateChip report={{ ...report, gate: analysis.gate, reason }} />}
    >
      {analysis.commit === report.commit ? null : (
        <p className="card-note">
          This is of commit <code>{shortCommit(analysis.commit)}</code>, not of the head.
        </p>
      )}
      {analysis.notes.map((note) => (
        <p key={note} className="card-note">
          {note}
        </p>
      ))}
      <DataTable
        label="Conditions of the quality gate"
        columns={columns}
        rows={analysis.conditions}
        rowKey={(row) => row.metric}
        empty="The server named no condition of the gate."
      />
      <div className="card-body">
        <Facts entries={figuresOf(analysis)} />
      </div>
    </Card>
  );
}

/** What was not measured says so: zero would be a figure. */
function figuresOf(analysis: Analysis): Parameters<typeof Facts>[0]['entries'] {
  const { newIssues, acceptedIssues, hotspots, coverage, duplication } = analysis.figures;
  const told = (value: number | null, type: string): ReactElement | string =>
    value === null ? <span className="note">no data</span> : formatMeasure(String(value), type);
  return [
    ['New issues', told(newIssues, 'INT')],
    ['Accepted issues', told(acceptedIssues, 'INT')],
    ['Security hotspots', told(hotspots, 'INT')],
    ['Coverage on new code', told(coverage, 'PERCENT')],
    ['Duplication on new code', told(duplication, 'PERCENT')],
    ['Analysed', <Moment key="a" at={analysis.analyzedAt} />],
    [
      'SonarQube',
      <External key="s" href={analysis.link}>
        Open the analysis
      </External>,
    ],
  ];
}
