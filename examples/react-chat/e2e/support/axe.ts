export { expectAccessible } from '@confab/example-support/axe';
