import { advisoryLocks, copyRows, type Database, type Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import { peopleChanged, type Telling } from '../changes.ts';
import type * as contract from './contract.ts';
import { peopleInvalid } from './problems.ts';
import { createPeopleCheck, createReader, mappingProblems, type PersonRecord } from './rows.ts';
import { applyWanted, compareWanted, currentManagers, makeWanted, wantedColumns } from './store.ts';
import { theUpload } from './upload.ts';
import { deleteUpload, uploadRows } from './upload-store.ts';

export type PeopleOptions = Telling;

/** People some at a time; `whole`: whoever is not among them leaves. */
interface Wanted {
  whole: boolean;
  people(tx: Tx): AsyncIterable<PersonRecord[]> | Iterable<PersonRecord[]>;
  /** Addresses of those who go. */
  leaving?: readonly string[];
}

/** Everything that is wrong with a file, or what would become of the people. Throws `people_upload_not_found`, `people_busy`. */
export async function checkUpload(
  { db }: Pick<PeopleOptions, 'db'>,
  id: number,
  mapping: contract.Mapping,
): Promise<contract.CheckedPeople> {
  const { columns } = await theUpload(db, id);
  const faults = mappingProblems(mapping, columns);
  if (faults.length > 0) return { problems: faults, change: null };
  return rolledBack(db, async (tx) => {
    const problems = await lay(tx, uploaded(id, mapping, columns));
    return problems.length > 0
      ? { problems, change: null }
      : { problems, change: await compareWanted(tx, { whole: true, leaving: [] }) };
  });
}

/** Makes the people what a file says. Throws `people_upload_not_found`, `people_invalid`, `people_busy`. */
export async function saveUpload(
  options: PeopleOptions,
  actor: Actor,
  { id, mapping }: { id: number; mapping: contract.Mapping },
): Promise<contract.SavedPeople> {
  const { columns } = await theUpload(options.db, id);
  const faults = mappingProblems(mapping, columns);
  if (faults.length > 0) throw peopleInvalid(faults);
  return options.db.transaction(async (tx) => {
    const change = await write(tx, options, actor, uploaded(id, mapping, columns));
    await deleteUpload(tx, id);
    return { change };
  });
}

/** Adds and changes people one by one; nobody leaves. Throws `people_invalid`, `people_busy`. */
export function mergePeople(
  options: PeopleOptions,
  actor: Actor,
  people: readonly PersonRecord[],
): Promise<contract.SavedPeople> {
  return options.db.transaction(async (tx) => ({
    change: await write(tx, options, actor, { whole: false, people: () => [[...people]] }),
  }));
}

/** Throws `person_not_found`, `people_invalid`, `people_busy`. */
export function removePeople(
  options: PeopleOptions,
  actor: Actor,
  emails: readonly string[],
): Promise<contract.SavedPeople> {
  const leaving = [...new Set(emails.map((one) => one.trim().toLowerCase()))];
  return options.db.transaction(async (tx) => ({
    change: await write(tx, options, actor, { whole: false, people: () => [], leaving }),
  }));
}

const uploaded = (id: number, mapping: contract.Mapping, columns: readonly string[]): Wanted => {
  const read = createReader(mapping, columns);
  return {
    whole: true,
    async *people(tx) {
      for await (const rows of uploadRows(tx, id)) yield rows.map(({ line, cells }) => read(line, cells));
    },
  };
};

/** Lays people beside those who are there, and returns what is wrong with them all together. */
async function lay(tx: Tx, { whole, people, leaving = [] }: Wanted): Promise<contract.PeopleProblem[]> {
  const { held } = await tx.one<{ held: boolean }>('select pg_try_advisory_xact_lock($1) as held', [
    advisoryLocks.people,
  ]);
  if (!held) throw new PlumblineError('people_busy');
  await makeWanted(tx);
  const check = createPeopleCheck();
  if (!whole) for (const { email, managerEmail } of await currentManagers(tx)) check.know(email, managerEmail);
  for (const email of leaving) {
    if (!check.forget(email))
      throw new PlumblineError('person_not_found', { message: `Nobody has the address ${email.slice(0, 100)}.` });
  }
  let faulty = false;
  for await (const some of people(tx)) {
    for (const person of some) check.take(person);
    // What is only counted any more needs not be stored: the first line of a person counts, the others are a fault.
    faulty ||= check.faulty();
    if (!faulty) await copyRows(tx, 'wanted', wantedColumns, some.map(cellsOf));
  }
  return check.finish();
}

const cellsOf = ({ email, name, managerEmail, attributes }: PersonRecord) => [
  email,
  name,
  managerEmail,
  JSON.stringify(attributes),
];

async function write(tx: Tx, options: PeopleOptions, actor: Actor, wanted: Wanted): Promise<contract.PeopleChange> {
  const problems = await lay(tx, wanted);
  if (problems.length > 0) throw peopleInvalid(problems);
  const { whole, leaving = [] } = wanted;
  const change = await compareWanted(tx, { whole, leaving });
  const { added, changed, left, unchanged } = change;
  if (added + changed + left === 0) return change;
  await applyWanted(tx, { whole, leaving }, actor.name);
  await audit(tx, actor, 'people.save', { kind: 'people' }, { added, changed, left, unchanged });
  await options.tell(tx, [{ kind: peopleChanged, id: 0 }]);
  return change;
}

class Undone extends Error {}

/** What is only looked at is laid aside as it would be saved, and taken back. */
async function rolledBack<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  let result: { value: T } | undefined;
  try {
    await db.transaction(async (tx) => {
      result = { value: await work(tx) };
      throw new Undone();
    });
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
  }
  return (result as { value: T }).value;
}
