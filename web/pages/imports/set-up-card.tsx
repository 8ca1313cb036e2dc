import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { Card } from '../../components/page.tsx';
import { ScannerCommands } from '../bindings/scanner.tsx';
import { Failed, SetUpChip } from './outcome.tsx';
import type { SetUp } from './use-set-up.ts';

/** What became of one repository, and what a pipeline runs for its project. */
export function SetUpCard({ last: { repository, imported, error } }: { last: SetUp }): ReactElement {
  const name = `${repository.project}/${repository.slug}`;
  if (error !== null) {
    return (
      <Card title={`${name} is not set up`} label="Set up" padded>
        <ul className="outcomes">
          <Failed name={name} error={error} />
        </ul>
      </Card>
    );
  }
  if (imported === null) {
    return (
      <Card title={`Setting up ${name}`} label="Set up" padded>
        <progress className="import-progress" aria-label={`Setting up ${name}`} />
      </Card>
    );
  }
  const { binding, already, scanner, pullRequests } = imported;
  return (
    <Card title={`${name} is set up`} label="Set up" padded>
      <p>
        <SetUpChip name={name} /> {already ? 'was set up before as' : 'is'}{' '}
        <Link to="/projects/bindings" search={{ binding: binding.id }}>
          {binding.project.key}
        </Link>
      </p>
      <details open>
        <summary>What a pipeline runs</summary>
        <ScannerCommands commands={scanner} pullRequests={pullRequests} />
      </details>
    </Card>
  );
}
