import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Facets, Project } from '../../../src/features/code-quality/contract.ts';
import { facetsQuery } from '../../api/findings.ts';
import { trendQuery } from '../../api/insights.ts';
import { useApi } from '../../app/context.ts';
import { SeverityShape } from '../../components/chips.tsx';
import { Card } from '../../components/page.tsx';
import { Loaded } from '../../components/states.tsx';
import { severities, severityLabel } from '../../words/labels.ts';
import { formatCount } from '../../words/numbers.ts';
import { SmallTrend } from './small-trend.tsx';
import { reconciled } from './standing.ts';

/** Open vulnerabilities of the main branch by severity, and how their number moved in six months. */
export function SeverityCard({ project, id }: { project: Project; id: string }): ReactElement {
  const api = useApi();
  const facets = useQuery(
    facetsQuery(api, { project: id }, { facets: 'severity', type: ['vulnerability'], status: ['open'] }),
  );
  const counts = project.deletedAt === null && project.leftScopeAt === null && project.duplicateOf === null;
  const line = reconciled(project);
  return (
    <Card
      title="Open vulnerabilities"
      note="main branch"
      actions={
        <Link to="/insights/security" search={{ projects: [project.id] }} className="button bare">
          On Security
        </Link>
      }
    >
      <div className="severity-body">
        {project.readAt === null ? (
          <p className="no-data">Not read yet.</p>
        ) : (
          <Loaded query={facets} skeleton={<div className="severity-skeleton" />}>
            {(data) => <SeverityBar facets={data} id={id} />}
          </Loaded>
        )}
        {line === null ? null : <p className="note">{line}</p>}
        {counts ? <Trend id={id} /> : <p className="note">In no number of Security, so there is no trend.</p>}
      </div>
    </Card>
  );
}

function SeverityBar({ facets, id }: { facets: Facets; id: string }): ReactElement {
  const values = facets.facets.find(({ facet }) => facet === 'severity')?.values ?? [];
  const count = (severity: string): number => values.find(({ value }) => value === severity)?.findings ?? 0;
  const shown = severities.filter((severity) => severity !== 'unrated' || count(severity) > 0);
  return (
    <>
      <div className="severity-bar" aria-hidden="true">
        {facets.total === 0
          ? null
          : shown.map((severity) => (
              <i key={severity} style={{ flexGrow: count(severity), background: `var(--${severity}-fill)` }} />
            ))}
      </div>
      <ul className="severity-doors">
        {shown.map((severity) => (
          <li key={severity}>
            <Link
              to="/projects/$id/findings"
              params={{ id }}
              search={{ type: ['vulnerability'], severity: [severity] }}
              className="severity-door"
            >
              <span>
                <SeverityShape severity={severity} /> {severityLabel[severity]}
              </span>
              <b>{formatCount(count(severity))}</b>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

function Trend({ id }: { id: string }): ReactElement {
  const trend = useQuery(trendQuery(useApi(), { projects: id, preset: '6m', granularity: 'week' }));
  return (
    <div className="small-trend">
      <Loaded query={trend} skeleton={<div className="small-trend-skeleton" />}>
        {(data) => <SmallTrend trend={data} />}
      </Loaded>
    </div>
  );
}
