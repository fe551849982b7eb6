import { render } from '@testing-library/react';
import { version } from 'react';
import { version as domVersion } from 'react-dom';
import { version as serverVersion } from 'react-dom/server';
import { describe, expect, it } from 'vitest';

describe('H7 versions of React', () => {
  it('H7.1 everything of a run is of one version', ({ task }) => {
    const [, major = ''] = /react-(\d+)/.exec(task.file.projectName ?? '') ?? [];
    expect([version, domVersion, serverVersion].map((text) => text.split('.')[0])).toEqual([
      major,
      major,
      major,
    ]);
    expect(render(<p>Hello</p>).container.textContent).toBe('Hello');
  });
});
