// Every bound of the analysis, by name. A bound that is hit can only remove alarms.

export const limits = {
  /** Bytes of source above which a file is reported as too large instead of parsed. */
  fileBytes: 4_000_000,
  /** Nesting of expressions and statements that extraction follows; deeper parts become unknown values. */
  depth: 200,
  /** Elements of a literal list or dict that are kept as values; the count stays exact. */
  items: 64,
  /** Characters of a string literal that are kept. */
  literal: 200,
  /** Meanings one expression may have before it becomes unknown. */
  alternatives: 4,
  /** Questions about names and types nested in each other. */
  questions: 150,
  /** Rounds in which arguments flow into parameters. */
  flowRounds: 5,
  /** Steps of a call chain in a witness. */
  witness: 12,
  /** Calls of a chain that are believed without reserve; in a longer one some condition in between is likely to say no. */
  sureCalls: 8,
  /** Functions priced for one question, each with the arguments it gets; past it the answer is unclear. */
  prices: 3000,
  /** Sizes worked out for one question; past it they are unknown. */
  sizes: 100_000,
  /** Nested calls whose price is followed. */
  priceDepth: 24,
  /** Kinds of runner kept per function before they collapse. */
  runners: 8,
  /** Rounds of reading files that link asked for. */
  wantRounds: 16,
  /** Rounds of `fix` over one file. */
  fixRounds: 10,
} as const;
