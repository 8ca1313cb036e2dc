import { access, constants } from 'node:fs/promises';
import type { PeopleList } from '../../../features/teams/contract.ts';
import type { CliCommand } from '../context.ts';
import { exitCodes, formatTable } from '../output.ts';
import { changeWords, sayProblems, sendPeople } from '../people-file.ts';

interface ImportOptions {
  nameColumn?: string;
  emailColumn?: string;
  managerColumn?: string;
  attribute: Record<string, string>;
  dryRun: boolean;
  json: boolean;
}

const attributeOf = (said: string, before: Record<string, string>): Record<string, string> => {
  const at = said.indexOf('=');
  return { ...before, [at < 0 ? said : said.slice(0, at)]: at < 0 ? said : said.slice(at + 1) };
};

/** `plumbline people import <file>`, `people list [search]`, `people export`. */
export const peopleCommands: CliCommand = (program, { api, terminal }, run) => {
  const people = program.command('people').description('look after the people that org trees are made of');

  people
    .command('import <file>')
    .description('make the people what a CSV file says: whoever is not in it leaves; with one fault nothing is saved')
    .option('--dry-run', 'say what is wrong or what would change, and change nothing', false)
    .option('--name-column <column>', 'column of the names; left out, as it is called')
    .option('--email-column <column>', 'column of the e-mail addresses; left out, as it is called')
    .option('--manager-column <column>', 'column of the managers’ addresses; left out, as it is called')
    .option('--attribute <name=column>', 'an attribute; said once, no other columns are taken', attributeOf, {})
    .option('--json', 'print as JSON', false)
    .action((file: string, options: ImportOptions) =>
      run(async () => {
        const unreadable = await access(file, constants.R_OK).then(
          () => undefined,
          ({ code }: NodeJS.ErrnoException) => code ?? 'unknown',
        );
        if (unreadable !== undefined) {
          terminal.err(`${file} cannot be read (${unreadable}).\n`);
          return exitCodes.failed;
        }
        const { nameColumn, emailColumn, managerColumn, attribute, dryRun, json } = options;
        const attributes = Object.keys(attribute).length === 0 ? undefined : attribute;
        const columns = { name: nameColumn, email: emailColumn, managerEmail: managerColumn, attributes };
        const sent = await sendPeople(api, file, { columns, dryRun });
        if (json) terminal.out(`${JSON.stringify(sent, null, 2)}\n`);
        if (sent.problems.length > 0) {
          if (!json) {
            terminal.err(`${file}: nothing was saved.\n`);
            sayProblems(terminal, sent.problems);
          }
          return exitCodes.bad;
        }
        if (!json && sent.change !== null) {
          terminal.out(`${changeWords(sent.change, dryRun)}\n`);
          if (dryRun && sent.change.sample.length > 0)
            terminal.out(`${formatTable(['what', 'name', 'e-mail'], sent.change.sample.map(cellsOfChange))}\n`);
        }
        return exitCodes.good;
      }),
    );

  people
    .command('list [search]')
    .description('list people, 50 at a time; by a part of the name or the e-mail')
    .option('--page <page>', 'which fifty', '1')
    .option('--json', 'print as JSON', false)
    .action((search: string | undefined, { page, json }: { page: string; json: boolean }) =>
      run(async () => {
        const list = await api.get<PeopleList>('api/v1/people', { search, page });
        terminal.out(json ? `${JSON.stringify(list, null, 2)}\n` : `${tableOf(list)}\n`);
        if (!json && list.total > list.people.length)
          terminal.err(`${list.total} in all; page ${list.page} of ${Math.ceil(list.total / list.pageSize)}\n`);
        return list.people.length === 0 ? exitCodes.noData : exitCodes.good;
      }),
    );

  people
    .command('export')
    .description('print everybody as a CSV file that can be imported again')
    .action(() =>
      run(async () => {
        const { body } = await api.open('GET', 'api/v1/people?format=csv');
        const decoder = new TextDecoder();
        for await (const bytes of body ?? []) terminal.out(decoder.decode(bytes, { stream: true }));
        return exitCodes.good;
      }),
    );
};

const cellsOfChange = ({ what, name, email }: { what: string; name: string; email: string }) => [what, name, email];

function tableOf({ people, attributes }: PeopleList): string {
  const rows = people.map((one) => [
    one.name,
    one.email,
    one.manager?.email ?? '',
    ...attributes.map((attribute) => one.attributes[attribute] ?? ''),
  ]);
  return formatTable(['name', 'e-mail', 'manager', ...attributes], rows);
}
