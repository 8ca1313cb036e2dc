import { type ReactElement, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/form.tsx';
import { Icon } from '../../components/icons.tsx';
import { SidePanel } from '../../components/overlay.tsx';
import { FindNodes } from './find-nodes.tsx';
import type { Place } from './use-places.ts';

const everywhere = 'The whole organization';

/** The one node of an org tree that something is for, or the whole organization. */
export function NodeChoice({
  node,
  place,
  of,
  error,
  disabled = false,
  onChoose,
}: {
  /** null: the whole organization. */
  node: number | null;
  place: Place | undefined;
  /** Whose choice it is, above the panel’s title. */
  of: string;
  error?: string | undefined;
  disabled?: boolean;
  onChoose: (node: number | null) => void;
}): ReactElement {
  const [open, setOpen] = useState(false);
  const words = node === null ? everywhere : (place?.words ?? `Node ${node}`);
  const choose = (chosen: number | null): void => {
    setOpen(false);
    onChoose(chosen);
  };
  const current = (id: number | null) => (id === node ? { 'aria-current': 'true' as const } : {});
  return (
    <>
      <Field label="Works in" error={error}>
        {(wiring) => (
          <button
            {...wiring}
            type="button"
            className="input select node-choice"
            aria-label={`Works in: ${words}`}
            aria-haspopup="dialog"
            title={words}
            disabled={disabled}
            onClick={() => setOpen(true)}
          >
            <span>{words}</span>
            <Icon name="down" />
          </button>
        )}
      </Field>
      {open ? (
        <SidePanel title="Works in" eyebrow={of} onClose={() => setOpen(false)}>
          <div className="node-everywhere">
            <Button look="bare" {...current(null)} onClick={() => choose(null)}>
              {everywhere}
            </Button>
          </div>
          <FindNodes
            draw={({ id, name }, above) =>
              id === null ? (
                <>{name}</>
              ) : (
                <>
                  <Button look="bare" {...current(id)} onClick={() => choose(id)}>
                    {name}
                  </Button>
                  {above === '' ? null : <span className="note">{above}</span>}
                </>
              )
            }
          />
        </SidePanel>
      ) : null}
    </>
  );
}
