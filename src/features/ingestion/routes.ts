import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { PlumblineError } from '../../platform/errors/index.ts';
import { type Route, route, StreamedAnswer } from '../access/index.ts';
import {
  Audit,
  Completeness,
  ConfirmAbsence,
  FindResult,
  HeldAbsenceList,
  Run,
  RunList,
  RunQuery,
  SetAsideRecord,
  StartSync,
  TaskList,
} from './contract.ts';
import type { Ingestion } from './model.ts';

const runId = z.strictObject({ id: z.coerce.number().int().positive() });
const integration = z.strictObject({ id: z.string().min(1).max(100) });
const paging = {
  page: z.coerce.number().int().min(1).default(1),
  pageSize: z.coerce.number().int().min(1).max(200).default(50),
};
const tag = 'Runs';

/** How often a live run is looked at. */
const eventIntervalMs = 1_000;

/** Routes of Monitoring, audits and Find. */
export function ingestionRoutes(room: Ingestion): Route[] {
  return [...runRoutes(room), ...integrationRoutes(room)];
}

function runRoutes(room: Ingestion): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/runs',
      permission: 'runs:read',
      scope: 'organization',
      summary: 'Runs, newest first; planned runs come first on the first page.',
      tag,
      query: RunQuery,
      response: RunList,
      handle: ({ query }) => room.listRuns(query),
    }),
    route({
      method: 'GET',
      path: '/api/v1/runs/:id',
      permission: 'runs:read',
      scope: 'organization',
      summary: 'One run with its progress.',
      tag,
      params: runId,
      response: Run,
      handle: ({ params }) => room.run(params.id),
    }),
    route({
      method: 'GET',
      path: '/api/v1/runs/:id/events',
      permission: 'runs:read',
      scope: 'organization',
      summary: 'Progress of a run as server-sent events, until it ends.',
      streams: ['text/event-stream'],
      tag,
      params: runId,
      async handle({ params, signal }) {
        await room.run(params.id);
        return new StreamedAnswer('text/event-stream', Readable.from(runEvents(room, params.id, signal)));
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/runs/:id/tasks',
      permission: 'runs:read',
      scope: 'organization',
      summary: 'Tasks of a run with what each stream counted.',
      tag,
      params: runId,
      query: z.strictObject({
        ...paging,
        status: z.enum(['pending', 'running', 'success', 'partial', 'failed', 'cancelled']).optional(),
      }),
      response: TaskList,
      handle: ({ params, query }) => room.tasks(params.id, query),
    }),
    route({
      method: 'GET',
      path: '/api/v1/runs/:id/set-aside',
      permission: 'runs:read',
      scope: 'organization',
      summary: 'Records of a run that could not be understood.',
      tag,
      params: runId,
      response: z.object({ records: z.array(SetAsideRecord) }),
      handle: async ({ params }) => ({ records: await room.setAside(params.id) }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/runs/:id/cancel',
      permission: 'runs:write',
      scope: 'organization',
      summary: 'Cancels a run; what was published stays.',
      tag,
      params: runId,
      response: Run,
      handle: ({ params, actor }) => room.cancel(params.id, actor),
    }),
    route({
      method: 'POST',
      path: '/api/v1/runs/:id/retry',
      permission: 'runs:write',
      scope: 'organization',
      summary: 'Starts a run over the failed tasks of this one.',
      tag,
      params: runId,
      response: Run,
      handle: ({ params, actor }) => room.retryFailed(params.id, actor),
    }),
    route({
      method: 'GET',
      path: '/api/v1/audits/:id',
      permission: 'runs:read',
      scope: 'organization',
      summary: 'One audit with everything in which store and server differ.',
      tag,
      params: runId,
      response: Audit,
      handle: ({ params }) => room.audit(params.id),
    }),
  ];
}

function integrationRoutes(room: Ingestion): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/integrations/:id/sync',
      permission: 'runs:write',
      scope: 'organization',
      summary: 'Syncs an integration now.',
      tag,
      params: integration,
      body: StartSync,
      response: Run,
      handle: ({ params, body, actor }) => room.sync(params.id, body, actor),
    }),
    route({
      method: 'POST',
      path: '/api/v1/integrations/:id/aggregation',
      permission: 'runs:write',
      scope: 'organization',
      summary: 'Rebuilds the roll-ups of an integration.',
      tag,
      params: integration,
      response: Run,
      handle: ({ params, actor }) => room.aggregate(params.id, actor),
    }),
    route({
      method: 'GET',
      path: '/api/v1/integrations/:id/completeness',
      permission: 'runs:read',
      scope: 'organization',
      summary: 'What the source says there is and what is stored, per project and branch; differences first.',
      tag,
      params: integration,
      query: z.strictObject(paging),
      response: Completeness,
      handle: ({ params, query }) => room.completeness(params.id, query),
    }),
    route({
      method: 'POST',
      path: '/api/v1/integrations/:id/audits',
      permission: 'runs:write',
      scope: 'organization',
      summary: 'Compares the store with the server through other endpoints than ingestion reads.',
      tag,
      params: integration,
      response: Audit,
      handle: ({ params, actor }) => room.startAudit(params.id, actor),
    }),
    route({
      method: 'GET',
      path: '/api/v1/integrations/:id/audits',
      permission: 'runs:read',
      scope: 'organization',
      summary: 'Audits of an integration, newest first.',
      tag,
      params: integration,
      response: z.object({ audits: z.array(Audit) }),
      handle: async ({ params }) => ({ audits: await room.audits(params.id) }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/held-absences',
      permission: 'runs:read',
      scope: 'organization',
      summary: 'Large disappearances of which nothing was marked as gone yet.',
      tag,
      query: z.strictObject({ integration: z.string().min(1).max(100).optional() }),
      response: HeldAbsenceList,
      handle: ({ query }) => room.heldAbsences(query.integration),
    }),
    route({
      method: 'POST',
      path: '/api/v1/held-absences/:id/confirm',
      permission: 'runs:write',
      scope: 'organization',
      summary: 'Confirms that what is missing is gone: it is read again and marked.',
      tag,
      params: runId,
      body: ConfirmAbsence,
      response: Run,
      handle: ({ params, body, actor }) => room.confirmAbsence(params.id, body.fingerprint, actor),
    }),
    route({
      method: 'GET',
      path: '/api/v1/integrations/:id/find',
      permission: 'runs:read',
      scope: 'organization',
      summary: 'Whether what a key or a commit names is stored, and what the server says now.',
      tag,
      params: integration,
      query: z.strictObject({ q: z.string().trim().min(1).max(400) }),
      response: FindResult,
      handle: ({ params, query, signal }) => room.find(params.id, query.q, signal),
    }),
  ];
}

async function* runEvents(room: Ingestion, id: number, signal: AbortSignal): AsyncGenerator<string> {
  let last = '';
  while (!signal.aborted) {
    const run = await room.run(id).catch((error: unknown) => {
      if (error instanceof PlumblineError) return undefined;
      throw error;
    });
    if (run === undefined) return;
    const text = JSON.stringify(run);
    if (text !== last) yield `event: progress\ndata: ${text}\n\n`;
    last = text;
    if (run.finishedAt !== null) return;
    await delay(eventIntervalMs, undefined, { signal }).catch(() => undefined);
  }
}
