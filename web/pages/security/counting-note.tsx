import type { ReactElement } from 'react';
import type { Counting, CountingMode } from '../../../src/features/insights/contract.ts';
import { Button } from '../../components/button.tsx';
import { countOf, formatCount } from '../../words/numbers.ts';
import { useSecuritySearch } from './use-search.ts';

export const modeName: Record<CountingMode, string> = { mqr: 'MQR mode', standard: 'Standard mode' };

const ruleOf: Record<CountingMode, string> = {
  mqr: 'a finding with an impact on security',
  standard: 'a finding of type Vulnerability',
};

const opposite: Record<CountingMode, CountingMode> = { mqr: 'standard', standard: 'mqr' };

/** What counts as a vulnerability here, and a line that reconciles it with what the other mode of the servers counts. */
export function CountingNote({ counting }: { counting: Counting }): ReactElement | null {
  const [, change] = useSecuritySearch();
  if (counting.servers.length === 0) return null;
  const isOther = counting.by === 'other';
  const here = isOther ? counting.other : counting.server;
  const there = isOther ? counting.server : counting.other;
  const [onlyHere, onlyThere] = [here - counting.both, there - counting.both];
  return (
    <p className="counting-note">
      {wayOf(counting)}{' '}
      {onlyHere === 0 && onlyThere === 0
        ? 'The other mode counts the same.'
        : `${isOther ? 'As the server counts' : 'As the other mode counts'}: ${formatCount(there)} (${formatCount(counting.both)} in both, ${formatCount(onlyHere)} only here, ${formatCount(onlyThere)} only there).`}{' '}
      <Button
        look="bare"
        onClick={() => change({ counting: isOther ? undefined : 'other', page: undefined, finding: undefined })}
      >
        {isOther ? 'Count as the server does' : 'Count as the other mode does'}
      </Button>
    </p>
  );
}

function wayOf({ by, servers }: Counting): string {
  const modes = [...new Set(servers.map(({ mode }) => mode))];
  const [mode] = modes;
  const silent = servers.filter(({ told }) => !told).length;
  const doubt = silent === 0 ? '' : ` ${countOf(silent, 'server')} did not say the mode; MQR mode is assumed.`;
  if (mode === undefined || modes.length > 1)
    return `${by === 'other' ? 'Each server is counted as its other mode would' : 'Each server is counted as its own mode does'}.${doubt}`;
  const counted = by === 'other' ? opposite[mode] : mode;
  const whose =
    by === 'other'
      ? `The server is in ${modeName[mode]}; counted as in ${modeName[counted]}`
      : `As SonarQube counts, in ${modeName[counted]}`;
  return `${whose}: ${ruleOf[counted]}${counted === 'mqr' ? ', or of type Vulnerability where it has no impacts' : ''}.${doubt}`;
}
