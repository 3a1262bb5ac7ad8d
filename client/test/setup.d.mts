/** A Chromium that starts; `THREADWISE_CHROMIUM` can name one. */
export function findChromium(): string | undefined;
