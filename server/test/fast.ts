// The inner loop looks at a sample of what takes long; `npm test` looks at all of it.
export const fast = process.env.THREADWISE_FAST === '1';
/** In the inner loop, every so many of them. */
export const sampled = <T>(all: readonly T[], every: number): readonly T[] => (fast ? all.filter((_, at) => at % every === 0) : all);
