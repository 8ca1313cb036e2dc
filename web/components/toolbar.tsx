import type { ReactElement, ReactNode } from 'react';

/** Controls above what they change, with a name for screen readers. */
export function Toolbar({ label, children }: { label: string; children: ReactNode }): ReactElement {
  return (
    <fieldset className="toolbar">
      <legend className="unseen">{label}</legend>
      {children}
    </fieldset>
  );
}
