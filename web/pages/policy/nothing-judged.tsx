import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import type { PolicyOverview } from '../../../src/features/policy/contract.ts';
import { useCan } from '../../app/session.ts';
import { EmptyState } from '../../components/states.tsx';

type Setup = PolicyOverview['setup'];

const steps: readonly { text: ReactNode; done: (setup: Setup) => boolean }[] = [
  { text: 'Connect SonarQube and switch its webhook on.', done: (setup) => setup.sonarqubeIntegrations > 0 },
  {
    text: 'Analyse a commit. Analyses from before the integration was made count too.',
    done: (setup) => setup.analysedCommits,
  },
  { text: 'Connect the registry your images are pushed to.', done: (setup) => setup.registryIntegrations > 0 },
  {
    text: (
      <>
        Push an image that names its commit: <code>docker buildx build --push -t registry/repository:tag .</code>
      </>
    ),
    done: (setup) => setup.images,
  },
];

/** Why there is no verdict yet, and the one thing to do now. */
export function NothingJudged({ setup }: { setup: Setup }): ReactElement {
  return (
    <EmptyState title="No verdicts yet" action={<NextStep next={setup.next} />}>
      <p>
        An image is judged by the quality gates of the commit it was built from. Needed for that, in this order; a
        verdict follows by itself.
      </p>
      <ol className="steps-done">
        {steps.map(({ text, done }, place) => (
          <li key={place}>
            {text} <span className="note">{done(setup) ? '✓ done' : 'to do'}</span>
          </li>
        ))}
      </ol>
    </EmptyState>
  );
}

function NextStep({ next }: { next: Setup['next'] }): ReactElement | null {
  const mayAdd = useCan('integrations:write');
  if (next === 'connect_sonarqube' || next === 'connect_registry') {
    if (!mayAdd) return <p className="note">An administrator can add an integration.</p>;
    const kind = next === 'connect_sonarqube' ? 'sonarqube' : 'oci-registry';
    return (
      <Link to="/integrations/add/$kind" params={{ kind }} className="button primary">
        {next === 'connect_sonarqube' ? 'Connect SonarQube' : 'Connect a registry'}
      </Link>
    );
  }
  if (next === null) return <p className="note">The images are being judged. This takes a few seconds.</p>;
  return (
    <Link to="/integrations" className="button primary">
      {next === 'analyse' ? 'See what was read' : 'See the registry'}
    </Link>
  );
}
