import { catalogue, type ErrorCode } from './catalogue.ts';

export interface ErrorDetails {
  /** Overrides the catalogue's sentence with one that names the thing at fault. */
  message?: string;
  /** Overrides the catalogue's remedy with the exact place to click or command to run. */
  remedy?: string;
  /** The outside system's own words, at most 300 characters, never containing a secret. */
  upstream?: string;
  /** Structured facts for logs and API answers (ids, counts); never secrets. */
  data?: Record<string, unknown>;
  cause?: unknown;
}

/** The one error class of the product: a catalogue code, a sentence, a remedy and the outside system's words. */
export class PlumblineError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string;
  readonly upstream: string | undefined;
  readonly data: Record<string, unknown>;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(details.message ?? catalogue[code].title, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'PlumblineError';
    this.code = code;
    this.remedy = details.remedy ?? catalogue[code].remedy;
    this.upstream = details.upstream?.slice(0, 300);
    this.data = details.data ?? {};
  }

  /** HTTP status our own API answers with. */
  get status(): number {
    return catalogue[this.code].status;
  }

  /** True when the same call may succeed later without anybody changing anything. */
  get retryable(): boolean {
    return catalogue[this.code].retryable;
  }
}

export function isPlumblineError(error: unknown, code?: ErrorCode): error is PlumblineError {
  return error instanceof PlumblineError && (code === undefined || error.code === code);
}
