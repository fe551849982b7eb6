const echoes = [
  (text) => `“${text}”: I could not have put it better, so I did not.`,
  (text) => `You said “${text}”. The walls and I agree.`,
  (text) => `${text}? ${text}! … It grows on me.`,
  (text) => `I have thought about “${text}” for 600 milliseconds. I am in favour.`,
];

const commands = {
  '/help': () =>
    '/time tells the time, /roll throws a die, /who says who you are. Anything else comes back to you.',
  '/time': () => `It is ${new Date().toLocaleTimeString('en-GB')} where I live.`,
  '/roll': () => `You rolled a ${1 + Math.floor(Math.random() * 6)}.`,
  '/who': ({ name, memberCount }) => `You are ${name}, one of ${memberCount} here.`,
};

/**
 * What the bot says to a message.
 *
 * @param {string} text
 * @param {{ name: string, memberCount: number }} about who wrote it, and where
 */
export function replyTo(text, about) {
  const words = text.trim();
  const command = commands[words.toLowerCase()];
  if (command) return command(about);
  if (words.startsWith('/')) return `I do not know ${words.split(' ', 1)[0]}. Try /help.`;
  const short = words.length > 120 ? `${words.slice(0, 119)}…` : words;
  return echoes[short.length % echoes.length](short);
}
