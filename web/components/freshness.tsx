import type { ReactElement } from 'react';
import type { DataState } from '../../src/features/insights/contract.ts';
import { useNow } from '../app/use-now.ts';
import { countOf, formatCount } from '../words/numbers.ts';
import { formatExact, formatMoment, formatRelative } from '../words/times.ts';
import { Chip } from './chips.tsx';

/** Older than this and something is wrong: integrations are read every 15 minutes unless somebody chose otherwise. */
const staleAfterMs = 26 * 3600 * 1000;

/** How far the numbers on the page can be trusted now. */
export function FreshnessChip({ state }: { state: DataState | undefined }): ReactElement {
  return (
    <span className="freshness">
      <Freshness state={state} />
    </span>
  );
}

function Freshness({ state }: { state: DataState | undefined }): ReactElement {
  const now = useNow();
  if (state === undefined) return <Chip tone="none">Data as of …</Chip>;
  if (state.incomplete) {
    return (
      <Chip tone="warn" glyph="◐">
        Incomplete: {formatCount(state.projectsRead)} of {countOf(state.projectsKnown, 'project')} read
      </Chip>
    );
  }
  if (state.projectsUpdating > 0) {
    return (
      <Chip tone="warn" glyph="◐">
        Updating {countOf(state.projectsUpdating, 'project')}
      </Chip>
    );
  }
  if (state.projectsRecomputing > 0) {
    return (
      <Chip tone="warn" glyph="◐" title="Until then the numbers are those from before they came or left.">
        Being recomputed: {countOf(state.projectsRecomputing, 'project')} of this node
      </Chip>
    );
  }
  if (state.asOf === null) return <Chip tone="none">No data yet</Chip>;
  if (now.getTime() - new Date(state.asOf).getTime() > staleAfterMs) {
    return (
      <Chip tone="warn" glyph="!" title={formatExact(state.asOf)}>
        Stale: last read {formatRelative(state.asOf, now)}
      </Chip>
    );
  }
  return (
    <Chip tone="passed" glyph="●" title={formatExact(state.asOf)}>
      Data as of {formatMoment(state.asOf, now)}, complete
    </Chip>
  );
}
