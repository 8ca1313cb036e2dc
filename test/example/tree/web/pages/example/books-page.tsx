import { queryOptions, useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { BookList } from '../../../src/features/example/contract.ts';
import type { ApiClient } from '../../api/client.ts';
import { useApi } from '../../app/context.ts';
import { Card, Page } from '../../components/page.tsx';
import { EmptyState, ErrorState } from '../../components/states.tsx';

const booksQuery = (api: ApiClient) =>
  queryOptions({ queryKey: ['books'], queryFn: ({ signal }) => api.get<BookList>('api/v1/example/books', { signal }) });

export function BooksPage(): ReactElement {
  const { data, error, refetch } = useQuery(booksQuery(useApi()));
  return (
    <Page title="Books">
      <Card title="On the shelves">
        {error === null ? null : <ErrorState error={error} retry={() => void refetch()} />}
        {data?.books.length === 0 ? (
          <EmptyState title="No book yet">They come with the first sync of a library.</EmptyState>
        ) : null}
        <ul>
          {data?.books.map(({ id, title }) => (
            <li key={id}>{title}</li>
          ))}
        </ul>
      </Card>
    </Page>
  );
}
