const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });

/** `12,004` */
export const formatCount = (value: number): string => whole.format(value);

/** `12.4`, `12` */
export const formatDecimal = (value: number): string => oneDigit.format(value);

/** `+12`, `−37`, `no change`: the sign is a true minus, as wide as the plus. */
export function formatChange(value: number): string {
  if (value === 0) return 'no change';
  return value > 0 ? `+${whole.format(value)}` : `−${whole.format(-value)}`;
}

/** `1 project`, `148 projects` */
export function countOf(value: number, one: string, many = `${one}s`): string {
  return `${whole.format(value)} ${value === 1 ? one : many}`;
}

/** `2.4 MB`; powers of ten, as disks are sold. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${oneDigit.format(bytes / 1000 ** step)} ${units[step]}`;
}

/** For a range of a list: `51 to 100 of 1,204`, or `of more than 50,000` where counting stopped. */
export function formatRange(page: number, pageSize: number, shown: number, total: number, more = false): string {
  if (total === 0 || shown === 0) return '';
  const first = (page - 1) * pageSize + 1;
  return `${whole.format(first)} to ${whole.format(first + shown - 1)} of ${more ? 'more than ' : ''}${whole.format(total)}`;
}
