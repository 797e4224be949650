/**
 * What JavaScript adds to a policy: the contents mark the clause being read, and a click on an anchor
 * copies its address. Everything works without it; the anchors are plain links.
 *
 * It also goes into pages as its own source (proxy.ts), so it uses nothing from outside itself.
 * @returns ends it
 */
export function readAlong(): () => void {
  const links = [...document.querySelectorAll<HTMLElement>("[data-contents]")];
  const sections = [...document.querySelectorAll<HTMLElement>(".policy > .clause")];
  const visible = new Set<string>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) visible.add(target.id);
        else visible.delete(target.id);
      }
      const first = sections.find((section) => visible.has(section.id));
      for (const link of links)
        if (first && link.dataset.contents === first.id) link.setAttribute("aria-current", "location");
        else link.removeAttribute("aria-current");
    },
    { rootMargin: "-15% 0px -70% 0px" },
  );
  for (const section of sections) observer.observe(section);

  let timer: ReturnType<typeof setTimeout>;
  const say = (text: string) => {
    const status = document.querySelector(".reading-status");
    if (status) status.textContent = text;
    clearTimeout(timer);
    if (text) timer = setTimeout(say, 2500, "");
  };
  const copy = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("[data-copy-anchor]") : null;
    if (!link) return;
    navigator.clipboard?.writeText(link.href).then(
      () => say("The link to this clause was copied."),
      () => say(""),
    );
  };
  document.addEventListener("click", copy);
  return () => {
    observer.disconnect();
    document.removeEventListener("click", copy);
    clearTimeout(timer);
  };
}
