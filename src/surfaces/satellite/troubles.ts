import type { Heartbeat } from '../../connectors/work/index.ts';
import type { Log } from '../../platform/telemetry/log.ts';

const kept = 20;

/** What went wrong lately, for the hub's page; the log has all of it. */
export interface Troubles {
  add(code: string, message: string, integration?: number | null): void;
  /** Said once, until it is there again. */
  hubIsAway(code: string, message: string): void;
  hubIsThere(): void;
  newest(): Heartbeat['errors'];
  /** A log that keeps what it is told of failures. */
  heard(log: Log): Log;
}

export function createTroubles(log: Log, now: () => Date = () => new Date()): Troubles {
  let errors: Heartbeat['errors'] = [];
  let away: string | undefined;
  const add: Troubles['add'] = (code, message, integration = null) => {
    errors = [{ at: now().toISOString(), code, message: message.slice(0, 1_000), integration }, ...errors].slice(
      0,
      kept,
    );
  };
  return {
    add(code, message, integration) {
      log.error({ code, error: message }, 'trouble');
      add(code, message, integration);
    },
    hubIsAway(code, message) {
      if (away === `${code} ${message}`) return;
      away = `${code} ${message}`;
      log.error({ code, error: message }, 'the hub does not take what it is told; it is tried again');
      add(code, message);
    },
    hubIsThere() {
      if (away === undefined) return;
      away = undefined;
      log.info({}, 'the hub is there again');
    },
    newest: () => errors,
    heard: (inner) => listening(inner, add),
  };
}

function listening(log: Log, add: Troubles['add']): Log {
  const told =
    (level: 'warn' | 'error'): Log['warn'] =>
    (fields, message) => {
      const { code, error } = fields as { code?: unknown; error?: unknown };
      if (typeof code === 'string') add(code, typeof error === 'string' ? error : message);
      log[level](fields, message);
    };
  return { ...log, warn: told('warn'), error: told('error'), child: (fields) => listening(log.child(fields), add) };
}
