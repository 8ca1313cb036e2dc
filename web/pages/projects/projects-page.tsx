import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { GateFilter, ProjectRow } from '../../../src/features/code-quality/contract.ts';
import { integrationsQuery } from '../../api/integrations.ts';
import { projectsQuery } from '../../api/projects.ts';
import { useChange } from '../../address/use-change.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { ChooseMany } from '../../components/choose-many.tsx';
import { type Column, ColumnChooser, pagingOf, QueryTable } from '../../components/data-table.tsx';
import { Checkbox, SearchBox } from '../../components/form.tsx';
import { Icon } from '../../components/icons.tsx';
import { Card, Page } from '../../components/page.tsx';
import { EmptyState, Pending } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { formatPercent } from '../../words/measures.ts';
import { countOf, formatCount } from '../../words/numbers.ts';
import { ProjectsTabs } from '../bindings/projects-tabs.tsx';
import { NothingOfTeams } from '../scope/nothing-of-teams.tsx';
import { useOwnTeams } from '../scope/scope-words.ts';
import { ScopePicker } from '../scope/scope-picker.tsx';
import { ScopeBelow, ScopeTrail } from '../scope/scope-trail.tsx';
import { GateChip } from './gate.tsx';
import { gateFilters, type ProjectsSearch } from './search.ts';
import { Toolbar } from '../../components/toolbar.tsx';

const route = getRouteApi('/shell/projects');

const orNoData = (value: number | null): ReactElement | string =>
  value === null ? <span className="note">no data</span> : formatCount(value);
const percent = (value: number | null): ReactElement | string =>
  value === null ? <span className="note">no data</span> : formatPercent(value);

const columns: readonly Column<ProjectRow>[] = [
  {
    id: 'name',
    header: 'Project',
    fixed: true,
    sortable: true,
    className: 'name-cell',
    cell: (row) => (
      <>
        <Link to="/projects/$id" params={{ id: String(row.id) }} data-row-link="">
          {row.name}
        </Link>
        {row.key === row.name ? null : <span className="note">{row.key}</span>}
      </>
    ),
  },
  { id: 'key', header: 'Key', sortable: true, hidden: true, cell: (row) => <code>{row.key}</code> },
  { id: 'integration', header: 'Integration', hidden: true, cell: (row) => row.integration.name },
  { id: 'gate', header: 'Gate', phone: 'first', sortable: true, cell: (row) => <GateChip gate={row.gate} /> },
  {
    id: 'vulnerabilities',
    header: 'Vulnerabilities',
    numeric: true,
    sortable: true,
    cell: (row) => orNoData(row.openVulnerabilities),
  },
  { id: 'coverage', header: 'Coverage', numeric: true, sortable: true, cell: (row) => percent(row.coverage) },
  { id: 'duplication', header: 'Duplication', numeric: true, sortable: true, cell: (row) => percent(row.duplication) },
  {
    id: 'security',
    header: 'Security',
    numeric: true,
    sortable: true,
    cell: (row) => orNoData(row.issues.security),
  },
  {
    id: 'reliability',
    header: 'Reliability',
    numeric: true,
    sortable: true,
    cell: (row) => orNoData(row.issues.reliability),
  },
  {
    id: 'maintainability',
    header: 'Maintainability',
    numeric: true,
    sortable: true,
    cell: (row) => orNoData(row.issues.maintainability),
  },
  {
    id: 'lastAnalysis',
    header: 'Last analysis',
    sortable: true,
    cell: (row) =>
      row.lastAnalysisAt === null ? <span className="note">never analysed</span> : <Ago at={row.lastAnalysisAt} />,
  },
];

const gateFilterLabel: Record<GateFilter, string> = {
  passed: 'Passed',
  failed: 'Failed',
  not_evaluated: 'Not evaluated',
  none: 'No data',
};

export function ProjectsPage(): ReactElement {
  const api = useApi();
  const search = route.useSearch();
  const change = useChange<ProjectsSearch>('/projects');
  const { q, columns: chosenText, deleted, ...rest } = search;
  const parameters = { ...rest, deleted: deleted === true ? 'only' : undefined } as const;
  const projects = useQuery(projectsQuery(api, { ...parameters, text: q }));
  const chosen = chosenText?.split(',');
  const filtered =
    q !== undefined ||
    search.node !== undefined ||
    search.gate !== undefined ||
    search.integration !== undefined ||
    deleted === true;
  const nothing = projects.data?.total === 0 && !filtered;
  return (
    <Page
      title="Projects"
      wide
      tabs={<ProjectsTabs />}
      actions={
        <span className="note">{projects.data === undefined ? '' : countOf(projects.data.total, 'project')}</span>
      }
    >
      {nothing ? (
        <NoProjects />
      ) : (
        <>
          <ScopeTrail />
          <Filters search={search} change={change} />
          <ScopeBelow />
          <Card
            title="Main branches"
            label="Projects"
            note="open vulnerabilities and open issues by quality, of each project’s main branch"
            actions={
              <>
                <ColumnChooser
                  columns={columns}
                  chosen={chosen}
                  onChoose={(next) => change({ columns: next?.join(','), page: search.page })}
                />
                <a
                  className="button bare"
                  href={api.url('api/v1/projects', { ...parameters, search: q, page: undefined, format: 'csv' })}
                  download
                >
                  <Icon name="download" />
                  CSV
                </a>
              </>
            }
          >
            <QueryTable
              query={projects}
              label="Projects"
              columns={columns}
              chosen={chosen}
              rows={(data) => data.projects}
              rowKey={(row) => row.id}
              sorting={{
                by: search.sort ?? 'name',
                direction: search.direction ?? 'asc',
                onSort: (by, direction) =>
                  change({
                    sort: by === 'name' ? undefined : (by as ProjectsSearch['sort']),
                    direction: direction === 'desc' ? 'desc' : undefined,
                  }),
              }}
              paging={pagingOf(projects.data, change)}
              empty="No project matches these filters."
            />
          </Card>
        </>
      )}
    </Page>
  );
}

function Filters({
  search,
  change,
}: {
  search: ProjectsSearch;
  change: (next: Partial<ProjectsSearch>) => void;
}): ReactElement {
  const asked = useQuery(integrationsQuery(useApi(), {}));
  const integrations = asked.data?.integrations ?? [];
  return (
    <Toolbar label="Filters">
      <ScopePicker />
      {asked.data === undefined && asked.error === null ? <Pending /> : null}
      <SearchBox
        label="Find a project"
        placeholder="Name or key"
        value={search.q ?? ''}
        onChange={(text) => change({ q: text === '' ? undefined : text })}
      />
      <ChooseMany
        label="Gates"
        all="Any gate"
        options={gateFilters.map((value) => ({ value, label: gateFilterLabel[value] }))}
        chosen={search.gate}
        onChoose={(gate) => change({ gate })}
      />
      {integrations.length > 1 ? (
        <ChooseMany
          label="Integrations"
          all="All integrations"
          options={integrations.map(({ id, name }) => ({ value: id, label: name }))}
          chosen={search.integration}
          onChoose={(integration) => change({ integration })}
        />
      ) : null}
      <Checkbox
        label="No longer on the server"
        checked={search.deleted === true}
        onChange={(checked) => change({ deleted: checked ? true : undefined })}
      />
    </Toolbar>
  );
}

function NoProjects(): ReactElement {
  const mayAdd = useCan('integrations:write');
  const own = useOwnTeams();
  if (own !== undefined) {
    return (
      <NothingOfTeams own={own} none="No project">
        Each project is listed here with its gate, coverage, duplication, issues by quality and last analysis.
      </NothingOfTeams>
    );
  }
  return (
    <EmptyState
      title="No projects yet"
      action={
        mayAdd ? (
          <Link to="/integrations/available" className="button primary">
            Add integration
          </Link>
        ) : (
          <p className="note">An administrator can add an integration.</p>
        )
      }
    >
      Each project of a connected SonarQube server is listed here with its gate, coverage, duplication, issues by
      quality and last analysis.
    </EmptyState>
  );
}
