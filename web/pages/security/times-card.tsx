import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { SecurityResolveTimes, SeverityTimes } from '../../../src/features/insights/contract.ts';
import { resolveTimesQuery, securityCsv } from '../../api/insights.ts';
import { useApi } from '../../app/context.ts';
import { SeverityShape } from '../../components/chips.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { Loaded } from '../../components/states.tsx';
import { severities, severityLabel } from '../../words/labels.ts';
import { formatCount } from '../../words/numbers.ts';
import { CardActions } from './card-actions.tsx';
import { trendParameters } from './search.ts';
import { TimesChart } from './times-chart.tsx';
import { TimesTable } from './times-table.tsx';
import { daysShort } from './words.ts';
import { useSecuritySearch } from './use-search.ts';

/** How long vulnerabilities were open that were fixed: per severity, and by when they were. */
export function TimesCard(): ReactElement {
  const api = useApi();
  const [search, change] = useSecuritySearch();
  const parameters = trendParameters(search, undefined);
  const times = useQuery(resolveTimesQuery(api, parameters));
  const asTable = search.timeTable === true;
  return (
    <Card
      title="Time to resolve"
      note={`creation to fix, per ${search.granularity ?? 'week'} of the fix, UTC`}
      actions={
        <CardActions
          asTable={asTable}
          onTable={(table) => change({ timeTable: table ? true : undefined })}
          csv={securityCsv(api, 'resolve-times', parameters)}
        />
      }
    >
      <div className={times.isPlaceholderData ? 'times-body stale' : 'times-body'}>
        <Loaded query={times} skeleton={<div className="times-skeleton" />}>
          {(data) =>
            asTable ? (
              <TimesTable data={data} />
            ) : (
              <>
                <TimesChart data={data} />
                <BySeverity times={data.times} />
              </>
            )
          }
        </Loaded>
      </div>
    </Card>
  );
}

type Row = { name: keyof SeverityTimes } & SecurityResolveTimes['times']['all'];

const columns: readonly Column<Row>[] = [
  {
    id: 'severity',
    header: 'In this range',
    cell: ({ name }) =>
      name === 'all' ? (
        'All'
      ) : (
        <span className="nowrap">
          <SeverityShape severity={name} /> {severityLabel[name]}
        </span>
      ),
  },
  { id: 'resolved', header: 'Fixed', numeric: true, cell: ({ resolved }) => formatCount(resolved) },
  { id: 'median', header: 'Median', numeric: true, cell: ({ median }) => daysShort(median) },
  { id: 'p90', header: '90th percentile', numeric: true, cell: ({ p90 }) => daysShort(p90) },
];

function BySeverity({ times }: { times: SeverityTimes }): ReactElement {
  const names = [...severities.filter((name) => name !== 'unrated' || times[name].resolved > 0), 'all'] as const;
  return (
    <div className="times-table">
      <DataTable
        label="Time to resolve by severity"
        columns={columns}
        rows={names.map((name) => ({ name, ...times[name] }))}
        rowKey={({ name }) => name}
        empty="Nothing was fixed in this range."
      />
    </div>
  );
}
