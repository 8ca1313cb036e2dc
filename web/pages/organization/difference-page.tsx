import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { TreeDifference } from '../../../src/features/teams/contract.ts';
import { ApiError } from '../../api/api-error.ts';
import { differenceQuery, treeQuery } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Card, Page } from '../../components/page.tsx';
import { EmptyState, Loaded, MutationError } from '../../components/states.tsx';
import '../../styles/organization.css';
import { countOf, formatCount } from '../../words/numbers.ts';
import { changeWords, peopleWords } from './words.ts';

const route = getRouteApi('/shell/organization/trees/$id/difference');

/** What building a tree anew would change; only what is seen here is applied. */
export function DifferencePage(): ReactElement {
  const { id } = route.useParams();
  const api = useApi();
  const tree = useQuery(treeQuery(api, Number(id)));
  const query = useQuery(differenceQuery(api, Number(id)));
  return (
    <Page
      title="Difference"
      parent={
        <Link to="/organization/trees/$id" params={{ id }}>
          {tree.data?.tree.name ?? 'Org tree'}
        </Link>
      }
      wide
      pending={tree.data === undefined && tree.error === null}
    >
      <Loaded query={query}>{(difference) => <Difference id={id} difference={difference} />}</Loaded>
    </Page>
  );
}

function Difference({ id, difference }: { id: string; difference: TreeDifference }): ReactElement {
  const { nodes, nodeSample, people, peopleSample, totals } = difference;
  const nodesChanged = Object.values(nodes).reduce((sum, count) => sum + count, 0);
  const peopleChanged = people.joined + people.left + people.moved;
  if (nodesChanged + peopleChanged === 0) {
    return (
      <EmptyState
        title="Nothing would change"
        action={
          <Link to="/organization/trees/$id" params={{ id }} className="button">
            Back to the tree
          </Link>
        }
      >
        The tree stands as it would be built.
      </EmptyState>
    );
  }
  return (
    <>
      <Apply id={id} difference={difference} />
      <Card
        title={countOf(nodesChanged, 'node')}
        label="Nodes"
        note={(Object.keys(nodes) as (keyof typeof nodes)[])
          .filter((what) => nodes[what] > 0)
          .map((what) => `${formatCount(nodes[what])} ${changeWords[what]}`)
          .join(', ')}
      >
        <DataTable
          label="Nodes that change"
          columns={nodeColumns}
          rows={nodeSample}
          rowKey={(row) => `${row.what} ${row.name} ${row.before}`}
          empty="No node changes."
        />
        <First shown={nodeSample.length} total={nodesChanged} />
      </Card>
      <Card
        title={countOf(peopleChanged, 'person', 'people')}
        label="People"
        note={`${formatCount(totals.mapped)} in teams then`}
      >
        <DataTable
          label="People who change teams"
          columns={peopleColumns}
          rows={peopleSample}
          rowKey={(row) => row.id}
          empty="Nobody changes teams."
        />
        <First shown={peopleSample.length} total={peopleChanged} />
      </Card>
    </>
  );
}

function First({ shown, total }: { shown: number; total: number }): ReactElement | null {
  return total > shown ? (
    <p className="note card-note">
      The first {formatCount(shown)} of {formatCount(total)}.
    </p>
  ) : null;
}

function Apply({ id, difference }: { id: string; difference: TreeDifference }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayWrite = useCan('teams:write');
  const refresh = () => client.invalidateQueries({ queryKey: ['org-trees'] });
  const apply = useMutation({
    mutationFn: () => api.send('POST', `api/v1/org-trees/${id}/apply`, { fingerprint: difference.fingerprint }),
    onSuccess: async () => {
      await navigate({ to: '/organization/trees/$id', params: { id } });
      await refresh();
    },
    // What is seen is what is applied: another difference is shown before it can be.
    onError: (error) => (error instanceof ApiError && error.code === 'org_tree_changed' ? refresh() : undefined),
  });
  return (
    <Card title="What building it anew changes" padded>
      <p>{peopleWords(difference.people)}.</p>
      <MutationError error={apply.error} />
      {mayWrite ? (
        <div className="form-actions">
          <Button look="primary" busy={apply.isPending} onClick={() => apply.mutate()}>
            Apply it
          </Button>
        </div>
      ) : (
        <p className="note">An administrator can apply it.</p>
      )}
    </Card>
  );
}

const nodeColumns: readonly Column<TreeDifference['nodeSample'][number]>[] = [
  { id: 'name', header: 'Node', fixed: true, className: 'name-cell', cell: (row) => row.name },
  { id: 'what', header: 'What', phone: 'first', cell: (row) => changeWords[row.what] },
  { id: 'before', header: 'Before', cell: (row) => (row.before === row.name ? '' : (row.before ?? '')) },
  { id: 'kind', header: 'Kind', cell: (row) => (row.leaf ? 'team' : 'node') },
];

const none = <span className="note">no team</span>;

const peopleColumns: readonly Column<TreeDifference['peopleSample'][number]>[] = [
  { id: 'name', header: 'Name', fixed: true, className: 'name-cell', cell: (row) => row.name },
  { id: 'email', header: 'E-mail', cell: (row) => row.email },
  { id: 'from', header: 'From', cell: (row) => row.from ?? none },
  { id: 'to', header: 'To', phone: 'stay', cell: (row) => row.to ?? none },
];
