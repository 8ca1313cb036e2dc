import type { ReactElement } from 'react';
import type { Project } from '../../../src/features/code-quality/contract.ts';
import { PageLink } from '../../app/page-link.tsx';
import { Tag } from '../../components/chips.tsx';
import { Card, Facts } from '../../components/page.tsx';
import { Ago, Moment } from '../../components/time.tsx';
import { formatMeasure } from '../../words/measures.ts';
import { formatCount } from '../../words/numbers.ts';
import { languagesOf, measureOf, whyNoValue } from './standing.ts';

export function AboutCard({ project }: { project: Project }): ReactElement {
  return (
    <Card title="About" padded>
      <Facts
        entries={[
          ['Key', <code key="k">{project.key}</code>],
          [
            'Integration',
            <PageLink key="i" to="/integrations/$id" params={{ id: String(project.integration.id) }}>
              {project.integration.name}
            </PageLink>,
          ],
          ['Size', <Size key="s" project={project} />],
          ['Organization', project.organization],
          ['Visibility', project.visibility],
          ['Tags', <Tags key="t" project={project} />],
          [
            'Last analysis',
            project.lastAnalysisAt === null ? 'never analysed' : <Ago key="a" at={project.lastAnalysisAt} />,
          ],
          ['Commit', project.revision === null ? null : <code key="c">{project.revision.slice(0, 12)}</code>],
          ['History is reliable from', <Moment key="r" at={project.reliableFrom} />],
        ]}
      />
    </Card>
  );
}

/** What could not be read is not untagged. */
function Tags({ project: { tags, tagsUnreadSince } }: { project: Project }): ReactElement {
  if (tags.length === 0 && tagsUnreadSince === null) return <span className="no-data">none</span>;
  return (
    <>
      {tags.map((tag) => (
        <Tag key={tag}>{tag}</Tag>
      ))}
      {tagsUnreadSince === null ? null : (
        <span className="no-data">
          {tags.length === 0 ? 'not read' : 'as they were read last: not read'} since <Ago at={tagsUnreadSince} />
        </span>
      )}
    </>
  );
}

/** Lines of code, and in which languages where the server says so. */
function Size({ project }: { project: Project }): ReactElement {
  const lines = measureOf(project.measures, ['ncloc']);
  const languages = languagesOf(project.measures);
  if (lines === undefined) return <span className="no-data">{whyNoValue(project, false)}</span>;
  return (
    <>
      {formatMeasure(lines.value, lines.type)} lines of code
      {languages.length === 0 ? null : (
        <span className="languages">
          {languages.slice(0, 5).map(({ name, lines: n }) => (
            <span key={name}>
              {name} {formatCount(n)}
            </span>
          ))}
          {languages.length > 5 ? <span>and {languages.length - 5} more</span> : null}
        </span>
      )}
    </>
  );
}
