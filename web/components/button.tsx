import { type ComponentProps, type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { Icon, type IconName } from './icons.tsx';

interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  /** One `primary` a page. */
  look?: 'primary' | 'quiet' | 'danger' | 'bare';
  icon?: IconName;
  /** While true the button keeps its place and its focus, and does nothing. */
  busy?: boolean;
}

export function Button({ look = 'quiet', icon, busy = false, children, onClick, ...rest }: ButtonProps): ReactElement {
  return (
    <button
      type="button"
      {...rest}
      className={`button ${look}`}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {icon === undefined ? null : <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A button that is only a drawing: the label is read aloud and shown on hover. */
export function IconButton({
  icon,
  label,
  ...rest
}: Omit<ComponentProps<'button'>, 'className' | 'children'> & { icon: IconName; label: string }): ReactElement {
  return (
    <button type="button" {...rest} className="icon-button" aria-label={label} title={label}>
      <Icon name={icon} />
    </button>
  );
}

export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }): ReactElement {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), 2000);
    return () => clearTimeout(timer);
  }, [state]);
  const words = { idle: label, copied: 'Copied', failed: 'Select and copy it yourself' }[state];
  return (
    <Button
      icon={state === 'copied' ? 'check' : 'copy'}
      onClick={() => {
        // Without HTTPS and off loopback browsers have no clipboard for pages.
        const written = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'));
        written.then(
          () => setState('copied'),
          () => setState('failed'),
        );
      }}
    >
      <span aria-live="polite">{words}</span>
    </Button>
  );
}

/** Text to take away: a token, a command. */
export function Copyable({ text, label }: { text: string; label?: string }): ReactElement {
  return (
    <div className="copyable">
      <input
        className="input mono"
        readOnly
        value={text}
        aria-label={label ?? 'Text to copy'}
        onFocus={(event) => event.target.select()}
      />
      <CopyButton text={text} />
    </div>
  );
}

export function External({ href, children }: { href: string; children: ReactNode }): ReactElement {
  return (
    <a className="external" href={href} target="_blank" rel="noreferrer">
      {children}
      <Icon name="external" size={13} />
      <span className="unseen"> (opens in a new tab)</span>
    </a>
  );
}
