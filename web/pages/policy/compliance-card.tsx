import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { PolicyTrend } from '../../../src/features/policy/contract.ts';
import { policyTrendQuery } from '../../api/policy.ts';
import { useApi } from '../../app/context.ts';
import { useNow } from '../../app/use-now.ts';
import { LineChart } from '../../charts/line-chart.tsx';
import { Button } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { Loaded } from '../../components/states.tsx';
import { formatPercent } from '../../words/measures.ts';
import { countOf, formatCount } from '../../words/numbers.ts';
import { formatDay } from '../../words/times.ts';

type Day = PolicyTrend['days'][number];

const total = ({ passed, failed, noData, error }: Day): number => passed + failed + noData + error;
/** No data is not compliant, and not left out either. */
const share = (day: Day): number => (100 * day.passed) / total(day);

/** How many of the images passed, day by day. */
export function ComplianceCard({
  asTable,
  onTable,
}: {
  asTable: boolean;
  onTable: (asTable: true | undefined) => void;
}): ReactElement {
  const trend = useQuery(policyTrendQuery(useApi(), 30));
  return (
    <Card
      title="Images that passed"
      note="of all with a verdict, at the end of the day, UTC"
      actions={
        <Button look="bare" icon={asTable ? 'chart' : 'table'} onClick={() => onTable(asTable ? undefined : true)}>
          {asTable ? 'Chart' : 'Table'}
        </Button>
      }
    >
      <Loaded query={trend} skeleton={<div className="chart-skeleton" />}>
        {({ days }) => (asTable ? <Days days={days} /> : <Drawn days={days} />)}
      </Loaded>
    </Card>
  );
}

function Drawn({ days }: { days: readonly Day[] }): ReactElement {
  const now = useNow();
  const words = (index: number): string => {
    const day = days[index];
    if (day === undefined) return '';
    return `${formatPercent(share(day))} passed, ${formatCount(day.failed)} failed, ${formatCount(day.noData)} without data of ${countOf(total(day), 'image')}`;
  };
  const from = new Date(now.getTime() - 29 * 86_400_000).toISOString().slice(0, 10);
  return (
    <div className="chart-pad">
      <LineChart
        label="Images that passed, percent"
        points={days.map((day) => ({ at: `${day.day}T12:00:00Z`, value: share(day) }))}
        from={from}
        to={now.toISOString().slice(0, 10)}
        ceiling={100}
        format={(value) => formatPercent(value)}
        now={now}
        tooltip={(index) => (
          <>
            <strong>{formatDay(days[index]?.day ?? from, now)}</strong>
            <p>{words(index)}</p>
          </>
        )}
        valueText={(index) => `${formatDay(days[index]?.day ?? from, now)}: ${words(index)}`}
      />
    </div>
  );
}

const columns: readonly Column<Day>[] = [
  { id: 'day', header: 'Day', fixed: true, cell: (row) => row.day },
  { id: 'passed', header: 'Passed', numeric: true, cell: (row) => formatCount(row.passed) },
  { id: 'failed', header: 'Failed', phone: 'stay', numeric: true, cell: (row) => formatCount(row.failed) },
  { id: 'noData', header: 'No data', numeric: true, cell: (row) => formatCount(row.noData) },
  { id: 'error', header: 'Error', numeric: true, cell: (row) => formatCount(row.error) },
  { id: 'share', header: 'Share passed', phone: 'first', numeric: true, cell: (row) => formatPercent(share(row)) },
];

function Days({ days }: { days: readonly Day[] }): ReactElement {
  return (
    <DataTable
      label="Verdicts by day"
      columns={columns}
      rows={days.toReversed()}
      rowKey={(row) => row.day}
      empty="No image was judged in these 30 days."
    />
  );
}
