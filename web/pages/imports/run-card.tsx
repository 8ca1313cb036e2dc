import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { Button } from '../../components/button.tsx';
import { Chip } from '../../components/chips.tsx';
import { Card } from '../../components/page.tsx';
import { Upstream } from '../../components/states.tsx';
import { countOf } from '../../words/numbers.ts';
import { ScannerCommands } from '../bindings/scanner.tsx';
import type { ImportRun, Outcome } from './use-import.ts';

/** How far an import is, failures on top, and what a pipeline runs for each project. */
export function RunCard({ run, onStop }: { run: ImportRun; onStop: () => void }): ReactElement {
  const { total, outcomes, running } = run;
  const failed = outcomes.filter(({ error }) => error !== null);
  const done = outcomes.filter(({ imported }) => imported !== null);
  return (
    <Card
      title={running ? `Setting up ${outcomes.length + 1} of ${total}` : summary(run, failed.length)}
      label="Import"
      padded
      actions={running && total > 1 ? <Button onClick={onStop}>Stop after this one</Button> : null}
    >
      <progress className="import-progress" max={total} value={outcomes.length} aria-label="Repositories set up" />
      <ul className="outcomes">
        {[...failed, ...done].map((outcome) => (
          <OneOutcome key={outcome.repository.id} outcome={outcome} open={total === 1} />
        ))}
      </ul>
    </Card>
  );
}

function summary({ total, outcomes }: ImportRun, failed: number): string {
  const good = outcomes.length - failed;
  const left = total - outcomes.length;
  return [
    `${countOf(good, 'repository', 'repositories')} set up`,
    ...(failed === 0 ? [] : [`${failed} not`]),
    ...(left === 0 ? [] : [`${left} left out`]),
  ].join(', ');
}

function OneOutcome({
  outcome: { repository, imported, error },
  open,
}: {
  outcome: Outcome;
  open: boolean;
}): ReactElement {
  const name = `${repository.project}/${repository.slug}`;
  if (imported === null) {
    return (
      <li>
        <Chip tone="failed" glyph="✕">
          {name}
        </Chip>{' '}
        {error?.message} {error?.remedy} <code>{error?.code}</code>
        <Upstream text={error?.upstream} />
      </li>
    );
  }
  const { binding, already, scanner, pullRequests } = imported;
  return (
    <li>
      <Chip tone="passed" glyph="✓">
        {name}
      </Chip>{' '}
      {already ? 'was set up before as' : 'is'}{' '}
      <Link to="/projects/bindings" search={{ binding: binding.id }}>
        {binding.project.key}
      </Link>
      <details open={open}>
        <summary>What a pipeline runs</summary>
        <ScannerCommands commands={scanner} pullRequests={pullRequests} />
      </details>
    </li>
  );
}
