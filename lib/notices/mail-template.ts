const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };

/** As React escapes text, between tags and inside attributes alike. */
export const escapeHtml = (text: string): string =>
  /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (letter) => entities[letter] ?? letter) : text;

/**
 * Puts values into the places of a mail's JSON text: `{{name}}`, or `{{html:name}}` where the value stands in HTML.
 * A value is written as JSON writes it inside a string and is not looked at again, so none can make a place.
 */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{(html:)?(\w+)\}\}/g, (place, html: string | undefined, name: string) => {
    const value = values[name];
    if (value === undefined) return place;
    return JSON.stringify(html ? escapeHtml(value) : value).slice(1, -1);
  });
}
