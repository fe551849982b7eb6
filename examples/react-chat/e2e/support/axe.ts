export { expectAccessible, expectContrast } from '@confab/example-support/axe';
