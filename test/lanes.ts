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

/** The wanted of each lane in its order, without lanes that have nothing to do; in one lane where `alone`. */
export function chooseLanes<Name extends string>(
  lanes: readonly (readonly Name[])[],
  wanted: (name: Name) => boolean,
  alone: boolean,
): Name[][] {
  const chosen = lanes.map((lane) => lane.filter(wanted)).filter((lane) => lane.length > 0);
  return alone && chosen.length > 0 ? [chosen.flat()] : chosen;
}

/** All lanes at once, the stages of each one after the other. A stage that throws is the caller’s to catch. */
export async function runLanes<Name extends string>(
  lanes: readonly (readonly Name[])[],
  run: (name: Name) => Promise<void>,
): Promise<void> {
  await Promise.all(
    lanes.map(async (lane) => {
      for (const name of lane) await run(name);
    }),
  );
}
