import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Finding, FindingState, FindingType, Project } from '../../../src/features/code-quality/contract.ts';
import { projectFindingsQuery } from '../../api/projects.ts';
import { useChange } from '../../address/use-change.ts';
import { useApi } from '../../app/context.ts';
import { External } from '../../components/button.tsx';
import { Chip, SeverityBadge } from '../../components/chips.tsx';
import { ChooseMany } from '../../components/choose-many.tsx';
import { type Column, pagingOf, QueryTable, RowLink } from '../../components/data-table.tsx';
import { CompactSelect } from '../../components/form.tsx';
import { SidePanel } from '../../components/overlay.tsx';
import { Card, Facts } from '../../components/page.tsx';
import { Ago, Moment } from '../../components/time.tsx';
import { levelWords, severityLabel } from '../../words/labels.ts';
import { formatCount } from '../../words/numbers.ts';
import { findingSeverities, findingStates, findingTypes, type ProjectFindingsSearch } from './search.ts';
import { useProject } from './use-project.ts';
import { Toolbar } from '../../components/toolbar.tsx';

const route = getRouteApi('/shell/projects/$id/findings');

const stateLabel: Record<FindingState, string> = {
  open: 'Open',
  accepted: 'Accepted',
  false_positive: 'False positive',
  fixed: 'Fixed',
  other: 'Other',
  gone: 'Gone from the server',
};

const typeLabel: Record<FindingType, string> = {
  vulnerability: 'Vulnerability',
  bug: 'Bug',
  code_smell: 'Code smell',
  hotspot: 'Hotspot',
  unknown: 'Other',
};

const columns: readonly Column<Finding>[] = [
  {
    id: 'severity',
    header: 'Severity',
    phone: 'first',
    sortable: true,
    cell: (row) => <SeverityBadge severity={row.severity} />,
  },
  { id: 'type', header: 'Type', cell: (row) => typeLabel[row.type] },
  {
    id: 'title',
    header: 'Title',
    fixed: true,
    className: 'grow-cell',
    cell: (row) => <RowLink search={{ finding: row.id }}>{row.message}</RowLink>,
  },
  {
    id: 'state',
    header: 'State',
    cell: (row) => <Chip tone={row.state === 'open' ? 'active' : 'none'}>{stateLabel[row.state]}</Chip>,
  },
  {
    id: 'path',
    header: 'File',
    cell: (row) => (row.path === null ? '' : <code>{row.line === null ? row.path : `${row.path}:${row.line}`}</code>),
  },
  { id: 'created', header: 'Created', sortable: true, cell: (row) => <Ago at={row.createdAt} /> },
  { id: 'updated', header: 'Updated', sortable: true, cell: (row) => <Ago at={row.updatedAt} /> },
];

export function ProjectFindingsTab(): ReactElement | null {
  const { id, project } = useProject();
  const search = route.useSearch();
  const change = useChange<ProjectFindingsSearch>('/projects/$id/findings');
  const { finding, ...filters } = search;
  const query = useQuery(projectFindingsQuery(useApi(), id, { ...filters, status: filters.status ?? ['open'] }));
  if (project === undefined) return null;
  const { data } = query;
  return (
    <>
      <Filters search={search} change={change} project={project} />
      <Card title="Findings" note={data === undefined ? undefined : formatCount(data.total)}>
        <QueryTable
          query={query}
          label="Findings"
          columns={columns}
          rows={(data) => data.findings}
          rowKey={(row) => row.id}
          openKey={finding}
          sorting={{
            by: search.sort ?? 'created',
            direction: search.direction ?? 'desc',
            onSort: (by, direction) =>
              change({
                sort: by === 'updated' || by === 'severity' ? by : undefined,
                direction: direction === 'asc' ? 'asc' : undefined,
              }),
          }}
          paging={pagingOf(data, change)}
          empty="No finding matches these filters."
        />
      </Card>
      {finding === undefined || data === undefined ? null : (
        <Panel
          finding={data.findings.find((row) => row.id === finding)}
          onClose={() => change({ finding: undefined, page: search.page })}
        />
      )}
    </>
  );
}

function Filters({
  search,
  change,
  project,
}: {
  search: ProjectFindingsSearch;
  change: (next: Partial<ProjectFindingsSearch>) => void;
  project: Project;
}): ReactElement {
  const all = [...project.branches, ...project.pullRequests];
  const main = all.find((branch) => branch.isMain);
  return (
    <Toolbar label="Filters">
      <ChooseMany
        label="Types"
        all="All types"
        options={findingTypes.map((value) => ({ value, label: typeLabel[value] }))}
        chosen={search.type}
        onChoose={(type) => change({ type })}
      />
      <ChooseMany
        label="Severities"
        all="All severities"
        options={findingSeverities.map((value) => ({ value, label: severityLabel[value] }))}
        chosen={search.severity}
        onChoose={(severity) => change({ severity })}
      />
      <ChooseMany
        label="States"
        all="Open"
        options={findingStates.map((value) => ({ value, label: stateLabel[value] }))}
        chosen={search.status}
        onChoose={(status) => change({ status })}
      />
      {all.length > 1 ? (
        <CompactSelect
          label="Branch or pull request"
          value={String(search.branch ?? main?.id ?? '')}
          choices={all.map((branch) => ({
            value: String(branch.id),
            label:
              branch.kind === 'pull_request'
                ? `Pull request ${branch.name}`
                : branch.isMain
                  ? `${branch.name} (main)`
                  : branch.name,
          }))}
          onChoose={(value) => change({ branch: value === String(main?.id) ? undefined : Number(value) })}
        />
      ) : null}
    </Toolbar>
  );
}

function Panel({ finding, onClose }: { finding: Finding | undefined; onClose: () => void }): ReactElement {
  if (finding === undefined) {
    return (
      <SidePanel title="Not on this page" onClose={onClose}>
        <p>
          This finding is not among the rows shown: the filters, the sorting or the page are others than when the link
          was made.
        </p>
      </SidePanel>
    );
  }
  return (
    <SidePanel title={finding.message} eyebrow={<SeverityBadge severity={finding.severity} />} onClose={onClose}>
      {finding.link === null ? null : (
        <p>
          <External href={finding.link}>Open in SonarQube</External>
        </p>
      )}
      <Facts
        entries={[
          ['Type', typeLabel[finding.type]],
          ['State', stateLabel[finding.state]],
          ['Key', <code key="k">{finding.key}</code>],
          ['Level in SonarQube', levelWords(finding)],
          ['Rule', finding.rule === null ? null : <code key="r">{finding.rule}</code>],
          [
            'File',
            finding.path === null ? null : (
              <code key="f">{finding.line === null ? finding.path : `${finding.path}:${finding.line}`}</code>
            ),
          ],
          ['Created', <Moment key="c" at={finding.createdAt} />],
          ['Updated', <Moment key="u" at={finding.updatedAt} />],
          ['Closed', finding.closedAt === null ? null : <Moment key="x" at={finding.closedAt} />],
        ]}
      />
    </SidePanel>
  );
}
