import { type ReactElement, useState } from 'react';
import type { ImportInput, ImportRepository } from '../../../src/features/repositories/contract.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox, TextField } from '../../components/form.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { ReportSwitches, type Switches, usual } from '../bindings/how-bound.tsx';

type Details = Pick<ImportInput, 'key' | 'name' | 'mainBranch' | 'mono' | 'prefix'> & Switches;

const filled = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim());

const keyProblem = (key: string): string | undefined =>
  key.trim() === '' || (/^[A-Za-z0-9\-_.:]{1,400}$/.test(key.trim()) && /\D/.test(key.trim()))
    ? undefined
    : 'Letters, digits, and any of - _ . : with at least one that is no digit.';

/** One repository, with names of a person’s own. */
export function SetUpDialog({
  repository,
  onClose,
  onSetUp,
}: {
  repository: ImportRepository;
  onClose: () => void;
  onSetUp: (details: Details) => void;
}): ReactElement {
  const [key, setKey] = useState('');
  const [name, setName] = useState('');
  const [mainBranch, setMainBranch] = useState('');
  const [mono, setMono] = useState(repository.projects.length > 0);
  const [prefix, setPrefix] = useState('');
  const { annotations, buildStatus, summaryComment } = usual;
  const [switches, setSwitches] = useState<Switches>({ annotations, buildStatus, summaryComment });
  const act = (): void => {
    if (keyProblem(key) !== undefined) return;
    const details = { key: filled(key), name: filled(name), mainBranch: filled(mainBranch) };
    onSetUp({ ...details, ...switches, mono, prefix: mono ? prefix.trim() : '' });
  };
  return (
    <DialogBox
      title={`Set up ${repository.project}/${repository.slug}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" onClick={act}>
            Set up
          </Button>
        </>
      }
    >
      <TextField
        label="Project key"
        optional
        help="Empty means by the rule above the list."
        error={keyProblem(key)}
        value={key}
        onChange={(event) => setKey(event.target.value)}
      />
      <TextField
        label="Project name"
        optional
        placeholder={repository.name}
        help="Empty means the name of the repository."
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label="Main branch"
        optional
        help="Empty means the default branch of the repository."
        value={mainBranch}
        onChange={(event) => setMainBranch(event.target.value)}
      />
      <Checkbox label="Mono repository: several projects are of it" checked={mono} onChange={setMono} />
      {mono ? (
        <TextField
          label="Folder"
          placeholder="services/ledger"
          help="Of the repository that the project is of; its analysis is limited to it."
          value={prefix}
          onChange={(event) => setPrefix(event.target.value)}
        />
      ) : null}
      <ReportSwitches value={switches} onChange={(change) => setSwitches({ ...switches, ...change })} />
    </DialogBox>
  );
}
