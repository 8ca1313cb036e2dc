import { lazy, type ReactElement, Suspense } from 'react';
import type { DayFieldProps } from './day-words.ts';

/** Apart from the first page: most people never enter a day. */
const DayPicker = lazy(() => import('./day-picker.tsx').then((module) => ({ default: module.DayPicker })));

/** The one way to enter a day. Year, month, day as the product shows them, in UTC, typed or chosen in a calendar. */
export function DayField(props: DayFieldProps): ReactElement {
  return (
    <Suspense fallback={<Waiting {...props} />}>
      <DayPicker {...props} />
    </Suspense>
  );
}

/** As large as what takes its place. */
function Waiting({ label, compact = false, help }: DayFieldProps): ReactElement {
  const box = <span className="day-box waiting" />;
  if (compact) return box;
  return (
    <div className="field">
      <span className="field-legend">{label}</span>
      {box}
      {help === undefined ? null : <div className="field-help">{help}</div>}
    </div>
  );
}

/** First and last day of a stretch, both within it. */
export function DayRange({
  labels,
  from,
  to,
  max,
  onChange,
}: {
  labels: readonly [from: string, to: string];
  from: string | undefined;
  to: string | undefined;
  max?: string;
  onChange: (next: { from?: string | undefined; to?: string | undefined }) => void;
}): ReactElement {
  return (
    <span className="date-range">
      <DayField compact label={labels[0]} value={from} max={to ?? max} onChange={(day) => onChange({ from: day })} />
      <span className="date-end">
        <span aria-hidden="true">to</span>
        <DayField compact label={labels[1]} value={to} min={from} max={max} onChange={(day) => onChange({ to: day })} />
      </span>
    </span>
  );
}
