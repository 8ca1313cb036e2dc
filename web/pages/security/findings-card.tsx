import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef } from 'react';
import type { FindingList, SecurityFinding } from '../../../src/features/insights/contract.ts';
import { findingsQuery, securityCsv } from '../../api/insights.ts';
import { useApi } from '../../app/context.ts';
import { External } from '../../components/button.tsx';
import { SeverityBadge } from '../../components/chips.tsx';
import { type Column, ColumnChooser, pagingOf, QueryTable, RowLink } from '../../components/data-table.tsx';
import { Segmented } from '../../components/form.tsx';
import { Icon } from '../../components/icons.tsx';
import { Card } from '../../components/page.tsx';
import { Ago } from '../../components/time.tsx';
import { assetTypeLabel, findingListLabel, findingLists, sentenceCase } from '../../words/labels.ts';
import { formatCount } from '../../words/numbers.ts';
import { FindingPanel } from '../findings/finding-panel.tsx';
import { useInScope } from '../scope/scope-words.ts';
import { sameFindings } from './same-findings.ts';
import { findingsParameters, type SecuritySearch, sorts } from './search.ts';
import { useSecuritySearch } from './use-search.ts';
import { standingLabel } from './words.ts';

const dueColumn = (byDue: boolean): Column<SecurityFinding> => ({
  id: 'due',
  header: 'Target until',
  // Beside the others there is no room for it; where it is the order it stands in the place of one.
  hidden: !byDue,
  sortable: true,
  cell: ({ target }) => <Due target={target} />,
});

/** The last day within its target. */
function Due({ target }: { target: SecurityFinding['target'] }): ReactElement | string {
  if (target?.dueOn == null) return 'none';
  return <span title={`${standingLabel[target.standing]}: ${target.days} days`}>{target.dueOn}</span>;
}

const columns = (list: FindingList, byDue: boolean): Column<SecurityFinding>[] => [
  {
    id: 'severity',
    header: list === 'hotspots' ? 'Probability' : 'Severity',
    phone: 'first',
    sortable: true,
    cell: (row) =>
      list === 'hotspots' ? sentenceCase(row.sourceLevel.toLowerCase()) : <SeverityBadge severity={row.severity} />,
  },
  {
    id: 'vulnerability',
    header: 'Vulnerability ID',
    cell: (row) => <code>{row.vulnerabilityId}</code>,
  },
  {
    id: 'title',
    header: 'Title',
    fixed: true,
    className: 'grow-cell',
    cell: (row) => <RowLink search={{ finding: row.id }}>{row.title}</RowLink>,
  },
  {
    id: 'project',
    header: 'Project',
    sortable: true,
    cell: (row) => (
      <Link to="/projects/$id" params={{ id: String(row.project.id) }} title={row.project.key}>
        {row.project.name}
      </Link>
    ),
  },
  { id: 'branch', header: 'Branch', hidden: true, cell: (row) => row.branch },
  {
    id: 'path',
    header: 'File',
    hidden: true,
    cell: (row) => (row.path === null ? '' : <code>{row.path}</code>),
  },
  { id: 'rule', header: 'Rule', hidden: true, cell: (row) => (row.rule === null ? '' : <code>{row.rule}</code>) },
  { id: 'asset', header: 'Asset Type', hidden: byDue, cell: (row) => assetTypeLabel[row.assetType] },
  { id: 'created', header: 'Created Date', sortable: true, cell: (row) => <Ago at={row.createdAt} /> },
  ...(list === 'open' ? [dueColumn(byDue)] : []),
  {
    id: 'issue',
    header: 'Issue ID',
    cell: (row) => (
      <code title={row.issueId}>
        {row.link === null ? short(row.issueId) : <External href={row.link}>{short(row.issueId)}</External>}
      </code>
    ),
  },
];

/** Keys are random and long; the end of it tells two apart well enough, the whole one is in the panel. */
const short = (key: string): string => (key.length > 12 ? `${key.slice(0, 11)}…` : key);

export function FindingsCard(): ReactElement {
  const api = useApi();
  const [search, change] = useSecuritySearch();
  const inScope = useInScope();
  const asked = findingsParameters(search);
  const sort = asked['sort'] ?? 'severity';
  const parameters = { ...asked, sort };
  const byDue = sort === 'due';
  const query = useQuery(findingsQuery(api, parameters));
  const list = search.list ?? 'open';
  const shown = columns(list, byDue);
  const chosen = search.columns?.split(',');
  const anchor = useAnchor();
  return (
    <div id="findings" ref={anchor} className="anchor">
      <Card
        title={findingListLabel[list]}
        note={query.data === undefined ? undefined : formatCount(query.data.total)}
        label="Findings"
        actions={
          <>
            <Segmented
              label="List"
              value={list}
              choices={findingLists.map((value) => ({ value, label: shortLabel[value] }))}
              onChoose={(value) => change({ list: value === 'open' ? undefined : value, finding: undefined })}
            />
            <ColumnChooser
              columns={shown}
              chosen={chosen}
              onChoose={(next) => change({ columns: next?.join(','), page: search.page })}
            />
            {byDue ? null : (
              <Link to="/findings" search={sameFindings(parameters)} className="button bare">
                <Icon name="filter" />
                Facets
              </Link>
            )}
            <a className="button bare" href={securityCsv(api, 'findings', parameters)} download>
              <Icon name="download" />
              CSV
            </a>
          </>
        }
      >
        <QueryTable
          query={query}
          label={findingListLabel[list]}
          columns={shown}
          chosen={chosen}
          rows={(data) => data.findings}
          rowKey={(row) => row.id}
          openKey={search.finding}
          sorting={{
            by: String(sort),
            direction: byDue ? 'asc' : (search.direction ?? 'desc'),
            onSort: (by, direction) =>
              change({
                sort: sorts.find((sort) => sort === by && sort !== 'severity'),
                direction: direction === 'asc' && by !== 'due' ? 'asc' : undefined,
                // Any other order is not that of the targets.
                target: by === 'due' ? search.target : undefined,
              }),
          }}
          paging={pagingOf(query.data, change)}
          empty={list === 'open' && onlyBroken(search) ? `No broken targets${inScope}.` : emptyWords[list](inScope)}
        />
      </Card>
      {search.finding === undefined ? null : (
        <FindingPanel
          id={search.finding}
          counting={search.counting}
          ids={query.data?.findings.map(({ id }) => id) ?? []}
          onOpen={(finding) => change({ finding, page: search.page })}
          onClose={() => change({ finding: undefined, page: search.page })}
        />
      )}
    </div>
  );
}

const shortLabel: Record<FindingList, string> = {
  open: 'Open',
  accepted: 'Accepted',
  false_positive: 'False positives',
  hotspots: 'Hotspots',
};

const onlyBroken = ({ target }: SecuritySearch): boolean => target?.length === 1 && target[0] === 'broken';

const emptyWords: Record<FindingList, (inScope: string) => string> = {
  open: (inScope) => `No open vulnerability${inScope} matches these filters.`,
  accepted: (inScope) => `No vulnerability${inScope} is marked as accepted.`,
  false_positive: (inScope) => `No vulnerability${inScope} is marked as a false positive.`,
  hotspots: (inScope) => `No hotspot${inScope} waits for review.`,
};

/** Brings the list into view when a tile led here. */
function useAnchor() {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (location.hash === '#findings') ref.current?.scrollIntoView({ block: 'start' });
  }, []);
  return ref;
}
