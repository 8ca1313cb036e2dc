import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { PeopleList, Person } from '../../../src/features/teams/contract.ts';
import { useChange } from '../../address/use-change.ts';
import { peopleQuery } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { type Column, pagingOf, QueryTable, RowLink } from '../../components/data-table.tsx';
import { SearchBox } from '../../components/form.tsx';
import { Card, Page } from '../../components/page.tsx';
import { EmptyState } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import '../../styles/organization.css';
import { useOwnTeams } from '../scope/scope-words.ts';
import { countOf } from '../../words/numbers.ts';
import { PeopleTabs } from './people-tabs.tsx';
import { PersonPanel } from './person-panel.tsx';
import type { PeopleSearch } from './search.ts';
import { attributeLabel } from './words.ts';

const route = getRouteApi('/shell/organization/people');

/** Everybody of the organization, as the last file said. */
export function PeoplePage(): ReactElement {
  const { q, page, person } = route.useSearch();
  const change = useChange<PeopleSearch>('/organization/people');
  const api = useApi();
  const list = useQuery(peopleQuery(api, { search: q, page }));
  const nobody = list.data?.total === 0 && q === undefined;
  return (
    <Page title="People" wide tabs={<PeopleTabs />} actions={nobody ? null : <Actions />}>
      {nobody ? (
        <Nobody />
      ) : (
        <>
          <Toolbar label="Filters">
            <SearchBox
              label="Find a person"
              placeholder="Name or e-mail"
              value={q ?? ''}
              onChange={(text) => change({ q: text === '' ? undefined : text })}
            />
          </Toolbar>
          <Card
            title={list.data === undefined ? 'People' : countOf(list.data.total, 'person', 'people')}
            label="People"
            note={<Saved list={list.data} />}
          >
            <QueryTable
              query={list}
              label="People"
              columns={columnsOf(list.data?.attributes ?? [])}
              rows={(data) => data.people}
              rowKey={(row) => row.id}
              openKey={person}
              paging={pagingOf(list.data, change)}
              empty="Nobody has this in their name or e-mail."
            />
          </Card>
        </>
      )}
      {person === undefined ? null : <PersonPanel id={person} onClose={() => change({ person: undefined, page })} />}
    </Page>
  );
}

function Saved({ list }: { list: PeopleList | undefined }): ReactElement | null {
  if (list === undefined || list.changedAt === null) return null;
  return (
    <>
      changed <Ago at={list.changedAt} /> by {list.changedBy}
    </>
  );
}

function Actions(): ReactElement {
  const api = useApi();
  const mayWrite = useCan('people:write');
  return (
    <>
      <a className="button" href={api.url('api/v1/people', { format: 'csv' })} download="people.csv">
        Download CSV
      </a>
      {mayWrite ? (
        <Link to="/organization/people/upload" className="button primary">
          Upload CSV
        </Link>
      ) : null}
    </>
  );
}

function Nobody(): ReactElement {
  const mayWrite = useCan('people:write');
  const own = useOwnTeams();
  if (own !== undefined) {
    return (
      <EmptyState title={`Nobody is in ${own.name}`}>
        The members of your teams are listed here. An org tree puts people into teams, by their attributes or by who
        leads them.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="Nobody is known yet"
      action={
        mayWrite ? (
          <Link to="/organization/people/upload" className="button primary">
            Upload a CSV file
          </Link>
        ) : null
      }
    >
      People and who leads them are uploaded as a CSV file; org trees and teams are made of them.
      {mayWrite ? null : ' An administrator can upload them.'}
    </EmptyState>
  );
}

/** Attributes that have a column before anybody chooses. */
const shownFirst = ['role', 'site', 'team'];

function columnsOf(attributes: readonly string[]): Column<Person>[] {
  const order = [...attributes].sort((a, b) => rank(a) - rank(b));
  return [
    {
      id: 'name',
      header: 'Name',
      fixed: true,
      className: 'name-cell',
      cell: (row) => <RowLink search={{ person: row.id }}>{row.name}</RowLink>,
      text: (row) => row.name,
    },
    { id: 'email', header: 'E-mail', phone: 'stay', cell: (row) => row.email },
    {
      id: 'manager',
      header: 'Manager',
      cell: (row) => row.manager?.name ?? <span className="note">nobody</span>,
      text: (row) => row.manager?.name ?? '',
    },
    ...order.slice(0, 4).map((attribute) => ({
      id: `attribute-${attribute}`,
      header: attributeLabel(attribute),
      cell: (row: Person) => row.attributes[attribute] ?? '',
    })),
  ];
}

const rank = (attribute: string): number => {
  const at = shownFirst.indexOf(attribute);
  return at === -1 ? shownFirst.length : at;
};
