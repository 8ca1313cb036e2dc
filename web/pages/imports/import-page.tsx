import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { ImportServer, ImportState } from '../../../src/features/repositories/contract.ts';
import { useChange } from '../../address/use-change.ts';
import { importQuery } from '../../api/imports.ts';
import { useApi } from '../../app/context.ts';
import { CompactSelect } from '../../components/form.tsx';
import { Page } from '../../components/page.tsx';
import { EmptyState, Loaded } from '../../components/states.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import '../../styles/bindings.css';
import { ProjectsTabs } from '../bindings/projects-tabs.tsx';
import { Repositories } from './repositories.tsx';
import type { ImportSearch } from './search.ts';
import { TokenCard } from './token-card.tsx';

const route = getRouteApi('/shell/projects/import');

/** Repositories of Bitbucket that become projects of SonarQube, each person with an own token. */
export function ImportPage(): ReactElement {
  const state = useQuery(importQuery(useApi()));
  return (
    <Page title="Add project" wide tabs={<ProjectsTabs />}>
      <Loaded query={state}>{(data) => <Servers state={data} />}</Loaded>
    </Page>
  );
}

function Servers({ state: { servers, sonarqube } }: { state: ImportState }): ReactElement {
  const { server: wanted } = route.useSearch();
  const change = useChange<ImportSearch>('/projects/import');
  const server = servers.find(({ id }) => id === wanted) ?? servers[0];
  if (server === undefined) return <Missing kind="bitbucket-server" name="Bitbucket Server" />;
  if (sonarqube.length === 0) return <Missing kind="sonarqube" name="SonarQube" />;
  return (
    <>
      {servers.length === 1 ? null : (
        <Toolbar label="Server">
          <CompactSelect
            label="Bitbucket"
            value={String(server.id)}
            choices={servers.map(({ id, name }) => ({ value: String(id), label: name }))}
            onChoose={(id) => change({ server: Number(id) })}
          />
        </Toolbar>
      )}
      <TokenCard key={server.id} server={server} />
      {isUsable(server) ? <Repositories key={server.id} server={server} sonarqube={sonarqube} /> : null}
    </>
  );
}

const isUsable = ({ token }: ImportServer): boolean => token !== null && token.refusedAt === null;

function Missing({ kind, name }: { kind: string; name: string }): ReactElement {
  return (
    <EmptyState
      title={`${name} is not connected yet`}
      action={
        <Link to="/integrations/add/$kind" params={{ kind }} className="button primary">
          Connect {name}
        </Link>
      }
    >
      Repositories of Bitbucket are listed here, and become projects of SonarQube whose quality gates are reported on
      pull requests.
    </EmptyState>
  );
}
