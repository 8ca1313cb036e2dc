import { createHmac } from 'node:crypto';
import { fromIndex } from '../../lab/simulators/wire/paging.ts';
import { json } from '../../lab/simulators/wire/reply.ts';
import { type Answered, type Received, startWire, type Wire } from '../../lab/simulators/wire/server.ts';
import { shownBy } from '../../lab/simulators/wire/tokens.ts';

export interface Book {
  isbn: string;
  title: string;
  addedAt: string;
  lentAt: string | null;
}

/** Books by shelf. */
type World = Map<string, Book[]>;

export interface Library extends Wire<World> {
  token: string;
  shelves: World;
  /** Books that it counts and does not list, of those that were added before this moment. */
  hidden: { before: string; count: number };
  /** As the library tells of a change, signed with the secret. */
  tell(address: string, secret: string, shelf: string): Promise<number>;
}

const token = 'example-token-0001';
const pageSize = 2;

/** The outside system of the connector `example`. */
export async function startLibrary(shelves: World): Promise<Library> {
  const hidden = { before: '', count: 0 };
  const wire = await startWire<World>({
    world: shelves,
    answer: (received) => answer(shelves, received, hidden),
  });
  let told = 0;
  return {
    ...wire,
    token,
    shelves,
    hidden,
    async tell(address, secret, shelf) {
      const body = JSON.stringify({ delivery: String((told += 1)), shelf });
      const signature = createHmac('sha256', secret).update(body).digest('hex');
      const headers = { 'content-type': 'application/json', 'x-example-signature': signature };
      return (await fetch(address, { method: 'POST', headers, body })).status;
    },
  };
}

function answer(shelves: World, { path, query, headers }: Received<World>, hidden: Library['hidden']): Answered {
  const shown = shownBy(headers.authorization);
  if (shown.scheme !== 'bearer' || shown.token !== token)
    return { reply: json({ message: 'Who are you?' }, 401), known: true, who: 'invalid' };
  const reply = replyTo(shelves, path, { query, hidden });
  return { reply: reply ?? json({ message: 'No such path.' }, 404), known: reply !== null, who: 'reader' };
}

function replyTo(
  shelves: World,
  path: string,
  { query, hidden }: { query: URLSearchParams; hidden: Library['hidden'] },
): ReturnType<typeof json> | null {
  if (path === 'api/shelves') {
    const rows = [...shelves].map(([name, books]) => ({ name, changes: books.length }));
    return json({ shelves: rows, total: rows.length });
  }
  if (path !== 'api/books') return null;
  const [from, to] = [query.get('from') ?? '', query.get('to') ?? '9999'];
  const books = (shelves.get(query.get('shelf') ?? '') ?? []).filter(({ addedAt }) => addedAt >= from && addedAt < to);
  const { rows, next } = fromIndex(books, Number(query.get('start')), pageSize);
  return json({ books: rows, total: books.length + (to <= hidden.before ? hidden.count : 0), next });
}
