import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { SecurityResolveTimes, SeverityTimes } from '../../../src/features/insights/contract.ts';
import { resolveTimesQuery, securityCsv } from '../../api/insights.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { SeverityShape } from '../../components/chips.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { Loaded } from '../../components/states.tsx';
import { severities, severityLabel } from '../../words/labels.ts';
import { formatCount } from '../../words/numbers.ts';
import { CardActions } from './card-actions.tsx';
import '../../styles/targets.css';
import { trendParameters } from './search.ts';
import { ResolvedDialog } from './resolved-dialog.tsx';
import { TimesChart } from './times-chart.tsx';
import { TimesTable } from './times-table.tsx';
import { daysShort, resolvedWords } from './words.ts';
import { useSecuritySearch } from './use-search.ts';

/** How long vulnerabilities were open that were resolved: per severity, and by when they were. */
export function TimesCard(): ReactElement {
  const api = useApi();
  const [search, change] = useSecuritySearch();
  const parameters = trendParameters(search, undefined);
  const times = useQuery(resolveTimesQuery(api, parameters));
  const asTable = search.timeTable === true;
  const [dialog, setDialog] = useState(false);
  return (
    <Card
      title="Time to resolve"
      note={`per ${search.granularity ?? 'week'} of the resolution, UTC`}
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
                <p className="targets-next">
                  <span className="note">{resolvedWords(data.resolvedAs)}</span>
                  <Button look="bare" onClick={() => setDialog(true)}>
                    What counts
                  </Button>
                </p>
                {dialog ? <ResolvedDialog stored={data.resolvedAs} onClose={() => setDialog(false)} /> : null}
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
  { id: 'resolved', header: 'Resolved', numeric: true, cell: ({ resolved }) => formatCount(resolved) },
  { id: 'mean', header: 'Mean', numeric: true, cell: ({ mean }) => daysShort(mean) },
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
        empty="Nothing was resolved in this range."
      />
    </div>
  );
}
