import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { NetworkRow } from '../../../src/features/integrations/contract.ts';
import { networkQuery } from '../../api/integrations.ts';
import { useApi } from '../../app/context.ts';
import { Chip } from '../../components/chips.tsx';
import { type Column, QueryTable } from '../../components/data-table.tsx';
import { Card, Page } from '../../components/page.tsx';
import { IntegrationTabs } from './integration-tabs.tsx';

const directions: Record<NetworkRow['direction'], string> = {
  inbound: '→ to the hub',
  outbound: '← from the hub',
  elsewhere: 'not by the hub',
};

const columns: readonly Column<NetworkRow>[] = [
  {
    id: 'direction',
    header: 'Direction',
    cell: (row) => directions[row.direction],
  },
  { id: 'from', header: 'From', cell: (row) => row.from },
  {
    id: 'to',
    header: 'To',
    cell: (row) =>
      row.integrationId === null ? (
        row.to
      ) : (
        <Link to="/integrations/$id" params={{ id: String(row.integrationId) }}>
          {row.to}
        </Link>
      ),
  },
  { id: 'host', header: 'Host', phone: 'stay', cell: (row) => <code>{row.host}</code> },
  { id: 'port', header: 'Port', phone: 'stay', numeric: true, cell: (row) => row.port },
  { id: 'protocol', header: 'Protocol', cell: (row) => row.protocol },
  { id: 'required', header: 'Needed', cell: (row) => (row.required ? 'Yes' : <Chip tone="none">If used</Chip>) },
  { id: 'purpose', header: 'What for', prose: true, className: 'grow-cell', cell: (row) => row.purpose },
];

export function NetworkPage(): ReactElement {
  const query = useQuery(networkQuery(useApi()));
  return (
    <Page title="Integrations" wide tabs={<IntegrationTabs />}>
      <Card title="Who calls whom" note="for firewalls and allowlists">
        <QueryTable
          query={query}
          label="Who calls whom"
          columns={columns}
          rows={(data) => data.rows}
          rowKey={(row) => `${row.from} ${row.to} ${row.host} ${row.port} ${row.integrationId}`}
          empty="The hub knows of no connection."
        />
      </Card>
    </Page>
  );
}
