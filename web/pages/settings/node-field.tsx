import { useQueries, useQuery } from '@tanstack/react-query';
import { type ReactElement, useId, useState } from 'react';
import type { TreeNode } from '../../../src/features/teams/contract.ts';
import { nodePlaceQuery, treeQuery, treesQuery } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox, SearchBox, SelectField } from '../../components/form.tsx';
import { Loaded, Skeleton } from '../../components/states.tsx';
import '../../styles/organization.css';
import '../../styles/scope.css';
import { Nodes } from '../organization/nodes.tsx';

type Chosen = readonly number[] | null;

/** Where somebody works: in the whole organization, or in nodes of org trees, each with all below it. */
export function NodeField({
  chosen,
  onChange,
  everywhereOnly = false,
}: {
  /** null: the whole organization. */
  chosen: Chosen;
  onChange: (chosen: number[] | null) => void;
  /** An administrator works in the whole organization. */
  everywhereOnly?: boolean;
}): ReactElement {
  const some = chosen !== null && !everywhereOnly;
  return (
    <>
      <SelectField
        label="Works in"
        help={
          everywhereOnly
            ? 'An administrator works in the whole organization.'
            : some
              ? 'Sees and changes only what belongs to these nodes and the teams below them.'
              : 'Sees everything that the role may see.'
        }
        value={some ? 'some' : 'all'}
        choices={
          everywhereOnly
            ? [{ value: 'all', label: 'The whole organization' }]
            : [
                { value: 'all', label: 'The whole organization' },
                { value: 'some', label: 'Some teams of an org tree' },
              ]
        }
        onChoose={(value) => onChange(value === 'some' ? [...(chosen ?? [])] : null)}
      />
      {some ? <ChooseNodes chosen={chosen} onChange={onChange} /> : null}
    </>
  );
}

function ChooseNodes({
  chosen,
  onChange,
}: {
  chosen: readonly number[];
  onChange: (chosen: number[]) => void;
}): ReactElement {
  const trees = useQuery(treesQuery(useApi()));
  const [tree, setTree] = useState<number>();
  return (
    <fieldset className="field">
      <legend>Teams</legend>
      <ChosenNodes chosen={chosen} onChange={onChange} />
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
              <TreeBoxes tree={shown} chosen={chosen} onChange={onChange} />
            </>
          );
        }}
      </Loaded>
    </fieldset>
  );
}

/** What is chosen now, in whichever tree it is. */
function ChosenNodes({
  chosen,
  onChange,
}: {
  chosen: readonly number[];
  onChange: (chosen: number[]) => void;
}): ReactElement {
  const names = useNodeNames(chosen);
  if (chosen.length === 0) return <p className="note">None chosen: nothing can be seen.</p>;
  return (
    <ul className="chosen-nodes" aria-label="Chosen">
      {chosen.map((id) => (
        <li key={id}>
          <span>{names.get(id) ?? `Node ${id}`}</span>
          <Button
            look="bare"
            aria-label={`Take ${names.get(id) ?? `node ${id}`} out`}
            onClick={() => onChange(chosen.filter((one) => one !== id))}
          >
            Take out
          </Button>
        </li>
      ))}
    </ul>
  );
}

const shownAtOnce = 100;

function TreeBoxes({
  tree,
  chosen,
  onChange,
}: {
  tree: number;
  chosen: readonly number[];
  onChange: (chosen: number[]) => void;
}): ReactElement {
  const query = useQuery(treeQuery(useApi(), tree));
  const [text, setText] = useState('');
  const hint = useId();
  const box = (node: TreeNode): ReactElement => {
    const { id } = node;
    if (id === null) return <>{node.name}</>;
    return (
      <Checkbox
        label={node.name}
        checked={chosen.includes(id)}
        onChange={(checked) => onChange(checked ? [...chosen, id] : chosen.filter((one) => one !== id))}
      />
    );
  };
  const wanted = text.trim().toLowerCase();
  return (
    <Loaded query={query} skeleton={<Skeleton height={160} />}>
      {({ nodes }) => {
        const found = nodes.filter(({ name }) => name.toLowerCase().includes(wanted));
        return (
          <div className="scope-nodes">
            <SearchBox label="Find a team" placeholder="Find a team" value={text} onChange={setText} />
            {wanted === '' ? (
              <Nodes nodes={nodes} label="Nodes of the tree" name={box} />
            ) : (
              <ul className="scope-found">
                {found.slice(0, shownAtOnce).map((node) => (
                  <li key={node.key}>{box(node)}</li>
                ))}
                {found.length === 0 ? <li className="note">Nothing is called like this.</li> : null}
                {found.length > shownAtOnce ? (
                  <li className="note" id={hint}>
                    Type more to see the other {found.length - shownAtOnce}.
                  </li>
                ) : null}
              </ul>
            )}
          </div>
        );
      }}
    </Loaded>
  );
}

/** Names of nodes as far as they are known yet; one that left its tree says so. */
function useNodeNames(nodes: readonly number[]): ReadonlyMap<number, string> {
  const api = useApi();
  return useQueries({
    queries: nodes.map((id) => ({ ...nodePlaceQuery(api, id, undefined), retry: false })),
    combine: (results) =>
      new Map(
        nodes.map((id, at) => {
          const { data, isError } = results[at] ?? {};
          const known = data?.path.map(({ name }) => name).join(' / ');
          return [id, isError === true ? `Node ${id}, in no tree any more` : (known ?? `Node ${id}`)];
        }),
      ),
  });
}

/** In a table: what somebody works in, in words. */
export function WorksIn({ nodes }: { nodes: Chosen }): ReactElement {
  const names = useNodeNames(nodes ?? []);
  if (nodes === null) return <>everything</>;
  if (nodes.length === 0) return <span className="note">nothing</span>;
  return <>{nodes.map((id) => names.get(id)).join(', ')}</>;
}
