import { LinePath } from '@visx/shape';
import type { ReactElement } from 'react';
import type { Report, ReportGroup } from '../../../src/features/insights/contract.ts';
import { isAdditive } from '../../../src/domain/report-kinds.ts';
import { useNow } from '../../app/use-now.ts';
import { BucketChart, type Drawing } from '../../charts/bucket-chart.tsx';
import { axisTop, runsOf } from '../../charts/scales.ts';
import { formatDay } from '../../words/times.ts';
import { axisWord, fillOf, formatValue, wordOf } from './words.ts';

/** Values that add up stand on one another; all others are lines, each with its gaps. */
export function ReportTrend({ report, label }: { report: Report; label: string }): ReactElement {
  const now = useNow();
  const { groups, series, stack, unit } = report;
  const stacked = isAdditive(unit) && (stack !== null || series.length === 1);
  const heights = groups.map(({ values }) =>
    stacked
      ? values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
      : Math.max(0, ...values.map((one) => one ?? 0)),
  );
  const ceiling = unit === 'percent' ? 100 : unit === 'rating' ? 5 : axisTop(heights);
  return (
    <div className="chart-body">
      <div className="legend">
        {series.map(({ key, label: name }, index) => (
          <span key={key}>
            <i className={`swatch ${fillOf(report, index)}`} />
            {wordOf(key, name, stack)}
          </span>
        ))}
      </div>
      <BucketChart
        label={label}
        names={groups.map(({ key }) => formatDay(key, now))}
        top={ceiling}
        format={(value) => axisWord(value, unit)}
        draw={(drawing) =>
          stacked ? <Bars report={report} drawing={drawing} /> : <Lines report={report} drawing={drawing} />
        }
        tooltip={(index) => <Words report={report} group={groups[index]} />}
        valueText={(index) => sentence(report, groups[index], now)}
      />
    </div>
  );
}

function Bars({ report, drawing }: { report: Report; drawing: Drawing }): ReactElement {
  const { x, y, bandWidth } = drawing;
  return (
    <>
      {report.groups.map(({ key, values, period }, index) => {
        let low = 0;
        return (
          <g
            key={key}
            className={`${period?.complete === false ? 'so-far' : ''}${period?.read === false ? ' bar-reconstructed' : ''}`}
          >
            {values.map((value, part) => {
              const from = low;
              low += value ?? 0;
              return value === null || value === 0 ? null : (
                <rect
                  // The order of parts is that of the series.
                  // oxlint-disable-next-line react/no-array-index-key
                  key={part}
                  className={fillOf(report, part)}
                  x={x(index)}
                  width={bandWidth}
                  y={y(low)}
                  height={Math.max(0.5, y(from) - y(low) - 1)}
                />
              );
            })}
          </g>
        );
      })}
    </>
  );
}

function Lines({ report, drawing }: { report: Report; drawing: Drawing }): ReactElement {
  const { x, y, bandWidth } = drawing;
  return (
    <>
      {report.series.map(({ key }, part) => {
        const points = report.groups.map(({ values }, index) => ({ index, value: values[part] ?? null }));
        const left = ({ index }: { index: number }): number => x(index) + bandWidth / 2;
        return (
          <g key={key}>
            {runsOf(points, ({ value }) => value !== null).map((run) => (
              <LinePath
                key={run[0]?.index}
                data={run}
                x={left}
                y={({ value }) => y(value ?? 0)}
                className={`report-line report-line-${part}`}
                fill="none"
              />
            ))}
            {points.map((point) =>
              point.value === null ? null : (
                <circle
                  key={point.index}
                  className={`report-fill-${part}`}
                  cx={left(point)}
                  cy={y(point.value)}
                  r={3}
                />
              ),
            )}
          </g>
        );
      })}
    </>
  );
}

function Words({ report, group }: { report: Report; group: ReportGroup | undefined }): ReactElement | null {
  const now = useNow();
  if (group === undefined) return null;
  return (
    <>
      <strong>{periodWords(group, now)}</strong>
      <table>
        <tbody>
          {report.series.map(({ key, label, unit }, index) => (
            <tr key={key}>
              <th scope="row">
                <i className={`swatch ${fillOf(report, index)}`} /> {wordOf(key, label, report.stack)}
              </th>
              <td>{formatValue(group.values[index] ?? null, unit)}</td>
            </tr>
          ))}
          {report.stack !== null && isAdditive(report.unit) ? (
            <tr className="sum">
              <th scope="row">Sum</th>
              <td>{formatValue(group.total, report.unit)}</td>
            </tr>
          ) : null}
        </tbody>
      </table>
      {group.period?.read === false ? <p>Not every project was read yet: too low where it was before.</p> : null}
      {group.unknown > 0 ? <p>{unknownWords(report, group)}</p> : null}
    </>
  );
}

export function unknownWords(
  { unit }: Pick<Report, 'unit'>,
  { unknown, counted }: Pick<ReportGroup, 'unknown' | 'counted'>,
): string {
  const what = unit === 'findings' ? 'issues' : 'of them';
  return unit === 'findings'
    ? `Of ${unknown} ${what} the severity is not known.`
    : `Of ${unknown} ${what} (${counted} in all) no value is known.`;
}

export function periodWords({ key, period }: ReportGroup, now: Date): string {
  if (period === null) return key;
  const days =
    period.from === period.to
      ? formatDay(period.from, now)
      : `${formatDay(period.from, now)} to ${formatDay(period.to, now)}`;
  return period.complete ? days : `${days}, so far`;
}

function sentence(report: Report, group: ReportGroup | undefined, now: Date): string {
  if (group === undefined) return '';
  const parts = report.series.map(
    ({ key, label, unit }, index) =>
      `${wordOf(key, label, report.stack)} ${formatValue(group.values[index] ?? null, unit)}`,
  );
  return `${periodWords(group, now)}: ${parts.join(', ')}${group.unknown > 0 ? `. ${unknownWords(report, group)}` : ''}`;
}
