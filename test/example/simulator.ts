import { createHmac } from 'node:crypto';
import { fromIndex } from '../../lab/simulators/wire/paging.ts';
import { json } from '../../lab/simulators/wire/reply.ts';
import { type Answered, type Received, startWire, type Wire } from '../../lab/simulators/wire/server.ts';
import { shownBy } from '../../lab/simulators/wire/tokens.ts';

export interface Book {
  isbn: string;
  title: string;
  lentAt: string | null;
}

/** Books by shelf. */
type World = Map<string, Book[]>;

export interface Library extends Wire<World> {
  token: string;
  shelves: World;
  /** As the library tells of a change, signed with the secret. */
  tell(address: string, secret: string, shelf: string): Promise<number>;
}

const token = 'example-token-0001';
const pageSize = 2;

/** The outside system of the connector `example`. */
export async function startLibrary(shelves: World): Promise<Library> {
  const wire = await startWire<World>({ world: shelves, answer: (received) => answer(shelves, received) });
  let told = 0;
  return {
    ...wire,
    token,
    shelves,
    async tell(address, secret, shelf) {
      const body = JSON.stringify({ delivery: String((told += 1)), shelf });
      const signature = createHmac('sha256', secret).update(body).digest('hex');
      const headers = { 'content-type': 'application/json', 'x-example-signature': signature };
      return (await fetch(address, { method: 'POST', headers, body })).status;
    },
  };
}

function answer(shelves: World, { path, query, headers }: Received<World>): Answered {
  const shown = shownBy(headers.authorization);
  if (shown.scheme !== 'bearer' || shown.token !== token)
    return { reply: json({ message: 'Who are you?' }, 401), known: true, who: 'invalid' };
  const reply = replyTo(shelves, path, query);
  return { reply: reply ?? json({ message: 'No such path.' }, 404), known: reply !== null, who: 'reader' };
}

function replyTo(shelves: World, path: string, query: URLSearchParams): ReturnType<typeof json> | null {
  if (path === 'api/shelves') {
    const rows = [...shelves].map(([name, books]) => ({ name, changes: books.length }));
    return json({ shelves: rows, total: rows.length });
  }
  if (path !== 'api/books') return null;
  const books = shelves.get(query.get('shelf') ?? '') ?? [];
  const { rows, next } = fromIndex(books, Number(query.get('start')), pageSize);
  return json({ books: rows, total: books.length, next });
}
