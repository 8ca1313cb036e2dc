import { isPlumblineError } from '../../../platform/errors/index.ts';
import type { CodePlace, ReviewComment, ReviewComments } from '../../contract.ts';
import { called, pullRequestPath } from '../address.ts';
import type { BitbucketClient } from '../client.ts';
import { followingPage } from '../paging.ts';
import { Activity, Page, StoredComment } from '../schema.ts';

/** What the server gives at once, and how often it is asked for more. */
const pageSize = 500;
const mostPages = 10;

/** Comments about a whole pull request, for whoever gives a client. */
export function reviewComments<Context>(clientOf: (context: Context) => BitbucketClient): ReviewComments<Context> {
  return {
    find: (context, place, id, marker) => find(clientOf(context), { place, id, marker }),
    async add(context, place, id, text) {
      const call = { subject: subjectOf(place, id), body: { text } };
      return read(
        await clientOf(context).sendFor(StoredComment, 'POST', `${pullRequestPath(place, id)}/comments`, call),
      );
    },
    change: (context, place, id, wanted) => change(clientOf(context), { place, id }, wanted),
  };
}

const subjectOf = (place: CodePlace, id: string): string => `the comment of pull request ${id} of ${called(place)}`;

const read = ({ id, version }: StoredComment): ReviewComment => ({ id: String(id), version });

/** Nothing lists comments about the whole but the activities, which begin with the newest. */
async function find(
  client: BitbucketClient,
  { place, id, marker }: { place: CodePlace; id: string; marker: string },
): Promise<ReviewComment | null> {
  let start = 0;
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await client.get(Page(Activity), `${pullRequestPath(place, id)}/activities`, {
      subject: `activities of pull request ${id} of ${called(place)}`,
      params: { start, limit: pageSize },
    });
    const me = client.user()?.toLowerCase();
    const found = answer.values.find(
      ({ comment }) => comment?.text?.includes(marker) === true && comment.author?.name?.toLowerCase() === me,
    );
    if (found?.comment != null) return read(found.comment);
    const { next } = followingPage(answer, start);
    if (next === null) return null;
    start = next;
  }
  return null;
}

interface Wanted extends ReviewComment {
  text: string;
}

async function change(
  client: BitbucketClient,
  at: { place: CodePlace; id: string },
  wanted: Wanted,
): Promise<ReviewComment | 'gone'> {
  const path = `${pullRequestPath(at.place, at.id)}/comments/${encodeURIComponent(wanted.id)}`;
  const subject = subjectOf(at.place, at.id);
  const put = async ({ text, version }: Wanted): Promise<ReviewComment> =>
    read(await client.sendFor(StoredComment, 'PUT', path, { subject, body: { text, version } }));
  try {
    return await put(wanted).catch(async (error: unknown) => {
      if (!isPlumblineError(error, 'bitbucket_conflict')) throw error;
      // Somebody changed it, be it its state or a task of it: what it says is ours all the same.
      const { version } = await client.get(StoredComment, path, { subject });
      if (version === wanted.version) throw error;
      return put({ ...wanted, version });
    });
  } catch (error) {
    if (isGone(error)) return 'gone';
    throw error;
  }
}

/** Pull request, repository and project have errors of their own. */
const isGone = (error: unknown): boolean =>
  isPlumblineError(error, 'endpoint_unavailable') && error.data['status'] === 404;
