import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { nodePlaceQuery } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { Pending } from '../../components/states.tsx';
import { formatDay } from '../../words/times.ts';
import '../../styles/scope.css';
import { useOwnTeams } from './scope-words.ts';
import { useScope } from './use-scope.ts';

/** Where in the org tree the numbers are of, each step a way back up. Nothing for the whole organization. */
export function ScopeTrail(): ReactElement | null {
  const { node, treeAt } = useScope();
  const [now] = useState(() => new Date());
  const { data, error } = useQuery({ ...nodePlaceQuery(useApi(), node ?? 0, treeAt), enabled: node !== undefined });
  const own = useOwnTeams();
  if (node === undefined) return null;
  const path = data?.path ?? [];
  const mine = ownNodes(path, own?.nodes);
  return (
    <nav className="scope-trail" aria-label="Place in the org tree">
      {data === undefined && error === null ? <Pending /> : null}
      <ol>
        <li>
          <ScopeLink>{own === undefined ? 'Organization' : 'Your teams'}</ScopeLink>
        </li>
        {data === undefined ? null : <li className="note">{data.tree.name}</li>}
        {path.map(({ id, name }) => (
          <li key={id}>
            <TrailStep id={id} name={name} here={id === node} mine={mine.has(id)} />
          </li>
        ))}
      </ol>
      {treeAt === undefined ? null : (
        <span className="note">
          as the tree stood on {formatDay(treeAt, now)}. <TreeAtLink treeAt={undefined}>As it stands now</TreeAtLink>
        </span>
      )}
      {path.at(-1)?.isTeam === true ? (
        <Link to="/organization/teams/$id/integrations" params={{ id: String(node) }}>
          Team Settings
        </Link>
      ) : null}
    </nav>
  );
}

/** Nodes above those that are somebody's are theirs by name alone. */
function TrailStep({ id, name, here, mine }: { id: number; name: string; here: boolean; mine: boolean }): ReactElement {
  if (here) return <strong aria-current="page">{name}</strong>;
  return mine ? <ScopeLink node={id}>{name}</ScopeLink> : <span className="note">{name}</span>;
}

/** Of the nodes of a way down those that a person may look at; all of them for who works everywhere. */
function ownNodes(path: readonly { id: number }[], own: readonly number[] | undefined): ReadonlySet<number> {
  const first = own === undefined ? 0 : path.findIndex(({ id }) => own.includes(id));
  return new Set((first < 0 ? [] : path.slice(first)).map(({ id }) => id));
}

/** What lies directly below the node that is shown, on pages that have no card of it: a way down to a team. */
export function ScopeBelow(): ReactElement | null {
  const { node, treeAt } = useScope();
  const { data } = useQuery({ ...nodePlaceQuery(useApi(), node ?? 0, treeAt), enabled: node !== undefined });
  if (node === undefined || data === undefined || data.below.length === 0) return null;
  const shown = data.below.slice(0, 12);
  return (
    <nav className="scope-below" aria-label="Below it in the org tree">
      {shown.map(({ id, name }) => (
        <ScopeLink key={id} node={id}>
          {name}
        </ScopeLink>
      ))}
      {data.belowInAll > shown.length ? (
        <span className="note">and {data.belowInAll - shown.length} more in the org tree</span>
      ) : null}
    </nav>
  );
}

interface Step {
  children: string;
  onClick?: () => void;
}

/** The same page of another node, or of the organization. Projects that were chosen may not be in it. */
export function ScopeLink({ node, ...step }: Step & { node?: number }): ReactElement {
  const elsewhere = { node, projects: undefined, ...(node === undefined ? { treeAt: undefined } : {}) };
  return <SamePage change={elsewhere} {...step} />;
}

/** The same node by the tree of another day. */
export function TreeAtLink({ treeAt, ...step }: Step & { treeAt: string | undefined }): ReactElement {
  return <SamePage change={{ treeAt }} {...step} />;
}

function SamePage({ change, children, onClick }: Step & { change: object }): ReactElement {
  return (
    <Link
      to="."
      search={(before: object) => ({ ...before, ...change, page: undefined, finding: undefined }) as never}
      resetScroll={false}
      {...(onClick === undefined ? {} : { onClick })}
    >
      {children}
    </Link>
  );
}
