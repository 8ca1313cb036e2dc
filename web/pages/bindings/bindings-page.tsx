import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { Binding } from '../../../src/features/repositories/contract.ts';
import { useChange } from '../../address/use-change.ts';
import { bindingsQuery } from '../../api/bindings.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { type Column, pagingOf, QueryTable } from '../../components/data-table.tsx';
import { SearchBox, Segmented } from '../../components/form.tsx';
import { Card, Page } from '../../components/page.tsx';
import { EmptyState } from '../../components/states.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import '../../styles/bindings.css';
import { AddBinding } from './add-binding.tsx';
import { BindingPanel } from './binding-panel.tsx';
import { BindingChips } from './chips.tsx';
import { ProjectsTabs } from './projects-tabs.tsx';
import type { BindingsSearch } from './search.ts';
import { Suggestions } from './suggestions.tsx';

const route = getRouteApi('/shell/projects/bindings');

const views = [
  { value: 'bound', label: 'Bound' },
  { value: 'suggestions', label: 'Suggestions' },
] as const;

/** Which repository of Bitbucket each SonarQube project is of. */
export function BindingsPage(): ReactElement {
  const { q, view, binding, page } = route.useSearch();
  const change = useChange<BindingsSearch>('/projects/bindings');
  const mayAdd = useCan('integrations:write');
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title="Bindings"
      wide
      tabs={<ProjectsTabs />}
      actions={
        mayAdd ? (
          <Button look="primary" onClick={() => setAdding(true)}>
            Add binding
          </Button>
        ) : null
      }
    >
      <Toolbar label="Filters">
        <SearchBox
          label="Find a binding"
          placeholder="Project or repository"
          value={q ?? ''}
          onChange={(text) => change({ q: text === '' ? undefined : text })}
        />
        <Segmented
          label="What is listed"
          value={view ?? 'bound'}
          choices={[...views]}
          onChoose={(next) => change({ view: next === 'suggestions' ? next : undefined })}
        />
      </Toolbar>
      {view === 'suggestions' ? <Suggestions /> : <Bound />}
      {adding ? (
        <AddBinding
          onClose={() => setAdding(false)}
          onAdded={({ id }) => {
            setAdding(false);
            change({ binding: id, view: undefined });
          }}
        />
      ) : null}
      {binding === undefined ? null : (
        <BindingPanel id={binding} onClose={() => change({ binding: undefined, page })} />
      )}
    </Page>
  );
}

function Bound(): ReactElement {
  const { q, page, binding } = route.useSearch();
  const change = useChange<BindingsSearch>('/projects/bindings');
  const list = useQuery(bindingsQuery(useApi(), { search: q, page }));
  if (list.data?.total === 0 && q === undefined) {
    return (
      <EmptyState
        title="No project is bound yet"
        action={<Button onClick={() => change({ view: 'suggestions' })}>See suggestions</Button>}
      >
        A binding says which repository of Bitbucket a SonarQube project is of. Quality gates are then reported on its
        pull requests.
      </EmptyState>
    );
  }
  return (
    <Card title="Bound projects" label="Bindings">
      <QueryTable
        query={list}
        label="Bindings"
        columns={columns}
        rows={(data) => data.bindings}
        rowKey={(row) => row.id}
        openKey={binding}
        paging={pagingOf(list.data, change)}
        empty="No binding has this in its project or repository."
      />
    </Card>
  );
}

const columns: readonly Column<Binding>[] = [
  {
    id: 'project',
    header: 'SonarQube project',
    fixed: true,
    className: 'name-cell',
    cell: (row) => (
      <>
        <Link to="/projects/bindings" search={(before) => ({ ...before, binding: row.id })} data-row-link="">
          {row.project.name}
        </Link>
        {row.project.key === row.project.name ? null : <span className="note">{row.project.key}</span>}
      </>
    ),
    text: (row) => `${row.project.name} ${row.project.key}`,
  },
  {
    id: 'repository',
    header: 'Repository',
    cell: (row) => (
      <>
        {row.repository.project}/{row.repository.slug}
      </>
    ),
  },
  {
    id: 'server',
    header: 'Server',
    cell: (row) => row.repository.integration.name,
  },
  {
    id: 'folder',
    header: 'Folder',
    cell: (row) =>
      row.prefix === '' ? (
        <span className="note">{row.mono ? 'the whole, one of several' : 'the whole'}</span>
      ) : (
        row.prefix
      ),
  },
  { id: 'annotations', header: 'Annotations', cell: (row) => (row.annotations ? 'On' : 'Off') },
  { id: 'key', header: 'Report key', cell: (row) => <code>{row.reportKey}</code> },
  { id: 'warnings', header: 'Warnings', phone: 'first', keep: true, cell: (row) => <BindingChips binding={row} /> },
];
