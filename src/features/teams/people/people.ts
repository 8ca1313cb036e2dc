import type { z } from 'zod';
import { type CsvCell, csvStream } from '../../../platform/csv/index.ts';
import { containing, type Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { StreamedAnswer } from '../../access/index.ts';
import { identitiesAnswer } from '../identities/identities.ts';
import type * as contract from './contract.ts';
import {
  allPeople,
  countReports,
  findPeople,
  findPerson,
  type PeopleFilter,
  peopleState,
  personHistory,
  type PersonRow,
} from './store.ts';

const pageSize = 50;

const filterOf = (query: z.output<typeof contract.PeopleQuery>): PeopleFilter => ({
  containing: containing(query.search),
  attribute: query.attribute ?? null,
  value: query.value ?? null,
  manager: query.manager ?? null,
});

export async function listPeople(
  db: Queryable,
  query: z.output<typeof contract.PeopleQuery>,
): Promise<contract.PeopleList | StreamedAnswer> {
  const state = await peopleState(db);
  if (query.format === 'csv') return fileOfPeople(db, filterOf(query), state.attributes);
  const { page } = query;
  const { rows, total } = await findPeople(db, filterOf(query), { limit: pageSize, offset: (page - 1) * pageSize });
  return {
    people: rows.map(personOf),
    total,
    page,
    pageSize,
    attributes: state.attributes,
    changedAt: state.changedAt?.toISOString() ?? null,
    changedBy: state.changedBy,
  };
}

/** Sent back as it is, it changes nothing. */
function fileOfPeople(db: Queryable, filter: PeopleFilter, attributes: readonly string[]): StreamedAnswer {
  async function* rows(): AsyncGenerator<CsvCell[]> {
    for await (const some of allPeople(db, filter))
      for (const { name, email, managerEmail, attributes: has } of some)
        yield [name, email, managerEmail ?? '', ...attributes.map((attribute) => has[attribute] ?? '')];
  }
  const names = ['name', 'email', 'manager_email', ...attributes];
  return new StreamedAnswer('text/csv; charset=utf-8', csvStream(names, rows()), 'people.csv');
}

/** Throws `person_not_found`. */
export async function showPerson(db: Queryable, id: number): Promise<contract.PersonDetail> {
  const found = await findPerson(db, id);
  if (found === undefined) throw new PlumblineError('person_not_found');
  const history = await personHistory(db, id);
  return {
    person: personOf(found),
    current: found.current,
    reports: await countReports(db, id),
    identities: await identitiesAnswer(db, id),
    history: history.map(({ from, to, ...said }) => ({
      ...said,
      from: from.toISOString(),
      to: to?.toISOString() ?? null,
    })),
  };
}

const personOf = (row: PersonRow): contract.Person => ({
  id: row.id,
  name: row.name,
  email: row.email,
  manager:
    row.managerId === null || row.managerEmail === null
      ? null
      : { id: row.managerId, name: row.managerName ?? row.managerEmail, email: row.managerEmail },
  attributes: row.attributes,
});
