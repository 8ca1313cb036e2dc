import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { Account } from '../../../src/features/teams/contract.ts';
import { useChange } from '../../address/use-change.ts';
import { accountsQuery } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { Chip, type Tone } from '../../components/chips.tsx';
import { type Column, pagingOf, QueryTable } from '../../components/data-table.tsx';
import { SearchBox, Segmented } from '../../components/form.tsx';
import { Card, Page } from '../../components/page.tsx';
import { MutationError } from '../../components/states.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { countOf } from '../../words/numbers.ts';
import { PeopleTabs } from './people-tabs.tsx';
import type { AccountsSearch } from './search.ts';

const route = getRouteApi('/shell/organization/people/accounts');

const keyOf = ({ system, value }: Account): string => `${system.id} ${value}`;

/** Accounts of other systems that are nobody’s yet. None is anybody’s before a person confirms it. */
export function AccountsPage(): ReactElement {
  const { q, all, page } = route.useSearch();
  const change = useChange<AccountsSearch>('/organization/people/accounts');
  const list = useQuery(accountsQuery(useApi(), { search: q, proposed: all !== true, page }));
  const mayConfirm = useCan('identities:write');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const accounts = list.data?.accounts ?? [];
  const confirmed = accounts.filter((account) => account.person !== null && chosen.has(keyOf(account)));
  const toggle = (key: string, on: boolean): void =>
    setChosen((before) => new Set(on ? [...before, key] : [...before].filter((one) => one !== key)));
  const sure = accounts.filter(({ reason }) => reason === 'email');
  return (
    <Page title="People" wide tabs={<PeopleTabs />}>
      <Toolbar label="Filters">
        <SearchBox
          label="Find an account"
          placeholder="Account or person"
          value={q ?? ''}
          onChange={(text) => change({ q: text === '' ? undefined : text })}
        />
        <Segmented
          label="What is listed"
          value={all === true ? 'all' : 'proposed'}
          choices={[
            { value: 'proposed', label: 'Proposed' },
            { value: 'all', label: 'All without a person' },
          ]}
          onChoose={(next) => change({ all: next === 'all' ? true : undefined })}
        />
      </Toolbar>
      <Card
        title={list.data === undefined ? 'Accounts' : countOf(list.data.total, 'account')}
        label="Accounts"
        note="nobody’s before you confirm it"
        actions={
          mayConfirm ? (
            <Confirm
              confirmed={confirmed}
              sure={sure.length}
              onChooseSure={() => setChosen(new Set(sure.map(keyOf)))}
              onDone={() => setChosen(new Set())}
            />
          ) : null
        }
      >
        <QueryTable
          query={list}
          label="Accounts"
          columns={mayConfirm ? [choice(chosen, toggle), ...columns] : columns}
          rows={(data) => data.accounts}
          rowKey={keyOf}
          paging={pagingOf(list.data, change)}
          empty={
            q === undefined
              ? 'No account is proposed to anybody. Systems tell of accounts when they are read.'
              : 'No account has this in its name or its person’s.'
          }
        />
      </Card>
    </Page>
  );
}

function Confirm({
  confirmed,
  sure,
  onChooseSure,
  onDone,
}: {
  confirmed: readonly Account[];
  sure: number;
  onChooseSure: () => void;
  onDone: () => void;
}): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: () =>
      api.send('POST', 'api/v1/identities', {
        identities: confirmed.map(({ system, value, person }) => ({
          integration: system.id,
          value,
          person: person?.id,
        })),
      }),
    onSuccess: async () => {
      onDone();
      await client.invalidateQueries({ queryKey: ['people'] });
    },
  });
  return (
    <>
      <MutationError error={save.error} />
      <Button disabled={sure === 0} onClick={onChooseSure}>
        Choose the same e-mails
      </Button>
      <Button look="primary" disabled={confirmed.length === 0} busy={save.isPending} onClick={() => save.mutate()}>
        {confirmed.length === 0 ? 'Confirm' : `Confirm ${countOf(confirmed.length, 'account')}`}
      </Button>
    </>
  );
}

const choice = (chosen: ReadonlySet<string>, toggle: (key: string, on: boolean) => void): Column<Account> => ({
  id: 'choose',
  header: 'Confirm',
  phone: 'first',
  cell: (account) =>
    account.person === null ? null : (
      <input
        type="checkbox"
        aria-label={`Confirm ${account.value} as ${account.person.name}`}
        checked={chosen.has(keyOf(account))}
        onChange={(event) => toggle(keyOf(account), event.target.checked)}
      />
    ),
  text: () => '',
});

const reasons: Record<NonNullable<Account['reason']>, readonly [Tone, string, string]> = {
  email: ['passed', '✓', 'the same e-mail'],
  login: ['active', '◔', 'begins their e-mail'],
  name: ['none', '?', 'the same name'],
};

const columns: readonly Column<Account>[] = [
  {
    id: 'account',
    header: 'Account',
    fixed: true,
    className: 'name-cell',
    cell: ({ value, display }) => (
      <>
        {value}
        {display === null ? null : <span className="note">{display}</span>}
      </>
    ),
    text: ({ value, display }) => `${value} ${display ?? ''}`,
  },
  { id: 'system', header: 'System', cell: ({ system }) => system.name },
  {
    id: 'person',
    header: 'Person',
    phone: 'stay',
    cell: ({ person }) =>
      person === null ? (
        <span className="note">nobody fits</span>
      ) : (
        <Link to="/organization/people" search={{ person: person.id }}>
          {person.name}
        </Link>
      ),
    text: ({ person }) => (person === null ? '' : `${person.name} ${person.email}`),
  },
  {
    id: 'reason',
    header: 'Why',
    cell: ({ reason }) => {
      if (reason === null) return null;
      const [tone, glyph, words] = reasons[reason];
      return (
        <Chip tone={tone} glyph={glyph}>
          {words}
        </Chip>
      );
    },
  },
];
