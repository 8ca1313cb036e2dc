import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { type Door, opensList, type SecuritySearch, throughDoor } from './search.ts';
import { useSecuritySearch } from './use-search.ts';

/** A number as a door to the list below that has as many rows. A second click shows the whole list again. */
export function ToList({
  door,
  className,
  accent,
  children,
}: {
  door: Door;
  className: string;
  accent?: string;
  children: ReactNode;
}): ReactElement {
  const [search] = useSecuritySearch();
  const isOpen = opensList(search, door);
  return (
    <Link
      from="/insights/security"
      to="/insights/security"
      search={(previous: SecuritySearch): SecuritySearch => throughDoor(previous, door)}
      {...(isOpen ? { resetScroll: false } : { hash: 'findings', hashScrollIntoView: { block: 'start' as const } })}
      className={isOpen ? `${className} chosen` : className}
      // The page is the same for every door: only an open one is current.
      activeOptions={{ exact: true, includeSearch: true }}
      aria-current={isOpen ? 'true' : undefined}
      style={accent === undefined ? undefined : ({ '--tile': accent } as object)}
    >
      {children}
    </Link>
  );
}
