import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { Sections } from '../../../src/features/teams/contract.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { PageLink } from '../../app/page-link.tsx';
import { Button } from '../../components/button.tsx';
import { Checkbox, Segmented } from '../../components/form.tsx';
import { MutationError } from '../../components/states.tsx';
import { sectionLabel } from './words.ts';

export type OneSection = Sections['sections'][number];

/** Which integrations of a section count: as above it, or chosen here. `path`: where it is saved. */
export function SectionChoice({
  section: { section, from, integrations },
  path,
  isTree = false,
}: {
  section: OneSection;
  path: string;
  isTree?: boolean;
}): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const mayWrite = useCan(isTree ? 'teams:write' : 'team_settings:write');
  const own = isTree ? from === 'tree' : from === 'team';
  const [said, setSaid] = useState<ReadonlySet<number> | 'inherited' | undefined>();
  const chosenNow = integrations.filter(({ chosen }) => chosen).map(({ id }) => id);
  const value = said ?? (own ? new Set(chosenNow) : 'inherited');
  const save = useMutation({
    mutationFn: () => {
      const chosen = value === 'inherited' ? null : [...value];
      return api.send<Sections>('PUT', path, { sections: [{ section, integrations: chosen }] });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['org-trees'] });
      setSaid(undefined);
    },
  });
  if (integrations.length === 0) {
    return (
      <p className="note with-link">
        No integration of this kind is there yet. <PageLink to="/integrations">Integrations</PageLink>
      </p>
    );
  }
  const above = isTree ? 'All integrations' : 'As the org tree says';
  const toggle = (id: number, on: boolean): void => {
    if (value === 'inherited') return;
    setSaid(new Set(on ? [...value, id] : [...value].filter((one) => one !== id)));
  };
  return (
    <div className="section-choice">
      {mayWrite ? (
        <Segmented
          label={`${sectionLabel[section]}: integrations`}
          value={value === 'inherited' ? 'inherited' : 'own'}
          choices={[
            { value: 'inherited', label: above },
            { value: 'own', label: 'Only these' },
          ]}
          onChoose={(next) =>
            setSaid(
              next === 'inherited'
                ? 'inherited'
                : new Set(integrations.filter(({ inherited }) => inherited).map(({ id }) => id)),
            )
          }
        />
      ) : (
        <p className="note">{value === 'inherited' ? above : 'Only these'}</p>
      )}
      {value === 'inherited' || !mayWrite ? (
        <p className="chosen-names">
          {integrations
            .filter(({ inherited, chosen }) => (value === 'inherited' ? isTree || inherited : chosen))
            .map(({ name }) => name)
            .join(', ') || 'none'}
        </p>
      ) : (
        <div className="chosen-names">
          {integrations.map(({ id, name }) => (
            <Checkbox key={id} label={name} checked={value.has(id)} onChange={(on) => toggle(id, on)} />
          ))}
        </div>
      )}
      {said === undefined ? null : (
        <div className="form-actions">
          <Button look="primary" busy={save.isPending} onClick={() => save.mutate()}>
            Save the choice
          </Button>
          <Button onClick={() => setSaid(undefined)}>Leave it</Button>
        </div>
      )}
      <MutationError error={save.error} />
    </div>
  );
}
