import type { ReactElement } from 'react';
import type { SingleSignOn } from '../../../src/features/access/contract.ts';
import { Button } from '../../components/button.tsx';
import { SelectField, TextField } from '../../components/form.tsx';
import { roleLabel, roles } from '../../words/labels.ts';

type Group = SingleSignOn['groups'][number];

/** What being in a group gives, and for which node of an org tree. */
export function GroupRows({
  groups,
  onChange,
}: {
  groups: readonly Group[];
  onChange: (groups: Group[]) => void;
}): ReactElement {
  const put = (at: number, change: Partial<Group>): void =>
    onChange(groups.map((group, index) => (index === at ? { ...group, ...change } : group)));
  return (
    <fieldset className="field">
      <legend>Groups and what they give</legend>
      <ul className="group-rows">
        {groups.map((group, at) => (
          // Rows have no name of their own while they are written.
          <li className="group-row" key={`${at}`}>
            <TextField label="Group" value={group.group} onChange={(event) => put(at, { group: event.target.value })} />
            <SelectField
              label="Role"
              value={group.role}
              choices={roles.map((role) => ({ value: role, label: roleLabel[role] }))}
              onChoose={(role) => put(at, { role, ...(role === 'admin' ? { node: null } : {}) })}
            />
            <TextField
              label="Node"
              inputMode="numeric"
              placeholder="everywhere"
              disabled={group.role === 'admin'}
              value={group.node ?? ''}
              onChange={(event) =>
                put(at, { node: /^[1-9]\d{0,14}$/.test(event.target.value) ? Number(event.target.value) : null })
              }
            />
            <Button
              look="bare"
              aria-label={`Remove the group ${group.group}`}
              onClick={() => onChange(groups.filter((_, index) => index !== at))}
            >
              Remove
            </Button>
          </li>
        ))}
      </ul>
      <div>
        <Button onClick={() => onChange([...groups, { group: '', role: 'viewer', node: null }])}>Add a group</Button>
      </div>
      <div className="field-help">
        Node: number of the node of an org tree, from its address; empty for the whole organization.
      </div>
    </fieldset>
  );
}
