// Starts the application. A file and not an inline script, so that the content security policy can do without
// 'unsafe-inline'.

// Whoever is signed in comes to the desk first: its code is fetched together with the rest, not after it.
let signedIn = false;
try {
    signedIn = Boolean(localStorage.getItem("songjiao.refresh"));
} catch {
    // Storage is blocked: then nobody is.
}
if (signedIn && location.pathname === "/") {
    for (const href of [{{home}}]) {
        document.head.append(Object.assign(document.createElement("link"), { rel: "preload", as: "fetch", crossOrigin: "anonymous", href }));
    }
}

const { default: init } = await import("{{js}}");
init({ module_or_path: "{{wasm}}" });
