import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { TreeNode } from '../../../src/features/teams/contract.ts';
import { nodePlaceQuery, treeQuery, treesQuery } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { SearchBox, SelectField } from '../../components/form.tsx';
import { SidePanel } from '../../components/overlay.tsx';
import { Loaded, Skeleton } from '../../components/states.tsx';
import '../../styles/organization.css';
import '../../styles/scope.css';
import { Nodes } from '../organization/nodes.tsx';
import { formatDay } from '../../words/times.ts';
import { aboveWords } from './above-words.ts';
import { quarterEnds } from './quarter-ends.ts';
import { ScopeLink, TreeAtLink } from './scope-trail.tsx';
import { useOwnTeams } from './scope-words.ts';
import { useScope } from './use-scope.ts';

/** Whose numbers these are: the organization’s or a node’s, chosen in the org tree. `history`: the page can also count by the tree of another day. */
export function ScopePicker({ history = false }: { history?: boolean }): ReactElement | null {
  const { node, treeAt } = useScope();
  const [open, setOpen] = useState(false);
  const mayRead = useCan('teams:read');
  const { data } = useQuery({ ...nodePlaceQuery(useApi(), node ?? 0, treeAt), enabled: node !== undefined });
  const own = useOwnTeams();
  if (!mayRead) return null;
  const everything = own === undefined ? 'Organization' : capital(own.name);
  const name = node === undefined ? everything : (data?.path.at(-1)?.name ?? 'Node');
  return (
    <>
      <Button icon="branch" aria-haspopup="dialog" aria-label={`Org tree: ${name}`} onClick={() => setOpen(true)}>
        {name}
      </Button>
      {open ? (
        <ScopePanel first={data?.tree.id} history={history && node !== undefined} onClose={() => setOpen(false)} />
      ) : null}
    </>
  );
}

const capital = (words: string): string => `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;

function ScopePanel({
  first,
  history,
  onClose,
}: {
  first: number | undefined;
  history: boolean;
  onClose: () => void;
}): ReactElement {
  const trees = useQuery(treesQuery(useApi()));
  const own = useOwnTeams();
  const [chosen, setChosen] = useState<number | undefined>(first);
  return (
    <SidePanel title="Org tree" onClose={onClose}>
      <p>
        <ScopeLink onClick={onClose}>{own === undefined ? 'Organization' : 'Your teams'}</ScopeLink>
      </p>
      {history ? <ByTreeOf onClose={onClose} /> : null}
      <Loaded query={trees} skeleton={<Skeleton height={240} />}>
        {(list) => {
          const tree = chosen ?? list.trees[0]?.id;
          if (tree === undefined) {
            return (
              <p className="note">
                {own === undefined ? (
                  <>
                    There is no org tree yet. <Link to="/organization/trees">Org trees</Link>
                  </>
                ) : (
                  'Your teams are in no org tree any more. An administrator can give you others.'
                )}
              </p>
            );
          }
          return (
            <>
              {list.trees.length > 1 ? (
                <SelectField
                  label="Tree"
                  value={String(tree)}
                  choices={list.trees.map(({ id, name }) => ({ value: String(id), label: name }))}
                  onChoose={(id) => setChosen(Number(id))}
                />
              ) : null}
              <TreeNodes tree={tree} onClose={onClose} />
            </>
          );
        }}
      </Loaded>
    </SidePanel>
  );
}

/** The node that is shown, by the tree as it stands or as it stood when a quarter ended. */
function ByTreeOf({ onClose }: { onClose: () => void }): ReactElement {
  const [now] = useState(() => new Date());
  return (
    <p className="scope-days">
      By the tree{' '}
      <TreeAtLink treeAt={undefined} onClick={onClose}>
        as it stands
      </TreeAtLink>{' '}
      or of{' '}
      {quarterEnds(now, 4).map((day) => (
        <TreeAtLink key={day} treeAt={day} onClick={onClose}>
          {formatDay(day, now)}
        </TreeAtLink>
      ))}
    </p>
  );
}

const shownAtOnce = 100;

function TreeNodes({ tree, onClose }: { tree: number; onClose: () => void }): ReactElement {
  const query = useQuery(treeQuery(useApi(), tree));
  const [text, setText] = useState('');
  const mine = useMine(query.data?.nodes ?? []);
  const link = (node: TreeNode): ReactElement =>
    node.id === null || !mine(node) ? (
      <>{node.name}</>
    ) : (
      <ScopeLink node={node.id} onClick={onClose}>
        {node.name}
      </ScopeLink>
    );
  const wanted = text.trim().toLowerCase();
  return (
    <Loaded query={query} skeleton={<Skeleton height={240} />}>
      {({ nodes }) => {
        const found = nodes.filter(({ name }) => name.toLowerCase().includes(wanted));
        return (
          <div className="scope-nodes">
            <SearchBox label="Find a team" placeholder="Find a team" value={text} onChange={setText} />
            {wanted === '' ? (
              <Nodes nodes={nodes} label="Nodes of the tree" name={link} />
            ) : (
              <ul className="scope-found">
                {found.slice(0, shownAtOnce).map((node) => (
                  <li key={node.key}>
                    {link(node)} <span className="note">{aboveWords(node, nodes)}</span>
                  </li>
                ))}
                {found.length === 0 ? <li className="note">Nothing is called like this.</li> : null}
                {found.length > shownAtOnce ? (
                  <li className="note">Type more to see the other {found.length - shownAtOnce}.</li>
                ) : null}
              </ul>
            )}
          </div>
        );
      }}
    </Loaded>
  );
}

/** Whether somebody may look at a node: those above their own are shown by name alone. */
function useMine(nodes: readonly TreeNode[]): (node: TreeNode) => boolean {
  const own = useOwnTeams()?.nodes;
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  return (node) => {
    if (own === undefined) return true;
    for (let at: TreeNode | undefined = node; at !== undefined; at = byKey.get(at.parent ?? ''))
      if (at.id !== null && own.includes(at.id)) return true;
    return false;
  };
}
