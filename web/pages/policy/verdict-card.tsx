import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { type Flag, flags as knownFlags } from '../../../src/domain/verdict.ts';
import type { PlatformAnswer, ProjectAnswer, VerdictDetail } from '../../../src/features/policy/contract.ts';
import { toApiError } from '../../api/api-error.ts';
import { verdictQuery } from '../../api/policy.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { Loaded, Notice } from '../../components/states.tsx';
import { Ago, Moment } from '../../components/time.tsx';
import { reasonTitle, VerdictChip } from './verdict-chip.tsx';
import { EndWaiver, WaiverDialog } from './waiver-dialog.tsx';

/** What the policy says of one image, what that rests on, and what it said before. */
export function VerdictCard({ imageId }: { imageId: string }): ReactElement | null {
  const may = useCan('policy:read');
  const query = useQuery(verdictQuery(useApi(), imageId));
  if (query.data === undefined && query.error !== null && toApiError(query.error).code === 'image_not_stored') {
    return (
      <Card title="Verdict" padded>
        <p className="note">The image is being judged. This takes a few seconds.</p>
      </Card>
    );
  }
  if (!may) return null;
  return <Loaded query={query}>{(verdict) => <Verdict verdict={verdict} />}</Loaded>;
}

function Verdict({ verdict }: { verdict: VerdictDetail }): ReactElement {
  const { status, reason, message, remedy, waiver, since, upstream } = verdict;
  const [waiving, setWaiving] = useState(false);
  const mayWaive = useCan('policy:write');
  return (
    <>
      <Card
        title="Verdict"
        note={
          since === null ? undefined : (
            <>
              said <Ago at={since} />
            </>
          )
        }
        actions={
          <>
            <VerdictChip status={status} reason={reason} waived={waiver !== null} />
            {status === 'failed' && waiver === null && mayWaive ? (
              <Button onClick={() => setWaiving(true)}>Waive</Button>
            ) : null}
          </>
        }
      >
        <p className="card-note">
          {message} <code>{reason}</code> {status === 'passed' ? null : remedy}
        </p>
        {upstream === null ? null : <p className="card-note">The registry’s image: {upstream}</p>}
        {waiver === null ? null : (
          <Notice
            kind="warning"
            title={`Waived by ${waiver.author} for this ${waiver.scope}.`}
            action={mayWaive ? <EndWaiver waiverId={waiver.id} /> : null}
          >
            {waiver.reason}, until <Moment at={waiver.expiresAt} />.
          </Notice>
        )}
        {verdict.platforms.map((platform) => (
          <Platform key={platform.digest} platform={platform} />
        ))}
      </Card>
      <History verdict={verdict} />
      {waiving && verdict.image.id !== null ? (
        <WaiverDialog imageId={verdict.image.id} onClose={() => setWaiving(false)} />
      ) : null}
    </>
  );
}

function Platform({ platform }: { platform: PlatformAnswer }): ReactElement {
  const { claim, projects, flags, hints, status, reason } = platform;
  const name = platform.platform ?? 'Platform not stated';
  return (
    <div className="card-body">
      <h3>
        {name} <VerdictChip status={status} reason={reason} waived={false} />
      </h3>
      <p>
        {reasonTitle(reason)}
        {claim === null ? null : (
          <>
            {' '}
            Commit <code>{claim.commit.slice(0, 12)}</code>
            {claim.repositoryKey === null ? '' : ` of ${claim.repositoryKey}`}
            {claim.trust === null ? '' : `, by a ${claim.trust} claim`}.
          </>
        )}
      </p>
      {[...flags.map(flagWords), ...hints.map((hint) => hint.message)].map((words) => (
        <p key={words} className="note">
          {words}
        </p>
      ))}
      {projects.length === 0 ? null : (
        <DataTable
          label={`Projects behind the verdict on ${name}`}
          columns={projectColumns}
          rows={projects}
          rowKey={(row) => `${row.integrationId} ${row.projectKey}`}
          empty="No project was analysed."
        />
      )}
    </div>
  );
}

const flagWords = (flag: string): string => (Object.hasOwn(knownFlags, flag) ? knownFlags[flag as Flag] : flag);

const projectColumns: readonly Column<ProjectAnswer>[] = [
  {
    id: 'verdict',
    header: 'Gate',
    phone: 'first',
    cell: (row) => (
      <VerdictChip
        status={row.status}
        reason={row.reason}
        waived={false}
        notEvaluated={row.flags.includes('GATE_NOT_EVALUATED')}
      />
    ),
  },
  {
    id: 'project',
    header: 'Project',
    fixed: true,
    className: 'name-cell',
    cell: (row) => (
      <>
        {row.projectId === null ? (
          row.projectKey
        ) : (
          <Link to="/projects/$id" params={{ id: String(row.projectId) }}>
            {row.projectName ?? row.projectKey}
          </Link>
        )}
        <span className="note">{row.integrationName ?? 'demanded by a rule'}</span>
        {row.projectDeletedAt === undefined ? null : (
          <span className="note">
            project deleted on <Moment at={row.projectDeletedAt} />
          </span>
        )}
      </>
    ),
  },
  {
    id: 'conditions',
    header: 'Conditions',
    cell: (row) => <Conditions project={row} />,
  },
  {
    id: 'analysis',
    header: 'Analysis',
    cell: ({ analysis }) =>
      analysis === null ? (
        <span className="note">none of this commit</span>
      ) : (
        <>
          <Moment at={analysis.analyzedAt} />
          <span className="note">
            {analysis.scope === 'branch' ? 'branch' : 'pull request'} {analysis.branch}
          </span>
        </>
      ),
  },
];

/** Those that decide, then how many are met. */
function Conditions({ project: { analysis, flags } }: { project: ProjectAnswer }): ReactElement {
  const conditions = analysis?.conditions ?? [];
  const deciding = conditions.filter(({ status }) => status === 'ERROR' || status === 'WARN');
  const met = conditions.filter(({ status }) => status === 'OK').length;
  return (
    <>
      {deciding.map(({ metric, name, operator, threshold, actualValue }) => (
        <div key={metric}>
          {name}: {actualValue ?? 'no value'}, {operator === 'LT' ? 'at least' : 'at most'} {threshold}
        </div>
      ))}
      {conditions.length === 0 ? (
        <span className="note">the server said nothing about conditions</span>
      ) : (
        <span className="note">
          {met} of {conditions.length} met
        </span>
      )}
      {flags.map((flag) => (
        <span key={flag} className="note">
          {flagWords(flag)}
        </span>
      ))}
    </>
  );
}

function History({ verdict }: { verdict: VerdictDetail }): ReactElement {
  return (
    <Card title="History of the verdict" note="what was said, and from when to when">
      <DataTable
        label="History of the verdict"
        columns={historyColumns}
        rows={verdict.history}
        rowKey={(row) => row.validFrom}
        empty="Nothing was said yet."
      />
    </Card>
  );
}

const historyColumns: readonly Column<VerdictDetail['history'][number]>[] = [
  {
    id: 'verdict',
    header: 'Verdict',
    phone: 'first',
    cell: (row) => <VerdictChip status={row.status} reason={row.reason} waived={false} />,
  },
  {
    id: 'why',
    header: 'Why',
    fixed: true,
    cell: (row) => (
      <>
        {row.message}
        <code className="note">{row.reason}</code>
      </>
    ),
  },
  { id: 'from', header: 'From', cell: (row) => <Moment at={row.validFrom} /> },
  { id: 'to', header: 'Until', cell: (row) => (row.validTo === null ? 'now' : <Moment at={row.validTo} />) },
];
