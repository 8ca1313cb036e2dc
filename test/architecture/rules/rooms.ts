import { importRule, isOurs, roomOf, type Rule } from './rule.ts';

/** Rooms each room may import through their `index.ts`, as in section 4 of the design; every room may import `access`. */
export const roomsBelow: Record<string, readonly string[]> = {
  access: [],
  integrations: ['access'],
  inbox: ['access', 'integrations'],
  ingestion: ['access', 'integrations', 'inbox'],
  satellites: ['access', 'integrations', 'ingestion'],
  'code-quality': ['access', 'ingestion'],
  images: ['access', 'integrations', 'ingestion', 'inbox'],
  repositories: ['access', 'integrations', 'ingestion', 'code-quality'],
  deployments: ['access', 'integrations', 'ingestion', 'code-quality', 'images', 'repositories'],
  policy: ['access', 'code-quality', 'images'],
  reports: ['access', 'integrations', 'code-quality', 'repositories', 'policy'],
  teams: ['access', 'integrations', 'code-quality', 'images', 'repositories', 'deployments'],
  trace: ['access', 'code-quality', 'repositories', 'deployments', 'images', 'reports', 'policy'],
  running: ['access', 'integrations', 'ingestion', 'code-quality', 'images', 'deployments', 'policy', 'teams', 'trace'],
  insights: ['access', 'code-quality', 'teams'],
  overview: [
    'access',
    'inbox',
    'ingestion',
    'satellites',
    'code-quality',
    'deployments',
    'policy',
    'teams',
    'running',
    'insights',
    'operations',
  ],
  explorer: ['access'],
  help: ['access'],
  operations: ['access', 'integrations', 'ingestion', 'code-quality', 'insights', 'explorer'],
};

/** The socket interfaces of a room below are types; the room that fills them may import their file directly. */
const sockets = [
  'src/features/inbox/handler.ts',
  'src/features/ingestion/sink.ts',
  'src/features/integrations/integration-data.ts',
];

export const roomRules: readonly Rule[] = [
  {
    name: 'every room says which rooms lie below it',
    offenders: (code) =>
      code
        .filter(({ path }) => roomsBelow[roomOf(path) ?? 'access'] === undefined)
        .map(({ path }) => `${path} → lies in a room of which nothing is said`),
  },
  importRule('rooms import the rooms below them, through their door', (entry) => {
    const room = roomOf(entry.from);
    const target = roomOf(entry.to);
    if (room === undefined || target === undefined || room === target) return false;
    if (sockets.includes(entry.to) && entry.typeOnly) return false;
    const throughDoor = /^src\/features\/[^/]+\/(index|contract)\.ts$/.test(entry.to);
    return !throughDoor || !(roomsBelow[room] ?? []).includes(target);
  }),
  importRule('rooms know connectors by contract and records only', ({ from, to }) => {
    if (!from.startsWith('src/features/') || !to.startsWith('src/connectors/')) return false;
    // The room that plans the work of workers, the one that carries it far away, and they, speak through one port.
    if (to === 'src/connectors/work/index.ts') return !['ingestion', 'satellites'].includes(roomOf(from) ?? '');
    return to !== 'src/connectors/contract.ts' && !/^src\/connectors\/[^/]+\/records\.ts$/.test(to);
  }),
  importRule(
    'a contract is made of contracts and domain, so that pages and commands can read it',
    (entry) =>
      /^src\/features\/.*\/?contract\.ts$/.test(entry.from) &&
      isOurs(entry) &&
      !/^src\/(domain\/|platform\/errors\/|features\/.*\/?contract\.ts$)/.test(entry.to),
  ),
];
