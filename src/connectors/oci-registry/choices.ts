import { isRepositoryName } from '../../domain/image-reference.ts';
import type { Choices } from '../contract.ts';
import type { Reader } from './reader.ts';

const mostShown = 50;
/** A catalogue cannot be searched: so many pages of a hundred names are read, and what lies behind stays to be typed. */
export const catalogPages = 20;

/** Repositories of the catalogue whose name has the text. Throws what a registry without a catalogue answers. */
export async function chooseRepositories({ client }: Pick<Reader, 'client'>, text: string): Promise<Choices> {
  const { items, cutOff } = await client.repositories(catalogPages);
  const wanted = text.toLowerCase();
  const names = items.filter((name) => isRepositoryName(name) && name.toLowerCase().includes(wanted));
  return {
    items: names.slice(0, mostShown).map((value) => ({ value, label: null })),
    total: cutOff === null ? names.length : null,
  };
}
