// Text of any origin → text of HTML and SVG, for elements and quoted attributes.

/** Control and direction characters could rewrite what is shown. */
export const escaped = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Bidi_Control}]/gu, (it) => (it === '\n' || it === '\t' ? it : '\u{fffd}'))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
