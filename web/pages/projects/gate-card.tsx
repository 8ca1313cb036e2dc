import type { ReactElement } from 'react';
import type { GateCondition, Project } from '../../../src/features/code-quality/contract.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { formatMeasure, formatThreshold } from '../../words/measures.ts';
import { countOf } from '../../words/numbers.ts';
import { GateChip, VerdictChip } from './gate.tsx';

const conditionColumns: readonly Column<GateCondition>[] = [
  {
    id: 'verdict',
    header: 'Verdict',
    phone: 'first',
    keep: true,
    cell: (row) => <VerdictChip verdict={row.verdict} />,
  },
  {
    id: 'metric',
    header: 'Metric',
    phone: 'stay',
    cell: (row) => <span title={row.metric}>{row.name}</span>,
  },
  {
    id: 'actual',
    header: 'Value',
    phone: 'stay',
    numeric: true,
    cell: (row) => (row.actual === null ? <span className="note">no value</span> : formatMeasure(row.actual, row.type)),
  },
  { id: 'threshold', header: 'Fails when', cell: (row) => formatThreshold(row.operator, row.threshold, row.type) },
];

/** The gate in force with every condition: what decided, what was not evaluated and what the server ignored. */
export function GateCard({ project }: { project: Project }): ReactElement {
  const { conditions, gate, gateName } = project;
  return (
    <Card
      title="Quality gate"
      note={[gateName, verdictWords(conditions)].filter((part) => part !== null).join(' · ')}
      actions={<GateChip gate={gate} />}
    >
      {gate !== null && gate.evaluated === false ? (
        <p className="card-note">
          The server said {gate.status}, but none of these conditions had a value: nothing was evaluated. This is not a
          passed gate.
        </p>
      ) : null}
      {project.ignoredConditions === true ? (
        <p className="card-note">Some conditions were ignored because too few lines are new.</p>
      ) : null}
      {conditions === null ? (
        <p className="table-empty">
          Neither the conditions of the newest analysis nor those of the gate could be read.
        </p>
      ) : (
        <DataTable
          label="Conditions of the quality gate"
          columns={conditionColumns}
          rows={conditions}
          rowKey={(row) => row.metric}
          empty="The gate is defined without conditions."
        />
      )}
    </Card>
  );
}

const verdictNames: readonly (readonly [GateCondition['verdict'], string])[] = [
  ['failed', 'failed'],
  ['warning', 'warned'],
  ['passed', 'passed'],
  ['ignored', 'ignored'],
  ['not_evaluated', 'not evaluated'],
];

/** `4 conditions: 1 failed, 2 passed, 1 not evaluated` */
function verdictWords(conditions: readonly GateCondition[] | null): string | null {
  if (conditions === null || conditions.length === 0) return null;
  const parts = verdictNames.flatMap(([verdict, word]) => {
    const n = conditions.filter((condition) => condition.verdict === verdict).length;
    return n === 0 ? [] : [`${n} ${word}`];
  });
  return `${countOf(conditions.length, 'condition')}: ${parts.join(', ')}`;
}
