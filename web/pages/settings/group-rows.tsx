import type { ReactElement } from 'react';
import type { SingleSignOn } from '../../../src/features/access/contract.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox, SelectField, TextField } from '../../components/form.tsx';
import { roleLabel, roles } from '../../words/labels.ts';
import { NodeChoice } from './node-choice.tsx';
import type { Place } from './use-places.ts';

type Group = SingleSignOn['groups'][number];

/** What being in a group gives, and for which node of an org tree. */
export function GroupRows({
  groups,
  places,
  kept,
  tried,
  onChange,
  onKeep,
}: {
  groups: readonly Group[];
  /** Of the nodes that groups work in. */
  places: ReadonlyMap<number, Place>;
  /** Nodes that are gone and stay in the rows knowingly. */
  kept: ReadonlySet<number>;
  /** Saving was tried: what is in its way is said. */
  tried: boolean;
  onChange: (groups: Group[]) => void;
  onKeep: (node: number, keep: boolean) => void;
}): ReactElement {
  const put = (at: number, change: Partial<Group>): void =>
    onChange(groups.map((group, index) => (index === at ? { ...group, ...change } : group)));
  return (
    <fieldset className="field">
      <legend>Groups and what they give</legend>
      <ul className="group-rows">
        {groups.map(({ group, role, node }, at) => {
          const gone = node !== null && places.get(node)?.state === 'gone' ? node : null;
          const inTheWay = tried && gone !== null && !kept.has(gone);
          return (
            // Rows have no name of their own while they are written.
            <li className="group-row" key={`${at}`}>
              <TextField label="Group" value={group} onChange={(event) => put(at, { group: event.target.value })} />
              <SelectField
                label="Role"
                value={role}
                choices={roles.map((value) => ({ value, label: roleLabel[value] }))}
                onChoose={(value) => put(at, { role: value, ...(value === 'admin' ? { node: null } : {}) })}
              />
              <NodeChoice
                node={node}
                place={node === null ? undefined : places.get(node)}
                of={group === '' ? 'Group' : `Group ${group}`}
                error={inTheWay ? 'Choose another, or keep it.' : undefined}
                disabled={role === 'admin'}
                onChoose={(chosen) => put(at, { node: chosen })}
              />
              {gone === null ? null : (
                <div className="group-gone">
                  <p className="field-help">
                    Node {gone} is in no org tree any more: nobody sees anything by this row.
                  </p>
                  <Checkbox
                    label={`Keep node ${gone} all the same`}
                    checked={kept.has(gone)}
                    onChange={(keep) => onKeep(gone, keep)}
                  />
                </div>
              )}
              <Button
                look="bare"
                aria-label={`Remove the group ${group}`}
                onClick={() => onChange(groups.filter((_, index) => index !== at))}
              >
                Remove
              </Button>
            </li>
          );
        })}
      </ul>
      <div>
        <Button onClick={() => onChange([...groups, { group: '', role: 'viewer', node: null }])}>Add a group</Button>
      </div>
      <div className="field-help">
        A node of an org tree counts with all below it. An administrator works in the whole organization.
      </div>
    </fieldset>
  );
}
