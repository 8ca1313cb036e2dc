import type { ReactElement } from 'react';
import { Button } from '../../components/button.tsx';
import { severityLabel } from '../../words/labels.ts';
import { ageLabel, standingLabel } from './words.ts';
import { useSecuritySearch } from './use-search.ts';

/** What a tile or a bar set of the list below it, and the way back. Nothing while the list shows all. */
export function ListFilter(): ReactElement | null {
  const [{ list, listSeverity, age, target }, change] = useSecuritySearch();
  const isOpen = (list ?? 'open') === 'open';
  const parts = [
    ...(list === 'hotspots' ? [] : (listSeverity ?? []).map((severity) => severityLabel[severity])),
    ...(isOpen ? (age ?? []).map((one) => `${ageLabel[one].toLowerCase()} old`) : []),
    ...(isOpen ? (target ?? []).map((one) => standingLabel[one].toLowerCase()) : []),
  ];
  if (parts.length === 0) return null;
  return (
    <p className="list-filter">
      The list below shows only: <strong>{parts.join(', ')}</strong>{' '}
      <Button
        look="bare"
        onClick={() => change({ listSeverity: undefined, age: undefined, target: undefined, finding: undefined })}
      >
        Show all
      </Button>
    </p>
  );
}
