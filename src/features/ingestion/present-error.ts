import { catalogue, type ErrorCode } from '../../platform/errors/index.ts';
import type { RunError } from './contract.ts';

/** A stored failure with the sentence and remedy of the catalogue. */
export function presentError(row: {
  error_code: string | null;
  error_message: string | null;
  error_upstream: string | null;
}): RunError | null {
  if (row.error_code === null) return null;
  const code = (row.error_code in catalogue ? row.error_code : 'internal_server_error') as ErrorCode;
  const entry = catalogue[code];
  return { code, message: row.error_message ?? entry.title, remedy: entry.remedy, upstream: row.error_upstream };
}
