import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { IntegrationHealthList, Run } from '../../../src/features/ingestion/contract.ts';
import type { IntegrationAnswer } from '../../../src/features/integrations/contract.ts';
import { healthOf, healthQuery } from '../../api/health.ts';
import { inboxQuery } from '../../api/inbox.ts';
import { integrationsQuery } from '../../api/integrations.ts';
import { runsQuery } from '../../api/runs.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { RunStatusChip, Tag } from '../../components/chips.tsx';
import { type Column, QueryTable } from '../../components/data-table.tsx';
import { SearchBox } from '../../components/form.tsx';
import { HealthChip } from '../../components/health.tsx';
import { Card, Page } from '../../components/page.tsx';
import { EmptyState, Notice, Pending } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { IntegrationTabs } from './integration-tabs.tsx';
import { CheckChip, Expiry } from './state-chip.tsx';
import { Toolbar } from '../../components/toolbar.tsx';

const route = getRouteApi('/shell/integrations');

export function YourIntegrationsPage(): ReactElement {
  const api = useApi();
  const { q, added } = route.useSearch();
  const navigate = useNavigate({ from: '/integrations' });
  const integrations = useQuery(integrationsQuery(api, { text: q }));
  const runs = useQuery(runsQuery(api, {})).data?.runs ?? [];
  const health = useQuery(healthQuery(api)).data;
  const mayAdd = useCan('integrations:write');
  const nothing = integrations.data?.integrations.length === 0 && q === undefined;
  return (
    <Page
      title="Integrations"
      wide
      tabs={<IntegrationTabs />}
      actions={
        mayAdd && !nothing ? (
          <Link to="/integrations/available" className="button primary">
            Add integration
          </Link>
        ) : null
      }
    >
      {nothing ? (
        <NoIntegrations mayAdd={mayAdd} />
      ) : (
        <>
          {added === undefined ? null : integrations.data === undefined && integrations.error === null ? (
            <Pending />
          ) : (
            <Added integration={integrations.data?.integrations.find(({ id }) => id === added)} />
          )}
          <Toolbar label="Filters">
            <SearchBox
              label="Find an integration"
              placeholder="Name or tag"
              value={q ?? ''}
              onChange={(text) =>
                void navigate({ search: { q: text === '' ? undefined : text, added }, replace: true })
              }
            />
          </Toolbar>
          <Card title="Your integrations">
            <QueryTable
              query={integrations}
              label="Your integrations"
              columns={columns(runs, health)}
              rows={(data) => data.integrations}
              rowKey={(row) => row.id}
              skeletonRows={3}
              empty="No integration has this in its name or tags."
            />
          </Card>
        </>
      )}
    </Page>
  );
}

/** What happens now with the integration that was just made. */
function Added({ integration }: { integration: IntegrationAnswer | undefined }): ReactElement | null {
  const { added } = route.useSearch();
  const asked = useQuery(inboxQuery(useApi(), String(added)));
  const inbox = asked.data;
  if (integration === undefined) return null;
  if (inbox === undefined && asked.error === null) return <Pending />;
  const params = { id: String(integration.id) };
  const working = inbox?.webhooks.filter(({ state }) => state === 'active').length ?? 0;
  const waits = inbox?.webhooks.some(({ state }) => state !== 'active') === true;
  return (
    <Notice
      kind="done"
      title={`${integration.name} was added.`}
      action={
        <Link to="/integrations/$id/monitoring" params={params} className="button quiet">
          Watch the first sync
        </Link>
      }
    >
      {inbox === undefined || !inbox.ownWebhooks
        ? 'Its first sync runs.'
        : waits
          ? 'Its first sync runs; its webhook is not working yet, see its Inbox.'
          : working > 0
            ? `Its first sync runs, and ${working === 1 ? 'its webhook is' : `${working} webhooks are`} set up.`
            : 'Its first sync runs. Without a webhook changes are found by polling; its Inbox sets one up.'}
    </Notice>
  );
}

function columns(runs: readonly Run[], health: IntegrationHealthList | undefined): Column<IntegrationAnswer>[] {
  const newest = (row: IntegrationAnswer): Run | undefined =>
    runs.find((run) => run.integrationId === row.id && run.id !== null && run.kind !== 'aggregation');
  const planned = (row: IntegrationAnswer): Run | undefined =>
    runs.find((run) => run.integrationId === row.id && run.status === 'scheduled');
  return [
    {
      id: 'name',
      header: 'Name',
      phone: 'stay',
      cell: (row) => (
        <>
          <Link to="/integrations/$id" params={{ id: String(row.id) }} data-row-link="">
            {row.name}
          </Link>
          {row.tags.length === 0 ? null : (
            <span className="tags">
              {row.tags.map((tag) => (
                <Tag key={tag}>{tag}</Tag>
              ))}
            </span>
          )}
        </>
      ),
    },
    { id: 'kind', header: 'System', cell: (row) => row.kindTitle },
    {
      id: 'address',
      header: 'Address',
      cell: (row) => row.baseUrl ?? <span className="note">not part of this version</span>,
    },
    {
      id: 'health',
      header: 'Health',
      phone: 'first',
      cell: (row) => {
        const one = healthOf(health, String(row.id));
        return (
          <>
            {one === undefined ? null : <HealthChip health={one} />} <CheckChip integration={row} />
          </>
        );
      },
    },
    {
      id: 'run',
      header: 'Last run',
      cell: (row) => {
        const run = newest(row);
        if (run === undefined) return <span className="note">none yet</span>;
        return (
          <Link to="/integrations/$id/monitoring" params={{ id: String(row.id) }} search={{ run: run.id ?? undefined }}>
            <RunStatusChip status={run.status} /> {run.startedAt === null ? null : <Ago at={run.startedAt} />}
          </Link>
        );
      },
    },
    {
      id: 'next',
      header: 'Next run',
      cell: (row) => {
        const at = planned(row)?.startedAt;
        return at == null ? <span className="note">not planned</span> : <Ago at={at} />;
      },
    },
    {
      id: 'token',
      header: 'Token ends',
      cell: (row) =>
        row.credential === null ? <span className="note">none stored</span> : <Expiry expiresAt={firstEnd(row)} />,
    },
  ];
}

/** Of the credentials in use the one that ends first. */
function firstEnd({ credentials }: IntegrationAnswer): string | null {
  const ends = credentials.filter(({ standing }) => standing !== 'disabled').flatMap(({ endsAt }) => endsAt ?? []);
  return ends.toSorted()[0] ?? null;
}

function NoIntegrations({ mayAdd }: { mayAdd: boolean }): ReactElement {
  return (
    <EmptyState
      title="Nothing is connected yet"
      action={
        mayAdd ? (
          <Link to="/integrations/available" className="button primary">
            Add integration
          </Link>
        ) : (
          <p className="note">An administrator can add one.</p>
        )
      }
    >
      Your connected systems are listed here with their state, their last and next run, and when their token ends.
    </EmptyState>
  );
}
