import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { useApi } from '../../app/context.ts';
import { useNow } from '../../app/use-now.ts';
import { Button } from '../../components/button.tsx';
import { DayField } from '../../components/day-field.tsx';
import { utcDay } from '../../components/day-words.ts';
import { SelectField, TextArea } from '../../components/form.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { MutationError } from '../../components/states.tsx';

const scopes = [
  { value: 'image', label: 'This image only' },
  { value: 'repository', label: 'Every image of its repository' },
] as const;

const usualDays = 14;

/** Lets a failed verdict pass until a day. */
export function WaiverDialog({ imageId, onClose }: { imageId: number; onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const now = useNow();
  const dayIn = (days: number): string => utcDay(new Date(now.getTime() + days * 86_400_000));
  const [values, setValues] = useState({ scope: 'image' as 'image' | 'repository', reason: '', day: dayIn(usualDays) });
  const [tried, setTried] = useState(false);
  const problems = {
    reason: values.reason.trim().length < 3 ? 'Say in a few words why it may go out.' : undefined,
    day:
      values.day <= dayIn(0) || values.day > dayIn(365) ? 'Choose a day from tomorrow on, within a year.' : undefined,
  };
  const waive = useMutation({
    mutationFn: () =>
      api.send('POST', 'api/v1/policy/waivers', {
        imageId,
        scope: values.scope,
        reason: values.reason,
        expiresAt: `${values.day}T23:59:59.000Z`,
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['policy'] });
      onClose();
    },
  });
  const act = (): void => {
    setTried(true);
    if (problems.reason === undefined && problems.day === undefined) waive.mutate();
  };
  return (
    <DialogBox
      title="Waive this verdict"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={waive.isPending} onClick={act}>
            Waive
          </Button>
        </>
      }
    >
      <p>
        The verdict stays failed and is shown as waived; pipelines let the image pass. It ends by itself and is kept in
        the audit trail.
      </p>
      <SelectField
        label="For"
        value={values.scope}
        choices={[...scopes]}
        onChoose={(scope) => setValues({ ...values, scope })}
      />
      <TextArea
        label="Reason"
        error={tried ? problems.reason : undefined}
        value={values.reason}
        onChange={(event) => setValues({ ...values, reason: event.target.value })}
      />
      <DayField
        label="Until the end of"
        help="From tomorrow on, within a year."
        error={tried ? problems.day : undefined}
        value={values.day}
        min={dayIn(1)}
        max={dayIn(365)}
        onChange={(day) => setValues({ ...values, day: day ?? '' })}
      />
      <MutationError error={waive.error} />
    </DialogBox>
  );
}

export function EndWaiver({ waiverId }: { waiverId: number }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: () => api.send('DELETE', `api/v1/policy/waivers/${waiverId}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['policy'] }),
  });
  return (
    <>
      <Button busy={end.isPending} onClick={() => end.mutate()}>
        End waiver
      </Button>
      <MutationError error={end.error} />
    </>
  );
}
