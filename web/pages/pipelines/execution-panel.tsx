import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { ExecutionDetail, ExecutionStage } from '../../../src/features/deployments/contract.ts';
import { executionQuery } from '../../api/pipelines.ts';
import { useApi } from '../../app/context.ts';
import { Copyable, External } from '../../components/button.tsx';
import { Tag } from '../../components/chips.tsx';
import { RowLink } from '../../components/data-table.tsx';
import { SidePanel } from '../../components/overlay.tsx';
import { Facts } from '../../components/page.tsx';
import { Loaded, Notice, Skeleton } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';
import { Took } from './executions-card.tsx';
import { StatusChip } from './status-chip.tsx';
import { runWords, triggerWords } from './words.ts';

/** One execution: how it stands, why it failed, stage by stage, what it built and deployed. */
export function ExecutionPanel({ id, onClose }: { id: number; onClose: () => void }): ReactElement {
  const query = useQuery(executionQuery(useApi(), id));
  const run = query.data?.execution;
  return (
    <SidePanel
      title={run === undefined ? 'Execution' : runWords(run)}
      eyebrow={run === undefined ? null : <StatusChip {...run} />}
      wide
      onClose={onClose}
    >
      <Loaded query={query} skeleton={<Skeleton lines={9} />}>
        {(detail) => <Details detail={detail} />}
      </Loaded>
    </SidePanel>
  );
}

function Details({ detail }: { detail: ExecutionDetail }): ReactElement {
  const { execution: run, stages, commits, cutOff } = detail;
  return (
    <>
      {run.isGone ? (
        <Notice kind="info" title="Harness has it no more.">
          What is stored of it stays as it was when it was there.
        </Notice>
      ) : null}
      {run.supersededBy === null ? null : (
        <Notice kind="info" title="A retry took its place.">
          It counts in no figure. <RowLink search={{ run: run.supersededBy }}>See the retry</RowLink>
        </Notice>
      )}
      {run.link === null ? null : (
        <p>
          <External href={run.link}>Open in Harness</External>
        </p>
      )}
      {run.failureMessage === null ? null : (
        <Notice kind="failed" title="Why it failed, in Harness’s words:">
          {run.failureMessage}
        </Notice>
      )}
      <AboutRun detail={detail} />
      <section className="finding-part" aria-label="Stages">
        <h3>Stages</h3>
        {stages.length === 0 ? <p className="note">Harness tells of none.</p> : null}
        <ol className="stages">
          {stages.map((stage) => (
            <Stage key={stage.node} stage={stage} />
          ))}
        </ol>
        {cutOff ? <p className="note">There is more in Harness than is kept here.</p> : null}
      </section>
      <Commits commits={commits} />
    </>
  );
}

function AboutRun({
  detail: { execution: run, previous, abortedBy, repositoryUrl },
}: {
  detail: ExecutionDetail;
}): ReactElement {
  const how = triggerWords[run.triggerType ?? ''] ?? run.triggerType;
  return (
    <Facts
      entries={[
        ['Began', run.startedAt === null ? 'not yet' : <Moment key="b" at={run.startedAt} />],
        ['Ended', run.endedAt === null ? null : <Moment key="e" at={run.endedAt} />],
        ['Took', <Took key="t" run={run} />],
        ['Started', [run.triggeredBy, how].filter((part) => part !== null).join(', ')],
        ['Aborted by', abortedBy],
        ['Branch', run.branch],
        ['Pull request', run.pullRequest],
        ['Repository', repositoryUrl],
        [
          run.isRetry ? 'Retry of' : 'Runs again',
          previous === null ? null : (
            <RowLink key="p" search={{ run: previous }}>
              the run before
            </RowLink>
          ),
        ],
      ]}
    />
  );
}

function Stage({ stage }: { stage: ExecutionStage }): ReactElement {
  const { deployment } = stage;
  return (
    <li className="stage">
      <div className="stage-line">
        <StatusChip {...stage} />
        <strong>{stage.name}</strong>
        {stage.type === null ? null : <span className="note">{stage.type}</span>}
        {stage.isRollback ? <Tag>takes back</Tag> : null}
        {deployment?.rolledBack === true ? <Tag>rolled back</Tag> : null}
        {deployment?.frozen === true ? <Tag>frozen</Tag> : null}
        <span className="stage-took">
          <Took run={stage} />
        </span>
      </div>
      {deployment === null ? null : <Deployed deployment={deployment} />}
      {stage.failureMessage === null ? null : <p className="stage-failure">{stage.failureMessage}</p>}
    </li>
  );
}

function Deployed({ deployment }: { deployment: NonNullable<ExecutionStage['deployment']> }): ReactElement {
  const { service, environment, environmentType, infrastructure, image, tag, digest, version } = deployment;
  const what = image === null ? version : `${image}${tag === null ? '' : `:${tag}`}`;
  return (
    <div className="stage-deployment">
      <p>
        {service ?? 'A service that is not named'} → {environment ?? 'an environment that is not named'}
        <span className="note">
          {[environmentType === 'PreProduction' ? 'pre-production' : environmentType?.toLowerCase(), infrastructure]
            .filter((part) => part != null)
            .map((part) => ` · ${part}`)
            .join('')}
        </span>
      </p>
      {what === null ? <p className="note">Harness does not say what.</p> : <p className="break">{what}</p>}
      {digest === null ? null : <Copyable text={digest} label="the digest" />}
    </div>
  );
}

function Commits({ commits }: { commits: ExecutionDetail['commits'] }): ReactElement | null {
  if (commits.length === 0) return null;
  return (
    <section className="finding-part" aria-label="Commits">
      <h3>Commits</h3>
      <ul className="plain">
        {commits.map(({ sha, message, author }) => (
          <li key={sha}>
            <code>{sha.slice(0, 8)}</code> {message ?? <span className="note">its message is not told</span>}
            {author === null ? null : <span className="note"> {author}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
