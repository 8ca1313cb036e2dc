import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { TreeNode } from '../../../src/features/teams/contract.ts';
import { treeQuery, treesQuery } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { SearchBox, SelectField } from '../../components/form.tsx';
import { Loaded, Skeleton } from '../../components/states.tsx';
import '../../styles/organization.css';
import '../../styles/scope.css';
import { Nodes } from '../organization/nodes.tsx';
import { aboveWords } from '../scope/above-words.ts';

/** How a node is drawn; `above`: what it lies below, where the tree around it does not say so. */
type DrawNode = (node: TreeNode, above: string) => ReactElement;

/** Nodes of all org trees, below each other or found by name. */
export function FindNodes({ draw }: { draw: DrawNode }): ReactElement {
  const trees = useQuery(treesQuery(useApi()));
  const [tree, setTree] = useState<number>();
  return (
    <Loaded query={trees} skeleton={<Skeleton height={160} />}>
      {(list) => {
        const shown = tree ?? list.trees[0]?.id;
        if (shown === undefined) return <p className="note">There is no org tree yet: nothing can be chosen.</p>;
        return (
          <>
            {list.trees.length > 1 ? (
              <SelectField
                label="Org tree"
                value={String(shown)}
                choices={list.trees.map(({ id, name }) => ({ value: String(id), label: name }))}
                onChoose={(id) => setTree(Number(id))}
              />
            ) : null}
            <InTree tree={shown} draw={draw} />
          </>
        );
      }}
    </Loaded>
  );
}

const shownAtOnce = 100;

function InTree({ tree, draw }: { tree: number; draw: DrawNode }): ReactElement {
  const query = useQuery(treeQuery(useApi(), tree));
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  return (
    <Loaded query={query} skeleton={<Skeleton height={160} />}>
      {({ nodes }) => {
        const found = nodes.filter(({ name }) => name.toLowerCase().includes(wanted));
        return (
          <div className="scope-nodes">
            <SearchBox label="Find a team" placeholder="Find a team" value={text} onChange={setText} />
            {wanted === '' ? (
              <Nodes nodes={nodes} label="Nodes of the tree" name={(node) => draw(node, '')} />
            ) : (
              <ul className="scope-found">
                {found.slice(0, shownAtOnce).map((node) => (
                  <li key={node.key}>{draw(node, aboveWords(node, nodes))}</li>
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
