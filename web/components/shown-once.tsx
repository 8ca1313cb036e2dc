import type { ReactElement, ReactNode } from 'react';
import { Button, Copyable } from './button.tsx';
import { DialogBox } from './overlay.tsx';
import { Notice } from './states.tsx';

/** What was just made and is never shown again: each text with its label, to be copied before it closes. */
export function ShownOnce({
  title,
  texts,
  children,
  onClose,
}: {
  title: string;
  texts: Readonly<Record<string, string>>;
  /** That it is shown once, and what it is good for. */
  children: ReactNode;
  onClose: () => void;
}): ReactElement {
  return (
    <DialogBox
      title={title}
      onClose={onClose}
      footer={
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <Notice kind="warning" title="Copy it now.">
        {children}
      </Notice>
      {Object.entries(texts).map(([label, text]) => (
        <Copyable key={label} text={text} label={label} />
      ))}
    </DialogBox>
  );
}
