import type { ReactElement } from 'react';
import type { CapabilityAnswer } from '../../../src/features/integrations/contract.ts';
import { groupAbilities } from './check-summary.ts';
import { Folded } from './folded.tsx';

const titles = (list: readonly CapabilityAnswer[]): string => list.map((one) => one.title).join(', ');

/** What a credential lacks stands open; what it can do folds to one line, and what was not tried is neither. */
export function Abilities({ capabilities }: { capabilities: readonly CapabilityAnswer[] }): ReactElement {
  const { lacking, available, untried } = groupAbilities(capabilities);
  const heading = 'What this token can do on this server';
  return (
    <section className="abilities" aria-label={heading}>
      <h3>{heading}</h3>
      {lacking.length === 0 ? null : (
        <ol className="checks" aria-label="What it cannot do">
          {lacking.map(({ name, title, lost, leastPermission }) => (
            <li key={name} className="check warning">
              <span className="check-mark" aria-hidden="true">
                ✕
              </span>
              <strong>
                <span className="unseen">Not available: </span>
                {title}
              </strong>
              {lost === undefined ? null : <p>{lost}</p>}
              {leastPermission === undefined ? null : <p className="remedy">It needs: {leastPermission}.</p>}
            </li>
          ))}
        </ol>
      )}
      {available.length === 0 ? null : (
        <Folded mark="ok" line={`${available.length} of ${capabilities.length} available`}>
          <p>{titles(available)}.</p>
        </Folded>
      )}
      {untried.length === 0 ? null : (
        <p className="note abilities-untried">
          <span aria-hidden="true">? </span>Not tried, because an earlier check failed or there was nothing to try with:{' '}
          {titles(untried)}.
        </p>
      )}
    </section>
  );
}
