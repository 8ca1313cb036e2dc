import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactElement, useDeferredValue, useId, useState } from 'react';
import { Dialog, Modal, ModalOverlay } from 'react-aria-components';
import { integrationsQuery } from '../api/integrations.ts';
import { projectsQuery } from '../api/projects.ts';
import { useApi } from './context.ts';
import { jumpTargets, type Target } from './jump-targets.ts';

/** `/` or Ctrl-K: pages, projects and integrations by a few letters. */
export function CommandPalette({ onClose }: { onClose: () => void }): ReactElement {
  return (
    <ModalOverlay className="scrim top" isOpen isDismissable onOpenChange={(open) => (open ? undefined : onClose())}>
      <Modal className="palette">
        <Dialog className="dialog" aria-label="Search">
          <Search onClose={onClose} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function useTargets(text: string): Target[] {
  const api = useApi();
  const integrations = useQuery(integrationsQuery(api, {}));
  const projects = useQuery({ ...projectsQuery(api, { text, page: 1 }), enabled: text !== '' });
  return jumpTargets(text, integrations.data?.integrations ?? [], projects.data?.projects ?? []);
}

function Search({ onClose }: { onClose: () => void }): ReactElement {
  const router = useRouter();
  const listId = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const targets = useTargets(useDeferredValue(text.trim()));
  const chosen = Math.min(at, targets.length - 1);
  const open = (target: Target | undefined): void => {
    if (target === undefined) return;
    onClose();
    router.history.push(router.buildLocation(target.link as never).href);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setAt((chosen + 1) % Math.max(1, targets.length));
    else if (event.key === 'ArrowUp') setAt((chosen - 1 + targets.length) % Math.max(1, targets.length));
    else if (event.key === 'Enter') open(targets[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        className="palette-input"
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={targets[chosen] === undefined ? undefined : `${listId}-${chosen}`}
        aria-label="Search pages, projects and integrations"
        placeholder="Search pages, projects and integrations"
        autoComplete="off"
        spellCheck={false}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the person just asked for this box
        autoFocus
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      {/* Native lists cannot be steered from a text box. */}
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role */}
      <div className="palette-list" role="listbox" id={listId} aria-label="Results">
        {targets.map((target, index) => (
          // Keys go to the text box, which points here by aria-activedescendant.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
          <div
            key={target.key}
            id={`${listId}-${index}`}
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
            role="option"
            aria-selected={index === chosen}
            className="palette-option"
            onClick={() => open(target)}
          >
            <span>{target.label}</span>
            <span className="note">{target.place}</span>
          </div>
        ))}
      </div>
      {targets.length === 0 ? <p className="palette-none">Nothing matches “{text}”.</p> : null}
    </>
  );
}
