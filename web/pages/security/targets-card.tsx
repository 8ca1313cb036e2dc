import { standings } from '../../../src/domain/age-targets.ts';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { SecurityTargets } from '../../../src/features/insights/contract.ts';
import { securityCsv, targetsQuery } from '../../api/insights.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { SeverityShape } from '../../components/chips.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Icon } from '../../components/icons.tsx';
import { Card } from '../../components/page.tsx';
import { Loaded } from '../../components/states.tsx';
import { severityLabel } from '../../words/labels.ts';
import { formatCount } from '../../words/numbers.ts';
import '../../styles/targets.css';
import { useInScope } from '../scope/scope-words.ts';
import { type Door, targetParameters } from './search.ts';
import { TargetsDialog } from './targets-dialog.tsx';
import { TargetsWhen } from './targets-when.tsx';
import { ToList } from './to-list.tsx';
import { useSecuritySearch } from './use-search.ts';
import { standingLabel, targetWords } from './words.ts';

type Row = Pick<SecurityTargets['severities'][number], 'open' | 'targets'> & {
  name: SecurityTargets['severities'][number]['severity'] | 'all';
};

/** How open vulnerabilities stand to their targets, by severity. Each number is a door to its findings. */
export function TargetsCard(): ReactElement {
  const api = useApi();
  const [search] = useSecuritySearch();
  const [dialog, setDialog] = useState(false);
  const parameters = targetParameters(search);
  const may = useCan(search.node === undefined ? 'settings:write' : 'team_settings:write');
  const targets = useQuery(targetsQuery(api, parameters));
  return (
    <Card
      title="Targets"
      note="days since creation, UTC"
      label="Targets for the age of open vulnerabilities"
      actions={
        <>
          <Button look="bare" icon="settings" onClick={() => setDialog(true)}>
            {may ? 'Set targets' : 'See targets'}
          </Button>
          <a className="button bare" href={securityCsv(api, 'targets', parameters)} download>
            <Icon name="download" />
            CSV
          </a>
        </>
      }
    >
      <div className={targets.isPlaceholderData ? 'targets-body stale' : 'targets-body'}>
        <Loaded query={targets} skeleton={<div className="targets-skeleton" />}>
          {(data) => (
            <>
              <TargetsWhen data={data} />
              {data.isSet ? <Standings data={data} /> : <NoTargets data={data} onSet={() => setDialog(true)} />}
            </>
          )}
        </Loaded>
      </div>
      {dialog ? <TargetsDialog node={search.node} onClose={() => setDialog(false)} /> : null}
    </Card>
  );
}

function NoTargets({ data, onSet }: { data: SecurityTargets; onSet: () => void }): ReactElement {
  const may = useCan('settings:write');
  if (data.at !== null && data.by === 'then')
    return <p className="table-empty">No target held on that day. Choose today’s targets to hold it against these.</p>;
  return (
    <div className="table-empty">
      <p>
        No target is set. With one for each severity, such as 7 days for critical, this shows what is about to break it,
        and what broke it.
      </p>
      {may ? <Button onClick={onSet}>Set targets</Button> : <p className="note">An administrator can set them.</p>}
    </div>
  );
}

function Standings({ data }: { data: SecurityTargets }): ReactElement {
  const inScope = useInScope();
  const severities = data.severities.filter(({ severity, open }) => severity !== 'unrated' || open.total > 0);
  const rows: Row[] = [
    ...severities.map(({ severity, ...rest }) => ({ name: severity, ...rest })),
    { name: 'all', targets: [], open: data.open },
  ];
  return (
    <>
      <DataTable
        label="Open vulnerabilities by target"
        columns={columnsOf(data)}
        rows={rows}
        rowKey={({ name }) => name}
        empty={`No open vulnerability${inScope} matches these filters.`}
      />
      <p className="targets-next">
        {data.open.broken === 0 ? <span>No broken targets{inScope}.</span> : null}
        {data.at === null ? (
          <ToList door={{ list: 'open', target: ['due_soon', 'within'] }} className="targets-door">
            What breaks next
          </ToList>
        ) : null}
        <span className="note">about to break: in the last {data.warnPercent} % of its target</span>
      </p>
    </>
  );
}

/** Of a day that is over there is no list: its numbers are no doors. */
const columnsOf = ({ at }: SecurityTargets): readonly Column<Row>[] => [
  {
    id: 'severity',
    header: 'Severity',
    phone: 'first',
    cell: ({ name }) =>
      name === 'all' ? (
        'All'
      ) : (
        <span className="nowrap">
          <SeverityShape severity={name} /> {severityLabel[name]}
        </span>
      ),
  },
  { id: 'target', header: 'Target', cell: ({ name, targets }) => (name === 'all' ? '' : targetWords(targets)) },
  ...standings.map(
    (standing): Column<Row> => ({
      id: standing,
      header: standingLabel[standing],
      numeric: true,
      ...(standing === 'broken' || standing === 'due_soon' ? { phone: 'stay' as const } : {}),
      cell: ({ name, open }) =>
        at === null ? (
          <Count door={doorOf(name, standing)} count={open[standing]} standing={standing} />
        ) : (
          formatCount(open[standing])
        ),
    }),
  ),
];

const doorOf = (name: Row['name'], standing: (typeof standings)[number]): Door => ({
  list: 'open',
  ...(name === 'all' ? {} : { severity: name }),
  target: [standing],
});

function Count({ door, count, standing }: { door: Door; count: number; standing: string }): ReactElement {
  if (count === 0) return <span className="note">0</span>;
  return (
    <ToList door={door} className={`targets-door ${standing}`}>
      {formatCount(count)}
    </ToList>
  );
}
