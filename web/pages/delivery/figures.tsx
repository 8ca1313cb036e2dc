import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import type { Delivery, FailureDefinition, Statistics } from '../../../src/features/deployments/contract.ts';
import { countOf, formatCount, formatDecimal } from '../../words/numbers.ts';
import type { DeliveryListName, DeliverySearch } from './search.ts';
import { aDay, none, seconds, share } from './words.ts';

type Door = Pick<LinkProps, 'to' | 'search'>;

/** Four figures, each with its formula and its statistics, and a door to the rows that it counts. */
export function Figures({
  delivery,
  search,
  stale,
}: {
  delivery: Delivery;
  search: DeliverySearch;
  stale: boolean;
}): ReactElement {
  const listed = (list: DeliveryListName): Door => ({
    to: '/insights/delivery',
    search: { ...search, list, page: undefined },
  });
  const history = (outcome: 'successful' | 'failed'): Door => ({
    to: '/deployments/history',
    search: {
      outcome,
      from: delivery.from,
      to: delivery.to,
      node: search.node,
      service: search.service,
      ...(search.environment === undefined ? { type: ['production'] } : { environment: search.environment }),
    },
  });
  return (
    <section className={stale ? 'figures stale' : 'figures'} aria-label="Delivery figures">
      <Figure
        name="Deployment frequency"
        value={delivery.frequency.perWeek === null ? none : formatDecimal(delivery.frequency.perWeek)}
        unit="a week"
        formula="Successful deployments ÷ (days ÷ 7)"
        of="deployments a day"
        statistics={delivery.frequency.aDay}
        format={aDay}
        door={history('successful')}
      >
        {`${countOf(delivery.frequency.successful, 'deployment')} in ${countOf(delivery.days, 'day')}${sinceWords(delivery)}`}
      </Figure>
      <Figure
        name="Change failure rate"
        value={share(delivery.changeFailure.rate)}
        formula={`Failed ÷ (failed + successful). Failed: ${definitionWords(delivery.definition)}`}
        of="the periods’ rates"
        statistics={delivery.changeFailure.aPeriod}
        format={share}
        door={history('failed')}
      >
        {`${formatCount(delivery.changeFailure.failed)} of ${formatCount(delivery.changeFailure.total)}`}
      </Figure>
      <Figure
        name="Time to restore"
        value={seconds(delivery.restore.seconds.median)}
        unit={delivery.restore.seconds.median === null ? '' : 'median'}
        formula="From the first failed deployment of a service in an environment to the next successful one there"
        of="the times"
        statistics={delivery.restore.seconds}
        format={seconds}
        door={listed('restored')}
      >
        {
          <>
            {formatCount(delivery.restore.restored)} restored,{' '}
            <Link {...listed('open')}>{formatCount(delivery.restore.open)} not yet</Link>
          </>
        }
      </Figure>
      <Figure
        name="Lead time"
        value={seconds(delivery.leadTime.seconds.median)}
        unit={delivery.leadTime.seconds.median === null ? '' : 'median'}
        formula="From the first analysis of the change to the first successful deployment of its commit"
        of="the times"
        statistics={delivery.leadTime.seconds}
        format={seconds}
        door={listed('lead_times')}
      >
        {<LeadWords delivery={delivery} listed={listed} />}
      </Figure>
    </section>
  );
}

/** The range may begin before anything is known. */
const sinceWords = ({ from, knownSince }: Delivery): string =>
  knownSince === null || knownSince.slice(0, 10) <= from ? '' : ` since ${knownSince.slice(0, 10)}, the first known`;

/** How many deployments have a lead time, and why others have none. */
function LeadWords({
  delivery: {
    leadTime: { linked, unlinked, repeated },
  },
  listed,
}: {
  delivery: Delivery;
  listed: (list: DeliveryListName) => Door;
}): ReactElement {
  const reasons: [DeliveryListName, number, string][] = [
    ['no_commit', unlinked.noCommit, 'without a commit'],
    ['not_analysed', unlinked.notAnalysed, 'never analysed'],
    ['analysed_after', unlinked.analysedAfter, 'analysed only later'],
    ['repeated', repeated, 'of a commit delivered before'],
  ];
  return (
    <>
      {formatCount(linked)} known
      {reasons
        .filter(([, count]) => count > 0)
        .map(([list, count, words]) => (
          <span key={list}>
            , <Link {...listed(list)}>{`${formatCount(count)} ${words}`}</Link>
          </span>
        ))}
    </>
  );
}

function definitionWords({ rolledBackFails, abortedFails, supersededCounts }: FailureDefinition): string {
  const what = ['failed', ...(rolledBackFails ? ['rolled back'] : []), ...(abortedFails ? ['aborted'] : [])];
  return `${what.join(' or ')}; superseded attempts ${supersededCounts ? 'count' : 'do not count'}`;
}

interface FigureProps {
  name: string;
  value: string;
  unit?: string;
  formula: string;
  /** What the statistics are of. */
  of: string;
  statistics: Statistics;
  format: (value: number | null) => string;
  door: Door;
  children: ReactNode;
}

const parts = [
  ['mean', 'Mean'],
  ['median', 'Median'],
  ['p90', '90th percentile'],
  ['p95', '95th percentile'],
] as const;

function Figure(props: FigureProps): ReactElement {
  const { name, value, unit = '', formula, of, statistics, format, door, children } = props;
  return (
    <section className="card figure" aria-label={name}>
      <h2>
        <Link {...door}>{name}</Link>
      </h2>
      <p className="figure-value">
        <b>{value}</b> {value === none ? null : <span className="note">{unit}</span>}
      </p>
      <p className="figure-words">{children}</p>
      <dl className="figure-statistics" aria-label={`Of ${of}`}>
        {parts.map(([part, label]) => (
          <div key={part}>
            <dt>{label}</dt>
            <dd>{format(statistics[part])}</dd>
          </div>
        ))}
      </dl>
      <p className="note">
        {formula}. Mean and percentiles of {of}.
      </p>
    </section>
  );
}
