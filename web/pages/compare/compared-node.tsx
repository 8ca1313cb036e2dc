import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { deliveryQuery } from '../../api/deployments.ts';
import { resolveTimesQuery, summaryQuery } from '../../api/insights.ts';
import { nodePlaceQuery } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { Card } from '../../components/page.tsx';
import { ErrorState, Skeleton } from '../../components/states.tsx';
import { severityLabel } from '../../words/labels.ts';
import { formatPercent } from '../../words/measures.ts';
import { formatChange, formatCount } from '../../words/numbers.ts';
import { formatDuration } from '../../words/times.ts';
import { DerivingNotice } from '../deployments/deriving-notice.tsx';

const noData = <span className="note">no data</span>;
const orNoData = <T,>(value: T | null | undefined, words: (value: T) => ReactNode): ReactNode =>
  value === null || value === undefined ? noData : words(value);

/** The figures of one node; each leads to the page it is from. */
export function ComparedNode({ node }: { node: number }): ReactElement {
  const place = useQuery(nodePlaceQuery(useApi(), node, undefined));
  const name = place.data?.path.at(-1)?.name;
  const above = place.data?.path.slice(0, -1).map((one) => one.name);
  if (place.error !== null && place.data === undefined) {
    return (
      <Card title="A node that is gone" label={`Node ${node}`}>
        <ErrorState error={place.error} retry={() => void place.refetch()} />
      </Card>
    );
  }
  return (
    <Card title={name ?? 'Node'} label={name ?? `Node ${node}`} note={above?.join(' / ')}>
      <SecurityFigures node={node} />
      <DeliveryFigures node={node} />
    </Card>
  );
}

function Figures({
  title,
  rows,
}: {
  title: ReactElement;
  rows: readonly (readonly [string, ReactNode])[];
}): ReactElement {
  return (
    <>
      <h3>{title}</h3>
      <dl className="compared-figures">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function SecurityFigures({ node }: { node: number }): ReactElement {
  const api = useApi();
  const { data, error, refetch } = useQuery(summaryQuery(api, { node }));
  const times = useQuery(resolveTimesQuery(api, { node, preset: '12m', granularity: 'month' })).data?.times.all;
  if (data === undefined) {
    return error === null ? <Skeleton height={200} /> : <ErrorState error={error} retry={() => void refetch()} />;
  }
  return (
    <Figures
      title={
        <Link to="/insights/security" search={{ node }}>
          Security
        </Link>
      }
      rows={[
        ['Open vulnerabilities', formatCount(data.total.open)],
        ['In 30 days', orNoData(data.total.change30Days, formatChange)],
        ...data.severities.map(({ severity, open }) => [severityLabel[severity], formatCount(open)] as const),
        ['Median time to resolve', orNoData(times?.median, (days) => `${days} d`)],
        ['Accepted', formatCount(data.accepted)],
      ]}
    />
  );
}

function DeliveryFigures({ node }: { node: number }): ReactElement {
  const { data, error, refetch } = useQuery(deliveryQuery(useApi(), { node }));
  if (data === undefined) {
    return error === null ? <Skeleton height={120} /> : <ErrorState error={error} retry={() => void refetch()} />;
  }
  const seconds = (value: number): string => formatDuration(value * 1000);
  return (
    <>
      <DerivingNotice deriving={data.deriving} />
      <Figures
        title={
          <Link to="/insights/delivery" search={{ node }}>
            Delivery
          </Link>
        }
        rows={[
          ['Deployments a week', orNoData(data.frequency.perWeek, (value) => value.toFixed(1))],
          ['Change failure rate', orNoData(data.changeFailure.rate, (value) => formatPercent(value * 100))],
          ['Median time to restore', orNoData(data.restore.seconds.median, seconds)],
          ['Median lead time', orNoData(data.leadTime.seconds.median, seconds)],
        ]}
      />
    </>
  );
}
