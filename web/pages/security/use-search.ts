import { getRouteApi } from '@tanstack/react-router';
import { useChange } from '../../address/use-change.ts';
import type { SecuritySearch } from './search.ts';

const route = getRouteApi('/shell/insights/security');

/** What the address says, and a way to change it. A change of a filter goes back to the first page. */
export function useSecuritySearch(): [SecuritySearch, (change: Partial<SecuritySearch>) => void] {
  return [route.useSearch(), useChange<SecuritySearch>('/insights/security')];
}
