import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { TreeNode } from '../../../src/features/teams/contract.ts';
import { useChange } from '../../address/use-change.ts';
import { treeQuery, treesQuery } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { ChooseMany } from '../../components/choose-many.tsx';
import { CompactSelect } from '../../components/form.tsx';
import { Page } from '../../components/page.tsx';
import { EmptyState, Loaded, Notice, Skeleton } from '../../components/states.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import '../../styles/compare.css';
import { ComparedNode } from './compared-node.tsx';
import { type CompareSearch, mostCompared } from './search.ts';

const route = getRouteApi('/shell/insights/compare');

/** Up to six nodes of an org tree, the same figures of each side by side. */
export function ComparePage(): ReactElement {
  const { nodes = [] } = route.useSearch();
  return (
    <Page title="Compare teams" parent={<Link to="/insights/security">Security</Link>} wide>
      <Chooser />
      {nodes.length === 0 ? (
        <EmptyState title="No team is chosen yet">
          Choose up to six teams or nodes of an org tree: the same figures of each stand here side by side. The address
          of the page can be shared.
        </EmptyState>
      ) : (
        <div className="compared">
          {nodes.map((node) => (
            <ComparedNode key={node} node={node} />
          ))}
        </div>
      )}
    </Page>
  );
}

function Chooser(): ReactElement {
  const search = route.useSearch();
  const change = useChange<CompareSearch>('/insights/compare');
  const trees = useQuery(treesQuery(useApi()));
  return (
    <Loaded query={trees} skeleton={<Skeleton height={40} />}>
      {({ trees: all }) => {
        const tree = search.tree ?? all[0]?.id;
        if (tree === undefined) {
          return (
            <Notice kind="info" title="There is no org tree yet.">
              <Link to="/organization/trees">Org trees</Link>
            </Notice>
          );
        }
        return (
          <Toolbar label="What is compared">
            {all.length > 1 ? (
              <CompactSelect
                label="Tree"
                value={String(tree)}
                choices={all.map(({ id, name }) => ({ value: String(id), label: name }))}
                onChoose={(id) => change({ tree: Number(id), nodes: undefined })}
              />
            ) : null}
            <Nodes tree={tree} chosen={search.nodes} onChoose={(nodes) => change({ nodes })} />
          </Toolbar>
        );
      }}
    </Loaded>
  );
}

function Nodes({
  tree,
  chosen,
  onChoose,
}: {
  tree: number;
  chosen: number[] | undefined;
  onChoose: (nodes: number[] | undefined) => void;
}): ReactElement | null {
  const { data } = useQuery(treeQuery(useApi(), tree));
  if (data === undefined) return null;
  const names = new Map(data.nodes.map((node) => [node.key, node.name]));
  const label = ({ name, parent }: TreeNode): string => {
    const above = parent === null ? undefined : names.get(parent);
    return above === undefined ? name : `${name}, ${above}`;
  };
  const options = data.nodes.flatMap((node) => (node.id === null ? [] : [{ value: node.id, label: label(node) }]));
  return (
    <>
      <ChooseMany
        label="Teams"
        all="Choose teams"
        options={options}
        chosen={chosen}
        onChoose={(next) => onChoose(next?.slice(0, mostCompared))}
      />
      {chosen?.length === mostCompared ? <span className="note">Six at most.</span> : null}
    </>
  );
}
