import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CodeBase, readCodeBase, root, withFiles } from './code-base.ts';
import { rules } from './rules/index.ts';

interface Violation {
  what: string;
  path: string;
  content: string;
  /** Name of the rule that must see it. */
  rule: string;
  /** True where the content comes after what the file holds. */
  appended?: true;
  /** A second file that it takes. */
  beside?: { path: string; content: string };
}

const domain = 'domain imports domain only';
const platform = 'platform imports platform and domain only';
const connectors =
  'connectors import the contract, domain, outbound and errors, never another connector or the database';
const packages = 'each floor uses the packages that are its own';
const out = 'nothing leaves the process but through outbound';
const door = 'outside systems are called through integrations.connect';
const doors = 'rooms import the rooms below them, through their door';
const top = 'nothing imports what puts the program together';
const records = 'rooms know connectors by contract and records only';
const surface = 'rooms and everything below never import a surface';
const server = 'the web server knows rooms by their doors, and no connector';
const satellite = 'a satellite knows connectors and what is below them, and no room';
const cli = 'the command line knows the hub by its contracts only, as types';
const web = 'the web application knows domain at run time and contracts as types';
const contracts = 'a contract is made of contracts and domain, so that pages and commands can read it';
const circles = 'no file reaches itself through what it imports';
const lab = 'the lab knows no connector and no room';
const labKnown = 'only the command to run it knows the lab';
const tables = 'SQL names the tables of its own room only; what others may read is in schema shared';
const publishing = 'a room reads what it and rooms below it publish';
const writing = 'nobody writes through a view of another room';
const words = 'rooms that serve every system say no word of one of them';
const shapes = 'an exported shape is named as the type it has';
const listed = 'every room says which rooms lie below it';

const room = 'src/features/inbox/zz.ts';
const connector = 'src/connectors/sonarqube/zz.ts';
const worker = 'src/connectors/work/zz.ts';

/** Each is a file as somebody might write it, and the wall it breaks. */
const violations: readonly Violation[] = [
  {
    what: 'domain that throws our errors',
    path: 'src/domain/zz.ts',
    rule: domain,
    content: `import { PlumblineError } from '../platform/errors/index.ts'; export const a = PlumblineError;`,
  },
  {
    what: 'domain that asks PostgreSQL',
    path: 'src/domain/zz.ts',
    rule: packages,
    content: `import pg from 'pg'; export const a = pg;`,
  },
  {
    what: 'domain that reads files',
    path: 'src/domain/zz.ts',
    rule: packages,
    content: `import { readFileSync } from 'node:fs'; export const a = readFileSync;`,
  },
  {
    what: 'domain that asks the network',
    path: 'src/domain/zz.ts',
    rule: out,
    content: `export const a = () => globalThis.fetch('http://x');`,
  },
  {
    what: 'a room that opens a connection itself',
    path: room,
    rule: door,
    content: `export const a = (options) => options.openOutbound({ configuredHost: 'x' });`,
  },
  {
    what: 'a room that opens a connection under another name',
    path: 'src/features/images/zz.ts',
    rule: door,
    content: `export const a = ({ openOutbound: begin }) => begin({ configuredHost: 'x' });`,
  },
  {
    what: 'a room that makes a client of its own',
    path: 'src/features/operations/doctor/zz.ts',
    rule: door,
    content: `import { createOutbound } from '../../../platform/outbound/index.ts'; export const a = createOutbound;`,
  },
  {
    what: 'a look-up beside the worker that opens a connection itself',
    path: 'src/features/ingestion/lookup/zz.ts',
    rule: door,
    content: `export const a = (deps) => deps.openOutbound(deps.source.outbound);`,
  },
  {
    what: 'an inbox with the places of one server',
    path: room,
    rule: words,
    content: `export const path = 'Administration → Webhooks, for Administer System';`,
  },
  {
    what: 'a general room with the capability of one server',
    path: 'src/features/integrations/zz.ts',
    rule: words,
    content: `export const a = (connector) => connector.qualityServer;`,
  },
  {
    what: 'a reading that knows what one server calls its slices',
    path: 'src/features/ingestion/zz.ts',
    rule: words,
    content: `export const name = (slice) => slice.slice('project:'.length);`,
  },
  {
    what: 'a general table of one server’s stream',
    path: 'src/features/ingestion/zz.sql',
    rule: words,
    content: `create view shared.zz as select 1 as hotspots_stored;`,
  },
  {
    what: 'bookmarks of one server’s stream',
    path: 'src/features/ingestion/store/bookmarks.ts',
    rule: words,
    appended: true,
    content: `export const zz = "stream = 'hotspots'";`,
  },
  {
    what: 'a shape that is written as a value',
    path: 'src/features/inbox/contract.ts',
    rule: shapes,
    appended: true,
    content: `export const zzAnswer = z.object({ ok: z.boolean() }).strict();`,
  },
  {
    what: 'platform that knows a room',
    path: 'src/platform/jobs/zz.ts',
    rule: platform,
    content: `import { createInbox } from '../../features/inbox/index.ts'; export const a = createInbox;`,
  },
  {
    what: 'jobs that open connections of their own',
    path: 'src/platform/jobs/zz.ts',
    rule: packages,
    content: `import pg from 'pg'; export const a = pg;`,
  },
  {
    what: 'a clock that reads files',
    path: 'src/platform/errors/zz.ts',
    rule: packages,
    content: `export { readFile } from 'node:fs/promises';`,
  },
  {
    what: 'a connector that knows the database',
    path: connector,
    rule: connectors,
    content: `import { connect } from '../../platform/database/index.ts'; export const a = connect;`,
  },
  {
    what: 'a connector with PostgreSQL',
    path: connector,
    rule: packages,
    content: `import pg from 'pg'; export const a = pg;`,
  },
  {
    what: 'a connector past the address filter',
    path: connector,
    rule: packages,
    content: `import { fetch } from 'undici'; export const a = fetch;`,
  },
  {
    what: 'a connector past the address filter, at run time only',
    path: connector,
    rule: packages,
    content: `export const a = () => import('undici');`,
  },
  {
    what: 'a connector with the global fetch',
    path: connector,
    rule: out,
    content: `export const a = () => fetch('http://x');`,
  },
  {
    what: 'a connector with a socket',
    path: connector,
    rule: out,
    content: `export const a = () => new WebSocket('ws://x');`,
  },
  {
    what: 'a connector that reads files',
    path: connector,
    rule: packages,
    content: `import { readFile } from 'node:fs/promises'; export const a = readFile;`,
  },
  {
    what: 'a connector that knows another',
    path: connector,
    rule: connectors,
    content: `import { ociRegistry } from '../oci-registry/index.ts'; export const a = ociRegistry;`,
  },
  {
    what: 'a connector with a type of another',
    path: connector,
    rule: connectors,
    content: `export type A = import('../oci-registry/records.ts').ImageRecord;`,
  },
  {
    what: 'a connector that plans its own work',
    path: connector,
    rule: connectors,
    content: `import type { WorkPort } from '../work/index.ts'; export const a = (port: WorkPort) => port.claim();`,
  },
  {
    what: 'a worker that knows the database',
    path: worker,
    rule: connectors,
    content: `import { databaseFault } from '../../platform/database/index.ts'; export const a = databaseFault;`,
  },
  {
    what: 'a worker with PostgreSQL',
    path: worker,
    rule: packages,
    content: `import pg from 'pg'; export const a = pg;`,
  },
  {
    what: 'a worker that knows the room that plans its work',
    path: worker,
    rule: connectors,
    content: `import type { Ingestion } from '../../features/ingestion/index.ts'; export type A = Ingestion;`,
  },
  {
    what: 'a worker that knows a connector',
    path: worker,
    rule: connectors,
    content: `import { sonarqube } from '../sonarqube/index.ts'; export const a = sonarqube;`,
  },
  {
    what: 'a worker past the address filter',
    path: worker,
    rule: packages,
    content: `import { request } from 'undici'; export const a = request;`,
  },
  {
    what: 'a worker with the words of one server',
    path: worker,
    rule: words,
    content: `export const a = (slice) => slice.startsWith('project:');`,
  },
  {
    what: 'a room beside ingestion that plans work',
    path: 'src/features/images/zz.ts',
    rule: records,
    content: `import { startWorker } from '../../connectors/work/index.ts'; export const a = startWorker;`,
  },
  {
    what: 'a port that reaches into the worker',
    path: 'src/features/ingestion/work/zz.ts',
    rule: records,
    content: `import { readTask } from '../../../connectors/work/read-task.ts'; export const a = readTask;`,
  },
  {
    what: 'a port that calls the outside system itself',
    path: 'src/features/ingestion/work/zz.ts',
    rule: door,
    content: `export const a = (options) => options.openOutbound({ configuredHost: 'x' });`,
  },
  {
    what: 'a connector that knows a room',
    path: connector,
    rule: connectors,
    content: `import type { Sink } from '../../features/ingestion/sink.ts'; export type A = Sink;`,
  },
  {
    what: 'a room that knows one above it',
    path: room,
    rule: doors,
    content: `import { ingestionData } from '../ingestion/index.ts'; export const a = ingestionData;`,
  },
  {
    what: 'a room past the door of one below',
    path: 'src/features/policy/zz.ts',
    rule: doors,
    content: `import { storeImages } from '../images/store-image.ts'; export const a = storeImages;`,
  },
  {
    what: 'a room with a type of one above it',
    path: room,
    rule: doors,
    content: `export type A = import('../policy/index.ts').Policy;`,
  },
  {
    what: 'a room that hands on what lies above it',
    path: room,
    rule: doors,
    content: `export * from '../policy/index.ts';`,
  },
  {
    what: 'a room that starts the hub',
    path: room,
    rule: top,
    content: `import { startHub } from '../../hub.ts'; export const a = startHub;`,
  },
  {
    what: 'a room that knows every schema',
    path: room,
    rule: top,
    content: `import { ownSchemas } from '../../schema.ts'; export const a = ownSchemas;`,
  },
  {
    what: 'the web server that knows every schema',
    path: 'src/surfaces/http/zz.ts',
    rule: top,
    content: `import { ownSchemas } from '../../schema.ts'; export const a = ownSchemas;`,
  },
  {
    what: 'a room that asks through a connector’s client',
    path: 'src/features/code-quality/zz.ts',
    rule: records,
    content: `import { createClient } from '../../connectors/sonarqube/client.ts'; export const a = createClient;`,
  },
  {
    what: 'a room that knows every connector',
    path: 'src/features/code-quality/zz.ts',
    rule: records,
    content: `import { connectors } from '../../connectors/index.ts'; export const a = connectors;`,
  },
  { what: 'a room with the global fetch', path: room, rule: out, content: `export const a = () => fetch('http://x');` },
  {
    what: 'a room that reads files',
    path: room,
    rule: packages,
    content: `import { readFile } from 'node:fs/promises'; export const a = readFile;`,
  },
  {
    what: 'a room that knows a surface',
    path: room,
    rule: surface,
    content: `import { createHttpServer } from '../../surfaces/http/index.ts'; export const a = createHttpServer;`,
  },
  {
    what: 'the web server past the door of a room',
    path: 'src/surfaces/http/zz.ts',
    rule: server,
    content: `import { createProcessor } from '../../features/inbox/process.ts'; export const a = createProcessor;`,
  },
  {
    what: 'the web server that knows a connector',
    path: 'src/surfaces/http/zz.ts',
    rule: server,
    content: `import { sonarqube } from '../../connectors/sonarqube/index.ts'; export const a = sonarqube;`,
  },
  {
    what: 'a satellite that knows a room',
    path: 'src/surfaces/satellite/zz.ts',
    rule: satellite,
    content: `import { createInbox } from '../../features/inbox/index.ts'; export const a = createInbox;`,
  },
  {
    what: 'the command line with a contract at run time',
    path: 'src/surfaces/cli/zz.ts',
    rule: cli,
    content: `import { RunList } from '../../features/ingestion/contract.ts'; export const a = RunList;`,
  },
  {
    what: 'the command line with the database',
    path: 'src/surfaces/cli/zz.ts',
    rule: cli,
    content: `import { connect } from '../../platform/database/index.ts'; export const a = connect;`,
  },
  {
    what: 'the command line with PostgreSQL',
    path: 'src/surfaces/cli/zz.ts',
    rule: packages,
    content: `import pg from 'pg'; export const a = pg;`,
  },
  {
    what: 'a page with a contract at run time',
    path: 'web/zz.ts',
    rule: web,
    content: `import { RunList } from '../src/features/ingestion/contract.ts'; export const a = RunList;`,
  },
  {
    what: 'a page with a type of a store',
    path: 'web/zz.ts',
    rule: web,
    content: `import type { Sink } from '../src/features/ingestion/sink.ts'; export type A = Sink;`,
  },
  {
    what: 'a page with zod',
    path: 'web/zz.ts',
    rule: packages,
    content: `import { z } from 'zod'; export const a = z;`,
  },
  {
    what: 'a contract that takes its store along',
    path: 'src/features/inbox/contract.ts',
    appended: true,
    rule: contracts,
    content: `import { insertDeliveries } from './store/deliveries.ts'; export const zz = insertDeliveries;`,
  },
  {
    what: 'two files that take each other',
    path: room,
    rule: circles,
    content: `import { b } from './zz2.ts'; export const a = () => b;`,
    beside: {
      path: 'src/features/inbox/zz2.ts',
      content: `import type { a } from './zz.ts'; export const b: typeof a | 1 = 1;`,
    },
  },
  {
    what: 'a room that knows the lab',
    path: room,
    rule: labKnown,
    content: `import { runLab } from '../../../lab/cli.ts'; export const a = runLab;`,
  },
  {
    what: 'a lab that knows a connector',
    path: 'lab/zz.ts',
    rule: lab,
    content: `import { sonarqube } from '../src/connectors/sonarqube/index.ts'; export const a = sonarqube;`,
  },
  {
    what: 'a lab that knows a room',
    path: 'lab/zz.ts',
    rule: lab,
    content: `import { createInbox } from '../src/features/inbox/index.ts'; export const a = createInbox;`,
  },
  {
    what: 'a room that writes in another',
    path: 'src/features/policy/zz.ts',
    rule: tables,
    content: `export const q = 'delete from access.users';`,
  },
  {
    what: 'a room that reads in one it may import',
    path: 'src/features/policy/zz.ts',
    rule: tables,
    content: 'export const q = (id: number) => `select 1 from images.images i where i.id = ${id}`;',
  },
  {
    what: 'a part of a statement with a table of another room',
    path: 'src/features/policy/zz.ts',
    rule: tables,
    content: "export const from = 'ingestion.tasks t';",
  },
  {
    what: 'views for people made of tables of another room',
    path: 'src/features/policy/data-views.sql',
    rule: tables,
    content: 'create view data.zz as select id from images.images;',
  },
  {
    what: 'what puts the program together with a statement of its own',
    path: 'src/zz.ts',
    rule: tables,
    content: "export const q = 'select count(*) from ingestion.runs';",
  },
  {
    what: 'a room that reads what one above it publishes',
    path: room,
    rule: publishing,
    content: "export const q = 'select 1 from shared.images';",
  },
  {
    what: 'a room that reads what nobody publishes',
    path: 'src/features/policy/zz.ts',
    rule: publishing,
    content: "export const q = 'select 1 from shared.zz';",
  },
  {
    what: 'a room that writes through a view',
    path: 'src/features/policy/zz.ts',
    rule: writing,
    content: "export const q = 'update shared.images set gone_at = null';",
  },
  {
    what: 'a room that nobody listed',
    path: 'src/features/zzroom/zz.ts',
    rule: listed,
    content: `export const a = 1;`,
  },
  {
    what: 'a room that nobody listed and that takes from all',
    path: 'src/features/zzroom/zz.ts',
    rule: doors,
    content: `import { createInbox } from '../inbox/index.ts'; export const a = createInbox;`,
  },
];

let code: CodeBase;
beforeAll(async () => {
  code = await readCodeBase();
});

describe('the architecture test itself', () => {
  it.each(violations.map((one) => [one.what, one] as const))('sees %s', async (_, violation) => {
    const { path, rule: name, beside } = violation;
    const before = violation.appended ? await readFile(resolve(root, path), 'utf8') : '';
    const written = [{ path, content: `${before}\n${violation.content}` }, ...(beside === undefined ? [] : [beside])];
    const rule = rules.find((one) => one.name === name);
    // Only a circle needs the rest of the code to be seen.
    expect(
      rule?.offenders(withFiles(name === circles ? code : [], written)).filter((offender) => offender.includes(path)),
    ).not.toEqual([]);
  });

  it('has an example for every rule', () => {
    const shown = new Set(violations.map(({ rule }) => rule));
    expect(rules.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
  });
});
