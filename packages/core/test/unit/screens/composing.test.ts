import { describe, expect, it } from 'vitest';
import { isComposingKey } from '../../../src/screens/composing';

describe('isComposingKey', () => {
  it('E16.15 a key that an input method takes is told from others, in whatever order the browser tells of it', () => {
    // While a word is composed, as all browsers say it.
    expect(isComposingKey({ isComposing: true, keyCode: 229 })).toBe(true);
    expect(isComposingKey({ isComposing: true, keyCode: 13 })).toBe(true);
    // Safari: `compositionend` comes first, then the Enter that caused it.
    expect(isComposingKey({ isComposing: false, keyCode: 229 })).toBe(true);
    expect(isComposingKey({ isComposing: false, keyCode: 13 })).toBe(false);
    // An event of React has the code, and the rest inside.
    expect(isComposingKey({ keyCode: 13, nativeEvent: { isComposing: true } })).toBe(true);
    expect(isComposingKey({ keyCode: 229, nativeEvent: { isComposing: false } })).toBe(true);
    expect(isComposingKey({ keyCode: 13, nativeEvent: { isComposing: false } })).toBe(false);
    expect(isComposingKey({ keyCode: 27 })).toBe(false);
  });
});
