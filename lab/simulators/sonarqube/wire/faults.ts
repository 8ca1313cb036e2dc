import type { World } from '../state/model.ts';

/** Which requests a fault strikes. Everything left out matches. */
export interface FaultMatch {
  /** Exact path below the base URL, or the start of one when it ends in `*`. */
  path?: string;
  /** Parameters that must have these values. */
  query?: Record<string, string>;
  /** The project, whatever the endpoint calls the parameter. */
  project?: string;
  /** Lets so many matching requests pass first. */
  after?: number;
}

export type FaultKind =
  /** The connection is reset in the middle of the answer. */
  | { type: 'reset' }
  /** The connection is reset before a byte of the answer. */
  | { type: 'reset_before_answer' }
  /**
   * A complete HTTP answer whose body stops early; `keep` is the share of bytes sent, default a half. With
   * `afterMessage` a stream of protobuf messages stops between two of them.
   */
  | { type: 'truncate'; keep?: number; afterMessage?: true }
  /** 200 with a page of HTML, as a proxy's sign-in page. */
  | { type: 'html' }
  /** 403 with a page of HTML, as a proxy that lets only some paths through. */
  | { type: 'blocked' }
  | { type: 'rate_limit'; retryAfterSeconds?: number }
  | { type: 'status'; status: number; body?: string; contentType?: string; headers?: Record<string, string> }
  | { type: 'server_error' }
  | { type: 'bad_gateway' }
  /** Waits, then sends the body in `chunks` pieces with the same wait between them. */
  | { type: 'slow'; milliseconds: number; chunks?: number }
  /** Never answers. */
  | { type: 'hang' }
  /** Answers, with whatever other fault strikes, only when this is settled: what a test does meanwhile is in time. */
  | { type: 'hold'; until: () => Promise<unknown> }
  /** Pads a JSON answer with so many bytes. */
  | { type: 'huge'; bytes: number }
  /** As while the server starts: 404 `Unknown url`, and `system/status` says STARTING. */
  | { type: 'starting' }
  /** `issues/list` pages repeat the last `rows` rows of the page before and leave out as many (section 3.5). */
  | { type: 'overlap'; rows: number }
  /** Changes the parsed JSON answer. */
  | { type: 'edit'; edit: (body: Record<string, unknown>) => unknown }
  /** Changes the state before the request is answered (an issue edited, an analysis finished between two pages). */
  | { type: 'before'; run: (world: World) => void }
  /** The same after the answer was made. */
  | { type: 'after'; run: (world: World) => void };

interface Fault {
  match?: FaultMatch;
  /** How often it strikes; default once, `Infinity` for ever. */
  times?: number;
  kind: FaultKind;
}

export interface Faults {
  add: (fault: Fault) => void;
  clear: () => void;
  /** Faults that have not yet struck as often as they should. */
  pending: () => Fault[];
}

interface Armed extends Fault {
  left: number;
  skip: number;
}

/** How the endpoints name the project. */
const projectParameters = [
  'project',
  'projectKey',
  'projectKeys',
  'projects',
  'component',
  'components',
  'componentKeys',
];

function matches(match: FaultMatch, path: string, query: URLSearchParams): boolean {
  if (match.path?.endsWith('*') && !path.startsWith(match.path.slice(0, -1))) return false;
  if (match.path !== undefined && !match.path.endsWith('*') && match.path !== path) return false;
  for (const [name, value] of Object.entries(match.query ?? {})) if (query.get(name) !== value) return false;
  if (match.project === undefined) return true;
  return projectParameters.some((name) =>
    query
      .get(name)
      ?.split(',')
      .includes(match.project ?? ''),
  );
}

export function createFaults(): { faults: Faults; take: (path: string, query: URLSearchParams) => FaultKind[] } {
  let armed: Armed[] = [];
  const faults: Faults = {
    add: (fault) => {
      armed.push({ ...fault, left: fault.times ?? 1, skip: fault.match?.after ?? 0 });
    },
    clear: () => {
      armed = [];
    },
    pending: () => armed.filter((fault) => fault.left !== Number.POSITIVE_INFINITY),
  };
  const take = (path: string, query: URLSearchParams): FaultKind[] => {
    const struck: FaultKind[] = [];
    for (const fault of armed) {
      if (!matches(fault.match ?? {}, path, query)) continue;
      if (fault.skip > 0) fault.skip -= 1;
      else {
        fault.left -= 1;
        struck.push(fault.kind);
      }
    }
    armed = armed.filter((fault) => fault.left > 0);
    return struck;
  };
  return { faults, take };
}
