import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { AsOf, TraceAnswer } from '../../../src/features/trace/contract.ts';
import { useChange } from '../../address/use-change.ts';
import { traceQuery } from '../../api/trace.ts';
import { useApi } from '../../app/context.ts';
import { isScoped, useSession } from '../../app/session.ts';
import { DayField } from '../../components/day-field.tsx';
import { dayBefore, endOfDay } from '../../components/day-words.ts';
import { Segmented } from '../../components/form.tsx';
import { Page } from '../../components/page.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { BesideNow, NothingThen, ThenNotice } from './as-of.tsx';
import { AskBox } from './ask-box.tsx';
import { Candidates } from './candidates.tsx';
import { DrawnLine } from './drawn-line.tsx';
import { Examples } from './examples.tsx';
import { LineTable } from './line-table.tsx';
import type { TraceSearch } from './search.ts';
import { StationPanel } from './station-panel.tsx';
import { Summary } from './summary.tsx';
import { useLineVerdicts } from './use-line-verdicts.ts';

const route = getRouteApi('/shell/trace');

export function TracePage(): ReactElement {
  const { q = '', table, at } = route.useSearch();
  const change = useChange<TraceSearch & { page?: undefined }>('/trace');
  const query = useQuery(traceQuery(useApi(), q, at === undefined ? undefined : endOfDay(at)));
  // Until something else is known a line is expected, so that nothing moves when it comes.
  const line = q !== '' && query.error === null && query.data?.line !== null;
  return (
    <Page
      title="Trace"
      wide
      actions={
        line ? (
          <Segmented
            label="Show the line as"
            value={table ? 'table' : 'line'}
            choices={[
              { value: 'line', label: 'Line' },
              { value: 'table', label: 'Table' },
            ]}
            onChoose={(value) => change({ table: value === 'table' ? true : undefined })}
          />
        ) : null
      }
    >
      <AskBox key={q} text={q} />
      {q === '' ? null : (
        <Toolbar label="Time">
          <DayField
            compact
            label="As it was said on"
            value={at}
            max={dayBefore()}
            onChange={(day) => change({ at: day, station: undefined })}
          />
        </Toolbar>
      )}
      <Answered text={q} query={query} />
    </Page>
  );
}

function Answered({
  text,
  query: { data, error, refetch },
}: {
  text: string;
  query: { data: TraceAnswer | undefined; error: Error | null; refetch: () => unknown };
}): ReactElement {
  if (text === '') return <Examples />;
  if (data?.asOf !== undefined) return <AsOfAnswer answer={data} asOf={data.asOf} />;
  if (data?.found.length === 0) return <NothingFound text={text} />;
  if (data !== undefined) return <Answer answer={data} />;
  if (error === null) {
    return (
      <>
        <output className="unseen">Loading</output>
        <Skeleton height={320} />
      </>
    );
  }
  return <ErrorState error={error} retry={() => void refetch()} />;
}

function NothingFound({ text }: { text: string }): ReactElement {
  const session = useSession();
  const scoped = session !== undefined && isScoped(session);
  return (
    <>
      <EmptyState
        title="Nothing is known under this text"
        action={
          <Link className="button" to="/help/$" params={{ _splat: 'trace' }} hash="what-may-be-asked-for">
            What may be asked for
          </Link>
        }
      >
        <p className="trace-asked">
          <code>{text}</code>
        </p>
        <p>
          {scoped
            ? 'You work in some teams, and see only what is theirs. '
            : 'It may be in a repository, registry or project that is not read, or be older than what was read. '}
          Paste one of these:
        </p>
      </EmptyState>
      <Examples />
    </>
  );
}

/** What was said then, and beside it what is said otherwise now. */
function AsOfAnswer({ answer, asOf }: { answer: TraceAnswer; asOf: AsOf }): ReactElement {
  return (
    <>
      <ThenNotice asOf={asOf} />
      {answer.found.length > 0 ? <Answer answer={answer} /> : <NothingThen asOf={asOf} />}
      <BesideNow asOf={asOf} />
    </>
  );
}

function Answer({ answer: { text, found, line, asOf } }: { answer: TraceAnswer }): ReactElement {
  const { table, station } = route.useSearch();
  const change = useChange<TraceSearch & { page?: undefined }>('/trace');
  const { verdicts, waiting } = useLineVerdicts(line, asOf?.at);
  if (line === null) return <Candidates text={text} found={found} />;
  // What fails the policy is among what is worst, on top: nothing below moves when it comes.
  if (waiting) return <Skeleton height={320} />;
  const open = line.stations.find(({ ref }) => ref === station);
  return (
    <>
      <Summary line={line} verdicts={verdicts} />
      {table ? <LineTable line={line} /> : <DrawnLine line={line} verdicts={verdicts} />}
      {open === undefined ? null : (
        <StationPanel station={open} line={line} onClose={() => change({ station: undefined })} />
      )}
    </>
  );
}
