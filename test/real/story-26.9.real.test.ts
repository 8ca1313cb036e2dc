import { describeStory } from './story.ts';

describeStory({ satellite: true });
