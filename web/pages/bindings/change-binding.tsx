import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { Binding } from '../../../src/features/repositories/contract.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { MutationError } from '../../components/states.tsx';
import { type HowBound, HowBoundFields, keyProblem, toSettings } from './how-bound.tsx';

export function ChangeBinding({ binding, onClose }: { binding: Binding; onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const [how, setHow] = useState<HowBound>({
    mono: binding.mono,
    annotations: binding.annotations,
    buildStatus: binding.buildStatus,
    summaryComment: binding.summaryComment,
    prefix: binding.prefix,
    reportKey: binding.chosenKey ?? '',
  });
  const save = useMutation({
    mutationFn: () => api.send('PUT', `api/v1/bindings/${binding.id}`, toSettings(how)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['bindings'] });
      onClose();
    },
  });
  return (
    <DialogBox
      title={`Change the binding of ${binding.project.name}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            busy={save.isPending}
            onClick={() => (keyProblem(how.reportKey) === undefined ? save.mutate() : undefined)}
          >
            Save
          </Button>
        </>
      }
    >
      <HowBoundFields value={how} onChange={setHow} />
      <MutationError error={save.error} />
    </DialogBox>
  );
}
