/** What somebody without eyes or without a mouse would miss. */
export function complaints(): string[];
/** Texts with less contrast than 4.5 : 1. */
export function faint(): string[];
/** What has the focus: its element and its name. */
export function focusName(): string;
