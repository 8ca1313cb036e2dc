import type { ReactElement } from 'react';
import type { LookedAtPullRequest, MergeChecks } from '../../../src/features/reports/contract.ts';
import { Chip } from '../../components/chips.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { Ago } from '../../components/time.tsx';
import { countOf, formatCount } from '../../words/numbers.ts';
import { mergeLook } from './blocking-words.ts';
import { titleColumn } from './title-column.tsx';

const columns: readonly Column<LookedAtPullRequest>[] = [
  {
    id: 'merge',
    header: 'Merge',
    phone: 'first',
    keep: true,
    cell: (row) => {
      const [tone, glyph, words] = mergeLook(row);
      return (
        <Chip tone={tone} glyph={glyph}>
          {words}
        </Chip>
      );
    },
  },
  titleColumn,
  {
    id: 'reports',
    header: 'Reports on its head',
    keep: true,
    cell: ({ reports }) => reports.map(({ result }) => result ?? 'missing').join(', '),
  },
  {
    id: 'vetoes',
    header: 'What Bitbucket says',
    prose: true,
    cell: ({ error, vetoes, canMerge }) => {
      if (error !== null)
        return (
          <>
            {error.message} <span className="note">{error.remedy}</span>
          </>
        );
      if (vetoes.length > 0) return vetoes.map((veto) => <p key={veto}>{veto}</p>);
      return canMerge === null ? 'nothing' : 'no reason against it';
    },
  },
];

/** What Bitbucket said of open pull requests when they were looked at. */
export function LookCard({ look }: Pick<MergeChecks, 'look'>): ReactElement {
  if (look === null)
    return (
      <Card title="What Bitbucket says" padded>
        <p className="note">Nobody has looked yet. Look now asks about up to five open pull requests, one call each.</p>
      </Card>
    );
  const { pullRequests, openPullRequests, at } = look;
  return (
    <Card
      title="What Bitbucket says"
      note={
        <>
          looked at {formatCount(pullRequests.length)} of {countOf(openPullRequests, 'open pull request')}{' '}
          <Ago at={at} />
        </>
      }
    >
      <DataTable
        label="What Bitbucket says"
        columns={columns}
        rows={pullRequests}
        rowKey={(row) => row.id}
        empty="No pull request was open, so none could tell anything."
      />
    </Card>
  );
}
