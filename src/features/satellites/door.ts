import {
  type CallAnswer,
  type CallRequest,
  type Claimed,
  fromText,
  type Lease,
  type Registration,
  type ResumeOutcome,
  type SatelliteCallName,
  satelliteCalls,
  toText,
  wireAnswer,
  wireQuestion,
} from '../../connectors/work/index.ts';
import type { Json } from '../../connectors/contract.ts';
import type { Database } from '../../platform/database/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import { placeOf } from '../integrations/index.ts';
import { admit, type Caller, type Evidence } from './admission.ts';
import type { Ports, SatellitePorts } from './ports.ts';
import { addResult, endCheck, takeChecks } from './store/checks.ts';
import { findSatellite, noteHeartbeat, upsertSatellite } from './store/satellites.ts';

export interface DoorOptions {
  db: Database;
  log: Log;
  now(): Date;
  version: string;
  /** Id of this installation. */
  tenant(): Promise<string>;
  ports: Ports;
  placesWithWork(places: readonly string[]): Promise<string[]>;
  /** True while something of these integrations is to be read or published: then more may come of it. */
  underWay(integrationIds: readonly number[]): Promise<boolean>;
  /** Takes a lease up again that ran out, when nobody has had the task since. */
  resumeLease(lease: Lease, holder: string): Promise<ResumeOutcome>;
  /** Gives back everything that it has, but for what is named. */
  releaseLeases(holder: string, but: readonly Lease[]): Promise<void>;
  /** Integrations that a satellite may read now, of those that its key lists. */
  readable(ids: readonly number[]): Promise<{ id: number; name: string; kind: string; settings: Json }[]>;
  heartbeatSeconds?: number;
  idleSeconds?: number;
}

/** What satellites call. */
export interface Door {
  /** Before a byte of the body is read. */
  admit(evidence: Evidence): Promise<Caller>;
  /** Answers one call, in text. Throws `not_found` for a call that there is not. */
  answer(caller: Caller, name: string, body: string, signal: AbortSignal): Promise<string>;
}

type Handlers = {
  [Name in SatelliteCallName]: (request: CallRequest<Name>, known: Known) => Promise<CallAnswer<Name>>;
};

interface Known {
  caller: Caller;
  satelliteId: number;
  ports: SatellitePorts;
  signal: AbortSignal;
}

export const holderOf = (satelliteId: number): string => `satellite/${satelliteId}`;

const placeOfId = (id: number): string => placeOf({ id, place: 'satellite' });

export function createDoor(options: DoorOptions): Door {
  const handlers: Handlers = { ...presenceHandlers(options), ...workHandlers(options), ...checkHandlers(options) };
  return {
    admit: (evidence) => admit(options, evidence),
    async answer(caller, name, body, signal) {
      if (!Object.hasOwn(satelliteCalls, name)) throw new PlumblineError('not_found');
      const call = name as SatelliteCallName;
      const request = parsed(call, body);
      const satelliteId =
        call === 'register'
          ? await arrive(options, caller, request as Registration)
          : await findSatellite(options.db, caller.keyId, caller.instance);
      if (satelliteId === undefined)
        throw new PlumblineError('invalid_request', { message: 'The satellite has not registered.' });
      const known = { caller, satelliteId, ports: options.ports.of(satelliteId, caller.integrationIds), signal };
      const handle = handlers[call] as (request: unknown, known: Known) => Promise<unknown>;
      return toText(satelliteCalls[call].answer, await handle(request, known));
    },
  };
}

/** Throws `invalid_request`; what was sent is not repeated. */
function parsed(name: SatelliteCallName, body: string): unknown {
  try {
    return fromText<unknown>(satelliteCalls[name].request, body);
  } catch {
    throw new PlumblineError('invalid_request', { message: `This is not what ${name} takes.` });
  }
}

async function arrive(options: DoorOptions, caller: Caller, registration: Registration): Promise<number> {
  const { db, now } = options;
  const { keyId, instance, version, protocol, address } = caller;
  const { name, startedAt, clock, kept } = registration;
  const clockAheadMs = Date.parse(clock) - now().getTime();
  const arrival = { keyId, instance, name, version, protocol, address, startedAt, clockAheadMs };
  const { id, anew } = await upsertSatellite(db, arrival);
  // What the process before it was reading when it died need not wait for the end of its lease.
  if (anew) await options.releaseLeases(holderOf(id), kept);
  return id;
}

function presenceHandlers(options: DoorOptions): Pick<Handlers, 'register' | 'heartbeat'> {
  const { db, now, version, heartbeatSeconds = 30, idleSeconds = 5 } = options;
  return {
    async register({ integrations }, { caller }) {
      const own = integrations.filter((id) => caller.integrationIds.includes(id));
      const readable = await options.readable(own);
      return {
        version,
        now: now().toISOString(),
        heartbeatSeconds,
        idleSeconds,
        integrations: readable.map(({ id, name, kind }) => ({ id, name, kind })),
      };
    },
    async heartbeat({ clock, ...state }, { satelliteId }) {
      await noteHeartbeat(db, satelliteId, { state, clockAheadMs: Date.parse(clock) - now().getTime() });
      options.ports.forgetIdle();
      return { now: now().toISOString(), version };
    },
  };
}

function workHandlers(
  options: DoorOptions,
): Pick<Handlers, 'claim' | 'open' | 'beat' | 'ask' | 'stage' | 'pause' | 'finish' | 'resume' | 'fail'> {
  return {
    claim: (_, known) => claim(options, known),
    async open({ lease }, { ports, signal }) {
      const { integrationId, port } = await ports.of(lease.taskId);
      return { integrationId, work: await port.open(lease, signal) };
    },
    beat: async ({ lease }, { ports }) => (await ports.of(lease.taskId)).port.beat(lease),
    async ask({ lease, name, question }, { ports }) {
      const asked = fromText(wireQuestion(name), JSON.stringify(question));
      const { port } = await ports.of(lease.taskId);
      const answer = await port.ask(lease, name, asked as never);
      return { answer: JSON.parse(toText(wireAnswer(name), answer)) as Json };
    },
    async stage({ lease, batch }, { ports }) {
      await ports.inTurn(lease.taskId, (port) => port.stage(lease, batch));
      return {};
    },
    async pause({ lease, until }, { ports }) {
      const { port } = await ports.of(lease.taskId);
      await port.pause(lease, until);
      return {};
    },
    async finish({ lease, end }, { ports }) {
      await ports.inTurn(lease.taskId, (port) => port.finish(lease, end));
      return {};
    },
    async resume({ lease }, { ports, satelliteId }) {
      const own = (await ports.integrationOf(lease.taskId)) !== undefined;
      return { outcome: own ? await options.resumeLease(lease, holderOf(satelliteId)) : 'lost' };
    },
    fail: async ({ lease, failure }, { ports }) => (await ports.of(lease.taskId)).port.fail(lease, failure),
  };
}

/** Checks go first: a person waits. Of several integrations with work each has its turn, as the places come in no order. */
async function claim(options: DoorOptions, { caller, satelliteId, ports }: Known): Promise<Claimed> {
  const { db, placesWithWork } = options;
  const { integrationIds } = caller;
  const taken = await takeChecks(db, holderOf(satelliteId), integrationIds);
  const asked = taken.length === 0 ? [] : await options.readable(taken.map(({ integrationId }) => integrationId));
  const checks = taken.flatMap(({ id, integrationId }) => {
    const integration = asked.find((one) => one.id === integrationId);
    return integration === undefined
      ? []
      : [{ id, integrationId, kind: integration.kind, settings: integration.settings }];
  });
  const due = new Set(await placesWithWork(integrationIds.map(placeOfId)));
  for (const integrationId of shuffled(integrationIds.filter((id) => due.has(placeOfId(id))))) {
    const assignment = await ports.port(integrationId).claim();
    if (assignment === undefined) continue;
    return { work: { integrationId, assignment }, checks, soon: true };
  }
  return { work: null, checks, soon: await options.underWay(integrationIds) };
}

function checkHandlers({ db }: DoorOptions): Pick<Handlers, 'check_step' | 'check_end'> {
  return {
    async check_step({ id, check }, { satelliteId }) {
      await addResult(db, { id, holder: holderOf(satelliteId) }, check);
      return {};
    },
    async check_end({ id, report }, { satelliteId }) {
      await endCheck(db, { id, holder: holderOf(satelliteId) }, report);
      return {};
    },
  };
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
