import type { ReactElement } from 'react';
import type { SecurityTrend } from '../../../src/features/insights/contract.ts';
import { useNow } from '../../app/use-now.ts';
import type { Drawing } from '../../charts/bucket-chart.tsx';
import { positionInBuckets } from '../../charts/scales.ts';
import { countOf } from '../../words/numbers.ts';
import { formatDay } from '../../words/times.ts';
import { modeName } from './counting-note.tsx';

/** Days of a step that is no new risk: a project joined, a server counts otherwise, hotspots became vulnerabilities. */
export function Markers({ trend, drawing }: { trend: SecurityTrend; drawing: Drawing }): ReactElement {
  return (
    <>
      {trend.markers.map((marker) => {
        const place = positionInBuckets(trend.buckets, marker.day);
        if (place === null) return null;
        const at = drawing.x(place.index) + place.share * drawing.bandWidth;
        return (
          <g key={`${marker.kind} ${marker.day} ${marker.integration ?? ''}`} className="marker">
            <line x1={at} x2={at} y1={-8} y2={drawing.innerHeight} />
            <path d={`M${at} -12 l5 5 -5 5 -5 -5z`} />
          </g>
        );
      })}
    </>
  );
}

/** So many stand under the chart; a first reading of many projects brings dozens. */
const notesShown = 3;

export function MarkerNotes({ trend }: { trend: SecurityTrend }): ReactElement | null {
  const { markers } = trend;
  if (markers.length === 0) return null;
  // The newest first: it is the one that is asked about.
  const newest = markers.toReversed();
  const rest = newest.slice(notesShown);
  return (
    <div className="marker-notes">
      <Notes markers={newest.slice(0, notesShown)} />
      {rest.length === 0 ? null : (
        <details>
          <summary>{countOf(rest.length, 'earlier step')} that no new risk made</summary>
          <Notes markers={rest} />
        </details>
      )}
    </div>
  );
}

function Notes({ markers }: { markers: SecurityTrend['markers'] }): ReactElement {
  const now = useNow();
  return (
    <ul>
      {markers.map((marker) => (
        <li key={`${marker.kind} ${marker.day} ${marker.integration ?? ''}`}>
          <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" className="marker">
            <path d="M5 0l5 5-5 5-5-5z" />
          </svg>
          <span>
            {formatDay(marker.day, now)}: {markerWords(marker)} A step here is not new risk.
          </span>
        </li>
      ))}
    </ul>
  );
}

function markerWords(marker: SecurityTrend['markers'][number]): string {
  const { findings } = marker;
  if (marker.kind === 'mode_changed')
    return `${marker.integration} changed to ${modeName[marker.mode ?? 'mqr']}; its findings count by it from then on.`;
  if (marker.kind === 'projects_joined')
    return `${projectWords(marker)} joined with ${countOf(findings, 'vulnerability', 'vulnerabilities')}.`;
  return `${countOf(findings, 'hotspot')} of ${projectWords(marker)} became ${findings === 1 ? 'a vulnerability' : 'vulnerabilities'}.`;
}

function projectWords({ projects, projectCount }: SecurityTrend['markers'][number]): string {
  const names = projects.slice(0, 3).map((project) => project.name);
  const more = projectCount - names.length;
  return more > 0 ? `${names.join(', ')} and ${countOf(more, 'more project')}` : names.join(', ');
}
