/** Writes the words of one stage; nothing of another comes between them. */
export interface Voice {
  say(text: string): void;
  end(): void;
}

/**
 * Stages that run at once and share one terminal. One of them is heard while it speaks; what the others say is kept
 * until it has ended, then comes as a whole, the ended ones first.
 */
export function shareOutput(write: (text: string) => void): { open(): Voice } {
  const waiting: { kept: string[]; ended: boolean }[] = [];
  const passOn = (): void => {
    while (waiting[0]?.ended === true) {
      waiting.shift();
      for (let at = 0; at < waiting.length; )
        if (waiting[at]?.ended === true) for (const text of waiting.splice(at, 1)[0]?.kept ?? []) write(text);
        else at++;
      for (const text of waiting[0]?.kept.splice(0) ?? []) write(text);
    }
  };
  return {
    open() {
      const own = { kept: [] as string[], ended: false };
      waiting.push(own);
      return {
        say(text) {
          if (waiting[0] === own) write(text);
          else own.kept.push(text);
        },
        end() {
          own.ended = true;
          passOn();
        },
      };
    },
  };
}

/**
 * Runs each of `names` once, `lanes` of them at a time: a lane that is free takes the next. Two of one `group` never run
 * beside each other: what comes behind them goes first meanwhile. One that throws is the caller’s to catch.
 */
export async function runLanes<Name extends string>(
  names: readonly Name[],
  { lanes, group }: { lanes: number; group: (name: Name) => string },
  run: (name: Name) => Promise<void>,
): Promise<void> {
  const waiting = [...names];
  const running = new Set<string>();
  const lane = async (): Promise<void> => {
    for (;;) {
      // Where all that waits is of a group that runs, the lane of that group goes on with it.
      const next = waiting.find((name) => !running.has(group(name)));
      if (next === undefined) return;
      waiting.splice(waiting.indexOf(next), 1);
      running.add(group(next));
      await run(next);
      running.delete(group(next));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
