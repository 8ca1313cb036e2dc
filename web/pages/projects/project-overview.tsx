import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import type { Project } from '../../../src/features/code-quality/contract.ts';
import { facetsQuery } from '../../api/findings.ts';
import { useApi } from '../../app/context.ts';
import { Notice } from '../../components/states.tsx';
import { formatMeasure } from '../../words/measures.ts';
import { formatCount } from '../../words/numbers.ts';
import { TraceStrip } from '../trace/trace-strip.tsx';
import { AboutCard } from './about-card.tsx';
import { CompletenessFold } from './completeness-fold.tsx';
import { GateCard } from './gate-card.tsx';
import { MeasuresFold } from './measures-fold.tsx';
import { SeverityCard } from './severity-card.tsx';
import { StandingCard } from './standing-card.tsx';
import { measureOf, whyNoValue } from './standing.ts';
import { useProject } from './use-project.ts';

export function ProjectOverview(): ReactElement | null {
  const { id, project } = useProject();
  if (project === undefined) return null;
  return (
    <>
      {project.warnings.map((warning) => (
        <Notice key={warning} kind="warning" title="The gate is doubtful.">
          {warning}
        </Notice>
      ))}
      <Numbers project={project} id={id} />
      <div className="columns-2">
        <GateCard project={project} />
        <StandingCard project={project} id={id} />
      </div>
      <div className="columns-2-1 overview-pair">
        <SeverityCard project={project} id={id} />
        <AboutCard project={project} />
      </div>
      <TraceStrip of={`project:${id}`} />
      <MeasuresFold measures={project.measures} />
      <CompletenessFold project={project} />
    </>
  );
}

/** Doors: the first two to findings, as many as the number says; the others to the history of the measure. */
function Numbers({ project, id }: { project: Project; id: string }): ReactElement {
  const types = useQuery(facetsQuery(useApi(), { project: id }, { facets: 'type', status: ['open'] }));
  const hotspots = types.data?.facets
    .find(({ facet }) => facet === 'type')
    ?.values.find(({ value }) => value === 'hotspot');
  const none = (words: string): ReactNode => <span className="no-data">{words}</span>;
  const measured = (metric: string): ReactNode => {
    const measure = measureOf(project.measures, [metric]);
    return measure === undefined ? none(whyNoValue(project, false)) : formatMeasure(measure.value, measure.type);
  };
  const unread = project.readAt === null;
  const listed = [
    {
      name: 'Open vulnerabilities',
      type: 'vulnerability' as const,
      value: project.openVulnerabilities === null ? none('not read yet') : formatCount(project.openVulnerabilities),
    },
    {
      name: 'Hotspots to review',
      type: 'hotspot' as const,
      value: unread
        ? none('not read yet')
        : types.data === undefined
          ? none(types.isError ? 'could not be counted' : '\u00a0')
          : formatCount(hotspots?.findings ?? 0),
    },
  ];
  const measures = [
    ['Coverage', 'coverage'],
    ['Duplications', 'duplicated_lines_density'],
    ['Lines of code', 'ncloc'],
  ] as const;
  return (
    <section className="tiles" aria-label="Numbers of the main branch">
      {listed.map(({ name, type, value }) => (
        <Link
          key={name}
          to="/projects/$id/findings"
          params={{ id }}
          search={{ type: [type] }}
          className="card tile plain"
        >
          <span className="tile-name">{name}</span>
          <span className="tile-value">{value}</span>
        </Link>
      ))}
      {measures.map(([name, metric]) => (
        <Link key={name} to="/projects/$id/history" params={{ id }} className="card tile plain">
          <span className="tile-name">{name}</span>
          <span className="tile-value">{measured(metric)}</span>
        </Link>
      ))}
    </section>
  );
}
