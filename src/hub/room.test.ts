import { describe, expect, it } from 'vitest';
import type { Connector } from '../connectors/contract.ts';
import type { Sink } from '../features/ingestion/index.ts';
import { requireWhole, type Room } from './room.ts';

const connector = {
  kind: 'shop',
  streams: [{ name: 'goods' }, { name: 'prices' }],
  webhooks: [{ name: '' }],
} as unknown as Connector;
const sink = { connector: 'shop', streams: ['goods', 'prices'] } as unknown as Sink;
const handler = { kind: 'shop' } as unknown as NonNullable<Room['handlers']>[number];
const reaction = { name: 'hear', handle: async () => undefined };

const store: Room = { name: 'store', sinks: [sink], handlers: [handler], changes: ['sold'] };
const hearer: Room = { name: 'hearer', reactsTo: { sold: 'hear' }, reactions: [reaction] };

const check = (rooms: readonly Room[]) => () => requireWhole(rooms, [connector]);

describe('rooms that fit together', () => {
  it('start', () => {
    expect(check([store, hearer])).not.toThrow();
    expect(
      check([store, hearer, { name: 'night', reactions: [{ ...reaction, name: 'sweep', sweep: '1 2 * * *' }] }]),
    ).not.toThrow();
    expect(check([store, { ...hearer, reactsTo: {}, asksFor: ['hear'] }])).not.toThrow();
  });

  it.each<[string, Room[], string]>([
    [
      'a stream has no sink',
      [{ ...store, sinks: [{ ...sink, streams: ['goods'] }] }, hearer],
      'no room stores prices of shop',
    ],
    ['a connector has none', [{ ...store, sinks: [] }, hearer], 'no room stores what shop reads'],
    ['a connector has two', [{ ...store, sinks: [sink, sink] }, hearer], 'two rooms store what shop reads'],
    [
      'a sink waits for a stream that there is not',
      [{ ...store, sinks: [{ ...sink, streams: [...sink.streams, 'gods'] }] }, hearer],
      'shop has no stream gods',
    ],
    ['nobody takes its deliveries', [{ ...store, handlers: [] }, hearer], 'no room wants the deliveries of shop'],
    ['two take them', [{ ...store, handlers: [handler, handler] }, hearer], 'two rooms want shop'],
    [
      'a kind that sends none has a handler',
      [store, { ...hearer, handlers: [{ ...handler, kind: 'ship' }] }],
      'ship sends no deliveries',
    ],
    [
      'a change is heard that nobody tells of',
      [{ ...store, changes: [] }, hearer],
      'nobody tells of a change of kind sold',
    ],
    ['a reaction is asked for and not carried out', [store, { ...hearer, reactions: [] }], 'nobody carries out hear'],
    ['a reaction is carried out and not asked for', [store, { ...hearer, reactsTo: {} }], 'nothing asks for hear'],
  ])('do not start when %s', (_, rooms, gap) => {
    expect(check(rooms)).toThrow(gap);
  });
});
