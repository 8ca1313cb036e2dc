import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Imported, ImportInput, ImportRepository } from '../../../src/features/repositories/contract.ts';
import { type ApiError, toApiError } from '../../api/api-error.ts';
import { useApi } from '../../app/context.ts';

export interface SetUp {
  repository: ImportRepository;
  /** Both null while it is being set up. */
  imported: Imported | null;
  error: ApiError | null;
}

type More = Omit<ImportInput, 'project' | 'slug'>;

/** Sets up one repository, and waits for it. */
export function useSetUp(server: number): {
  last: SetUp | null;
  start: (repository: ImportRepository, how: More) => Promise<void>;
} {
  const api = useApi();
  const client = useQueryClient();
  const [last, setLast] = useState<SetUp | null>(null);
  return {
    last,
    async start(repository, how) {
      const { project, slug } = repository;
      setLast({ repository, imported: null, error: null });
      try {
        const body = { project, slug, ...how };
        const imported = await api.send<Imported>('POST', `api/v1/import/${server}/repositories`, body);
        setLast({ repository, imported, error: null });
      } catch (error) {
        setLast({ repository, imported: null, error: toApiError(error) });
      }
      for (const queryKey of [['import'], ['bindings'], ['projects']]) await client.invalidateQueries({ queryKey });
    },
  };
}
