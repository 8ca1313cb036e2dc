import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { treesQuery } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Page } from '../../components/page.tsx';
import { EmptyState, Loaded } from '../../components/states.tsx';
import { TreeForm } from './tree-form.tsx';

/** A tree is looked at before it is made: levels, filters, and what becomes of everybody. */
export function NewTreePage(): ReactElement {
  const query = useQuery(treesQuery(useApi()));
  const mayWrite = useCan('teams:write');
  return (
    <Page title="Make an org tree" parent={<Link to="/organization/trees">Org trees</Link>}>
      {mayWrite ? (
        <Loaded query={query}>{(list) => <TreeForm list={list} />}</Loaded>
      ) : (
        <EmptyState title="You may not make org trees">An administrator can do it.</EmptyState>
      )}
    </Page>
  );
}
