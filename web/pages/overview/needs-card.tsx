import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Need, Overview } from '../../../src/features/overview/contract.ts';
import { Chip, type Tone } from '../../components/chips.tsx';
import { Card } from '../../components/page.tsx';
import { Notice, Skeleton } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { countOf, formatCount } from '../../words/numbers.ts';

const shownAtFirst = 8;

/** What only a person can mend, the worst first; each row leads to where. */
export function NeedsCard({ needs }: { needs: Overview['needs'] | undefined }): ReactElement | null {
  if (needs === null) return null;
  return (
    <Card title="What needs a person" note={needs === undefined ? '' : noteOf(needs)}>
      {needs === undefined ? <Skeleton lines={4} /> : <Items needs={needs} />}
    </Card>
  );
}

const noteOf = ({ total, unread }: NonNullable<Overview['needs']>): string =>
  `${unread.length > 0 ? 'at least ' : ''}${countOf(total, 'thing')}`;

function Items({ needs: { items, total, unread } }: { needs: NonNullable<Overview['needs']> }): ReactElement {
  const rest = items.slice(shownAtFirst);
  return (
    <>
      {unread.map(({ part, code, remedy }) => (
        <Notice key={part} kind="warning" title={`Not looked at: ${part}.`}>
          {remedy} <code>{code}</code>
        </Notice>
      ))}
      {total === 0 && unread.length === 0 ? (
        <p className="card-body note">
          Nothing does. Credentials, runs, webhooks and satellites are as they should be.
        </p>
      ) : (
        <ul className="needs">
          {items.slice(0, shownAtFirst).map((need) => (
            <OneNeed key={keyOf(need)} need={need} />
          ))}
        </ul>
      )}
      {rest.length === 0 ? null : (
        <details className="more-needs">
          <summary>{formatCount(total - shownAtFirst)} more</summary>
          <ul className="needs">
            {rest.map((need) => (
              <OneNeed key={keyOf(need)} need={need} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

const keyOf = ({ kind, code, about, message }: Need): string => `${kind} ${code} ${about} ${message}`;

const looks: Record<Need['kind'], readonly [Tone, string, string]> = {
  credential: ['failed', '✕', 'Credential'],
  runs: ['warn', '◐', 'Runs'],
  absence: ['warn', '!', 'Disappeared'],
  satellite: ['failed', '⌁', 'Satellite'],
  webhook: ['failed', '✕', 'Webhook'],
  inbox: ['warn', '!', 'Inbox'],
  address: ['failed', '✕', 'Address'],
  unowned: ['none', '○', 'Of no team'],
  health: ['warn', '!', 'Health'],
};

function OneNeed({ need }: { need: Need }): ReactElement {
  const { kind, about, message, since } = need;
  const [tone, glyph, word] = looks[kind];
  return (
    <li>
      <Chip tone={tone} glyph={glyph}>
        {word}
      </Chip>
      <span className="need-words">
        <Link {...placeOf(need)}>{about}</Link>
        <span className="note">{message}</span>
      </span>
      <span className="note need-since">{since === null ? null : <Ago at={since} />}</span>
    </li>
  );
}

/** Where it is mended. */
export function placeOf({ kind, integrationId, treeId }: Need): LinkProps {
  const of = (page: string, search: object = {}): LinkProps =>
    ({ to: `/integrations/$id${page}`, params: { id: String(integrationId) }, search }) as LinkProps;
  if (kind === 'unowned' && treeId !== null)
    return { to: '/organization/trees/$id/belongings', params: { id: String(treeId) } } as LinkProps;
  if (kind === 'address') return { to: '/settings/webhooks' };
  if (kind === 'satellite' || integrationId === null) return { to: '/integrations/satellites' };
  if (kind === 'credential') return of('/settings');
  if (kind === 'runs') return of('/monitoring', { status: ['partial', 'failed'] });
  if (kind === 'absence') return of('/monitoring');
  if (kind === 'webhook') return of('/inbox');
  if (kind === 'inbox') return of('/inbox', { state: 'failed' });
  return of('');
}
