import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { Button } from '../../components/button.tsx';

const label = 'Commit, pull request, image, execution, deployment or project';

/** One box for everything: what it is is found out by the hub. */
export function AskBox({ text }: { text: string }): ReactElement {
  const navigate = useNavigate({ from: '/trace' });
  const [typed, setTyped] = useState(text);
  const asked = typed.trim();
  return (
    <form
      className="trace-ask"
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- <search> is not known to all browsers that are supported
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (asked !== '') void navigate({ search: ({ table, at }) => ({ q: asked, table, at }) });
      }}
    >
      <input
        type="search"
        className="input mono"
        aria-label={label}
        placeholder={label}
        value={typed}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        maxLength={2000}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the page is this box until something was asked
        autoFocus={text === ''}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Button type="submit" look="primary" icon="line">
        Trace
      </Button>
    </form>
  );
}
