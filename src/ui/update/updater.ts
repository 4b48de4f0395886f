// What the customer's screen needs of the session of an update: UpdateSession, or the stories of the tests.
import type { UpdateVerbs, UpdateView } from '#session/update/verbs.ts';

export type Updater = UpdateView & UpdateVerbs;
