import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, type ExpectStatic, expect, it } from 'vitest';
import type { Simulator, SimulatorState } from '../../lab/simulators/sonarqube/index.ts';
import type { FaultKind, FaultMatch, Faults } from '../../lab/simulators/sonarqube/faults.ts';
import type { Run } from '../../src/features/ingestion/contract.ts';
import { type DataContents, dataContents } from '../crash/data-contents.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { type Product, startProduct } from '../support/product.ts';
import {
  call,
  changeSource,
  type Connection,
  connectSource,
  findingsOf,
  retryAndWait,
  type SourceOptions,
  startSource,
  struck,
  syncAndWait,
} from './connected-hub.ts';
import { noteShown, printShown } from './shown.ts';
import { type Fault, faults, type WireFaultName } from './table.ts';

/** How a fault of the table is made to happen. All rows share one hub and run at once, each with a source of its own. */
interface Arrangement {
  source?: SourceOptions;
  /** Which requests it strikes, how often (default once), and how. Left out: the fault is there all the time. */
  strike?: { match: FaultMatch; times?: number; kind(source: Simulator): FaultKind };
  /** What else has to go wrong, so that the struck request is made at all or another fault follows. */
  besides?(source: Simulator): void;
  /** Ends a fault that the simulator does not end by itself; answers with the token to read with from now on. */
  heal?(source: Simulator, connection: Connection): Promise<string>;
  /** What else is to be seen of this fault. */
  also?(seen: { source: Simulator; run: Run; expect: ExpectStatic }): void;
  /** Reads only what changed; else everything. */
  incremental?: true;
}

const pages: FaultMatch = { path: 'api/issues/list', project: struck };
const secondPage: FaultMatch = { ...pages, query: { p: '2' } };
const keyStream: FaultMatch = { path: 'api/issues/pull', project: struck };
const forever = Number.POSITIVE_INFINITY;

/** A list that leaves out rows of its second page proves nothing, so that the stream of keys is asked for. */
const unprovenList = ({ faults: wire }: Simulator): void =>
  wire.add({ match: secondPage, times: forever, kind: { type: 'overlap', rows: 200 } });

/** Four more calls find a server that is starting, then a proxy answers for it, then it is up. */
function comeBack({ wire, state }: { wire: Faults; state: SimulatorState }): void {
  wire.add({ match: { after: 4 }, kind: { type: 'before', run: () => state.setStatus('UP') } });
  wire.add({ match: { after: 4 }, times: 8, kind: { type: 'status', status: 503, contentType: 'text/html' } });
}

const hour = 3_600_000;
const clockOff = (by: number): Arrangement => ({
  source: { now: () => new Date(Date.now() + by) },
  incremental: true,
});

/** How long a refused page was not asked for again, in milliseconds. Pages beside it may be under way meanwhile. */
function repeatedAfter(fault: FaultKind['type'], { journal }: Simulator): number {
  const at = journal.entries.findLastIndex((entry) => entry.fault === fault);
  const refused = journal.entries[at];
  const repeated = journal.entries
    .slice(at + 1)
    .find(({ path, query }) => path === refused?.path && isDeepStrictEqual(query, refused.query));
  if (refused === undefined || repeated === undefined) throw new Error(`nothing was asked for again after ${fault}`);
  return repeated.at.getTime() - refused.at.getTime();
}

const arrangements: Record<WireFaultName, Arrangement> = {
  reset: { strike: { match: secondPage, kind: () => ({ type: 'reset' }) } },
  reset_lasting: { strike: { match: pages, times: forever, kind: () => ({ type: 'reset' }) } },
  truncated_json: { strike: { match: secondPage, kind: () => ({ type: 'truncate' }) } },
  truncated_json_lasting: { strike: { match: pages, times: forever, kind: () => ({ type: 'truncate' }) } },
  truncated_protobuf: {
    besides: unprovenList,
    strike: { match: keyStream, kind: () => ({ type: 'truncate' }) },
  },
  short_protobuf: {
    besides: unprovenList,
    strike: { match: keyStream, times: forever, kind: () => ({ type: 'truncate', afterMessage: true }) },
  },
  html: { strike: { match: pages, times: forever, kind: () => ({ type: 'html' }) } },
  html_everywhere: { strike: { match: {}, times: forever, kind: () => ({ type: 'html' }) } },
  rate_limited: {
    strike: { match: secondPage, kind: () => ({ type: 'rate_limit', retryAfterSeconds: 2 }) },
    also({ source, expect }) {
      expect(repeatedAfter('rate_limit', source)).toBeGreaterThanOrEqual(1_990);
    },
  },
  rate_limited_long: {
    strike: { match: secondPage, kind: () => ({ type: 'rate_limit', retryAfterSeconds: 63 }) },
    also({ source, run, expect }) {
      expect(run.retries).toBeGreaterThan(0);
      expect(repeatedAfter('rate_limit', source)).toBeGreaterThanOrEqual(62_990);
    },
  },
  rate_limited_untold: {
    strike: { match: pages, times: 3, kind: () => ({ type: 'rate_limit' }) },
    also: ({ run, expect }) => expect(run.httpRetries).toBeGreaterThanOrEqual(3),
  },
  one_project_500: { strike: { match: { project: struck }, times: forever, kind: () => ({ type: 'server_error' }) } },
  burst_502: {
    strike: { match: { after: 4 }, times: 6, kind: () => ({ type: 'bad_gateway' }) },
    also: ({ run, expect }) => expect(run.httpRetries).toBeGreaterThanOrEqual(2),
  },
  slow_body: { strike: { match: secondPage, kind: () => ({ type: 'slow', milliseconds: 300, chunks: 10 }) } },
  no_answer: { strike: { match: secondPage, kind: () => ({ type: 'hang' }) } },
  huge_page: { strike: { match: pages, times: forever, kind: () => ({ type: 'huge', bytes: 200_000_000 }) } },
  token_revoked: {
    strike: {
      match: secondPage,
      kind: ({ state, tokens }) => ({ type: 'before', run: () => state.revokeToken(tokens.admin) }),
    },
    async heal({ state }, { id }) {
      const apiToken = state.addToken({ kind: 'squ', login: 'admin', name: 'new' });
      await call(product, 'POST', `api/v1/integrations/${id}/reauthenticate`, { secrets: { apiToken } });
      return apiToken;
    },
  },
  server_restart: {
    strike: { match: secondPage, kind: ({ state }) => ({ type: 'before', run: () => state.setStatus('STARTING') }) },
    besides({ faults: wire, state }) {
      // Counted from the second page on: nothing is asked again until then.
      wire.add({ match: secondPage, kind: { type: 'after', run: () => comeBack({ wire, state }) } });
    },
    also: ({ run, expect }) => expect(run.retries).toBeGreaterThan(0),
  },
  clock_behind: clockOff(-hour),
  clock_ahead: clockOff(hour),
};

let database: TestDatabase;
let product: Product;

beforeAll(async () => {
  database = await cloneDatabase();
  product = await startProduct({ databaseUrl: database.connectionString });
});
afterAll(async () => {
  printShown();
  await product?.close();
  await database?.drop();
});

const contents = ({ id }: Connection): Promise<DataContents> =>
  dataContents(database.db, { integrationId: id, besideAnother: true });
const contentsOfStruck = ({ id }: Connection): Promise<DataContents> =>
  dataContents(database.db, { integrationId: id, project: struck });

describe.concurrent('a fault between hub and server', () => {
  it.each(Object.entries(arrangements) as [WireFaultName, Arrangement][])('%s', async (name, arrangement) => {
    const source = await startSource(arrangement.source);
    try {
      await prove(name, arrangement, source);
    } finally {
      await source.close();
    }
  });
});

async function prove(name: WireFaultName, arrangement: Arrangement, source: Simulator): Promise<void> {
  const { strike } = arrangement;
  const row: Fault = faults[name];
  const connection = await connectSource(product, name, source);
  const before = await contentsOfStruck(connection);
  expect(before['sonarqube_issues']?.rows).toBe(1_300);
  changeSource(source);
  source.journal.clear();
  let during: Promise<DataContents> | undefined;
  if (strike !== undefined) {
    const look = async (): Promise<void> => {
      during = contentsOfStruck(connection);
      await during;
    };
    source.faults.add({ match: strike.match, kind: { type: 'hold', until: look } });
    source.faults.add({ match: strike.match, times: strike.times ?? 1, kind: strike.kind(source) });
  }
  arrangement.besides?.(source);

  const run = await syncAndWait(product, connection, { full: arrangement.incremental !== true });
  noteShown(name, run);
  expect({ status: run.status, code: run.error?.code ?? null }, JSON.stringify(run.error)).toEqual({
    status: row.status,
    code: row.code,
  });
  // A page beside the held one may have ended the run by now.
  if (strike !== undefined) expect(await during).toEqual(before);
  if (run.status !== 'success') expect(findingsOf(await contentsOfStruck(connection))).toEqual(findingsOf(before));
  arrangement.also?.({ source, run, expect });

  source.faults.clear();
  const token = await arrangement.heal?.(source, connection);
  const next =
    run.status === 'success'
      ? await syncAndWait(product, connection, { full: false })
      : await retryAndWait(product, run);
  expect(next).toMatchObject({ status: 'success', error: null });
  const undisturbed = await connectSource(product, `${name}_undisturbed`, source, token);
  expect(await contents(connection)).toEqual(await contents(undisturbed));
}
