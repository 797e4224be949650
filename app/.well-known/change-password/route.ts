/** W3C "A Well-Known URL for Changing Passwords": nobody has a password here; sessions are what one manages. */
export function GET(): Response {
  return new Response(null, { status: 302, headers: { location: "/account/sessions" } });
}
