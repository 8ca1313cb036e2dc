import type { ControlEvent } from '../../../connectors/contract.ts';
import type { StreamOutcome } from '../sink.ts';
import type { StageTally } from '../store/stage-proof.ts';

export interface DiscoveredSlice {
  slice: string;
  version: string | null;
  touchedAt: string | null;
}

export type PolledScope = Omit<Extract<ControlEvent, { type: 'polled' }>, 'type'>;

export type CountedScope = Omit<Extract<ControlEvent, { type: 'counts' }>, 'type'>;

export interface UnavailableStream {
  stream: string;
  scope: string;
  code: string;
  message: string;
  upstream: string | null;
  hidesOthers?: true;
}

/** What reading a slice came to, beside the staged records. */
export interface SliceReading {
  outcomes: StreamOutcome[];
  unavailable: UnavailableStream[];
  slices: DiscoveredSlice[];
  cursors: Record<string, string>;
  /** By `<stream> <scope>`. */
  fingerprints: Map<string, Uint8Array>;
  polled: PolledScope[];
  counts: CountedScope[];
  serverId: string | undefined;
  /** What the source says there is over all slices. */
  expected: number | undefined;
  /** Records that could not be understood, by `<stream> <scope>`. */
  setAside: ReadonlyMap<string, number>;
  /** What lies in the stage; whoever builds on it requires that all of it is there. */
  tally: StageTally;
  /** Newest source date among the records. */
  newestAt: string | undefined;
}

/** What was said, in the order in which it was said, added up. */
export function readingOf(
  events: Iterable<ControlEvent>,
  { tally, newestAt }: { tally: StageTally; newestAt: string | undefined },
): SliceReading {
  const reading: SliceReading = {
    outcomes: [],
    unavailable: [],
    slices: [],
    cursors: {},
    fingerprints: new Map(),
    polled: [],
    counts: [],
    serverId: undefined,
    expected: undefined,
    setAside: new Map([...tally.places].map(([place, { setAside }]) => [place, setAside])),
    tally,
    newestAt,
  };
  const ends: Ends = new Map();
  for (const event of events) take(event, reading, ends);
  for (const { outcome, lost } of ends.values()) {
    reading.outcomes.push(outcome);
    if (lost !== undefined) reading.unavailable.push(lost);
  }
  return reading;
}

/** By `<stream> <scope>`: the last word counts, also of a listing that began again. */
type Ends = Map<string, { outcome: StreamOutcome; lost?: UnavailableStream }>;

function take(event: ControlEvent, reading: SliceReading, ends: Ends): void {
  switch (event.type) {
    case 'restart':
      ends.delete(`${event.stream} ${event.scope}`);
      return;
    case 'complete': {
      const { type: _, ...outcome } = event;
      ends.set(`${event.stream} ${event.scope}`, { outcome: { ...outcome, outcome: 'complete' } });
      return;
    }
    case 'unavailable': {
      const { type: _, upstream, ...lost } = event;
      const outcome = unavailableOutcome(event);
      ends.set(`${event.stream} ${event.scope}`, { outcome, lost: { ...lost, upstream: upstream ?? null } });
      return;
    }
    case 'slice':
      reading.slices.push({ slice: event.slice, version: event.version, touchedAt: event.touchedAt });
      return;
    case 'cursor':
      reading.cursors[event.name] = event.value;
      return;
    case 'counts': {
      const { type: _, ...counted } = event;
      reading.counts.push(counted);
      return;
    }
    case 'fingerprints':
      reading.fingerprints.set(`${event.stream} ${event.scope}`, event.bytes);
      return;
    case 'polled': {
      const { type: _, ...polled } = event;
      reading.polled.push(polled);
      return;
    }
    case 'identity':
      reading.serverId = event.serverId;
      return;
    case 'expected':
      reading.expected = event.records;
      return;
    default:
      event satisfies never;
  }
}

function unavailableOutcome({ stream, scope, code }: Extract<ControlEvent, { type: 'unavailable' }>): StreamOutcome {
  return {
    stream,
    scope,
    outcome: 'unavailable',
    code,
    sourceCount: null,
    method: 'none',
    proof: 'unproven',
    sourceMoved: false,
    absenceTrusted: false,
  };
}
