import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { RunningList } from '../../../src/features/running/contract.ts';
import { useCan } from '../../app/session.ts';
import { EmptyState } from '../../components/states.tsx';

type Setup = RunningList['setup'];

const steps: readonly { text: string; done: keyof Setup }[] = [
  { text: 'Connect Harness, or report deployments from any pipeline: that says what runs.', done: 'deployments' },
  { text: 'Connect the registry of the images: they say which commit they were built from.', done: 'registries' },
  { text: 'Connect SonarQube: its quality gates say whether that commit passed.', done: 'sonarqube' },
];

/** What this page will show, and the one thing to do now. */
export function NothingRuns({ setup }: { setup: Setup }): ReactElement {
  return (
    <EmptyState title="Nothing is known to run yet" action={<NextStep setup={setup} />}>
      <p>Here stands which images run where, and whether the quality gate of their commit passed. Needed for that:</p>
      <ol className="steps-done">
        {steps.map(({ text, done }) => (
          <li key={done}>
            {text} <span className="note">{setup[done] ? '✓ done' : 'to do'}</span>
          </li>
        ))}
      </ol>
    </EmptyState>
  );
}

function NextStep({ setup }: { setup: Setup }): ReactElement {
  const mayAdd = useCan('integrations:write');
  const kind = !setup.deployments
    ? 'harness'
    : !setup.registries
      ? 'oci-registry'
      : !setup.sonarqube
        ? 'sonarqube'
        : null;
  if (kind === null)
    return (
      <Link to="/help/$" params={{ _splat: 'deployments' }} className="button primary">
        Report deployments
      </Link>
    );
  if (!mayAdd) return <p className="note">An administrator can add an integration.</p>;
  return (
    <Link to="/integrations/add/$kind" params={{ kind }} className="button primary">
      Connect {kind === 'harness' ? 'Harness' : kind === 'sonarqube' ? 'SonarQube' : 'a registry'}
    </Link>
  );
}
