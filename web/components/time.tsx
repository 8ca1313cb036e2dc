import type { ReactElement } from 'react';
import { useNow } from '../app/use-now.ts';
import { formatExact, formatMoment, formatRelative } from '../words/times.ts';

/** `3 days ago`, with the exact UTC time on hover. */
export function Ago({ at }: { at: string }): ReactElement {
  const now = useNow();
  return (
    <time dateTime={at} title={formatExact(at)}>
      {formatRelative(at, now)}
    </time>
  );
}

/** `21 Nov, 08:41 UTC`, with the exact UTC time on hover. */
export function Moment({ at }: { at: string }): ReactElement {
  const now = useNow();
  return (
    <time dateTime={at} title={formatExact(at)}>
      {formatMoment(at, now)}
    </time>
  );
}
