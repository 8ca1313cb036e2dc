import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { FailureDefinition, FailureSettings } from '../../../src/features/deployments/contract.ts';
import { failureSettingsQuery } from '../../api/deployments.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox } from '../../components/form.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { Loaded, MutationError } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';

/** What counts as failed. Whoever may not change it can read it. */
export function DefinitionDialog({ onClose }: { onClose: () => void }): ReactElement {
  const query = useQuery(failureSettingsQuery(useApi()));
  return (
    <Loaded query={query} skeleton={null}>
      {(settings) => <Definition settings={settings} onClose={onClose} />}
    </Loaded>
  );
}

const choices: readonly (readonly [name: keyof FailureDefinition, label: string])[] = [
  ['rolledBackFails', 'A deployment that was rolled back failed, whatever end it had'],
  ['abortedFails', 'A deployment that was aborted failed; else it counts as nothing'],
  ['supersededCounts', 'An attempt whose place a retry took counts, too'],
];

function Definition({ settings, onClose }: { settings: FailureSettings; onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const may = useCan('settings:write');
  const { changedBy, changedAt, ...stored } = settings;
  const [wanted, setWanted] = useState<FailureDefinition>(stored);
  const save = useMutation({
    mutationFn: () => api.send<FailureSettings>('PUT', 'api/v1/delivery/settings', wanted),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: ['delivery'] });
      await client.invalidateQueries({ queryKey: ['deployments'] });
      onClose();
    },
  });
  return (
    <DialogBox
      title="What counts as failed"
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
        A deployment whose status is failed always counts as failed. The figures of all times follow what you choose
        here, for everybody.
      </p>
      {choices.map(([name, label]) => (
        <div key={name}>
          {may ? (
            <Checkbox
              label={label}
              checked={wanted[name]}
              onChange={(checked) => setWanted({ ...wanted, [name]: checked })}
            />
          ) : (
            <>
              {label}: <b>{stored[name] ? 'yes' : 'no'}</b>
            </>
          )}
        </div>
      ))}
      <p className="note">
        {changedBy === null || changedAt === null ? (
          'Nobody changed this yet.'
        ) : (
          <>
            Changed by {changedBy}, <Moment at={changedAt} />.
          </>
        )}
        {may ? '' : ' An administrator can change it.'}
      </p>
      <MutationError error={save.error} />
    </DialogBox>
  );
}
