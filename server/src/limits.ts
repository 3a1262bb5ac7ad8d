// Every bound of the analysis, by name. A bound that is hit can only remove alarms, but for `restless`.

export const limits = {
  /** Bytes of source above which a file is reported as too large instead of parsed. */
  fileBytes: 4_000_000,
  /** The same of a notebook, most of which are pictures that are not looked at. */
  notebookBytes: 64_000_000,
  /** Nesting of expressions and statements that extraction follows; deeper parts become unknown values. */
  depth: 200,
  /** Elements of a literal list or dict that are kept as values; the count stays exact. */
  items: 64,
  /** Characters of a string literal that are kept. */
  literal: 200,
  /** Meanings one expression may have before it becomes unknown. */
  alternatives: 4,
  /** Questions nested in each other; a deeper one is answered later, and its reader asked again. */
  questions: 120,
  /**
   * Runs of one answer from which on it is noted what it says, where it may be that it takes back what it rests on; after as many again it
   * is held to all of that. This is more than it says at any one time, so it is the one bound that may add an alarm.
   */
  restless: 8,
  /** Runs of one answer until a circle of answers has to be at rest; past it the answer is unknown. */
  circleRuns: 50,
  /** Steps of a call chain in a witness. */
  witness: 12,
  /** Calls of a chain that are believed without reserve; in a longer one some condition in between is likely to say no. */
  sureCalls: 8,
  /** Calls down to a file that are believed: most of such a chain is taken seldom, and the file is small. */
  sureFileCalls: 5,
  /** Calls below a property or an operator up to which what it leads to is believed: most of them are quick. */
  sureReads: 2,
  /** Times that flows are taken back and given again after one edit. */
  settleRounds: 200,
  /** Answers looked at to see whether what is handed on comes round to where it came from. */
  circleSearch: 400,
  /** Answers that are looked at when one comes to rest on what it did not rest on before. */
  circleSteps: 20_000,
  /** Functions of one circle of calls that are priced together. */
  circleMembers: 20,
  /** Other coroutines that are told with an alarm about one wait, and repaired with it. */
  others: 8,
  /** Names in a row that a value is followed through to see where it ends up. */
  usageHops: 1,
  /** Functions in a row that hand on a coroutine that another one makes. */
  madeHops: 4,
  /** Functions that are followed from one start to the outside calls below it. */
  reachedFunctions: 60,
  /** Functions on the way to a start of processes that are looked at for what comes before it. */
  pathsToStart: 12,
  /** Waits kept of one function, the worst first. */
  sinks: 16,
  /** Sizes worked out for one question; past it they are unknown. */
  sizes: 100_000,
  /** Binds, calls and names nested in each other on the way to a size. */
  sizeDepth: 60,
  /** Kinds of runner kept per function before they collapse. */
  runners: 8,
  /** Accesses of one place that are compared with each other; a place with more is not looked at. */
  touches: 160,
  /** Accesses of one place before it is known which of them are its function's own business; past it the place is not looked at. */
  accesses: 800,
  /** Pairs of accesses tried for one composite access before it counts as unshared. */
  pairs: 400,
  /** Locks that one function is known to take, itself or below it. */
  locksTaken: 16,
  /** Calls below a function that are followed to the locks they take. */
  lockCalls: 6,
  /** Bytes that facts of one file take at most when they are read from a cache; they take about as much as its source. */
  factsBytes: 32_000_000,
  /** Bytes of a cache on disk; what was of no use for longest is dropped. */
  cacheBytes: 256_000_000,
  /** Days after which what was of no use is dropped from a cache. */
  cacheDays: 30,
  /** Rounds of reading files that link asked for. */
  wantRounds: 16,
  /** Places of the source that one node or edge of the execution map names. */
  mapPlaces: 12,
  /** Callers that are followed from a function to where its run begins. */
  mapCallers: 200,
  /** Entry points that one function is drawn under. */
  mapEntries: 6,
  /** Rounds of `fix` over one file. */
  fixRounds: 10,
} as const;
