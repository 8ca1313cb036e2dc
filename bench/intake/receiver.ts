// One receiver of deliveries as a process of its own, so that it can be measured and killed: `inbox`, the product's
// intake behind its HTTP surface, or `bare`, a Fastify route that inserts one row. Tells its parent where it listens.
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Connector } from '../../src/connectors/contract.ts';
import { sonarqube } from '../../src/connectors/sonarqube/index.ts';
import { createInbox, maxBodyBytes } from '../../src/features/inbox/index.ts';
import { newSecret } from '../../src/features/inbox/model.ts';
import { insertSecret } from '../../src/features/inbox/store/secrets.ts';
import { connect, type Database } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { openVault } from '../../src/platform/vault/index.ts';
import { createHttpServer } from '../../src/surfaces/http/index.ts';

const [kind = '', connectionString = '', keyFile = ''] = process.argv.slice(2);
const db = connect({ connectionString, applicationName: `bench ${kind}`, maxConnections: 20, log: silentLog });
const { app, path, secret } = kind === 'bare' ? bare() : await inbox();
await app.listen({ host: '127.0.0.1', port: 0 });
process.send?.({ url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}${path}`, secret });

interface Receiver {
  app: FastifyInstance;
  path: string;
  secret: string;
}

function bare(): Receiver {
  const server = Fastify({ logger: false });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.post('/', async (request, reply) => {
    await db.execute('insert into public.bare (body) values ($1)', [request.body], 'bare');
    return reply.status(204).send();
  });
  return { app: server as unknown as FastifyInstance, path: '/', secret: 'not-looked-at' };
}

async function inbox(): Promise<Receiver> {
  const vault = await openVault({ db, keyFile });
  const integrationId = await integrationOf(db);
  const secret = newSecret();
  await db.transaction((tx) => insertSecret(tx, vault, { integrationId, adapter: '', purpose: 'handed_out', secret }));
  const room = createInbox({
    db,
    vault,
    log: silentLog,
    connectors: [sonarqube as Connector],
    handlers: [{ kind: 'sonarqube', handle: async () => ({ outcome: 'kept', runId: null }), handled() {} }],
    sources: { find: unused as never },
    connect: unused as never,
    publicUrl: () => new URL('http://127.0.0.1/'),
    now: () => new Date(),
  });
  await room.startWorking({ processing: false, own: false });
  const server = await createHttpServer({
    config: {
      publicUrl: new URL('http://127.0.0.1/'),
      tls: undefined,
      trustedProxies: [],
      version: 'bench',
      hookCallsPerMinute: Number.MAX_SAFE_INTEGER,
    },
    log: silentLog,
    routes: [],
    access: { authenticate: unused } as never,
    metrics: { text: unused } as never,
    health: { ready: unused } as never,
    hooks: { accept: (call) => room.accept(call), refuse: (refusal) => room.refuse(refusal), maxBodyBytes },
    webRoot: undefined,
  });
  return { app: server, path: `/hooks/sonarqube/${integrationId}`, secret };
}

async function integrationOf(database: Database): Promise<number> {
  const { id } = await database.one<{ id: number }>(
    `insert into integrations.integrations (name, kind, settings) values ('bench', 'sonarqube', '{}')
         on conflict (name) do update set name = excluded.name returning id`,
  );
  return id;
}

async function unused(): Promise<never> {
  throw new Error('nothing of this is measured');
}
