import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { TargetSettings } from '../../../src/features/insights/contract.ts';
import { targetSettingsQuery } from '../../api/insights.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/form.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { Loaded, MutationError } from '../../components/states.tsx';
import { severityLabel } from '../../words/labels.ts';
import { daysFromText, ownTargetText, targetNames, targetText, type TargetTexts } from './target-texts.ts';

/** Targets of the organization, or of the node that the page shows. Whoever may not change them can read them. */
export function TargetsDialog({ node, onClose }: { node: number | undefined; onClose: () => void }): ReactElement {
  const query = useQuery(targetSettingsQuery(useApi()));
  return (
    <Loaded query={query} skeleton={null}>
      {(settings) => <Form settings={settings} node={node} onClose={onClose} />}
    </Loaded>
  );
}

function textsOf({ organization, nodes }: TargetSettings, node: number | undefined): TargetTexts {
  const own = nodes.find((one) => one.node === node)?.targets ?? {};
  const texts = targetNames.map((name) => [
    name,
    node === undefined ? targetText(organization[name]) : ownTargetText(own[name]),
  ]);
  return Object.fromEntries(texts) as TargetTexts;
}

function Form({
  settings,
  node,
  onClose,
}: {
  settings: TargetSettings;
  node: number | undefined;
  onClose: () => void;
}): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const may = useCan(node === undefined ? 'settings:write' : 'team_settings:write');
  const [texts, setTexts] = useState(() => textsOf(settings, node));
  const [warn, setWarn] = useState(String(settings.warnPercent));
  const days = targetNames.map((name) => [name, daysFromText(texts[name])] as const);
  const warnPercent = daysFromText(warn);
  const isWrong = days.some(([, value]) => value === 'wrong') || typeof warnPercent !== 'number' || warnPercent > 100;
  const save = useMutation({
    mutationFn: () => {
      const told = days.filter(([, value]) => node === undefined || value !== undefined);
      const targets = Object.fromEntries(told.map(([name, value]) => [name, value ?? null]));
      return node === undefined
        ? api.send<TargetSettings>('PUT', 'api/v1/insights/targets', { targets, warnPercent })
        : api.send<TargetSettings>('PUT', `api/v1/insights/targets/nodes/${node}`, { targets });
    },
    async onSuccess() {
      await client.invalidateQueries({ queryKey: ['insights'] });
      onClose();
    },
  });
  return (
    <DialogBox
      title={node === undefined ? 'Targets of the organization' : 'Targets of this part of the org tree'}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{may ? 'Cancel' : 'Close'}</Button>
          {may ? (
            <Button look="primary" busy={save.isPending} disabled={isWrong} onClick={() => save.mutate()}>
              Save
            </Button>
          ) : null}
        </>
      }
    >
      <p>
        Days from the creation of a vulnerability to the last day within its target.{' '}
        {node === undefined
          ? 'An empty field: no target.'
          : 'An empty field: as above it in the tree. “none”: no target. It holds for everything below, too.'}
      </p>
      <div className="targets-fields">
        {targetNames.map((name) => (
          <TextField
            key={name}
            label={severityLabel[name]}
            value={texts[name]}
            inputMode="numeric"
            readOnly={!may}
            placeholder={node === undefined ? 'none' : `as above`}
            error={daysFromText(texts[name]) === 'wrong' ? 'A number of days up to 3,650' : undefined}
            onChange={(event) => setTexts({ ...texts, [name]: event.target.value })}
          />
        ))}
        {node === undefined ? (
          <TextField
            label="About to break: last per cent of a target"
            value={warn}
            inputMode="numeric"
            readOnly={!may}
            error={typeof warnPercent !== 'number' || warnPercent > 100 ? 'A number from 0 to 100' : undefined}
            onChange={(event) => setWarn(event.target.value)}
          />
        ) : null}
      </div>
      {settings.nodes.length > 0 && node === undefined ? (
        <p className="note">
          With targets of their own:{' '}
          {settings.nodes
            .slice(0, 10)
            .map(({ name }) => name)
            .join(', ')}
          {settings.nodes.length > 10 ? ` and ${settings.nodes.length - 10} more` : ''}.
        </p>
      ) : null}
      {may ? null : <p className="note">An administrator can change them.</p>}
      <MutationError error={save.error} />
    </DialogBox>
  );
}
