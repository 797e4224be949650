/** First in the tab order of every page: straight to the content (WCAG 2.4.1). */
export function SkipLink() {
  return (
    <a
      href="#main"
      className="no-print fixed top-2 left-2 z-50 -translate-y-24 rounded-md bg-accent px-4 py-2 font-medium text-accent-ink focus:translate-y-0"
    >
      Skip to the content
    </a>
  );
}
