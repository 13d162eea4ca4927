/** Options that every provider understands. */
export interface FetchOptions {
  /** Use only what is on this machine already; a fetch that would be needed is a CouldNotRun. */
  readonly offline?: boolean;
  /** Fetch again what is cached already. */
  readonly refresh?: boolean;
  /** Called with one line (no newline) when something slow begins or an alternative is taken. */
  readonly onProgress?: (line: string) => void;
}
