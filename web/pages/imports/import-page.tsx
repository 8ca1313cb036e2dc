import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactElement, type ReactNode, useState } from 'react';
import type { ImportServer, ImportState } from '../../../src/features/repositories/contract.ts';
import { useChange } from '../../address/use-change.ts';
import { bulkImportsQuery, importQuery } from '../../api/imports.ts';
import { useApi } from '../../app/context.ts';
import { CompactSelect } from '../../components/form.tsx';
import { Page } from '../../components/page.tsx';
import { EmptyState, ErrorState, Loaded } from '../../components/states.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import '../../styles/bindings.css';
import { ProjectsTabs } from '../bindings/projects-tabs.tsx';
import { BulkCard } from './bulk-card.tsx';
import { LastImports } from './last-imports.tsx';
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
            onChoose={(id) => change({ server: Number(id), import: undefined })}
          />
        </Toolbar>
      )}
      <TokenCard key={server.id} server={server} />
      <BulkImports key={`imports ${server.id}`} server={server.id}>
        {isUsable(server) ? <Repositories key={server.id} server={server} sonarqube={sonarqube} /> : null}
      </BulkImports>
    </>
  );
}

/** The import that is under way or was asked for stands above the list, the last ones below it. */
function BulkImports({ server, children }: { server: number; children: ReactNode }): ReactElement {
  const { import: asked } = route.useSearch();
  const change = useChange<ImportSearch>('/projects/import');
  const list = useQuery(bulkImportsQuery(useApi(), server));
  const imports = list.data?.imports ?? [];
  const underWay = imports.find(({ endedAt }) => endedAt === null)?.id ?? null;
  // What was seen under way stays when it ends: people wait for what became of it.
  const [seen, setSeen] = useState(underWay);
  if (underWay !== null && underWay !== seen) setSeen(underWay);
  const shown = asked ?? underWay ?? seen;
  return (
    <>
      {shown === null ? null : <BulkCard key={shown} server={server} bulk={shown} />}
      {children}
      {list.error === null ? null : <ErrorState error={list.error} retry={() => void list.refetch()} />}
      {imports.length === 0 ? null : (
        <LastImports imports={imports} shown={shown} onShow={(id) => change({ import: id })} />
      )}
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
