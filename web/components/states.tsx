import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import { type ApiError, toApiError } from '../api/api-error.ts';
import { Button } from './button.tsx';

/** What this page will show, and the one thing to do now. */
export function EmptyState({
  title,
  children,
  action,
  drawing,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  drawing?: ReactNode;
}): ReactElement {
  return (
    <div className="empty">
      {drawing}
      <h2>{title}</h2>
      {children === undefined ? null : <div className="empty-text">{children}</div>}
      {action}
    </div>
  );
}

export function ErrorState({
  error,
  retry,
  compact = false,
}: {
  error: unknown;
  retry?: () => void;
  compact?: boolean;
}): ReactElement {
  const known = toApiError(error);
  const forbidden = known.code === 'not_authorized';
  return (
    <div className={compact ? 'error-state compact' : 'error-state'} role="alert">
      <strong>{forbidden ? 'You may not see this' : known.message}</strong>
      {forbidden ? <p>{known.message}</p> : null}
      <p>{known.remedy}</p>
      <Upstream text={known.upstream} />
      <p className="error-facts">
        <code>{known.code}</code>
        {known.requestId === null ? null : (
          <span>
            Request <code>{known.requestId}</code>
          </span>
        )}
      </p>
      {retry === undefined || forbidden ? null : (
        <div>
          <Button onClick={retry}>Try again</Button>
        </div>
      )}
    </div>
  );
}

/** An error the hub has kept of something, e.g. a run; nothing for null. `announced` when it answers what a person just did. */
export function KeptError({
  error,
  announced = false,
}: {
  error: { code: string; message: string; remedy: string; upstream?: string | null } | null;
  announced?: boolean;
}): ReactElement | null {
  if (error === null) return null;
  return (
    <div className="error-state compact" role={announced ? 'alert' : undefined}>
      <strong>{error.message}</strong>
      <p>{error.remedy}</p>
      <Upstream text={error.upstream} />
      <p className="error-facts">
        <code>{error.code}</code>
      </p>
    </div>
  );
}

/** The outside system's own words, folded. */
export function Upstream({
  text,
  title = 'What the other system said',
}: {
  text: string | null | undefined;
  title?: string;
}): ReactElement | null {
  if (text === null || text === undefined || text === '') return null;
  return (
    <details className="upstream">
      <summary>{title}</summary>
      <pre>{text}</pre>
    </details>
  );
}

export function Skeleton({ lines = 3, height }: { lines?: number; height?: number }): ReactElement {
  return (
    <div className="skeleton" aria-hidden="true">
      {height === undefined ? (
        Array.from({ length: lines }, (_, index) => <span key={index} className="bone" data-length={index % 3} />)
      ) : (
        <span className="bone block" style={{ height }} />
      )}
    </div>
  );
}

/**
 * In the place of something that is there only sometimes, until that is known. What stands below waits for it (see
 * `web/styles/arrival.css`), as it waits for skeletons: a page fills from the top and nothing on it moves.
 */
export const Pending = (): ReactElement => <span className="pending" hidden />;

/** Skeleton, error or content of one question to the hub. */
export function Loaded<Data>({
  query,
  skeleton = <Skeleton />,
  children,
}: {
  query: Pick<UseQueryResult<Data, Error>, 'data' | 'error' | 'refetch'>;
  skeleton?: ReactNode;
  children: (data: Data) => ReactNode;
}): ReactNode {
  const { data, error, refetch } = query;
  if (data !== undefined) return children(data);
  if (error !== null) return <ErrorState error={error} retry={() => void refetch()} />;
  return (
    <>
      <output className="unseen">Loading</output>
      {skeleton}
    </>
  );
}

/** A note above content: what is missing and why, or what to know before reading on. */
export function Notice({
  kind = 'info',
  title,
  children,
  action,
}: {
  kind?: 'info' | 'warning' | 'failed' | 'done';
  title?: string;
  children?: ReactNode;
  action?: ReactNode;
}): ReactElement {
  return (
    <div className={`notice ${kind}`} role={kind === 'failed' ? 'alert' : 'status'}>
      <div>
        {title === undefined ? null : <strong>{title} </strong>}
        {children}
      </div>
      {action}
    </div>
  );
}

export function MutationError({ error }: { error: Error | ApiError | null }): ReactElement | null {
  return error === null ? null : <ErrorState error={error} compact />;
}
