import { runLab } from '../../lab/cli.ts';
import { runCli } from '../../src/surfaces/cli/index.ts';

export interface CommandOption {
  /** As the help writes it: `-f, --file <path>`. */
  flags: string;
  description: string;
  /** What applies when it is left out; undefined for flags. */
  standard: string | undefined;
}

export interface CommandDescription {
  /** Words after `plumbline`: `integration list`. */
  path: string;
  /** Its arguments: `<name>`. */
  usage: string;
  description: string;
  options: CommandOption[];
}

/** Commands that no help text describes: `main.ts` serves them before the command line is parsed. */
const servedApart: readonly CommandDescription[] = [
  {
    path: 'up',
    usage: '',
    description: 'start the hub and run until it is stopped',
    options: [
      { flags: '--role <role>', description: 'all, web or worker', standard: 'all' },
      {
        flags: '--copy',
        description: 'the database is a copy of another installation’s: hold it until a person says what it is',
        standard: '',
      },
      {
        flags: '--port <port>',
        description: 'goes before PLUMBLINE_PORT; of a worker, before PLUMBLINE_HEALTH_PORT',
        standard: '8420; of a worker 8421',
      },
      { flags: '--host <address>', description: 'goes before PLUMBLINE_HOST', standard: '127.0.0.1' },
    ],
  },
  {
    path: 'restore',
    usage: '<file>',
    description: 'load a backup while the hub is stopped',
    options: [
      {
        flags: '--replace',
        description: 'remove what is in the database; otherwise it must be empty',
        standard: undefined,
      },
      {
        flags: '--check',
        description: 'only say whether the file is whole and fits version and key',
        standard: undefined,
      },
    ],
  },
  {
    path: 'satellite run',
    usage: '',
    description: 'read for the hub what it cannot reach, and run until it is stopped',
    options: [
      {
        flags: '--config <path>',
        description: 'the file; goes before CONFIG_FILE',
        standard: '/etc/satellite/satellite.yml',
      },
      {
        flags: '--state <dir>',
        description: 'where its name and what the hub cannot take yet are kept',
        standard: 'satellite in the state directory',
      },
    ],
  },
  {
    path: 'satellite check',
    usage: '',
    description: 'test the way to the hub and to each tool of the file',
    options: [
      {
        flags: '--config <path>',
        description: 'the file; goes before CONFIG_FILE',
        standard: '/etc/satellite/satellite.yml',
      },
      { flags: '--json', description: 'for programs', standard: undefined },
    ],
  },
  {
    path: 'satellite encrypt',
    usage: '',
    description: 'encrypt a value from standard input for the file, by ENCRYPTION_PASSWORD',
    options: [],
  },
  {
    path: 'satellite decrypt',
    usage: '',
    description: 'show what an encrypted value holds',
    options: [],
  },
  {
    path: 'test',
    usage: '',
    description: 'run the tests',
    options: [
      { flags: '--stage <stages>', description: 'only these stages, separated by commas', standard: 'all' },
      { flags: '--alone', description: 'one stage after the other, none beside another', standard: undefined },
    ],
  },
];

type Help = (argv: readonly string[]) => Promise<string>;

/** Every command with its options, from the texts that `--help` prints, in their order. */
export async function readCommands(): Promise<CommandDescription[]> {
  const ofHub = await readTree(helpOfHub, []);
  const ofLab = await readTree(async (argv) => helpOfLab(argv.slice(1)), ['lab']);
  const apart = new Set(['up', 'lab', 'satellite', ...servedApart.map((command) => command.path)]);
  return [...servedApart, ...ofHub.filter((command) => !apart.has(command.path)), ...ofLab];
}

async function helpOfHub(argv: readonly string[]): Promise<string> {
  let text = '';
  const collect = (part: string): void => {
    text += part;
  };
  await runCli([...argv, '--help'], {
    hub: { url: 'http://127.0.0.1', token: undefined },
    terminal: { out: collect, err: collect, interactive: false },
    version: '',
    examineThisMachine: () => Promise.resolve([]),
    secretSources: { environment: {}, stateDirectory: '/' },
  });
  return text;
}

async function helpOfLab(argv: readonly string[]): Promise<string> {
  let text = '';
  const stream = { write: (part: string) => ((text += part), true) } as unknown as NodeJS.WriteStream;
  await runLab([...argv, '--help'], { stdout: stream, stderr: stream, env: { PLUMBLINE_HOME: '/' } });
  return text;
}

/** A command that has commands of its own is only their folder and is left out. */
async function readTree(help: Help, path: readonly string[]): Promise<CommandDescription[]> {
  const text = await help(path);
  const children = itemsOf(text, 'Commands').map((item) => item.term.split(' ')[0] as string);
  if (children.length === 0) return [describeCommand(text, path)];
  const found: CommandDescription[] = [];
  for (const child of children) if (child !== 'help') found.push(...(await readTree(help, [...path, child])));
  return found;
}

function describeCommand(text: string, path: readonly string[]): CommandDescription {
  const [usageLine = '', ...rest] = text.split('\n');
  const description = rest
    .join('\n')
    .split(/\n(?:Arguments|Options):/)[0]
    ?.replace(/\s+/g, ' ')
    .trim();
  const usage = usageLine.match(/[<[](?!options\])[^\]>]+[\]>]/g)?.join(' ') ?? '';
  const options = itemsOf(text, 'Options').filter((item) => !item.term.startsWith('-h,'));
  return { path: path.join(' '), usage, description: description ?? '', options: options.map(toOption) };
}

function toOption({ term, text }: Item): CommandOption {
  const standard = / ?\(default: (.+)\)$/.exec(text);
  const value = standard?.[1]?.replaceAll('"', '');
  const description = standard === null ? text : text.slice(0, standard.index);
  return { flags: term, description, standard: value === 'false' ? undefined : value };
}

interface Item {
  term: string;
  text: string;
}

/** The entries under a heading; commander breaks long ones over several lines. */
function itemsOf(text: string, heading: string): Item[] {
  const section = text.split(`\n${heading}:\n`)[1]?.split('\n\n')[0] ?? '';
  const items: Item[] = [];
  for (const line of section.split('\n')) {
    const entry = /^ {2}(\S.*?)(?: {2,}(.*))?$/.exec(line);
    const last = items.at(-1);
    if (entry !== null && !line.startsWith('   ')) items.push({ term: entry[1] as string, text: entry[2] ?? '' });
    else if (last !== undefined && line.trim() !== '') last.text = `${last.text} ${line.trim()}`;
  }
  return items;
}
