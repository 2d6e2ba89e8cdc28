// Signs requests as the SPA does: the access token lives in memory, the refresh token in the browser's storage.

const BASE = "/api/v1";
const STORAGE_KEY = "songjiao.refresh";

let access = null;
let refreshing = null;

async function exchange() {
  const response = await fetch(`${BASE}/auth/refresh`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ refresh_token: localStorage.getItem(STORAGE_KEY) ?? "" }),
  });
  if (!response.ok) {
    throw new Error("请先登录");
  }
  const tokens = await response.json();
  access = tokens.access_token;
  localStorage.setItem(STORAGE_KEY, tokens.refresh_token);
}

/** Concurrent callers await the same exchange: a refresh token can be used once. */
function refresh() {
  refreshing ??= exchange().finally(() => {
    refreshing = null;
  });
  return refreshing;
}

export async function get(path, query, signal) {
  const url = `${BASE}${path}?${new URLSearchParams(query)}`;
  const attempt = () =>
    fetch(url, { signal, headers: { Accept: "application/json", Authorization: `Bearer ${access}` } });
  if (!access) {
    await refresh();
  }
  let response = await attempt();
  if (response.status === 401) {
    await refresh();
    response = await attempt();
  }
  if (!response.ok) {
    throw new Error(`服务器返回 ${response.status}`);
  }
  return response.json();
}
