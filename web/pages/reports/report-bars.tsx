import type { ReactElement } from 'react';
import type { Report, ReportGroup } from '../../../src/features/insights/contract.ts';
import { formatCount } from '../../words/numbers.ts';
import { fillOf, formatValue, wordOf } from './words.ts';

/** A chart has room for so many; the table has all of the answer. */
const mostBars = 20;

interface Behind {
  /** What stands behind a bar, where anything can be listed. */
  onLook: ((group: string) => void) | undefined;
}

/** One bar for each group, the greatest first; a button where the list behind it can be opened. */
export function ReportBars({ report, onLook }: { report: Report } & Behind): ReactElement {
  const { groups, others, series, stack, metric, unit } = report;
  const place = series.findIndex(({ key }) => key === metric);
  const partsOf = ({ values, total }: Pick<ReportGroup, 'values' | 'total'>): (number | null)[] =>
    metric === null ? values : [values[place] ?? total];
  const heightOf = (group: ReportGroup): number => partsOf(group).reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const shown = groups.slice(0, mostBars);
  const top = unit === 'percent' ? 100 : Math.max(1, ...groups.map(heightOf));
  const left = groups.length - shown.length + (others?.groups ?? 0);
  return (
    <div className="report-bars">
      {stack === null ? null : (
        <div className="legend">
          {series.map(({ key, label }, index) => (
            <span key={key}>
              <i className={`swatch ${fillOf(report, index)}`} />
              {wordOf(key, label, stack)}
            </span>
          ))}
        </div>
      )}
      <ul>
        {shown.map((group) => (
          <li key={group.key}>
            <Name report={report} group={group} onLook={onLook} />
            <span className="report-bar" aria-hidden="true">
              {partsOf(group).map((value, index) => (
                <i
                  // The order of parts is that of the series.
                  // oxlint-disable-next-line react/no-array-index-key
                  key={index}
                  className={fillOf(report, index)}
                  style={{ width: `${(100 * (value ?? 0)) / top}%` }}
                />
              ))}
            </span>
            <span className={group.total === null ? 'note' : 'num'}>{formatValue(group.total, unit)}</span>
          </li>
        ))}
      </ul>
      {left > 0 ? (
        <p className="note">
          {formatCount(left)} more are not drawn; the table shows the greatest {formatCount(groups.length)}, the file
          all {formatCount(report.groupsInAll)}.
        </p>
      ) : null}
    </div>
  );
}

function Name({ report, group, onLook }: { report: Report; group: ReportGroup } & Behind): ReactElement {
  const name = wordOf(group.key, group.label, report.axis);
  if (onLook === undefined) return <span className="report-name">{name}</span>;
  return (
    <button type="button" className="report-name" title={name} onClick={() => onLook(group.key)}>
      {name}
    </button>
  );
}
