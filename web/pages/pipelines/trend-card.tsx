import type { ReactElement } from 'react';
import type { PipelineDay, PipelineDetail } from '../../../src/features/deployments/contract.ts';
import { useNow } from '../../app/use-now.ts';
import { BucketChart } from '../../charts/bucket-chart.tsx';
import { axisTop } from '../../charts/scales.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Segmented } from '../../components/form.tsx';
import { Card } from '../../components/page.tsx';
import { formatCount } from '../../words/numbers.ts';
import { formatDay } from '../../words/times.ts';
import { durationWords } from './words.ts';

const parts = ['failed', 'cancelled', 'succeeded'] as const;
const partLabel = { failed: 'Failed', cancelled: 'Cancelled', succeeded: 'Succeeded' } as const;

interface TrendProps {
  detail: PipelineDetail;
  asTable: boolean;
  onTable: (table: boolean) => void;
}

/** How runs ended and how long they took, day by day. */
export function TrendCard({ detail: { days }, asTable, onTable }: TrendProps): ReactElement {
  return (
    <Card
      title="Day by day"
      note="by the day on which a run began, UTC"
      padded={!asTable}
      actions={
        <Segmented
          label="Shown as"
          value={asTable ? 'table' : 'chart'}
          choices={[
            { value: 'chart', label: 'Chart' },
            { value: 'table', label: 'Table' },
          ]}
          onChoose={(value) => onTable(value === 'table')}
        />
      }
    >
      {asTable ? (
        <DataTable
          label="Day by day"
          columns={columns}
          rows={days.toReversed()}
          rowKey={({ day }) => day}
          empty="No days."
        />
      ) : (
        <div className="pipeline-charts">
          <Ends days={days} />
          <Durations days={days} />
        </div>
      )}
    </Card>
  );
}

const columns: readonly Column<PipelineDay>[] = [
  { id: 'day', header: 'Day', fixed: true, cell: ({ day }) => day },
  { id: 'failed', header: 'Failed', numeric: true, phone: 'stay', cell: ({ failed }) => formatCount(failed) },
  { id: 'succeeded', header: 'Succeeded', numeric: true, phone: 'stay', cell: (one) => formatCount(one.succeeded) },
  { id: 'cancelled', header: 'Cancelled', numeric: true, cell: ({ cancelled }) => formatCount(cancelled) },
  {
    id: 'duration',
    header: 'Takes (median)',
    numeric: true,
    cell: ({ medianSeconds }) =>
      medianSeconds === null ? <span className="note">no run ended</span> : durationWords(medianSeconds),
  },
];

function endsWords({ succeeded, failed, cancelled }: PipelineDay): string {
  if (succeeded + failed + cancelled === 0) return 'no run ended';
  return `${formatCount(failed)} failed, ${formatCount(cancelled)} cancelled, ${formatCount(succeeded)} succeeded`;
}

function Ends({ days }: { days: readonly PipelineDay[] }): ReactElement {
  const now = useNow();
  const sums = parts.map((part) => days.reduce((sum, day) => sum + day[part], 0));
  return (
    <section aria-label="How runs ended">
      <h3>How runs ended</h3>
      <div className="legend" aria-hidden="true">
        {parts.map((part, index) => (
          <span key={part}>
            <i className={`swatch run-${part}`} />
            {partLabel[part]} {formatCount(sums[index] ?? 0)}
          </span>
        ))}
      </div>
      <BucketChart
        label="How runs ended"
        height={190}
        names={days.map(({ day }) => formatDay(day, now))}
        top={axisTop(days.map(({ succeeded, failed, cancelled }) => succeeded + failed + cancelled))}
        draw={({ x, y, bandWidth }) =>
          days.map((day, index) => {
            let below = 0;
            return (
              <g key={day.day}>
                {parts.map((part) => {
                  const low = below;
                  below += day[part];
                  return (
                    <rect
                      key={part}
                      className={`run-${part}`}
                      x={x(index)}
                      width={bandWidth}
                      y={y(below)}
                      height={Math.max(0, y(low) - y(below))}
                    />
                  );
                })}
              </g>
            );
          })
        }
        tooltip={(index) => <DayWords day={days[index]} words={endsWords} />}
        valueText={(index) => textOf(days[index], now, endsWords)}
      />
    </section>
  );
}

const tookWords = ({ medianSeconds }: PipelineDay): string =>
  medianSeconds === null ? 'no run ended' : `half of the runs took at most ${durationWords(medianSeconds)}`;

function Durations({ days }: { days: readonly PipelineDay[] }): ReactElement {
  const now = useNow();
  const minutes = days.map(({ medianSeconds }) => (medianSeconds ?? 0) / 60);
  return (
    <section aria-label="How long runs took">
      <h3>How long runs took</h3>
      <p className="note">Median in minutes, waiting included. A day without a bar had no run that ended.</p>
      <BucketChart
        label="How long runs took"
        height={190}
        names={days.map(({ day }) => formatDay(day, now))}
        top={axisTop(minutes.map(Math.ceil))}
        draw={({ x, y, bandWidth }) =>
          days.map(({ day, medianSeconds }, index) =>
            medianSeconds === null ? null : (
              <rect
                key={day}
                className="run-duration"
                x={x(index)}
                width={bandWidth}
                y={y(medianSeconds / 60)}
                height={Math.max(1, y(0) - y(medianSeconds / 60))}
              />
            ),
          )
        }
        tooltip={(index) => <DayWords day={days[index]} words={tookWords} />}
        valueText={(index) => textOf(days[index], now, tookWords)}
      />
    </section>
  );
}

function DayWords({
  day,
  words,
}: {
  day: PipelineDay | undefined;
  words: (day: PipelineDay) => string;
}): ReactElement | null {
  const now = useNow();
  if (day === undefined) return null;
  return (
    <>
      <strong>{formatDay(day.day, now)}</strong>
      <p>{words(day)}</p>
    </>
  );
}

const textOf = (day: PipelineDay | undefined, now: Date, words: (day: PipelineDay) => string): string =>
  day === undefined ? '' : `${formatDay(day.day, now)}: ${words(day)}`;
