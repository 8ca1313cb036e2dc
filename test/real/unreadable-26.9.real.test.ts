import { describeUnreadable } from './unreadable.ts';

describeUnreadable();
