import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { OrgTree, TreeDetail, TreeNode, TreePeople } from '../../../src/features/teams/contract.ts';
import { useChange } from '../../address/use-change.ts';
import { treePeopleQuery, treeQuery } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { type Column, pagingOf, QueryTable } from '../../components/data-table.tsx';
import { CompactSelect, Segmented } from '../../components/form.tsx';
import { Card, Page } from '../../components/page.tsx';
import { Loaded, Notice, Skeleton } from '../../components/states.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import '../../styles/organization.css';
import { countOf } from '../../words/numbers.ts';
import { formatDay } from '../../words/times.ts';
import { Nodes } from './nodes.tsx';
import type { TreeSearch } from './search.ts';
import { quarterEnds } from '../scope/quarter-ends.ts';
import { useOwnTeams } from '../scope/scope-words.ts';
import { TreeActions } from './tree-actions.tsx';
import { BuiltChip } from './trees-page.tsx';
import { levelsWords, reasonWords } from './words.ts';

const route = getRouteApi('/shell/organization/trees/$id');

/** A tree as it stands: its nodes, and the people of the one that is chosen. */
export function TreePage(): ReactElement {
  const { id } = route.useParams();
  const { at } = route.useSearch();
  const query = useQuery(treeQuery(useApi(), Number(id), at === undefined ? undefined : `${at}T23:59:59.999Z`));
  const tree = query.data?.tree;
  return (
    <Page
      title={query.data?.stood.name ?? tree?.name ?? 'Org tree'}
      parent={<Link to="/organization/trees">Org trees</Link>}
      wide
      pending={query.data === undefined && query.error === null}
      status={tree === undefined ? null : <BuiltChip tree={tree} />}
      actions={tree === undefined ? null : <TreeActions tree={tree} />}
    >
      <Loaded query={query} skeleton={<Skeleton height={360} />}>
        {(detail) => <Tree detail={detail} />}
      </Loaded>
    </Page>
  );
}

function Tree({ detail: { tree, stood, nodes, nodesInAll } }: { detail: TreeDetail }): ReactElement {
  const { node, unmapped, at } = route.useSearch();
  const change = useChange<TreeSearch>('/organization/trees/$id');
  const chosen = nodes.find(({ id }) => id === node);
  const own = useOwnTeams();
  const [now] = useState(() => new Date());
  const none = at !== undefined && nodes.length === 0 && at < tree.createdAt.slice(0, 10);
  return (
    <>
      {tree.outdated && at === undefined ? (
        <Notice
          kind="warning"
          title="People or levels changed since it was built."
          action={
            own === undefined ? (
              <Link to="/organization/trees/$id/difference" params={{ id: String(tree.id) }} className="button">
                See the difference
              </Link>
            ) : null
          }
        >
          {tree.automatic
            ? 'It will be built anew by itself in a moment.'
            : 'It stays as it stands until you apply it.'}
        </Notice>
      ) : null}
      <Toolbar label="What is listed">
        {own !== undefined ? null : (
          <Segmented
            label="People"
            value={unmapped === true ? 'unmapped' : 'mapped'}
            choices={[
              { value: 'mapped', label: 'In teams' },
              { value: 'unmapped', label: 'In no team' },
            ]}
            onChoose={(next) => change({ unmapped: next === 'unmapped' ? true : undefined, node: undefined })}
          />
        )}
        <WhichDay at={at} change={change} />
        <span className="note">{none ? '' : standingWords(tree, stood, at)}</span>
      </Toolbar>
      <div className="tree-and-people">
        <Card title={none ? 'No tree then' : countOf(teamsIn(tree, nodes, at), 'team')} label="Tree" padded>
          {nodes.length === 0 ? (
            <p className="note">{none ? `It was made on ${formatDay(tree.createdAt, now)}.` : nobodyWords(at)}</p>
          ) : null}
          <Nodes
            nodes={nodes}
            label="Tree"
            name={(one) => (
              <Link
                to="."
                search={(before: object) =>
                  ({ ...before, node: one.id ?? undefined, unmapped: undefined, page: undefined }) as never
                }
                resetScroll={false}
                aria-current={one.id === node ? 'true' : undefined}
              >
                {one.name}
              </Link>
            )}
          />
          {nodesInAll > nodes.length ? (
            <p className="note">
              The first {nodes.length} of {nodesInAll} nodes.
            </p>
          ) : null}
        </Card>
        <People
          id={tree.id}
          title={
            unmapped === true
              ? 'In no team'
              : (chosen?.name ?? (own === undefined ? 'Everybody in the tree' : `Everybody in ${own.name}`))
          }
          chosen={unmapped === true ? undefined : chosen}
        />
      </div>
    </>
  );
}

const nobodyWords = (at: string | undefined): string =>
  at === undefined ? 'Nobody is in a team.' : 'Nobody was in a team.';

/** Of a past day what is listed is counted: a tree of more nodes is said not to be listed whole. */
const teamsIn = (tree: OrgTree, nodes: readonly TreeNode[], at: string | undefined): number =>
  at === undefined ? tree.teams : nodes.filter(({ leaf }) => leaf).length;

/** By what the tree stands or stood, and what it is called now where that differs. */
function standingWords(tree: OrgTree, { name, levels }: TreeDetail['stood'], at: string | undefined): string {
  if (at === undefined) return `By ${levelsWords(levels ?? tree.levels)}`;
  const by = levels === null ? 'By what it was built then is not known' : `By ${levelsWords(levels)}`;
  return name === null || name === tree.name ? by : `${by}; called ${tree.name} now`;
}

const present = 'now';

/** The tree as it stands, or as it stood when a quarter ended. */
function WhichDay({
  at,
  change,
}: {
  at: string | undefined;
  change: (next: Partial<TreeSearch>) => void;
}): ReactElement {
  const [now] = useState(() => new Date());
  const quarters = quarterEnds(now, 4);
  const days = at === undefined || quarters.includes(at) ? quarters : [at, ...quarters];
  return (
    <CompactSelect
      label="Of which day the tree is shown"
      value={at ?? present}
      choices={[
        { value: present, label: 'As it stands now' },
        ...days.map((day) => ({ value: day, label: `As it stood on ${formatDay(day, now)}` })),
      ]}
      onChoose={(day) => change({ at: day === present ? undefined : day, node: undefined, page: undefined })}
    />
  );
}

function People({ id, title, chosen }: { id: number; title: string; chosen: TreeNode | undefined }): ReactElement {
  const { node, unmapped, at, page } = route.useSearch();
  const change = useChange<TreeSearch>('/organization/trees/$id');
  const filters = {
    node,
    page,
    ...(unmapped === true ? { unmapped } : {}),
    at: at === undefined ? undefined : `${at}T23:59:59.999Z`,
  };
  const list = useQuery(treePeopleQuery(useApi(), id, filters));
  return (
    <Card
      title={title}
      label="People"
      note={list.data === undefined ? null : countOf(list.data.total, 'person', 'people')}
      actions={chosen === undefined || at !== undefined ? null : <NodeLinks node={chosen} />}
    >
      <QueryTable
        query={list}
        label="People"
        columns={unmapped === true ? unmappedColumns : memberColumns}
        rows={(data) => data.people}
        rowKey={(row) => row.id}
        paging={pagingOf(list.data, change)}
        empty={
          unmapped === true
            ? `Everybody ${at === undefined ? 'is' : 'was'} in a team.`
            : `Nobody ${at === undefined ? 'is' : 'was'} in it.`
        }
      />
    </Card>
  );
}

/** From a node to its numbers, and from a team to its settings. */
function NodeLinks({ node: { id, leaf } }: { node: TreeNode }): ReactElement | null {
  if (id === null) return null;
  return (
    <>
      <Link to="/insights/security" search={{ node: id }} className="button">
        Security Insights
      </Link>
      {leaf ? (
        <Link to="/organization/teams/$id/integrations" params={{ id: String(id) }} className="button">
          Team Settings
        </Link>
      ) : null}
    </>
  );
}

type Member = TreePeople['people'][number];

const person: readonly Column<Member>[] = [
  {
    id: 'name',
    header: 'Name',
    fixed: true,
    className: 'name-cell',
    cell: (row) => (
      <Link to="/organization/people" search={{ person: row.id }} data-row-link="">
        {row.name}
      </Link>
    ),
    text: (row) => row.name,
  },
  { id: 'email', header: 'E-mail', cell: (row) => row.email },
];
const memberColumns: readonly Column<Member>[] = [
  ...person,
  { id: 'team', header: 'Team', phone: 'stay', cell: (row) => row.team ?? '' },
];
const unmappedColumns: readonly Column<Member>[] = [
  ...person,
  {
    id: 'reason',
    header: 'Why',
    phone: 'stay',
    cell: ({ reason, detail }) => (reason === null ? '' : reasonWords({ reason, detail })),
  },
];
