/** Facts may be asked to be no older than at most so many seconds: a leap year. */
export const longestAge = 366 * 86_400;
