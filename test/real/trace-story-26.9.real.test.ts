import { describeTraceStory } from './trace-story.ts';

describeTraceStory();
