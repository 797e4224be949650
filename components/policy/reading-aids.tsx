"use client";

import { useEffect, useState } from "react";

/**
 * What JavaScript adds to a policy: the contents mark the clause being read, and a click on an anchor
 * copies its address. Everything works without it; the anchors are plain links.
 */
export function ReadingAids() {
  const [said, say] = useState("");

  useEffect(() => {
    const links = new Map(
      [...document.querySelectorAll<HTMLElement>("[data-contents]")].map((link) => [link.dataset.contents, link]),
    );
    const visible = new Set<string>();
    const sections = [...document.querySelectorAll<HTMLElement>(".policy > .clause")];
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          if (isIntersecting) visible.add(target.id);
          else visible.delete(target.id);
        }
        const first = sections.find((section) => visible.has(section.id));
        for (const [id, link] of links)
          if (first?.id === id) link.setAttribute("aria-current", "location");
          else link.removeAttribute("aria-current");
      },
      { rootMargin: "-15% 0px -70% 0px" },
    );
    for (const section of sections) observer.observe(section);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const copy = (event: MouseEvent) => {
      const link =
        event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("[data-copy-anchor]") : null;
      if (!link) return;
      navigator.clipboard?.writeText(link.href).then(
        () => say("The link to this clause was copied."),
        () => say(""),
      );
    };
    document.addEventListener("click", copy);
    return () => document.removeEventListener("click", copy);
  }, []);

  useEffect(() => {
    if (said === "") return;
    const timer = setTimeout(() => say(""), 2500);
    return () => clearTimeout(timer);
  }, [said]);

  return (
    <p role="status" className="reading-status no-print">
      {said}
    </p>
  );
}
