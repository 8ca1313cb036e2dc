import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { EndpointAnswer } from '../../../src/features/integrations/contract.ts';
import { endpointsQuery } from '../../api/integrations.ts';
import { useApi } from '../../app/context.ts';
import { CopyButton } from '../../components/button.tsx';
import { type Column, QueryTable } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { countOf } from '../../words/numbers.ts';

const route = getRouteApi('/shell/integrations/$id');

const columns: readonly Column<EndpointAnswer>[] = [
  {
    id: 'path',
    header: 'Method and path',
    phone: 'stay',
    cell: (row) => (
      <code>
        {row.method} {row.path}
      </code>
    ),
  },
  { id: 'why', header: 'Why', prose: true, className: 'grow-cell', cell: (row) => row.why },
  { id: 'since', header: 'Since', cell: (row) => row.since },
  { id: 'without', header: 'What is lost without it', prose: true, className: 'grow-cell', cell: (row) => row.without },
  { id: 'permission', header: 'Permission', cell: (row) => row.permission },
];

/** For whoever opens a proxy or reviews what a token is used for. */
export function EndpointsTab(): ReactElement {
  const { id } = route.useParams();
  const query = useQuery(endpointsQuery(useApi(), id));
  const list =
    query.data?.endpoints.map(({ method, path }) => `${method} ${query.data.baseUrl ?? ''}/${path}`).join('\n') ?? '';
  return (
    <Card
      title="Endpoints the connector calls"
      note={query.data === undefined ? undefined : countOf(query.data.endpoints.length, 'endpoint')}
      actions={<CopyButton text={list} label="Copy as a list" />}
    >
      <QueryTable
        query={query}
        label="Endpoints"
        columns={columns}
        rows={(data) => data.endpoints}
        rowKey={(row) => `${row.method} ${row.path}`}
        empty="This connector declares no endpoint."
      />
    </Card>
  );
}
