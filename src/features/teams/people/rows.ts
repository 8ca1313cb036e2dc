import { managerCircles } from '../managers.ts';
import { type Mapping, type PeopleProblem, reserved } from './contract.ts';

/** A person as a file or a program says them. */
export interface PersonRecord {
  /** Line of the file; place in the list of a program. */
  line: number;
  name: string;
  /** In small letters. */
  email: string;
  managerEmail: string | null;
  attributes: Record<string, string>;
}

export const limits = { columns: 200, rows: 200_000, cell: 1_000, bytes: 32 * 1024 * 1024, samples: 10 } as const;

/** The columns people call by these names, without regard to capitals, spaces and signs. */
const known: Readonly<Record<string, readonly string[]>> = {
  name: ['name', 'fullname', 'displayname'],
  email: ['email', 'emailaddress', 'mail'],
  managerEmail: ['manageremail', 'manager', 'managersemail', 'manageremailaddress', 'reportsto'],
  role: ['role', 'jobtitle', 'title'],
  site: ['site', 'location', 'office'],
  team: ['team', 'teamname'],
  sub_role: ['subrole'],
  department: ['department', 'dept'],
};

const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** What the columns most likely mean. Those nobody knows become attributes of their own names. */
export function proposeMapping(columns: readonly string[]): Mapping {
  const left = new Set(columns);
  const take = (field: string): string | null => {
    const found = (known[field] ?? []).flatMap((word) =>
      columns.filter((column) => left.has(column) && plain(column) === word),
    );
    const [first = null] = found;
    if (first !== null) left.delete(first);
    return first;
  };
  const [email, managerEmail, name] = [take('email'), take('managerEmail'), take('name')];
  const standard = ['role', 'site', 'team', 'sub_role', 'department'].flatMap((field) => {
    const column = take(field);
    return column === null ? [] : [{ name: field, column }];
  });
  const taken = new Set([...reserved, ...standard.map((one) => one.name)]);
  const own = [...left].filter((column) => column.length <= 100 && !taken.has(column));
  return { name, email, managerEmail, attributes: [...standard, ...own.map((column) => ({ name: column, column }))] };
}

/** What is wrong with the line of names; every fault at once. */
export function headerProblems(columns: readonly string[]): PeopleProblem[] {
  const names = columns.map((column) => column.trim());
  const twice = [...new Set(names.filter((name, index) => name !== '' && names.indexOf(name) !== index))];
  const blank = names.filter((name) => name === '').length;
  return [
    ...(blank === 0 ? [] : [problem('blank_csv_column_name', null, blank, [])]),
    ...twice.map((name) => problem('duplicate_csv_column', name, names.filter((one) => one === name).length, [])),
  ];
}

/** What is wrong with the choice of columns. */
export function mappingProblems(
  { name, email, managerEmail, attributes }: Mapping,
  columns: readonly string[],
): PeopleProblem[] {
  const needed = { name, email, manager_email: managerEmail };
  const missing = Object.entries(needed).filter(([, column]) => column === null);
  const chosen = [name, email, managerEmail, ...attributes.map(({ column }) => column)].filter((one) => one !== null);
  return [
    ...missing.map(([field]) => problem('missing_name_or_email_or_manager_email_field_mapping', field, 1, [])),
    ...chosen
      .filter((column) => !columns.includes(column))
      .map((column) => problem('required_field_missing', column, 1, [])),
  ];
}

const formula = /^[=+\-@\t\r＝＋－＠]/;
/** A number, a telephone number, an account name: what begins like a formula and is none. */
const harmless = /^([+-][\d ()./-]*|@[\w.-]+)$/;

export const isFormula = (cell: string): boolean => formula.test(cell) && !harmless.test(cell);

/** A cell as it is stored: what our own files disarm with an apostrophe comes back as it was. */
export function cellText(cell: string): string {
  const text = cell.trim();
  return text.startsWith("'") && harmless.test(text.slice(1)) ? text.slice(1) : text;
}

const email = /^[^\s@"(),:;<>[\]\\]{1,64}@[^\s@"(),:;<>[\]\\]{1,190}$/;

const problem = (
  code: PeopleProblem['code'],
  field: string | null,
  count: number,
  samples: PeopleProblem['samples'],
): PeopleProblem => ({
  code,
  errorType: code.toUpperCase(),
  field,
  count,
  samples,
});

/** Looks at people one after the other and holds only what tells them apart. */
export function createPeopleCheck() {
  const found = new Map<string, PeopleProblem>();
  const managerOf = new Map<string, string | null>();
  const lineOf = new Map<string, number>();
  const note = (code: PeopleProblem['code'], field: string | null, sample: PeopleProblem['samples'][number]): void => {
    const key = `${code} ${field}`;
    const one = found.get(key) ?? problem(code, field, 0, []);
    one.count++;
    if (one.samples.length < limits.samples) one.samples.push(sample);
    found.set(key, one);
  };
  return {
    /** Somebody who stays as they are. */
    know(address: string, managerEmail: string | null): void {
      managerOf.set(address, managerEmail);
    },
    forget(address: string): boolean {
      return managerOf.delete(address);
    },
    take(person: PersonRecord): void {
      const { line, name, managerEmail, attributes } = person;
      const sample = { line, email: person.email.slice(0, 100), name: name.slice(0, 100) };
      const cells = { name, email: person.email, manager_email: managerEmail ?? '', ...attributes };
      for (const [field, cell] of Object.entries(cells)) {
        if (cell.length > limits.cell) note('csv_cell_too_long', field, { ...sample, name: '' });
        else if (isFormula(cell)) note('csv_formula', field, sample);
      }
      if (name === '') note('required_value_missing', 'name', sample);
      if (person.email === '') note('required_value_missing', 'email', sample);
      else if (!email.test(person.email)) note('email_invalid', 'email', sample);
      else if (lineOf.has(person.email)) note('duplicate_email', 'email', sample);
      else {
        lineOf.set(person.email, line);
        managerOf.set(person.email, managerEmail);
      }
    },
    /** Something is wrong already. */
    faulty: (): boolean => found.size > 0,
    finish(): PeopleProblem[] {
      for (const [address, manager] of managerOf) {
        if (manager === null || managerOf.has(manager)) continue;
        note('manager_email_missing_in_developer_emails', 'manager_email', {
          line: lineOf.get(address) ?? null,
          email: address,
          name: manager.slice(0, 100),
        });
      }
      for (const circle of managerCircles(managerOf)) {
        note('circular_reference', 'manager_email', {
          line: lineOf.get(circle[0] ?? '') ?? null,
          email: circle[0] ?? '',
          name: [...circle.slice(0, 9), circle.length > 9 ? '…' : circle[0]].join(' → ').slice(0, 1_000),
        });
      }
      return [...found.values()];
    },
  };
}

/** Makes people of the cells of a file. */
export function createReader(
  mapping: Mapping,
  columns: readonly string[],
): (line: number, cells: readonly string[]) => PersonRecord {
  const at = (column: string | null): number => (column === null ? -1 : columns.indexOf(column));
  const [name, address, manager] = [at(mapping.name), at(mapping.email), at(mapping.managerEmail)];
  const attributes = mapping.attributes.map(({ name: attribute, column }) => [attribute, at(column)] as const);
  return (line, cells) => {
    const cell = (index: number): string => cellText(cells[index] ?? '');
    return {
      line,
      name: cell(name),
      email: cell(address).toLowerCase(),
      managerEmail: cell(manager).toLowerCase() || null,
      attributes: Object.fromEntries(
        attributes.map(([attribute, index]) => [attribute, cell(index)] as const).filter(([, value]) => value !== ''),
      ),
    };
  };
}
