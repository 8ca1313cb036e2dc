import { useEffect, useRef, useState } from 'react';
import type {
  CheckReportAnswer,
  CheckResultAnswer,
  CheckStreamLine,
  IntegrationAnswer,
} from '../../../src/features/integrations/contract.ts';
import { ApiError, toApiError, unknownAnswer } from '../../api/api-error.ts';
import { jsonLines } from '../../api/lines.ts';
import { useApi } from '../../app/context.ts';

export interface CheckState {
  running: boolean;
  /** In the order in which they ended. */
  checks: readonly CheckResultAnswer[];
  report: CheckReportAnswer | null;
  error: ApiError | null;
}

const idle: CheckState = { running: false, checks: [], report: null, error: null };

export interface Checking {
  state: CheckState;
  /** Runs checks and shows them one after the other; gives what was saved, or null. */
  run(method: 'POST' | 'PATCH', path: string, body?: unknown): Promise<IntegrationAnswer | null>;
  reset(): void;
}

export function useCheck(): Checking {
  const api = useApi();
  const [state, setState] = useState(idle);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const run: Checking['run'] = async (method, path, body) => {
    abort.current?.abort();
    const controller = new AbortController();
    abort.current = controller;
    setState({ ...idle, running: true });
    let saved: IntegrationAnswer | null = null;
    let report: CheckReportAnswer | null = null;
    try {
      const response = await api.open(api.url(path), {
        method,
        headers: {
          accept: 'application/x-ndjson',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: controller.signal,
      });
      if (response.body === null) throw unknownAnswer(response.status, null);
      for await (const line of jsonLines<CheckStreamLine>(response.body)) {
        if (line.type === 'check') setState((before) => ({ ...before, checks: [...before.checks, line.check] }));
        if (line.type === 'report') {
          report = line.report;
          setState((before) => ({ ...before, report: line.report, checks: line.report.checks }));
        }
        if (line.type === 'saved') saved = line.integration;
        if (line.type === 'error') throw new ApiError(422, line.error);
      }
      setState((before) => ({ ...before, running: false }));
    } catch (error) {
      if (controller.signal.aborted) return null;
      // When a report says what failed, the error would only repeat it.
      setState((before) => ({ ...before, running: false, error: report === null ? toApiError(error) : null }));
    }
    return saved;
  };
  return { state, run, reset: () => setState(idle) };
}
