import { fromText, toText, wire, wireAnswer, wireQuestion } from '../../src/connectors/work/wire.ts';
import type { WorkPort } from '../../src/connectors/work/index.ts';

type Kind = keyof typeof wire;

/** The same port for a worker that can send and receive nothing but text. */
export function textPort(port: WorkPort): WorkPort {
  const over = <T>(kind: Kind, message: T): T => fromText<unknown>(wire[kind], toText(wire[kind], message)) as T;
  return {
    claim: async () => over('assignment', (await port.claim()) ?? null) ?? undefined,
    open: async (lease, signal) => over('opened', await port.open(over('lease', lease), signal)),
    beat: async (lease) => over('beat', await port.beat(over('lease', lease))),
    async ask(lease, name, question) {
      const asked = fromText(wireQuestion(name), toText(wireQuestion(name), question)) as typeof question;
      const answer = await port.ask(over('lease', lease), name, asked);
      return fromText(wireAnswer(name), toText(wireAnswer(name), answer)) as typeof answer;
    },
    stage: (lease, batch) => port.stage(over('lease', lease), over('batch', batch)),
    pause: (lease, until) => port.pause(over('lease', lease), until),
    finish: (lease, end) => port.finish(over('lease', lease), over('finish', end)),
    fail: async (lease, failure) => over('decision', await port.fail(over('lease', lease), over('failure', failure))),
  };
}
