import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { HeldAbsence, Run } from '../../../src/features/ingestion/contract.ts';
import { heldQuery } from '../../api/runs.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { Card } from '../../components/page.tsx';
import { MutationError, Notice, Pending } from '../../components/states.tsx';
import { Ago, Moment } from '../../components/time.tsx';
import { countOf, formatCount } from '../../words/numbers.ts';
import { heldPlace, rowsOf } from './run-words.ts';

/** What disappeared in large numbers and waits for a person; nothing where nothing does. */
export function HeldCard({ id }: { id: string }): ReactElement | null {
  const { data, error } = useQuery(heldQuery(useApi(), id));
  const [asked, ask] = useState<HeldAbsence>();
  const may = useCan('runs:write');
  if (data === undefined) return error === null ? <Pending /> : null;
  if (data.total === 0) return null;
  const more = data.total - data.held.length;
  return (
    <Card
      title="Held back"
      note="too much disappeared at once, so nothing of it is marked as gone yet"
      footer={more > 0 ? <span className="note">and {countOf(more, 'more list')}</span> : undefined}
    >
      <div className="card-body notices">
        {data.held.map((held) => (
          <Notice
            key={held.id}
            kind="warning"
            title={`${formatCount(held.missing)} of ${rowsOf(held.stream, held.before)} are missing${heldPlace(held)}.`}
            action={
              may && held.confirmedAt === null ? (
                <Button onClick={() => ask(held)}>Confirm they are gone</Button>
              ) : undefined
            }
          >
            <Examples held={held} /> Missing since <Ago at={held.heldAt} />.{' '}
            {held.confirmedAt === null ? (
              <>
                When the same are missing after <Moment at={held.confirmsAt} />, that confirms it; named again, they
                stay.
              </>
            ) : (
              <>
                {held.confirmedBy} confirmed it <Ago at={held.confirmedAt} />; the next reading marks them.
              </>
            )}
          </Notice>
        ))}
      </div>
      {asked === undefined ? null : <ConfirmDialog held={asked} id={id} onClose={() => ask(undefined)} />}
    </Card>
  );
}

const shownExamples = 5;

function Examples({ held }: { held: HeldAbsence }): ReactElement {
  const shown = held.examples.slice(0, shownExamples);
  const more = held.missing - shown.length;
  return (
    <span className="breakable">
      {shown.map((key, index) => (
        <span key={key}>
          {index === 0 ? '' : ', '}
          <code>{key}</code>
        </span>
      ))}
      {more > 0 ? ` and ${formatCount(more)} more` : ''}.
    </span>
  );
}

function ConfirmDialog({ held, id, onClose }: { held: HeldAbsence; id: string; onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const navigate = useNavigate();
  const confirm = useMutation({
    mutationFn: () =>
      api.send<Run>('POST', `api/v1/held-absences/${held.id}/confirm`, { fingerprint: held.fingerprint }),
    async onSuccess(run) {
      onClose();
      await client.invalidateQueries({ queryKey: ['runs'] });
      await navigate({
        to: '/integrations/$id/monitoring',
        params: { id },
        search: { run: run.id ?? undefined },
      });
    },
  });
  const what = rowsOf(held.stream, held.missing);
  return (
    <DialogBox
      title={`Mark ${what} as gone?`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep them</Button>
          <Button look="primary" busy={confirm.isPending} onClick={() => confirm.mutate()}>
            Confirm they are gone
          </Button>
        </>
      }
    >
      <p>
        {formatCount(held.missing)} of {rowsOf(held.stream, held.before)}
        {heldPlace(held)}. Look at the source first: a list that was cut short looks the same.
      </p>
      <p>
        <Examples held={held} />
      </p>
      <p>
        The source is asked again at once. What is missing then is marked as gone if it is the same; rows are kept, and
        what is named again later is back.
      </p>
      <MutationError error={confirm.error} />
    </DialogBox>
  );
}
