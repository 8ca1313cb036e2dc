import { type ReactElement, useId } from 'react';

/** Stripes over what is not reliable. Gives the value for `fill`; the definition must be drawn in the same picture. */
export function useHatch(): [fill: string, definition: ReactElement] {
  const id = `hatch-${useId().replaceAll(/[^\w-]/g, '')}`;
  const definition = (
    <defs>
      <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="3" height="6" className="hatch-line" />
      </pattern>
    </defs>
  );
  return [`url(#${id})`, definition];
}
