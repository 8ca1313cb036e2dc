import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { RunningRow } from '../../../src/features/running/contract.ts';
import { Chip } from '../../components/chips.tsx';
import type { Column } from '../../components/data-table.tsx';
import { Ago } from '../../components/time.tsx';
import { certaintyWords, imageWords, stateLooks, traceText, whyWords } from './words.ts';

export function RunningChip({ row }: { row: RunningRow }): ReactElement {
  const [tone, glyph, word] = stateLooks[row.state];
  return (
    <>
      <Chip tone={tone} glyph={glyph} title={`${row.message} ${row.remedy}`}>
        {word}
      </Chip>
      {row.now === null ? null : (
        <span className="note">
          {row.now.state === null ? 'does not run now' : `now ${stateLooks[row.now.state][2].toLowerCase()}`}
        </span>
      )}
    </>
  );
}

/** The image leads to the line through it, of the same day. */
function ImageLink({ row }: { row: RunningRow }): ReactElement {
  const text = traceText(row);
  if (text === null) return <>{imageWords(row)}</>;
  return (
    <Link from="/running" to="/trace" search={({ at }) => ({ q: text, at })}>
      {imageWords(row)}
    </Link>
  );
}

function Since({ row: { state, failingSince, staleSince, runsSince } }: { row: RunningRow }): ReactElement {
  const [word, at] =
    state === 'stale'
      ? (['stale', staleSince ?? runsSince] as const)
      : failingSince === null
        ? (['runs', runsSince] as const)
        : (['failing', failingSince] as const);
  return (
    <>
      <span className="note">{word}</span> <Ago at={at} />
    </>
  );
}

const openWords = ({ open }: RunningRow): string =>
  open === null ? 'not known' : `${open.critical} critical, ${open.high} high`;

export const rowColumns: readonly Column<RunningRow>[] = [
  { id: 'verdict', header: 'Verdict', phone: 'first', fixed: true, cell: (row) => <RunningChip row={row} /> },
  {
    id: 'service',
    header: 'Service',
    fixed: true,
    className: 'name-cell',
    cell: ({ service, infrastructure }) => (
      <>
        {service} {infrastructure === null ? null : <span className="note">{infrastructure}</span>}
      </>
    ),
  },
  { id: 'environment', header: 'Environment', phone: 'stay', cell: ({ environment }) => environment.name },
  { id: 'image', header: 'Image', cell: (row) => <ImageLink row={row} />, text: imageWords },
  { id: 'why', header: 'Why', cell: whyWords, text: whyWords },
  { id: 'since', header: 'Since', keep: true, cell: (row) => <Since row={row} /> },
  { id: 'open', header: 'Open vulnerabilities', cell: openWords },
  { id: 'team', header: 'Team', cell: ({ teams }) => teams.map(({ name }) => name).join(', ') || 'nobody’s' },
  {
    id: 'certainty',
    header: 'How sure',
    cell: ({ certainty, doubt }) =>
      certainty === null ? (
        <span className="note">no link</span>
      ) : (
        <span title={certaintyWords[certainty][1]}>
          {certaintyWords[certainty][0]}
          {doubt === null ? '' : ', in doubt'}
        </span>
      ),
  },
  {
    id: 'read',
    header: 'Read',
    hidden: true,
    cell: ({ readAt }) => (readAt === null ? <span className="note">not known</span> : <Ago at={readAt} />),
  },
];
