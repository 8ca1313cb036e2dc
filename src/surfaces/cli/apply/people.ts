import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type {
  CheckedPeople,
  Mapping,
  PeopleChange,
  PeopleProblem,
  SavedPeople,
  Upload,
} from '../../../features/teams/contract.ts';
import { exitCodes } from '../output.ts';
import type { ApplyRun, ApplySection } from './section.ts';

/** Everybody, by a CSV file; whoever is not in it leaves. */
const People = z.strictObject({
  /** Path of the file, as `-f` has it. */
  file: z.string().min(1),
  /** Columns of the file; left out: as their names say. */
  columns: z
    .strictObject({
      name: z.string().optional(),
      email: z.string().optional(),
      managerEmail: z.string().optional(),
      /** Column of each attribute; named here, no other columns are taken. */
      attributes: z.record(z.string(), z.string()).optional(),
    })
    .default({}),
});
type People = z.infer<typeof People>;

export const people: ApplySection<People> = {
  name: 'people',
  shape: People,
  async problems({ file }) {
    const problem = await readFile(file).then(
      () => undefined,
      ({ code }: NodeJS.ErrnoException) => `people: ${file} cannot be read (${code ?? 'unknown'}).`,
    );
    return problem === undefined ? [] : [problem];
  },
  async apply({ file, columns }, run) {
    const { api, dryRun } = run;
    const body = new Blob([await readFile(file)], { type: 'text/csv' });
    const sent = (await (await api.open('POST', 'api/v1/people/uploads', body)).json()) as { upload: Upload };
    const place = `api/v1/people/uploads/${sent.upload.id}`;
    const mapping = mappingOf(sent.upload.mapping, columns);
    const checked = await api.send<CheckedPeople>('POST', `${place}/check`, { mapping });
    if (checked.problems.length > 0) return refused(checked.problems, file, run);
    const { change } = dryRun ? checked : await api.send<SavedPeople>('POST', `${place}/save`, { mapping });
    if (!run.json && change !== null) run.terminal.out(`people: ${words(change, dryRun)}\n`);
    return { code: exitCodes.good, results: [{ people: change }] };
  },
};

function mappingOf(proposed: Mapping, { name, email, managerEmail, attributes }: People['columns']): Mapping {
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

function words({ added, changed, left, unchanged }: PeopleChange, dryRun: boolean): string {
  if (added + changed + left === 0) return `unchanged (${unchanged})`;
  const would = dryRun ? 'would be ' : '';
  return `${added} ${would}added, ${changed} ${would}changed, ${left} ${dryRun ? 'would leave' : 'left'}, ${unchanged} unchanged`;
}

function refused(problems: readonly PeopleProblem[], file: string, { terminal, json }: ApplyRun) {
  if (!json) {
    terminal.err(`people: not applied, nothing was saved. ${file}:\n`);
    for (const { code, field, count, samples } of problems) {
      const [first] = samples;
      const where =
        first === undefined ? '' : `, first in line ${first.line ?? '?'}: ${first.email} ${first.name}`.trimEnd();
      terminal.err(`  ${code}${field === null ? '' : ` (${field})`}: ${count}${where}\n`);
    }
  }
  return { code: exitCodes.bad, results: [{ people: { error: 'people_invalid', problems } }] };
}
