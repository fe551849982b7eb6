// What the browser tests run in.
import { startWorld as start } from '@confab/example-support/world';

/** @typedef {import('@confab/example-support/world').World} World */
/** @typedef {import('@confab/example-support/world').Person} Person */

/** Starts a local stack with the demo data, the built example, and a Chromium; `stop` ends all again. */
export const startWorld = () => start('react-chat');
