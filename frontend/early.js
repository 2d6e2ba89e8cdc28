// What must hold before anything is painted: the colours and the language that the user chose. A file and not an inline
// script for the content security policy's sake; a classic one, because a module would run after the first paint.
(() => {
    const root = document.documentElement;
    const chosen = (key) => {
        try {
            return localStorage.getItem(key);
        } catch {
            // Storage is blocked: then nothing is chosen.
            return null;
        }
    };

    const dark = matchMedia("(prefers-color-scheme: dark)");
    const paint = () => {
        root.dataset.theme = chosen("songjiao.theme") ?? (dark.matches ? "dark" : "light");
        dispatchEvent(new Event("themechange"));
    };
    paint();
    dark.addEventListener("change", paint);
    addEventListener("themechoice", paint);

    if (chosen("songjiao.language") === "en") {
        root.lang = "en";
        document.head.append(Object.assign(document.createElement("link"), { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: "{{english}}" }));
    }
})();
