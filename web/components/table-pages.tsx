import { type ReactElement, useId, useState } from 'react';
import { formatCount, formatRange } from '../words/numbers.ts';
import { Icon } from './icons.tsx';
import { jumpFrom, lastPage, pageAsked } from './page-jump.ts';

export interface Paging {
  page: number;
  pageSize: number;
  total: number;
  /** There are more than `total`: counting stopped there. */
  more?: boolean;
  /** Rows of the page that the total counts; all of them when left out. */
  counted?: number;
  onPage: (page: number) => void;
}

/** Pages of an answer, once it is there; `change` puts one into the address, where the first is left out. */
export function pagingOf(
  data: Omit<Paging, 'onPage'> | undefined,
  change: (next: { page: number | undefined }) => void,
): Paging | undefined {
  return data && { ...data, onPage: (page) => change({ page: page === 1 ? undefined : page }) };
}

export function Pages({
  page,
  pageSize,
  total,
  more = false,
  shown,
  onPage,
}: Paging & { shown: number }): ReactElement {
  const last = lastPage(total, pageSize);
  return (
    <nav className="pages" aria-label="Pages">
      <output className="note">{formatRange(page, pageSize, shown, total, more)}</output>
      {last > 1 ? (
        <span className="pages-buttons">
          {last > jumpFrom ? <PageJump key={page} page={page} last={last} onPage={onPage} /> : null}
          <button type="button" className="button quiet" disabled={page <= 1} onClick={() => onPage(page - 1)}>
            <Icon name="left" /> Previous
          </button>
          <button type="button" className="button quiet" disabled={page >= last} onClick={() => onPage(page + 1)}>
            Next <Icon name="right" />
          </button>
        </span>
      ) : null}
    </nav>
  );
}

/** A number and Enter; what is no page of this list says which numbers are. */
function PageJump({
  page,
  last,
  onPage,
}: {
  page: number;
  last: number;
  onPage: (page: number) => void;
}): ReactElement {
  const id = useId();
  const [text, setText] = useState(String(page));
  const [wrong, setWrong] = useState(false);
  return (
    <form
      className="page-jump"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const asked = pageAsked(text, last);
        setWrong(asked === undefined);
        if (asked !== undefined && asked !== page) onPage(asked);
      }}
    >
      <label htmlFor={id}>Page</label>
      <input
        id={id}
        className="input"
        inputMode="numeric"
        autoComplete="off"
        value={text}
        aria-invalid={wrong || undefined}
        aria-describedby={wrong ? `${id}-wrong` : undefined}
        onChange={(event) => setText(event.target.value)}
        onFocus={(event) => event.target.select()}
      />
      <span className="note">of {formatCount(last)}</span>
      {wrong ? (
        <span className="field-error" id={`${id}-wrong`} role="alert">
          A number from 1 to {formatCount(last)}.
        </span>
      ) : null}
    </form>
  );
}
