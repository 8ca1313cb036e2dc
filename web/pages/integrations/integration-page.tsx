import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, Outlet, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Run } from '../../../src/features/ingestion/contract.ts';
import { healthOf, healthQuery } from '../../api/health.ts';
import { integrationQuery } from '../../api/integrations.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { HealthChip } from '../../components/health.tsx';
import { PopoverAction } from '../../components/overlay.tsx';
import { PanelButton } from '../../components/menu-button.tsx';
import { Page, Tabs } from '../../components/page.tsx';
import { Loaded, MutationError, Notice } from '../../components/states.tsx';
import { HealthNotice } from './health-notice.tsx';
import { CheckChip } from './state-chip.tsx';

const route = getRouteApi('/shell/integrations/$id');

export function IntegrationPage(): ReactElement {
  const { id } = route.useParams();
  const query = useQuery(integrationQuery(useApi(), id));
  const integration = query.data;
  const all = useQuery(healthQuery(useApi()));
  const health = healthOf(all.data, id);
  const settled = (integration !== undefined || query.error !== null) && (all.data !== undefined || all.error !== null);
  const sync = useSync(id);
  const maySync = useCan('runs:write') && integration !== undefined && integration.state !== 'deleting';
  const params = { id };
  return (
    <Page
      title={integration?.name ?? 'Integration'}
      parent={<Link to="/integrations">Integrations</Link>}
      wide
      pending={!settled}
      helpFor={integration?.kind}
      status={
        <>
          {health === undefined ? null : <HealthChip health={health} />}
          {integration === undefined ? null : <CheckChip integration={integration} />}
        </>
      }
      actions={
        maySync ? (
          <>
            <PanelButton label="More" name="More ways to run">
              <MoreRuns sync={(full) => sync.mutate(full)} />
            </PanelButton>
            <Button look="primary" icon="play" busy={sync.isPending} onClick={() => sync.mutate(false)}>
              Run now
            </Button>
          </>
        ) : null
      }
      tabs={
        <Tabs
          label="Integration"
          tabs={[
            { label: 'Overview', link: { to: '/integrations/$id', params }, exact: true },
            { label: 'Monitoring', link: { to: '/integrations/$id/monitoring', params } },
            { label: 'Completeness', link: { to: '/integrations/$id/completeness', params } },
            { label: 'Inbox', link: { to: '/integrations/$id/inbox', params } },
            { label: 'Endpoints', link: { to: '/integrations/$id/endpoints', params } },
            { label: 'Settings', link: { to: '/integrations/$id/settings', params } },
          ]}
        />
      }
    >
      <MutationError error={sync.error} />
      <HealthNotice health={health} />
      {integration?.state === 'paused' ? (
        <Notice title="Paused.">Nothing runs by itself. Runs started by hand still work.</Notice>
      ) : null}
      {integration?.state === 'deleting' ? (
        <Notice kind="warning" title="This integration is being deleted.">
          Its rows and secrets are removed in the background.
        </Notice>
      ) : null}
      <Loaded query={query}>{() => <Outlet />}</Loaded>
    </Page>
  );
}

function useSync(id: string) {
  const api = useApi();
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (full: boolean) =>
      api.send<Run>('POST', `api/v1/integrations/${encodeURIComponent(id)}/sync`, { full }),
    async onSuccess(run) {
      await client.invalidateQueries({ queryKey: ['runs'] });
      await navigate({ to: '/integrations/$id/monitoring', params: { id }, search: { run: run.id ?? undefined } });
    },
  });
}

function MoreRuns({ sync }: { sync: (full: boolean) => void }): ReactElement {
  return (
    <div className="form">
      <div>
        <strong>Full sync</strong>
        <p className="note">Reads every project again, changed or not. What is stored stays visible meanwhile.</p>
      </div>
      <PopoverAction onClick={() => sync(true)}>Start a full sync</PopoverAction>
    </div>
  );
}
