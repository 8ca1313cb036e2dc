import { useQueries, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { InboxState } from '../../../src/features/inbox/contract.ts';
import type { IntegrationAnswer } from '../../../src/features/integrations/contract.ts';
import { healthOf, healthQuery } from '../../api/health.ts';
import { inboxQuery } from '../../api/inbox.ts';
import { integrationsQuery } from '../../api/integrations.ts';
import { policyQuery } from '../../api/policy.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Chip } from '../../components/chips.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { HealthChip } from '../../components/health.tsx';
import { Card, Page } from '../../components/page.tsx';
import { EmptyState, Loaded } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { PolicyTabs } from './policy-tabs.tsx';

interface Row {
  integration: IntegrationAnswer;
  inbox: InboxState | undefined;
  health: ReturnType<typeof healthOf>;
  excluded: boolean;
}

/** Every SonarQube the policy draws on. A configuration is the integration itself, so each leads there. */
export function ConfigurationsPage(): ReactElement {
  const api = useApi();
  const integrations = useQuery(integrationsQuery(api, {}));
  const policy = useQuery(policyQuery(api)).data;
  const health = useQuery(healthQuery(api)).data;
  const servers = (integrations.data?.integrations ?? []).filter(({ kind }) => kind === 'sonarqube');
  const inboxes = useQueries({ queries: servers.map(({ id }) => inboxQuery(api, String(id))) });
  const rows = servers.map(
    (integration, index): Row => ({
      integration,
      inbox: inboxes[index]?.data,
      health: healthOf(health, String(integration.id)),
      excluded: policy?.settings.excludedIntegrations.includes(integration.id) ?? false,
    }),
  );
  return (
    <Page title="Policy" wide tabs={<PolicyTabs />}>
      <Loaded query={integrations}>
        {() =>
          rows.length === 0 ? (
            <NoServer />
          ) : (
            <Card title="SonarQube configurations" note="integrations whose analyses the policy draws on">
              <DataTable
                label="SonarQube configurations"
                columns={columns}
                rows={rows}
                rowKey={(row) => row.integration.id}
                empty="There is none."
              />
            </Card>
          )
        }
      </Loaded>
    </Page>
  );
}

function NoServer(): ReactElement {
  const mayAdd = useCan('integrations:write');
  return (
    <EmptyState
      title="No SonarQube configuration"
      action={
        mayAdd ? (
          <Link to="/integrations/add/$kind" params={{ kind: 'sonarqube' }} className="button primary">
            Connect SonarQube
          </Link>
        ) : (
          <p className="note">An administrator can connect SonarQube.</p>
        )
      }
    >
      Each connected SonarQube is listed here with its health, its webhook and when it last called.
    </EmptyState>
  );
}

const columns: readonly Column<Row>[] = [
  {
    id: 'name',
    header: 'Configuration',
    fixed: true,
    className: 'name-cell',
    cell: ({ integration }) => (
      <>
        <Link to="/integrations/$id" params={{ id: String(integration.id) }} data-row-link="">
          {integration.name}
        </Link>
        <span className="note">{integration.baseUrl}</span>
      </>
    ),
  },
  {
    id: 'health',
    header: 'Health',
    phone: 'first',
    cell: ({ health }) =>
      health === undefined ? <span className="note">not known yet</span> : <HealthChip health={health} />,
  },
  { id: 'webhook', header: 'Webhook', cell: ({ inbox }) => <Webhook inbox={inbox} /> },
  {
    id: 'delivery',
    header: 'Last delivery',
    cell: ({ inbox, integration }) =>
      inbox === undefined || inbox.counts.lastAt === null ? (
        <span className="note">none yet</span>
      ) : (
        <Link to="/integrations/$id/inbox" params={{ id: String(integration.id) }}>
          <Ago at={inbox.counts.lastAt} />
        </Link>
      ),
  },
  {
    id: 'part',
    header: 'In the policy',
    cell: ({ excluded, integration }) =>
      integration.state === 'deleting' ? (
        <span className="note">no, it is being deleted</span>
      ) : excluded ? (
        <span className="note">no, left out by the rules</span>
      ) : (
        'takes part'
      ),
  },
];

function Webhook({ inbox }: { inbox: InboxState | undefined }): ReactElement {
  if (inbox === undefined) return <span className="bone" data-length="1" />;
  const failed = inbox.webhooks.find(({ state }) => state === 'failed');
  if (failed !== undefined) {
    return (
      <Chip tone="failed" glyph="✕" title={failed.error?.message ?? ''}>
        Refused
      </Chip>
    );
  }
  if (inbox.webhooks.some(({ state }) => state === 'active')) {
    return (
      <Chip tone="passed" glyph="✓">
        On
      </Chip>
    );
  }
  if (inbox.webhooks.length > 0) {
    return (
      <Chip tone="active" glyph="◔">
        Being set up
      </Chip>
    );
  }
  return inbox.counts.lastAt === null ? (
    <Chip tone="none" glyph="–" title="Analyses are found by polling.">
      Off
    </Chip>
  ) : (
    <Chip tone="passed" glyph="✓" title="Set up on the server by a person.">
      On, set up by hand
    </Chip>
  );
}
