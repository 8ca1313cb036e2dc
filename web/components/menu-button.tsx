import type { ReactElement, ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { Icon, type IconName } from './icons.tsx';
import { Popover } from './overlay.tsx';

/** A button that opens a small panel under itself. */
export function PanelButton({
  label,
  name,
  icon,
  count = 0,
  bare = false,
  children,
}: {
  label: string;
  /** What is read aloud when the label alone says too little. */
  name?: string;
  icon?: IconName;
  /** Number of things set inside, shown on the button. */
  count?: number;
  bare?: boolean;
  children: ReactNode;
}): ReactElement {
  const trigger = (
    <AriaButton
      className={bare ? 'button bare' : 'button quiet'}
      {...(name === undefined ? {} : { 'aria-label': name })}
    >
      {icon === undefined ? null : <Icon name={icon} />}
      {label}
      {count > 0 ? (
        <>
          {' '}
          <span className="count">{count}</span>
        </>
      ) : null}
    </AriaButton>
  );
  return (
    <Popover trigger={trigger} label={name ?? label}>
      {children}
    </Popover>
  );
}
