import { readFile } from 'node:fs/promises';
import type {
  CheckedPeople,
  Mapping,
  PeopleChange,
  PeopleProblem,
  SavedPeople,
  Upload,
} from '../../features/teams/contract.ts';
import type { ApiClient } from './api-client.ts';
import type { Terminal } from './output.ts';

/** Columns of a file of people; left out: as their names say. */
export interface PeopleColumns {
  name?: string | undefined;
  email?: string | undefined;
  managerEmail?: string | undefined;
  /** Column of each attribute; where any is named, no other columns are taken. */
  attributes?: Readonly<Record<string, string>> | undefined;
}

export interface SentPeople {
  problems: PeopleProblem[];
  /** Null where something is wrong: nothing was saved. */
  change: PeopleChange | null;
}

/** Sends a file of people as it is, has it looked at, and saves it unless something is wrong or it is only to be looked at. */
export async function sendPeople(
  api: ApiClient,
  file: string,
  { columns, dryRun }: { columns: PeopleColumns; dryRun: boolean },
): Promise<SentPeople> {
  const body = new Blob([await readFile(file)], { type: 'text/csv' });
  const sent = (await (await api.open('POST', 'api/v1/people/uploads', body)).json()) as { upload: Upload };
  const place = `api/v1/people/uploads/${sent.upload.id}`;
  const mapping = mappingOf(sent.upload.mapping, columns);
  const checked = await api.send<CheckedPeople>('POST', `${place}/check`, { mapping });
  if (checked.problems.length > 0 || dryRun) return checked;
  const { change } = await api.send<SavedPeople>('POST', `${place}/save`, { mapping });
  return { problems: [], change };
}

function mappingOf(proposed: Mapping, { name, email, managerEmail, attributes }: PeopleColumns): Mapping {
  return {
    name: name ?? proposed.name,
    email: email ?? proposed.email,
    managerEmail: managerEmail ?? proposed.managerEmail,
    attributes:
      attributes === undefined
        ? proposed.attributes
        : Object.entries(attributes).map(([attribute, column]) => ({ name: attribute, column })),
  };
}

export function changeWords({ added, changed, left, unchanged }: PeopleChange, dryRun: boolean): string {
  if (added + changed + left === 0) return `unchanged (${unchanged})`;
  const would = dryRun ? 'would be ' : '';
  return `${added} ${would}added, ${changed} ${would}changed, ${left} ${dryRun ? 'would leave' : 'left'}, ${unchanged} unchanged`;
}

/** Every kind of fault, each with the first line that has it. */
export function sayProblems(terminal: Terminal, problems: readonly PeopleProblem[]): void {
  for (const { code, field, count, samples } of problems) {
    const [first] = samples;
    const where =
      first === undefined ? '' : `, first in line ${first.line ?? '?'}: ${first.email} ${first.name}`.trimEnd();
    terminal.err(`  ${code}${field === null ? '' : ` (${field})`}: ${count}${where}\n`);
  }
}
