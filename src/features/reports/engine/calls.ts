import { isPlumblineError } from '../../../platform/errors/index.ts';
import type { Outbound } from '../../../platform/outbound/types.ts';

/** One call as it is kept. */
export interface MadeCall {
  at: string;
  method: string;
  path: string;
  status: number | null;
  ms: number | null;
  code: string | null;
}

/** More are counted, not kept. */
const mostKept = 60;

/** Keeps what is sent before it is sent, so that a process that ends in the middle leaves what it did. */
export function recordCalls(http: Outbound, { calls, keep }: { calls: MadeCall[]; keep(): Promise<void> }): Outbound {
  return {
    ...http,
    async request(request) {
      const { method = 'GET', url } = request;
      const call: MadeCall = {
        at: new Date().toISOString(),
        method,
        path: url.pathname.slice(0, 500),
        status: null,
        ms: null,
        code: null,
      };
      if (calls.length < mostKept) calls.push(call);
      await keep();
      const started = performance.now();
      try {
        const response = await http.request(request);
        call.status = response.status;
        return response;
      } catch (error) {
        call.code = isPlumblineError(error) ? error.code : 'internal_server_error';
        throw error;
      } finally {
        call.ms = Math.round(performance.now() - started);
      }
    },
  };
}
