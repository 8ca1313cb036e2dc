import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { FindingDetail } from '../../../src/features/code-quality/contract.ts';
import { findingQuery } from '../../api/findings.ts';
import { useApi } from '../../app/context.ts';
import { External, IconButton } from '../../components/button.tsx';
import { SeverityBadge } from '../../components/chips.tsx';
import { SidePanel } from '../../components/overlay.tsx';
import { Facts } from '../../components/page.tsx';
import { Loaded, Notice, Skeleton } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';
import { assetTypeLabel, levelWords, severityLabel } from '../../words/labels.ts';
import { RuleText } from './rule-text.tsx';
import { historyLabel, levelReasons, qualityLabel, standingWords, stateLabel, typeLabel } from './words.ts';

interface PanelProps {
  id: number;
  counting: 'other' | undefined;
  /** The rows of the page, so that one leads to the next. */
  ids: readonly number[];
  onOpen: (id: number) => void;
  onClose: () => void;
}

/** One finding: where it is, why it has its level, what its rule says, and what happened to it. */
export function FindingPanel({ id, counting, ids, onOpen, onClose }: PanelProps): ReactElement {
  const query = useQuery(findingQuery(useApi(), id, { counting }));
  const { data } = query;
  return (
    <SidePanel
      title={data?.message ?? 'Finding'}
      eyebrow={
        <span className="finding-eyebrow">
          {data === undefined ? null : <SeverityBadge severity={data.severity} />}
          <Steps id={id} ids={ids} onOpen={onOpen} />
        </span>
      }
      onClose={onClose}
    >
      <Loaded query={query} skeleton={<Skeleton lines={9} />}>
        {(finding) => <Details finding={finding} />}
      </Loaded>
    </SidePanel>
  );
}

function Steps({ id, ids, onOpen }: Pick<PanelProps, 'id' | 'ids' | 'onOpen'>): ReactElement | null {
  const at = ids.indexOf(id);
  if (at === -1) return null;
  const to = (step: number): (() => void) => {
    const next = ids[at + step];
    return () => (next === undefined ? undefined : onOpen(next));
  };
  return (
    <span className="finding-steps">
      <IconButton icon="up" label="Previous finding" disabled={at === 0} onClick={to(-1)} />
      <IconButton icon="down" label="Next finding" disabled={at === ids.length - 1} onClick={to(1)} />
    </span>
  );
}

function Details({ finding }: { finding: FindingDetail }): ReactElement {
  const { standing, path, line } = finding;
  return (
    <>
      {standing === 'counts' ? null : (
        <Notice kind="info" title="It is in no number over all projects.">
          {standingWords[standing]}
        </Notice>
      )}
      {finding.link === null ? (
        <p className="note">Its integration has no address to open it at.</p>
      ) : (
        <p>
          <External href={finding.link}>Open in SonarQube</External>
        </p>
      )}
      <Facts
        entries={[
          [
            'File',
            path === null ? 'Of the whole project' : <code key="f">{line === null ? path : `${path}:${line}`}</code>,
          ],
          [
            'Project',
            <Link key="p" to="/projects/$id" params={{ id: String(finding.project.id) }}>
              {finding.project.name}
            </Link>,
          ],
          [finding.branch.kind === 'branch' ? 'Branch' : 'Pull request', finding.branch.name],
          ['Status', stateLabel[finding.state]],
          ['Type', typeLabel[finding.type]],
        ]}
      />
      <section className="finding-part" aria-label="Why this level">
        <h3>Why {severityLabel[finding.severity]}</h3>
        <p className="note">Level in SonarQube: {levelWords(finding)}</p>
        <ol className="reasons">
          {levelReasons(finding).map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ol>
      </section>
      <RuleText rule={finding.rules} ruleKey={finding.rule} integration={finding.integration} />
      <History finding={finding} />
      <MoreFacts finding={finding} />
    </>
  );
}

function MoreFacts({ finding }: { finding: FindingDetail }): ReactElement {
  return (
    <section className="finding-part" aria-label="More facts">
      <h3>More facts</h3>
      <Facts
        entries={[
          ['Key', <code key="k">{finding.key}</code>],
          ['Vulnerability ID', <code key="v">{finding.vulnerabilityId}</code>],
          ['Software quality', finding.qualities.map((quality) => qualityLabel[quality]).join(', ')],
          ['Author', finding.author],
          ['Assignee', finding.assignee],
          ['Tags', finding.tags.join(', ')],
          ['Asset type', assetTypeLabel[finding.assetType]],
          ['Created', <Moment key="c" at={finding.createdAt} />],
          ['Updated', <Moment key="u" at={finding.updatedAt} />],
          ['Closed', finding.closedAt === null ? null : <Moment key="x" at={finding.closedAt} />],
          ['Read through', finding.integration?.name],
        ]}
      />
    </section>
  );
}

function History({ finding }: { finding: FindingDetail }): ReactElement {
  return (
    <section className="finding-part" aria-label="History">
      <h3>History</h3>
      <ol className="finding-history">
        {finding.history.map((event) => (
          <li key={`${event.at} ${event.what}`}>
            <Moment at={event.at} />
            <span>
              {historyLabel[event.what]}
              <span className="note">
                {' '}
                {event.what === 'gone' || event.what === 'closed'
                  ? ''
                  : `${typeLabel[event.type]}, ${severityLabel[event.severity]} (${event.sourceLevel})`}
                {event.basis === 'observed' ? ' · seen between two readings' : ''}
              </span>
            </span>
          </li>
        ))}
      </ol>
      <p className="note">
        Creation and closing carry the server’s own dates. What lies between was seen by comparing readings, from the
        first one on; who changed it is in SonarQube.
      </p>
    </section>
  );
}
