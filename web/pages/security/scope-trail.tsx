import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { nodesQuery } from '../../api/insights.ts';
import { useApi } from '../../app/context.ts';
import '../../styles/scope.css';
import { nodeParameters } from './search.ts';
import { useSecuritySearch } from './use-search.ts';

/** Where in the org tree the numbers are of, each step a way back up. Nothing for the whole organization. */
export function ScopeTrail(): ReactElement | null {
  const [search] = useSecuritySearch();
  const { data } = useQuery({
    ...nodesQuery(useApi(), nodeParameters(search)),
    enabled: search.node !== undefined,
  });
  if (search.node === undefined) return null;
  const path = data?.path ?? [];
  return (
    <nav className="scope-trail" aria-label="Place in the org tree">
      <ol>
        <li>
          <ScopeLink>Organization</ScopeLink>
        </li>
        {data === undefined ? null : <li className="note">{data.tree.name}</li>}
        {path.map(({ id, name }) => (
          <li key={id}>
            {id === search.node ? <strong aria-current="page">{name}</strong> : <ScopeLink node={id}>{name}</ScopeLink>}
          </li>
        ))}
      </ol>
      {data !== undefined && data.nodesInAll === 0 ? (
        <Link to="/organization/teams/$id/integrations" params={{ id: String(search.node) }}>
          Team Settings
        </Link>
      ) : null}
    </nav>
  );
}

/** The same page of another node, or of the organization. Projects that were chosen may not be in it. */
export function ScopeLink({
  node,
  children,
  onClick,
}: {
  node?: number;
  children: string;
  onClick?: () => void;
}): ReactElement {
  return (
    <Link
      to="/insights/security"
      search={(before: object) =>
        ({ ...before, node, projects: undefined, page: undefined, finding: undefined }) as never
      }
      resetScroll={false}
      {...(onClick === undefined ? {} : { onClick })}
    >
      {children}
    </Link>
  );
}
