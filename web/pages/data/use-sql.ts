import { useRef, useState } from 'react';
import type { QueryAnswer, SqlPosition } from '../../../src/features/explorer/contract.ts';
import { type ApiError, toApiError } from '../../api/api-error.ts';
import { useApi } from '../../app/context.ts';

export interface SqlState {
  running: boolean;
  answer: QueryAnswer | null;
  error: ApiError | null;
  cancelled: boolean;
}

/** Runs one statement at a time and can cancel it at the database. */
export function useSql() {
  const api = useApi();
  const [state, setState] = useState<SqlState>({ running: false, answer: null, error: null, cancelled: false });
  const current = useRef<string | null>(null);
  const run = async (sql: string): Promise<void> => {
    const queryId = makeId();
    current.current = queryId;
    setState((before) => ({ ...before, running: true, error: null, cancelled: false }));
    try {
      const answer = await api.send<QueryAnswer>('POST', 'api/v1/explorer/query', { sql, queryId });
      if (current.current === queryId) setState({ running: false, answer, error: null, cancelled: false });
    } catch (error) {
      if (current.current === queryId)
        setState({ running: false, answer: null, error: toApiError(error), cancelled: false });
    }
  };
  const cancel = (): void => {
    const queryId = current.current;
    if (queryId === null) return;
    current.current = null;
    setState((before) => ({ ...before, running: false, cancelled: true }));
    void api.send('DELETE', `api/v1/explorer/query/${queryId}`).catch(() => undefined);
  };
  const csv = async (sql: string): Promise<void> => {
    try {
      const response = await api.open(api.url('api/v1/explorer/query'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ sql, format: 'csv' }),
      });
      offerFile(await response.blob(), 'query.csv');
    } catch (error) {
      setState((before) => ({ ...before, error: toApiError(error) }));
    }
  };
  return { state, run, cancel, csv };
}

/** `crypto.randomUUID` is absent without HTTPS and off loopback; the id only has to be unlike others. */
function makeId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function offerFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** Where in the statement the fault lies, when the hub could say. */
export function faultOf(error: ApiError | null): SqlPosition | undefined {
  const position = error?.details['position'];
  if (typeof position !== 'object' || position === null) return undefined;
  const { line, column } = position as Partial<SqlPosition>;
  return typeof line === 'number' && typeof column === 'number' ? (position as SqlPosition) : undefined;
}
