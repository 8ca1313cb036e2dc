import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { connectorsQuery } from '../../api/integrations.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { SearchBox } from '../../components/form.tsx';
import { Page } from '../../components/page.tsx';
import { Loaded, Notice } from '../../components/states.tsx';
import { IntegrationTabs } from './integration-tabs.tsx';
import { Toolbar } from '../../components/toolbar.tsx';

const route = getRouteApi('/shell/integrations/available');

export function AvailableIntegrationsPage(): ReactElement {
  const { q } = route.useSearch();
  const navigate = useNavigate({ from: '/integrations/available' });
  const mayAdd = useCan('integrations:write');
  const query = useQuery(connectorsQuery(useApi()));
  const wanted = (q ?? '').toLowerCase();
  return (
    <Page title="Integrations" tabs={<IntegrationTabs />}>
      {mayAdd ? null : <Notice title="Your role does not allow adding integrations.">An administrator can.</Notice>}
      <Toolbar label="Filters">
        <SearchBox
          label="Find a system"
          placeholder="Name of a system"
          value={q ?? ''}
          onChange={(text) => void navigate({ search: { q: text === '' ? undefined : text }, replace: true })}
        />
      </Toolbar>
      <Loaded query={query}>
        {({ connectors }) => {
          const shown = connectors.filter(({ title, description }) =>
            `${title} ${description}`.toLowerCase().includes(wanted),
          );
          if (shown.length === 0) return <p>No system matches “{q}”.</p>;
          return (
            <ul className="catalogue">
              {shown.map(({ kind, title, description, streams }) => (
                <li key={kind} className="card">
                  <h2>{title}</h2>
                  <p>{description}</p>
                  <p className="note">Reads {streams.map((stream) => stream.title.toLowerCase()).join(', ')}.</p>
                  {mayAdd ? (
                    <Link to="/integrations/add/$kind" params={{ kind }} className="button primary">
                      Add {title}
                    </Link>
                  ) : null}
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Page>
  );
}
