import { readFileSync } from 'node:fs';

import { roles, targets, type Role, type Target } from './cast.js';

/** One question with its expected answer: `ok`, `none` (nothing of it is shown or changed), or how it is refused. */
export interface Cell {
  section: Section;
  name: string;
  operation: string;
  target: Target;
  role: Role;
  expected: string;
}

export type Section = 'table' | 'function' | 'topic';

export interface Matrix {
  cells: readonly Cell[];
  /** The names of a section, each once. */
  named(section: Section): string[];
}

/** Describes a cell in a line of the report. */
export const describeCell = ({ role, target, section, name, operation }: Cell): string =>
  `${role}/${target}/${section} ${name} ${operation}`;

/** Reads the tables of `expected.md`: each heading a section, each line a name, its operations and targets. */
export function readMatrix(url: URL = new URL('expected.md', import.meta.url)): Matrix {
  const cells: Cell[] = [];
  let section: Section | null = null;
  for (const [index, line] of readFileSync(url, 'utf8').split('\n').entries()) {
    const heading = /^## (Tables|Functions|Topics)$/.exec(line)?.[1];
    if (heading !== undefined) section = sectionOf(heading);
    if (section === null || !line.startsWith('|') || /^\|[ -]*-/.test(line)) continue;
    const columns = line
      .split('|')
      .slice(1, -1)
      .map((column) => column.trim());
    const head = columns.slice(0, -roles.length);
    const outcomes = columns.slice(-roles.length);
    if (outcomes[0] === roles[0]) {
      if (outcomes.join() !== roles.join())
        throw new Error(`line ${index + 1}: the columns are not the roles`);
      continue;
    }
    cells.push(...cellsOf(section, head, outcomes, index + 1));
  }
  const keys = cells.map(describeCell);
  const doubled = keys.find((key, index) => keys.indexOf(key) !== index);
  if (doubled !== undefined) throw new Error(`the matrix says twice what is expected of ${doubled}`);
  return {
    cells,
    named: (wanted) => [...new Set(cells.filter((cell) => cell.section === wanted).map(({ name }) => name))],
  };
}

function sectionOf(heading: string): Section {
  return heading === 'Tables' ? 'table' : heading === 'Functions' ? 'function' : 'topic';
}

function cellsOf(section: Section, head: string[], outcomes: string[], line: number): Cell[] {
  const [name = '', operations = '', wanted = ''] = head;
  const list = (text: string): string[] => text.split(',').map((item) => item.trim());
  if (name === '' || operations === '' || wanted === '' || outcomes.includes('')) {
    throw new Error(`line ${line}: a column is empty`);
  }
  return list(operations).flatMap((operation) =>
    list(wanted).flatMap((target) =>
      outcomes.flatMap((expected, column) => {
        const role = roles[column];
        if (role === undefined || !isTarget(target)) throw new Error(`line ${line}: no such target`);
        return [{ section, name, operation, target, role, expected }];
      }),
    ),
  );
}

const isTarget = (text: string): text is Target => targets.some((target) => target === text);
