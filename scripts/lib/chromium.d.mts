export function lookForChromium(): string | null;
export function findChromium(): Promise<string>;
