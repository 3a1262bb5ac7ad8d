// The tools that `defer` can name.
export const peers = ['ruff', 'flake8-async', 'pylint', 'pyright', 'mypy'] as const;
export type Peer = (typeof peers)[number];
