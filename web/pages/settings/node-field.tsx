import type { ReactElement } from 'react';
import { Button } from '../../components/button.tsx';
import { Checkbox, SelectField } from '../../components/form.tsx';
import { FindNodes } from './find-nodes.tsx';
import { usePlaces } from './use-places.ts';

type Chosen = readonly number[] | null;

/** Where somebody works: in the whole organization, or in nodes of org trees, each with all below it. */
export function NodeField({
  chosen,
  onChange,
  everywhereOnly = false,
}: {
  /** null: the whole organization. */
  chosen: Chosen;
  onChange: (chosen: number[] | null) => void;
  /** An administrator works in the whole organization. */
  everywhereOnly?: boolean;
}): ReactElement {
  const some = chosen !== null && !everywhereOnly;
  return (
    <>
      <SelectField
        label="Works in"
        help={
          everywhereOnly
            ? 'An administrator works in the whole organization.'
            : some
              ? 'Sees and changes only what belongs to these nodes and the teams below them.'
              : 'Sees everything that the role may see.'
        }
        value={some ? 'some' : 'all'}
        choices={
          everywhereOnly
            ? [{ value: 'all', label: 'The whole organization' }]
            : [
                { value: 'all', label: 'The whole organization' },
                { value: 'some', label: 'Some teams of an org tree' },
              ]
        }
        onChoose={(value) => onChange(value === 'some' ? [...(chosen ?? [])] : null)}
      />
      {some ? <ChooseNodes chosen={chosen} onChange={onChange} /> : null}
    </>
  );
}

function ChooseNodes({
  chosen,
  onChange,
}: {
  chosen: readonly number[];
  onChange: (chosen: number[]) => void;
}): ReactElement {
  return (
    <fieldset className="field">
      <legend>Teams</legend>
      <ChosenNodes chosen={chosen} onChange={onChange} />
      <FindNodes
        draw={({ id, name }, above) =>
          id === null ? (
            <>{name}</>
          ) : (
            <Checkbox
              label={
                <>
                  {name}
                  {above === '' ? null : <span className="note"> {above}</span>}
                </>
              }
              checked={chosen.includes(id)}
              onChange={(checked) => onChange(checked ? [...chosen, id] : chosen.filter((one) => one !== id))}
            />
          )
        }
      />
    </fieldset>
  );
}

/** What is chosen now, in whichever tree it is. */
function ChosenNodes({
  chosen,
  onChange,
}: {
  chosen: readonly number[];
  onChange: (chosen: number[]) => void;
}): ReactElement {
  const places = usePlaces(chosen);
  if (chosen.length === 0) return <p className="note">None chosen: nothing can be seen.</p>;
  return (
    <ul className="chosen-nodes" aria-label="Chosen">
      {chosen.map((id) => (
        <li key={id}>
          <span>{places.get(id)?.words ?? `Node ${id}`}</span>
          <Button
            look="bare"
            aria-label={`Take out ${places.get(id)?.words ?? `node ${id}`}`}
            onClick={() => onChange(chosen.filter((one) => one !== id))}
          >
            Take out
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** In a table: what somebody works in, in words. */
export function WorksIn({ nodes }: { nodes: Chosen }): ReactElement {
  const places = usePlaces(nodes ?? []);
  if (nodes === null) return <>everything</>;
  if (nodes.length === 0) return <span className="note">nothing</span>;
  return <>{nodes.map((id) => places.get(id)?.words).join(', ')}</>;
}
