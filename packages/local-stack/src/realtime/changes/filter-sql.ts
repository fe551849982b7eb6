import type { Filter, Operator } from './params.js';

const SYMBOLS: Record<Exclude<Operator, 'is' | 'isdistinct' | 'in'>, string> = {
  eq: '=',
  neq: '!=',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
  like: 'like',
  ilike: 'ilike',
  match: '~',
  imatch: '~*',
};

export const IS_WORDS = ['null', 'true', 'false', 'unknown'];

/**
 * The condition of a filter. `value` is the placeholder of the column's text, `bind` makes one for an operand,
 * `type` is the type of the column as SQL: both sides are cast to it, so the comparison is that of the type.
 */
export function filterSql(
  filter: Filter,
  type: string,
  value: string,
  bind: (operand: string) => string,
): string {
  const { operator, isNegated } = filter;
  const not = isNegated ? 'not ' : '';
  switch (operator) {
    case 'isdistinct': {
      // Negated it is "not distinct", which is the other operator.
      return `${value}::${type} is ${not}distinct from ${bind(filter.value)}::${type}`;
    }
    case 'is':
      return `${value}::${type} is ${not}${IS_WORDS.find((word) => word === filter.value) ?? 'null'}`;
    case 'in':
      return `${not}(${value}::${type} = any(${bind(filter.value)}::${type}[]))`;
    default:
      return `${not}(${value}::${type} ${SYMBOLS[operator]} (${bind(filter.value)}::${type}))`;
  }
}
