import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { integrationsQuery } from '../../api/integrations.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { EmptyState } from '../../components/states.tsx';

/** Before the first project is known: either nothing is connected, or the first run is about to tell. */
export function NothingYet(): ReactElement {
  const integrations = useQuery(integrationsQuery(useApi(), {}));
  const mayAdd = useCan('integrations:write');
  const first = integrations.data?.integrations[0];
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
  return (
    <EmptyState
      title="Connect a SonarQube server to see open vulnerabilities"
      drawing={<Preview />}
      action={
        mayAdd ? (
          <Link to="/integrations/available" className="button primary">
            Add integration
          </Link>
        ) : (
          <p className="note">An administrator can add one.</p>
        )
      }
    >
      This page shows open vulnerabilities by severity, now and over six months, what was created and resolved, and
      every finding with a link into SonarQube. The first numbers appear within minutes.
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
