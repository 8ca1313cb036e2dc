import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactElement, useEffect, useState } from 'react';
import type {
  ImportRepository,
  ImportServer,
  ImportState,
  OneBulkImport,
} from '../../../src/features/repositories/contract.ts';
import { useChange } from '../../address/use-change.ts';
import { toApiError } from '../../api/api-error.ts';
import { importRepositoriesQuery } from '../../api/imports.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { Chip } from '../../components/chips.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { SearchBox } from '../../components/form.tsx';
import { Card } from '../../components/page.tsx';
import { ErrorState, MutationError, Notice } from '../../components/states.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { countOf } from '../../words/numbers.ts';
import { type HowMade, HowMadeFields, toRequest } from './how-made.tsx';
import type { ImportSearch } from './search.ts';
import { SetUpCard } from './set-up-card.tsx';
import { SetUpDialog } from './set-up-dialog.tsx';
import { useSetUp } from './use-set-up.ts';

const route = getRouteApi('/shell/projects/import');

export function Repositories({
  server,
  sonarqube,
}: {
  server: ImportServer;
  sonarqube: ImportState['sonarqube'];
}): ReactElement {
  const { q, project } = route.useSearch();
  const change = useChange<ImportSearch>('/projects/import');
  const client = useQueryClient();
  const api = useApi();
  const list = useInfiniteQuery(importRepositoriesQuery(api, server.id, { project, search: q }));
  const [how, setHow] = useState<HowMade>({
    sonarqube: sonarqube[0]?.id ?? 0,
    keyRule: 'project_slug',
    visibility: 'usual',
  });
  const [chosen, setChosen] = useState<ReadonlyMap<string, ImportRepository>>(new Map());
  const [one, setOne] = useState<ImportRepository | null>(null);
  const { last, start } = useSetUp(server.id);
  const refused = list.error !== null && toApiError(list.error).code === 'import_token_refused';
  // The token died: the card above asks for another.
  useEffect(() => {
    if (refused) void client.invalidateQueries({ queryKey: ['import', 'state'] });
  }, [refused, client]);
  const pages = list.data?.pages ?? [];
  const cutOff = pages.at(-1)?.cutOff ?? null;
  const toggle = (repository: ImportRepository, on: boolean): void =>
    setChosen((before) => {
      const next = new Map(before);
      if (on) next.set(repository.id, repository);
      else next.delete(repository.id);
      return next;
    });
  const many = useMutation({
    mutationFn: () => {
      const repositories = [...chosen.values()].map(({ project: of, slug }) => ({ project: of, slug }));
      return api.send<OneBulkImport>('POST', `api/v1/import/${server.id}/bulk`, { repositories, ...toRequest(how) });
    },
    onSuccess: async ({ import: begun }) => {
      setChosen(new Map());
      change({ import: begun.id });
      await client.invalidateQueries({ queryKey: ['import', 'bulk', server.id] });
    },
  });
  return (
    <>
      {last === null ? null : <SetUpCard last={last} />}
      <Toolbar label="Filters">
        <SearchBox
          label="Project of Bitbucket"
          placeholder="Project, or ~user"
          value={project ?? ''}
          onChange={(text) => change({ project: text === '' ? undefined : text })}
        />
        <SearchBox
          label="Find a repository"
          placeholder="Repository"
          value={q ?? ''}
          onChange={(text) => change({ q: text === '' ? undefined : text })}
        />
      </Toolbar>
      <Card
        title="Repositories that you see"
        label="Repositories"
        actions={
          chosen.size === 0 ? (
            <span className="note">choose repositories to set up</span>
          ) : (
            <Button look="primary" busy={many.isPending} onClick={() => many.mutate()}>
              Set up {countOf(chosen.size, 'repository', 'repositories')}
            </Button>
          )
        }
      >
        <div className="card-body">
          <MutationError error={many.error} />
          <HowMadeFields value={how} sonarqube={sonarqube} onChange={setHow} />
        </div>
        {list.error !== null ? (
          <ErrorState error={list.error} retry={() => void list.refetch()} />
        ) : (
          <DataTable
            label="Repositories"
            columns={columns(chosen, toggle, setOne)}
            rows={list.data === undefined ? undefined : pages.flatMap(({ repositories }) => repositories)}
            rowKey={(row) => row.id}
            empty={
              q === undefined && project === undefined
                ? 'Your token sees no repository. Give its user the permission Read in Bitbucket.'
                : 'No repository that you see has this in its name.'
            }
          />
        )}
        {cutOff === null ? null : <Notice kind="warning">There may be more: {cutOff}.</Notice>}
        {list.hasNextPage ? (
          <div className="card-body">
            <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              Show more
            </Button>
          </div>
        ) : null}
      </Card>
      {one === null ? null : (
        <SetUpDialog
          repository={one}
          onClose={() => setOne(null)}
          onSetUp={(details) => {
            setOne(null);
            void start(one, { ...toRequest(how), ...details });
          }}
        />
      )}
    </>
  );
}

const columns = (
  chosen: ReadonlyMap<string, ImportRepository>,
  toggle: (repository: ImportRepository, on: boolean) => void,
  setUpOne: (repository: ImportRepository) => void,
): readonly Column<ImportRepository>[] => [
  {
    id: 'choose',
    header: 'Choose',
    phone: 'first',
    cell: (row) =>
      row.projects.length > 0 ? null : (
        <input
          type="checkbox"
          aria-label={`Choose ${row.project}/${row.slug}`}
          checked={chosen.has(row.id)}
          onChange={(event) => toggle(row, event.target.checked)}
        />
      ),
    text: () => '',
  },
  {
    id: 'name',
    header: 'Repository',
    fixed: true,
    className: 'name-cell',
    cell: (row) => (
      <>
        {row.name}
        <span className="note">
          {row.project}/{row.slug}
        </span>
      </>
    ),
    text: (row) => `${row.project}/${row.slug}`,
  },
  { id: 'project', header: 'Project of Bitbucket', cell: (row) => row.projectName ?? row.project },
  {
    id: 'state',
    header: 'SonarQube project',
    phone: 'stay',
    cell: (row) => <Standing repository={row} />,
    text: (row) => row.projects.map(({ key }) => key).join(', '),
  },
  {
    id: 'one',
    header: 'Set up',
    cell: (row) => {
      const word = row.unfinished ? 'Go on…' : row.projects.length > 0 ? 'Another…' : 'Set up…';
      return (
        <Button look="bare" aria-label={`${word} ${row.project}/${row.slug}`} onClick={() => setUpOne(row)}>
          {word}
        </Button>
      );
    },
    text: () => '',
  },
];

function Standing({ repository: { projects, unfinished, archived } }: { repository: ImportRepository }): ReactElement {
  const [first, ...more] = projects;
  if (first !== undefined) {
    return (
      <>
        <Link to="/projects/bindings" search={{ binding: first.binding }}>
          {first.key}
        </Link>
        {more.length === 0 ? null : <span className="note"> and {more.length} more</span>}
      </>
    );
  }
  if (unfinished) {
    return (
      <Chip tone="warn" glyph="◐">
        Not finished
      </Chip>
    );
  }
  return <span className="note">{archived ? 'none, archived' : 'none'}</span>;
}
