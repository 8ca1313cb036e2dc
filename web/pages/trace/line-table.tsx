import type { ReactElement } from 'react';
import type { Line, Link as LineLink, Station } from '../../../src/features/trace/contract.ts';
import { External } from '../../components/button.tsx';
import { type Column, DataTable, RowLink } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { Ago } from '../../components/time.tsx';
import { Why } from './gap-card.tsx';
import { StationChip } from './station-chip.tsx';
import { treeOf, type Stack } from './tree.ts';
import {
  certaintyHelp,
  certaintyLabel,
  detailWords,
  kindLabel,
  kindsLabel,
  noteWords,
  shortTitle,
  sourceWords,
  surest,
} from './words.ts';

export interface Row {
  station: Station;
  evidence: readonly LineLink[];
}

/** Stations in the order of the drawing, each once, with what joined it there. */
export function rowsOf(line: Line): Row[] {
  const rows = new Map<string, Row>();
  const visit = (stack: Stack): void => {
    for (const { station, evidence } of stack.cards)
      if (!rows.has(station.ref)) rows.set(station.ref, { station, evidence });
    stack.next.forEach(visit);
  };
  treeOf(line).roots.forEach(visit);
  return [...rows.values()];
}

/** The same line, one station a row. */
export function LineTable({ line }: { line: Line }): ReactElement {
  return (
    <>
      <Card title="Stations">
        <DataTable
          label="Stations of the line"
          columns={columns}
          rows={rowsOf(line)}
          rowKey={({ station }) => station.ref}
          empty="Nothing is known."
        />
      </Card>
      {line.missing.length === 0 ? null : (
        <Card title="Missing or in doubt">
          <DataTable
            label="Missing links"
            columns={missingColumns(line)}
            rows={line.missing}
            rowKey={({ at, code, expects }) => `${at} ${expects} ${code}`}
            empty="Nothing is missing."
          />
        </Card>
      )}
    </>
  );
}

const columns: readonly Column<Row>[] = [
  { id: 'kind', header: 'Station', cell: ({ station }) => kindLabel[station.station] },
  {
    id: 'what',
    header: 'What',
    fixed: true,
    className: 'name-cell',
    cell: ({ station }) => (
      <>
        <RowLink search={{ station: station.ref }}>{shortTitle(station)}</RowLink>{' '}
        <span className="note">{detailWords(station)}</span>
      </>
    ),
  },
  {
    id: 'state',
    header: 'State',
    phone: 'first',
    keep: true,
    cell: ({ station, evidence }) =>
      station.state === null && station.station !== 'environment' ? (
        <span className="note">has none</span>
      ) : (
        <StationChip station={station} evidence={evidence} />
      ),
  },
  {
    id: 'age',
    header: 'Since',
    cell: ({ station, evidence }) => {
      const at = station.at ?? evidence[0]?.validFrom;
      return at === undefined ? <span className="note">not told</span> : <Ago at={at} />;
    },
  },
  { id: 'evidence', header: 'How sure, and by whom', keep: true, cell: ({ evidence }) => <HowSure links={evidence} /> },
  {
    id: 'out',
    header: 'Elsewhere',
    cell: ({ station: { link, integration } }) =>
      link === null ? null : <External href={link}>{integration?.name ?? 'Its page'}</External>,
  },
];

function HowSure({ links }: { links: readonly LineLink[] }): ReactElement {
  const link = surest(links);
  if (link === undefined) return <span className="note">others name it</span>;
  return (
    <>
      <span className={`certainty ${link.certainty}`} title={certaintyHelp[link.certainty]}>
        {certaintyLabel[link.certainty]}
      </span>{' '}
      by {sourceWords(link)}
      {link.note === null ? null : <span className="note">{noteWords[link.note] ?? link.note}</span>}
    </>
  );
}

type MissingRow = Line['missing'][number];

const missingColumns = (line: Line): readonly Column<MissingRow>[] => [
  {
    id: 'at',
    header: 'At',
    fixed: true,
    className: 'name-cell',
    cell: ({ at }) => {
      const station = line.stations.find(({ ref }) => ref === at);
      return station === undefined ? at : `${kindLabel[station.station]} ${shortTitle(station)}`;
    },
  },
  { id: 'expects', header: 'None of', cell: ({ expects }) => kindsLabel[expects] },
  { id: 'why', header: 'Why, and what to do', keep: true, cell: (missing) => <Why missing={missing} /> },
];
