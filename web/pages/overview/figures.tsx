import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Figure, FigureName, Overview } from '../../../src/features/overview/contract.ts';
import { useNow } from '../../app/use-now.ts';
import { SeverityShape } from '../../components/chips.tsx';
import { formatChange } from '../../words/numbers.ts';
import { formatExact, formatMoment, formatRelative } from '../../words/times.ts';
import { useScope } from '../scope/use-scope.ts';
import { doorOf, figureWords, lookOf, partWords, valueWords } from './figure-words.ts';

interface RowProps {
  label: string;
  names: readonly FigureName[];
  overview: Overview | undefined;
}

/** Numbers of one kind. Each leads to the list that has as many rows. */
export function FigureRow({ label, names, overview }: RowProps): ReactElement | null {
  const figures = names.flatMap((name) => overview?.figures.find((one) => one.name === name) ?? []);
  if (overview !== undefined && figures.length === 0) return null;
  return (
    <section aria-label={label}>
      <h2 className="figure-heading">{label}</h2>
      <div className="tiles">
        {overview === undefined
          ? names.map((name) => <Waiting key={name} name={name} />)
          : figures.map((figure) => <Tile key={figure.name} figure={figure} weekFrom={overview.weekFrom} />)}
      </div>
    </section>
  );
}

const accents = {
  bad: 'var(--failed)',
  good: 'var(--passed)',
  plain: 'var(--accent)',
  grey: 'var(--line-strong)',
} as const;

function Tile({ figure, weekFrom }: { figure: Figure; weekFrom: string }): ReactElement {
  const { node } = useScope();
  const { name, severity } = figureWords[figure.name];
  const look = lookOf(figure);
  const accent = severity !== undefined && look === 'bad' ? `var(--${severity}-fill)` : accents[look];
  const said = figure.value === null ? 'tile-value said' : 'tile-value';
  return (
    <Link
      {...doorOf(figure.name, { node, weekFrom })}
      className={look === 'grey' ? 'card tile overview-tile left-out' : 'card tile overview-tile'}
      style={{ '--tile': accent } as object}
    >
      <span className="tile-name">
        {severity === undefined ? null : <SeverityShape severity={severity} />}
        {name}
      </span>
      <span className={said}>{valueWords(figure)}</span>
      <span className="tile-change">
        <Change figure={figure} />
      </span>
      <span className="tile-change">
        <Age figure={figure} />
      </span>
    </Link>
  );
}

/** Fewer is better here; the words say the direction without the colour. */
function Change({ figure }: { figure: Figure }): ReactElement {
  const { name, state, why, change30Days: change } = figure;
  if (state === 'not_connected') return <>{figureWords[name].needs}</>;
  if (why !== null)
    return (
      <span title={why.remedy}>
        {why.message} <code>{why.code}</code>
      </span>
    );
  if (change === null) return <>{partWords(figure)}</>;
  return (
    <>
      <b className={change > 0 ? 'worse' : change < 0 ? 'better' : undefined}>{formatChange(change)}</b> in 30 days
    </>
  );
}

function Age({ figure: { stale, asOf } }: { figure: Figure }): ReactElement {
  const now = useNow();
  if (stale !== null) {
    const [first = '', ...others] = stale.integrations;
    const who = others.length === 0 ? first : `${first} and ${others.length} more`;
    return stale.since === null ? (
      <>Stale: {who} never read whole</>
    ) : (
      <span title={formatExact(stale.since)}>
        Stale: {who} last read {formatRelative(stale.since, now)}
      </span>
    );
  }
  if (asOf === null) return <>{'\u00a0'}</>;
  return <span title={formatExact(asOf)}>as of {formatMoment(asOf, now)}</span>;
}

function Waiting({ name }: { name: FigureName }): ReactElement {
  return (
    <div className="card tile overview-tile" aria-hidden="true">
      <span className="tile-name">{figureWords[name].name}</span>
      <span className="tile-value">
        <span className="bone" data-length="0" />
      </span>
      <span className="tile-change">{'\u00a0'}</span>
      <span className="tile-change">{'\u00a0'}</span>
    </div>
  );
}
