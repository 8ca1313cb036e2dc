import type { DoctorCheck } from '../contract.ts';

type Outcome = DoctorCheck['outcome'];

/** Makes the checks of one area. */
export function area(name: string) {
  const check = (outcome: Outcome, title: string, message: string, remedy: string | null = null): DoctorCheck => ({
    area: name,
    name: title,
    outcome,
    message,
    remedy,
  });
  return {
    ok: (title: string, message: string) => check('ok', title, message),
    info: (title: string, message: string) => check('info', title, message),
    warning: (title: string, message: string, remedy: string) => check('warning', title, message, remedy),
    bad: (title: string, message: string, remedy: string) => check('bad', title, message, remedy),
  };
}

export function size(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** How far two clocks are apart, in words and as an outcome. A difference moves watermarks and ends of tokens. */
export function judgeSkew(milliseconds: number): { outcome: 'ok' | 'warning' | 'bad'; words: string } {
  const seconds = Math.abs(milliseconds) / 1000;
  const words = `${seconds.toFixed(1)} s ${milliseconds < 0 ? 'behind' : 'ahead of'}`;
  return { outcome: seconds > 60 ? 'bad' : seconds > 5 ? 'warning' : 'ok', words };
}

/** Free space on the disk of the state directory. */
export function judgeDisk(free: number, total: number): 'ok' | 'warning' | 'bad' {
  const share = free / total;
  if (free < 200e6 || share < 0.01) return 'bad';
  return free < 2e9 || share < 0.05 ? 'warning' : 'ok';
}

/** Memory in use against the limit of the container or machine. */
export function judgeMemory(used: number, limit: number): 'ok' | 'warning' {
  return used > 0.85 * limit ? 'warning' : 'ok';
}
