import { Link } from '@tanstack/react-router';
import { type ReactElement, type ReactNode, useState } from 'react';
import { streamTitle } from '../../../src/domain/stream-words.ts';
import type { GateCondition, Measure, Project } from '../../../src/features/code-quality/contract.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { SearchBox } from '../../components/form.tsx';
import { Card, Facts } from '../../components/page.tsx';
import { Notice } from '../../components/states.tsx';
import { Tag } from '../../components/chips.tsx';
import { Ago, Moment } from '../../components/time.tsx';
import { formatMeasure, formatPercent, formatThreshold } from '../../words/measures.ts';
import { formatCount } from '../../words/numbers.ts';
import { Proof } from '../monitoring/proof.tsx';
import { GateChip, VerdictChip } from './gate.tsx';
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
      <div className="columns-2-1">
        <Conditions project={project} />
        <About project={project} />
      </div>
      <Measures measures={project.measures} />
      <Completeness project={project} />
    </>
  );
}

function Numbers({ project, id }: { project: Project; id: string }): ReactElement {
  const { issues } = project;
  const standard = issues.mode === 'standard';
  const count = (value: number | null): ReactNode =>
    value === null ? <span className="no-data">no data</span> : formatCount(value);
  const tiles: readonly (readonly [string, ReactNode])[] = [
    ['Open vulnerabilities', count(project.openVulnerabilities)],
    [
      'Coverage',
      project.coverage === null ? <span className="no-data">no data</span> : formatPercent(project.coverage),
    ],
    [
      'Duplication',
      project.duplication === null ? <span className="no-data">no data</span> : formatPercent(project.duplication),
    ],
    [standard ? 'Vulnerabilities (server)' : 'Security issues', count(issues.security)],
    [standard ? 'Bugs' : 'Reliability issues', count(issues.reliability)],
    [standard ? 'Code smells' : 'Maintainability issues', count(issues.maintainability)],
  ];
  return (
    <section className="tiles" aria-label="Numbers of the main branch">
      {tiles.map(([name, value], index) => (
        <Link
          key={name}
          to={index === 1 || index === 2 ? '/projects/$id/history' : '/projects/$id/findings'}
          params={{ id }}
          className="card tile plain"
        >
          <span className="tile-name">{name}</span>
          <span className="tile-value">{value}</span>
        </Link>
      ))}
    </section>
  );
}

const conditionColumns: readonly Column<GateCondition>[] = [
  { id: 'verdict', header: 'Verdict', phone: 'first', cell: (row) => <VerdictChip verdict={row.verdict} /> },
  {
    id: 'metric',
    header: 'Metric',
    phone: 'stay',
    cell: (row) => (
      <>
        {row.name}
        <span className="note">
          <code>{row.metric}</code>
        </span>
      </>
    ),
  },
  {
    id: 'actual',
    header: 'Value',
    phone: 'stay',
    numeric: true,
    cell: (row) => (row.actual === null ? <span className="note">no value</span> : formatMeasure(row.actual, row.type)),
  },
  { id: 'threshold', header: 'Fails when', cell: (row) => formatThreshold(row.operator, row.threshold, row.type) },
];

function Conditions({ project }: { project: Project }): ReactElement {
  const { conditions, gate, gateName } = project;
  return (
    <Card title="Quality gate" note={gateName === null ? undefined : gateName} actions={<GateChip gate={gate} />}>
      {gate !== null && gate.evaluated === false ? (
        <p className="card-note">
          The server said {gate.status}, but none of these conditions had a value: nothing was evaluated. This is not a
          passed gate.
        </p>
      ) : null}
      {project.ignoredConditions === true ? (
        <p className="card-note">Some conditions were ignored because too few lines are new.</p>
      ) : null}
      {conditions === null ? (
        <p className="table-empty">
          Neither the conditions of the newest analysis nor those of the gate could be read.
        </p>
      ) : (
        <DataTable
          label="Conditions of the quality gate"
          columns={conditionColumns}
          rows={conditions}
          rowKey={(row) => row.metric}
          empty="The gate is defined without conditions."
        />
      )}
    </Card>
  );
}

function About({ project }: { project: Project }): ReactElement {
  return (
    <Card title="About" padded>
      <Facts
        entries={[
          ['Key', <code key="k">{project.key}</code>],
          [
            'Integration',
            <Link key="i" to="/integrations/$id" params={{ id: String(project.integration.id) }}>
              {project.integration.name}
            </Link>,
          ],
          ['Organization', project.organization],
          ['Visibility', project.visibility],
          ['Tags', project.tags.length === 0 ? null : project.tags.map((tag) => <Tag key={tag}>{tag}</Tag>)],
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

const measureColumns: readonly Column<Measure>[] = [
  { id: 'name', header: 'Measure', phone: 'stay', cell: (row) => row.name },
  { id: 'metric', header: 'Metric', cell: (row) => <code>{row.metric}</code> },
  { id: 'domain', header: 'Domain', cell: (row) => row.domain ?? '' },
  { id: 'scope', header: 'Over', cell: (row) => (row.isNewCode ? 'New code' : 'All code') },
  {
    id: 'value',
    header: 'Value',
    phone: 'stay',
    numeric: true,
    cell: (row) => formatMeasure(row.value, row.type),
  },
];

/** A server has over a hundred: folded, and searchable when opened. */
function Measures({ measures }: { measures: readonly Measure[] }): ReactElement {
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const shown = measures.filter(({ name, metric, domain }) =>
    `${name} ${metric} ${domain ?? ''}`.toLowerCase().includes(wanted),
  );
  return (
    <details className="card fold">
      <summary>
        <h2>All measures</h2>
        <span className="note">{formatCount(measures.length)} current values of the main branch</span>
      </summary>
      <div className="card-note">
        <SearchBox label="Find a measure" placeholder="Name or domain" value={text} onChange={setText} />
      </div>
      <DataTable
        label="Measures"
        columns={measureColumns}
        rows={shown}
        rowKey={(row) => `${row.metric} ${row.isNewCode}`}
        empty={
          measures.length === 0
            ? 'The server gave no measures: the project was not analysed, or the token may not read them.'
            : 'No measure matches.'
        }
      />
    </details>
  );
}

type CompletenessRow = Project['completeness'][number];

const completenessColumns: readonly Column<CompletenessRow>[] = [
  { id: 'stream', header: 'What', phone: 'stay', cell: (row) => streamTitle(row.stream) },
  { id: 'branch', header: 'Branch', cell: (row) => row.branch ?? '' },
  {
    id: 'count',
    header: 'Stored / source',
    phone: 'stay',
    numeric: true,
    cell: (row) =>
      row.outcome === 'unavailable'
        ? 'not readable'
        : `${formatCount(row.stored)} / ${row.source === null ? 'unknown' : formatCount(row.source)}`,
  },
  { id: 'proof', header: 'Proof', cell: (row) => <Proof count={row} /> },
  { id: 'at', header: 'Measured', cell: (row) => <Ago at={row.measuredAt} /> },
];

function Completeness({ project }: { project: Project }): ReactElement {
  return (
    <Card title="Completeness" note="what the server said there is, and what is stored">
      <DataTable
        label="Completeness"
        columns={completenessColumns}
        rows={project.completeness}
        rowKey={(row) => `${row.stream} ${row.branch ?? ''}`}
        empty="Nothing of this project has been read yet."
      />
    </Card>
  );
}
