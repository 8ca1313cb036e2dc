import { type ReasonCode, reasons } from '../../../domain/verdict.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { VerdictAnswer } from '../contract.ts';

/** The verdict on one platform of an image, e.g. `linux/arm64`. */
export function onlyPlatform(verdict: VerdictAnswer, platform: string): VerdictAnswer {
  const found = verdict.platforms.find((one) => one.platform === platform);
  if (found === undefined) {
    if (verdict.platforms.length === 0) return verdict;
    const there = verdict.platforms.map((one) => one.platform ?? 'unnamed').join(', ');
    const message = `${verdict.image.reference} has no platform ${platform}; it has ${there}.`;
    throw new PlumblineError('invalid_request', { message, remedy: 'Name one of these.' });
  }
  return narrowed(verdict, found);
}

/** The verdict as that of one platform. */
export function narrowed(verdict: VerdictAnswer, platform: VerdictAnswer['platforms'][number]): VerdictAnswer {
  const { status, reason } = platform;
  const { title, remedy } = reasons[reason as ReasonCode];
  const waiver = status === 'failed' ? verdict.waiver : null;
  return { ...verdict, status, reason, message: title, remedy, waiver, platforms: [platform] };
}
