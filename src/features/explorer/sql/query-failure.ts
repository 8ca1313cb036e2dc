import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import { sqlState } from '../login/harden.ts';
import { positionAt } from './position.ts';

/** Why the hub itself ended a query. */
export type StopReason = 'timeout' | 'cancelled' | 'bytes';

interface ServerError {
  message: string;
  position?: string;
  hint?: string;
  detail?: string;
}

/** Turns what ended a query into an error of the catalogue, with PostgreSQL's words and the place in the text. */
export function queryFailure(error: unknown, sql: string, stopped: StopReason | null): PlumblineError {
  if (isPlumblineError(error)) return error;
  if (stopped === 'timeout') return new PlumblineError('sql_timeout', { cause: error });
  if (stopped === 'cancelled') return new PlumblineError('sql_cancelled', { cause: error });
  if (stopped === 'bytes') {
    return new PlumblineError('sql_failed', {
      message: 'One row of the result is larger than the whole limit.',
      remedy: 'Cut long texts with left(), or select fewer columns.',
      cause: error,
    });
  }
  const state = sqlState(error);
  const server = error as ServerError;
  if (state === undefined || /^(08|57P|58|XX)/.test(state)) return unreachable(server, error);
  if (state === '53300') return new PlumblineError('sql_busy', { upstream: server.message, cause: error });
  if (state === '57014') return interrupted(server, error);
  if (state === '25P04' || state === '25P03') return new PlumblineError('sql_timeout', { cause: error });
  return new PlumblineError('sql_failed', {
    message: `${sentence(server.message)}`,
    ...(server.hint === undefined ? {} : { remedy: server.hint }),
    upstream: [server.message, server.detail].filter((part) => part !== undefined).join(' '),
    data: {
      sqlState: state,
      ...(server.position === undefined ? {} : { position: positionAt(sql, Number(server.position) - 1) }),
    },
    cause: error,
  });
}

/** Another process of the hub cancelled it, or PostgreSQL's own timeout struck first. */
function interrupted(server: ServerError, cause: unknown): PlumblineError {
  const timeout = server.message.includes('statement timeout');
  return new PlumblineError(timeout ? 'sql_timeout' : 'sql_cancelled', { upstream: server.message, cause });
}

function unreachable(server: ServerError, cause: unknown): PlumblineError {
  return new PlumblineError('sql_unavailable', {
    message: 'The database did not answer the query.',
    remedy: 'Run it again; if it stays, look at the log of the hub and of PostgreSQL.',
    upstream: server.message,
    cause,
  });
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
