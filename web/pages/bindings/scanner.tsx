import { type ReactElement, useState } from 'react';
import type { ScannerCommands as Commands } from '../../../src/features/repositories/contract.ts';
import { CopyButton } from '../../components/button.tsx';
import { Segmented } from '../../components/form.tsx';

const scanners = [
  { value: 'maven', label: 'Maven' },
  { value: 'gradle', label: 'Gradle' },
  { value: 'dotnet', label: '.NET' },
  { value: 'cli', label: 'Command line' },
] as const;

/** What a pipeline runs, for the build tool a person has. */
export function ScannerCommands({
  commands,
  pullRequests,
}: {
  commands: Commands;
  pullRequests: boolean | null;
}): ReactElement {
  const [scanner, setScanner] = useState<keyof Commands>('maven');
  return (
    <div className="scanner">
      <div className="scanner-head">
        <Segmented label="Scanner" value={scanner} choices={[...scanners]} onChoose={setScanner} />
        <CopyButton text={commands[scanner]} />
      </div>
      {/* A command may be wider than its place: it is reached and scrolled by keyboard, too. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className="command" tabIndex={0}>
        {commands[scanner]}
      </pre>
      <p className="note">
        {pullRequests === false
          ? 'This server analyses no pull requests. Parameters for one come from “plumbline pr scan-args”.'
          : 'For a pull request, with the names of your pipeline’s own variables. Leave the three pullrequest parameters out for a branch.'}
      </p>
    </div>
  );
}
