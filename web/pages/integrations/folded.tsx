import type { ReactElement, ReactNode } from 'react';

/** One line that opens. */
export function Folded({
  mark,
  line,
  children,
}: {
  mark: 'ok' | 'skipped';
  line: string;
  children: ReactNode;
}): ReactElement {
  return (
    <details className="folded">
      <summary>
        <span className={`check-mark ${mark}`} aria-hidden="true">
          {mark === 'ok' ? '✓' : '–'}
        </span>
        {line}
      </summary>
      {children}
    </details>
  );
}
