import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ResolvedAs } from '../../../src/features/insights/contract.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox } from '../../components/form.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { MutationError } from '../../components/states.tsx';
import { resolvedWords } from './words.ts';

/** What counts as resolved. Whoever may not change it can read it. */
export function ResolvedDialog({ stored, onClose }: { stored: ResolvedAs; onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const may = useCan('settings:write');
  const [wanted, setWanted] = useState(stored);
  const save = useMutation({
    mutationFn: () => api.send<ResolvedAs>('PUT', 'api/v1/insights/resolved', wanted),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: ['insights'] });
      onClose();
    },
  });
  return (
    <DialogBox
      title="What counts as resolved"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{may ? 'Cancel' : 'Close'}</Button>
          {may ? (
            <Button look="primary" busy={save.isPending} onClick={() => save.mutate()}>
              Save
            </Button>
          ) : null}
        </>
      }
    >
      <p>
        What was fixed always counts. The times to resolve of all times follow what you choose here, for everybody; what
        is open does not.
      </p>
      {may ? (
        <>
          <Checkbox
            label="Accepted counts as resolved"
            checked={wanted.accepted}
            onChange={(accepted) => setWanted({ ...wanted, accepted })}
          />
          <Checkbox
            label="Marked a false positive counts as resolved"
            checked={wanted.falsePositive}
            onChange={(falsePositive) => setWanted({ ...wanted, falsePositive })}
          />
        </>
      ) : (
        <p>{resolvedWords(stored)} An administrator can change it.</p>
      )}
      <MutationError error={save.error} />
    </DialogBox>
  );
}
