import { useRouter } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactElement, useDeferredValue, useEffect, useId, useRef, useState } from 'react';
import { Dialog, Modal, ModalOverlay } from 'react-aria-components';
import { toApiError } from '../api/api-error.ts';
import type { Target } from './jump-targets.ts';
import { useTargets } from './use-targets.ts';

/** `/` or Ctrl-K: pages, things by name or by what was pasted, and actions, by a few letters. */
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

/** By how much each key moves through the list; the ends are not wrapped by pages. */
const steps: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (at - 1 + count) % count,
  PageDown: (at, count) => Math.min(at + 8, count - 1),
  PageUp: (at) => Math.max(at - 8, 0),
};

const label = 'Search pages, projects, commits, pull requests, images, deployments, issue keys and actions';

function Search({ onClose }: { onClose: () => void }): ReactElement {
  const router = useRouter();
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const { targets, asking, failed } = useTargets(useDeferredValue(text.trim()));
  const chosen = Math.min(at, targets.length - 1);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const open = (target: Target | undefined): void => {
    if (target === undefined) return;
    if (target.link !== undefined) {
      onClose();
      router.history.push(router.buildLocation(target.link as never).href);
      return;
    }
    target.run?.();
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = steps[event.key];
    if (step !== undefined) setAt(step(Math.max(0, chosen), Math.max(1, targets.length)));
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
        aria-label={label}
        placeholder="Page, project, commit, pull request, image, deployment or action"
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
      <div className="palette-list" role="listbox" id={listId} aria-label="Results" aria-busy={asking} ref={list}>
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
      {failed === null ? null : (
        <p className="palette-none">Not everything could be searched: {toApiError(failed).message}</p>
      )}
      {targets.length > 0 || failed !== null ? null : (
        <p className="palette-none">{asking ? 'Searching' : `Nothing matches “${text}”.`}</p>
      )}
    </>
  );
}
