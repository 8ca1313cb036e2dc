import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { treesQuery } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Page } from '../../components/page.tsx';
import { EmptyState, Loaded } from '../../components/states.tsx';
import { TreeForm } from './tree-form.tsx';

const route = getRouteApi('/shell/organization/trees/$id/edit');

/** Other levels and filters of a tree that is there; what they change is shown before it is applied. */
export function EditTreePage(): ReactElement {
  const id = Number(route.useParams().id);
  const query = useQuery(treesQuery(useApi()));
  const mayWrite = useCan('teams:write');
  const tree = query.data?.trees.find((one) => one.id === id);
  return (
    <Page
      title={tree === undefined ? 'How it is built' : `How ${tree.name} is built`}
      parent={<Link to="/organization/trees">Org trees</Link>}
      pending={query.data === undefined && query.error === null}
    >
      {mayWrite ? (
        <Loaded query={query}>
          {(list) =>
            tree === undefined ? (
              <EmptyState title="There is no such org tree">Somebody may have removed it.</EmptyState>
            ) : (
              <TreeForm key={tree.id} list={list} tree={tree} />
            )
          }
        </Loaded>
      ) : (
        <EmptyState title="You may not change org trees">An administrator can do it.</EmptyState>
      )}
    </Page>
  );
}
