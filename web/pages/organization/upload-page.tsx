import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactElement, useId, useState } from 'react';
import type {
  CheckedPeople,
  Mapping,
  PeopleProblem,
  SavedPeople,
  Upload,
} from '../../../src/features/teams/contract.ts';
import { ApiError } from '../../api/api-error.ts';
import { sendPeople } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { Card, Page } from '../../components/page.tsx';
import { EmptyState, MutationError, Notice } from '../../components/states.tsx';
import '../../styles/organization.css';
import { countOf, formatBytes } from '../../words/numbers.ts';
import { ChangeCard } from './change-card.tsx';
import { MappingCard } from './mapping-card.tsx';
import { ProblemsCard } from './problems-card.tsx';

const mostBytes = 32 * 1024 * 1024;

/** A file of people: sent, its columns chosen, everything wrong with it said, and only then saved. */
export function UploadPage(): ReactElement {
  const mayWrite = useCan('people:write');
  return (
    <Page title="Upload people" parent={<Link to="/organization/people">People</Link>}>
      {mayWrite ? (
        <Steps />
      ) : (
        <EmptyState title="You may not upload people">An administrator can do it, or give you the role.</EmptyState>
      )}
    </Page>
  );
}

function Steps(): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [sent, setSent] = useState(0);
  const [mapping, setMapping] = useState<Mapping | null>(null);
  const check = useMutation({
    mutationFn: ({ upload, chosen }: { upload: Upload; chosen: Mapping }) =>
      api.send<CheckedPeople>('POST', `api/v1/people/uploads/${upload.id}/check`, { mapping: chosen }),
  });
  const send = useMutation({
    mutationFn: (chosen: File) => sendPeople(api, chosen, setSent),
    onSuccess: (upload) => {
      setMapping(upload.mapping);
      check.mutate({ upload, chosen: upload.mapping });
    },
  });
  const save = useMutation({
    mutationFn: ({ upload, chosen }: { upload: Upload; chosen: Mapping }) =>
      api.send<SavedPeople>('POST', `api/v1/people/uploads/${upload.id}/save`, { mapping: chosen }),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['people'] }),
        client.invalidateQueries({ queryKey: ['org-trees'] }),
      ]),
  });
  const choose = (chosen: File | null): void => {
    setFile(chosen);
    setMapping(null);
    setSent(0);
    for (const one of [send, check, save]) one.reset();
    if (chosen !== null && chosen.size <= mostBytes) send.mutate(chosen);
  };
  const upload = send.data;
  if (save.data !== undefined) return <Saved change={save.data.change} />;
  const change = (next: Mapping): void => {
    setMapping(next);
    if (upload !== undefined) check.mutate({ upload, chosen: next });
  };
  return (
    <>
      <ChooseFile file={file} sent={send.isPending ? sent : null} onChoose={choose} />
      <Refused error={send.error} />
      {upload === undefined || mapping === null ? null : (
        <>
          {check.data === undefined || check.isPending || check.data.change !== null ? null : (
            <ProblemsCard problems={check.data.problems} />
          )}
          <MappingCard upload={upload} mapping={mapping} onChange={change} />
          <MutationError error={check.error} />
          {check.isPending ? <Working words={`Checking ${countOf(upload.rows, 'row')}`} /> : null}
          {check.data === undefined || check.isPending || check.data.change === null ? null : (
            <ChangeCard change={check.data.change}>
              <MutationError error={save.error} />
              {save.isPending ? <Working words={`Saving ${countOf(upload.rows, 'person', 'people')}`} /> : null}
              <Button look="primary" busy={save.isPending} onClick={() => save.mutate({ upload, chosen: mapping })}>
                Save
              </Button>
            </ChangeCard>
          )}
        </>
      )}
    </>
  );
}

function ChooseFile({
  file,
  sent,
  onChoose,
}: {
  file: File | null;
  /** How much of it is on its way; null: it is not being sent. */
  sent: number | null;
  onChoose: (file: File | null) => void;
}): ReactElement {
  const id = useId();
  const tooLarge = file !== null && file.size > mostBytes;
  return (
    <Card title="The file" padded>
      <div className="field">
        <label htmlFor={id}>CSV file of everybody</label>
        <input
          id={id}
          className="input"
          type="file"
          accept=".csv,text/csv"
          aria-describedby={`${id}-help`}
          onChange={(event) => {
            onChoose(event.target.files?.[0] ?? null);
          }}
        />
        <p className="field-help" id={`${id}-help`}>
          UTF-8, a line of column names, one line for each person. Whoever is not in it any more leaves. Nothing is
          saved before you say so.
        </p>
      </div>
      {tooLarge ? (
        <Notice kind="failed" title="The file is too large.">
          It has {formatBytes(file.size)}, the limit is 32 MB. Leave out columns that are not needed.
        </Notice>
      ) : null}
      {sent === null || file === null ? null : (
        <Working
          words={`Sending ${file.name}, ${formatBytes(Math.min(sent, file.size))} of ${formatBytes(file.size)}`}
          share={file.size === 0 ? undefined : Math.min(1, sent / file.size)}
        />
      )}
    </Card>
  );
}

function Working({ words, share }: { words: string; share?: number | undefined }): ReactElement {
  return (
    // How far it is is there to be looked at; said with every step it would drown everything else.
    <output className="working" aria-live={share === undefined ? undefined : 'off'}>
      <progress aria-label={words} value={share} />
      <span>{words}</span>
    </output>
  );
}

/** What is wrong with the line of names is said like all that is wrong. */
function Refused({ error }: { error: Error | null }): ReactElement | null {
  const errors = error instanceof ApiError ? error.details['errors'] : undefined;
  return Array.isArray(errors) ? (
    <ProblemsCard problems={errors as PeopleProblem[]} />
  ) : (
    <MutationError error={error} />
  );
}

function Saved({ change: { added, changed, left, unchanged } }: SavedPeople): ReactElement {
  return (
    <EmptyState
      title="The people are saved"
      action={
        <Link to="/organization/people" className="button primary">
          See them
        </Link>
      }
    >
      {added} added, {changed} changed, {left} left, {unchanged} as before.{' '}
      <Link to="/organization/trees">Org trees</Link> show what this changes in them.
    </EmptyState>
  );
}
