import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import type { Measure, Project } from '../../../src/features/code-quality/contract.ts';
import { Card } from '../../components/page.tsx';
import { formatMeasure } from '../../words/measures.ts';
import { formatDay } from '../../words/times.ts';
import { useNow } from '../../app/use-now.ts';
import { RatingBadge } from './rating.tsx';
import { measureOf, ratingOf, type StandingLine, standingLines, whyNoValue } from './standing.ts';

/** What the server says of all code and of new code, side by side. */
export function StandingCard({ project, id }: { project: Project; id: string }): ReactElement {
  const lines = standingLines(project.issues.mode);
  return (
    <Card title="Ratings and measures" note="main branch, as SonarQube measured it">
      <table className="standing">
        <thead>
          <tr>
            <th scope="col">
              <span className="unseen">Measure</span>
            </th>
            <th scope="col">Overall code</th>
            <th scope="col">
              New code <NewCodePeriod measures={project.measures} />
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.name}>
              <th scope="row">
                <LineName line={line} id={id} />
              </th>
              {(['overall', 'fresh'] as const).map((side) => (
                <td key={side}>
                  <Cell project={project} line={line} side={side} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function LineName({ line, id }: { line: StandingLine; id: string }): ReactElement {
  const { name, quality } = line;
  if (quality === null) return <>{name}</>;
  return (
    <Link to="/projects/$id/findings" params={{ id }} search={{ quality: [quality] }}>
      {name}
    </Link>
  );
}

function Cell({ project, line, side }: { project: Project; line: StandingLine; side: 'overall' | 'fresh' }): ReactNode {
  const value = measureOf(project.measures, line.value[side]);
  const rating = line.rating === null ? null : ratingOf(measureOf(project.measures, line.rating[side]));
  if (value === undefined && rating === null)
    return <span className="no-data">{whyNoValue(project, side === 'fresh')}</span>;
  return (
    <span className="standing-cell">
      {rating === null ? null : <RatingBadge rating={rating} />}
      {value === undefined ? null : <span className="standing-value">{valueWords(value, line)}</span>}
    </span>
  );
}

function valueWords(measure: Measure, { quality }: StandingLine): string {
  const value = formatMeasure(measure.value, measure.type);
  if (quality === null) return value;
  const what = quality === 'security_review' ? 'hotspot' : 'issue';
  return `${value} ${measure.number === 1 ? what : `${what}s`}`;
}

/** Since when code counts as new; the values say it themselves. */
function NewCodePeriod({ measures }: { measures: readonly Measure[] }): ReactElement | null {
  const now = useNow();
  const period = measures.find((measure) => measure.isNewCode && measure.period !== null)?.period;
  if (period === undefined || period === null) return null;
  return <span className="note">{periodWords(period, now)}</span>;
}

function periodWords({ mode, parameter, at }: NonNullable<Measure['period']>, now: Date): string {
  const since = at === null ? '' : `, from ${formatDay(at, now)}`;
  if (mode === 'NUMBER_OF_DAYS' && parameter !== null) return `last ${parameter} days${since}`;
  if (mode === 'REFERENCE_BRANCH' && parameter !== null) return `compared with ${parameter}`;
  if (mode === 'PREVIOUS_VERSION') return `since version ${parameter ?? 'before'}${since}`;
  const known = mode === null ? '' : mode.toLowerCase().replaceAll('_', ' ');
  return [known, parameter].filter((word) => word !== null && word !== '').join(' ') + since;
}
