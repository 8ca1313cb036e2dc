import { type Logger, pino } from 'pino';
import type { Log } from './log.ts';
import { printable } from '../../domain/printable.ts';
import { redactFields, redactText } from './redact.ts';

export interface LogOptions {
  level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Where lines go; the hub's is stderr. */
  stream: { write(text: string): unknown };
  /** `json`: one object per line, for machines. `text`: for a person at a terminal. */
  format?: 'json' | 'text';
  now?: () => Date;
}

/** The one way to a log: everything passes the redaction of `redact.ts`. */
export function createLog(options: LogOptions): Log {
  const { stream, format, now = () => new Date() } = options;
  const destination = format === 'text' ? { write: (line: string) => stream.write(asText(line)) } : stream;
  const settings = {
    level: options.level,
    base: null,
    timestamp: () => `,"time":"${now().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return wrap(pino(settings, { write: (line: string) => void destination.write(line) }));
}

function wrap(logger: Logger): Log {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (fields: object, message: string) => {
    if (logger.isLevelEnabled(level)) logger[level](redactFields(fields), redactText(message));
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => wrap(logger.child(redactFields(fields))),
  };
}

/** `10:15:02 warn  message key=value`; a stack goes below, indented. */
function asText(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const stacks: string[] = [];
  const words = Object.entries(fields).map(([name, value]) => `${name}=${asWord(value, stacks)}`);
  const head = `${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${[msg, ...words].join(' ')}`;
  return printable(`${[head, ...stacks].join('\n')}\n`);
}

function asWord(value: unknown, stacks: string[]): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  if (typeof value === 'object' && value !== null && 'stack' in value) {
    const { stack, ...rest } = value;
    stacks.push(String(stack).replaceAll(/^/gm, '    '));
    return JSON.stringify(rest);
  }
  return JSON.stringify(value);
}
