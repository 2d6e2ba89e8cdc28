// Starts the application. Not an inline script, so that the content security policy needs no 'unsafe-inline'.

// The code of the page that the address names is fetched together with the rest, not after it; of the pages that people
// begin with, that is: the sign-in, the desk, the lists of teachers and projects, a project.
const packs = {{packs}};
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
    if (path === "/") return desk === "teacher" ? "teacher_desk" : "home";
    if (path === "/teachers") return "teacher_list";
    if (path === "/projects") return "project_list";
    return path.startsWith("/projects/") && path.length === "/projects/".length + 36 ? "project" : "";
};
for (const href of packs[first()] ?? []) {
    document.head.append(Object.assign(document.createElement("link"), { rel: "preload", as: "fetch", crossOrigin: "anonymous", href }));
}

const { default: init } = await import("{{js}}");
init({ module_or_path: "{{wasm}}" });
