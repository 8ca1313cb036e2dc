import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiClient } from '../../api/client.ts';
import { useApi } from '../../app/context.ts';

const again = (api: ApiClient, id: number): Promise<{ asked: number }> =>
  api.send('POST', `api/v1/pull-requests/${id}/report`);

/** Writes the reports of a pull request again, also where they lie there as they should. */
export function useReportAgain() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => again(api, id),
    onSettled: () => client.invalidateQueries({ queryKey: ['pull-requests'] }),
  });
}
