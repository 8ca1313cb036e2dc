import { Readable } from 'node:stream';
import type { CheckReport, CheckResult } from '../../connectors/contract.ts';
import { isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import { type RouteRequest, StreamedAnswer } from '../access/index.ts';
import { toReportAnswer } from './answers.ts';
import type { CheckStreamLine, IntegrationAnswer } from './contract.ts';

/** One line of JSON per check. */
export const lineType = 'application/x-ndjson';

/** True when the caller asked for one line per check instead of one answer at the end. */
export function wantsLines(request: Pick<RouteRequest<unknown, unknown, unknown>, 'headers'>): boolean {
  const { accept } = request.headers;
  return typeof accept === 'string' && accept.includes(lineType);
}

type Running = AsyncGenerator<CheckResult, { report: CheckReport | null; integration: IntegrationAnswer | null }>;

/**
 * Streams checks as they end. Failures before the first check (a name taken, a field missing) are thrown, so that they
 * are answered with their status; later ones become the last line.
 */
export async function streamChecks(
  running: Running,
  context: { requestId: string; log: Log },
): Promise<StreamedAnswer> {
  const first = await running.next();
  return new StreamedAnswer(lineType, Readable.from(lines(running, first, context), { objectMode: false }));
}

async function* lines(
  running: Running,
  first: IteratorResult<CheckResult, Awaited<ReturnType<Running['return']>>['value']>,
  context: { requestId: string; log: Log },
): AsyncGenerator<string> {
  try {
    let next = first;
    while (next.done !== true) {
      yield line({ type: 'check', check: next.value });
      next = (await running.next()) as typeof first;
    }
    const { report, integration } = next.value as { report: CheckReport | null; integration: IntegrationAnswer | null };
    if (report !== null) yield line({ type: 'report', report: toReportAnswer(report) });
    if (integration !== null) yield line({ type: 'saved', integration });
  } catch (error) {
    if (!isPlumblineError(error))
      context.log.error({ requestId: context.requestId, error: String(error) }, 'check failed');
    yield line({ type: 'error', error: errorFields(error, context.requestId) });
  } finally {
    // Also when the client went away: the connector's generator gets to close what it opened.
    await running.return(undefined as never);
  }
}

const line = (value: CheckStreamLine): string => `${JSON.stringify(value)}\n`;

function errorFields(thrown: unknown, requestId: string): Extract<CheckStreamLine, { type: 'error' }>['error'] {
  const error = isPlumblineError(thrown) ? thrown : new PlumblineError('internal_server_error');
  const { code, message, remedy, upstream, data } = error;
  return { code, message, remedy, upstream: upstream ?? null, requestId, details: data };
}

/** Runs to the end without telling of each check. */
export async function toEnd<Result>(running: AsyncGenerator<CheckResult, Result>): Promise<Result> {
  for (;;) {
    const next = await running.next();
    if (next.done === true) return next.value;
  }
}
