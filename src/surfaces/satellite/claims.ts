import type { Claimed, WorkPort } from '../../connectors/work/index.ts';
import type { HubClient } from './hub-client.ts';

/** Between two questions while more of a run is about to come: a discovery is published before its tasks are there. */
const soonMs = 250;
/** A task that is read for hours is no reason to ask four times a second. */
const longestSoonMs = 2_000;

export interface ClaimsOptions {
  hub: Pick<HubClient, 'call'>;
  /** Between two questions when there is nothing to do. */
  idleSeconds: number;
  signal: AbortSignal;
  onAway(error: Error): void;
  onAnswer(claimed: Claimed): void;
  /** Somebody should ask again now. */
  wake(): void;
}

export interface Claims {
  claim: WorkPort['claim'];
  /** A task ended: what is planned upon it may be there at once. */
  again(): void;
}

/** An idle satellite asks as often as the hub wants; all its loops together ask once. */
export function createClaims({ hub, idleSeconds, signal, onAway, onAnswer, wake }: ClaimsOptions): Claims {
  const idleMs = idleSeconds * 1_000;
  let idleUntil = 0;
  let nextWaitMs = soonMs;
  const claim: Claims['claim'] = async () => {
    if (Date.now() < idleUntil) return undefined;
    idleUntil = Date.now() + idleMs;
    let claimed: Claimed;
    try {
      claimed = await hub.call('claim', {}, signal);
    } catch (error) {
      onAway(error as Error);
      return undefined;
    }
    onAnswer(claimed);
    if (claimed.work !== null) {
      idleUntil = 0;
      nextWaitMs = soonMs;
      return claimed.work.assignment;
    }
    if (!claimed.soon) return undefined;
    const waitMs = Math.min(nextWaitMs, idleMs);
    nextWaitMs = Math.min(nextWaitMs * 2, longestSoonMs);
    idleUntil = Date.now() + waitMs;
    setTimeout(wake, waitMs + 1).unref();
    return undefined;
  };
  return {
    claim,
    again() {
      idleUntil = 0;
      nextWaitMs = soonMs;
    },
  };
}
