import { useCallback, useEffect, useState } from "react";

const read = () => Object.fromEntries(new URLSearchParams(location.search));

/** The list's filters, order and page, which are in the URL: reload, back and forward lose nothing. */
export function useListQuery() {
  const [query, setQuery] = useState(read);

  useEffect(() => {
    const follow = () => setQuery(read());
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);

  /** Changes some of it; whatever changes the list itself begins at the first page. */
  const change = useCallback((changes) => {
    const next = { ...read(), cursor: "", ...changes };
    const kept = Object.fromEntries(Object.entries(next).filter(([, value]) => value));
    const search = new URLSearchParams(kept).toString();
    history.pushState(null, "", search ? `?${search}` : location.pathname);
    setQuery(kept);
  }, []);

  return [query, change];
}
