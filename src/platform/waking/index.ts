export { type Alarm, createAlarm } from './alarm.ts';
