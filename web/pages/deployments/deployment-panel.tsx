import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import type { Deployment, DeploymentDetail } from '../../../src/features/deployments/contract.ts';
import { deploymentQuery } from '../../api/deployments.ts';
import { useApi } from '../../app/context.ts';
import { External } from '../../components/button.tsx';
import { Tag } from '../../components/chips.tsx';
import { RowLink } from '../../components/data-table.tsx';
import { SidePanel } from '../../components/overlay.tsx';
import { Facts } from '../../components/page.tsx';
import { Loaded, Notice } from '../../components/states.tsx';
import { Ago, Moment } from '../../components/time.tsx';
import { formatDuration } from '../../words/times.ts';
import { useVerdicts, VerdictCell } from '../policy/verdict-cell.tsx';
import { TraceStrip } from '../trace/trace-strip.tsx';
import { StateChip } from './state-chip.tsx';
import { doubtWords, environmentName, environmentWords, scopeWords, serviceName, whatRan } from './words.ts';

export function DeploymentPanel({ id, onClose }: { id: number; onClose: () => void }): ReactElement {
  const query = useQuery(deploymentQuery(useApi(), id));
  const deployment = query.data?.deployment;
  return (
    <SidePanel
      title={deployment === undefined ? 'Deployment' : `${serviceName(deployment)} ${whatRan(deployment)}`}
      eyebrow={deployment === undefined ? 'Deployment' : environmentName(deployment)}
      onClose={onClose}
    >
      <Loaded query={query}>{(detail) => <Detail detail={detail} />}</Loaded>
    </SidePanel>
  );
}

function Detail({ detail: { deployment, place, run, before, history } }: { detail: DeploymentDetail }): ReactElement {
  const { link, integration } = deployment;
  return (
    <div className="deployment-detail">
      <p className="chips">
        <StateChip deployment={deployment} />
        {deployment.runsNow ? <Tag>runs now</Tag> : null}
        {deployment.superseded ? <Tag>a retry took its place</Tag> : null}
        {deployment.takesBack ? <Tag>takes back another</Tag> : null}
      </p>
      {place.doubt === null ? null : (
        <Notice kind={place.doubt.includes('failed') ? 'failed' : 'warning'}>
          What runs here now is not certain. {doubtWords[place.doubt][3]}
        </Notice>
      )}
      <What deployment={deployment} />
      <Facts
        entries={[
          ['Environment', environmentWords(deployment)],
          ['Infrastructure', deployment.infrastructure],
          ['Began', deployment.startedAt === null ? null : <Moment key="s" at={deployment.startedAt} />],
          ['Ended', deployment.endedAt === null ? null : <Moment key="e" at={deployment.endedAt} />],
          ['Took', tookWords(deployment)],
          ['Taken back', deployment.rolledBackAt === null ? null : <Moment key="r" at={deployment.rolledBackAt} />],
          [integration === null ? 'Reported by' : 'Read from', deployment.reportedBy ?? scopeWords(deployment)],
          [integration === null ? 'Key' : 'Stage', <code key="k">{deployment.key}</code>],
          ['Pipeline', run === null ? null : <RunLink key="p" run={run} />],
          [
            'What ran before',
            before === null ? (
              'nothing known'
            ) : (
              <RowLink key="b" search={{ deployment: before.id }}>
                {whatRan(before)}
              </RowLink>
            ),
          ],
        ]}
      />
      {link === null ? null : (
        <External href={link}>{integration === null ? 'Open the pipeline’s run' : 'Open in Harness'}</External>
      )}
      <TraceStrip of={`deployment:${deployment.id}`} plain />
      <h3>Here before and since</h3>
      <ol className="place-history">
        {history.map((one) => (
          <li key={one.id} aria-current={one.id === deployment.id ? 'true' : undefined}>
            <StateChip deployment={one} />
            <RowLink search={{ deployment: one.id }}>{whatRan(one)}</RowLink>
            <span className="note">
              <Ago at={one.at} />
              {one.runsNow ? ', runs now' : ''}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function RunLink({ run }: { run: NonNullable<DeploymentDetail['run']> }): ReactElement {
  const { id, integrationId, organization, project, pipeline, name, number } = run;
  return (
    <Link
      to="/deployments/pipelines/$integration/$organization/$project/$pipeline"
      params={{ integration: String(integrationId), organization, project, pipeline }}
      search={{ run: id }}
    >
      {name}
      {number === null ? '' : ` #${number}`}
    </Link>
  );
}

function tookWords({ startedAt, endedAt }: Deployment): string | null {
  if (startedAt === null || endedAt === null) return null;
  return formatDuration(Date.parse(endedAt) - Date.parse(startedAt));
}

/** Image, what the policy says of it, and the commit. */
function What({ deployment }: { deployment: Deployment }): ReactElement {
  const { image, version, commit } = deployment;
  const ids = image?.ids.slice(0, 1) ?? [];
  const verdicts = useVerdicts(ids);
  const [stored] = ids;
  return (
    <Facts
      entries={[
        ['Image', image === null ? null : <ImageName image={image} stored={stored} />],
        ['Verdict', image === null ? null : verdictWords(image, stored, verdicts)],
        ['Version', version],
        ['Commit', commit === null ? 'not told' : <code key="c">{commit}</code>],
      ]}
    />
  );
}

function ImageName({
  image: { reference, digest },
  stored,
}: {
  image: NonNullable<Deployment['image']>;
  stored: number | undefined;
}): ReactElement {
  const name = (
    <code>
      {reference ?? ''}
      {digest === null ? '' : `${reference === null ? '' : '@'}${digest}`}
    </code>
  );
  return stored === undefined ? (
    name
  ) : (
    <Link to="/images/$id" params={{ id: String(stored) }}>
      {name}
    </Link>
  );
}

function verdictWords(
  { digest }: NonNullable<Deployment['image']>,
  stored: number | undefined,
  verdicts: ReturnType<typeof useVerdicts>,
): ReactNode {
  if (stored !== undefined) return <VerdictCell verdicts={verdicts} imageId={stored} />;
  return digest === null
    ? 'not known: nobody told the digest, and a tag may have moved'
    : 'not known: no registry that is connected has this image';
}
