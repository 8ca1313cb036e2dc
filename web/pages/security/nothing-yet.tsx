import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { IntegrationAnswer } from '../../../src/features/integrations/contract.ts';
import { integrationsQuery } from '../../api/integrations.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { EmptyState } from '../../components/states.tsx';
import { NothingOfTeams } from '../scope/nothing-of-teams.tsx';
import { useOwnTeams } from '../scope/scope-words.ts';

/** What a page shows once there are projects. */
interface Shows {
  /** `open vulnerabilities`: what a server is connected for. */
  see: string;
  /** What appears in its place. */
  here: string;
  /** The page as a whole. */
  page: string;
}

const vulnerabilities: Shows = {
  see: 'open vulnerabilities',
  here: 'Open vulnerabilities by severity, now and over six months, appear here.',
  page: 'This page shows open vulnerabilities by severity, now and over six months, what was created and resolved, and every finding with a link into SonarQube.',
};

/** Before the first project is known: nothing is connected, or nothing that has projects, or the first run is about to tell. */
export function NothingYet({ shows = vulnerabilities }: { shows?: Shows }): ReactElement | null {
  const integrations = useQuery(integrationsQuery(useApi(), {}));
  const mayAdd = useCan('integrations:write');
  const own = useOwnTeams();
  if (own !== undefined) {
    return (
      <NothingOfTeams own={own} none="No project" drawing={<Preview />}>
        {shows.here}
      </NothingOfTeams>
    );
  }
  if (integrations.isPending) return null;
  const all = integrations.data?.integrations ?? [];
  const first = all.find(({ kind }) => kind === 'sonarqube');
  const [other] = all;
  if (first === undefined && other !== undefined) return <NoScanner kinds={all} mayAdd={mayAdd} />;
  if (first !== undefined) {
    return (
      <EmptyState
        title="No project has been read yet"
        drawing={<Preview />}
        action={
          <Link to="/integrations/$id/monitoring" params={{ id: String(first.id) }} className="button primary">
            Look at the runs of {first.name}
          </Link>
        }
      >
        Numbers appear here while the first run goes on. If it has ended, its row says what it could not read.
      </EmptyState>
    );
  }
  return <NothingConnected shows={shows} mayAdd={mayAdd} />;
}

/** Registries tell of images, not of vulnerabilities in code. */
function NoScanner({ kinds, mayAdd }: { kinds: readonly IntegrationAnswer[]; mayAdd: boolean }): ReactElement {
  const names = kinds.map(({ name }) => name);
  const more = names.length - 3;
  const list = more > 0 ? `${names.slice(0, 3).join(', ')} and ${more} more` : names.join(', ');
  return (
    <EmptyState
      title="Connect a SonarQube server next"
      drawing={<Preview />}
      action={
        <div className="empty-actions">
          <AddSonarqube mayAdd={mayAdd} />
          <Link to="/images" className="button">
            Look at the images
          </Link>
        </div>
      }
    >
      So far only {kinds[0]?.kindTitle ?? 'another system'} is connected ({list}). It tells of images and what they were
      built from; vulnerabilities in code, quality gates and the verdicts on images come from SonarQube.
    </EmptyState>
  );
}

function AddSonarqube({ mayAdd }: { mayAdd: boolean }): ReactElement {
  return mayAdd ? (
    <Link to="/integrations/add/$kind" params={{ kind: 'sonarqube' }} className="button primary">
      Connect SonarQube
    </Link>
  ) : (
    <p className="note">An administrator can connect one.</p>
  );
}

function NothingConnected({ shows, mayAdd }: { shows: Shows; mayAdd: boolean }): ReactElement {
  return (
    <EmptyState
      title={`Connect a SonarQube server to see ${shows.see}`}
      drawing={<Preview />}
      action={<AddSonarqube mayAdd={mayAdd} />}
    >
      {shows.page} The first numbers appear within minutes.
    </EmptyState>
  );
}

function Preview(): ReactElement {
  const heights = [62, 66, 64, 58, 55, 57, 50, 46, 48, 41, 38, 34];
  return (
    <svg className="empty-drawing" viewBox="0 0 240 80" aria-hidden="true">
      {heights.map((height, index) => (
        <g key={index} transform={`translate(${index * 20 + 3},0)`}>
          <rect y={80 - height} width="14" height={height * 0.5} fill="var(--low-fill)" />
          <rect y={80 - height * 0.5} width="14" height={height * 0.3} fill="var(--medium-fill)" />
          <rect y={80 - height * 0.2} width="14" height={height * 0.14} fill="var(--high-fill)" />
          <rect y={80 - height * 0.06} width="14" height={height * 0.06} fill="var(--critical-fill)" />
        </g>
      ))}
    </svg>
  );
}
