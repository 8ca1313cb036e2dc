/** Key of a companion: of its main project, and the pull request’s number. */
export const companionKey = (project: string, pullRequest: string): string => `${project}:pr-${pullRequest}`;

/** The key of the main project that a key would have as a companion; null: no companion has such a key. */
export function mainOfCompanion(key: string): string | null {
  const at = key.lastIndexOf(':pr-');
  return at > 0 && /^\d+$/.test(key.slice(at + 4)) ? key.slice(0, at) : null;
}
