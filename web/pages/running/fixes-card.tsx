import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { FixesList, FixFigures } from '../../../src/features/running/contract.ts';
import { fixesQuery } from '../../api/running.ts';
import { useApi } from '../../app/context.ts';
import { ChooseMany } from '../../components/choose-many.tsx';
import { type Column, QueryTable } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { severityLabel } from '../../words/labels.ts';
import { countOf, formatCount } from '../../words/numbers.ts';
import { formatDuration, formatExact } from '../../words/times.ts';
import { fixSeverities, type RunningSearch } from './search.ts';

type Place = FixesList['places'][number];

/** How long it took from a vulnerability to the deployment of its fix, where it runs. */
export function FixesCard({
  search: { environment, team, node, q, severity },
  change,
}: {
  search: RunningSearch;
  change: (next: Partial<RunningSearch>) => void;
}): ReactElement {
  const query = useQuery(
    fixesQuery(useApi(), { environment, team, node, search: q, severity: severity ?? ['critical'] }),
  );
  const { data } = query;
  return (
    <Card
      title="From detection to the deployment of the fix"
      note={data === undefined ? '' : noteOf(data.figures)}
      actions={
        <ChooseMany
          label="Severities"
          all="Critical only"
          options={fixSeverities.map((value) => ({ value, label: severityLabel[value] }))}
          chosen={severity}
          onChoose={(chosen) => change({ severity: chosen })}
        />
      }
    >
      <QueryTable
        query={query}
        label="From detection to the deployment of the fix"
        columns={columns}
        rows={({ places }) => places}
        rowKey={({ service, environment: { name } }) => `${name} ${service}`}
        empty="No such vulnerability is known in what ran."
      />
      {data === undefined ? null : <p className="card-body note">{limits(data)}</p>}
    </Card>
  );
}

function noteOf({ deployed, medianSeconds, waiting }: FixFigures): string {
  const took =
    medianSeconds === null
      ? 'no fix was deployed yet'
      : `${countOf(deployed, 'fix', 'fixes')} deployed, half of them within ${formatDuration(medianSeconds * 1000)}`;
  return waiting === 0 ? took : `${took}; ${formatCount(waiting)} fixed in the code and not deployed yet`;
}

/** What cannot be known stands beside what is. */
function limits({ since, images: { known, unknown }, figures }: FixesList): string {
  const from = since === null ? '' : `Known of what ran since ${formatExact(since)}. `;
  const images =
    unknown === 0
      ? ''
      : `Of ${formatCount(unknown)} of ${countOf(known + unknown, 'image')} that run now it is not known what they have: their commits were not analysed on a branch. `;
  const open =
    figures.unknown === 0
      ? ''
      : `Of ${countOf(figures.unknown, 'vulnerability', 'vulnerabilities')} it is not known whether they still run.`;
  return `${from}${images}${open}`.trim();
}

const span = (seconds: number | null): ReactElement | string =>
  seconds === null ? <span className="note">none yet</span> : formatDuration(seconds * 1000);

const columns: readonly Column<Place>[] = [
  { id: 'service', header: 'Service', fixed: true, className: 'name-cell', cell: ({ service }) => service },
  { id: 'environment', header: 'Environment', phone: 'stay', cell: ({ environment }) => environment.name },
  {
    id: 'median',
    header: 'Median',
    phone: 'first',
    keep: true,
    numeric: true,
    cell: ({ medianSeconds }) => span(medianSeconds),
  },
  { id: 'mean', header: 'Mean', numeric: true, cell: ({ meanSeconds }) => span(meanSeconds) },
  { id: 'p90', header: '90 % within', numeric: true, cell: ({ p90Seconds }) => span(p90Seconds) },
  { id: 'deployed', header: 'Fixes deployed', numeric: true, cell: ({ deployed }) => formatCount(deployed) },
  { id: 'waiting', header: 'Fixed, not deployed', numeric: true, cell: ({ waiting }) => formatCount(waiting) },
  { id: 'open', header: 'Not fixed', numeric: true, cell: ({ open }) => formatCount(open) },
  { id: 'unknown', header: 'Not known', numeric: true, cell: ({ unknown }) => formatCount(unknown) },
];
