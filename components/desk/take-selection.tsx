"use client";

import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";

/** Puts what is marked in the message above into a field; what is not marked there cannot be taken. Shows nothing without scripts. */
export function TakeSelection({ field }: { field: string }) {
  const [marked, setMarked] = useState("");
  useEffect(() => {
    const look = () => {
      const selection = document.getSelection();
      const article = document.getElementById(field)?.closest("article");
      const text = article?.querySelector("[data-message-text]");
      const isInside =
        selection && !selection.isCollapsed && text?.contains(selection.getRangeAt(0).commonAncestorContainer);
      // What was marked last stays, since pressing the button may take the mark away.
      if (isInside) setMarked(selection.toString().trim());
    };
    document.addEventListener("selectionchange", look);
    return () => document.removeEventListener("selectionchange", look);
  }, [field]);
  if (marked === "") return null;
  const take = () => {
    const area = document.getElementById(field);
    if (area instanceof HTMLTextAreaElement) {
      area.value = marked;
      area.focus();
    }
  };
  return (
    <Button type="button" look="secondary" className="min-h-9 px-3 py-1 text-sm" onClick={take}>
      Take the marked words
    </Button>
  );
}
