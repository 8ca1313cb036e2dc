import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { SecuritySearch } from './search.ts';

const route = getRouteApi('/shell/insights/security');

/** What the address says, and a way to change it. A change of a filter goes back to the first page. */
export function useSecuritySearch(): [SecuritySearch, (change: Partial<SecuritySearch>) => void] {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/insights/security' });
  const change = (next: Partial<SecuritySearch>): void => {
    void navigate({
      search: (previous) => ({ ...previous, page: undefined, ...next }),
      replace: true,
      resetScroll: false,
    });
  };
  return [search, change];
}
