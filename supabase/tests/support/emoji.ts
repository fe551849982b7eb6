const joiner = '\u200D';
const selector = '\uFE0F';
const tones = ['🏻', '🏼', '🏽', '🏾', '🏿'];
const people = ['👨', '👩', '🧑'];
const family = [...people, '👦', '👧', '🧒'];
/** What Unicode joins to something else to make a new emoji. */
const endings =
  '💥 ♀️ ♂️ 🔥 🩹 🟫 🟩 ➡️ ⚧️ 🌈 ☠️ ⬛ 🦺 ❄️ 🗨️ ⚕️ ⚖️ ✈️ 🌾 🍳 🍼 🎓 🎤 🎨 🏫 🏭 👦 👧 💻 💼 🔧 🔬 🚀 🚒 🦯 🦰 🦱 🦲 🦳 🦼 🦽 💨 💫 🌫️ ↔️ ↕️ 🎄 🧒 🩰';

/** Every emoji this Node knows, fully qualified; found by trying, because it cannot be asked for the list. */
export function allEmoji(): string[] {
  // Written like this because the compiler's target does not know the flag.
  const isEmoji = new RegExp('^\\p{RGI_Emoji}$', 'v');
  const found = new Set<string>();
  const tryOut = (...parts: string[]): void => {
    const emoji = parts.join('');
    if (isEmoji.test(emoji)) found.add(emoji);
  };
  const tryJoined = (...parts: string[]): void => tryOut(parts.join(joiner));

  for (let code = 0x23; code < 0x20000; code += 1) {
    const one = String.fromCodePoint(code);
    tryOut(one);
    tryOut(one, selector);
    tryOut(one, selector, '\u20E3');
    for (const tone of tones) tryOut(one, tone);
  }
  const singles = [...found];
  for (const one of singles) for (const end of endings.split(' ')) tryJoined(one, end);
  for (const one of [...found]) if (one.includes(joiner)) tryJoined(one, '➡️');
  const toned = people.flatMap((person) => [person, ...tones.map((tone) => person + tone)]);
  for (const one of toned) {
    for (const other of toned) {
      for (const between of ['🤝', '🐰', '🫯', '❤️']) tryJoined(one, between, other);
      tryJoined(one, '❤️', '💋', other);
    }
  }
  for (const tone of tones) for (const other of tones) tryJoined(`🫱${tone}`, `🫲${other}`);
  for (const a of family) {
    for (const b of family) {
      for (const c of family) {
        tryJoined(a, b, c);
        for (const d of family) tryJoined(a, b, c, d);
      }
    }
  }
  const letters = Array.from({ length: 26 }, (_, n) => String.fromCodePoint(0x1f1e6 + n));
  for (const one of letters) for (const other of letters) tryOut(one, other);
  for (const region of ['gbeng', 'gbsct', 'gbwls']) {
    const tags = [...region].map((letter) => String.fromCodePoint(0xe0000 + (letter.codePointAt(0) ?? 0)));
    tryOut('🏴', ...tags, '\u{E007F}');
  }
  return [...found];
}
