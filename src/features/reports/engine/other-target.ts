/** Null where its analysis was made for the branch that the pull request goes to, or nothing says for which. */
export function otherTarget(number: string, { is, was }: { is: string; was: string | null }): string | null {
  if (was === null || withoutPrefix(was) === is) return null;
  return `Pull request ${number} goes to ${is}, and its newest analysis was made for ${was}.`;
}

/** Pipelines give the scanner what their system calls the branch. */
const withoutPrefix = (name: string): string => name.replace(/^refs\/heads\//, '');
