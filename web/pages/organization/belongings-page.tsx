import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { ThingKind } from '../../../src/features/teams/contract.ts';
import { useChange } from '../../address/use-change.ts';
import { projectOwnershipQuery, thingOwnershipQuery, treeQuery } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { type Column, pagingOf, QueryTable } from '../../components/data-table.tsx';
import { CompactSelect, SearchBox, Segmented } from '../../components/form.tsx';
import { Card, Page } from '../../components/page.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import '../../styles/team-settings.css';
import { countOf, formatCount } from '../../words/numbers.ts';
import { AssignButtons, type Suggestion } from './assign-buttons.tsx';
import type { BelongingsSearch } from './search.ts';
import { thingWords } from './words.ts';

const route = getRouteApi('/shell/organization/trees/$id/belongings');

interface Row {
  kind: ThingKind | 'project';
  id: number;
  name: string;
  place: string;
  integration: string;
  teams: readonly { id: number; name: string }[];
  suggestions: readonly Suggestion[];
}

interface Listed {
  rows: Row[];
  counts: { unowned: number; shared: number; owned: number };
  total: number;
  page: number;
  pageSize: number;
}

/** What is of no team of a tree, of one, or of several; what is nobody’s becomes somebody’s in one step. */
export function BelongingsPage(): ReactElement {
  const { id } = route.useParams();
  const { thing, state } = route.useSearch();
  const change = useChange<BelongingsSearch>('/organization/trees/$id/belongings');
  const tree = useQuery(treeQuery(useApi(), Number(id))).data;
  const list = useBelongings(Number(id));
  const mayWrite = useCan('teams:write');
  const kind = thing ?? 'project';
  const teams = (tree?.nodes ?? []).flatMap((node) =>
    node.leaf && node.id !== null ? [{ id: node.id, name: node.name }] : [],
  );
  return (
    <Page
      title="What belongs to teams"
      parent={
        <Link to="/organization/trees/$id" params={{ id }}>
          {tree?.tree.name ?? 'Org tree'}
        </Link>
      }
      wide
    >
      <Filters counts={list.data?.counts} />
      <Card
        title={list.data === undefined ? 'List' : countOf(list.data.total, ...thingWords[kind])}
        label="What is listed"
        note={noteOf[state ?? 'unowned']}
      >
        <QueryTable
          query={list}
          label="What belongs to teams"
          columns={state === undefined && mayWrite ? [...columns, assignment(teams)] : [...columns, owners]}
          rows={(data) => data.rows}
          rowKey={(row) => `${row.kind} ${row.id}`}
          paging={pagingOf(list.data, change)}
          empty={emptyOf[state ?? 'unowned']}
        />
      </Card>
    </Page>
  );
}

const noteOf = {
  unowned: 'of no team of this tree',
  shared: 'of several teams; above them each counts once',
  owned: 'of one team',
} as const;

const emptyOf = {
  unowned: 'Nothing is nobody’s.',
  shared: 'Nothing is shared.',
  owned: 'No team has any.',
} as const;

function useBelongings(tree: number) {
  const { thing, state, q, page } = route.useSearch();
  const api = useApi();
  const filters = { state: state ?? 'unowned', search: q, page } as const;
  const projects = useQuery({
    ...projectOwnershipQuery(api, tree, filters),
    enabled: thing === undefined,
    select: ({ projects: found, ...rest }): Listed => ({
      ...rest,
      rows: found.map(({ project: { key, ...project }, teams, suggestions }) => ({
        ...project,
        kind: 'project',
        place: key,
        teams,
        suggestions: suggestions.map(({ findings, ...team }) => ({
          ...team,
          why: `whose people wrote what ${countOf(findings, 'open finding')} ${findings === 1 ? 'is' : 'are'} about`,
        })),
      })),
    }),
  });
  const things = useQuery({
    ...thingOwnershipQuery(api, tree, { ...filters, thing: thing ?? 'repository' }),
    enabled: thing !== undefined,
    select: ({ things: found, ...rest }): Listed => ({
      ...rest,
      rows: found.map(({ thing: { thing: kind, ...one }, teams, suggestions }) => ({
        ...one,
        kind,
        teams,
        suggestions: suggestions.map((team) => ({ ...team, why: 'that has the projects bound to it' })),
      })),
    }),
  });
  return thing === undefined ? projects : things;
}

function Filters({ counts }: { counts: Listed['counts'] | undefined }): ReactElement {
  const { thing, state, q } = route.useSearch();
  const change = useChange<BelongingsSearch>('/organization/trees/$id/belongings');
  const label = (words: string, count: number | undefined): string =>
    count === undefined ? words : `${words} ${formatCount(count)}`;
  return (
    <Toolbar label="Filters">
      <CompactSelect
        label="What"
        value={thing ?? 'project'}
        choices={(Object.keys(thingWords) as (ThingKind | 'project')[]).map((kind) => ({
          value: kind,
          label: thingWords[kind][1].replace(/^./, (first) => first.toUpperCase()),
        }))}
        onChoose={(next) => change({ thing: next === 'project' ? undefined : next })}
      />
      <Segmented
        label="Whose"
        value={state ?? 'unowned'}
        choices={[
          { value: 'unowned', label: label('Nobody’s', counts?.unowned) },
          { value: 'shared', label: label('Shared', counts?.shared) },
          { value: 'owned', label: label('One team’s', counts?.owned) },
        ]}
        onChoose={(next) => change({ state: next === 'unowned' ? undefined : next })}
      />
      <SearchBox
        label="Find by name or key"
        placeholder="Name or key"
        value={q ?? ''}
        onChange={(text) => change({ q: text === '' ? undefined : text })}
      />
    </Toolbar>
  );
}

const columns: readonly Column<Row>[] = [
  { id: 'name', header: 'Name', fixed: true, className: 'name-cell', cell: (row) => row.name },
  { id: 'place', header: 'Key', cell: (row) => row.place },
  { id: 'integration', header: 'Integration', cell: (row) => row.integration },
];

const owners: Column<Row> = {
  id: 'teams',
  header: 'Teams',
  phone: 'stay',
  cell: ({ teams }) =>
    teams.length === 0 ? (
      <span className="note">nobody</span>
    ) : (
      <span className="chosen-names">
        {teams.map(({ id, name }) => (
          <Link key={id} to="/organization/teams/$id/integrations" params={{ id: String(id) }}>
            {name}
          </Link>
        ))}
      </span>
    ),
  text: ({ teams }) => teams.map(({ name }) => name).join(', '),
};

const assignment = (teams: readonly { id: number; name: string }[]): Column<Row> => ({
  id: 'assign',
  header: 'Make it',
  phone: 'stay',
  cell: (row) => (
    <AssignButtons kind={row.kind} id={row.id} name={row.name} suggestions={row.suggestions} teams={teams} />
  ),
  text: () => '',
});
