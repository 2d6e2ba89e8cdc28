// Starts the application. Not an inline script, so that the content security policy needs no 'unsafe-inline'.

// The code of the page that the address names is fetched together with the rest, not after it, for the pages that people
// begin with. Both tables come from src/route_table.rs.
const packs = {{packs}};
const paths = {{paths}};
// An id is a UUID, of 36 characters.
const fits = (pattern, path) => {
    const parts = path.split("/");
    const wanted = pattern.split("/");
    return wanted.length === parts.length && wanted.every((part, at) => part === parts[at] || (part[0] === ":" && parts[at].length === 36));
};
const first = () => {
    let signedIn = false;
    let desk = "";
    try {
        signedIn = Boolean(localStorage.getItem("songjiao.refresh"));
        desk = localStorage.getItem("songjiao.desk");
    } catch {
        // Storage is blocked, so nobody is signed in.
    }
    const path = location.pathname;
    if (!signedIn) return path.startsWith("/verify") ? "" : "login";
    if (path === "/" && desk === "teacher") return "teacher_desk";
    return paths[Object.keys(paths).find((pattern) => fits(pattern, path))];
};
for (const href of packs[first()] ?? []) {
    document.head.append(Object.assign(document.createElement("link"), { rel: "preload", as: "fetch", crossOrigin: "anonymous", href }));
}

const { default: init } = await import("{{js}}");
init({ module_or_path: "{{wasm}}" });
