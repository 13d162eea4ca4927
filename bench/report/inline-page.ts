/** The frame of a small page that is one file: no network, and no script or style but its own. */
import { createHash } from 'node:crypto';

export interface InlinePage {
  readonly title: string;
  /** What it can be shown in. */
  readonly schemes: 'light' | 'light dark';
  readonly style: string;
  /** '' for none. */
  readonly script: string;
  /** Markup; whatever came from outside must be escaped. */
  readonly body: string;
}

export function inlinePage({ title, schemes, style, script, body }: InlinePage): string {
  const policy = [
    "default-src 'none'",
    script === '' ? "script-src 'none'" : `script-src '${digest(script)}'`,
    `style-src '${digest(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${schemes}">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${escapeMarkup(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
${script === '' ? '' : `<script>${script}</script>`}
</body>
</html>
`;
}

export function escapeMarkup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A length in a drawing, to a hundredth. */
export function fixed(value: number): string {
  return String(Number(value.toFixed(2)));
}

/** As much of a text as fits into a width of a drawing whose characters are about so wide; '' when it is not worth it. */
export function fitting(text: string, width: number, characterWidth: number): string {
  const room = Math.floor((width - 6) / characterWidth);
  return room < 3 ? '' : text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
