import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { exitCodes } from '../output.ts';
import { changeWords, sayProblems, sendPeople } from '../people-file.ts';
import type { ApplySection } from './section.ts';

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
  async apply({ file, columns }, { api, dryRun, json, terminal }) {
    const { problems, change } = await sendPeople(api, file, { columns, dryRun });
    if (problems.length > 0) {
      if (!json) {
        terminal.err(`people: not applied, nothing was saved. ${file}:\n`);
        sayProblems(terminal, problems);
      }
      return { code: exitCodes.bad, results: [{ people: { error: 'people_invalid', problems } }] };
    }
    if (!json && change !== null) terminal.out(`people: ${changeWords(change, dryRun)}\n`);
    return { code: exitCodes.good, results: [{ people: change }] };
  },
};
