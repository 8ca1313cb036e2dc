/** Which requests a fault strikes. Everything left out matches. */
export interface FaultMatch {
  /** Exact path below the base URL, or the start of one when it ends in `*`. */
  path?: string;
  /** Parameters that must have these values. */
  query?: Record<string, string>;
  /** The project, whatever the endpoint calls the parameter; only where the simulator says how they do. */
  project?: string;
  /** Lets so many matching requests pass first. */
  after?: number;
}

/** Faults of a wire, whatever speaks on it. */
export type CommonFault<World> =
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
  /** Changes the parsed JSON answer. */
  | { type: 'edit'; edit: (body: Record<string, unknown>) => unknown }
  /** Changes the state before the request is answered (an issue edited, an analysis finished between two pages). */
  | { type: 'before'; run: (world: World) => void }
  /** The same after the answer was made. */
  | { type: 'after'; run: (world: World) => void };

export interface OwnFault {
  type: string;
}

/** `Own` are those of one system, which its simulator carries out itself. */
export type FaultKind<World, Own extends OwnFault = never> = CommonFault<World> | Own;

interface Fault<World, Own extends OwnFault> {
  match?: FaultMatch;
  /** How often it strikes; default once, `Infinity` for ever. */
  times?: number;
  kind: FaultKind<World, Own>;
}

export interface Faults<World, Own extends OwnFault = never> {
  add: (fault: Fault<World, Own>) => void;
  clear: () => void;
  /** Faults that have not yet struck as often as they should. */
  pending: () => Fault<World, Own>[];
}

interface Armed<World, Own extends OwnFault> extends Fault<World, Own> {
  left: number;
  skip: number;
}

function matches(
  match: FaultMatch,
  { path, query }: { path: string; query: URLSearchParams },
  projectParameters: readonly string[],
): boolean {
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

export interface ArmedFaults<World, Own extends OwnFault> {
  faults: Faults<World, Own>;
  /** What strikes this request. */
  take: (path: string, query: URLSearchParams) => FaultKind<World, Own>[];
}

/** `projectParameters`: how the endpoints name the project. */
export function createFaults<World, Own extends OwnFault = never>(
  projectParameters: readonly string[] = [],
): ArmedFaults<World, Own> {
  let armed: Armed<World, Own>[] = [];
  const faults: Faults<World, Own> = {
    add: (fault) => {
      armed.push({ ...fault, left: fault.times ?? 1, skip: fault.match?.after ?? 0 });
    },
    clear: () => {
      armed = [];
    },
    pending: () => armed.filter((fault) => fault.left !== Number.POSITIVE_INFINITY),
  };
  const take = (path: string, query: URLSearchParams): FaultKind<World, Own>[] => {
    const struck: FaultKind<World, Own>[] = [];
    for (const fault of armed) {
      if (!matches(fault.match ?? {}, { path, query }, projectParameters)) continue;
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
