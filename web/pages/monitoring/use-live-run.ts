import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Run } from '../../../src/features/ingestion/contract.ts';
import { runQuery } from '../../api/runs.ts';
import { useApi } from '../../app/context.ts';
import { isLive } from './run-words.ts';

/** A run as it goes on: by events, and by asking every two seconds where events do not pass (some proxies). */
export function useLiveRun(id: number) {
  const api = useApi();
  const client = useQueryClient();
  const query = useQuery(runQuery(api, id));
  const live = query.data !== undefined && isLive(query.data);
  useEffect(() => {
    if (!live) return;
    const source = new EventSource(api.url(`api/v1/runs/${id}/events`));
    source.addEventListener('progress', (event: MessageEvent<string>) => {
      const run = JSON.parse(event.data) as Run;
      client.setQueryData(runQuery(api, id).queryKey, run);
      if (isLive(run)) return;
      source.close();
      void client.invalidateQueries({ queryKey: ['runs'] });
      void client.invalidateQueries({ queryKey: ['insights'] });
    });
    // The browser tries again by itself; polling goes on meanwhile.
    return () => source.close();
  }, [api, client, id, live]);
  return query;
}
