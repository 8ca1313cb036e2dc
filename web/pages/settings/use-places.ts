import { useQueries } from '@tanstack/react-query';
import { nodePlaceQuery } from '../../api/organization.ts';
import { ApiError } from '../../api/api-error.ts';
import { useApi } from '../../app/context.ts';

export interface Place {
  /** The node with what is above it, `Berlin / Platform`, or what is known in place of that. */
  words: string;
  state: 'asked' | 'there' | 'gone' | 'unread';
}

/** Where nodes of org trees stand, in whichever tree. One that could not be read is not called gone. */
export function usePlaces(nodes: readonly number[]): ReadonlyMap<number, Place> {
  const api = useApi();
  const asked = [...new Set(nodes)];
  return useQueries({
    queries: asked.map((id) => ({ ...nodePlaceQuery(api, id, undefined), retry: false })),
    combine: (results) =>
      new Map(
        asked.map((id, at): [number, Place] => {
          const { data, error, isPlaceholderData = false } = results[at] ?? {};
          if (error instanceof ApiError && error.code === 'org_node_not_found')
            return [id, { words: `Node ${id}, gone`, state: 'gone' }];
          // What stands in for the answer is of another node.
          if (data !== undefined && !isPlaceholderData)
            return [id, { words: data.path.map(({ name }) => name).join(' / '), state: 'there' }];
          return error == null
            ? [id, { words: `Node ${id}`, state: 'asked' }]
            : [id, { words: `Node ${id}, its name could not be read`, state: 'unread' }];
        }),
      ),
  });
}
