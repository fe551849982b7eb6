export { type Plan } from './plan';
export { planOf, simulate, type Outcome } from './simulate';
export { shrink } from './shrink';
