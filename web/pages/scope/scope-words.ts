import { useQuery } from '@tanstack/react-query';
import { nodePlaceQuery } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { useSession } from '../../app/session.ts';
import { useScope } from './use-scope.ts';

export interface OwnTeams {
  nodes: readonly number[];
  /** Of the one node that is theirs, or `your teams`. */
  name: string;
}

/** Whose somebody who works in some teams is; undefined for who works in the whole organization. */
export function useOwnTeams(): OwnTeams | undefined {
  const own = useSession()?.user?.nodes ?? undefined;
  const only = own?.length === 1 ? own[0] : undefined;
  const { data } = useQuery({ ...nodePlaceQuery(useApi(), only ?? 0, undefined), enabled: only !== undefined });
  return own === undefined ? undefined : { nodes: own, name: data?.path.at(-1)?.name ?? 'your teams' };
}

/** ` in Payments`, at the end of what a page says of the rows it does not have; nothing for the whole organization. */
export function useInScope(): string {
  const { node, treeAt } = useScope();
  const own = useOwnTeams();
  const { data } = useQuery({ ...nodePlaceQuery(useApi(), node ?? 0, treeAt), enabled: node !== undefined });
  const name = node === undefined ? own?.name : (data?.path.at(-1)?.name ?? 'this node');
  return name === undefined ? '' : ` in ${name}`;
}
