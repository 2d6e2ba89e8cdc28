// Starts the application. A file and not an inline script, so that the content security policy can do without
// 'unsafe-inline'.

// Whoever is signed in comes to the desk first, and who is not, to the sign-in: its code is fetched together with the
// rest, not after it.
const ahead = () => {
    let signedIn = false;
    let desk = "";
    try {
        signedIn = Boolean(localStorage.getItem("songjiao.refresh"));
        desk = localStorage.getItem("songjiao.desk");
    } catch {
        // Storage is blocked: then nobody is.
    }
    if (!signedIn) return location.pathname.startsWith("/verify") ? [] : [{{sign_in}}];
    if (location.pathname !== "/") return [];
    return desk === "teacher" ? [{{teacher_home}}] : [{{home}}];
};
for (const href of ahead()) {
    document.head.append(Object.assign(document.createElement("link"), { rel: "preload", as: "fetch", crossOrigin: "anonymous", href }));
}

const { default: init } = await import("{{js}}");
init({ module_or_path: "{{wasm}}" });
