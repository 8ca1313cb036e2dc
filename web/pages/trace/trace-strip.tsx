import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Line, Standing, Station, StationKind, TraceAnswer } from '../../../src/features/trace/contract.ts';
import { toApiError } from '../../api/api-error.ts';
import { traceQuery } from '../../api/trace.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Card } from '../../components/page.tsx';
import { countOf } from '../../words/numbers.ts';
import { doubtLook, kindLabel, kindsLabel, shortTitle, stationLook } from './words.ts';

const order: readonly StationKind[] = [
  'commit',
  'pull_request',
  'analysis',
  'image',
  'execution',
  'deployment',
  'environment',
];
const worstOrder: readonly Standing[] = ['failed', 'warning', 'unknown', 'neutral', 'good'];

/** The piece of the line that a page is about, in one row; each part leads to Trace. `plain`: not on a card of its own. */
export function TraceStrip({ of, plain = false }: { of: string; plain?: boolean }): ReactElement | null {
  const may = useCan('deployments:read');
  const { data, error } = useQuery(traceQuery(useApi(), may ? of : ''));
  if (!may) return null;
  const content = (
    <div className={plain ? 'strip-place plain' : 'strip-place'}>
      {data?.line != null ? <Strip line={data.line} of={of} /> : <p className="note">{whyNone(data, error)}</p>}
    </div>
  );
  const whole = (
    <Link className="button" to="/trace" search={{ q: of }}>
      See the whole line
    </Link>
  );
  if (plain)
    return (
      <section aria-label="Line" className="strip-plain">
        <h3>Line</h3>
        {content}
        {whole}
      </section>
    );
  return (
    <Card title="Line" note="from commit to environment" actions={whole}>
      {content}
    </Card>
  );
}

function whyNone(data: TraceAnswer | undefined, error: Error | null): string {
  if (data !== undefined)
    return data.found.length === 0
      ? 'Nothing on its line is known yet.'
      : 'It may be several things: see the whole line.';
  return error === null ? '\u00a0' : toApiError(error).message;
}

function Strip({ line, of }: { line: Line; of: string }): ReactElement {
  return (
    <ol className="strip">
      {order.flatMap((kind) => {
        const stations = line.stations.filter(({ station }) => station === kind);
        const gone = line.missing.some(({ expects, code }) => expects === kind && code !== 'trace_not_read_since');
        if (stations.length === 0 && !gone) return [];
        return (
          <li
            key={kind}
            className={stations.length === 0 ? 'strip-part missing' : `strip-part ${worstOf(line, stations)}`}
          >
            <span className="station-kind">{kindLabel[kind]}</span>
            {stations.length === 0 ? (
              <Link to="/trace" search={{ q: of }}>
                missing
              </Link>
            ) : (
              <Part line={line} stations={stations} of={of} />
            )}
          </li>
        );
      })}
    </ol>
  );
}

/** One station by its name, several by their number; with the state of the worst. */
function Part({ line, stations, of }: { line: Line; stations: readonly Station[]; of: string }): ReactElement {
  const [first] = inOrder(line, stations);
  const look = first === undefined ? null : (doubtLook(first) ?? stationLook(first));
  const one = stations.length === 1 && first !== undefined;
  return (
    <>
      <Link to="/trace" search={{ q: of, station: one ? first.ref : undefined }} className="clipped">
        {one ? shortTitle(first) : countOf(stations.length, '', kindsLabel[first?.station ?? 'commit']).trim()}
      </Link>
      {look === null ? null : (
        <span className="note">
          <span aria-hidden="true">{look[1]}</span> {look[2]}
        </span>
      )}
    </>
  );
}

/** What is worst, without what was replaced since; then the newest. */
function inOrder({ worst }: Line, stations: readonly Station[]): Station[] {
  const rank = ({ ref, standing }: Station): number =>
    worst.includes(ref) ? worstOrder.indexOf(standing) : worstOrder.length;
  return stations.toSorted((a, b) => rank(a) - rank(b) || (b.at ?? '').localeCompare(a.at ?? ''));
}

function worstOf(line: Line, stations: readonly Station[]): Standing {
  const [first] = inOrder(line, stations);
  return first?.standing ?? 'neutral';
}
