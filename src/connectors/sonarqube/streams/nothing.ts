import { PlumblineError } from '../../../platform/errors/index.ts';
import type { SliceEvent } from '../../contract.ts';
import { type Reader, type ScopeRef, takesStreamAway, unavailable } from '../reader.ts';
import { ListedMeasure, MeasuresComponent } from '../schema.ts';
import type { ScopeState } from './scope-state.ts';

/**
 * An empty answer is the one that needs a proof of its own: the search of issues shows nothing of a project that the
 * token may not browse, and says so with status 200. What the server measured there contradicts it, too.
 */
const metricOf = { issues: 'violations', hotspots: 'security_hotspots' } as const;
type FindingStream = keyof typeof metricOf;
const isFindingStream = (stream: string): stream is FindingStream => Object.hasOwn(metricOf, stream);

/** What is said instead of “there is nothing” where the server refused the proof that the token may look. */
export function refusedNothing(stream: string, scope: string, project: string, state: ScopeState): SliceEvent {
  const message = `The token may not browse “${project}”: its empty answer says nothing.`;
  const upstream = state.upstream === undefined ? {} : { upstream: state.upstream };
  return unavailable(stream, scope, new PlumblineError('invalid_permissions', { message, ...upstream }));
}

/** Open findings of a scope as the server measured them; a metric it said nothing about is left out. */
export type Measured = Readonly<Partial<Record<string, number>>>;

/** From the records of stream `measures`; null when it was not read. */
export function measuredIn(events: readonly SliceEvent[]): Measured | null {
  const records = events.flatMap((event) =>
    event.type === 'records' && event.stream === 'measures'
      ? (event.records as { metric: string; value: string }[])
      : [],
  );
  const read = events.some((event) => event.type === 'complete' && event.stream === 'measures');
  return read ? Object.fromEntries(records.map(({ metric, value }) => [metric, Number(value)])) : null;
}

/** The same asked for alone; nothing where measures are closed to the token. */
export async function readMeasured(reader: Reader, project: string, scope: ScopeRef): Promise<Measured> {
  try {
    const metricKeys = Object.values(metricOf).join(',');
    const params = { component: project, ...scope.params, metricKeys };
    const { component } = await reader.client.get(MeasuresComponent, 'api/measures/component', params);
    return Object.fromEntries(
      (component.measures ?? []).flatMap((raw) => {
        const { data } = ListedMeasure.safeParse(raw);
        return data?.value === undefined ? [] : [[data.metric, Number(data.value)]];
      }),
    );
  } catch (error) {
    if (takesStreamAway(error)) return {};
    throw error;
  }
}

/** True for an end that says that there is nothing, so that what was measured must be asked. */
export function saysNothing(event: SliceEvent): boolean {
  if (!('stream' in event) || !isFindingStream(event.stream)) return false;
  if (event.type === 'complete') return event.sourceCount === 0;
  return event.type === 'counts' && Object.values(event.byStatus).every((count) => count === 0);
}

/** The event as it stands when the server's measure agrees; else one that shows both numbers and proves nothing. */
export function contradicted(event: SliceEvent, measured: Measured): SliceEvent {
  if (!saysNothing(event) || !('stream' in event) || !isFindingStream(event.stream)) return event;
  const metric = metricOf[event.stream];
  const count = measured[metric] ?? 0;
  if (!(count > 0)) return event;
  const { stream, scope } = event as { stream: string; scope: string };
  const message = `nothing is listed, and the measure ${metric} says ${count}`;
  if (event.type === 'counts')
    return unavailable(stream, scope, new PlumblineError('incomplete_listing', { message: `${stream}: ${message}.` }));
  if (event.type !== 'complete') return event;
  const { bookmark: _, ...rest } = event;
  return {
    ...rest,
    sourceCount: count,
    method: `${event.method}: ${message}`,
    proof: 'unproven',
    absenceTrusted: false,
  };
}
