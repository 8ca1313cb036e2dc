import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { AgeBucket, SecurityAges } from '../../../src/features/insights/contract.ts';
import { agesQuery, securityCsv } from '../../api/insights.ts';
import { useApi } from '../../app/context.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { Loaded } from '../../components/states.tsx';
import { severities, severityLabel } from '../../words/labels.ts';
import { formatCount } from '../../words/numbers.ts';
import { CardActions } from './card-actions.tsx';
import { ageLabel } from './words.ts';
import { useInScope } from '../scope/scope-words.ts';
import { sharedParameters } from './search.ts';
import { ToList } from './to-list.tsx';
import { useSecuritySearch } from './use-search.ts';

type Bucket = SecurityAges['buckets'][number];

/** How long ago what is open was created. Each bar is a door to its findings. */
export function AgesCard(): ReactElement {
  const api = useApi();
  const [search, change] = useSecuritySearch();
  const parameters = sharedParameters(search);
  const ages = useQuery(agesQuery(api, parameters));
  const asTable = search.ageTable === true;
  return (
    <Card
      title="Age of open vulnerabilities"
      note="days since creation, UTC"
      actions={
        <CardActions
          asTable={asTable}
          onTable={(table) => change({ ageTable: table ? true : undefined })}
          csv={securityCsv(api, 'ages', parameters)}
        />
      }
    >
      <div className={ages.isPlaceholderData ? 'ages-body stale' : 'ages-body'}>
        <Loaded query={ages} skeleton={<div className="ages-skeleton" />}>
          {(data) => (asTable ? <AgeTable data={data} /> : <Bars data={data} />)}
        </Loaded>
      </div>
    </Card>
  );
}

function Bars({ data }: { data: SecurityAges }): ReactElement {
  const most = Math.max(1, ...data.buckets.map(({ open }) => open.total));
  const used = severities.filter((severity) => data.open[severity] > 0);
  if (data.open.total === 0) return <p className="table-empty">No open vulnerability matches these filters.</p>;
  return (
    <>
      <div className="age-bars">
        {data.buckets.map((bucket) => (
          <AgeBar key={bucket.age} bucket={bucket} most={most} />
        ))}
      </div>
      <div className="legend" aria-hidden="true">
        {used.map((severity) => (
          <span key={severity}>
            <i className="swatch" style={{ background: `var(--${severity}-fill)` }} />
            {severityLabel[severity]} {formatCount(data.open[severity])}
          </span>
        ))}
      </div>
    </>
  );
}

function AgeBar({ bucket: { age, open }, most }: { bucket: Bucket; most: number }): ReactElement {
  const parts = severities.filter((severity) => open[severity] > 0);
  const words = parts.map((severity) => `${severityLabel[severity]} ${formatCount(open[severity])}`).join(', ');
  return (
    <ToList door={{ list: 'open', age }} className="age-bar">
      <span className="age-name">{ageLabel[age]}</span>
      <span className="age-track" title={words}>
        <span className="age-fill" style={{ width: `${(100 * open.total) / most}%` }}>
          {parts.map((severity) => (
            <i key={severity} style={{ flexGrow: open[severity], background: `var(--${severity}-fill)` }} />
          ))}
        </span>
      </span>
      <span className="age-count">{formatCount(open.total)}</span>
      <span className="unseen">{words === '' ? 'none' : words}</span>
    </ToList>
  );
}

const tableColumns = (data: SecurityAges): Column<Bucket>[] => [
  { id: 'age', header: 'Age', fixed: true, cell: ({ age }) => ageLabel[age] },
  ...severities
    .filter((severity) => data.open[severity] > 0)
    .map(
      (severity): Column<Bucket> => ({
        id: severity,
        header: severityLabel[severity],
        numeric: true,
        cell: ({ open }) => formatCount(open[severity]),
      }),
    ),
  { id: 'total', header: 'All', numeric: true, cell: ({ open }) => formatCount(open.total) },
];

function AgeTable({ data }: { data: SecurityAges }): ReactElement {
  const inScope = useInScope();
  return (
    <div className="chart-table">
      <DataTable
        label="Open vulnerabilities by age"
        columns={tableColumns(data)}
        rows={data.buckets}
        rowKey={({ age }): AgeBucket => age}
        empty={`No open vulnerability${inScope} matches these filters.`}
      />
    </div>
  );
}
