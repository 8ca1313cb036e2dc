import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { Imported, ImportInput, ImportRepository } from '../../../src/features/repositories/contract.ts';
import { type ApiError, toApiError } from '../../api/api-error.ts';
import { useApi } from '../../app/context.ts';

export interface Outcome {
  repository: ImportRepository;
  imported: Imported | null;
  error: ApiError | null;
}

export interface ImportRun {
  total: number;
  outcomes: readonly Outcome[];
  running: boolean;
}

type More = Omit<ImportInput, 'project' | 'slug'>;

/** Sets up one repository after the other: what fails is kept and does not hold back the rest. */
export function useImport(server: number): {
  run: ImportRun | null;
  start: (repositories: readonly ImportRepository[], how: More) => Promise<void>;
  stop: () => void;
} {
  const api = useApi();
  const client = useQueryClient();
  const [run, setRun] = useState<ImportRun | null>(null);
  const stopped = useRef(false);
  return {
    run,
    stop() {
      stopped.current = true;
    },
    async start(repositories, how) {
      stopped.current = false;
      const outcomes: Outcome[] = [];
      const tell = (running: boolean): void => setRun({ total: repositories.length, outcomes: [...outcomes], running });
      tell(true);
      for (const repository of repositories) {
        if (stopped.current) break;
        const { project, slug } = repository;
        const body = { project, slug, ...how };
        try {
          const imported = await api.send<Imported>('POST', `api/v1/import/${server}/repositories`, body);
          outcomes.push({ repository, imported, error: null });
        } catch (error) {
          outcomes.push({ repository, imported: null, error: toApiError(error) });
        }
        tell(true);
      }
      tell(false);
      for (const queryKey of [['import'], ['bindings'], ['projects']]) await client.invalidateQueries({ queryKey });
    },
  };
}
